package findings_test

import (
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestUndocumentedTransfer(t *testing.T) {
	for name, c := range map[string]struct {
		plant func(*rows, *ledger.VoucherNode)
		want  []string
	}{
		"filed with the offer": {func(s *rows, n *ledger.VoucherNode) { s.passed(n, "b", "2026-10-08", "document") }, nil},
		"filed with the answer": {func(s *rows, n *ledger.VoucherNode) {
			s.passed(n, "b", "2026-10-08", "").Events[0].Document = "document"
		}, nil},
		"filed by nobody":     {func(s *rows, n *ledger.VoucherNode) { s.passed(n, "b", "2026-10-08", "") }, []string{"S-TRF-01 v.0 2026-10-08 TAKEN"}},
		"offered with one":    {func(s *rows, n *ledger.VoucherNode) { offer(n, "document") }, nil},
		"offered without one": {func(s *rows, n *ledger.VoucherNode) { offer(n, "") }, []string{"S-TRF-01 v 2026-10-09 OFFERED"}},
		"declined": {func(s *rows, n *ledger.VoucherNode) {
			offer(n, "")
			event(n, ledger.VoucherDecline, ledger.VoucherActive, "2026-10-10")
		}, nil},
		"offered again with one": {func(s *rows, n *ledger.VoucherNode) {
			offer(n, "")
			event(n, ledger.VoucherDecline, ledger.VoucherActive, "2026-10-10")
			s.passed(n, "b", "2026-10-11", "document")
		}, nil},
		"split, the pieces of what was taken": {func(s *rows, n *ledger.VoucherNode) {
			s.split(s.passed(n, "b", "2026-10-08", ""), "2026-10-09", 20_000, 30_000)
		}, []string{"S-TRF-01 v.0 2026-10-08 TAKEN"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			c.plant(s, s.issued("v", s.claim("claim", "supplier9", "issuer1", 100_000, "2026-10-05"), 50_000, "2026-10-06", "2026-11-04"))
			expect(t, s, "S-TRF-01", c.want...)
		})
	}
}

func offer(n *ledger.VoucherNode, document string) {
	event(n, ledger.VoucherOffer, ledger.TransferPending, "2026-10-09").Document = document
	n.Pending = &ledger.Pending{To: "b", Document: document}
}
