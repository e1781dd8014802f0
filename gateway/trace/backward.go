package trace

import (
	"context"
	"fmt"
)

// Backward answers where the money of a lot came from: the one chain of lots from it up to its root. The last row is the
// root with its origin, and the whole amount counts as reached, that is followed to its root; unless the chain passes
// what the reader may not see: then the whole amount counts as hidden.
// Errors: LOT_UNKNOWN, FIELD_INVALID (cursor), ErrUnbalanced.
func Backward(ctx context.Context, f Forest, lot string, o Options) (*Answer, error) {
	w, err := o.window()
	if err != nil {
		return nil, err
	}
	start, err := f.Find(ctx, lot)
	if err != nil {
		return nil, err
	}
	chain := []Lot{start}
	closed := false
	for up := start; up.Parent != 0; {
		above, err := f.Lots(ctx, []Ref{up.Parent})
		if err != nil {
			return nil, err
		}
		if len(above) != 1 || above[0].Ref >= up.Ref {
			return nil, fmt.Errorf("%w: lot %d has no parent", ErrUnbalanced, up.Ref)
		}
		if up = above[0]; up.Hidden {
			closed = true
			break
		}
		chain = append(chain, up)
	}
	a := newAtlas(f)
	if err := a.load(ctx, chain); err != nil {
		return nil, err
	}
	out := &Answer{Lot: lot, Direction: backward, Currency: a.seen[start.Account].Currency, Amount: start.Amount, Totals: Totals{Traced: start.Amount}}
	if closed {
		out.Totals.Hidden = start.Amount
	} else {
		out.Totals.Reached = start.Amount
	}
	return out, out.ascend(ctx, f, a, o, w, chain, closed)
}

// ascend lists a chain from the start upwards.
func (out *Answer) ascend(ctx context.Context, f Forest, a *atlas, o Options, w window, chain []Lot, closed bool) error {
	around, err := surroundings(ctx, f, chain)
	if err != nil {
		return err
	}
	l := newListing(w)
	d := newDiagram()
	top := len(chain)
	for depth := range chain {
		if !o.lists(depth) {
			out.Truncated = true
			break
		}
		s := around[depth]
		s.lot, s.depth = &chain[depth], depth
		l.add(s)
		from := end{}
		switch {
		case depth+1 < top:
			from.account = chain[depth+1].Account
		case !closed:
			facts, err := factsOf(ctx, f, []Ref{chain[depth].Ref})
			if err != nil {
				return err
			}
			from.source = sourceNode(facts[chain[depth].Ref].Origin)
		}
		d.add(from, end{account: chain[depth].Account}, top-depth, chain[depth].Movement, chain[0].Amount)
	}
	return out.list(ctx, f, a, l, d)
}

// surroundings answers what each lot's parent held before and after it was drawn: draws count in the order of the
// ledger, those that came to nothing do not. The last of the chain has no parent that may be seen.
func surroundings(ctx context.Context, f Forest, chain []Lot) ([]step, error) {
	out := make([]step, len(chain))
	byParent := map[Ref]int{}
	var parents []Ref
	for i := 0; i+1 < len(chain); i++ {
		out[i].before, byParent[chain[i].Parent] = chain[i+1].Amount, i
		parents = append(parents, chain[i].Parent)
	}
	siblings, err := each(parents, func(part []Ref) ([]Lot, error) { return f.Children(ctx, part) })
	if err != nil {
		return nil, err
	}
	for _, s := range siblings {
		if i := byParent[s.Parent]; s.Standing != Dead && s.Ref < chain[i].Ref {
			out[i].before -= s.Amount
		}
	}
	for i := 0; i+1 < len(chain); i++ {
		out[i].after = out[i].before
		if chain[i].Standing != Dead {
			out[i].after -= chain[i].Amount
		}
	}
	return out, nil
}
