package trace

import (
	"context"
	"fmt"
)

// ancestry remembers lots on the way up.
type ancestry struct {
	forest Forest
	lots   map[Ref]Lot
}

// climb makes the ancestors of lots known, level by level, up to roots or to the first hidden one of each.
func climb(ctx context.Context, f Forest, from []Lot) (*ancestry, error) {
	up := &ancestry{f, make(map[Ref]Lot, len(from))}
	for _, l := range from {
		up.lots[l.Ref] = l
	}
	level := from
	for len(level) > 0 {
		var need []Ref
		asked := map[Ref]bool{}
		for _, l := range level {
			if _, known := up.lots[l.Parent]; l.Parent != 0 && !l.Hidden && !known && !asked[l.Parent] {
				asked[l.Parent] = true
				need = append(need, l.Parent)
			}
		}
		above, err := each(need, func(part []Ref) ([]Lot, error) { return f.Lots(ctx, part) })
		if err != nil {
			return nil, err
		}
		if len(above) != len(need) {
			return nil, fmt.Errorf("%w: %d parents of lots are missing", ErrUnbalanced, len(need)-len(above))
		}
		for _, l := range above {
			up.lots[l.Ref] = l
		}
		level = above
	}
	return up, nil
}

// parent answers the lot above, nil when there is none or it may not be seen.
func (up *ancestry) parent(l Lot) (parent Lot, ok bool) {
	parent, ok = up.lots[l.Parent]
	return parent, ok && l.Parent != 0 && !parent.Hidden
}

// top answers the highest ancestor that may be seen, and whether the chain goes on above it unseen.
func (up *ancestry) top(l Lot) (top Lot, closed bool) {
	for {
		above, ok := up.parent(l)
		if !ok {
			return l, l.Parent != 0
		}
		l = above
	}
}
