package arena

import (
	"time"

	"fundtrace/gateway/trace"
)

var (
	_ trace.Clocked = (*View)(nil)
	_ trace.Rester  = (*View)(nil)
)

// Arrivals answers what came into an account for the first time, newest first. It implements trace.Clocked.
func (v *View) Arrivals(account trace.Ref) []trace.Arrival {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	n, ok := a.number[int64(account)]
	if !ok {
		return nil
	}
	member := make([]bool, len(a.accounts))
	member[n] = true
	var out []trace.Arrival
	for at := a.latest[n]; at != none; at = a.kin[at].held {
		if s, ok := v.standing(at); ok && s == trace.Live && !v.hides(at) && !v.descends(at, member) {
			out = append(out, v.arrival(at))
		}
	}
	return out
}

// arrival describes a lot that arrived, and how its money came.
func (v *View) arrival(at int32) trace.Arrival {
	a := v.arena
	out := trace.Arrival{Lot: trace.Ref(at) + 1, Amount: a.lots[at].amount, Day: v.day(at)}
	out.Left = out.Day
	top := at
	for a.kin[top].parent != none {
		up, ok := v.above(top)
		if !ok {
			return out
		}
		top = up
		if a.lots[up].place != inTreasury {
			out.Left = v.day(up)
		}
	}
	out.Root = trace.Ref(top) + 1
	return out
}

// day answers the value date of a lot that existed at the moment.
func (v *View) day(at int32) int { return int(v.valued(&v.arena.moves[v.arena.kin[at].move])) }

// Onward follows a lot down to the first enterprises that it reaches. It implements trace.Clocked.
func (v *View) Onward(lot trace.Ref, halt func(trace.Halt)) {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	present := v.present()
	stack := []int32{int32(lot - 1)}
	var kids []int32
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		l := &a.lots[at]
		s, ok := v.stood(at, present)
		if !ok || s == trace.Dead {
			continue
		}
		h := trace.Halt{Place: placeNames[l.place], Standing: s, Hidden: v.hides(at), Amount: l.amount, Day: v.day(at)}
		if h.Hidden || s != trace.Live || l.place != inFund && l.place != inTreasury {
			halt(h)
			continue
		}
		kids = a.children(at, kids[:0])
		for _, k := range kids {
			if now, ok := v.stood(k, present); ok && now != trace.Dead {
				h.Amount -= a.lots[k].amount
				stack = append(stack, k)
			}
		}
		if h.Amount > 0 {
			halt(h)
		}
	}
}

// Resting answers what lies in accounts of funds. It implements trace.Rester.
func (v *View) Resting(accounts []trace.Ref) []trace.Resting {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	present := v.present()
	var out []trace.Resting
	var kids []int32
	for i, ref := range accounts {
		n, ok := a.number[int64(ref)]
		if !ok {
			continue
		}
		for at := a.latest[n]; at != none; at = a.kin[at].held {
			if s, ok := v.stood(at, present); !ok || s != trace.Live || v.hides(at) {
				continue
			}
			left := a.lots[at].amount
			kids = a.children(at, kids[:0])
			for _, k := range kids {
				if now, ok := v.stood(k, present); ok && now != trace.Dead {
					left -= a.lots[k].amount
				}
			}
			if left > 0 {
				out = append(out, trace.Resting{Lot: trace.Ref(at) + 1, Fund: i, Amount: left, Day: v.day(at), First: v.firstFunded(at)})
			}
		}
	}
	return out
}

// firstFunded answers since when the money of a lot in a fund has been in funds without a break, as far up as the reader may
// see.
func (v *View) firstFunded(at int32) int {
	a := v.arena
	first := v.day(at)
	for up, ok := v.above(at); ok && a.lots[up].place == inFund; up, ok = v.above(up) {
		first = v.day(up)
	}
	return first
}

// Day counts a date YYYY-MM-DD in days since 1970-01-01. Errors: a text that is no calendar date.
func Day(date string) (int, error) {
	d, err := day(date)
	return int(d), err
}

// Date is the inverse of Day.
func Date(day int) string { return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly) }
