package sample

import (
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
)

const (
	// keyPrefix starts the idempotency keys of the sample's entries, with the part behind it: loading it twice records it
	// once.
	keyPrefix = "synthetic-"
	// maxEntryOps keeps an entry, and the transaction that records it, at a size that every network takes.
	maxEntryOps = 400
)

// parcel is an entry being filled: operations of one user, each after what it depends on.
type parcel struct {
	user  string
	key   string
	ops   []*op
	after []int // parcels that must be recorded before; the others may go side by side
}

// pack puts the operations into few entries in dependency order, one part after another: an earlier part depends on no
// later one.
func pack(ops []*op) []*parcel {
	var parcels []*parcel
	for _, p := range []part{funds, chain} {
		var own []*op
		for _, o := range ops {
			if o.part == p {
				own = append(own, o)
			}
		}
		parcels = packPart(p, own, parcels)
	}
	order(parcels)
	return parcels
}

// packPart packs one part behind the parcels there are. Again and again a user writes all it can write; whose turn it is
// follows from how many changes of writer still come after its operations, and from how much of what it has left it can
// write now: a user who waits a little for others writes more at a time. The ledger's order is therefore that of a
// history loaded afterwards, not that of the value dates.
func packPart(p part, ops []*op, parcels []*parcel) []*parcel {
	changes := changesAfter(ops)
	left := map[string][]*op{} // by user
	for _, o := range ops {
		left[o.user] = append(left[o.user], o)
	}
	for start := len(parcels); len(left) > 0; {
		var best []*op
		top := -1
		for _, u := range Users() {
			ready := writable(left[u.Name])
			if len(ready) == 0 {
				continue
			}
			rank := 4000 * len(ready) / len(left[u.Name])
			longest := 0
			for _, o := range ready {
				longest = max(longest, changes[o])
			}
			if rank += 1000 * longest; rank > top {
				best, top = ready, rank
			}
		}
		if len(best) == 0 {
			panic(fmt.Sprintf("sample: operations of %d users wait for each other", len(left)))
		}
		by := best[0].user
		x := &parcel{user: by, key: fmt.Sprintf("%s%s-1-%03d", keyPrefix, p, len(parcels)-start), ops: best}
		entry := ledger.EntryID(user(by).MSP(), by, x.key)
		for n, o := range best {
			o.parcel, o.entry, o.n = len(parcels), entry, n
		}
		parcels = append(parcels, x)
		if left[by] = slices.DeleteFunc(left[by], func(o *op) bool { return o.parcel >= 0 }); len(left[by]) == 0 {
			delete(left, by)
		}
	}
	return parcels
}

// changesAfter counts for each operation the changes of writer on the longest way through what depends on it.
func changesAfter(ops []*op) map[*op]int {
	chain := make(map[*op]int, len(ops))
	for i := len(ops) - 1; i >= 0; i-- { // whatever an operation depends on comes before it
		o := ops[i]
		for _, a := range o.after {
			n := chain[o]
			if a.user != o.user {
				n++
			}
			chain[a] = max(chain[a], n)
		}
	}
	return chain
}

// writable lists what a user can write next of what it has left, each operation's predecessors being packed or before it
// in the list. A payment and the voucher's step that it is recorded with stay together.
func writable(left []*op) (ready []*op) {
	in := map[*op]bool{}
	for _, o := range left {
		free := len(ready) < maxEntryOps || o.pays != nil && in[o.pays]
		for _, a := range o.after {
			free = free && (a.parcel >= 0 || in[a])
		}
		if free {
			ready, in[o] = append(ready, o), true
		}
	}
	return ready
}

// order finds for each parcel the earlier ones that it must wait for: those it depends on, and those that change what
// it reads or changes (Fabric would refuse one of two such transactions in one block).
func order(parcels []*parcel) {
	reads, writes := make([]map[string]bool, len(parcels)), make([]map[string]bool, len(parcels))
	for i, p := range parcels {
		reads[i], writes[i] = map[string]bool{}, map[string]bool{}
		needs := map[int]bool{}
		for _, o := range p.ops {
			for _, a := range o.after {
				needs[a.parcel] = true
			}
			for _, k := range o.reads {
				reads[i][k] = true
			}
			for _, k := range o.writes {
				writes[i][k] = true
			}
		}
		for j := range i {
			if needs[j] || overlap(writes[j], writes[i]) || overlap(writes[j], reads[i]) || overlap(reads[j], writes[i]) {
				p.after = append(p.after, j)
			}
		}
	}
}

func overlap(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}

// signed answers the parcel as its user submits it, with every reference filled in. Errors: only for a key of another length.
func (p *parcel) signed(at Place) (Signed, error) {
	e := ledger.Entry{Key: p.key}
	for _, o := range p.ops {
		b := o.body
		if o.fill != nil {
			if err := o.fill(&b, at); err != nil {
				return Signed{}, fmt.Errorf("fill %s of sample entry %s: %w", b.Type, p.key, err)
			}
		}
		e.Ops = append(e.Ops, b)
	}
	return Signed{User: p.user, Entry: e}, nil
}
