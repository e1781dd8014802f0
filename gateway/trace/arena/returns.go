package arena

import (
	"context"
	"slices"

	"fundtrace/gateway/trace"
)

// Returns visits every chain of lots on which money came back to the group of accounts that it had left, over at most so
// many payments: from the lot that it left down to the lot in which it came back, which is the first of that group on the
// way up. Accounts of group 0, and what the reader may not see, end a chain; payments within a group count as no payment.
func (p *Statements) Returns(ctx context.Context, group func(account trace.Ref) int, hops int, visit func(chain []trace.Ref)) error {
	a := p.view.arena
	a.mu.RLock()
	groups := make([]int, len(a.accounts))
	for i, ref := range a.accounts {
		groups[i] = group(trace.Ref(ref))
	}
	var chains [][]trace.Ref
	for i := range a.kin {
		if i%65536 == 0 && ctx.Err() != nil {
			a.mu.RUnlock()
			return ctx.Err()
		}
		if chain := p.comesBack(int32(i), groups, hops); chain != nil {
			chains = append(chains, chain)
		}
	}
	a.mu.RUnlock()
	for _, chain := range chains {
		visit(chain)
	}
	return nil
}

// comesBack answers the chain down to a lot in which money came back; nil when it is none. The caller holds the lock.
func (p *Statements) comesBack(lot int32, groups []int, hops int) []trace.Ref {
	a := p.view.arena
	home := groups[a.kin[lot].account]
	if home == 0 || p.view.hides(lot) {
		return nil
	}
	at, paid := home, 0
	for i := a.kin[lot].parent; i != none; i = a.kin[i].parent {
		g := groups[a.kin[i].account]
		if g == 0 || p.view.hides(i) {
			return nil
		}
		if g != at {
			if paid++; paid > hops {
				return nil
			}
		}
		at = g
		if g != home {
			continue
		}
		if paid == 0 {
			return nil // it only moved within the group
		}
		return p.chain(lot, i)
	}
	return nil
}

// chain lists the lots from an ancestor down to a lot, if all of them were there and arrived at the moment.
func (p *Statements) chain(lot, ancestor int32) []trace.Ref {
	a := p.view.arena
	var up []trace.Ref
	for i := lot; ; i = a.kin[i].parent {
		t := p.timing(a.kin[i].move)
		if !t.exists(i) || t.arrived.Day == trace.NotArrived {
			return nil
		}
		up = append(up, trace.Ref(i)+1)
		if i == ancestor {
			slices.Reverse(up)
			return up
		}
	}
}
