package findings_test

import (
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestLateSettlement(t *testing.T) {
	const due = "2026-10-08" // the maturity is the last day of the holidays before it
	for name, c := range map[string]struct {
		plant func(*rows, *ledger.VoucherNode)
		want  []string // with interest
	}{
		"on the business day after a holiday": {func(_ *rows, n *ledger.VoucherNode) { paid(n, 100_000, due, due) }, nil},
		"a day late":                          {func(_ *rows, n *ledger.VoucherNode) { paid(n, 100_000, due, "2026-10-09") }, []string{"S-SET-01 v 2026-10-09 1>0 days, 50"}},
		"in two late parts": {func(_ *rows, n *ledger.VoucherNode) {
			paid(n, 40_000, due, "2026-10-11")
			paid(n, 60_000, due, "2026-10-19")
		}, []string{"S-SET-01 v 2026-10-19 11>0 days, 390"}}, // 100,000 for 3 days, 60,000 for 8
		"half in time, half unpaid": {func(_ *rows, n *ledger.VoucherNode) { paid(n, 50_000, due, due) }, []string{"S-SET-01 v 2026-10-30 22>0 days, 550"}},
		"half late, half unpaid":    {func(_ *rows, n *ledger.VoucherNode) { paid(n, 50_000, due, "2026-10-19") }, []string{"S-SET-01 v 2026-10-30 22>0 days, 825"}},
		"nobody called it due":      {func(*rows, *ledger.VoucherNode) {}, []string{"S-SET-01 v 2026-10-30 22>0 days, 1100"}},
		"frozen": {func(_ *rows, n *ledger.VoucherNode) {
			event(n, ledger.VoucherFreeze, ledger.VoucherFrozen, "2026-10-08")
		}, nil},
		"frozen after a late part": {func(_ *rows, n *ledger.VoucherNode) {
			paid(n, 50_000, due, "2026-10-19")
			event(n, ledger.VoucherFreeze, ledger.VoucherFrozen, "2026-10-20")
		}, []string{"S-SET-01 v 2026-10-19 11>0 days, 550"}},
		"cancelled": {func(s *rows, n *ledger.VoucherNode) { cancelled(s, n) }, nil},
		"given up": {func(_ *rows, n *ledger.VoucherNode) {
			event(n, ledger.VoucherMature, ledger.VoucherDue, due)
			event(n, ledger.VoucherDefault, ledger.VoucherOverdue, "2026-10-12")
			event(n, ledger.VoucherWriteOff, ledger.VoucherWrittenOff, "2026-10-19")
		}, []string{"S-SET-01 v 2026-10-19 11>0 days, 550"}},
		"in pieces, of which one was passed on": {func(s *rows, n *ledger.VoucherNode) {
			pieces := s.split(n, "2026-09-10", 30_000, 70_000)
			paid(pieces[0], 30_000, due, due)
			paid(s.passed(pieces[1], "b", "2026-09-11", "document"), 70_000, due, "2026-10-11")
		}, []string{"S-SET-01 v.1.0 2026-10-11 3>0 days, 105"}},
		"taken back by recourse after a late part": {func(s *rows, n *ledger.VoucherNode) {
			b := s.passed(n, "b", "2026-09-11", "document")
			paid(b, 50_000, due, "2026-10-11") // 100,000 for 3 days: 150
			event(b, ledger.VoucherRepay, ledger.VoucherPassedOn, "2026-10-15")
			s.child(b, 0, 50_000, ledger.VoucherRepay, ledger.VoucherActive, "2026-10-15").Holder = "supplier9" // 50,000 for 19 days since: 475
		}, []string{"S-SET-01 v.0 2026-10-11 3>0 days, 150", "S-SET-01 v.0.0 2026-10-30 22>0 days, 475"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			c.plant(s, s.issued("v", s.claim("claim", "supplier9", "issuer1", 100_000, "2026-09-01"), 100_000, "2026-09-02", "2026-10-07"))
			var got []string
			for _, f := range evaluate(t, s, pack(), today, filter("S-SET-01")).Findings {
				got = append(got, summary(f)+", "+f.Detail["interest"])
			}
			compare(t, got, c.want)
		})
	}
}

// The version in force on the day of the late payment gives the grace.
func TestLateSettlementWithinTheGrace(t *testing.T) {
	s := clean()
	n := s.issued("v", s.claim("claim", "supplier9", "issuer1", 100_000, "2026-09-01"), 100_000, "2026-09-02", "2026-10-09")
	paid(n, 100_000, "2026-10-09", "2026-10-12")
	rules := pack()
	for grace, want := range map[int64]int{2: 1, 3: 0} {
		rules["S-SET-01"].Versions[0].Parameters["grace_days"] = grace
		if a := evaluate(t, s, rules, today, filter("S-SET-01")); a.Total != want {
			t.Errorf("with a grace of %d days: %+v", grace, a.Findings)
		}
	}
}
