package findings

import (
	"cmp"
	"maps"
	"slices"

	"fundtrace/chaincode/ledger"
)

// abnormalSplitting is S-SPL-02: vouchers that are split into too many or too small pieces or too often, and vouchers that
// one holder hands to many newly registered parties on one day.
//
//	pieces of a split > most_pieces; splits above its pieces > most_depth; smallest piece < least_fen
//	transferees of one transferor on one day, registered at most new_holder_days before it > new_holders
//
// Parameters, each only if set: most_pieces, most_depth, least_fen, new_holders with new_holder_days.
// Detail what: PIECES, DEPTH, TINY, NEW_HOLDERS. Source: 银发〔2025〕77号 (split layers are managed, abnormal splits are
// reported); the thresholds are the consortium's.
func abnormalSplitting(w *world, j *judge) {
	pieces := map[string][]*ledger.VoucherNode{} // by the voucher that was split
	for n := range each(w, w.nodes) {
		if n.Parent != "" && n.Events[0].Op == ledger.VoucherDivide {
			pieces[n.Parent] = append(pieces[n.Parent], n)
		}
	}
	for _, parent := range slices.Sorted(maps.Keys(pieces)) {
		children := pieces[parent]
		first := children[0]
		r := j.on(born(first))
		if r == nil {
			continue
		}
		smallest, tiny := first.Face, 0
		least := r.Parameters["least_fen"] // nothing is smaller where it is not set
		for _, c := range children {
			smallest = min(smallest, c.Face)
			if c.Face < least {
				tiny++
			}
		}
		// A piece keeps its first holder when it is passed on: the next holder's voucher is another node.
		report := func(what string, measured, allowed int64, unit Unit, message string, detail map[string]string) {
			detail["what"], detail["pieces"], detail["root"] = what, number(int64(len(children))), first.Root
			j.add(r, Finding{Kind: OfVoucher, Subject: parent, Party: first.Holder, Others: []string{first.Issuer}, Date: born(first),
				Measured: number(measured), Allowed: number(allowed), Unit: unit, Message: message, Detail: detail, Evidence: lots(children)})
		}
		if most, ok := r.Parameters["most_pieces"]; ok && int64(len(children)) > most {
			report("PIECES", int64(len(children)), most, Count, "the voucher was split into "+number(int64(len(children)))+" pieces; "+number(most)+" are usual at most", map[string]string{})
		}
		if most, ok := r.Parameters["most_depth"]; ok && int64(first.Depth) > most {
			report("DEPTH", int64(first.Depth), most, Count, "the pieces have "+number(int64(first.Depth))+" splits above them; "+number(most)+" are usual at most", map[string]string{})
		}
		if tiny > 0 {
			report("TINY", smallest, least, Fen, number(int64(tiny))+" of the pieces are smaller than "+money(least, first.Currency)+", the smallest "+money(smallest, first.Currency),
				map[string]string{"currency": first.Currency, "tiny": number(int64(tiny))})
		}
	}
	newHolders(w, j)
}

// newHolders finds who handed vouchers to many newly registered parties on one day.
func newHolders(w *world, j *judge) {
	type handing struct{ from, day string }
	handed := map[handing][]*ledger.VoucherNode{}
	for n := range each(w, w.nodes) {
		if n.Via == "TRANSFER" && n.Events[0].Op == ledger.VoucherTake {
			key := handing{n.From, born(n)}
			handed[key] = append(handed[key], n)
		}
	}
	keys := slices.SortedFunc(maps.Keys(handed), func(a, b handing) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.from, b.from)) })
	for key := range each(w, keys) {
		list := handed[key]
		r := j.on(key.day)
		if r == nil {
			continue
		}
		most, ok := r.Parameters["new_holders"]
		window, both := r.Parameters["new_holder_days"]
		if !ok || !both || int64(len(list)) <= most {
			continue
		}
		var fresh []*ledger.VoucherNode
		var holders []string
		for _, n := range list {
			since := w.registered(n.Holder)
			if since == "" {
				j.skip(FactMissing, "day of registration")
				continue
			}
			if age := ledger.Days(since, key.day); age >= 0 && age <= window {
				fresh, holders = append(fresh, n), append(holders, n.Holder)
			}
		}
		slices.Sort(holders)
		holders = slices.Compact(holders)
		if count := int64(len(holders)); count > most {
			j.add(r, Finding{Kind: OfParty, Subject: key.from, Party: key.from, Others: holders, Date: key.day, Measured: number(count), Allowed: number(most), Unit: Count,
				Message: "on one day the holder passed vouchers to " + number(count) + " parties registered at most " + number(window) + " days before",
				Detail:  map[string]string{"what": "NEW_HOLDERS", "vouchers": number(int64(len(fresh)))}, Evidence: lots(fresh)})
		}
	}
}

func lots(list []*ledger.VoucherNode) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.Lot
	}
	return out
}
