package convention

import (
	"context"
	"fmt"
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Method is a convention of which money in an account a payment spends.
type Method string

// The methods.
const (
	Recorded Method = "RECORDED" // what the payer said, movement by movement
	Specific Method = "SPECIFIC" // what the payment is earmarked for while that lasts, the rest as FIFO
	FIFO     Method = "FIFO"     // the oldest deposit first
	LIFO     Method = "LIFO"     // the newest deposit first
	ProRata  Method = "PRO_RATA" // every source in proportion to its balance
	LIBR     Method = "LIBR"     // the protected source last: it holds at least the lowest balance in between
	Poison   Method = "POISON"   // everything, once any of the protected source is in the account
)

// Methods lists the methods in the order in which comparisons show them.
func Methods() []Method { return []Method{Recorded, Specific, FIFO, LIFO, ProRata, LIBR, Poison} }

// Inside is what happens inside one deposit of mixed origin when a part of it is spent.
type Inside string

// The inside-rules.
const (
	Blend   Inside = "BLEND"   // a part carries the deposit's sources in proportion
	Ordered Inside = "ORDERED" // the deposit's sources keep their order: lossless and reversible
)

// UnknownSource is the source of money that an account spent without having received it in the movements given.
const UnknownSource = "UNKNOWN"

// Options choose a convention.
type Options struct {
	Method Method
	Inside Inside // default BLEND; RECORDED and PRO_RATA have no choice
	// Protected is the source that LIBR and POISON are about.
	Protected string
}

// Version names the convention that a figure was made with, to be printed beside it.
func (o Options) Version(order Order) string {
	method := string(o.Method)
	if o.Method == LIBR || o.Method == Poison {
		method += "(" + o.Protected + ")"
	}
	return fmt.Sprintf("%s/%s/%s/1", method, o.Inside, order)
}

// Result says, for every movement, which sources it carried, and what every account holds at the end.
type Result struct {
	Version string
	Sources []string // in ascending order; Part.Source counts here
	Carried [][]Part // by movement, in the book's order
	Left    [][]Part // by account, in the book's order
	book    *Book
}

// Run follows all money under one convention. POISON marks and does not divide: there a movement's parts may add up to
// more than its amount; under every other method they add up to it exactly.
// Errors: FIELD_INVALID (method, inside), FIELD_MISSING (protected), DRAWS_MISSING and DRAWS_UNBALANCED (RECORDED without
// draws that fit), AMOUNT_INVALID, or the context's error.
func Run(ctx context.Context, b *Book, o Options) (*Result, error) {
	if o.Inside == "" {
		o.Inside = Blend
	}
	if !slices.Contains(Methods(), o.Method) {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("method is %.40q: use one of %v", o.Method, Methods()), "field", "method")
	}
	if o.Inside != Blend && o.Inside != Ordered {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("inside is %.40q: use %s or %s", o.Inside, Blend, Ordered), "field", "inside")
	}
	if (o.Method == LIBR || o.Method == Poison) && o.Protected == "" {
		return nil, ledger.Refuse(ledger.FieldMissing, string(o.Method)+" is about one source: name it as protected", "field", "protected")
	}
	r := &Result{Version: o.Version(b.Order), Sources: b.Sources(), Carried: make([][]Part, len(b.Movements)), Left: make([][]Part, len(b.accounts)), book: b}
	purses := make([]purse, len(b.accounts))
	var shared *lookup
	if o.Method == Recorded || o.Method == Specific {
		shared = newLookup(b)
	}
	for i := range purses {
		purses[i] = newPurse(o, r, int32(i), shared)
	}
	for i := range b.Movements {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m := &b.Movements[i]
		parts := r.source(m)
		if b.from[i] != noAccount {
			var err error
			if parts, err = purses[b.from[i]].spend(m); err != nil {
				return nil, err
			}
		}
		r.Carried[i] = parts
		if b.to[i] != noAccount {
			if err := purses[b.to[i]].receive(i, m, parts); err != nil {
				return nil, err
			}
		}
	}
	for i := range purses {
		r.Left[i] = purses[i].left()
	}
	return r, nil
}

// Sources lists the names of the book's sources, ascending, with the one for money of unknown origin.
func (b *Book) Sources() []string {
	names := []string{UnknownSource}
	for i := range b.Movements {
		if m := &b.Movements[i]; m.From == "" {
			names = append(names, m.tag())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (m *Movement) tag() string {
	if m.Tag != "" {
		return m.Tag
	}
	return m.ID
}

func (r *Result) number(source string) int32 {
	i, found := slices.BinarySearch(r.Sources, source)
	if !found {
		return noAccount
	}
	return int32(i)
}

// source is what new money is made of.
func (r *Result) source(m *Movement) []Part {
	if m.From != "" {
		return nil
	}
	return []Part{{r.number(m.tag()), m.Amount}}
}

// purse is an account under one convention.
type purse interface {
	receive(i int, m *Movement, parts []Part) error // movement i of the book
	spend(m *Movement) ([]Part, error)
	left() []Part // in order of source
}

func newPurse(o Options, r *Result, account int32, shared *lookup) purse {
	unknown := r.number(UnknownSource)
	switch o.Method {
	case ProRata:
		return &pool{unknown: unknown, last: noAccount}
	case LIBR:
		return &pool{unknown: unknown, last: r.number(o.Protected)}
	case Poison:
		return &tainted{unknown: unknown, poison: r.number(o.Protected)}
	}
	return &queue{method: o.Method, ordered: o.Inside == Ordered, unknown: unknown, sources: r.Sources, lookup: shared, account: account}
}

// tooMuch refuses a balance that no amount can hold.
func tooMuch(balance, v int64) error {
	if v > math.MaxInt64-balance {
		return ledger.Refuse(ledger.AmountInvalid, "the money that entered adds up to more than an amount can hold")
	}
	return nil
}

// Into sums what came into an account, by source.
func (r *Result) Into(account string) []Part {
	n, ok := r.book.account[account]
	if !ok {
		return nil
	}
	var total []Part
	for i, to := range r.book.to {
		if to == n {
			total = add(total, r.Carried[i])
		}
	}
	return total
}

// Of answers how much of a source the parts hold. Parts in the order in which they are spent can name it more than once.
func (r *Result) Of(parts []Part, source string) (sum int64) {
	n := r.number(source)
	for _, p := range parts {
		if p.Source == n {
			sum += p.Amount
		}
	}
	return sum
}

// Holds answers what an account holds at the end, by source.
func (r *Result) Holds(account string) []Part {
	if n, ok := r.book.account[account]; ok {
		return r.Left[n]
	}
	return nil
}
