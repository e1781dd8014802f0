package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrUnbalanced says that the forest contradicts itself: the draws on a lot do not sum to what it says was drawn.
// Totals that do not close are never answered.
var ErrUnbalanced = errors.New("the record contradicts itself")

// batch is how many references are asked for at once.
const batch = 4096

// each calls ask for parts of refs and gathers what it answers.
func each[R, T any](refs []R, ask func([]R) ([]T, error)) ([]T, error) {
	var out []T
	for part := range slices.Chunk(refs, batch) {
		got, err := ask(part)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// atlas remembers accounts that were looked up.
type atlas struct {
	forest Forest
	seen   map[Ref]*Account
}

func newAtlas(f Forest) *atlas { return &atlas{f, map[Ref]*Account{}} }

// load makes the accounts of lots known.
func (a *atlas) load(ctx context.Context, lots []Lot) error {
	refs := make([]Ref, len(lots))
	for i := range lots {
		refs[i] = lots[i].Account
	}
	return a.loadRefs(ctx, refs)
}

// loadRefs makes accounts known.
func (a *atlas) loadRefs(ctx context.Context, refs []Ref) error {
	var need []Ref
	for _, r := range refs {
		if a.seen[r] == nil {
			a.seen[r] = &Account{Ref: r}
			need = append(need, r)
		}
	}
	found, err := each(need, func(part []Ref) ([]Account, error) { return a.forest.Accounts(ctx, part) })
	if err != nil {
		return err
	}
	for i := range found {
		a.seen[found[i].Ref] = &found[i]
	}
	return nil
}

// step is one lot on the way down. Before and after are what its parent held around the draw.
type step struct {
	lot           *Lot
	place         Place // of its account
	depth         int
	group         int // of the start that it descends from
	start         bool
	parent        *Lot // nil for starts
	before, after int64
}

// seed is a lot from which to descend, in a group of seeds that are summed together.
type seed struct {
	lot   Lot
	group int
}

// descend walks down from seeds, which must not descend from each other, and visits every lot that carries money, level
// by level, in ascending order within a level. Dead lots carry nothing and are passed over. A hidden lot is visited, what
// descends from it is not.
func descend(ctx context.Context, f Forest, a *atlas, seeds []seed, visit func(step)) error {
	level := make([]step, 0, len(seeds))
	lots := make([]Lot, len(seeds))
	for i := range seeds {
		lots[i] = seeds[i].lot
		level = append(level, step{lot: &lots[i], group: seeds[i].group, start: true})
	}
	if err := a.load(ctx, lots); err != nil {
		return err
	}
	for depth := 0; len(level) > 0; depth++ {
		parents := map[Ref]*step{}
		var refs []Ref
		for i := range level {
			s := &level[i]
			if s.lot.Standing == Dead {
				continue
			}
			s.place = a.seen[s.lot.Account].Place
			visit(*s)
			if s.lot.Standing == Live && !s.lot.Hidden && s.lot.Drawn > 0 {
				s.after = s.lot.Amount // from here on: what is left of it as its children are taken in order
				parents[s.lot.Ref] = s
				refs = append(refs, s.lot.Ref)
			}
		}
		slices.Sort(refs)
		children, err := each(refs, func(part []Ref) ([]Lot, error) { return f.Children(ctx, part) })
		if err != nil {
			return err
		}
		slices.SortFunc(children, func(x, y Lot) int { return int(x.Ref - y.Ref) })
		if err := a.load(ctx, children); err != nil {
			return err
		}
		next := make([]step, 0, len(children))
		for i := range children {
			c := &children[i]
			if c.Standing == Dead {
				continue
			}
			p := parents[c.Parent]
			if p == nil {
				return fmt.Errorf("%w: lot %d was not asked for", ErrUnbalanced, c.Ref)
			}
			before := p.after
			p.after -= c.Amount
			next = append(next, step{lot: c, depth: depth + 1, group: p.group, parent: p.lot, before: before, after: p.after})
		}
		for _, p := range parents {
			if p.after != p.lot.Amount-p.lot.Drawn {
				return fmt.Errorf("%w: %d of lot %d is drawn, the draws on it sum to %d", ErrUnbalanced, p.lot.Drawn, p.lot.Ref, p.lot.Amount-p.after)
			}
		}
		level = next
	}
	return nil
}

// settle adds what stays at a step to the totals: whatever does not go on to the steps below it.
func (t *Totals) settle(s step) {
	if s.start {
		t.Traced += s.lot.Amount
	}
	switch {
	case s.lot.Hidden:
		t.Hidden += s.lot.Amount
	case s.lot.Standing == InTransit:
		t.InTransit += s.lot.Amount
	case s.lot.Standing == Spent:
		t.Spent += s.lot.Amount
	case s.start || s.place == InFund:
		t.Idle += s.lot.Remaining()
	default:
		t.Reached += s.lot.Remaining()
	}
}
