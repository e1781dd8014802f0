package trace

import (
	"context"
	"fmt"

	"fundtrace/chaincode/ledger"
)

// Forward answers where the money of a lot has gone: every lot that descends from it. Of what a lot carries, the start's
// own remainder and what lies in accounts of funds is idle, what lies in other accounts has been reached.
// A lot whose movement came to nothing traces 0. Errors: LOT_UNKNOWN, FIELD_INVALID (cursor), ErrUnbalanced.
func Forward(ctx context.Context, f Forest, lot string, o Options) (*Answer, error) {
	w, err := o.window()
	if err != nil {
		return nil, err
	}
	start, err := f.Find(ctx, lot)
	if err != nil {
		return nil, err
	}
	a := newAtlas(f)
	out := &Answer{Lot: lot, Direction: forward, Amount: start.Amount}
	l := newListing(w)
	d := newDiagram()
	if err := a.load(ctx, []Lot{start}); err != nil {
		return nil, err
	}
	expect := func(steps int) {
		l.carried = make([]carried, 0, steps)
		d.expect(steps)
	}
	err = below(ctx, f, a, start, expect, func(s step) {
		out.Totals.settle(s)
		if !o.lists(s.depth) {
			out.Truncated = true
			return
		}
		if s.parent != nil {
			d.add(end{account: s.parent.Account}, destination(s.lot), s.depth, s.lot.Movement, s.lot.Amount)
		}
		if !s.lot.Hidden {
			l.add(s)
		}
	})
	if err != nil {
		return nil, err
	}
	if !out.Totals.Closes() {
		return nil, fmt.Errorf("%w: the trace of lot %s does not close", ErrUnbalanced, lot)
	}
	d.start(start.Account)
	out.Currency = a.seen[start.Account].Currency
	return out, out.list(ctx, f, a, l, d)
}

// destination is where a lot stands in a diagram.
func destination(l *Lot) end {
	if l.Hidden {
		return end{}
	}
	return end{account: l.Account}
}

// listing keeps the rows of one page and counts the others.
type listing struct {
	window  window
	steps   []step
	carried []carried // over all rows
}

// carried is what one row brings of a movement.
type carried struct {
	movement Ref
	amount   int64
}

func (l *listing) add(s step) {
	if l.window.holds(len(l.carried)) {
		l.steps = append(l.steps, s)
	}
	l.carried = append(l.carried, carried{s.lot.Movement, s.lot.Amount})
}

// sums answers what each movement carried over all rows, and the first row of each.
func (l *listing) sums() (amount map[Ref]int64, first map[Ref]int) {
	amount, first = make(map[Ref]int64, len(l.carried)), make(map[Ref]int, len(l.carried))
	for i, c := range l.carried {
		if _, met := first[c.movement]; !met {
			first[c.movement] = i
		}
		amount[c.movement] += c.amount
	}
	return amount, first
}

func newListing(w window) *listing { return &listing{window: w} }

// list fills rows and diagram.
func (out *Answer) list(ctx context.Context, f Forest, a *atlas, l *listing, d *diagram) error {
	refs := make([]Ref, len(l.steps))
	for i, s := range l.steps {
		refs[i] = s.lot.Ref
	}
	facts, err := factsOf(ctx, f, refs)
	if err != nil {
		return err
	}
	out.Rows = make([]Row, len(l.steps))
	for i, s := range l.steps {
		out.Rows[i] = row(s, facts[s.lot.Ref])
	}
	out.Next = l.window.next(len(l.carried))
	if err := out.settle(ctx, f, l); err != nil {
		return err
	}
	var cut bool
	if out.Nodes, out.Links, cut, err = d.draw(ctx, a); err != nil {
		return err
	}
	out.Truncated = out.Truncated || cut
	if out.Currency == "" {
		out.Currency = currency(a)
	}
	return nil
}

// currency is that of any account that was met: one forest tree has one currency, and sinks have none.
func currency(a *atlas) string {
	for _, acct := range a.seen {
		if acct.Currency != "" {
			return acct.Currency
		}
	}
	return ""
}

func factsOf(ctx context.Context, f Forest, refs []Ref) (map[Ref]*Fact, error) {
	facts, err := each(refs, func(part []Ref) ([]Fact, error) { return f.Facts(ctx, part) })
	if err != nil {
		return nil, err
	}
	out := make(map[Ref]*Fact, len(facts))
	for i := range facts {
		out[facts[i].Ref] = &facts[i]
	}
	for _, r := range refs {
		if out[r] == nil {
			return nil, fmt.Errorf("%w: nothing is known of lot %d", ErrUnbalanced, r)
		}
	}
	return out, nil
}

func row(s step, f *Fact) Row {
	r := Row{Depth: s.depth, Lot: f.Lot, Parent: f.Parent, Movement: f.ID, Kind: f.Kind, Stage: f.Stage, Level: f.Level, Date: f.Date, From: f.From,
		To: f.To, Payee: f.Payee, Purpose: f.Purpose, Voucher: f.Voucher, Origin: f.Origin, Amount: s.lot.Amount, Drawn: s.lot.Drawn, Remaining: s.lot.Remaining(),
		Before: s.before, After: s.after}
	return r
}

// sourceNode names the source of a root in a diagram.
func sourceNode(o *ledger.Origin) string {
	if o == nil {
		return ""
	}
	name := "root:" + string(o.Source)
	if o.BudgetLine != "" {
		name += " " + o.BudgetLine
	}
	return name
}
