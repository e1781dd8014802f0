package attribution

import (
	"math"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/convention"
)

// part is what a movement of a book is of a payment.
type part uint8

const (
	wired    part = iota // what feeds the accounts that stand for others: no payment
	entering             // new money
	leaving              // from the payer into transit
	arriving             // from transit to the payee
	settled              // from payer to payee at once
	again                // from the payer out of the book: it enters once more, as new money of the source
)

// origin says where a movement of a book comes from.
type origin struct {
	payment int32
	part    part
}

// book is payments made ready for a convention. A payment that is not settled at once passes an account of its own, in
// transit; so does one in which money of the source enters beside other money, so that it arrives as one mixed deposit.
type book struct {
	*convention.Book
	origins []origin // by movement
	payment []trace.Payment
}

// Names of accounts in a book.
const (
	transitPrefix = "~" // and the movement: money in transit
	feeder        = "+" // and the source: everybody who is looked at no further
)

func accountName(ref trace.Ref) string { return "A" + strconv.FormatInt(int64(ref), 10) }

// accountOf answers the account of a name, 0 where it names none of the ledger's.
func accountOf(name string) trace.Ref {
	if len(name) < 2 || name[0] != 'A' {
		return 0
	}
	n, err := strconv.ParseInt(name[1:], 10, 64)
	if err != nil {
		return 0
	}
	return trace.Ref(n)
}

// binder turns payments into the movements of a book.
type binder struct {
	payments []trace.Payment
	method   convention.Method
	order    convention.Order
	// name answers what an account is called in the book, "" where it is looked at no further.
	name func(trace.Ref) string
	// spends reports whether what an account pays is looked at; what others pay comes from a feeder.
	spends func(trace.Ref) bool
	// enters answers the source of a lot that is new money in the book, "" for lots that are not.
	enters func(payment *trace.Payment, lot *trace.Piece) string
	// beyond answers the source of money from an account whose payments are not looked at.
	beyond func(trace.Ref) string
	named  func(trace.Ref) bool // the account's payer names tranches

	out     []convention.Movement
	from    []origin                // of each movement in out
	fed     map[string]int64        // by source
	deposit map[trace.Ref]int64     // lot → movement that yielded it; for SPECIFIC
	above   map[trace.Ref]trace.Ref // lot that moved between accounts that count as one → lot that it was drawn from; for RECORDED
	last    string                  // day after which nothing is dated, remembered for its text
	lastDay int32
}

// bind makes the book. Errors: AMOUNT_INVALID, those of convention.Open.
func (b *binder) bind() (*book, error) {
	b.from, b.fed, b.lastDay = make([]origin, 0, len(b.payments)+8), map[string]int64{}, trace.NotArrived
	b.out = make([]convention.Movement, 0, len(b.payments)+8)
	if b.method == convention.Specific {
		b.deposit = map[trace.Ref]int64{}
		for i := range b.payments {
			for _, l := range b.payments[i].Lots {
				b.deposit[l.Lot] = b.payments[i].Movement
			}
		}
	}
	if b.method == convention.Recorded {
		b.above = map[trace.Ref]trace.Ref{}
		for i := range b.payments {
			p := &b.payments[i]
			if to := b.name(p.To); p.From != 0 && to != "" && b.name(p.From) == to {
				for _, l := range p.Lots {
					if b.enters(p, &l) == "" {
						b.above[l.Lot] = l.Parent
					}
				}
			}
		}
	}
	for i := range b.payments {
		p := &b.payments[i]
		to := b.name(p.To)
		if p.From != 0 && to != "" && b.name(p.From) == to {
			b.inside(int32(i), p, to)
			continue
		}
		if b.method == convention.Recorded {
			b.byLot(int32(i), p, to)
		} else {
			b.whole(int32(i), p, to)
		}
	}
	if err := b.feed(); err != nil {
		return nil, err
	}
	opened, err := convention.Open(b.out, b.order)
	if err != nil {
		return nil, err
	}
	out := &book{Book: opened, origins: make([]origin, len(opened.Movements)), payment: b.payments}
	for i := range b.out {
		k, _ := opened.Movement(b.out[i].ID)
		out.origins[k] = b.from[i]
	}
	return out, nil
}

func (b *binder) date(day int32) string {
	if day != b.lastDay {
		b.lastDay, b.last = day, trace.DateOf(day)
	}
	return b.last
}

func (b *binder) add(o origin, at trace.Instant, m convention.Movement) {
	m.Date, m.Seq = b.date(at.Day), at.Seq
	b.out = append(b.out, m)
	b.from = append(b.from, o)
}

// feeding counts what a feeder has to pay, and answers its name.
func (b *binder) feeding(source string, amount int64) string {
	if sum := b.fed[source]; sum >= 0 && amount > math.MaxInt64-sum {
		b.fed[source] = -1
	} else if sum >= 0 {
		b.fed[source] = sum + amount
	}
	return feeder + source
}

// feed gives the feeders their money before anything happens.
func (b *binder) feed() error {
	for source, amount := range b.fed {
		if amount < 0 {
			return ledger.Refuse(ledger.AmountInvalid, "the money that entered adds up to more than an amount can hold: ask for an earlier day")
		}
		b.add(origin{part: wired}, trace.Instant{Day: feedDay}, convention.Movement{ID: feeder + source, To: feeder + source, Amount: amount, Tag: source})
	}
	return nil
}

// feedDay is 0001-01-01.
const feedDay = -719162

func sum(lots []trace.Piece) (total int64) {
	for i := range lots {
		total += lots[i].Amount
	}
	return total
}
