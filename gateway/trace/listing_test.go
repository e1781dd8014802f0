package trace_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// TestListing checks that pages give every row once and in order, and that neither pages nor depth change totals.
func TestListing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := random(r, false)
		whole, err := trace.Forward(t.Context(), p, "lot1", trace.Options{Limit: trace.MaxRows})
		if err != nil {
			r.Fatal(err)
		}
		var paged []trace.Row
		o := trace.Options{Limit: rapid.IntRange(1, 7).Draw(r, "limit")}
		for {
			a, err := trace.Forward(t.Context(), p, "lot1", o)
			if err != nil {
				r.Fatal(err)
			}
			if a.Totals != whole.Totals || len(a.Rows) > o.Limit {
				r.Fatalf("page %+v", a)
			}
			paged = append(paged, a.Rows...)
			if o.Cursor = a.Next; a.Next == "" {
				break
			}
		}
		if len(paged) != len(whole.Rows) {
			r.Fatalf("pages have %d rows, the whole %d", len(paged), len(whole.Rows))
		}
		depth := rapid.IntRange(1, 4).Draw(r, "depth")
		a, err := trace.Forward(t.Context(), p, "lot1", trace.Options{Depth: depth, Limit: trace.MaxRows})
		if err != nil {
			r.Fatal(err)
		}
		shallow := 0
		for i, row := range whole.Rows {
			if paged[i].Lot != row.Lot {
				r.Fatalf("row %d is %s, want %s", i, paged[i].Lot, row.Lot)
			}
			if row.Depth <= depth {
				shallow++
			}
		}
		if len(a.Rows) != shallow || a.Totals != whole.Totals || a.Truncated != (shallow < len(whole.Rows)) {
			r.Fatalf("depth %d lists %d rows of %d, want %d; truncated %v", depth, len(a.Rows), len(whole.Rows), shallow, a.Truncated)
		}
	})
}

func TestRefusals(t *testing.T) {
	p := &plot{}
	acct := p.account("acct:f", trace.InFund, "m")
	p.yield(0, acct, 100, trace.Live)
	for _, o := range []trace.Options{{Cursor: "x"}, {Cursor: "LTE"}, {Cursor: "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}} {
		for _, f := range []func() error{
			func() error { _, err := trace.Forward(t.Context(), p, "lot1", o); return err },
			func() error { _, err := trace.Backward(t.Context(), p, "lot1", o); return err },
			func() error { _, err := trace.ForParty(t.Context(), p, "m", o); return err },
			func() error { _, err := trace.ForFund(t.Context(), p, "fund:acct:f", o); return err },
		} {
			if err := f(); ledger.ErrorCode(err) != ledger.FieldInvalid {
				t.Errorf("cursor %q: %v", o.Cursor, err)
			}
		}
	}
	if _, err := trace.ForParty(t.Context(), p, "m", trace.Options{AsOf: "yesterday"}); ledger.ErrorCode(err) != ledger.DateInvalid {
		t.Errorf("as of: %v", err)
	}
	if _, err := trace.ForFund(t.Context(), p, "fund:none", trace.Options{}); ledger.ErrorCode(err) != ledger.FundUnknown {
		t.Errorf("fund: %v", err)
	}
	p.lots[0].Drawn = 40 // nothing was drawn: the record contradicts itself
	if _, err := trace.Forward(t.Context(), p, "lot1", trace.Options{}); !errors.Is(err, trace.ErrUnbalanced) {
		t.Errorf("a record that contradicts itself: %v", err)
	}
	if _, err := trace.ForParty(t.Context(), p, "m", trace.Options{}); !errors.Is(err, trace.ErrUnbalanced) {
		t.Errorf("a record that contradicts itself: %v", err)
	}
	if _, err := trace.ForFund(t.Context(), p, "fund:acct:f", trace.Options{}); !errors.Is(err, trace.ErrUnbalanced) {
		t.Errorf("a record that contradicts itself: %v", err)
	}
}

// TestDays counts from the oldest money that is still there.
func TestDays(t *testing.T) {
	p := &plot{}
	fund := p.account("acct:f", trace.InFund, "m")
	firm := p.account("acct:e", trace.InEnterprise, "e")
	root := p.yield(0, fund, 100, trace.Live)
	p.lots[0].Date, p.facts[0].Date = "2025-01-01", "2025-01-01"
	one := p.yield(root, firm, 30, trace.Live)
	p.yield(root, firm, 20, trace.Live)
	p.lots[1].Date, p.lots[2].Date = "2025-02-01", "2025-03-01"
	p.yield(one, fund, 30, trace.Live) // all of the older money goes back
	p.lots[3].Date = "2025-04-01"
	s, err := trace.ForParty(t.Context(), p, "e", trace.Options{AsOf: "2025-03-31"})
	if err != nil {
		t.Fatal(err)
	}
	if x := s.Rows[0]; x.First != "2025-02-01" || x.Last != "2025-03-01" || x.Oldest != "2025-03-01" || x.Days != 30 || x.Holds != 20 || x.Returned != 30 {
		t.Errorf("%+v", x)
	}
	f, err := trace.ForFund(t.Context(), p, "fund:acct:f", trace.Options{AsOf: "2025-12-31"})
	if err != nil {
		t.Fatal(err)
	}
	if x := f.Rows[0]; x.In != 100 || x.IdleHere != 80 || x.Returned != 30 || x.PassedOn != 20 || x.Reached != 20 || x.Oldest != "2025-01-01" || x.Days != 364 {
		t.Errorf("%+v", x)
	}
}

// TestCostIsByLevel makes a chain and a fan: the number of queries follows the depth, not the number of lots.
func TestCostIsByLevel(t *testing.T) {
	p := &plot{}
	fund := p.account("acct:f", trace.InFund, "m")
	firm := p.account("acct:e", trace.InEnterprise, "e")
	root := p.yield(0, fund, 3000, trace.Live)
	for range 3000 {
		p.yield(root, firm, 1, trace.Live)
	}
	a, err := trace.Forward(t.Context(), p, "lot1", trace.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p.calls > 8 {
		t.Errorf("%d queries for two levels", p.calls)
	}
	if len(a.Rows) != trace.DefaultRows || a.Next == "" || a.Totals.Reached != 3000 || len(a.Links) != 1 || a.Links[0].Movements != 3000 {
		t.Errorf("%d rows, next %q, %+v, %+v", len(a.Rows), a.Next, a.Totals, a.Links)
	}
}

// TestCircle draws money that goes round: the diagram unrolls it.
func TestCircle(t *testing.T) {
	p := &plot{}
	fund := p.account("acct:f", trace.InFund, "m")
	firm := p.account("acct:e", trace.InEnterprise, "e")
	sink := p.account("sink:RD", trace.InSink, "")
	one := p.yield(0, fund, 100, trace.Live)
	two := p.yield(one, firm, 80, trace.Live)
	three := p.yield(two, fund, 50, trace.Live)
	p.yield(three, firm, 20, trace.Live)
	p.yield(two, sink, 10, trace.Spent)
	a, err := trace.Forward(t.Context(), p, "lot1", trace.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (trace.Totals{Traced: 100, Idle: 50, Reached: 40, Spent: 10}); a.Totals != want {
		t.Errorf("%+v, want %+v", a.Totals, want)
	}
	var got []string
	for _, l := range a.Links {
		got = append(got, fmt.Sprintf("%s>%s %d", l.From, l.To, l.Amount))
	}
	want := []string{"acct:f@0>acct:e@1 80", "acct:e@1>acct:f@2 50", "acct:f@2>acct:e@3 20", "acct:e@1>sink:RD 10"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if bare(a.Nodes[0].ID) != "acct:f" || a.Nodes[0].Kind != "fund" || a.Nodes[0].Label != "name of acct:f" {
		t.Errorf("first node %+v", a.Nodes[0])
	}
}
