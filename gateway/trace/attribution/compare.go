package attribution

import (
	"context"

	"fundtrace/gateway/trace/convention"
)

// Bounds hold under every convention that respects time and balances.
type Bounds struct {
	Least  int64 `json:"least,string"`  // of the source, must have reached the target; minor units
	Most   int64 `json:"most,string"`   // can have reached it
	Inflow int64 `json:"inflow,string"` // all that reached it
}

// Comparison is what each convention says of one source and one target, and the bounds that none but POISON leaves.
type Comparison struct {
	About
	Target  string              `json:"target"`
	Figures []convention.Figure `json:"figures"`
	// Bounds is absent where money came back from accounts that the reader sees a part of: see Returned.
	Bounds *Bounds `json:"bounds,omitempty"`
}

// Compare asks how much of a source reached a target under each method, and what can have and must have reached it. Money
// counts when it first arrives: what the target pays out and gets back is its own. Without methods it asks all.
// Errors: ACCOUNT_NOT_WHOLE, CURRENCY_MISMATCH, FIELD_INVALID, AMOUNT_INVALID, or the context's error.
func (s *Shelf) Compare(ctx context.Context, r Record, source Source, target Target, o Options, methods ...convention.Method) (*Comparison, error) {
	found, err := s.scene(ctx, r, source, &target, o.Currency)
	if err != nil {
		return nil, err
	}
	if len(methods) == 0 {
		methods = convention.Methods()
	}
	out := &Comparison{About: found.about(o), Target: target.Name, Bounds: &Bounds{}}
	plain, err := found.bind(convention.FIFO, o.Order, &target)
	if err != nil {
		return nil, err
	}
	switch {
	case !plain.has(found.name):
		out.Bounds.Inflow = plain.into(targetName)
	case plain.Account(targetName):
		b, err := convention.Bound(ctx, plain.Book, found.name, targetName)
		if err != nil {
			return nil, err
		}
		*out.Bounds = Bounds{b.Least, b.Most, b.Inflow}
	}
	if found.returned > 0 {
		out.Bounds = nil
	}
	absorbed := map[*book]*convention.Book{plain: plain.Absorb(targetName)}
	for _, m := range methods {
		b, err := found.bind(m, o.Order, &target)
		if err != nil {
			return nil, err
		}
		if absorbed[b] == nil {
			absorbed[b] = b.Absorb(targetName)
		}
		o.Method = m
		f, err := convention.Measure(ctx, b.Book, absorbed[b], targetName, o.run(found.name))
		if err != nil {
			return nil, err
		}
		out.Figures = append(out.Figures, *f)
	}
	return out, nil
}

// has reports whether any new money of the source entered.
func (b *book) has(source string) bool {
	for i := range b.origins {
		if b.origins[i].part == entering && b.Movements[i].Tag == source {
			return true
		}
	}
	return false
}

// into adds up what came into an account.
func (b *book) into(name string) (sum int64) {
	for i := range b.Movements {
		if b.Movements[i].To == name {
			sum += b.Movements[i].Amount
		}
	}
	return sum
}
