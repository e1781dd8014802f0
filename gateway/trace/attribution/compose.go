package attribution

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/convention"
)

// Composition is what an account received and holds, by source, under one method.
type Composition struct {
	Account  string            `json:"account"`
	Currency string            `json:"currency"`
	Method   convention.Method `json:"method"`
	Version  string            `json:"version"`
	By       By                `json:"by"`
	Received int64             `json:"received,string"` // in all; what went in a circle counts each time
	Holds    int64             `json:"holds,string"`
	Sources  []Ingredient      `json:"sources"`
	Payments int               `json:"payments"`      // that were looked at, of this account and of those above it
	Moved    int               `json:"moved"`         // of them, that count from a later day than they are dated
	Unseen   int64             `json:"unseen,string"` // received from accounts of which the reader sees a part, or money that passed such
}

// Ingredient is one source of an account.
type Ingredient struct {
	Source   string `json:"source"`
	Public   bool   `json:"public"`
	Received int64  `json:"received,string"` // minor units
	Holds    int64  `json:"holds,string"`
}

// Compose answers what an account is made of: it follows all money of the accounts above it down to it.
// Errors: ACCOUNT_NOT_WHOLE, FIELD_INVALID, FIELD_MISSING (LIBR and POISON take Protected), or the context's error.
func Compose(ctx context.Context, r Record, account trace.Ref, o Options) (*Composition, error) {
	a := newAtlas(r)
	if err := a.learn(ctx, account); err != nil {
		return nil, err
	}
	t := a.known[account]
	if t.ends() {
		return nil, notWhole(t.ID)
	}
	g := &gathering{scene: &scene{terms: a.known, members: map[trace.Ref]int32{}, currency: t.Currency}, atlas: a, met: map[int64]bool{}}
	if err := g.backward(ctx, account); err != nil {
		return nil, err
	}
	b, run, err := g.follow(ctx, a, o)
	if err != nil {
		return nil, err
	}
	out := &Composition{Account: t.ID, Currency: t.Currency, Method: o.method(), Version: run.Version, By: cmp.Or(o.By, ByClass),
		Payments: len(g.payments), Moved: g.moved, Sources: []Ingredient{}}
	rows := map[string]*Ingredient{}
	row := func(p convention.Part) *Ingredient {
		name := run.Sources[p.Source]
		if rows[name] == nil {
			rows[name] = &Ingredient{Source: name, Public: public(o.By, name)}
		}
		return rows[name]
	}
	name := accountName(account)
	for i := range b.Movements {
		if b.Movements[i].To == name {
			out.Received += b.Movements[i].Amount
			for _, p := range run.Carried[i] {
				row(p).Received += p.Amount
			}
		}
		if b.Movements[i].From == name {
			out.Holds -= b.Movements[i].Amount
		}
	}
	out.Holds += out.Received
	for _, p := range run.Holds(name) {
		row(p).Holds += p.Amount
	}
	for _, x := range rows {
		out.Sources = append(out.Sources, *x)
	}
	slices.SortFunc(out.Sources, func(x, y Ingredient) int {
		return cmp.Or(cmp.Compare(y.Received, x.Received), cmp.Compare(x.Source, y.Source))
	})
	if x := rows[UnseenSource]; x != nil {
		out.Unseen = x.Received
	}
	return out, nil
}

func public(by By, name string) bool {
	if by == ByPublic {
		return name == PublicSource
	}
	class, _, _ := strings.Cut(name, " ")
	return ledger.FundingSource(class).Public()
}

// backward gathers what can have come to an account: its payments, and those of whoever paid it, up to the day on which
// they last did; the latest first.
func (g *gathering) backward(ctx context.Context, account trace.Ref) error {
	latest := map[trace.Ref]int32{account: never}
	open := agenda{{account, -never}} // days count backward, so that the agenda gives the latest first
	for open.Len() > 0 {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		next := heap.Pop(&open).(stop)
		until := -next.day
		if _, done := g.members[next.account]; done || g.terms[next.account].ends() {
			continue
		}
		in, out := g.atlas.record.Payments(next.account)
		keep := func(p trace.Payment) bool { return p.Left.Day > until }
		in = slices.DeleteFunc(in, func(p trace.Payment) bool { return p.UnderWay() || p.Arrived.Day > until })
		out = slices.DeleteFunc(out, keep)
		if err := g.atlas.ofPayments(ctx, in, out); err != nil {
			return err
		}
		g.members[next.account] = next.day
		g.gather(in)
		g.gather(out)
		for i := range in {
			p := &in[i]
			if known, ok := latest[p.From]; p.From != 0 && (!ok || p.Left.Day > known) {
				latest[p.From] = p.Left.Day
				heap.Push(&open, stop{p.From, -p.Left.Day})
			}
		}
	}
	return nil
}
