package ways

import (
	"cmp"
	"context"
	"math"
	"slices"

	"fundtrace/gateway/trace"
)

// Stop is a party on a way, or an account whose owner the reader may not know.
type Stop struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Fund  string `json:"fund,omitempty"`
}

// Hop is the payments from one stop of a way to the next that can have carried its money.
type Hop struct {
	From      Stop     `json:"from"`
	To        Stop     `json:"to"`
	Payments  int      `json:"payments"`
	Amount    int64    `json:"amount,string"` // of these payments, minor units
	First     string   `json:"first"`         // day on which the first of them left
	Last      string   `json:"last"`          // day on which the last of them arrived
	Movements []string `json:"movements"`     // the first of them, at most five
	lots      []trace.Ref
}

// Way is one chain of parties along which money can have gone.
type Way struct {
	Hops   []Hop  `json:"hops"`
	Amount int64  `json:"amount,string"` // the most that can have gone all the way, minor units
	First  string `json:"first"`         // earliest departure
	Last   string `json:"last"`          // latest arrival
	Days   int    `json:"days"`          // the least from a departure to an arrival
}

// Answer is every way found, the greatest first.
type Answer struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Hops      int    `json:"hops"` // most payments on a way that were looked at
	Ways      []Way  `json:"rows"`
	Found     int    `json:"found"`     // listed or not
	Truncated bool   `json:"truncated"` // the search was cut: there may be more
}

// Between answers the ways from some accounts to others. Where both are the same, they are round trips.
func Between(ctx context.Context, r Record, from, to []trace.Ref, o Options) (*Answer, error) {
	o = o.bounded()
	out := &Answer{Hops: o.Hops, Ways: []Way{}}
	if len(from) == 0 || len(to) == 0 {
		return out, nil
	}
	g, err := explore(ctx, r, from, to, o.Hops)
	if err != nil {
		return nil, err
	}
	s := &search{graph: g, options: o, on: make([]bool, len(g.nodes))}
	if err := s.walk(ctx, begin, nil); err != nil {
		return nil, err
	}
	s.sort()
	out.Found, out.Truncated = s.count, g.truncated || s.steps > maxSteps
	out.Ways = s.found[:min(len(s.found), o.Limit)]
	if out.Ways == nil {
		out.Ways = []Way{}
	}
	return out, name(ctx, r, out.Ways)
}

// search walks from node to node, never twice to one.
type search struct {
	*graph
	options Options
	on      []bool
	path    []Hop
	steps   int
	count   int   // ways found
	found   []Way // of them, at least the greatest that are asked for
}

// keep notes a way. Of many only the greatest are kept: a dense graph has more than memory holds.
func (s *search) keep(w Way) {
	s.count++
	if s.found = append(s.found, w); len(s.found) >= 2*s.options.Limit {
		s.sort()
		s.found = s.found[:s.options.Limit]
	}
}

// sort puts the greatest first; among equals the short ones, then those found first.
func (s *search) sort() {
	slices.SortStableFunc(s.found, func(x, y Way) int {
		return cmp.Or(cmp.Compare(y.Amount, x.Amount), cmp.Compare(len(x.Hops), len(y.Hops)))
	})
}

// arrival is money that lies at the node where the search stands: since when, and the latest day on which it can have set
// out.
type arrival struct {
	at     trace.Instant
	amount int64
	began  int32
	first  int32 // the earliest day on which any money that lies there by then can have set out
}

func (s *search) walk(ctx context.Context, node int, here []arrival) error {
	targets := make([]int, 0, len(s.next[node]))
	for to := range s.next[node] {
		if !s.on[to] && s.away[to] >= 0 && len(s.path)+1+s.away[to] <= s.options.Hops {
			targets = append(targets, to)
		}
	}
	slices.Sort(targets)
	s.on[node] = true
	defer func() { s.on[node] = false }()
	for _, to := range targets {
		if s.steps++; s.steps > maxSteps {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		hop, there := s.pass(node, to, here)
		if len(there) == 0 {
			continue
		}
		s.path = append(s.path, hop)
		if to == end {
			s.keep(s.way(there))
		} else if err := s.walk(ctx, to, there); err != nil {
			return err
		}
		s.path = s.path[:len(s.path)-1]
	}
	return nil
}

// pass hands on what lies at a node by the payments to the next, in the order of time: on a chain, whoever hands on as
// much as he can as soon as he can hands on the most.
func (s *search) pass(from, to int, here []arrival) (Hop, []arrival) {
	h := Hop{From: s.stop(from), To: s.stop(to), Movements: []string{}}
	var there []arrival
	lies, k, began, first := int64(0), 0, trace.NotArrived, int32(math.MaxInt32)
	for _, l := range s.next[from][to] {
		pays := l.amount
		if from == begin {
			began, first = l.left.Day, l.left.Day
		} else {
			for ; k < len(here) && !after(here[k].at, l.left); k++ {
				lies += here[k].amount
				began, first = max(began, here[k].began), min(first, here[k].first)
			}
			pays = min(pays, lies)
		}
		if pays == 0 || s.options.Days > 0 && int(l.arrived.Day-began) > s.options.Days {
			continue
		}
		lies -= pays
		if h.Payments++; h.Payments == 1 {
			h.First = trace.DateOf(l.left.Day)
		}
		h.Last = max(h.Last, trace.DateOf(l.arrived.Day))
		h.Amount += l.amount
		if len(h.lots) < 5 {
			h.lots = append(h.lots, l.lot)
		}
		there = append(there, arrival{l.arrived, pays, began, first})
	}
	slices.SortStableFunc(there, func(x, y arrival) int {
		return cmp.Or(cmp.Compare(x.at.Day, y.at.Day), cmp.Compare(x.at.Seq, y.at.Seq))
	})
	return h, there
}

func after(x, y trace.Instant) bool { return x.Day > y.Day || x.Day == y.Day && x.Seq > y.Seq }

func (s *search) way(there []arrival) Way {
	w := Way{Hops: slices.Clone(s.path), Last: trace.DateOf(there[len(there)-1].at.Day), Days: math.MaxInt32}
	first := int32(math.MaxInt32)
	for _, a := range there {
		first = min(first, a.first)
		w.Amount += a.amount
		w.Days = min(w.Days, int(a.at.Day-a.began))
	}
	w.First = trace.DateOf(first)
	return w
}

func (g *graph) stop(n int) Stop {
	t := &g.nodes[n]
	return Stop{ID: cmp.Or(t.Owner, t.ID), Label: t.Label, Fund: t.Fund}
}

// name tells the movements of hops by their identifiers.
func name(ctx context.Context, r Record, list []Way) error {
	var lots []trace.Ref
	for _, w := range list {
		for _, h := range w.Hops {
			lots = append(lots, h.lots...)
		}
	}
	slices.Sort(lots)
	lots = slices.Compact(lots)
	ids := make(map[trace.Ref]string, len(lots))
	for part := range slices.Chunk(lots, 4096) {
		facts, err := r.Facts(ctx, part)
		if err != nil {
			return err
		}
		for i := range facts {
			ids[facts[i].Ref] = facts[i].ID
		}
	}
	for i := range list {
		for k := range list[i].Hops {
			h := &list[i].Hops[k]
			for _, l := range h.lots {
				h.Movements = append(h.Movements, ids[l])
			}
		}
	}
	return nil
}
