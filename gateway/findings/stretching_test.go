package findings_test

import (
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestStretching(t *testing.T) {
	// The earlier voucher of 100,000 came due on Monday, 21 September 2026; the new one is of 10,000.
	const due = "2026-09-21"
	for name, c := range map[string]struct {
		earlier func(*rows, *ledger.VoucherNode)
		issued  string
		want    []string
	}{
		"unpaid, the same day":      {nil, due, []string{"S-TRM-04 new 2026-09-21 100000>0 fen"}},
		"unpaid, on the 30th day":   {nil, "2026-10-21", []string{"S-TRM-04 new 2026-10-21 100000>0 fen"}},
		"unpaid, on the 31st day":   {nil, "2026-10-22", nil},
		"before it came due":        {nil, "2026-09-20", nil},
		"paid on its day":           {func(_ *rows, n *ledger.VoucherNode) { paid(n, 100_000, due, due) }, due, nil},
		"paid the day after":        {func(_ *rows, n *ledger.VoucherNode) { paid(n, 100_000, due, "2026-09-22") }, due, []string{"S-TRM-04 new 2026-09-21 100000>0 fen"}},
		"paid before the new one":   {func(_ *rows, n *ledger.VoucherNode) { paid(n, 100_000, due, "2026-09-22") }, "2026-09-23", nil},
		"paid in part":              {func(_ *rows, n *ledger.VoucherNode) { paid(n, 70_000, due, due) }, "2026-09-25", []string{"S-TRM-04 new 2026-09-25 30000>0 fen"}},
		"paid to who held pieces":   {payPieces(due, 2), "2026-09-25", nil},
		"and not to all of them":    {payPieces(due, 1), "2026-09-25", []string{"S-TRM-04 new 2026-09-25 50000>0 fen"}},
		"given up":                  {giveUp, "2026-09-25", []string{"S-TRM-04 new 2026-09-25 100000>0 fen"}},
		"was never accepted":        {neverAccepted, "2026-09-25", nil},
		"cancelled, on other trade": {cancelled, "2026-09-25", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			old := s.issued("old", s.claim("old", "supplier9", "issuer1", 200_000, "2026-09-01"), 100_000, "2026-09-02", due)
			if c.earlier != nil {
				c.earlier(s, old)
			}
			s.issued("new", s.claim("new", "supplier9", "issuer1", 100_000, "2026-09-01"), 10_000, c.issued, "2026-12-01")
			expect(t, s, "S-TRM-04", c.want...)
		})
	}
}

func payPieces(due string, count int) func(*rows, *ledger.VoucherNode) {
	return func(s *rows, n *ledger.VoucherNode) {
		for _, p := range s.split(n, "2026-09-03", 50_000, 50_000)[:count] {
			paid(s.passed(p, "deeper", "2026-09-04", "document"), 50_000, due, due)
		}
	}
}

func giveUp(_ *rows, n *ledger.VoucherNode) {
	n.Due = n.Maturity
	event(n, ledger.VoucherMature, ledger.VoucherDue, n.Maturity)
	event(n, ledger.VoucherDefault, ledger.VoucherOverdue, "2026-09-22")
	event(n, ledger.VoucherWriteOff, ledger.VoucherWrittenOff, "2026-09-24")
}

func neverAccepted(_ *rows, n *ledger.VoucherNode) {
	n.Events = n.Events[:2]
	n.State = ledger.VoucherIssued
}

func cancelled(_ *rows, n *ledger.VoucherNode) {
	event(n, ledger.VoucherCancel, ledger.VoucherCancelled, "2026-09-20")
}

// A voucher that both cancel and replace by a longer one on the same claim was stretched, although it never came due.
func TestStretchingByCancelling(t *testing.T) {
	for name, c := range map[string]struct {
		issued, maturity string
		want             []string
	}{
		"longer":           {"2026-09-20", "2026-10-22", []string{"S-TRM-04 new 2026-09-20 100000>0 fen"}},
		"as long":          {"2026-09-20", "2026-10-21", nil},
		"after the window": {"2026-10-21", "2026-12-21", nil},
		"before":           {"2026-09-19", "2026-12-21", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			claim := s.claim("claim", "supplier9", "issuer1", 200_000, "2026-09-01")
			cancelled(s, s.issued("old", claim, 100_000, "2026-09-02", "2026-10-21"))
			s.issued("new", claim, 90_000, c.issued, c.maturity)
			expect(t, s, "S-TRM-04", c.want...)
		})
	}
}

// Another issuer, another payee or another currency is another matter.
func TestStretchingIsOfTheSameParties(t *testing.T) {
	s := clean()
	s.issued("old", s.claim("old", "supplier9", "issuer1", 200_000, "2026-09-01"), 100_000, "2026-09-02", "2026-09-21")
	s.issued("payee", s.claim("payee", "supplier8", "issuer1", 200_000, "2026-09-01"), 10_000, "2026-09-22", "2026-12-01")
	s.issued("issuer", s.claim("issuer", "supplier9", "issuer2", 200_000, "2026-09-01"), 10_000, "2026-09-22", "2026-12-01")
	dollars := s.claim("dollars", "supplier9", "issuer1", 200_000, "2026-09-01")
	dollars.Currency = "USD"
	s.issued("dollars", dollars, 10_000, "2026-09-22", "2026-12-01")
	expect(t, s, "S-TRM-04")
}
