package findings_test

import (
	"fmt"
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestCircularTrade(t *testing.T) {
	for name, c := range map[string]struct {
		path []string // after the payee, supplier9
		want []string
	}{
		"ever onward":                       {[]string{"b", "c", "d"}, nil},
		"back to the payee":                 {[]string{"b", "supplier9"}, []string{"S-TRF-02 v.0.0 2026-10-09 EARLIER_HOLDER 2>0 count"}},
		"back to a later one":               {[]string{"b", "c", "d", "b"}, []string{"S-TRF-02 v.0.0.0.0 2026-10-11 EARLIER_HOLDER 3>0 count"}},
		"to the issuer's group":             {[]string{"b", "sister"}, []string{"S-TRF-02 v.0.0 2026-10-09 ISSUER_GROUP 3>0 count"}},
		"to it at once":                     {[]string{"sister"}, []string{"S-TRF-02 v.0 2026-10-08 ISSUER_GROUP 2>0 count"}},
		"to the top of its group":           {[]string{"top"}, []string{"S-TRF-02 v.0 2026-10-08 ISSUER_GROUP 2>0 count"}},
		"within another group":              {[]string{"x1", "x2", "d"}, nil},
		"around it and back":                {[]string{"x1", "d", "x2"}, []string{"S-TRF-02 v.0.0.0 2026-10-10 HOLDER_GROUP 2>0 count"}},
		"round and round":                   {[]string{"b", "supplier9", "b"}, []string{"S-TRF-02 v.0.0 2026-10-09 EARLIER_HOLDER 2>0 count", "S-TRF-02 v.0.0.0 2026-10-10 EARLIER_HOLDER 2>0 count"}},
		"a group that says it is its own":   {[]string{"self", "b"}, nil},
		"two that say each other's top are": {[]string{"p", "q", "d"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := circle()
			n := s.vouchers[len(s.vouchers)-1]
			for k, to := range c.path {
				n = s.passed(n, to, fmt.Sprintf("2026-10-%02d", 8+k), "document")
			}
			expect(t, s, "S-TRF-02", c.want...)
		})
	}
}

// circle is a clean world with groups, and a voucher that can be passed on as the last row.
func circle() *rows {
	s := clean()
	for party, group := range map[string]string{"sister": "middle", "middle": "top", "x1": "x", "x2": "x", "self": "self", "p": "q", "q": "p"} {
		s.party(party, group)
	}
	s.parties[0].Group = "top" // issuer1
	s.issued("v", s.claim("claim", "supplier9", "issuer1", 100_000, "2026-10-05"), 50_000, "2026-10-06", "2026-11-04")
	return s
}

// A split on the way hides no circle: each piece that comes back is found. Recourse and funders make none.
func TestCirclesThroughSplits(t *testing.T) {
	s := circle()
	pieces := s.split(s.passed(s.vouchers[len(s.vouchers)-1], "b", "2026-10-08", "document"), "2026-10-09", 20_000, 30_000)
	s.passed(pieces[0], "supplier9", "2026-10-10", "document")
	s.passed(pieces[1], "sister", "2026-10-10", "document")
	expect(t, s, "S-TRF-02", "S-TRF-02 v.0.0.0 2026-10-10 EARLIER_HOLDER 2>0 count", "S-TRF-02 v.0.1.0 2026-10-10 ISSUER_GROUP 3>0 count")

	s = circle()
	bought := s.sold(s.passed(s.vouchers[len(s.vouchers)-1], "b", "2026-10-08", "document"), "sister", "2026-10-09", 36_000, "2026-10-09")
	expect(t, s, "S-TRF-02") // the group's own finance company
	event(bought, ledger.VoucherRepay, ledger.VoucherPassedOn, "2026-10-20")
	back := s.child(bought, 0, bought.Face, ledger.VoucherRepay, ledger.VoucherActive, "2026-10-20")
	back.Holder, back.Via, back.From = "b", "TRANSFER", "supplier9" // as b held it before
	expect(t, s, "S-TRF-02")
}
