package arena

import (
	"fmt"

	"fundtrace/gateway/trace"
)

// Flows states what each of some accounts of funds took in and what became of it, at the moment and for this reader. The
// cost is linear in the lots that were ever in those accounts and in those below them, down to the next fund.
// Errors: trace.ErrUnbalanced.
func (v *View) Flows(accounts []trace.Ref) (*trace.Flows, error) {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	s := stater{View: v, present: v.present(), position: make([]int32, len(a.accounts)),
		out: &trace.Flows{Funds: make([]trace.Statement, len(accounts)), Between: map[trace.Pair]trace.Passed{}}}
	for i := range s.position {
		s.position[i] = none
	}
	for i, ref := range accounts {
		if n, ok := a.number[int64(ref)]; ok {
			s.position[n] = int32(i)
		}
	}
	for i, ref := range accounts {
		n, ok := a.number[int64(ref)]
		if !ok {
			continue // nothing was ever paid into it
		}
		t := &s.out.Funds[i]
		for at := a.latest[n]; at != none; at = a.kin[at].held {
			s.held(int32(i), t, at)
		}
		t.In = t.New + t.FromFunds + t.CameBack + t.Closed
		t.PassedOn = t.In - t.Idle - t.Leaving
		if !t.Closes() {
			return nil, fmt.Errorf("%w: what came into account %d does not close: %+v", trace.ErrUnbalanced, ref, *t)
		}
	}
	return s.out, nil
}

// stater works out statements.
type stater struct {
	*View
	present  bool
	position []int32 // of an account among those asked for
	out      *trace.Flows
	kids     []int32
	below    []int32
}

// held counts a lot in the account of fund i.
func (s *stater) held(i int32, t *trace.Statement, at int32) {
	a := s.arena
	l := &a.lots[at]
	standing, ok := s.stood(at, s.present)
	switch {
	case !ok || standing == trace.Dead:
		return
	case s.hides(at):
		if standing == trace.Live {
			t.Unseen += l.amount
		}
		return
	case standing == trace.InTransit:
		t.Arriving += l.amount
		if p := s.payer(at); p != none {
			s.pass(p, i, 0, l.amount)
		}
		return
	}
	s.arrived(i, t, at)
	left := l.amount
	s.kids = a.children(at, s.kids[:0])
	for _, k := range s.kids {
		if now, ok := s.stood(k, s.present); ok && now != trace.Dead {
			left -= a.lots[k].amount
			s.leaves(i, t, k, now)
		}
	}
	t.Idle += left
	for len(s.below) > 0 {
		k := s.below[len(s.below)-1]
		s.below = s.below[:len(s.below)-1]
		s.beyond(t, k)
	}
}

// payer answers the position of the fund that a lot was drawn from; none where it was no fund, or one that was not asked
// for, or where the reader may not see the lot it was drawn from.
func (s *stater) payer(at int32) int32 {
	if p, ok := s.above(at); ok && s.arena.lots[p].place == inFund {
		return s.position[s.arena.kin[p].account]
	}
	return none
}

func (s *stater) pass(payer, payee int32, credited, inTransit int64) {
	pair := trace.Pair{Payer: int(payer), Payee: int(payee)}
	p := s.out.Between[pair]
	p.Credited += credited
	p.InTransit += inTransit
	s.out.Between[pair] = p
}

// arrived tells where a credited lot came from.
func (s *stater) arrived(i int32, t *trace.Statement, at int32) {
	a := s.arena
	amount := a.lots[at].amount
	up := a.kin[at].parent
	if up != none && a.lots[up].place == inFund {
		if a.kin[up].account == a.kin[at].account {
			return // it never left
		}
		t.FromFunds += amount
		if p := s.payer(at); p != none {
			s.pass(p, i, amount, 0)
		}
		return
	}
	for ; up != none; up = a.kin[up].parent {
		switch {
		case s.hides(up):
			t.Closed += amount
			return
		case a.lots[up].place == inFund:
			t.CameBack += amount
			return
		}
	}
	t.New += amount
}

// leaves counts a lot that was drawn from one in the account of fund i.
func (s *stater) leaves(i int32, t *trace.Statement, k int32, now trace.Standing) {
	l := &s.arena.lots[k]
	switch {
	case s.hides(k):
		t.Hidden += l.amount
	case now == trace.InTransit:
		t.InTransit += l.amount
		t.Leaving += l.amount
	case now == trace.Spent:
		t.Spent += l.amount
	case l.place != inFund:
		s.below = append(s.below, k)
	case s.position[s.arena.kin[k].account] != i:
		t.ToFunds += l.amount
	}
}

// beyond counts a live lot of others that money of the fund is in.
func (s *stater) beyond(t *trace.Statement, at int32) {
	a := s.arena
	l := &a.lots[at]
	left := l.amount
	s.kids = a.children(at, s.kids[:0])
	for _, k := range s.kids {
		now, ok := s.stood(k, s.present)
		if !ok || now == trace.Dead {
			continue
		}
		c := &a.lots[k]
		left -= c.amount
		switch {
		case s.hides(k):
			t.Hidden += c.amount
		case now == trace.InTransit:
			t.InTransit += c.amount
		case now == trace.Spent:
			t.Spent += c.amount
		case c.place == inFund:
			t.WentBack += c.amount
		default:
			s.below = append(s.below, k)
		}
	}
	if l.place == inTreasury {
		t.Returned += left
	} else {
		t.Reached += left
	}
}

// Total answers where everything is that came into any of the accounts for the first time, at whatever depth: the totals of
// a forward trace from each such lot, added. What is traced from one lot is not traced from another.
func (v *View) Total(accounts []trace.Ref) trace.Totals {
	a := v.arena
	a.mu.RLock()
	defer a.mu.RUnlock()
	member := make([]bool, len(a.accounts))
	for _, ref := range accounts {
		if n, ok := a.number[int64(ref)]; ok {
			member[n] = true
		}
	}
	quick := v.present() && v.seen == nil
	var out trace.Totals
	for n, is := range member {
		if !is {
			continue
		}
		for at := a.latest[n]; at != none; at = a.kin[at].held {
			if s, ok := v.standing(at); !ok || s != trace.Live || v.hides(at) || v.descends(at, member) {
				continue
			}
			var t trace.Totals
			if quick {
				t = a.sum(at)
			} else {
				t = v.sum(at)
			}
			out.Traced += a.lots[at].amount
			out.Reached += t.Reached
			out.Idle += t.Idle
			out.InTransit += t.InTransit
			out.Spent += t.Spent
			out.Hidden += t.Hidden
		}
	}
	return out
}

// descends reports whether an ancestor of a lot that the reader may see lies in an account of the group.
func (v *View) descends(at int32, member []bool) bool {
	a := v.arena
	for up, ok := v.above(at); ok; up, ok = v.above(up) {
		if member[a.kin[up].account] {
			return true
		}
	}
	return false
}

// above answers the lot that a lot was drawn from; ok is false for roots, where the reader may not see it, and where it did
// not lie there at the moment: value dates may contradict the order of payments.
func (v *View) above(at int32) (up int32, ok bool) {
	up = v.arena.kin[at].parent
	if up == none || v.hides(up) {
		return none, false
	}
	s, ok := v.standing(up)
	return up, ok && s == trace.Live
}
