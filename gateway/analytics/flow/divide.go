package flow

import (
	"context"
	"fmt"
	"math/bits"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace/convention"
)

// divider answers how the money of a payment divides among classes: as recorded, by the roots of the lots drawn, or as a
// convention says, by following all money from where it entered. version names the convention.
func divider(ctx context.Context, b *Book, q Query) (divide func(i int) Parts, version string, err error) {
	recorded := func(i int) Parts {
		var parts Parts
		for _, l := range b.Payments[i].Lots {
			parts.Add(l.Class, l.Amount)
		}
		return parts
	}
	if q.Method == convention.Recorded {
		return recorded, string(convention.Recorded), nil
	}
	if b.Divide == nil {
		return nil, "", ledger.Refuse(ledger.FieldInvalid, "these flows are known as recorded only: ask for RECORDED", "field", "method")
	}
	parts, version, err := b.Divide(ctx, q.Method, q.Currency)
	if err != nil {
		return nil, "", fmt.Errorf("follow money by %s: %w", q.Method, err)
	}
	// An order that moved no money yet divides as the payer named the lots.
	return func(i int) Parts {
		if p, ok := parts[b.Payments[i].Seq]; ok && b.Payments[i].Credited {
			return p
		}
		return recorded(i)
	}, version, nil
}

// counts reports whether a payment takes part in following money: it has arrived, is of the currency, and is no figure
// that nobody confirmed.
func counts(p *Payment, q Query) bool {
	return p.Credited && p.Currency == q.Currency && p.From.Place != Published && p.To.Place != Published
}

// followed is money that enterprises hold and pass on, followed under one convention.
type followed struct {
	book   *convention.Book
	result *convention.Result
}

func run(ctx context.Context, movements []convention.Movement, method convention.Method) (*followed, error) {
	book, err := convention.Open(movements, convention.BySequence)
	if err != nil {
		return nil, fmt.Errorf("follow money by %s: %w", method, err)
	}
	r, err := convention.Run(ctx, book, convention.Options{Method: method})
	if err != nil {
		return nil, fmt.Errorf("follow money by %s: %w", method, err)
	}
	return &followed{book, r}, nil
}

// investments answers, for every payment, how much of it is money that funds put into enterprises: the disbursement
// itself, what an enterprise passed on of it, paid back or spent. What has come back to a fund is a fund's money again.
func investments(ctx context.Context, b *Book, q Query) ([]Parts, string, error) {
	if q.Method == convention.Recorded {
		return recordedInvestments(b, q), string(convention.Recorded), nil
	}
	if q.Method == convention.LIBR {
		return nil, "", ledger.Refuse(ledger.FieldInvalid, "LIBR protects one source, and what funds invest is of several: ask for another method, or for DISBURSED", "field", "method")
	}
	divide, _, err := divider(ctx, b, q)
	if err != nil {
		return nil, "", err
	}
	const other = "-" // an enterprise's money that no fund invested
	mixed := map[string]Parts{}
	var movements []convention.Movement
	var at []int
	for i := range b.Payments {
		p := &b.Payments[i]
		if !counts(p, q) || p.From.Place != Enterprise && p.To.Place != Enterprise || p.From.ID == p.To.ID {
			continue
		}
		m := convention.Movement{ID: p.ID, Date: p.Date, Seq: p.Seq, Amount: p.Amount}
		if p.To.Place == Enterprise {
			m.To = p.To.ID
		}
		switch {
		case p.From.Place == Enterprise:
			m.From = p.From.ID
		case invests(p):
			parts := divide(i)
			m.Tag = p.ID
			if c, pure := parts.pure(); pure { // one source for all that is of one class
				m.Tag = string(c)
			}
			mixed[m.Tag] = parts
		default:
			m.Tag = other
		}
		movements, at = append(movements, m), append(at, i)
	}
	r, err := run(ctx, movements, q.Method)
	if err != nil {
		return nil, "", err
	}
	out := make([]Parts, len(b.Payments))
	for k, m := range movements {
		n, _ := r.book.Movement(m.ID)
		for _, c := range r.result.Carried[n] {
			source := r.result.Sources[c.Source]
			if source == other || source == convention.UnknownSource {
				continue
			}
			out[at[k]].plus(mixed[source].share(c.Amount))
		}
	}
	return out, r.result.Version, nil
}

// recordedInvestments follows the lots.
func recordedInvestments(b *Book, q Query) []Parts {
	invested := map[int64]bool{} // lots that lie in enterprises' accounts
	out := make([]Parts, len(b.Payments))
	for i := range b.Payments {
		p := &b.Payments[i]
		if !counts(p, q) {
			continue
		}
		starts := invests(p)
		for _, l := range p.Lots {
			if !starts && (p.From.Place != Enterprise || !invested[l.Parent]) {
				continue
			}
			out[i].Add(l.Class, l.Amount)
			if p.To.Place == Enterprise {
				invested[l.Ref] = true
			}
		}
	}
	return out
}

// pure reports whether all of it is of one class.
func (p Parts) pure() (Class, bool) {
	total := p.Of(All)
	for _, c := range Classes()[1:] {
		if p.Of(c) == total {
			return c, true
		}
	}
	return "", false
}

// share divides an amount as p is divided: whole units first, what is left over to the largest remainders.
func (p Parts) share(amount int64) Parts {
	total := p.Of(All)
	if amount == total {
		return p
	}
	type rest struct {
		class Class
		units uint64
	}
	var out Parts
	var rests []rest
	left := amount
	for _, c := range Classes()[1:] {
		high, low := bits.Mul64(uint64(amount), uint64(p.Of(c)))
		whole, r := bits.Div64(high, low, uint64(total))
		out.Add(c, int64(whole))
		left -= int64(whole)
		rests = append(rests, rest{c, r})
	}
	slices.SortStableFunc(rests, func(x, y rest) int {
		switch {
		case x.units > y.units:
			return -1
		case x.units < y.units:
			return 1
		}
		return 0
	})
	for i := 0; left > 0; i++ {
		out.Add(rests[i].class, 1)
		left--
	}
	return out
}
