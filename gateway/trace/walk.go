package trace

import (
	"context"
	"fmt"
)

// Walker is a forest that goes down by itself, faster than level by level through Children.
type Walker interface {
	// Walk answers what carries money below a lot, the lot included: level by level, in ascending order within a level.
	Walk(ctx context.Context, start Ref) ([]Visit, error)
}

// Visit is one lot on the way down. Before and After are what its parent held around the draw, in minor units.
type Visit struct {
	Lot           Lot
	Place         Place // of its account
	Parent        int   // position of its parent among the visits, -1 for the start
	Depth         int
	Before, After int64
}

// Summer is a forest that adds up a forward trace by itself.
type Summer interface {
	// Sum answers the totals of a forward trace from a lot.
	Sum(start Ref) Totals
}

// Total answers the totals of a forward trace without rows and diagram: an Answer whose lists are empty.
// Errors: LOT_UNKNOWN, ErrUnbalanced.
func Total(ctx context.Context, f Forest, lot string) (*Answer, error) {
	s, ok := f.(Summer)
	if !ok {
		out, err := Forward(ctx, f, lot, Options{Limit: 1})
		if err != nil {
			return nil, err
		}
		return bare(out), nil
	}
	start, err := f.Find(ctx, lot)
	if err != nil {
		return nil, err
	}
	a := newAtlas(f)
	if err := a.load(ctx, []Lot{start}); err != nil {
		return nil, err
	}
	totals := s.Sum(start.Ref)
	if !totals.Closes() {
		return nil, fmt.Errorf("%w: the trace of lot %s does not close", ErrUnbalanced, lot)
	}
	return bare(&Answer{Lot: lot, Direction: forward, Amount: start.Amount, Currency: a.seen[start.Account].Currency, Totals: totals}), nil
}

// bare leaves lot, currency and totals of an answer.
func bare(out *Answer) *Answer {
	return &Answer{Lot: out.Lot, Direction: out.Direction, Amount: out.Amount, Currency: out.Currency, Totals: out.Totals,
		Nodes: []Node{}, Links: []Link{}, Rows: []Row{}, Settlements: []Settlement{}, Truncated: true}
}

// below visits what carries money below a lot, by the forest's own walk where it has one, and says before how many steps
// to expect where that is known.
func below(ctx context.Context, f Forest, a *atlas, start Lot, expect func(steps int), visit func(step)) error {
	w, ok := f.(Walker)
	if !ok {
		return descend(ctx, f, a, []seed{{lot: start}}, visit)
	}
	visits, err := w.Walk(ctx, start.Ref)
	if err != nil {
		return err
	}
	expect(len(visits))
	for i := range visits {
		v := &visits[i]
		s := step{lot: &v.Lot, place: v.Place, depth: v.Depth, start: v.Parent < 0, before: v.Before, after: v.After}
		if !s.start {
			s.parent = &visits[v.Parent].Lot
		}
		visit(s)
	}
	return nil
}
