package findings_test

import (
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestLookAlikes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*rows)
		want   []string
	}{
		"two share a partial fingerprint": {func(s *rows) { s.invoices[1].Near = s.invoices[3].Near },
			[]string{"S-FIN-03N invoice4 2026-09-20 2>1 count"}},
		"the latest is named": {func(s *rows) { s.invoices[1].Near, s.invoices[1].Date = s.invoices[3].Near, "2026-09-21" },
			[]string{"S-FIN-03N invoice2 2026-09-21 2>1 count"}},
		"two share both": {func(s *rows) {
			s.invoices[1].Near, s.invoices[3].Near = []string{"x", "y"}, []string{"y", "x"}
		}, []string{"S-FIN-03N invoice4 2026-09-20 2>1 count"}},
		"one carries one twice": {func(s *rows) { s.invoices[1].Near = []string{"x", "x"} }, nil},
		"two pairs": {func(s *rows) {
			s.invoices[0].Near, s.invoices[1].Near, s.invoices[2].Near = []string{"x"}, []string{"x", "y"}, []string{"y"}
		}, []string{"S-FIN-03N invoice2 2026-09-20 2>1 count", "S-FIN-03N invoice3 2026-09-20 2>1 count"}},
		"one is cancelled": {func(s *rows) { s.invoices[1].Near, s.invoices[1].Cancelled = s.invoices[3].Near, &ledger.Signature{} }, nil},
		"one is of later":  {func(s *rows) { s.invoices[1].Near, s.invoices[1].Date = s.invoices[3].Near, "2026-10-31" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			c.change(s)
			expect(t, s, "S-FIN-03N", c.want...)
		})
	}
}

// Where two alike are usual, three are found.
func TestLookAlikesBeyondTheUsual(t *testing.T) {
	s, rules := clean(), pack()
	rules["S-FIN-03N"].Versions[0].Parameters["most_alike"] = 2
	for want, more := range []int{1, 2} {
		s.invoices[0].Near, s.invoices[more].Near = []string{"x"}, []string{"x"}
		if a := evaluate(t, s, rules, today, filter("S-FIN-03N")); a.Total != want {
			t.Errorf("%d alike: %+v", more+1, a.Findings)
		}
	}
}
