package projection_test

import (
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/trace/convention"
)

// walked is what the recorded forest says of a lot: where its money lies, by account.
type walked struct {
	holds                  map[string]int64
	inTransit, spent, lies int64
}

func (c *chance) walk(m *projection.Moment, lot string) *walked {
	a, err := trace.Forward(c.t.Context(), m, lot, trace.Options{Limit: 2000})
	if err != nil {
		c.r.Fatal(err)
	}
	if a.Next != "" {
		c.r.Fatal("the trace has more rows than this test reads")
	}
	w := &walked{holds: map[string]int64{}, inTransit: a.Totals.InTransit, spent: a.Totals.Spent, lies: a.Totals.Idle + a.Totals.Reached}
	for _, r := range a.Rows {
		if r.Before < 0 || r.After < 0 || r.Remaining < 0 {
			c.r.Fatalf("lot %s is overdrawn: %+v", r.Lot, r)
		}
		if r.Remaining > 0 {
			w.holds[r.To] += r.Remaining
		}
	}
	return w
}

// TestRecordedIsTheForest asks the convention engine for RECORDED, of every lot of a random history at a random moment,
// and holds it against the forest's own trace, account by account; then every other method against the bounds.
func TestRecordedIsTheForest(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.populate()
		c := &chance{world: w, r: r}
		c.history(40)
		c.sync()
		known := uint64(rapid.IntRange(0, int(w.db.Next())-1).Draw(r, "known"))
		asOf := rapid.SampledFrom([]string{"", "2025-02-14", "2025-03-31", "2025-06-10"}).Draw(r, "as of")
		for _, block := range []*uint64{nil, &known} {
			m, err := w.db.At(t.Context(), all, asOf, block)
			if err != nil {
				r.Fatal(err)
			}
			for _, id := range c.movements {
				d, err := w.db.Movement(t.Context(), all, id)
				if err != nil {
					r.Fatal(err)
				}
				for _, l := range d.Yields {
					c.holdAgainst(m, l.ID)
				}
			}
			_ = m.Close()
		}
		if err := w.db.Close(); err != nil {
			r.Fatal(err)
		}
	})
}

func (c *chance) holdAgainst(m *projection.Moment, lot string) {
	ctx, s := c.t.Context(), m.Statements()
	found, err := m.Find(ctx, lot)
	if ledger.ErrorCode(err) == ledger.LotUnknown {
		return // not at that moment
	}
	if err != nil {
		c.r.Fatal(err)
	}
	if found.Standing != trace.Dead && !isThere(s, found.Ref) { // it comes from money that had not come, or gives way
		above, err := m.Lots(ctx, []trace.Ref{found.Parent})
		if err != nil || len(above) == 1 && above[0].Standing == trace.Live && above[0].Remaining() >= 0 && isThere(s, found.Parent) {
			c.r.Fatalf("lot %s is missing: %v", lot, err)
		}
		return
	}
	source := attribution.Source{Name: lot, Lots: []trace.Ref{found.Ref}}
	var shelf attribution.Shelf
	for _, method := range convention.Methods() {
		inside := rapid.SampledFrom([]convention.Inside{convention.Blend, convention.Ordered}).Draw(c.r, "inside")
		a, err := shelf.Forward(ctx, s, source, attribution.Options{Method: method, Inside: inside}, trace.Options{Limit: 2000})
		if err != nil {
			c.r.Fatalf("lot %s, %s: %v", lot, method, err)
		}
		holds := map[string]int64{}
		for _, p := range a.Places {
			if p.Holds > 0 && p.Kind != trace.InSink {
				holds[p.ID] = p.Holds
			}
		}
		c.lines(a)
		if method != convention.Recorded {
			continue
		}
		want := c.walk(m, lot)
		if !maps.Equal(holds, want.holds) || (a.Totals.InTransit != want.inTransit || a.Totals.Spent != want.spent || a.Totals.Idle+a.Totals.Reached != want.lies) {
			c.r.Fatalf("lot %s recorded\n%v %+v\nthe forest says\n%v %+v", lot, holds, a.Totals, want.holds, want)
		}
	}
	c.bounds(&shelf, s, source)
}

// isThere reports whether a lot is part of a payment.
func isThere(s *projection.Statements, lot trace.Ref) bool {
	for _, p := range s.PaymentsOf([]trace.Ref{lot}) {
		for _, l := range p.Lots {
			if l.Lot == lot {
				return true
			}
		}
	}
	return false
}

// lines checks that the lines of an answer can be done again by hand: each account's before follows from the last after.
func (c *chance) lines(a *attribution.Answer) {
	in := int64(0)
	for _, l := range a.Lines {
		if l.Of > l.Amount || l.Of <= 0 {
			c.r.Fatalf("%s: line %+v", a.Version, l)
		}
		if l.Before+l.Of == l.After {
			in += l.Of
		} else if l.Before-l.Of != l.After || l.Before > l.Held && a.Method != convention.Poison {
			c.r.Fatalf("%s: line %+v", a.Version, l)
		}
	}
	if a.Method != convention.Poison && in != a.Totals.Traced {
		c.r.Fatalf("%s: %d entered by the lines, %d by the totals", a.Version, in, a.Totals.Traced)
	}
}

// held adds up what the accounts of a target hold of a source, as recorded.
func (c *chance) held(s *projection.Statements, source attribution.Source, target attribution.Target) (sum int64) {
	var shelf attribution.Shelf
	a, err := shelf.Forward(c.t.Context(), s, source, attribution.Options{}, trace.Options{})
	if err != nil {
		c.r.Fatal(err)
	}
	terms, err := s.Terms(c.t.Context(), target.Accounts)
	if err != nil {
		c.r.Fatal(err)
	}
	for _, p := range a.Places {
		for _, t := range terms {
			if p.ID == t.ID {
				sum += p.Holds
			}
		}
	}
	return sum
}

// bounds compares a source with accounts and parties: every method but POISON lies within.
func (c *chance) bounds(shelf *attribution.Shelf, s *projection.Statements, source attribution.Source) {
	ctx := c.t.Context()
	for _, target := range []string{acct1, e1, acct3, acctA} {
		goal, err := s.Target(ctx, target)
		if err != nil {
			c.r.Fatal(err)
		}
		x, err := shelf.Compare(ctx, s, source, *goal, attribution.Options{})
		if err != nil {
			c.r.Fatal(err)
		}
		b := x.Bounds
		if b.Least < 0 || b.Least > b.Most || b.Most > b.Inflow {
			c.r.Fatalf("bounds %+v of %s to %s", b, source.Name, target)
		}
		for _, f := range x.Figures {
			queues := f.Method != convention.Poison && f.Method != convention.LIBR && f.Method != convention.ProRata // these look at labels, or round
			if queues && f.Holds > f.Amount {
				c.r.Fatalf("%+v of %s is held by %s", f, source.Name, target)
			}
			// What is under way between accounts of a party is the party's, and in none of them.
			if held := c.held(s, source, *goal); f.Method == convention.Recorded && (f.Holds < held || f.Holds > held && target != e1) {
				c.r.Fatalf("%+v of %s is held by %s, %d recorded", f, source.Name, target, held)
			}
			if f.Refused != "" || f.Method != convention.Poison && (f.Amount < b.Least || f.Amount > b.Most) {
				c.r.Fatalf("%s of %s reached %s, bounds %+v", fmt.Sprintf("%+v", f), source.Name, target, b)
			}
		}
	}
}
