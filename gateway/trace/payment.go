package trace

import "time"

// Payment is money that went from one account to another, as the record has it at one moment. Lots whose money had not
// arrived with the payer by then are no part of it.
type Payment struct {
	Movement int64 // the record's own reference of the movement
	From     Ref   // account; 0: from outside
	To       Ref   // account or sink
	Left     Instant
	Arrived  Instant // Day is NotArrived while the payment is under way
	Dated    int32   // day on which the bank says that it arrived, or left while it is under way
	Lots     []Piece // what it yielded, in the order of the ledger
}

// Piece is one lot that a payment yielded.
type Piece struct {
	Lot    Ref
	Parent Ref   // drawn lot; 0 for roots
	Amount int64 // minor units
}

// Instant orders what happens to accounts: by value date, and within a day by the order of the ledger. A payment is never
// before the money that it draws on: where its bank dates it earlier, it counts from when that money had arrived.
type Instant struct {
	Day int32 // since 1970-01-01
	Seq int64 // block and position, ascending
}

// NotArrived is the day of what has not happened.
const NotArrived int32 = -1 << 31

// Amount is what the payment moved, in minor units.
func (p *Payment) Amount() (sum int64) {
	for i := range p.Lots {
		sum += p.Lots[i].Amount
	}
	return sum
}

// UnderWay reports whether the payment has left its payer and arrived nowhere yet.
func (p *Payment) UnderWay() bool { return p.Arrived.Day == NotArrived }

// Moved reports whether the payment counts from a later day than its bank says, because the money that it drew on came
// later.
func (p *Payment) Moved() bool {
	if p.UnderWay() {
		return p.Left.Day != p.Dated
	}
	return p.Arrived.Day != p.Dated
}

// DateOf writes a day as YYYY-MM-DD, and NotArrived as nothing.
func DateOf(day int32) string {
	if day == NotArrived {
		return ""
	}
	return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly)
}
