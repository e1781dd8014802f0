package trace

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fundtrace/chaincode/ledger"
)

// days answers a function that counts days from a date up to AsOf, 0 when AsOf is empty. Errors: DATE_INVALID.
func (o Options) days() (func(from string) int, error) {
	if o.AsOf == "" {
		return func(string) int { return 0 }, nil
	}
	until, err := time.Parse(time.DateOnly, o.AsOf)
	if err != nil {
		return nil, ledger.Refuse(ledger.DateInvalid, "as_of is no calendar date: write it as YYYY-MM-DD", "field", "as_of")
	}
	return func(from string) int {
		day, err := time.Parse(time.DateOnly, from)
		if err != nil { // the ledger takes calendar dates only
			return 0
		}
		return max(0, int(until.Sub(day).Hours()/24))
	}, nil
}

// originOf describes the lot from which money is followed.
func originOf(f *Fact, a *Account, closed bool) Origin {
	o := Origin{Lot: f.Lot, Closed: closed, Account: f.To, Date: f.Date}
	if a != nil {
		o.Fund = a.Fund
	}
	if f.Origin != nil {
		o.Source, o.BudgetLine, o.Investor = f.Origin.Source, f.Origin.BudgetLine, f.Origin.Investor
	}
	return o
}

// answer describes origins, sums them and lists a page of them.
func (h *holder) answer(ctx context.Context, w window) error {
	facts, err := factsOf(ctx, h.forest, h.order)
	if err != nil {
		return err
	}
	lots := make([]Lot, 0, len(h.up.lots))
	for _, l := range h.up.lots {
		lots = append(lots, l)
	}
	if err := h.atlas.load(ctx, lots); err != nil {
		return err
	}
	type key struct {
		source ledger.FundingSource
		line   string
	}
	sums := map[key]*SourceSum{}
	for _, ref := range h.order {
		r := h.rows[ref]
		r.Origin = originOf(facts[ref], h.atlas.seen[h.up.lots[ref].Account], r.Closed)
		if !r.closes() {
			return fmt.Errorf("%w: what came from lot %s does not close", ErrUnbalanced, r.Lot)
		}
		k := key{r.Source, r.BudgetLine}
		if sums[k] == nil {
			sums[k] = &SourceSum{Source: r.Source, BudgetLine: r.BudgetLine, Public: r.Source.Public()}
		}
		sums[k].add(r.Flow)
		h.out.Totals.add(r.Flow)
	}
	for _, s := range sums {
		h.out.BySource = append(h.out.BySource, *s)
	}
	slices.SortFunc(h.out.BySource, func(x, y SourceSum) int {
		return cmp.Or(cmp.Compare(y.Received, x.Received), strings.Compare(string(x.Source), string(y.Source)), strings.Compare(x.BudgetLine, y.BudgetLine))
	})
	slices.SortFunc(h.order, func(x, y Ref) int {
		return cmp.Or(cmp.Compare(h.rows[y].Received, h.rows[x].Received), cmp.Compare(x, y))
	})
	for i, ref := range h.order {
		if w.holds(i) {
			h.out.Rows = append(h.out.Rows, *h.rows[ref])
		}
	}
	h.out.Next = w.next(len(h.order))
	return h.draw(ctx, facts)
}

// draw shows the ways from origins to the party.
func (h *holder) draw(ctx context.Context, facts map[Ref]*Fact) (err error) {
	for i := range h.held {
		l := h.held[i]
		if h.own[l.Ref] == nil || h.own[l.Parent] != nil {
			continue
		}
		chain := []Lot{l}
		for {
			above, ok := h.up.parent(chain[len(chain)-1])
			if !ok {
				break
			}
			chain = append(chain, above)
		}
		top := chain[len(chain)-1]
		from := end{}
		if !h.rows[top.Ref].Closed {
			from = end{source: sourceNode(facts[top.Ref].Origin)}
		}
		for depth := len(chain) - 1; depth >= 0; depth-- {
			to := end{account: chain[depth].Account}
			h.chart.add(from, to, len(chain)-depth, chain[depth].Movement, l.Amount)
			from = to
		}
	}
	h.out.Nodes, h.out.Links, h.out.Truncated, err = h.chart.draw(ctx, h.atlas)
	return err
}
