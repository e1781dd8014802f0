package findings_test

import (
	"testing"

	"fundtrace/chaincode/ledger"
)

// The golden discount: 499,999.50 yuan at 4.35 % over 123 days, ACT/360, gives 7,431.24, which costs 4.4770 % a year of
// what the holder got. Worked out with exact fractions beside this test's language.
func TestCost(t *testing.T) {
	for name, c := range map[string]struct {
		facts ledger.Facts
		want  []string
	}{
		"the golden discount, against its own cost":   {sale(49_999_950, 743_124, 123), nil},
		"8 % to the ppm, from below":                  {ledger.Facts{Terms: ledger.Terms{Mode: ledger.Pledge, RatePPM: 78_904, DayCount: ledger.Actual360}, Days: 30, Net: 1}, nil},
		"from above":                                  {ledger.Facts{Terms: ledger.Terms{Mode: ledger.Pledge, RatePPM: 78_905, DayCount: ledger.Actual360}, Days: 30, Net: 1}, []string{"S-FIN-06 v 2026-10-09 PLEDGE 80001>80000 ppm"}},
		"a loan by a year of 365 days":                {ledger.Facts{Terms: ledger.Terms{Mode: ledger.Pledge, RatePPM: 80_000, DayCount: ledger.Actual365}, Days: 30, Net: 1}, nil},
		"a dearer one":                                {ledger.Facts{Terms: ledger.Terms{Mode: ledger.Pledge, RatePPM: 80_001, DayCount: ledger.Actual365}, Days: 30, Net: 1}, []string{"S-FIN-06 v 2026-10-09 PLEDGE 80001>80000 ppm"}},
		"7.8 % a year of 360 days, of less than face": {sale(100_000, 693, 32), nil},
		"7.9 %":                           {sale(100_000, 702, 32), []string{"S-FIN-06 v 2026-10-09 SALE 80638>80000 ppm"}},
		"a fen on the last day":           {sale(100, 1, 1), []string{"S-FIN-06 v 2026-10-09 SALE 3686869>80000 ppm"}},
		"nothing":                         {sale(100_000, 0, 32), nil},
		"more than an int64 in between":   {sale(1<<62, 1<<61, 365), []string{"S-FIN-06 v 2026-10-09 SALE 1000000>80000 ppm"}},
		"paid on the day that it was due": {sale(100_000, 0, 0), nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			n := s.issued("v", s.claim("claim", "supplier9", "issuer1", 100_000, "2026-10-05"), 50_000, "2026-10-06", "2026-11-04")
			f := c.facts
			f.Funder, f.Date = "factor", "2026-10-09"
			n.Financing = &f
			expect(t, s, "S-FIN-06", c.want...)
		})
	}
	rules := pack()
	rules["S-FIN-06"].Versions[0].Parameters = map[string]int64{"lpr_ppm": 30_000, "margin_ppm": 14_769}
	s := clean()
	f := sale(49_999_950, 743_124, 123)
	f.Date = "2026-10-09"
	s.vouchers[0].Financing = &f
	a := evaluate(t, s, rules, today, filter("S-FIN-06"))
	if len(a.Findings) != 1 || a.Findings[0].Measured != "44770" || a.Findings[0].Allowed != "44769" || a.Findings[0].Message != "the financing costs 4.477 % a year; 4.4769 % is the loan prime rate and its margin" {
		t.Errorf("the golden discount: %+v", a.Findings)
	}
}

func sale(face, discount, days int64) ledger.Facts {
	return ledger.Facts{Terms: ledger.Terms{Mode: ledger.Sale}, Days: days, Discount: discount, Net: face - discount}
}
