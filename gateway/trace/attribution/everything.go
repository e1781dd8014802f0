package attribution

import (
	"context"
	"iter"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/convention"
)

// Share is what a payment or an account has of one source.
type Share struct {
	Source string `json:"source"`
	Amount int64  `json:"amount,string"` // minor units
}

// Carried is a payment and what it was made of.
type Carried struct {
	Movement int64     // the read model's reference
	From, To trace.Ref // accounts, or a sink; From 0: from outside
	Dated    string    // value date of the credit as its bank wrote it, YYYY-MM-DD; empty while the payment is under way
	Amount   int64     // minor units
	Shares   []Share   // in order of source; they add up to Amount, but under POISON
}

// Whole is all money of one currency under one method.
type Whole struct {
	Version  string // of the convention: goes with every figure
	Currency string
	Moved    int // payments that count from a later day than they are dated
	outcome  *convention.Result
	book     *book
}

// Everything follows all money of one currency at once. Cost is linear in the record, times the sources that an account
// holds under PRO_RATA and LIBR: tell them apart by class. Errors: ACCOUNT_NOT_WHOLE unless the reader sees everything,
// CURRENCY_MISMATCH, FIELD_INVALID, FIELD_MISSING (LIBR and POISON take Protected), or the context's error.
func Everything(ctx context.Context, r Record, o Options) (*Whole, error) {
	a := newAtlas(r)
	accounts := map[trace.Ref]bool{}
	for _, ref := range r.Accounts() {
		accounts[ref] = true
	}
	currency, err := a.one(ctx, accounts, o.Currency)
	if err != nil {
		return nil, err
	}
	g := &gathering{scene: &scene{terms: a.known, members: map[trace.Ref]int32{}}, atlas: a, met: map[int64]bool{}}
	for ref := range accounts {
		t := a.known[ref]
		if t.Place == trace.InSink || t.ID == "" { // the record may know accounts that came after the moment's snapshot
			continue
		}
		if !t.Whole {
			return nil, notWhole(t.ID)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if _, err := g.look(ctx, ref, 0); err != nil {
			return nil, err
		}
	}
	out := &Whole{Currency: currency, Moved: g.moved}
	out.book, out.outcome, err = g.follow(ctx, a, o)
	if err == nil {
		out.Version = out.outcome.Version
	}
	return out, err
}

// follow runs a method over all payments of a scene, with every root as new money of its kind.
func (s *scene) follow(ctx context.Context, a *atlas, o Options) (*book, *convention.Result, error) {
	kinds, err := s.kinds(ctx, a.record, o.By)
	if err != nil {
		return nil, nil, err
	}
	b := &binder{payments: s.payments, method: o.method(), order: o.Order,
		spends: func(ref trace.Ref) bool { _, member := s.members[ref]; return member },
		enters: func(p *trace.Payment, l *trace.Piece) string {
			if p.From == 0 {
				return kinds[l.Lot]
			}
			return ""
		},
		beyond: func(trace.Ref) string { return UnseenSource },
		named:  func(ref trace.Ref) bool { return s.terms[ref].Named },
	}
	b.name = func(ref trace.Ref) string {
		if _, member := s.members[ref]; member || ref != 0 && s.terms[ref].ends() {
			return accountName(ref)
		}
		return ""
	}
	bound, err := b.bind()
	if err != nil {
		return nil, nil, err
	}
	r, err := convention.Run(ctx, bound.Book, o.run(o.Protected))
	return bound, r, err
}

// kinds names the source of every root that entered.
func (s *scene) kinds(ctx context.Context, r Record, by By) (map[trace.Ref]string, error) {
	var roots []trace.Ref
	for i := range s.payments {
		if p := &s.payments[i]; p.From == 0 {
			for _, l := range p.Lots {
				roots = append(roots, l.Lot)
			}
		}
	}
	origins, err := r.Origins(ctx, roots)
	if err != nil {
		return nil, err
	}
	out := make(map[trace.Ref]string, len(roots))
	for _, ref := range roots {
		o, known := origins[ref]
		if !known {
			o.Source = ledger.UnknownSource
		}
		if out[ref], err = by.name(o); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Payments answers every payment with what it was made of, in the order in which they were taken.
func (w *Whole) Payments() iter.Seq[Carried] {
	return func(yield func(Carried) bool) {
		pieces := make([]int32, len(w.book.payment)) // of each payment, that are still to come
		for _, o := range w.book.origins {
			if w.book.final(o) {
				pieces[o.payment]++
			}
		}
		sums := map[int32]map[string]int64{} // of payments that come in several
		for i, o := range w.book.origins {
			if !w.book.final(o) {
				continue
			}
			p := &w.book.payment[o.payment]
			c := Carried{Movement: p.Movement, From: p.From, To: p.To, Amount: p.Amount()}
			pieces[o.payment]--
			switch met := sums[o.payment]; {
			case met == nil && pieces[o.payment] == 0:
				for _, part := range w.outcome.Carried[i] {
					c.Shares = append(c.Shares, Share{w.outcome.Sources[part.Source], part.Amount})
				}
			default:
				if met == nil {
					met = map[string]int64{}
					sums[o.payment] = met
				}
				for _, part := range w.outcome.Carried[i] {
					met[w.outcome.Sources[part.Source]] += part.Amount
				}
				if pieces[o.payment] > 0 {
					continue
				}
				delete(sums, o.payment)
				c.Shares = sharesOf(w.outcome.Sources, met)
			}
			if !p.UnderWay() {
				c.Dated = trace.DateOf(p.Dated)
			}
			if !yield(c) {
				return
			}
		}
	}
}

// final reports whether a movement of the book tells what its payment brought: what arrived, or what is in transit.
func (b *book) final(o origin) bool {
	switch o.part {
	case settled, arriving:
		return true
	case entering:
		return b.payment[o.payment].From == 0
	case leaving:
		return b.payment[o.payment].UnderWay()
	}
	return false
}

// sharesOf lists sums by source, in the order of their names.
func sharesOf(sources []string, sums map[string]int64) []Share {
	out := make([]Share, 0, len(sums))
	for _, name := range sources {
		if v := sums[name]; v != 0 {
			out = append(out, Share{name, v})
		}
	}
	return out
}
