package arena

import (
	"context"
	"slices"

	"fundtrace/gateway/trace"
)

var (
	_ trace.Walker = (*View)(nil)
	_ trace.Summer = (*View)(nil)
)

// present reports whether the moment is not before anything that the arena knows: then the lots' present standing holds,
// and no history needs to be looked at. The caller holds the lock.
func (v *View) present() bool { return v.known >= v.arena.block && v.asOf >= v.arena.date }

// standing answers how a lot stood; ok is false when it did not exist yet.
func (v *View) standing(i int32) (s trace.Standing, ok bool) { return v.stood(i, v.present()) }

// stood is standing for who has asked already whether the moment is the present.
func (v *View) stood(i int32, present bool) (s trace.Standing, ok bool) {
	if present {
		return trace.Standing(v.arena.lots[i].now), true
	}
	c := v.stage(&v.arena.moves[v.arena.kin[i].move])
	if c == nil {
		return 0, false
	}
	if c.stage <= credited && v.gaveWay(i) {
		return trace.Dead, true
	}
	return c.stage.standing(v.arena.lots[i].place), true
}

// Walk goes down from a lot, level by level and in ascending order within a level, touching each lot once. It implements
// trace.Walker. Dead lots carry nothing and are passed over; a hidden lot is visited, what descends from it is not.
func (v *View) Walk(ctx context.Context, start trace.Ref) ([]trace.Visit, error) {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	if start < 1 || int(start) > len(a.lots) {
		return nil, nil
	}
	first := int32(start - 1)
	s, ok := v.standing(first)
	if !ok || s == trace.Dead {
		return nil, nil
	}
	l := &a.lots[first]
	w := descent{View: v, present: v.present(), items: []item{{kid: kid{l.amount, first, l.mark()&^markStanding | mark(s), l.place}, parent: none, left: l.amount}}}
	for level, depth := 0, int32(0); level < len(w.items); depth++ {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		end := len(w.items)
		w.below(level, end, depth+1)
		level = end
	}
	return w.visits(start), nil
}

// descent goes down. What it gathers is small, so that going down touches little memory; lots are described at the end.
type descent struct {
	*View
	present bool
	items   []item
	kids    []kid
	keys    []uint64
	spare   []item
}

// item is one lot on the way down, before it is described.
type item struct {
	kid
	parent, depth int32 // parent is a position in items
	drawn, left   int64
}

// below appends the children of a level.
func (w *descent) below(level, end int, depth int32) {
	for n := level; n < end; n++ {
		it := &w.items[n]
		if it.mark&markStanding != mark(trace.Live) || it.mark&markParent == 0 || w.hides(it.lot) {
			continue
		}
		w.kids = w.alive(it.lot, w.present, w.kids[:0])
		w.items = slices.Grow(w.items, len(w.kids))
		it = &w.items[n]
		for _, c := range w.kids {
			it.drawn += c.amount
			w.items = append(w.items, item{kid: c, parent: int32(n), depth: depth, left: c.amount})
		}
	}
	w.sort(w.items[end:])
}

// sort puts a level into ascending order: by small keys, because items are large to move about.
func (w *descent) sort(level []item) {
	w.keys = w.keys[:0]
	sorted := true
	for n := range level {
		w.keys = append(w.keys, uint64(level[n].lot)<<32|uint64(n))
		sorted = sorted && (n == 0 || level[n-1].lot < level[n].lot)
	}
	if sorted {
		return
	}
	slices.Sort(w.keys)
	w.spare = append(w.spare[:0], level...)
	for n, key := range w.keys {
		level[n] = w.spare[key&(1<<32-1)]
	}
}

// visits describes what was gathered.
func (w *descent) visits(start trace.Ref) []trace.Visit {
	a := w.arena
	out := make([]trace.Visit, len(w.items))
	for n := range w.items {
		it, r := &w.items[n], &a.kin[w.items[n].lot]
		v := &out[n]
		v.Lot = trace.Lot{Ref: trace.Ref(it.lot) + 1, Parent: trace.Ref(r.parent) + 1, Root: start, Movement: trace.Ref(r.move) + 1, Account: trace.Ref(a.accounts[r.account]),
			Amount: it.amount, Drawn: it.drawn, Standing: trace.Standing(it.mark & markStanding), Hidden: w.hides(it.lot)}
		v.Place, v.Parent, v.Depth = placeNames[it.place], int(it.parent), int(it.depth)
		if it.parent != none {
			up := &w.items[it.parent]
			v.Before = up.left
			up.left -= it.amount
			v.After = up.left
		}
	}
	return out
}

// Sum answers the totals of a forward trace alone.
func (v *View) Sum(start trace.Ref) trace.Totals {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	if start < 1 || int(start) > len(a.lots) {
		return trace.Totals{}
	}
	first := int32(start - 1)
	s, ok := v.standing(first)
	if !ok || s == trace.Dead {
		return trace.Totals{}
	}
	var t trace.Totals
	if v.present() && v.seen == nil {
		t = a.sum(first)
	} else {
		t = v.sum(first)
	}
	t.Traced = a.lots[first].amount
	return t
}

// sum adds up what a lot carries, as it stands at present and for who sees everything. It is the innermost loop of every
// total: children are read one after the other where they stand side by side, and only those with children of their own
// are looked up.
func (a *Arena) sum(start int32) trace.Totals {
	switch l := &a.lots[start]; trace.Standing(l.now) {
	case trace.InTransit:
		return trace.Totals{InTransit: l.amount}
	case trace.Spent:
		return trace.Totals{Spent: l.amount}
	}
	var by [everyMark]int64 // children, by their marks
	var left [2]int64       // of lots with children, by whether they lie in a fund
	stack := make([]int32, 1, 64)
	stack[0] = start
	for fund := 1; len(stack) > 0; fund = 0 { // what is left where it started is idle
		l := &a.lots[stack[len(stack)-1]]
		stack = stack[:len(stack)-1]
		if l.place == inFund {
			fund = 1
		}
		rest := l.amount
		kids := a.kids[l.kids : l.kids+l.count]
		for i := range kids {
			c := &kids[i]
			by[c.mark&(everyMark-1)] += c.amount
			if c.mark&markStanding != mark(trace.Dead) {
				rest -= c.amount
			}
			if c.mark&markParent != 0 && c.mark&markStanding == mark(trace.Live) {
				stack = append(stack, c.lot)
			}
		}
		for k := l.fresh; k != none; k = a.kin[k].sibling {
			c := &a.lots[k]
			m := c.mark()
			by[m] += c.amount
			if m&markStanding != mark(trace.Dead) {
				rest -= c.amount
			}
			if m&markParent != 0 && m&markStanding == mark(trace.Live) {
				stack = append(stack, k)
			}
		}
		left[fund] += rest
	}
	t := trace.Totals{Reached: left[0], Idle: left[1]}
	for m, amount := range by {
		switch m := mark(m); {
		case m&markStanding == mark(trace.InTransit):
			t.InTransit += amount
		case m&markStanding == mark(trace.Spent):
			t.Spent += amount
		case m&markStanding == mark(trace.Dead), m&markParent != 0: // nothing, and counted as left
		case m&markFund != 0:
			t.Idle += amount
		default:
			t.Reached += amount
		}
	}
	return t
}

// sum adds up what a lot carried at the moment, for this reader.
func (v *View) sum(start int32) trace.Totals {
	a := v.arena
	var t trace.Totals
	var kids []int32
	stack := []int32{start}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		l := &a.lots[at]
		s, _ := v.standing(at)
		switch {
		case v.hides(at):
			t.Hidden += l.amount
			continue
		case s == trace.InTransit:
			t.InTransit += l.amount
			continue
		case s == trace.Spent:
			t.Spent += l.amount
			continue
		}
		left := l.amount
		kids = a.children(at, kids[:0])
		for _, k := range kids {
			if v.carries(k) {
				left -= a.lots[k].amount
				stack = append(stack, k)
			}
		}
		if at == start || l.place == inFund {
			t.Idle += left
		} else {
			t.Reached += left
		}
	}
	return t
}
