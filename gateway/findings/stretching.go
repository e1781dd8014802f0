package findings

import (
	"cmp"
	"math/big"
	"slices"

	"fundtrace/chaincode/ledger"
)

// stretching is S-TRM-04: an issuer gives the same payee a new voucher in place of one that came due unpaid, or of an
// accepted one that both cancelled and that stood on the same claim with an earlier maturity.
//
//	due ≤ new issue ≤ due + within_days and unpaid at the end of the day of the new issue > 0, or
//	cancelled ≤ new issue ≤ cancelled + within_days, same claim and later maturity
//
// Parameter: within_days. Measured: what the old vouchers leave unpaid, or what of them was replaced, in minor units;
// allowed is nothing. Source: State Council Order 802 Art. 11 (no stretching of terms by non-cash payment).
func stretching(w *world, j *judge) {
	type pair struct{ issuer, payee, currency string }
	type ended struct {
		root      *ledger.VoucherNode
		day       string // due or cancelled
		cancelled bool
	}
	between := map[pair][]ended{}
	of := func(n *ledger.VoucherNode) pair { return pair{n.Issuer, n.Holder, n.Currency} }
	for n := range each(w, w.roots) {
		if step(n, ledger.VoucherAccept) == nil { // a promise that nobody took replaces nothing and is replaced by nothing
			continue
		}
		if n.State != ledger.VoucherCancelled {
			between[of(n)] = append(between[of(n)], ended{n, w.due(n), false})
		} else {
			between[of(n)] = append(between[of(n)], ended{n, n.Events[len(n.Events)-1].Date, true})
		}
	}
	for _, list := range between {
		slices.SortFunc(list, func(a, b ended) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.root.Lot, b.root.Lot)) })
	}
	for n := range each(w, w.roots) {
		if n.State == ledger.VoucherCancelled {
			continue
		}
		issued := signed(n)
		r, within, ok := j.limit(issued, "within_days")
		if !ok {
			continue
		}
		left, since, evidence := new(big.Int), "", []string{n.Root}
		list := between[of(n)] // the new voucher itself is due after its issue
		first := addDays(issued, -within)
		at, _ := slices.BinarySearchFunc(list, first, func(e ended, day string) int { return cmp.Compare(e.day, day) })
		for _, old := range list[at:] {
			if old.day > issued {
				break
			}
			open := int64(0)
			switch {
			case !old.cancelled && !w.closed(old.root):
				j.skip(FactMissing, "what others hold of the earlier voucher")
			case !old.cancelled:
				open = w.unpaid(old.root, issued)
			case old.root.Claim == n.Claim && old.root.Maturity < n.Maturity:
				open = old.root.Face
			}
			if open > 0 {
				left.Add(left, big.NewInt(open))
				since, evidence = cmp.Or(since, old.day), append(evidence, old.root.Root)
			}
		}
		if left.Sign() == 0 {
			continue
		}
		j.add(r, Finding{Kind: OfVoucher, Subject: n.Root, Party: n.Issuer, Others: []string{n.Holder}, Date: issued,
			Measured: left.String(), Allowed: "0", Unit: Fen,
			Message:  "the issuer gave the same payee a new voucher on " + issued + " while " + moneyText(left, n.Currency) + " of earlier ones, the first since " + since + ", was not paid or was cancelled",
			Detail:   map[string]string{"currency": n.Currency, "since": since, "days": number(ledger.Days(since, issued)), "vouchers": number(int64(len(evidence) - 1))},
			Evidence: evidence})
	}
}
