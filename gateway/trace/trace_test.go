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

// TestForwardCloses compares the totals of every lot of random forests with those of a plain recursion, and checks that
// the diagram and the rows say the same.
func TestForwardCloses(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := random(r, rapid.Bool().Draw(r, "hide"))
		for _, l := range p.lots {
			if l.Hidden {
				if _, err := trace.Forward(t.Context(), p, name(l.Ref), trace.Options{}); ledger.ErrorCode(err) != ledger.LotUnknown {
					r.Fatalf("a hidden lot was traced: %v", err)
				}
				continue
			}
			a, err := trace.Forward(t.Context(), p, name(l.Ref), trace.Options{Limit: trace.MaxRows})
			if err != nil {
				r.Fatal(err)
			}
			if want := p.walk(l.Ref, true); a.Totals != want || !a.Totals.Closes() {
				r.Fatalf("lot %d: %+v, want %+v", l.Ref, a.Totals, want)
			}
			diagramIsSound(r, a.Nodes, a.Links)
			rowsAreSound(r, p, a)
		}
	})
}

// rowsAreSound checks each row against its parent's row, and that rows and what is hidden sum to the totals.
func rowsAreSound(r *rapid.T, p *plot, a *trace.Answer) {
	byLot := map[string]trace.Row{}
	drawn := map[string]int64{}
	rest := int64(0)
	for i, row := range a.Rows {
		byLot[row.Lot] = row
		if i == 0 {
			if row.Depth != 0 || row.Lot != a.Lot {
				r.Fatalf("the first row is %+v", row)
			}
		} else {
			up, ok := byLot[row.Parent]
			if !ok || up.Depth != row.Depth-1 || row.Depth < a.Rows[i-1].Depth {
				r.Fatalf("row %+v stands before its parent", row)
			}
			if row.Before-row.Amount != row.After || row.After < up.Remaining || row.Before > up.Amount {
				r.Fatalf("row %+v of parent %+v", row, up)
			}
			drawn[row.Parent] += row.Amount
		}
		l := p.lot(refOf(row.Lot))
		if l.Standing == trace.Spent || l.Standing == trace.InTransit {
			rest += row.Amount
		} else {
			rest += row.Remaining
		}
	}
	if rest+a.Totals.Hidden != a.Totals.Traced {
		r.Fatalf("rows sum to %d and %d are hidden, traced %d", rest, a.Totals.Hidden, a.Totals.Traced)
	}
	for lot, sum := range drawn {
		if a.Totals.Hidden == 0 && sum != byLot[lot].Drawn {
			r.Fatalf("rows draw %d of %s, %d is drawn", sum, lot, byLot[lot].Drawn)
		}
	}
}

func refOf(lot string) (ref trace.Ref) {
	if _, err := fmt.Sscanf(lot, "lot%d", &ref); err != nil {
		panic(err)
	}
	return ref
}

// diagramIsSound checks that links join nodes that are there, never form a circle, and pass on no more than came.
func diagramIsSound(r *rapid.T, nodes []trace.Node, links []trace.Link) {
	known := map[string]bool{}
	for _, n := range nodes {
		if known[n.ID] {
			r.Fatalf("node %s twice", n.ID)
		}
		known[n.ID] = true
	}
	next := map[string][]string{}
	for _, l := range links {
		if !known[l.From] || !known[l.To] || l.Amount <= 0 || l.Movements <= 0 {
			r.Fatalf("link %+v", l)
		}
		next[l.From] = append(next[l.From], l.To)
	}
	state := map[string]int{}
	var visit func(string)
	visit = func(n string) {
		state[n] = 1
		for _, to := range next[n] {
			if state[to] == 1 {
				r.Fatalf("a circle through %s and %s in %+v", n, to, links)
			}
			if state[to] == 0 {
				visit(to)
			}
		}
		state[n] = 2
	}
	for _, n := range nodes {
		if state[n.ID] == 0 {
			visit(n.ID)
		}
	}
}

func TestBackwardReachesTheRoot(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := random(r, rapid.Bool().Draw(r, "hide"))
		for _, l := range p.lots {
			if l.Hidden {
				continue
			}
			a, err := trace.Backward(t.Context(), p, name(l.Ref), trace.Options{})
			if err != nil {
				r.Fatal(err)
			}
			want := []string{name(l.Ref)}
			up, closed := l, false
			for up.Parent != 0 {
				if up = p.lot(up.Parent); up.Hidden {
					closed = true
					break
				}
				want = append(want, name(up.Ref))
			}
			var got []string
			for _, row := range a.Rows {
				got = append(got, row.Lot)
			}
			if !slices.Equal(got, want) {
				r.Fatalf("chain %v, want %v", got, want)
			}
			if x := a.Totals; !x.Closes() || x.Traced != l.Amount || (x.Hidden != 0) != closed {
				r.Fatalf("totals %+v of a chain closed %v", x, closed)
			}
			if last := a.Rows[len(a.Rows)-1]; (last.Origin != nil) == closed {
				r.Fatalf("the last row %+v of a chain closed %v", last, closed)
			}
			for i, row := range a.Rows {
				if i+1 < len(a.Rows) && (row.Before > a.Rows[i+1].Amount || row.Before < row.Amount && p.lot(refOf(row.Lot)).Standing != trace.Dead) {
					r.Fatalf("row %+v below %+v", row, a.Rows[i+1])
				}
			}
			diagramIsSound(r, a.Nodes, a.Links)
		}
	})
}

// TestPartyCloses checks a party's sources against its lots: what it holds, received and paid out, by root and in all.
func TestPartyCloses(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := random(r, rapid.Bool().Draw(r, "hide"))
		for _, party := range []string{"e0", "e1", "manager", "bureau", "nobody"} {
			s, err := trace.ForParty(t.Context(), p, party, trace.Options{AsOf: "2026-01-01"})
			if err != nil {
				r.Fatal(err)
			}
			holds, received, hidden := int64(0), int64(0), int64(0)
			byRoot := map[string]int64{}
			mine := func(ref trace.Ref) bool {
				return ref != 0 && p.accounts[p.lot(ref).Account-1].Owner == party
			}
			for _, l := range p.lots {
				if l.Standing != trace.Live || !mine(l.Ref) {
					continue
				}
				inside := mine(l.Parent) && !p.lot(l.Parent).Hidden
				switch {
				case l.Hidden && !mine(l.Parent):
					hidden += l.Amount
				case l.Hidden:
				default:
					holds += l.Remaining()
					if !inside {
						received += l.Amount
						byRoot[top(p, l)] += l.Amount
					}
				}
			}
			x := s.Totals
			if x.Holds != holds || x.Received != received || s.Hidden != hidden || x.Received != x.Holds+x.InTransit+x.Spent+x.PassedOn || x.Returned > x.PassedOn {
				r.Fatalf("%s: %+v hidden %d, want holds %d received %d hidden %d", party, x, s.Hidden, holds, received, hidden)
			}
			if len(s.Rows) != len(byRoot) {
				r.Fatalf("%d origins, want %d", len(s.Rows), len(byRoot))
			}
			closed := int64(0)
			for _, row := range s.Rows {
				if row.Received != byRoot[row.Lot] || row.Received != row.Holds+row.InTransit+row.Spent+row.PassedOn || (row.Oldest != "") != (row.Holds > 0) {
					r.Fatalf("origin %+v, want received %d", row, byRoot[row.Lot])
				}
				if row.Closed {
					closed += row.Received
				} else if row.Source != ledger.GeneralBudget || row.Investor != "other:bureau" {
					r.Fatalf("origin %+v", row)
				}
			}
			if s.Closed != closed {
				r.Fatalf("closed %d, want %d", s.Closed, closed)
			}
			sum := trace.Flow{}
			for _, b := range s.BySource {
				sum.Received += b.Received
				sum.Holds += b.Holds
			}
			if sum.Received != received || sum.Holds != holds {
				r.Fatalf("by source %+v", s.BySource)
			}
			diagramIsSound(r, s.Nodes, s.Links)
		}
	})
}

// top is the highest ancestor that may be seen.
func top(p *plot, l trace.Lot) string {
	for l.Parent != 0 && !p.lot(l.Parent).Hidden {
		l = p.lot(l.Parent)
	}
	return name(l.Ref)
}

func TestFundCloses(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := random(r, false)
		home := trace.Ref(1)
		a, err := trace.ForFund(t.Context(), p, p.accounts[0].Fund, trace.Options{AsOf: "2026-01-01", Limit: trace.MaxRows})
		if err != nil {
			r.Fatal(err)
		}
		want := trace.FundTotals{}
		for _, l := range p.lots {
			if l.Account != home || l.Standing != trace.Live {
				continue
			}
			want.IdleHere += l.Remaining()
			came := false
			for up := l; up.Parent != 0; {
				up = p.lot(up.Parent)
				came = came || up.Account == home
			}
			if came {
				want.Returned += l.Amount
				continue
			}
			u := p.walk(l.Ref, true)
			want.In += u.Traced
			want.Idle += u.Idle
			want.Reached += u.Reached
			want.InTransit += u.InTransit
			want.Spent += u.Spent
		}
		leaving := int64(0)
		for _, l := range p.lots {
			if l.Standing == trace.InTransit && l.Parent != 0 && p.lot(l.Parent).Account == home {
				leaving += l.Amount
			}
		}
		want.PassedOn = want.In - want.IdleHere - leaving
		if a.Totals != want || want.In != want.Idle+want.Reached+want.InTransit+want.Spent {
			r.Fatalf("totals %+v, want %+v", a.Totals, want)
		}
		in := int64(0)
		for _, row := range a.Rows {
			in += row.In
			if row.In != row.Idle+row.InTransit+row.Reached+row.Spent+row.Hidden || row.PassedOn < 0 {
				r.Fatalf("row %+v", row)
			}
		}
		if in != want.In {
			r.Fatalf("rows sum to %d, want %d", in, want.In)
		}
		diagramIsSound(r, a.Nodes, a.Links)
	})
}

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
