package ways

import (
	"cmp"
	"context"
	"slices"

	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/attribution"
)

// Record is what ways are read from.
type Record interface {
	// Payments answers the payments to an account and those from it.
	Payments(account trace.Ref) (in, out []trace.Payment)
	// PaymentsOf answers the payments that yielded lots, each once, in the order of the ledger.
	PaymentsOf(lots []trace.Ref) []trace.Payment
	// Returns visits the chains of lots on which money came back: see arena.Statements.
	Returns(ctx context.Context, group func(account trace.Ref) int, hops int, visit func(chain []trace.Ref)) error
	// Accounts lists every account and sink that ever held money.
	Accounts() []trace.Ref
	Terms(ctx context.Context, accounts []trace.Ref) ([]attribution.Terms, error)
	Facts(ctx context.Context, lots []trace.Ref) ([]trace.Fact, error)
}

// Options bound a search.
type Options struct {
	Hops  int // most payments on a way; 0 means DefaultHops, at most MaxHops
	Days  int // most days from the first payment to the last; 0: no limit
	Limit int // ways that are listed; 0 means DefaultWays, at most MaxWays
}

// Bounds of a search. What goes beyond the last three is cut, and the answer says so.
const (
	DefaultHops = 4
	MaxHops     = 8
	DefaultWays = 50
	MaxWays     = 500

	maxAccounts = 5_000
	maxPayments = 500_000
	maxSteps    = 200_000
)

func (o Options) bounded() Options {
	o.Hops = min(max(cmp.Or(o.Hops, DefaultHops), 1), MaxHops)
	o.Limit = min(max(cmp.Or(o.Limit, DefaultWays), 1), MaxWays)
	return o
}

// leg is a payment between two nodes.
type leg struct {
	left, arrived trace.Instant
	amount        int64
	lot           trace.Ref // its first, which names it
}

// graph holds the payments between nodes: parties, or accounts whose owner may not be known. Node 0 is where ways begin,
// node 1 where they end.
type graph struct {
	nodes     []attribution.Terms // one account of each
	number    map[string]int
	of        map[trace.Ref]int // account → node
	next      []map[int][]leg
	away      []int // least hops from a node to the end; -1: none within reach
	truncated bool
}

const (
	begin = 0
	end   = 1
)

// explore gathers the payments within hops of where ways begin.
func explore(ctx context.Context, r Record, from, to []trace.Ref, hops int) (*graph, error) {
	g := &graph{number: map[string]int{}, of: map[trace.Ref]int{}}
	terms, err := termsOf(ctx, r, slices.Concat(from, to))
	if err != nil {
		return nil, err
	}
	g.node("", terms[from[0]])
	g.node("", terms[to[0]])
	ending := map[trace.Ref]bool{}
	for _, ref := range to {
		ending[ref] = true
	}
	for _, ref := range slices.Concat(to, from) { // where both are one, what is paid begins and what comes ends: see target
		g.of[ref] = begin
		if ending[ref] && !slices.Contains(from, ref) {
			g.of[ref] = end
		}
	}
	level, met := from, map[trace.Ref]bool{}
	payments := 0
	for range hops {
		var below []trace.Ref
		for i := 0; i < len(level); i++ { // which grows by transfers within a party
			ref := level[i]
			if met[ref] || !terms[ref].Whole || terms[ref].Place == trace.InSink {
				continue
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			met[ref] = true
			_, out := r.Payments(ref)
			if payments += len(out); len(met) > maxAccounts || payments > maxPayments {
				g.truncated = true
				break
			}
			if err := learn(ctx, r, terms, out); err != nil {
				return nil, err
			}
			for k := range out {
				p := &out[k]
				if p.UnderWay() || terms[p.To].Place == trace.InSink {
					continue
				}
				if g.add(p, terms, ending[p.To]) {
					below = append(below, p.To)
				} else if !met[p.To] {
					level = append(level, p.To)
				}
			}
		}
		level = below
	}
	g.measure()
	return g, nil
}

func termsOf(ctx context.Context, r Record, accounts []trace.Ref) (map[trace.Ref]*attribution.Terms, error) {
	found, err := r.Terms(ctx, accounts)
	if err != nil {
		return nil, err
	}
	out := make(map[trace.Ref]*attribution.Terms, len(found))
	for i := range found {
		if t := &found[i]; !t.Seen {
			t.Label, t.Owner, t.Fund = "", "", ""
		}
		out[found[i].Ref] = &found[i]
	}
	return out, nil
}

// learn adds the terms of the payees.
func learn(ctx context.Context, r Record, terms map[trace.Ref]*attribution.Terms, out []trace.Payment) error {
	var need []trace.Ref
	for i := range out {
		if terms[out[i].To] == nil {
			need = append(need, out[i].To)
		}
	}
	if len(need) == 0 {
		return nil
	}
	slices.Sort(need)
	more, err := termsOf(ctx, r, slices.Compact(need))
	for ref, t := range more {
		terms[ref] = t
	}
	return err
}

// node numbers a node; an empty key makes a new one.
func (g *graph) node(key string, t *attribution.Terms) int {
	if n, ok := g.number[key]; ok && key != "" {
		return n
	}
	n := len(g.nodes)
	g.nodes, g.next = append(g.nodes, *t), append(g.next, map[int][]leg{})
	if key != "" {
		g.number[key] = n
	}
	return n
}

func (g *graph) place(ref trace.Ref, t *attribution.Terms) int {
	n, ok := g.of[ref]
	if !ok {
		n = g.node(cmp.Or(t.Owner, t.ID), t)
		g.of[ref] = n
	}
	return n
}

// add adds a payment, and answers false when it stays within a node.
func (g *graph) add(p *trace.Payment, terms map[trace.Ref]*attribution.Terms, ends bool) bool {
	from, to := g.place(p.From, terms[p.From]), g.place(p.To, terms[p.To])
	if from == to {
		return false
	}
	if from == end {
		return true
	}
	if ends {
		to = end
	}
	g.next[from][to] = append(g.next[from][to], leg{p.Left, p.Arrived, p.Amount(), p.Lots[0].Lot})
	return true
}

// measure puts the payments of each edge in order and counts, backward, how far every node is from the end.
func (g *graph) measure() {
	before := make([][]int, len(g.nodes))
	for from, edges := range g.next {
		for to, legs := range edges {
			before[to] = append(before[to], from)
			slices.SortFunc(legs, func(x, y leg) int {
				return cmp.Or(cmp.Compare(x.left.Day, y.left.Day), cmp.Compare(x.left.Seq, y.left.Seq))
			})
		}
	}
	g.away = slices.Repeat([]int{-1}, len(g.nodes))
	g.away[end] = 0
	for level := []int{end}; len(level) > 0; {
		var above []int
		for _, n := range level {
			for _, m := range before[n] {
				if g.away[m] < 0 {
					g.away[m] = g.away[n] + 1
					above = append(above, m)
				}
			}
		}
		level = above
	}
}
