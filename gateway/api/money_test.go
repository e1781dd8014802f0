package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

func TestPayments(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	lot := s.toE1.lot(t)
	pay := func(change func(*Payment)) Payment {
		p := Payment{From: shenyangAccount, To: e1Account, Amount: 100, Currency: "CNY", Date: "2025-01-01"}
		change(&p)
		return p
	}
	play(t, w, []scenario{
		{name: "a manager instructs", user: "shenyang@manager", method: "POST", path: "/disbursements", body: pay(func(p *Payment) { p.Memo = "first" }), status: 201,
			has: []string{`"movement":"`, `"lots":["`, `"outcome":"VISIBLE"`, `"replayed":false`}},
		{name: "another manager's money", user: "dalian@manager", method: "POST", path: "/disbursements", body: pay(func(*Payment) {}), status: 403, has: []string{`"code":"NOT_OWNER"`}},
		{name: "an auditor pays nothing", user: "auditor@audit", method: "POST", path: "/disbursements", body: pay(func(*Payment) {}), status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
		{name: "a custodian settles", user: "custodian@bank", method: "POST", path: "/disbursements", body: pay(func(p *Payment) { p.BankRef = "P1" }), status: 201},
		{name: "the same statement line", user: "custodian@bank", method: "POST", path: "/disbursements", body: pay(func(p *Payment) { p.BankRef = "P1" }), status: 409, has: []string{`"code":"BANK_REFERENCE_USED"`}},
		{name: "no statement line", user: "custodian@bank", method: "POST", path: "/disbursements", body: pay(func(*Payment) {}), status: 422, has: []string{`"code":"FIELD_MISSING"`, `bank_ref`}},
		{name: "more than there is", user: "shenyang@manager", method: "POST", path: "/disbursements", body: pay(func(p *Payment) { p.Amount = 99_999_999_99 }), status: 409,
			has: []string{`"code":"LOT_OVERDRAWN"`, `"left":"`}},
		{name: "nothing", user: "shenyang@manager", method: "POST", path: "/disbursements", body: pay(func(p *Payment) { p.Amount = 0 }), status: 422, has: []string{`"code":"AMOUNT_INVALID"`}},
		{name: "less than nothing", user: "shenyang@manager", method: "POST", path: "/disbursements", body: pay(func(p *Payment) { p.Amount = -5 }), status: 422, has: []string{`"code":"AMOUNT_INVALID"`}},
		{name: "an amount as a number", user: "shenyang@manager", method: "POST", path: "/disbursements", body: `{"amount":100}`, status: 400, has: []string{`"code":"MALFORMED"`}},
		{name: "a fraction", user: "shenyang@manager", method: "POST", path: "/disbursements", body: `{"amount":"1.5"}`, status: 400, has: []string{`"code":"MALFORMED"`}},
		{name: "named lots of another account", user: "shenyang@manager", method: "POST", path: "/disbursements", body: pay(func(p *Payment) { p.Draws = []ledger.Draw{{Lot: lot, Amount: 100}} }), status: 422, has: []string{`"code":"LOT_NOT_OWNED"`}},
		{name: "draws that do not add up", user: "shenyang@manager", method: "POST", path: "/disbursements", body: pay(func(p *Payment) { p.Draws = []ledger.Draw{{Lot: s.toShenyang.lot(t), Amount: 99}} }), status: 422, has: []string{`"code":"DRAWS_UNBALANCED"`}},
		{name: "dollars", user: "shenyang@manager", method: "POST", path: "/disbursements", body: pay(func(p *Payment) { p.Currency = "USD" }), status: 422, has: []string{`"code":"CURRENCY_MISMATCH"`}},
		{name: "no such account", user: "shenyang@manager", method: "POST", path: "/disbursements", body: pay(func(p *Payment) { p.From = "acct:nowhere" }), status: 422, has: []string{`"code":"ACCOUNT_UNKNOWN"`}},
		{name: "the wrong way", user: "shenyang@manager", method: "POST", path: "/returns", body: pay(func(*Payment) {}), status: 422, has: []string{`"code":"ROUTE_NOT_ALLOWED"`}},
		{name: "an instruction for a fund's contribution", user: "officer@finance", method: "POST", path: "/contributions", body: Payment{To: parentAccount, Amount: 5, Currency: "CNY", Date: "2025-01-01",
			Origin: &ledger.Origin{Source: ledger.GeneralBudget, Investor: party("officer@finance"), BudgetLine: "2025 a"}}, status: 201},
		{name: "called beyond the commitment", user: "custodian@bank", method: "POST", path: "/contributions", body: Payment{To: parentAccount, Amount: 999_000_00, Currency: "CNY", Date: "2025-01-01", BankRef: "P2",
			Commitment: "cmt:province", Origin: &ledger.Origin{Source: ledger.SpecialBond, Investor: party("officer@finance"), BudgetLine: "b"}}, status: 409, has: []string{`"code":"COMMITMENT_EXCEEDED"`}},
		{name: "a use", user: "e1@enterprise", method: "POST", path: "/uses", body: Payment{From: e1Account, Payee: "other:supplier", Purpose: ledger.PurposeMaterial, Amount: 7, Currency: "CNY", Date: "2025-01-01"}, status: 201},
		{name: "a use without purpose", user: "e1@enterprise", method: "POST", path: "/uses", body: Payment{From: e1Account, Payee: "other:supplier", Amount: 7, Currency: "CNY", Date: "2025-01-01"}, status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "a return", user: "e1@enterprise", method: "POST", path: "/returns", body: Payment{From: e1Account, To: shenyangAccount, Amount: 9, Currency: "CNY", Date: "2025-01-01"}, status: 201},
		{name: "a distribution", user: "shenyang@manager", method: "POST", path: "/distributions", body: Payment{From: shenyangAccount, To: parentAccount, Amount: 9, Currency: "CNY", Date: "2025-01-01"}, status: 201},
		{name: "a fee", user: "shenyang@manager", method: "POST", path: "/fees", body: Payment{From: shenyangAccount, Payee: party("shenyang@manager"), Purpose: ledger.PurposeFee, Amount: 9, Currency: "CNY", Date: "2025-01-01"}, status: 201},
		{name: "own funds", user: "custodian2@bank", method: "POST", path: "/own-funds", body: Payment{To: e2Account, Amount: 9, Currency: "CNY", Date: "2025-01-01", BankRef: "P3", Origin: &ledger.Origin{Source: ledger.OwnMoney}}, status: 201},
		{name: "published figures are declared", user: "officer@finance", method: "POST", path: "/contributions", body: Payment{To: openData, Amount: 50, Currency: "CNY", Date: "2025-01-01",
			Origin: &ledger.Origin{Source: ledger.SocialCapital, Investor: party("officer@finance")}}, status: 201},
		{name: "and transferred", user: "officer@finance", method: "POST", path: "/transfers", body: Payment{From: openData, To: openData2, Amount: 20, Currency: "CNY", Date: "2025-01-01"}, status: 201},
		{name: "published money cannot reach a bank", user: "officer@finance", method: "POST", path: "/transfers", body: Payment{From: openData, To: e1Account, Amount: 20, Currency: "CNY", Date: "2025-01-01"}, status: 422, has: []string{`"code":"PUBLISHED_ONLY"`}},
	})
}

func TestDrawsAreTheOldest(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	// A second lot of 10.00 in Shenyang's account, after the first of which 20,000.00 are left.
	second := w.write("custodian@bank", "/contributions", Payment{From: parentAccount, To: shenyangAccount, Amount: 10_00, Currency: "CNY", Date: "2025-01-01", BankRef: "D1"})
	got := w.write("shenyang@manager", "/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 20_005_00, Currency: "CNY", Date: "2025-02-01"})
	if len(got.Lots) != 2 {
		t.Fatalf("two lots are drawn: %+v", got)
	}
	m := decode[projection.MovementDetail](t, w.do("auditor@audit", "GET", Base+"/movements/"+got.Movement, nil))
	if m.Draws[0].Amount != 20_000_00 || m.Draws[1] != (ledger.Draw{Lot: second.lot(t), Amount: 5_00}) {
		t.Fatalf("draws %+v", m.Draws)
	}
	// What is instructed is reserved: five yuan are left.
	rec := w.do("shenyang@manager", "POST", Base+"/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 5_01, Currency: "CNY", Date: "2025-02-01"})
	if rec.Code != 409 || !strings.Contains(rec.Body.String(), `"left":"500"`) {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
}

func TestIdempotencyKey(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	body := Payment{From: shenyangAccount, To: e1Account, Amount: 11_00, Currency: "CNY", Date: "2025-01-01"}
	send := func(user string, p Payment) (int, Written) {
		rec := w.do(user, "POST", Base+"/disbursements", p, "Idempotency-Key", "my-key-1")
		if rec.Code != http.StatusCreated {
			return rec.Code, Written{Outcome: rec.Body.String()}
		}
		return rec.Code, decode[Written](t, rec)
	}
	_, first := send("shenyang@manager", body)
	code, again := send("shenyang@manager", body)
	if code != 201 || !again.Replayed || first.Replayed || again.Entry != first.Entry || again.Movement != first.Movement || again.Lots[0] != first.Lots[0] {
		t.Fatalf("first %+v\nagain %d %+v", first, code, again)
	}
	if want := (everyUser()["shenyang@manager"]).Entry("my-key-1"); first.Entry != want {
		t.Fatalf("entry %s, want %s", first.Entry, want)
	}
	other := body
	other.Amount++
	if code, refused := send("shenyang@manager", other); code != 409 || !strings.Contains(refused.Outcome, "IDEMPOTENCY_CONFLICT") {
		t.Fatalf("another content under the same key: %d %+v", code, refused)
	}
	if code, theirs := send("custodian@bank", Payment{From: shenyangAccount, To: e1Account, Amount: 11_00, Currency: "CNY", Date: "2025-01-01", BankRef: "I1"}); code != 201 || theirs.Replayed || theirs.Entry == first.Entry {
		t.Fatalf("another user's key is another key: %d %+v", code, theirs)
	}
	for _, bad := range []string{strings.Repeat("k", 101), "with space"} {
		rec := w.do("shenyang@manager", "POST", Base+"/disbursements", body, "Idempotency-Key", bad)
		if rec.Code != 422 || !strings.Contains(rec.Body.String(), `"code":"FIELD_INVALID"`) {
			t.Fatalf("key %q: %d %s", bad, rec.Code, rec.Body)
		}
	}
}

func TestWritesThatAreNotVisibleYet(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	w.channel.mu.Lock()
	w.channel.held = true
	w.channel.mu.Unlock()
	rec := w.do("shenyang@manager", "POST", Base+"/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 3_00, Currency: "CNY", Date: "2025-01-01"})
	got := decode[Written](t, rec)
	if rec.Code != http.StatusAccepted || got.Outcome != Recorded || got.Tx == "" || got.Block == 0 || rec.Header().Get("Location") != Base+"/movements/"+got.Movement {
		t.Fatalf("%d %v %s", rec.Code, rec.Header(), rec.Body)
	}
	loadDescription(t, w).check(t, "POST", "/disbursements", rec)
	if rec := w.do("shenyang@manager", "GET", rec.Header().Get("Location"), nil); rec.Code != 404 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	w.channel.mu.Lock()
	w.channel.held = false
	err := w.channel.fold()
	w.channel.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	if rec := w.do("shenyang@manager", "GET", rec.Header().Get("Location"), nil); rec.Code != 200 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
}

func TestSteps(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	at := s.instructed.Movement
	step := func(action string, change ...func(*Confirmation)) Confirmation {
		c := Confirmation{Movement: at, Action: action, Date: "2024-05-02"}
		for _, f := range change {
			f(&c)
		}
		return c
	}
	ref := func(r string) func(*Confirmation) { return func(c *Confirmation) { c.BankRef = r } }
	play(t, w, []scenario{
		{name: "a manager cannot debit", user: "shenyang@manager", method: "POST", path: "/confirmations", body: step("debit", ref("S1")), status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
		{name: "nor credit", user: "shenyang@manager", method: "POST", path: "/confirmations", body: step("credit", ref("S1")), status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
		{name: "the wrong bank", user: "custodian2@bank", method: "POST", path: "/confirmations", body: step("debit", ref("S1")), status: 403, has: []string{`"code":"NOT_OWNER"`}},
		{name: "credit before debit", user: "custodian2@bank", method: "POST", path: "/confirmations", body: step("credit", ref("S1")), status: 409, has: []string{`"code":"STAGE_CONFLICT"`}},
		{name: "no such action", user: "custodian@bank", method: "POST", path: "/confirmations", body: step("pay"), status: 422, has: []string{"attest, credit, debit, expire, return, void"}},
		{name: "no such movement", user: "custodian@bank", method: "POST", path: "/confirmations", body: Confirmation{Movement: "00000000000000000000.0", Action: "debit", Date: "2024-05-02", BankRef: "x"}, status: 422, has: []string{`"code":"MOVEMENT_UNKNOWN"`}},
		{name: "debit", user: "custodian@bank", method: "POST", path: "/confirmations", body: step("debit", ref("S1")), status: 201, has: []string{`"movement":"` + at}},
		{name: "void after debit", user: "shenyang@manager", method: "POST", path: "/confirmations", body: step("void"), status: 409, has: []string{`"code":"STAGE_CONFLICT"`}},
		{name: "credit", user: "custodian2@bank", method: "POST", path: "/confirmations", body: step("credit", ref("S2")), status: 201},
		{name: "level 3 without a document", user: "custodian2@bank", method: "POST", path: "/confirmations", body: step("attest", func(c *Confirmation) { c.Level = 3 }), status: 422, has: []string{`"code":"DOCUMENT_UNKNOWN"`}},
		{name: "level 2 again", user: "custodian2@bank", method: "POST", path: "/confirmations", body: step("attest", func(c *Confirmation) { c.Level = 2 }), status: 409, has: []string{`"code":"LEVEL_CONFLICT"`}},
		{name: "the movement now", user: "e1@enterprise", method: "GET", path: "/movements/" + at, status: 200, has: []string{`"stage":"CREDITED"`, `"level":2`, `"bank_ref":"S1"`, `"bank_ref":"S2"`}},

		{name: "reverse without reason", user: "shenyang@manager", method: "POST", path: "/reversals", body: Reversal{Movement: at}, status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "approve nothing", user: "officer@finance", method: "POST", path: "/reversals/" + at + "/approval", body: Approval{}, status: 409, has: []string{`"code":"REVERSAL_NOT_PROPOSED"`}},
		{name: "reverse money that moved on", user: "custodian@bank", method: "POST", path: "/reversals", body: Reversal{Movement: s.toE1.Movement, Reason: "TYPO"}, status: 409, has: []string{`"code":"LOT_MOVED_ON"`}},
		{name: "propose", user: "shenyang@manager", method: "POST", path: "/reversals", body: Reversal{Movement: at, Reason: "TYPO"}, status: 201},
		{name: "approve one's own", user: "shenyang@manager", method: "POST", path: "/reversals/" + at + "/approval", body: Approval{}, status: 409, has: []string{`"code":"REVERSAL_SAME_PARTY"`}},
		{name: "an enterprise does not approve", user: "e1@enterprise", method: "POST", path: "/reversals/" + at + "/approval", body: Approval{}, status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
		{name: "approve", user: "officer@finance", method: "POST", path: "/reversals/" + at + "/approval", body: Approval{}, status: 201, has: []string{`"movement":"` + at}},
		{name: "reversed", user: "auditor@audit", method: "GET", path: "/movements/" + at, status: 200, has: []string{`"stage":"REVERSED"`}},

		{name: "many steps need items", user: "custodian@bank", method: "POST", path: "/confirmations/bulk", body: Confirmations{}, status: 422, has: []string{`"code":"FIELD_MISSING"`}},
		{name: "many steps, one wrong", user: "custodian@bank", method: "POST", path: "/confirmations/bulk", status: 422, body: Confirmations{[]Confirmation{{Movement: at, Action: "debit", Date: "2024-05-02", BankRef: "S9"}, {Movement: at, Action: "?"}}},
			has: []string{`"code":"BATCH_REFUSED"`, `"row":1`}, hasNot: []string{`"row":0`}},
	})
	one := w.write("shenyang@manager", "/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 1, Currency: "CNY", Date: "2025-01-01", Expires: "2025-02-01"})
	two := w.write("shenyang@manager", "/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 2, Currency: "CNY", Date: "2025-01-01"})
	play(t, w, []scenario{
		{name: "many steps of several kinds", user: "custodian@bank", method: "POST", path: "/confirmations/bulk", status: 201, has: []string{`"ops":2`},
			body: Confirmations{[]Confirmation{{Movement: one.Movement, Action: "expire", Date: "2025-02-02"}, {Movement: two.Movement, Action: "debit", Date: "2025-01-02", BankRef: "S10"}}}},
		{name: "returned", user: "custodian@bank", method: "POST", path: "/confirmations", body: Confirmation{Movement: two.Movement, Action: "return", Date: "2025-01-03"}, status: 201},
		{name: "as a table", user: "custodian@bank", method: "POST", path: "/confirmations/bulk?preview=true", header: []string{"Content-Type", "text/csv"},
			body: "movement,action,date,bank reference\n" + two.Movement + ",debit,2025-01-02,S11\n", status: 200, has: []string{`"recordable":false`, `"code":"STAGE_CONFLICT"`, `"row":2`}},
	})
}

func TestEntries(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	op := func(id string) ledger.Op {
		return ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: id, Kind: ledger.Organisation}}
	}
	play(t, w, []scenario{
		{name: "several operations", user: "officer@finance", method: "POST", path: "/entries", body: ledger.Entry{Key: "k1", Ops: []ledger.Op{op("other:a"), op("other:b")}}, status: 201, has: []string{`"ops":2`, `"replayed":false`}},
		{name: "again", user: "officer@finance", method: "POST", path: "/entries", body: ledger.Entry{Key: "k1", Ops: []ledger.Op{op("other:a"), op("other:b")}}, status: 201, has: []string{`"replayed":true`}},
		{name: "all or none", user: "officer@finance", method: "POST", path: "/entries", body: ledger.Entry{Key: "k2", Ops: []ledger.Op{op("other:c"), op("other:a"), op("bad")}}, status: 422,
			has: []string{`"code":"BATCH_REFUSED"`, `"row":1`, `"row":2`, `"code":"ALREADY_EXISTS"`, `"code":"IDENTIFIER_INVALID"`}, hasNot: []string{`"row":0`}},
		{name: "none it was", user: "officer@finance", method: "GET", path: "/parties/other:c", status: 404},
		{name: "no operations", user: "officer@finance", method: "POST", path: "/entries", body: ledger.Entry{Key: "k3"}, status: 422, has: []string{`"code":"FIELD_MISSING"`}},
		{name: "the key in the header", user: "officer@finance", method: "POST", path: "/entries", body: `{"key":"","ops":[{"type":"party.register","party":{"id":"other:d","kind":"NGO"}}]}`, header: []string{"Idempotency-Key", "k4"}, status: 201},
		{name: "two keys", user: "officer@finance", method: "POST", path: "/entries", body: ledger.Entry{Key: "k5", Ops: []ledger.Op{op("other:e")}}, header: []string{"Idempotency-Key", "k6"}, status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "no such operation", user: "officer@finance", method: "POST", path: "/entries", body: ledger.Entry{Key: "k7", Ops: []ledger.Op{{Type: "party.remove"}}}, status: 422, has: []string{`"code":"UNKNOWN_OPERATION"`}},
		{name: "not the auditor's operation", user: "auditor@audit", method: "POST", path: "/entries", body: ledger.Entry{Key: "k8", Ops: []ledger.Op{op("other:f")}}, status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
	})
}

// TestPaymentsAtTheSameTime: many callers pay from one account at once; all of it is recorded, once, and nothing is
// drawn twice.
func TestPaymentsAtTheSameTime(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	w.token("shenyang@manager")
	w.Patience = 10 * time.Second
	const payers, each = 8, 5
	var wg sync.WaitGroup
	for p := range payers {
		wg.Go(func() {
			for i := range each {
				rec := w.do("shenyang@manager", "POST", Base+"/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: int64(100*p + i + 1), Currency: "CNY", Date: "2025-01-01"},
					"Idempotency-Key", fmt.Sprintf("at-once-%d-%d", p, i))
				if rec.Code != http.StatusCreated {
					t.Errorf("%d %s", rec.Code, rec.Body)
				}
			}
		})
	}
	wg.Wait()
	sum := int64(0)
	for p := range payers {
		for i := range each {
			sum += int64(100*p + i + 1)
		}
	}
	a := decode[projection.Account](t, w.do("auditor@audit", "GET", Base+"/accounts/"+shenyangAccount, nil))
	if a.Balance.Remaining != 20_000_00-sum || a.Balance.InTransit != 10_000_00+sum {
		t.Fatalf("balance %+v after paying %d", a.Balance, sum)
	}
	totals := decode[Totals](t, w.do("auditor@audit", "GET", Base+"/movements/totals?since=2025-01-01&until=2025-01-01&kind=DISBURSEMENT", nil))
	if len(totals.Totals) != 1 || totals.Totals[0].Movements != payers*each || totals.Totals[0].Amount != sum {
		t.Fatalf("totals %+v, paid %d", totals, sum)
	}
}
