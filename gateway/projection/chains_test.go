package projection_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// drawChain prints a settlement, a line for each holder of the voucher.
func drawChain(s trace.Settlement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d on %s by %s, hidden %d\n", s.Amount, s.Date, strings.TrimPrefix(s.Issuer, "other:"), s.Hidden)
	for _, h := range s.Chain {
		waited := "-"
		if h.DaysWaited != nil {
			waited = fmt.Sprint(*h.DaysWaited)
		}
		fmt.Fprintf(&b, "  tier %d %s %s %s paid by %s on %s after %s\n", h.Tier, strings.TrimPrefix(h.Party, "other:"), h.Via, h.Acquired, h.PaidBy, h.CashDate, waited)
	}
	return b.String()
}

// settleRecourse pays t2 what came back to it by recourse, out of two disbursements of public money.
func (w *world) settleRecourse(s dealings) (payment string) {
	w.t.Helper()
	w.settle(ledger.Disbursement, acctP, acct1, 100_000, "2025-06-11")
	w.settle(ledger.Use, acct1, "", 100_000, "2025-06-12", spend(ledger.PurposeRD, supplier))
	w.step(officer, ledger.VoucherMature, s.d4, "2025-06-13")
	payment, _ = w.against(ledger.Settlement, ledger.VoucherPay, s.d4, acct1, acctT2, 120_000, "2025-06-20")
	w.sync()
	return payment
}

func (w *world) forward(t *testing.T, s projection.Scope, lot string, o trace.Options) *trace.Answer {
	t.Helper()
	f, err := w.db.Forest(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := trace.Forward(t.Context(), f, lot, o)
	if err != nil {
		t.Fatal(err)
	}
	if !a.Totals.Closes() {
		t.Errorf("totals %+v", a.Totals)
	}
	return a
}

// TestTraceThroughVouchers follows the treasury's money through the core enterprise to the suppliers and funders that it
// finally paid.
func TestTraceThroughVouchers(t *testing.T) {
	w, s := newTrade(t)
	last := w.settleRecourse(s)
	root := ledger.LotID(s.gov, 0)
	want := map[string]string{
		s.paidA: `100000 on 2025-06-05 by e1, hidden 0
  tier 1 t1 ISSUE 2025-03-03 paid by NEXT on  after -
  tier 2 t2 TRANSFER 2025-03-10 paid by ISSUER on 2025-06-05 after 87
`, s.paidB: `120000 on 2025-06-02 by e1, hidden 0
  tier 1 t1 ISSUE 2025-03-03 paid by FUNDER on 2025-03-12 after 9
  tier 1 factor FINANCE 2025-03-12 paid by ISSUER on 2025-06-02 after 82
`, s.paidC: `80000 on 2025-06-02 by e1, hidden 0
  tier 1 t1 ISSUE 2025-03-03 paid by FUNDER on 2025-03-15 after 12
  tier 1 bank2 PLEDGE 2025-03-15 paid by ISSUER on 2025-06-02 after 79
`, s.part: `30000 on 2025-06-05 by e1, hidden 0
  tier 1 t1 ISSUE 2025-03-03 paid by NEXT on  after -
  tier 2 t2 TRANSFER 2025-03-08 paid by FUNDER on 2025-03-20 after 12
  tier 2 factor FINANCE 2025-03-20 paid by ISSUER on 2025-06-05 after 77
`, last: `120000 on 2025-06-20 by e1, hidden 0
  tier 1 t1 ISSUE 2025-03-03 paid by NEXT on  after -
  tier 2 t2 TRANSFER 2025-03-08 paid by FUNDER on 2025-03-20 after 12
  tier 2 factor FINANCE 2025-03-20 paid by RECOURSE on 2025-06-10 after 82
  tier 2 t2 RECOURSE 2025-06-10 paid by ISSUER on 2025-06-20 after 10
`}
	a := w.forward(t, all, root, trace.Options{})
	// 600,000: 330,000 + 120,000 settled vouchers and lie with those who were paid, 100,000 are spent, 50,000 are left with e1.
	if a.Totals.Reached != 500_000 || a.Totals.Spent != 100_000 || a.Totals.Idle != 0 {
		t.Errorf("totals %+v", a.Totals)
	}
	got := map[string]string{}
	for _, x := range a.Settlements {
		got[x.Movement] = drawChain(x)
	}
	if len(a.Settlements) != len(want) || !reflect.DeepEqual(got, want) {
		t.Errorf("settlements\n%v\nwant\n%v", got, want)
	}
	paid := 0
	for _, r := range a.Rows {
		if (r.Kind == ledger.Settlement) != (r.Voucher != "") {
			t.Errorf("row %+v", r)
		}
		if r.Movement == last {
			paid++
		}
	}
	if paid != 2 {
		t.Errorf("the last settlement drew on %d traced lots, want 2", paid)
	}
	var pages []trace.Settlement
	for o := (trace.Options{Limit: 1}); ; {
		p := w.forward(t, all, root, o)
		pages = append(pages, p.Settlements...)
		if o.Cursor = p.Next; o.Cursor == "" {
			break
		}
	}
	if !reflect.DeepEqual(pages, a.Settlements) {
		t.Errorf("page by page\n%+v\nwant\n%+v", pages, a.Settlements)
	}
	cut := w.forward(t, all, root, trace.Options{Depth: 1})
	if len(cut.Settlements) != 0 || !cut.Truncated || cut.Totals != a.Totals {
		t.Errorf("to depth 1: %+v", cut)
	}
}

// TestTraceThroughVouchersScoped asks as readers who may see the money but only a part of the vouchers, or nothing of them.
func TestTraceThroughVouchersScoped(t *testing.T) {
	w, s := newTrade(t)
	last := w.settleRecourse(s)
	for _, c := range []struct{ reader, lot, movement, want string }{
		// The manager of the fund sees where its money lies, and not on what terms companies trade.
		{"parent", ledger.LotID(s.gov, 0), s.part, "30000 on 2025-06-05 by , hidden 3\n"},
		{"bank 1", ledger.LotID(s.gov, 0), s.part, `30000 on 2025-06-05 by e1, hidden 0
  tier 1 t1 ISSUE 2025-03-03 paid by NEXT on  after -
  tier 2 t2 TRANSFER 2025-03-08 paid by FUNDER on 2025-03-20 after 12
  tier 2 factor FINANCE 2025-03-20 paid by ISSUER on 2025-06-05 after 77
`},
		// t2 knows who stands above it, and what it got itself.
		{"t2", ledger.LotID(last, 0), last, `70000 on 2025-06-20 by e1, hidden 0
  tier 1 t1 ISSUE 2025-03-03 paid by NEXT on  after -
  tier 2 t2 TRANSFER 2025-03-08 paid by FUNDER on 2025-03-20 after 12
  tier 2 factor FINANCE 2025-03-20 paid by RECOURSE on 2025-06-10 after 82
  tier 2 t2 RECOURSE 2025-06-10 paid by ISSUER on 2025-06-20 after 10
`},
		{"t2", ledger.LotID(s.paidA, 0), s.paidA, `100000 on 2025-06-05 by e1, hidden 0
  tier 1 t1 ISSUE 2025-03-03 paid by NEXT on  after -
  tier 2 t2 TRANSFER 2025-03-10 paid by ISSUER on 2025-06-05 after 87
`},
		{"factor", ledger.LotID(s.part, 0), s.part, `30000 on 2025-06-05 by e1, hidden 0
  tier 1 t1 ISSUE 2025-03-03 paid by NEXT on  after -
  tier 2 t2 TRANSFER 2025-03-08 paid by FUNDER on 2025-03-20 after 12
  tier 2 factor FINANCE 2025-03-20 paid by ISSUER on 2025-06-05 after 77
`},
	} {
		a := w.forward(t, traders[c.reader], c.lot, trace.Options{})
		at := slices.IndexFunc(a.Settlements, func(x trace.Settlement) bool { return x.Movement == c.movement })
		if at < 0 {
			t.Errorf("%s is told of no settlement by %s: %+v", c.reader, c.movement, a.Settlements)
		} else if got := drawChain(a.Settlements[at]); got != c.want {
			t.Errorf("%s is told\n%s\nwant\n%s", c.reader, got, c.want)
		}
	}
}

// TestTraceOfThePayer: money that lies with others is closed to who paid it, and so is what it settled there.
func TestTraceOfThePayer(t *testing.T) {
	w, s := newTrade(t)
	a := w.forward(t, traders["e1"], ledger.LotID(s.toE1, 0), trace.Options{})
	if a.Totals.Hidden != 330_000 || a.Totals.Idle != 170_000 || len(a.Settlements) != 0 {
		t.Errorf("%+v", a)
	}
}

// TestBackwardThroughVouchers goes from a supplier's money up to the treasury and names the voucher on the way.
func TestBackwardThroughVouchers(t *testing.T) {
	w, s := newTrade(t)
	for reader, want := range map[string]int{"finance": 3, "t2": 1} {
		f, err := w.db.Forest(t.Context(), traders[reader])
		if err != nil {
			t.Fatal(err)
		}
		a, err := trace.Backward(t.Context(), f, ledger.LotID(s.paidA, 0), trace.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Rows) != want || a.Rows[0].Voucher != s.a2 || a.Rows[0].Kind != ledger.Settlement || len(a.Settlements) != 1 ||
			a.Settlements[0].Amount != 100_000 || a.Settlements[0].Chain[1].Party != t2 {
			t.Errorf("%s: %+v", reader, a)
		}
		if reader == "finance" && (a.Totals.Reached != 100_000 || a.Rows[2].Origin == nil || a.Rows[2].Origin.Source != ledger.GeneralBudget) {
			t.Errorf("to the treasury: %+v", a)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
