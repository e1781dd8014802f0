package trace_test

import (
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

// TestFundClosesWithHidden checks that what may not be seen is closed into one figure and counted once.
func TestFundClosesWithHidden(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := random(r, true)
		a, err := trace.ForFund(t.Context(), p, p.accounts[0].Fund, trace.Options{})
		if err != nil {
			r.Fatal(err)
		}
		x, in := a.Totals, int64(0)
		for _, l := range p.lots {
			if l.Account != 1 || l.Standing != trace.Live || l.Hidden {
				continue
			}
			came := false
			for up := l; up.Parent != 0 && !p.lot(up.Parent).Hidden; {
				up = p.lot(up.Parent)
				came = came || up.Account == 1
			}
			if !came {
				in += l.Amount
			}
		}
		if x.In != in || x.In != x.Idle+x.InTransit+x.Reached+x.Spent+x.Hidden {
			r.Fatalf("in %d: %+v", in, x)
		}
		diagramIsSound(r, a.Nodes, a.Links)
	})
}

// TestFundCloses checks a fund's trace, in all and by root, against a plain recursion.
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
