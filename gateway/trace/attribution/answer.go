package attribution

import (
	"cmp"
	"context"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/convention"
)

// About is what every answer says of itself.
type About struct {
	Source   string            `json:"source"`
	Currency string            `json:"currency"`
	Inside   convention.Inside `json:"inside"`
	Order    convention.Order  `json:"order"`
	Payments int               `json:"payments"` // that were looked at
	// Moved counts payments that count from a later day than their bank says, because the money that they drew on came later.
	Moved int `json:"moved"`
	// Returned is what came from accounts that the reader sees a part of, after money had gone to such: it counts as other
	// money, though some of it may be the source's.
	Returned int64 `json:"returned,string"`
}

// Place is an account or a sink that money of the source reached, or can have reached.
type Place struct {
	ID    string      `json:"id"`
	Label string      `json:"label"`
	Kind  trace.Place `json:"kind"`
	Owner string      `json:"owner,omitempty"`
	Fund  string      `json:"fund,omitempty"`
	Depth int         `json:"depth"` // least number of payments from where the source entered
	ref   trace.Ref
}

// Landing is what of the source came to a place.
type Landing struct {
	Place
	Received int64 `json:"received,string"` // whenever it arrived, so that what went in a circle counts each time
	Holds    int64 `json:"holds,string"`    // at the end
}

// Answer is where a source's money went under one method.
type Answer struct {
	About
	Method  convention.Method `json:"method"`
	Version string            `json:"version"`
	Totals  Totals            `json:"totals"`
	Places  []Landing         `json:"places"` // the most received first
	Edges   []Edge            `json:"edges"`  // the most first
	Lines   []Line            `json:"lines"`
	// Truncated says that places, edges or lines beyond the depth asked for are left out. Totals are over everything.
	Truncated bool   `json:"truncated"`
	Next      string `json:"next"`
}

// Edge is what of the source went from one account to another.
type Edge struct {
	From     string `json:"from"` // empty: it entered
	To       string `json:"to"`
	Amount   int64  `json:"amount,string"`
	Payments int    `json:"payments"`
}

// MaxPlaces is the most places and edges of an answer: the largest are kept.
const MaxPlaces = 2000

// Forward follows a source under one method. Errors: ACCOUNT_NOT_WHOLE, CURRENCY_MISMATCH, FIELD_INVALID, AMOUNT_INVALID.
func (s *Shelf) Forward(ctx context.Context, r Record, source Source, o Options, list trace.Options) (*Answer, error) {
	found, err := s.scene(ctx, r, source, nil, o.Currency)
	if err != nil {
		return nil, err
	}
	run, err := found.run(ctx, o)
	if err != nil {
		return nil, err
	}
	out := &Answer{About: found.about(o), Method: o.method(), Version: run.Version, Totals: run.totals}
	hops := found.hops()
	run.places(hops, list.Depth, out)
	return out, run.list(ctx, r, hops, list, out)
}

func (s *scene) about(o Options) About {
	return About{Source: s.name, Currency: s.currency, Inside: cmp.Or(o.Inside, convention.Blend), Order: cmp.Or(o.Order, convention.BySequence),
		Payments: len(s.payments), Moved: s.moved, Returned: s.returned}
}

func (s *scene) place(ref trace.Ref, hops map[trace.Ref]int) Place {
	t := s.terms[ref]
	return Place{ID: t.ID, Label: t.Label, Kind: t.Place, Owner: t.Owner, Fund: t.Fund, Depth: hops[ref], ref: ref}
}

// places adds up what came to each account, and from each to each.
func (o *outcome) places(hops map[trace.Ref]int, depth int, out *Answer) {
	type pair struct{ from, to trace.Ref }
	landings, edges := map[trace.Ref]*Landing{}, map[pair]*Edge{}
	met := map[int32]bool{}
	at := func(ref trace.Ref) *Landing {
		l := landings[ref]
		if l == nil {
			l = &Landing{Place: o.scene.place(ref, hops)}
			landings[ref] = l
		}
		return l
	}
	for i, from := range o.book.origins {
		v := o.Of(o.Carried[i], o.scene.name)
		to := accountOf(o.book.Movements[i].To)
		if v == 0 || to == 0 || from.part == wired {
			continue
		}
		at(to).Received += v
		p := &o.book.payment[from.payment]
		key := pair{p.From, to}
		if slices.ContainsFunc(p.Lots, func(l trace.Piece) bool { return o.scene.source[l.Lot] }) {
			key.from = 0
		}
		if edges[key] == nil {
			edges[key] = &Edge{From: o.scene.id(key.from), To: o.scene.id(to)}
		}
		edges[key].Amount += v
		if !met[from.payment] {
			met[from.payment] = true
			edges[key].Payments++
		}
	}
	for i, name := range o.book.Accounts() {
		if ref, v := accountOf(name), o.Of(o.Left[i], o.scene.name); ref != 0 && v > 0 {
			at(ref).Holds = v
		}
	}
	shown := map[string]bool{"": true}
	out.Places, out.Edges = make([]Landing, 0, len(landings)), make([]Edge, 0, len(edges))
	for _, l := range landings {
		if depth > 0 && l.Depth > depth {
			out.Truncated = true
			continue
		}
		shown[l.ID] = true
		out.Places = append(out.Places, *l)
	}
	for _, e := range edges {
		if shown[e.From] && shown[e.To] {
			out.Edges = append(out.Edges, *e)
		}
	}
	slices.SortFunc(out.Places, func(x, y Landing) int { return cmp.Or(cmp.Compare(y.Received, x.Received), cmp.Compare(x.ID, y.ID)) })
	slices.SortFunc(out.Edges, func(x, y Edge) int {
		return cmp.Or(cmp.Compare(y.Amount, x.Amount), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
	out.Places, out.Truncated = most(out.Places, out.Truncated)
	out.Edges, out.Truncated = most(out.Edges, out.Truncated)
}

func most[T any](list []T, cut bool) ([]T, bool) {
	if len(list) > MaxPlaces {
		return list[:MaxPlaces], true
	}
	return list, cut
}

func (s *scene) id(ref trace.Ref) string {
	if ref == 0 {
		return ""
	}
	return s.terms[ref].ID
}

// Line is one payment of a trace, with what a person needs to do it again by hand.
type Line struct {
	Movement string       `json:"movement"`
	Kind     ledger.Kind  `json:"kind"`
	Stage    ledger.Stage `json:"stage"`
	Level    ledger.Level `json:"level"`
	Lots     []string     `json:"lots"` // that it yielded
	Date     string       `json:"date"` // on which it left its payer; of new money, on which it arrived
	Dated    string       `json:"dated"`
	From     string       `json:"from,omitempty"` // account
	To       string       `json:"to"`
	Payee    string       `json:"payee,omitempty"`
	Amount   int64        `json:"amount,string"` // of the whole payment, minor units
	Of       int64        `json:"of,string"`     // of it, of the source
	Before   int64        `json:"before,string"` // of the source, in the payer's account (of new money: the payee's) before
	After    int64        `json:"after,string"`  // and after
	Held     int64        `json:"held,string"`   // of all sources, in that account before
}
