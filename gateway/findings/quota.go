package findings

import (
	"cmp"
	"maps"
	"math/big"
	"slices"

	"fundtrace/chaincode/ledger"
)

// quota is S-ISS-01: an issuer's outstanding vouchers against what it bought in the months before, and against a fixed
// limit where one is set.
//
//	outstanding × 1,000,000 > most_ppm × Σ confirmed claims against the issuer, delivered in the window
//	outstanding > limit_fen, in yuan only
//
// The window is (as of − window_months, as of], by the delivery, or the contract where no delivery is recorded.
// Parameters: most_ppm with window_months, limit_fen; each limit only if set. Unit: minor units.
// Source: 银发〔2025〕77号 (no unreasonable expansion); the thresholds are the consortium's.
func quota(w *world, j *judge) {
	r := j.on(w.asOf)
	if r == nil {
		return
	}
	ratioLimit, hasRatio := r.Parameters["most_ppm"]
	limit, hasLimit := r.Parameters["limit_fen"]
	if !hasRatio && !hasLimit {
		j.skip(ParameterMissing, "most_ppm")
		return
	}
	months, ok := r.Parameters["window_months"]
	if hasRatio && !ok {
		j.skip(ParameterMissing, "window_months")
		hasRatio = false
	}
	after := ledger.AddMonths(w.asOf, -int(min(months, 1200)))
	bought := w.purchases(after)
	owed := w.owed(func(n *ledger.VoucherNode) string { return n.Issuer })
	for _, of := range slices.SortedFunc(maps.Keys(owed), compareParts) {
		total := owed[of]
		f := Finding{Kind: OfParty, Subject: of.party, Party: of.party, Date: w.asOf, Measured: total.String(), Unit: Fen}
		if volume := bought[of]; hasRatio && exceeds(total, orZero(volume), ratioLimit) {
			allowed := new(big.Int).Mul(orZero(volume), big.NewInt(ratioLimit))
			allowed.Quo(allowed, big.NewInt(million))
			g := f
			g.Allowed = allowed.String()
			g.Detail = map[string]string{"what": "VOLUME", "currency": of.currency, "volume": orZero(volume).String(), "after": after}
			if volume != nil {
				g.Detail["ratio_ppm"] = ratio(total, volume).String()
			}
			g.Message = "the issuer has " + moneyText(total, of.currency) + " of vouchers outstanding; " + percent(big.NewInt(ratioLimit)) + " of what it bought since " + after + " is " + moneyText(allowed, of.currency)
			j.add(r, g)
		}
		if hasLimit && of.currency == "CNY" && total.Cmp(big.NewInt(limit)) > 0 {
			f.Allowed, f.Detail = number(limit), map[string]string{"what": "LIMIT", "currency": of.currency}
			f.Message = "the issuer has " + moneyText(total, of.currency) + " of vouchers outstanding; its limit is " + money(limit, of.currency)
			j.add(r, f)
		}
	}
}

// of is a party's part in one currency.
type of struct{ party, currency string }

func compareParts(a, b of) int {
	return cmp.Or(cmp.Compare(a.party, b.party), cmp.Compare(a.currency, b.currency))
}

// owed sums what is outstanding, by whom the key names. Totals may exceed an int64.
func (w *world) owed(key func(*ledger.VoucherNode) string) map[of]*big.Int {
	sums := map[of]*big.Int{}
	for n := range each(w, w.nodes) {
		if open := outstanding(n); open > 0 {
			grow(sums, of{key(n), n.Currency}, open)
		}
	}
	return sums
}

// purchases sums confirmed claims that were delivered after a day and by the day of the answer, by debtor.
func (w *world) purchases(after string) map[of]*big.Int {
	sums := map[of]*big.Int{}
	for c := range each(w, w.claims) {
		day := cmp.Or(c.DeliveryDate, c.ContractDate)
		if c.Confirmed != nil && c.Cancelled == nil && day > after && day <= w.asOf {
			grow(sums, of{c.Debtor, c.Currency}, c.Amount)
		}
	}
	return sums
}

func grow(sums map[of]*big.Int, key of, v int64) {
	if sums[key] == nil {
		sums[key] = new(big.Int)
	}
	sums[key].Add(sums[key], big.NewInt(v))
}

func orZero(v *big.Int) *big.Int {
	if v == nil {
		return new(big.Int)
	}
	return v
}
