package findings_test

import (
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestPriorSearch(t *testing.T) {
	for name, c := range map[string]struct {
		searched, result string
		want             []string
	}{
		"the same day":        {"2026-10-09", "result", nil},
		"three days before":   {"2026-10-06", "result", nil},
		"four days before":    {"2026-10-05", "result", []string{"S-FIN-02 * 2026-10-09 OLD 4>3 days"}},
		"the day after":       {"2026-10-10", "result", []string{"S-FIN-02 * 2026-10-09 AFTER -1>3 days"}},
		"not at all":          {"", "", []string{"S-FIN-02 * 2026-10-09 NONE >3 days"}},
		"with nothing to see": {"2026-10-08", "", []string{"S-FIN-02 * 2026-10-09 NO_RESULT 1>3 days"}},
	} {
		registration := ledger.Registration{Number: "R1", Date: "2026-10-09", Searched: c.searched, Search: c.result}
		for subject, plant := range map[string]func(*rows, *ledger.VoucherNode){
			"v.0": func(s *rows, n *ledger.VoucherNode) {
				s.sold(n, "factor", "2026-10-09", 36_000, "").Financing.Registration = registration
			},
			"v": func(s *rows, n *ledger.VoucherNode) {
				event(n, ledger.VoucherFund, ledger.VoucherPledged, "2026-10-09")
				n.Financing = financing("factor", ledger.Pledge, 40_000, 36_000, "2026-10-09", n.Maturity, "")
				n.Financing.Registration = registration
			},
			"invoice1": func(s *rows, _ *ledger.VoucherNode) {
				s.invoices[0].Reservations = []ledger.Reservation{{ID: "r", Funder: "factor", Amount: 5, State: ledger.Financed, Date: "2026-10-09", Registration: &registration},
					{ID: "held", Funder: "bank", Amount: 5, State: ledger.Reserved}}
			},
		} {
			t.Run(name+" "+subject, func(t *testing.T) {
				s := clean()
				plant(s, s.issued("v", s.claim("claim", "supplier9", "issuer1", 100_000, "2026-10-05"), 50_000, "2026-10-06", "2026-11-04"))
				var want []string
				for _, w := range c.want {
					want = append(want, w[:len("S-FIN-02 ")]+subject+w[len("S-FIN-02 *"):])
				}
				expect(t, s, "S-FIN-02", want...)
			})
		}
	}
}

// A funder that has registered and not paid yet is warned while it can still search.
func TestPriorSearchBeforeThePayment(t *testing.T) {
	s := clean()
	n := s.issued("v", s.claim("claim", "supplier9", "issuer1", 100_000, "2026-10-05"), 50_000, "2026-10-06", "2026-11-04")
	event(n, ledger.VoucherApply, ledger.FinancePending, "2026-10-07")
	n.Pending = &ledger.Pending{To: "factor"}
	expect(t, s, "S-FIN-02")
	event(n, ledger.VoucherRegister, ledger.FinancePending, "2026-10-09")
	n.Pending.Registration = &ledger.Registration{Number: "R1", Date: "2026-10-08"}
	expect(t, s, "S-FIN-02", "S-FIN-02 v 2026-10-08 NONE >3 days")
}
