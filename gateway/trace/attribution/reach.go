package attribution

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// scene is what a question is about: the accounts that matter, and every payment to or from one of them.
type scene struct {
	terms    map[trace.Ref]*Terms
	members  map[trace.Ref]int32 // accounts that are looked at whole → day from which they matter
	seeds    map[trace.Ref]bool  // of them, those in which the source entered
	source   map[trace.Ref]bool  // lots that are new money of the source
	name     string              // of the source
	currency string
	payments []trace.Payment // each once
	moved    int             // of them, those that count from a later day than they are dated
	mu       sync.Mutex
	books    map[string]*book // by what they are made for: see bind
	returned int64            // came, in minor units, from accounts that are not seen whole, after money had gone to such
}

// never is the day of an account that matters only as a target.
const never int32 = math.MaxInt32

// reach finds where money of a source can have gone, by time alone, and gathers all payments of those accounts and of the
// target's. Errors: CURRENCY_MISMATCH, ACCOUNT_NOT_WHOLE.
func reach(ctx context.Context, r Record, source Source, target *Target, currency string) (*scene, error) {
	a := newAtlas(r)
	s := &scene{terms: a.known, members: map[trace.Ref]int32{}, seeds: map[trace.Ref]bool{}, source: map[trace.Ref]bool{}, name: source.Name, books: map[string]*book{}}
	g := &gathering{scene: s, atlas: a, earliest: map[trace.Ref]int32{}, met: map[int64]bool{}}
	if err := g.enter(ctx, source, currency); err != nil {
		return nil, err
	}
	if err := g.forward(ctx); err != nil {
		return nil, err
	}
	if target != nil {
		if err := g.await(ctx, *target); err != nil {
			return nil, err
		}
	}
	s.lookBeyond()
	return s, nil
}

// enter makes the source's lots known, the payments that yielded them and the accounts in which they lay.
func (g *gathering) enter(ctx context.Context, source Source, currency string) error {
	first := g.atlas.record.PaymentsOf(source.Lots)
	if err := g.atlas.ofPayments(ctx, first); err != nil {
		return err
	}
	for _, ref := range source.Lots {
		g.source[ref] = true
	}
	ends := map[trace.Ref]bool{} // a sink has no currency: there its payer's counts
	for i := range first {
		g.seeds[first[i].To] = true
		if ends[first[i].To] = true; g.terms[first[i].To].Currency == "" && first[i].From != 0 {
			ends[first[i].From] = true
		}
	}
	var err error
	if g.currency, err = g.atlas.one(ctx, ends, currency); err != nil {
		return err
	}
	for i := range first {
		p := &first[i]
		t := g.terms[p.To]
		if !ends[p.To] {
			delete(g.seeds, p.To)
			continue
		}
		if !t.Whole {
			return notWhole(t.ID)
		}
		g.gather(first[i : i+1])
		day := p.Arrived.Day
		if p.UnderWay() {
			day = never - 1 // nothing of it can have been paid on
		}
		g.relax(p.To, day)
	}
	return nil
}

// one answers the one currency of accounts, and drops those of another than was asked for. Sinks have none and stay.
// Errors: CURRENCY_MISMATCH where there are several and none was asked for.
func (a *atlas) one(ctx context.Context, accounts map[trace.Ref]bool, asked string) (string, error) {
	refs := make([]trace.Ref, 0, len(accounts))
	for ref := range accounts {
		refs = append(refs, ref)
	}
	slices.Sort(refs)
	if err := a.learn(ctx, refs...); err != nil {
		return "", err
	}
	found := asked
	for _, ref := range refs {
		switch c := a.known[ref].Currency; {
		case c == "" || c == found:
		case asked != "":
			delete(accounts, ref)
		case found == "":
			found = c
		default:
			return "", ledger.Refuse(ledger.CurrencyMismatch, fmt.Sprintf("the money is in %s and in %s, and a convention adds up one currency: name it as currency", found, c), "currency", found+" "+c)
		}
	}
	return found, nil
}

// notWhole refuses a question about an account that the reader sees a part of.
func notWhole(account string) error {
	return ledger.Refuse(NotWhole, fmt.Sprintf("you see only a part of account %.60q, and a convention needs everything that it received and paid: ask its bank, its manager or the audit office", account), "account", account)
}

// gathering walks from account to account, the earliest reached first: money that an account paid before any of the source
// can have come to it is none of the source's.
type gathering struct {
	*scene
	atlas    *atlas
	earliest map[trace.Ref]int32
	met      map[int64]bool // movements
	open     agenda
}

func (g *gathering) forward(ctx context.Context) error {
	for g.open.Len() > 0 {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		next := heap.Pop(&g.open).(stop)
		if _, done := g.members[next.account]; done || g.terms[next.account].ends() {
			continue
		}
		out, err := g.look(ctx, next.account, next.day)
		if err != nil {
			return err
		}
		for i := range out {
			if p := &out[i]; p.Left.Day >= next.day && !p.UnderWay() {
				g.relax(p.To, p.Arrived.Day)
			}
		}
	}
	return nil
}

func (g *gathering) relax(account trace.Ref, day int32) {
	if known, ok := g.earliest[account]; !ok || day < known {
		g.earliest[account] = day
		heap.Push(&g.open, stop{account, day})
	}
}

// look makes an account a member and gathers its payments.
func (g *gathering) look(ctx context.Context, account trace.Ref, day int32) (out []trace.Payment, err error) {
	in, out := g.atlas.record.Payments(account)
	if err := g.atlas.ofPayments(ctx, in, out); err != nil {
		return nil, err
	}
	g.members[account] = day
	g.gather(in)
	g.gather(out)
	return out, nil
}

func (g *gathering) gather(list []trace.Payment) {
	for i := range list {
		if p := &list[i]; !g.met[p.Movement] {
			g.met[p.Movement] = true
			g.payments = append(g.payments, *p)
			if p.Moved() {
				g.moved++
			}
		}
	}
}

// await gathers the payments of the target's accounts, which need not be reached.
func (g *gathering) await(ctx context.Context, target Target) error {
	if err := g.atlas.learn(ctx, target.Accounts...); err != nil {
		return err
	}
	for _, ref := range target.Accounts {
		t := g.terms[ref]
		if _, done := g.members[ref]; done || t.ends() || g.currency != "" && t.Currency != g.currency {
			continue
		}
		if _, err := g.look(ctx, ref, never); err != nil {
			return err
		}
	}
	return nil
}

// lookBeyond adds up what came back from accounts that the reader sees a part of, once money of the source can have gone
// to any of them: nobody can say here whose it is.
func (s *scene) lookBeyond() {
	gone := never
	part := func(account trace.Ref) bool {
		t := s.terms[account]
		return account != 0 && !t.Whole && t.Place != trace.InSink
	}
	for i := range s.payments {
		p := &s.payments[i]
		if from, ok := s.members[p.From]; ok && p.Left.Day >= from && part(p.To) {
			gone = min(gone, p.Left.Day)
		}
	}
	for i := range s.payments {
		p := &s.payments[i]
		if _, member := s.members[p.To]; member && part(p.From) && !p.UnderWay() && p.Arrived.Day >= gone {
			s.returned += p.Amount()
		}
	}
}

// hops counts the least payments from the source's accounts to every account that it can have reached.
func (s *scene) hops() map[trace.Ref]int {
	next := map[trace.Ref][]trace.Ref{}
	for i := range s.payments {
		p := &s.payments[i]
		if from, ok := s.members[p.From]; ok && p.Left.Day >= from && !p.UnderWay() {
			next[p.From] = append(next[p.From], p.To)
		}
	}
	count := map[trace.Ref]int{}
	var level []trace.Ref
	for ref := range s.seeds {
		count[ref] = 0
		level = append(level, ref)
	}
	for depth := 1; len(level) > 0; depth++ {
		var below []trace.Ref
		for _, ref := range level {
			for _, to := range next[ref] {
				if _, met := count[to]; !met {
					count[to] = depth
					below = append(below, to)
				}
			}
		}
		level = below
	}
	return count
}

// stop is an account and the first day on which money can have been in it; agenda gives the earliest first.
type stop struct {
	account trace.Ref
	day     int32
}

type agenda []stop

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(a[i].day, a[j].day), cmp.Compare(a[i].account, a[j].account)) < 0
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(stop)) }
func (a *agenda) Pop() any {
	x := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return x
}
