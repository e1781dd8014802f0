package api

import (
	"fmt"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// The scene as a regulator asks about it: 100,000 in, 60,000 and 20,000 to two sub-funds, of which 30,000 and 5,000 reach
// enterprises and 10,000 are instructed; 1,234.56 are spent.
func TestTotals(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	before := w.db.Next() - 1
	// Recorded later, for a day that was over: Dalian paid e2 once more in May.
	late := w.write("custodian@bank", "/disbursements", Payment{From: dalianAccount, To: e2Account, Amount: 4_000_00, Currency: "CNY", Date: "2024-05-06", BankRef: "R9"})
	fund := "/funds/fund:parent"
	play(t, w, []scenario{
		{name: "by level", user: "officer@finance", method: "GET", path: "/totals", status: 200,
			has: []string{`"new":"10000000"`, `"level":"PARENT"`, `"level":"SUB"`, `"payer":"PARENT","payee":"SUB","amount":"8000000"`, `"funds":[]`}},
		{name: "a level's funds", user: "auditor@audit", method: "GET", path: "/totals?level=SUB", status: 200, has: []string{`"fund":"fund:shenyang"`, `"fund":"fund:dalian"`}},
		{name: "no such level", user: "auditor@audit", method: "GET", path: "/totals?level=GRAND", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "a manager's totals", user: "dalian@manager", method: "GET", path: "/totals?level=SUB", status: 200, has: []string{`"fund":"fund:dalian"`}, hasNot: []string{"shenyang"}},
		{name: "an enterprise has no funds", user: "e1@enterprise", method: "GET", path: "/totals", status: 200, has: []string{`"currencies":[]`}},
		{name: "a fund", user: "parent@manager", method: "GET", path: fund + "/totals", status: 200,
			has: []string{`"fund":"fund:parent"`, `"in":"10000000"`, `"to_funds":"8000000"`, `"spent":"123456"`, `"depth":1`}},
		{name: "a fund as of January", user: "auditor@audit", method: "GET", path: fund + "/totals?as_of=2024-01-31", status: 200, has: []string{`"as_of":"2024-01-31"`, `"to_funds":"0"`, `"idle":"10000000"`}},
		{name: "a fund before it was known", user: "auditor@audit", method: "GET", path: fund + "/totals?known_at=0", status: 404, has: []string{`"code":"FUND_UNKNOWN"`}},
		{name: "a block to come", user: "auditor@audit", method: "GET", path: fund + "/totals?known_at=99999", status: 422, has: []string{`"code":"FIELD_INVALID"`, `"known_at"`}},
		{name: "not its fund", user: "dalian@manager", method: "GET", path: fund + "/totals", status: 404, has: []string{`"code":"FUND_UNKNOWN"`}},
		{name: "timing", user: "auditor@audit", method: "GET", path: fund + "/timing", status: 200,
			// 30,000 and 4,000 and 5,000 of public money from 5 January 2024 to 1 March, 6 May and 2 March: 56, 122 and 57 days.
			has: []string{`"arrived":"3900000"`, `"treasury_to_enterprise":{"amount":"3900000","lots":3,"mean":62.9,"median":56,"p90":122,"least":56,"most":122}`, `"until":"2025-06-30"`}},
		{name: "timing until a day", user: "auditor@audit", method: "GET", path: fund + "/timing?until=2024-12-31&known_at=" + fmt.Sprint(before), status: 200, has: []string{`"until":"2024-12-31"`, `"arrived":"3500000"`}},
		{name: "idle", user: "auditor@audit", method: "GET", path: fund + "/idle?limit=2&until=2024-06-30", status: 200,
			has: []string{s.root.lot(t), `"from":91,"to":180`, `"days":177`, `"fund":"fund:shenyang"`}, hasNot: []string{`"next":""`}},
		{name: "idle, a bad cursor", user: "auditor@audit", method: "GET", path: fund + "/idle?cursor=!", status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "restatement", user: "auditor@audit", method: "GET", path: "/restatement?from_block=" + fmt.Sprint(before), status: 200,
			has: []string{late.Movement, `"what":"NEW"`, `"restates":true`, `"restating":1`, `"fund":"fund:dalian"`, party("custodian@bank"), late.Tx}, hasNot: []string{s.toE2.Movement, `"fund":"fund:shenyang"`}},
		{name: "restatement of a report as of April", user: "auditor@audit", method: "GET", path: "/restatement?as_of=2024-04-30&from_block=" + fmt.Sprint(before), status: 200, has: []string{`"changes":[]`, `"funds":[]`}},
		{name: "restatement of a block alone", user: "auditor@audit", method: "GET", path: "/restatement?from_block=1&to_block=1", status: 200, has: []string{`"changes":[]`}},
		{name: "restatement backwards", user: "auditor@audit", method: "GET", path: "/restatement?from_block=3&to_block=1", status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "restatement from nowhere", user: "auditor@audit", method: "GET", path: "/restatement", status: 400, has: []string{`"code":"QUERY_INVALID"`, "from_block"}},
		{name: "restatement that is none of its business", user: "e1@enterprise", method: "GET", path: "/restatement?from_block=" + fmt.Sprint(before), status: 200, has: []string{`"changes":[]`}},
	})
}

// Idle lots come page by page, each once.
func TestIdleLotsByPages(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	for n := range 5 {
		w.write("custodian@bank", "/contributions", Payment{To: parentAccount, Amount: int64(1000 + n), Currency: "CNY", Date: "2024-06-01", BankRef: fmt.Sprint("P", n),
			Origin: &ledger.Origin{Source: ledger.SocialCapital, Investor: party("e2@enterprise")}})
	}
	var lots []string
	cursor, whole := "", int64(0)
	for range 20 {
		p := decode[projection.FundIdle](t, w.do("auditor@audit", "GET", Base+"/funds/fund:parent/idle?limit=3&cursor="+cursor, nil))
		for _, l := range p.Lots {
			lots, whole = append(lots, l.Lot), whole+l.Amount
		}
		if cursor = p.Next; cursor == "" {
			if whole != p.Family.Amount || len(lots) != 8 {
				t.Errorf("%d lots of %d, idle are %d", len(lots), whole, p.Family.Amount)
			}
			return
		}
	}
	t.Error("the pages do not end")
}
