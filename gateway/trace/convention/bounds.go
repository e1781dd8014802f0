package convention

import (
	"context"
	"math"
)

// Bounds hold whatever convention one takes, as long as it respects time and balances: no more than Most of the source can
// have reached the target, and no less than Least must have.
type Bounds struct {
	Least  int64 // minor units
	Most   int64
	Inflow int64 // all that came into the target
}

// Bound answers the bounds for money of one source into one target account, each unit counted when it first arrives.
//
// Most is the largest flow from the source to the target in the time-expanded graph: a node for every movement at an
// account, an edge for every movement with its amount as capacity, and between two movements of an account an edge with
// the balance in between. Least is the target's inflow less the largest such flow from everybody else. Every method but
// POISON attributes a flow of this graph, so its figure lies between the two.
// Errors: ACCOUNT_UNKNOWN, LOT_UNKNOWN (no such source), AMOUNT_INVALID, or the context's error.
func Bound(ctx context.Context, book *Book, source, target string) (*Bounds, error) {
	if !book.Account(target) {
		return nil, noAccountNamed(target)
	}
	b := book.Absorb(target)
	if err := b.knows(source); err != nil {
		return nil, err
	}
	out := &Bounds{}
	for i := range b.Movements {
		if b.to[i] == b.account[target] {
			if err := tooMuch(out.Inflow, b.Movements[i].Amount); err != nil {
				return nil, err
			}
			out.Inflow += b.Movements[i].Amount
		}
	}
	most, err := expand(b, target, func(tag string) bool { return tag == source })
	if err != nil {
		return nil, err
	}
	if out.Most, err = most.maxFlow(ctx); err != nil {
		return nil, err
	}
	others, err := expand(b, target, func(tag string) bool { return tag != source })
	if err != nil {
		return nil, err
	}
	rest, err := others.maxFlow(ctx)
	if err != nil {
		return nil, err
	}
	out.Least = out.Inflow - rest
	return out, nil
}

// expand builds the time-expanded graph with only the sources asked for.
func expand(b *Book, target string, asked func(tag string) bool) (*network, error) {
	const from, to = 0, 1 // nodes of all sources asked for and of the target
	goal := b.account[target]
	g := &network{source: from, sink: to, nodes: 2}
	at := make([]int32, len(b.accounts)) // an account's latest node; 0: none yet
	balance := make([]int64, len(b.accounts))
	// arrive opens the account's next node, to which its balance carries over.
	arrive := func(account int32) int32 {
		if account == goal {
			return to
		}
		n := g.nodes
		g.nodes++
		if before := at[account]; before != 0 && balance[account] > 0 {
			g.edge(before, n, balance[account])
		}
		at[account] = n
		return n
	}
	for i := range b.Movements {
		m := &b.Movements[i]
		payer, payee := b.from[i], b.to[i]
		origin := int32(from)
		if payer == noAccount {
			if !asked(m.tag()) {
				origin = -1
			}
		} else {
			origin = arrive(payer)
			if short := m.Amount - balance[payer]; short > 0 {
				if asked(UnknownSource) {
					g.edge(from, origin, short)
				}
				balance[payer] += short
			}
			balance[payer] -= m.Amount
		}
		if payee == noAccount {
			continue
		}
		n := arrive(payee)
		if payee != goal && m.Amount > math.MaxInt64-balance[payee] {
			return nil, tooMuch(balance[payee], m.Amount)
		}
		balance[payee] += m.Amount
		if origin >= 0 {
			g.edge(origin, n, m.Amount)
		}
	}
	return g, nil
}
