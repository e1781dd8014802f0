package arena

import (
	"slices"

	"fundtrace/gateway/trace"
)

// children appends the children of a lot to into, in ascending order. The caller holds the lock.
func (a *Arena) children(i int32, into []int32) []int32 {
	l := &a.lots[i]
	for i := range a.kids[l.kids : l.kids+l.count] {
		into = append(into, a.kids[l.kids+int32(i)].lot)
	}
	young := len(into)
	for k := l.fresh; k != none; k = a.kin[k].sibling {
		into = append(into, k)
	}
	slices.Reverse(into[young:])
	return into
}

// alive appends the children of a lot that carried money at the moment, with the marks of then, in ascending order. The
// caller holds the lock.
func (v *View) alive(i int32, present bool, into []kid) []kid {
	a := v.arena
	l := &a.lots[i]
	if !present {
		for _, k := range a.children(i, nil) {
			if s, ok := v.stood(k, false); ok && s != trace.Dead {
				c := &a.lots[k]
				into = append(into, kid{c.amount, k, c.mark()&^markStanding | mark(s), c.place})
			}
		}
		return into
	}
	for _, c := range a.kids[l.kids : l.kids+l.count] {
		if c.mark&markStanding != mark(trace.Dead) {
			into = append(into, c)
		}
	}
	young := len(into)
	for k := l.fresh; k != none; k = a.kin[k].sibling {
		if c := &a.lots[k]; c.now != uint8(trace.Dead) {
			into = append(into, kid{c.amount, k, c.mark(), c.place})
		}
	}
	slices.Reverse(into[young:])
	return into
}

// slack is how many lots may hang in chains before all are arranged again: an eighth, so that arranging costs a constant
// for each lot in the long run.
const slack = 8

// arrange puts the children of every lot side by side when many are not: following a chain waits for memory at each lot,
// reading a list does not.
func (a *Arena) arrange() {
	a.mu.RLock()
	young := len(a.lots) - a.arranged
	enough := young <= 1024+a.arranged/slack
	a.mu.RUnlock()
	if enough {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.layOut()
}

// layOut writes kids anew. The caller holds the lock.
func (a *Arena) layOut() {
	for i := range a.lots {
		a.lots[i].count, a.lots[i].fresh = 0, none
	}
	children := int32(0)
	for i := range a.kin {
		if p := a.kin[i].parent; p != none {
			a.lots[p].count++
			children++
		}
		a.kin[i].sibling = none
	}
	at := int32(0)
	for i := range a.lots {
		l := &a.lots[i]
		l.kids = at
		at += l.count
		l.count = 0
	}
	a.kids = make([]kid, children)
	for i := range a.kin {
		r := &a.kin[i]
		if r.rank = none; r.parent != none {
			l := &a.lots[r.parent]
			r.rank = l.kids + l.count
			a.kids[r.rank] = kid{amount: a.lots[i].amount, lot: int32(i), place: a.lots[i].place}
			l.count++
		}
	}
	for i := range a.kids { // when all counts are known
		a.kids[i].mark = a.lots[a.kids[i].lot].mark()
	}
	a.arranged = len(a.lots)
}
