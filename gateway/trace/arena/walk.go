package arena

import (
	"context"
	"slices"

	"fundtrace/gateway/trace"
)

// present reports whether the moment is not before anything that the arena knows: then the lots' present standing holds,
// and no history needs to be looked at. The caller holds the lock.
func (v *View) present() bool { return v.known >= v.arena.block && v.asOf >= v.arena.date }

// standing answers how a lot stood; ok is false when it did not exist yet.
func (v *View) standing(l *lot, present bool) (s trace.Standing, ok bool) {
	if present {
		return trace.Standing(l.now), true
	}
	m := &v.arena.moves[l.move]
	c := v.stage(m)
	if c == nil {
		return 0, false
	}
	return c.stage.standing(m.sink), true
}

// Walk goes down from a lot, level by level and in ascending order within a level, touching each lot once. It implements
// trace.Walker. Dead lots carry nothing and are passed over; a hidden lot is visited, what descends from it is not.
func (v *View) Walk(ctx context.Context, start trace.Ref, visit func(trace.Visit)) error {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	if start < 1 || int(start) > len(a.lots) {
		return nil
	}
	present := v.present()
	type item struct {
		at, parent    int32 // parent is a position in items
		before, after int64 // of the parent, around the draw
	}
	items := []item{{at: int32(start - 1), parent: none}}
	lots := []trace.Lot{{}}
	for level, depth := 0, 0; level < len(items); depth++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		end := len(items)
		slices.SortFunc(items[level:end], func(x, y item) int { return int(x.at) - int(y.at) })
		for n := level; n < end; n++ {
			l := &a.lots[items[n].at]
			s, ok := v.standing(l, present)
			if !ok || s == trace.Dead {
				continue
			}
			out := &lots[n]
			*out = trace.Lot{Ref: trace.Ref(items[n].at) + 1, Parent: trace.Ref(l.parent) + 1, Root: start, Movement: trace.Ref(l.move) + 1,
				Account: trace.Ref(a.accounts[l.account]), Amount: l.amount, Standing: s, Hidden: v.seen != nil && !v.seen(l.ref)}
			first := len(items)
			for k := l.child; k != none; k = a.lots[k].sibling {
				child := &a.lots[k]
				if s, ok := v.standing(child, present); ok && s != trace.Dead {
					out.Drawn += child.amount
					items = append(items, item{at: k, parent: int32(n)})
				}
			}
			if s != trace.Live || out.Hidden {
				items = items[:first]
			} else {
				left := l.amount
				slices.Reverse(items[first:])
				for i := first; i < len(items); i++ {
					items[i].before = left
					left -= a.lots[items[i].at].amount
					items[i].after = left
				}
			}
			lots = append(lots, make([]trace.Lot, len(items)-len(lots))...)
			out = &lots[n]
			step := trace.Visit{Lot: out, Depth: depth, Before: items[n].before, After: items[n].after}
			if p := items[n].parent; p != none {
				step.Parent = &lots[p]
			}
			visit(step)
		}
		level = end
	}
	return nil
}

// Sum answers the totals of a forward trace alone.
func (v *View) Sum(start trace.Ref) trace.Totals {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	var t trace.Totals
	if start < 1 || int(start) > len(a.lots) {
		return t
	}
	present := v.present()
	stack := []int32{int32(start - 1)}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		l := &a.lots[at]
		s, ok := v.standing(l, present)
		if !ok || s == trace.Dead {
			continue
		}
		first := at == int32(start-1)
		if first {
			t.Traced = l.amount
		}
		switch {
		case v.seen != nil && !v.seen(l.ref):
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
		for k := l.child; k != none; k = a.lots[k].sibling {
			if s, ok := v.standing(&a.lots[k], present); ok && s != trace.Dead {
				left -= a.lots[k].amount
				stack = append(stack, k)
			}
		}
		if first || a.funds[l.account] {
			t.Idle += left
		} else {
			t.Reached += left
		}
	}
	return t
}
