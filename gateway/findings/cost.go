package findings

import (
	"math/big"

	"fundtrace/chaincode/ledger"
)

// cost is S-FIN-06: what a financing costs in a year, all in, against the loan prime rate and a margin.
//
//	sale:   discount / net × 365 / days > lpr_ppm + margin_ppm
//	pledge: the loan's rate; × 365 / 360 where it counts a year of 360 days
//
// The ledger records no fees beside the discount, so that this is the least the holder paid. Parameters: lpr_ppm,
// margin_ppm. Unit: ppm a year of 365 days, rounded up. Source: 银发〔2025〕77号 (fees); the margin is the consortium's.
func cost(w *world, j *judge) {
	for n := range each(w, w.nodes) {
		t := n.Financing
		if t == nil {
			continue
		}
		r, lpr, ok := j.limit(t.Date, "lpr_ppm")
		if !ok {
			continue
		}
		margin, ok := j.parameter(r, "margin_ppm")
		if !ok {
			continue
		}
		paid, base := annual(t)
		if base.Sign() <= 0 { // paid on the day it is due: nothing to annualise
			j.skip(FactMissing, "days of the financing")
			continue
		}
		most := new(big.Int).Add(big.NewInt(lpr), big.NewInt(margin))
		measured := ratio(paid, base)
		if measured.Cmp(most) <= 0 {
			continue
		}
		j.add(r, Finding{Kind: OfVoucher, Subject: n.Lot, Party: t.Funder, Others: []string{financed(n), n.Issuer}, Date: t.Date,
			Measured: measured.String(), Allowed: most.String(), Unit: PPM,
			Message: "the financing costs " + percent(measured) + " a year; " + percent(most) + " is the loan prime rate and its margin",
			Detail: map[string]string{"what": t.Mode, "currency": n.Currency, "discount": number(t.Discount), "net": number(t.Net), "days": number(t.Days),
				"rate_ppm": number(t.RatePPM), "lpr_ppm": number(lpr), "margin_ppm": number(margin)},
			Evidence: []string{n.Lot, t.Cash}})
	}
}

// annual answers cost and base of a year of 365 days, whose quotient is the rate.
func annual(t *ledger.Facts) (paid, base *big.Int) {
	if t.Mode == ledger.Pledge {
		year := int64(365)
		if t.DayCount == ledger.Actual360 {
			year = 360
		}
		return new(big.Int).Mul(big.NewInt(t.RatePPM), big.NewInt(365)), big.NewInt(million * year)
	}
	return new(big.Int).Mul(big.NewInt(t.Discount), big.NewInt(365)), new(big.Int).Mul(big.NewInt(t.Net), big.NewInt(t.Days))
}
