package findings

import (
	"maps"
	"math/big"
	"slices"

	"fundtrace/chaincode/ledger"
)

// concentration is S-CON-01: how much of all outstanding vouchers one issuer or one group owes, in each currency.
//
//	share = owed / Σ owed > issuer_share_ppm, or for groups of several issuers > group_share_ppm
//	HHI = Σ owed² / (Σ owed)² > hhi_ppm, by issuer, and by group where that differs
//
// 250,000 ppm are 2,500 points of the customary scale. Parameters, each only if set: issuer_share_ppm, group_share_ppm,
// hhi_ppm. Unit: ppm, rounded up; comparisons are exact. Detail what: ISSUER_SHARE, GROUP_SHARE, ISSUER_HHI, GROUP_HHI;
// hhi_points is HHI × 10,000, cut to an integer. Source: a core enterprise's default reaches every tier; the thresholds
// are the consortium's.
func concentration(w *world, j *judge) {
	r := j.on(w.asOf)
	if r == nil {
		return
	}
	issuerMost, issuers := r.Parameters["issuer_share_ppm"]
	groupMost, groups := r.Parameters["group_share_ppm"]
	most, indices := r.Parameters["hhi_ppm"]
	if !issuers && !groups && !indices {
		j.skip(ParameterMissing, "hhi_ppm")
		return
	}
	byIssuer := w.owed(func(n *ledger.VoucherNode) string { return n.Issuer })
	byGroup := w.owed(func(n *ledger.VoucherNode) string { return w.group(n.Issuer) })
	totals := map[string]*big.Int{} // by currency
	for o, v := range byIssuer {
		totals[o.currency] = orZero(totals[o.currency])
		totals[o.currency].Add(totals[o.currency], v)
	}
	share := func(o of, owed *big.Int, most int64, what, words string) {
		if total := totals[o.currency]; exceeds(owed, total, most) {
			part := ratio(owed, total)
			j.add(r, Finding{Kind: OfParty, Subject: o.party, Party: o.party, Date: w.asOf, Measured: part.String(), Allowed: number(most), Unit: PPM,
				Message: "the " + words + " owes " + percent(part) + " of all outstanding vouchers; " + percent(big.NewInt(most)) + " is the threshold",
				Detail:  map[string]string{"what": what, "currency": o.currency, "owed": owed.String(), "total": total.String()}})
		}
	}
	for _, o := range slices.SortedFunc(maps.Keys(byIssuer), compareParts) {
		if issuers {
			share(o, byIssuer[o], issuerMost, "ISSUER_SHARE", "issuer")
		}
	}
	for _, o := range slices.SortedFunc(maps.Keys(byGroup), compareParts) {
		if groups && byGroup[o].Cmp(orZero(byIssuer[o])) != 0 {
			share(o, byGroup[o], groupMost, "GROUP_SHARE", "group")
		}
	}
	if !indices {
		return
	}
	for _, currency := range slices.Sorted(maps.Keys(totals)) {
		plain, whole := Herfindahl(partsIn(byIssuer, currency))
		grouped, _ := Herfindahl(partsIn(byGroup, currency))
		index := func(squares *big.Int, parties int, what, words string) {
			if !exceeds(squares, whole, most) {
				return
			}
			points := new(big.Int).Mul(squares, big.NewInt(10_000))
			points.Quo(points, whole)
			j.add(r, Finding{Kind: OfMarket, Subject: currency, Date: w.asOf, Measured: ratio(squares, whole).String(), Allowed: number(most), Unit: PPM,
				Message: "outstanding vouchers are concentrated on few: by " + words + " the HHI is " + points.String() + " points; " + number(most/100) + " is the threshold",
				Detail:  map[string]string{"what": what, "currency": currency, "hhi_points": points.String(), "total": totals[currency].String(), "parties": number(int64(parties))}})
		}
		index(plain, len(partsIn(byIssuer, currency)), "ISSUER_HHI", "issuer")
		if grouped.Cmp(plain) != 0 {
			index(grouped, len(partsIn(byGroup, currency)), "GROUP_HHI", "group")
		}
	}
}

// Herfindahl answers the sum of the squares of the parts and the square of their sum. Their quotient is the index: 1 where
// one has all, 1/n where n have the same. Both are 0 where there is nothing.
func Herfindahl(parts []*big.Int) (squares, whole *big.Int) {
	squares, sum := new(big.Int), new(big.Int)
	for _, p := range parts {
		sum.Add(sum, p)
		squares.Add(squares, new(big.Int).Mul(p, p))
	}
	return squares, sum.Mul(sum, sum)
}

func partsIn(owed map[of]*big.Int, currency string) []*big.Int {
	var parts []*big.Int
	for o, v := range owed {
		if o.currency == currency {
			parts = append(parts, v)
		}
	}
	return parts
}
