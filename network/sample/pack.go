package sample

import (
	"fmt"
	"slices"

	"fundtrace/chaincode/ledger"
)

const (
	// keyPrefix starts the idempotency keys of the sample's entries: loading it twice records it once.
	keyPrefix = "synthetic-liaoning-1-"
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

// pack puts the operations into few entries in dependency order. Again and again a user writes all it can write; whose
// turn it is follows from how many changes of writer still come after its operations, and from how much of what it has
// left it can write now: a user who waits a little for others writes more at a time. The ledger's order is therefore
// that of a history loaded afterwards, not that of the value dates.
func pack(ops []*op) []*parcel {
	var parcels []*parcel
	chain := changesAfter(ops)
	left := slices.Clone(ops)
	for len(left) > 0 {
		var best []*op
		top := -1
		for _, u := range Users() {
			ready, all := writable(left, u.Name)
			if len(ready) == 0 {
				continue
			}
			rank := 4000 * len(ready) / all
			longest := 0
			for _, o := range ready {
				longest = max(longest, chain[o])
			}
			if rank += 1000 * longest; rank > top {
				best, top = ready, rank
			}
		}
		if len(best) == 0 {
			panic(fmt.Sprintf("sample: %d operations wait for each other", len(left)))
		}
		p := &parcel{user: best[0].user, key: fmt.Sprintf("%s%03d", keyPrefix, len(parcels)), ops: best}
		entry := ledger.EntryID(user(p.user).MSP(), p.user, p.key)
		for n, o := range best {
			o.parcel, o.entry, o.n = len(parcels), entry, n
		}
		parcels = append(parcels, p)
		left = slices.DeleteFunc(left, func(o *op) bool { return o.parcel >= 0 })
	}
	order(parcels)
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

// writable lists what a user can write next, each operation's predecessors being packed or before it in the list, and
// counts all that the user has left.
func writable(left []*op, user string) (ready []*op, all int) {
	in := map[*op]bool{}
	for _, o := range left {
		if o.user != user {
			continue
		}
		all++
		free := len(ready) < maxEntryOps
		for _, a := range o.after {
			free = free && (a.parcel >= 0 || in[a])
		}
		if free {
			ready, in[o] = append(ready, o), true
		}
	}
	return ready, all
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

// signed answers the parcel as its user submits it, with every reference filled in.
func (p *parcel) signed() Signed {
	e := ledger.Entry{Key: p.key}
	for _, o := range p.ops {
		b := o.body
		switch {
		case o.moves != nil:
			m := *b.Movement
			for _, d := range o.moves.drawn {
				m.Draws = append(m.Draws, ledger.Draw{Lot: d.lot.id(), Amount: d.amount})
			}
			b.Movement = &m
		case b.Step != nil:
			s := *b.Step
			s.Movement = o.about.id()
			b.Step = &s
		case b.Document != nil && o.about != nil:
			d := *b.Document
			d.Subject = o.about.id()
			b.Document = &d
		}
		e.Ops = append(e.Ops, b)
	}
	return Signed{User: p.user, Entry: e}
}
