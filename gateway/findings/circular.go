package findings

import (
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
)

// circularTrade is S-TRF-02: a voucher that was passed on comes back to an earlier holder, or to a party of an earlier
// holder's or of the issuer's group, with an outsider in between. Passing on within a group is no circle, nor is what
// funders buy or what comes back by recourse. No parameters. Measured: the hops of the circle; allowed is none.
//
//	group(holder) = group(an earlier one on the path, the issuer first) ≠ group(one in between)
//
// Detail: path, the parties from the issuer on, separated by spaces. Source: 银发〔2025〕77号 (real trade); a known
// pattern of fraud: circles inflate turnover and lend against it.
func circularTrade(w *world, j *judge) {
	for n := range each(w, w.nodes) {
		if n.Via != "TRANSFER" || n.Parent == "" || n.Events[0].Op != ledger.VoucherTake {
			continue
		}
		path, evidence := []string{n.Holder}, []string{n.Lot}
		at := n
		for at.Parent != "" {
			if at = w.byLot[at.Parent]; at == nil {
				break
			}
			if at.Holder != path[len(path)-1] {
				path, evidence = append(path, at.Holder), append(evidence, at.Lot)
			}
		}
		if at == nil { // further up is what the reader does not see; a circle further down is one all the same
			j.skip(FactMissing, "the path from the issuer")
		} else {
			path = append(path, n.Issuer)
		}
		slices.Reverse(path)
		slices.Reverse(evidence)
		back := w.returnsTo(path)
		if back < 0 {
			continue
		}
		r := j.on(born(n))
		if r == nil {
			continue
		}
		hops := number(int64(len(path) - 1 - back))
		what := "EARLIER_HOLDER"
		message := "the voucher came back to its earlier holder " + n.Holder
		switch {
		case path[back] == n.Holder:
		case back == 0 && at != nil:
			what, message = "ISSUER_GROUP", "the voucher came back to the issuer's group, to "+n.Holder
		default:
			what, message = "HOLDER_GROUP", "the voucher came back to the group of its earlier holder "+path[back]+", to "+n.Holder
		}
		j.add(r, Finding{Kind: OfVoucher, Subject: n.Lot, Party: n.Holder, Others: slices.Clone(path[back:]), Date: born(n),
			Measured: hops, Allowed: "0", Unit: Count, Message: message + " after " + hops + " hops",
			Detail: map[string]string{"what": what, "path": strings.Join(path, " "), "root": n.Root}, Evidence: evidence})
	}
}

// returnsTo answers the last position of the path, before an outsider, whose group is that of the path's end; -1 where
// there is none.
func (w *world) returnsTo(path []string) int {
	end := w.group(path[len(path)-1])
	outside := false
	for i := len(path) - 2; i >= 0; i-- {
		switch same := w.group(path[i]) == end; {
		case same && outside:
			return i
		case !same:
			outside = true
		}
	}
	return -1
}
