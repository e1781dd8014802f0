package api

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

func TestMovementsAndLots(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	play(t, w, []scenario{
		{name: "everything", user: "auditor@audit", method: "GET", path: "/movements", status: 200, has: []string{s.root.Movement, s.spent.Movement, s.instructed.Movement}},
		{name: "by kind", user: "auditor@audit", method: "GET", path: "/movements?kind=USE", status: 200, has: []string{s.spent.Movement}, hasNot: []string{s.root.Movement}},
		{name: "by stage", user: "auditor@audit", method: "GET", path: "/movements?stage=INSTRUCTED", status: 200, has: []string{s.instructed.Movement}, hasNot: []string{s.root.Movement}},
		{name: "by date", user: "auditor@audit", method: "GET", path: "/movements?since=2024-02-01&until=2024-02-28", status: 200, has: []string{s.toShenyang.Movement, s.toDalian.Movement}, hasNot: []string{s.root.Movement, s.toE1.Movement}},
		{name: "by level", user: "auditor@audit", method: "GET", path: "/movements?min_level=2", status: 200, has: []string{s.toShenyang.Movement}, hasNot: []string{s.toE1.Movement}},
		{name: "by fund", user: "auditor@audit", method: "GET", path: "/movements?fund=fund:dalian", status: 200, has: []string{s.toDalian.Movement, s.toE2.Movement}, hasNot: []string{s.toE1.Movement}},
		{name: "by party", user: "auditor@audit", method: "GET", path: "/movements?party=" + strings.TrimPrefix(party("e2@enterprise"), "uscc:"), status: 200, has: []string{s.toE2.Movement, s.spent.Movement}, hasNot: []string{s.root.Movement}},
		{name: "not a date", user: "auditor@audit", method: "GET", path: "/movements?since=yesterday", status: 400, has: []string{`"code":"QUERY_INVALID"`, `"since"`}},
		{name: "an enterprise's own", user: "e1@enterprise", method: "GET", path: "/movements", status: 200, has: []string{s.toE1.Movement, s.spent.Movement, s.instructed.Movement}, hasNot: []string{s.root.Movement, s.toE2.Movement}},
		{name: "a manager's", user: "dalian@manager", method: "GET", path: "/movements", status: 200, has: []string{s.toDalian.Movement, s.toE2.Movement}, hasNot: []string{s.root.Movement, s.toE1.Movement, s.spent.Movement}},
		{name: "a bank's", user: "custodian2@bank", method: "GET", path: "/movements", status: 200, has: []string{s.toE1.Movement, s.spent.Movement}, hasNot: []string{s.root.Movement}},
		{name: "totals", user: "auditor@audit", method: "GET", path: "/movements/totals?kind=CONTRIBUTION", status: 200, has: []string{`"currency":"CNY"`, `"movements":3`, `"amount":"18000000"`}},
		{name: "totals with what is hidden", user: "dalian@manager", method: "GET", path: "/movements/totals?kind=CONTRIBUTION", status: 200, has: []string{`"amount":"2000000"`, `"hidden":{"movements":2,"amount":"16000000"}`}},
		{name: "no totals", user: "auditor@audit", method: "GET", path: "/movements/totals?kind=TRANSFER", status: 200, has: []string{`"totals":[]`}},
		{name: "a movement", user: "e1@enterprise", method: "GET", path: "/movements/" + s.toE1.Movement, status: 200, has: []string{`"amount":"3000000"`, `"yields":[`}},
		{name: "not its movement", user: "e1@enterprise", method: "GET", path: "/movements/" + s.toE2.Movement, status: 404, has: []string{`"code":"MOVEMENT_UNKNOWN"`}},
		{name: "no movement", user: "auditor@audit", method: "GET", path: "/movements/nonsense", status: 404, has: []string{`"code":"MOVEMENT_UNKNOWN"`}},
		{name: "lots", user: "auditor@audit", method: "GET", path: "/lots?account=" + parentAccount, status: 200, has: []string{s.root.lot(t), `"remaining":"2000000"`}},
		{name: "lots of no account", user: "auditor@audit", method: "GET", path: "/lots", status: 400, has: []string{`"code":"QUERY_INVALID"`, `"account"`}},
		{name: "a lot", user: "auditor@audit", method: "GET", path: "/lots/" + s.toE1.lot(t), status: 200, has: []string{`"parent":"` + s.toShenyang.lot(t), `"drawn":"123456"`}},
		{name: "not its lot", user: "e2@enterprise", method: "GET", path: "/lots/" + s.toE1.lot(t), status: 404, has: []string{`"code":"LOT_UNKNOWN"`}},
		{name: "no lot", user: "auditor@audit", method: "GET", path: "/lots/%27%20OR%201=1", status: 404, has: []string{`"code":"LOT_UNKNOWN"`}},
		{name: "a transaction", user: "auditor@audit", method: "GET", path: "/transactions/" + s.toE1.Tx, status: 200, has: []string{`"valid":true`, s.toE1.Entry, `"code":"VALID"`}},
		{name: "not its transaction", user: "e2@enterprise", method: "GET", path: "/transactions/" + s.toE1.Tx, status: 404, has: []string{`"code":"FIELD_INVALID"`}},
	})
}

func TestPagesMeetAtTheirEnds(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	all := decode[projection.Page[projection.Movement]](t, w.do("auditor@audit", "GET", Base+"/movements?limit=500", nil))
	var seen []string
	cursor := ""
	for range 20 {
		p := decode[projection.Page[projection.Movement]](t, w.do("auditor@audit", "GET", Base+"/movements?limit=2&cursor="+cursor, nil))
		for _, m := range p.Items {
			seen = append(seen, m.ID)
		}
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if len(seen) != len(all.Items) || len(seen) < 7 {
		t.Fatalf("%d by pages, %d at once", len(seen), len(all.Items))
	}
	for i, m := range all.Items {
		if seen[i] != m.ID {
			t.Fatalf("position %d: %s and %s", i, seen[i], m.ID)
		}
	}
}

func TestTraces(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	ask := func(user, path string) trace.Answer {
		t.Helper()
		rec := w.do(user, "GET", Base+path, nil)
		if rec.Code != 200 {
			t.Fatalf("%s %s: %d %s", user, path, rec.Code, rec.Body)
		}
		loadDescription(t, w).check(t, "GET", path, rec)
		return decode[trace.Answer](t, rec)
	}
	root := s.root.lot(t)
	// 100,000: 60,000 to Shenyang (30,000 to e1, of which 1,234.56 spent; 10,000 instructed), 20,000 to Dalian (5,000 to e2).
	want := trace.Totals{Traced: 100_000_00, Idle: 20_000_00 + 20_000_00 + 15_000_00, InTransit: 10_000_00, Reached: 30_000_00 - 1_234_56 + 5_000_00, Spent: 1_234_56}
	full := ask("auditor@audit", "/lots/"+root+"/trace?direction=forward")
	if full.Totals != want || !full.Totals.Closes() {
		t.Fatalf("totals %+v, want %+v", full.Totals, want)
	}
	if again := ask("officer@finance", "/lots/"+root+"/trace"); again.Totals != want {
		t.Fatalf("forward is the default: %+v", again.Totals)
	}
	if parent := ask("parent@manager", "/lots/"+root+"/trace"); parent.Totals != want {
		t.Fatalf("the parent's manager sees all that its fund fed: %+v", parent.Totals)
	}
	back := ask("auditor@audit", "/lots/"+s.spent.lot(t)+"/trace?direction=backward")
	if len(back.Rows) != 4 || back.Rows[len(back.Rows)-1].Lot != root && back.Rows[0].Lot != root {
		t.Fatalf("backward %+v", back.Rows)
	}
	// The custodian of the funds does not keep the enterprises' accounts: what lies there is one closed figure.
	bank := ask("custodian@bank", "/lots/"+root+"/trace")
	if bank.Totals.Traced != 100_000_00 || bank.Totals.Hidden != 35_000_00 || !bank.Totals.Closes() {
		t.Fatalf("the bank's totals %+v", bank.Totals)
	}
	text, err := json.Marshal(bank)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{s.toE1.lot(t), e2Account, s.spent.lot(t), party("e2@enterprise")} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the bank is shown %s", secret)
		}
	}
	play(t, w, []scenario{
		{name: "no lot", user: "auditor@audit", method: "GET", path: "/lots/00000000000000000000.0.0/trace", status: 404, has: []string{`"code":"LOT_UNKNOWN"`}},
		{name: "not its lot", user: "e1@enterprise", method: "GET", path: "/lots/" + s.toE2.lot(t) + "/trace", status: 404, has: []string{`"code":"LOT_UNKNOWN"`}},
		{name: "totals alone", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?totals=true", status: 200, has: []string{`"traced":"10000000"`, `"rows":[]`}},
		{name: "as of a day", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?as_of=2024-02-28", status: 200, has: []string{s.toShenyang.lot(t), `"traced":"10000000"`}, hasNot: []string{s.toE1.lot(t)}},
		{name: "before its day", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?as_of=2001-01-01", status: 404, has: []string{`"code":"LOT_UNKNOWN"`}},
		{name: "as known at genesis", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?known_at=0", status: 404, has: []string{`"code":"LOT_UNKNOWN"`}},
		{name: "as known at a block to come", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?known_at=99999", status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "not a block", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?known_at=-1", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "a fund as of a day", user: "auditor@audit", method: "GET", path: "/funds/fund:dalian/trace?as_of=2024-02-28", status: 200, has: []string{`"totals"`}},
		{name: "one step", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?depth=1", status: 200, has: []string{s.toShenyang.lot(t), `"truncated":true`, `"traced":"10000000"`}, hasNot: []string{s.toE1.lot(t)}},
		{name: "a page", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?limit=2", status: 200, hasNot: []string{`"next":""`}},
		{name: "a bad cursor", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?cursor=zzz", status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "too deep", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?depth=99999999", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "no direction", user: "auditor@audit", method: "GET", path: "/lots/" + root + "/trace?direction=up", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "sources by bare code", user: "auditor@audit", method: "GET", path: "/parties/" + strings.TrimPrefix(party("e1@enterprise"), "uscc:") + "/sources", status: 200,
			has: []string{`"received":"3000000"`, `"spent":"123456"`, "2024 bond 07", `"arriving":"1000000"`}},
		{name: "an enterprise's own sources", user: "e1@enterprise", method: "GET", path: "/parties/" + party("e1@enterprise") + "/sources", status: 200, has: []string{`"received":"3000000"`}},
		{name: "nobody's sources", user: "auditor@audit", method: "GET", path: "/parties/other:nobody/sources", status: 404, has: []string{`"code":"PARTY_UNKNOWN"`}},
		{name: "a fund", user: "shenyang@manager", method: "GET", path: "/funds/fund:shenyang/trace?as_of=2025-01-01", status: 200, has: []string{`"in":"6000000"`, `"in_transit":"1000000"`, `"idle_here":"2000000"`}},
		{name: "another's fund", user: "dalian@manager", method: "GET", path: "/funds/fund:shenyang/trace", status: 404, has: []string{`"code":"FUND_UNKNOWN"`}},
		{name: "a bad day", user: "auditor@audit", method: "GET", path: "/funds/fund:shenyang/trace?as_of=2025-13-01", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
	})
}

func TestCatalogue(t *testing.T) {
	w := newWorld(t)
	play(t, w, []scenario{
		{name: "codes", method: "GET", path: "/problems", status: 200, has: []string{`"code":"LOT_OVERDRAWN"`, `"code":"NO_SESSION"`}},
		{name: "a code", method: "GET", path: "/problems/LOT_OVERDRAWN", status: 200, has: []string{`"status":409`}},
		{name: "no code", method: "GET", path: "/problems/NONSENSE", status: 404, has: []string{`"code":"NOT_FOUND"`}},
		{name: "templates", method: "GET", path: "/templates", status: 200, has: []string{`"operation":"disbursements"`, Base + "/templates/uses.csv", `"custodian@BankMSP"`}},
		{name: "a template", method: "GET", path: "/templates/uses.csv?lang=en&unit=fen", status: 200, has: []string{"(fen)"}},
		{name: "in Chinese", method: "GET", path: "/templates/uses.csv", status: 200, has: []string{"(元)"}},
		{name: "no template", method: "GET", path: "/templates/nonsense.csv", status: 404, has: []string{`"code":"UNKNOWN_OPERATION"`}},
		{name: "no table", method: "GET", path: "/templates/uses", status: 404, has: []string{`"code":"NOT_FOUND"`}},
		{name: "no language", method: "GET", path: "/templates/uses.csv?lang=fr", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
	})
	rec := w.do("", "GET", Base+"/templates/uses.csv?encoding=gb18030", nil)
	if rec.Header().Get("Content-Type") != "text/csv; charset=gb18030" || strings.Contains(rec.Body.String(), "元") {
		t.Errorf("%v %q", rec.Header(), rec.Body)
	}
	for code := range reasons {
		if rec := w.do("", "GET", Base+"/problems/"+string(code), nil); rec.Code != 200 {
			t.Errorf("%s: %s", code, strconv.Itoa(rec.Code))
		}
	}
}
