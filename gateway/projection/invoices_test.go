package projection_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// TestNearDuplicates groups invoices that share a partial fingerprint in the same place, and only those.
func TestNearDuplicates(t *testing.T) {
	w := newWorld(t)
	w.trading()
	register := func(by ledger.Caller, fingerprint, seller string, near ...string) {
		w.submit(by, ledger.Op{Type: ledger.InvoiceRegister, Invoice: &ledger.Invoice{Fingerprint: fingerprint, Near: near, Seller: seller, Buyer: e1, Type: "DIGITAL",
			Date: "2025-02-10", Amount: 1000, Currency: "CNY"}})
	}
	register(t1User, sha("1"), t1, sha("a"), sha("b"), sha("c"))
	register(t1User, sha("2"), t1, sha("d"), sha("b"), sha("e")) // one trade under two numbers
	register(t1User, sha("3"), t1, sha("b"), sha("f"), sha("9")) // the same hash in another place says nothing
	register(t2User, sha("4"), t2, sha("8"), sha("b"), sha("c")) // another seller's
	w.sync()
	type found struct {
		agree        []string
		fingerprints []string
		hidden       int64
	}
	number, trade := []string{"seller", "buyer", "number as it may be mistyped"}, []string{"seller", "buyer", "date", "amount", "currency"}
	for reader, want := range map[string][]found{
		"finance": {{trade, []string{sha("1"), sha("2"), sha("4")}, 0}, {number, []string{sha("1"), sha("4")}, 0}},
		"e1":      {{trade, []string{sha("1"), sha("2"), sha("4")}, 0}, {number, []string{sha("1"), sha("4")}, 0}},
		"t1":      {{trade, []string{sha("1"), sha("2")}, 1}, {number, []string{sha("1")}, 1}},
		"t2":      {{trade, []string{sha("4")}, 2}, {number, []string{sha("4")}, 1}},
		"t3":      nil, "zero value": nil,
	} {
		var got []found
		for l := (projection.List{Limit: 1}); ; {
			p, err := w.db.NearDuplicates(t.Context(), traders[reader], l)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range p.Items {
				f := found{agree: g.Agree, hidden: g.Hidden}
				for _, i := range g.Invoices {
					f.fingerprints = append(f.fingerprints, i.Fingerprint)
				}
				got = append(got, f)
			}
			if l.Cursor = p.Next; l.Cursor == "" {
				break
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", reader, got, want)
		}
	}
}

// TestInvoiceStates follows the state of an invoice through what the ledger does with it, against the ledger's own word.
func TestInvoiceStates(t *testing.T) {
	w := newWorld(t)
	w.trading()
	step := func(by ledger.Caller, op ledger.OpType, s ledger.InvoiceStep) func() string {
		return func() string {
			s.Fingerprint = sha("1")
			return ledger.MovementID(w.submit(by, ledger.Op{Type: op, InvoiceStep: &s}), 0)
		}
	}
	register := func(by ledger.Caller) func() string {
		return func() string {
			return w.submit(by, ledger.Op{Type: ledger.InvoiceRegister, Invoice: &ledger.Invoice{Fingerprint: sha("1"), Seller: t1, Buyer: e1, Type: "DIGITAL", Date: "2025-02-10", Amount: 1000, Currency: "CNY"}})
		}
	}
	reserve := step(factorUser, ledger.InvoiceReserve, ledger.InvoiceStep{Amount: 400, Expires: "2025-07-30"})
	var reservation, claim string
	for _, c := range []struct {
		do   func() string
		want ledger.InvoiceState
		used int64
	}{
		{register(t1User), ledger.InvoiceRegistered, 0},
		{register(custodian2), ledger.InvoiceDuplicate, 0},
		{func() string { reservation = reserve(); return "" }, ledger.InvoiceReserved, 400},
		{func() string {
			claim = ledger.MovementID(w.submit(t1User, ledger.Op{Type: ledger.ClaimRegister, Claim: &ledger.Claim{Creditor: t1, Debtor: e1, Amount: 600, Currency: "CNY",
				Invoices: []ledger.InvoiceUse{{Fingerprint: sha("1"), Amount: 600}}}}), 0)
			return claim
		}, ledger.InvoiceReserved, 1000},
		{func() string {
			return step(factorUser, ledger.InvoiceFinance, ledger.InvoiceStep{Reservation: reservation, Date: "2025-06-30",
				Registration: &ledger.Registration{Number: "R", Date: "2025-06-30", Description: sha("a")}})()
		}, ledger.InvoiceFinanced, 1000},
		{func() string {
			return step(factorUser, ledger.InvoiceRelease, ledger.InvoiceStep{Reservation: reservation, Date: "2025-06-30"})()
		}, ledger.InvoiceClaimed, 600},
		{func() string {
			return w.submit(t1User, ledger.Op{Type: ledger.ClaimCancel, ClaimStep: &ledger.ClaimStep{Claim: claim}})
		}, ledger.InvoiceDuplicate, 0},
		{step(custodian2, ledger.InvoiceCheck, ledger.InvoiceStep{Status: "VOID", Source: "tax bureau", Date: "2025-06-30"}), ledger.InvoiceVoided, 0},
		{step(custodian2, ledger.InvoiceCheck, ledger.InvoiceStep{Status: "VALID", Source: "tax bureau", Date: "2025-06-30"}), ledger.InvoiceDuplicate, 0},
		{step(t1User, ledger.InvoiceCancel, ledger.InvoiceStep{Date: "2025-06-30", Reason: "typo"}), ledger.InvoiceCancelled, 0},
	} {
		c.do()
		w.sync()
		got, err := w.db.Invoice(t.Context(), all, sha("1"))
		if err != nil {
			t.Fatal(err)
		}
		onLedger, err := ledger.ReadInvoice(w.l, sha("1"))
		if err != nil {
			t.Fatal(err)
		}
		if got.State != c.want || got.Used != c.used || got.State != onLedger.State || got.Used != onLedger.Used || !reflect.DeepEqual(got.Invoice.Invoice, onLedger.Invoice) {
			t.Errorf("is %s with %d used, want %s and %d; the ledger says %s and %d", got.State, got.Used, c.want, c.used, onLedger.State, onLedger.Used)
		}
	}
	cancelled, err := w.db.Claims(t.Context(), all, projection.ClaimFilter{State: projection.ClaimCancelled, Creditor: t1, Debtor: e1, Party: t1}, projection.List{})
	if err != nil || len(cancelled.Items) != 1 || cancelled.Items[0].ID != claim {
		t.Errorf("cancelled claims %+v, %v", cancelled, err)
	}
	i, err := w.db.Invoice(t.Context(), all, sha("1"))
	if err != nil || !slices.Equal(i.Claims, []projection.InvoiceClaim{{Claim: claim, Amount: 600, State: projection.ClaimCancelled}}) {
		t.Errorf("claims on the invoice: %+v, %v", i.Claims, err)
	}
}

// TestRules reads rules, calendars and flags as the ledger keeps them, every version with its own transaction.
func TestRules(t *testing.T) {
	w := newWorld(t)
	w.trading()
	second := ledger.Rule{ID: ledger.RuleTerm, Version: 2, EffectiveFrom: "2025-07-01", Mode: ledger.Block, Parameters: map[string]int64{"cap_months": 6}, Source: "test"}
	w.submit(officer, ledger.Op{Type: ledger.RulePublish, Rule: &second},
		ledger.Op{Type: ledger.CalendarPublish, Calendar: &ledger.Calendar{Year: 2025, Version: 2, Holidays: []string{"2025-05-05"}, Source: "test"}},
		ledger.Op{Type: ledger.IssuerFlag, Flag: &ledger.IssuerFlagging{Party: e1, Flag: "BILL_OVERDUE", Set: true, Source: "test"}})
	w.sync()
	rules, err := w.db.Rules(t.Context())
	if err != nil || len(rules) != 11 || !slices.IsSortedFunc(rules, func(x, y projection.RuleRecord) int { return strings.Compare(x.ID, y.ID) }) {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	r, err := w.db.Rule(t.Context(), ledger.RuleTerm)
	if err != nil || len(r.Versions) != 2 || !reflect.DeepEqual(r.Versions[1].Rule, second) || r.Versions[0].Block >= r.Versions[1].Block {
		t.Errorf("%+v, %v", r, err)
	}
	if on := r.History().On("2025-06-30"); on == nil || on.Version != 1 {
		t.Errorf("in force on 30 June: %+v", on)
	}
	if _, err := w.db.Rule(t.Context(), "S-NONE"); ledger.ErrorCode(err) != ledger.RuleMissing {
		t.Errorf("a rule that nobody published: %v", err)
	}
	years, err := w.db.Calendars(t.Context())
	if err != nil || len(years) != 1 || years[0].Version != 2 || !slices.Equal(years[0].Holidays, []string{"2025-05-05"}) {
		t.Errorf("calendars %+v, %v", years, err)
	}
	i, err := w.db.Issuer(t.Context(), traders["e1"], e1)
	if err != nil || !i.Blocked || i.Overdue != 0 || !slices.Equal(i.Flags, []string{"BILL_OVERDUE"}) || i.Block == 0 {
		t.Errorf("issuer %+v, %v", i, err)
	}
	p, err := w.db.Party(t.Context(), all, e1)
	if err != nil || p.Group != group || len(p.Versions) != 2 || p.Versions[1].Group != "" {
		t.Errorf("group of e1: %+v, %v", p, err)
	}
	p, err = w.db.Party(t.Context(), all, bank2)
	if err != nil || p.Licence == nil || *p.Licence != (ledger.Licence{Kind: "BANK", Until: "2027-12-31"}) || p.Versions[1].Licence != nil {
		t.Errorf("licence of bank 2: %+v, %v", p, err)
	}
}
