package convention

import (
	"context"
	"errors"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Figure is what one convention answers to a question.
type Figure struct {
	Method  Method `json:"method"`
	Version string `json:"version"`
	Amount  int64  `json:"amount,string"`          // of the source, that reached the target; minor units
	Holds   int64  `json:"holds,string"`           // of it, what the target holds at the end
	Refused string `json:"refused,omitempty"`      // why the convention cannot answer
	Code    string `json:"refused_code,omitempty"` // ledger.Code of it
}

// Comparison is one question under every convention, with the bounds that hold under each but POISON.
type Comparison struct {
	Source  string   `json:"source"`
	Target  string   `json:"target"`
	Order   Order    `json:"order"`
	Inside  Inside   `json:"inside"`
	Figures []Figure `json:"figures"`
	Least   int64    `json:"least,string"`
	Most    int64    `json:"most,string"`
	Inflow  int64    `json:"inflow,string"` // all that reached the target
}

// Compare asks how much of a source reached a target under each method. Money counts when it first arrives: what the
// target pays out and gets back is its own. Errors: those of Bound.
func Compare(ctx context.Context, book *Book, source, target string, inside Inside, methods ...Method) (*Comparison, error) {
	if len(methods) == 0 {
		methods = Methods()
	}
	if inside == "" {
		inside = Blend
	}
	bounds, err := Bound(ctx, book, source, target)
	if err != nil {
		return nil, err
	}
	c := &Comparison{Source: source, Target: target, Order: book.Order, Inside: inside, Least: bounds.Least, Most: bounds.Most, Inflow: bounds.Inflow}
	absorbed := book.Absorb(target)
	for _, m := range methods {
		f, err := Measure(ctx, book, absorbed, target, Options{Method: m, Inside: inside, Protected: source})
		if err != nil {
			return nil, err
		}
		c.Figures = append(c.Figures, *f)
	}
	return c, nil
}

// Measure asks one method how much of the protected source reached a target, on the book with the target absorbed, and
// what of it the target holds at the end, on the book itself. What the method refuses is told in the figure.
// Errors: the context's.
func Measure(ctx context.Context, book, absorbed *Book, target string, o Options) (*Figure, error) {
	if o.Inside == "" {
		o.Inside = Blend
	}
	f := &Figure{Method: o.Method, Version: o.Version(book.Order)}
	r, err := Run(ctx, absorbed, o)
	if err == nil {
		f.Amount, f.Holds = r.Of(r.Into(target), o.Protected), r.Of(r.Holds(target), o.Protected)
		if f.Amount > 0 && book.pays(target) {
			if r, err = Run(ctx, book, o); err == nil {
				f.Holds = r.Of(r.Holds(target), o.Protected)
			}
		}
	}
	var refused *ledger.Error
	if errors.As(err, &refused) {
		*f = Figure{Method: o.Method, Version: f.Version, Refused: refused.Message, Code: string(refused.Code)}
		err = nil
	}
	return f, err
}

// pays reports whether an account ever paid anything.
func (b *Book) pays(account string) bool {
	n, ok := b.account[account]
	return ok && slices.Contains(b.from, n)
}

// Line is one movement of a trace, so that a person can do it again by hand.
type Line struct {
	Movement string `json:"movement"`
	Date     string `json:"date"`
	From     string `json:"from,omitempty"`
	To       string `json:"to,omitempty"`
	Amount   int64  `json:"amount,string"` // of the whole movement, minor units
	Source   int64  `json:"source,string"` // of it, of the source
	Before   int64  `json:"before,string"` // of the source in the payer's account (the payee's, of new money), before
	After    int64  `json:"after,string"`  // and after
}

// Lines lists the movements that carried a source, with what the account held of it before and after.
func (r *Result) Lines(source string) []Line {
	var lines []Line
	held := make([]int64, len(r.book.accounts))
	for i, parts := range r.Carried {
		v := r.Of(parts, source)
		from, to := r.book.from[i], r.book.to[i]
		if v > 0 {
			m := &r.book.Movements[i]
			l := Line{Movement: m.ID, Date: m.Date, From: m.From, To: m.To, Amount: m.Amount, Source: v}
			if from != noAccount {
				l.Before, l.After = held[from], held[from]-v
			} else {
				l.Before, l.After = held[to], held[to]+v
			}
			lines = append(lines, l)
		}
		if from != noAccount {
			held[from] -= v
		}
		if to != noAccount {
			held[to] += v
		}
	}
	return lines
}
