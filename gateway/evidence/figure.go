package evidence

import (
	"fmt"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
)

// The method of the figures in packs, and its version. RECORDED follows the draws that the ledger holds: every lot has
// one parent, so nothing is apportioned.
const (
	Method        = "RECORDED"
	MethodVersion = "1"
)

// Totals is where an amount is, in minor units. Traced is the sum of the others.
type Totals struct {
	Traced    int64 `json:"traced,string"`
	Reached   int64 `json:"reached,string"`    // lies in accounts of enterprises or of the treasury, or published ones
	Idle      int64 `json:"idle,string"`       // lies where it started, or in accounts of funds
	InTransit int64 `json:"in_transit,string"` // instructed or debited, not credited
	Spent     int64 `json:"spent,string"`      // ended in a sink
}

// Where is what became of the part of a lot that has not gone on.
type Where string

// The places where money stays.
const (
	Idle      Where = "IDLE"
	Reached   Where = "REACHED"
	InTransit Where = "IN_TRANSIT"
	Spent     Where = "SPENT"
)

// Line is one lot of a trace: enough to do the sum again by hand.
type Line struct {
	Depth    int            `json:"depth"`
	Lot      string         `json:"lot"`
	Parent   string         `json:"parent,omitempty"`
	Movement string         `json:"movement"`
	Kind     ledger.Kind    `json:"kind"`
	Stage    ledger.Stage   `json:"stage"`
	Level    ledger.Level   `json:"level"`
	Date     string         `json:"date"` // value date
	From     string         `json:"from,omitempty"`
	To       string         `json:"to"` // account or sink
	Payee    string         `json:"payee,omitempty"`
	Purpose  ledger.Purpose `json:"purpose,omitempty"`
	Origin   *ledger.Origin `json:"origin,omitempty"`
	Amount   int64          `json:"amount,string"` // minor units
	*Stay                   // of a trace forward
}

// Stay is what a trace forward adds to a line. Amounts are minor units.
type Stay struct {
	Before int64 `json:"before,string"` // what the parent held before this draw; of the start 0
	After  int64 `json:"after,string"`  // what the parent held after it
	Drawn  int64 `json:"drawn,string"`  // of the lot, reserved or gone
	Where  Where `json:"where"`
	Stays  int64 `json:"stays,string"` // of the lot, what did not go on
}

// Figure is the answer of a trace, over everything that the blocks tell.
type Figure struct {
	Lot       string  `json:"lot"`
	Direction string  `json:"direction"`
	Currency  string  `json:"currency"`
	Amount    int64   `json:"amount,string"`    // of the lot
	Totals    *Totals `json:"totals,omitempty"` // of a trace forward
	Lines     []Line  `json:"lines"`
}

// standing of a lot's movement.
func dead(s ledger.Stage) bool {
	return s == ledger.Returned || s == ledger.Voided || s == ledger.Expired || s == ledger.Reversed
}

// figure computes a trace from what is proven. The error says what is missing or contradicts itself.
func (b *book) figure(s *Subject) (*Figure, error) {
	start := b.lots[s.Lot]
	if start == nil {
		return nil, fmt.Errorf("no proven movement yields a lot of money %s", s.Lot)
	}
	f := &Figure{Lot: s.Lot, Direction: s.Direction, Currency: start.of.fact.Currency, Amount: start.Amount, Lines: []Line{}}
	if s.Direction == Backward {
		return f, b.backward(f, start)
	}
	f.Totals = &Totals{}
	return f, b.forward(f, start)
}

// line describes a lot and the movement that yielded it.
func (b *book) line(l *lot, depth int) Line {
	m, s := l.of.fact, b.state(l.of)
	out := Line{Depth: depth, Lot: l.Lot, Parent: l.Parent, Movement: l.of.id, Kind: m.Kind, Stage: s.Stage, Level: s.Level, Date: b.date(l.of),
		From: m.From, To: l.Account, Payee: m.Payee, Purpose: m.Purpose, Amount: l.Amount}
	if l.Parent == "" {
		out.Origin = m.Origin
	}
	return out
}

// backward lists the one chain of lots up to the root.
func (b *book) backward(f *Figure, l *lot) error {
	for depth := 0; ; depth++ {
		f.Lines = append(f.Lines, b.line(l, depth))
		if l.Parent == "" {
			return nil
		}
		above := b.lots[l.Parent]
		if above == nil {
			return fmt.Errorf("the movement that yielded lot %s is not proven", l.Parent)
		}
		if depth > len(b.lots) {
			return fmt.Errorf("lot %s descends from itself", l.Lot)
		}
		l = above
	}
}

// forward visits every lot that descends from the start and carries money, level by level as recorded, and sums where it
// stays. Lots of movements that came to nothing carry none. That the draws on each lot sum to what the ledger says was
// drawn from it proves that none is left out up to the last change of the lot.
func (b *book) forward(f *Figure, start *lot) error {
	type step struct {
		lot           *lot
		before, after int64
	}
	level := []step{{lot: start}}
	for depth := 0; len(level) > 0; depth++ {
		var next []step
		for _, s := range level {
			if dead(b.state(s.lot.of).Stage) {
				continue
			}
			line := b.line(s.lot, depth)
			drawn := b.drawn[s.lot.Lot]
			where, err := b.where(s.lot, depth == 0)
			if err != nil {
				return err
			}
			line.Stay = &Stay{Before: s.before, After: s.after, Drawn: drawn, Where: where, Stays: s.lot.Amount}
			if where == Idle || where == Reached {
				line.Stays -= drawn
				left := s.lot.Amount
				below := slices.SortedFunc(slices.Values(b.children[s.lot.Lot]), placeOrder)
				for _, c := range below {
					if dead(b.state(c.of).Stage) {
						continue
					}
					next = append(next, step{c, left, left - c.Amount})
					left -= c.Amount
				}
				if left != s.lot.Amount-drawn {
					return fmt.Errorf("%d of lot %s is drawn, and the proven draws on it sum to %d", drawn, s.lot.Lot, s.lot.Amount-left)
				}
			}
			f.Totals.add(where, line.Stays)
			f.Lines = append(f.Lines, line)
			if len(f.Lines) > len(b.lots) {
				return fmt.Errorf("lot %s descends from itself", s.lot.Lot)
			}
		}
		slices.SortFunc(next, func(x, y step) int { return placeOrder(x.lot, y.lot) })
		level = next
	}
	if len(f.Lines) > 0 {
		f.Totals.Traced = start.Amount
	}
	if t := f.Totals; t.Traced != t.Reached+t.Idle+t.InTransit+t.Spent {
		return fmt.Errorf("of %d traced, %d are found", t.Traced, t.Reached+t.Idle+t.InTransit+t.Spent)
	}
	return nil
}

func (t *Totals) add(where Where, amount int64) {
	switch where {
	case Idle:
		t.Idle += amount
	case Reached:
		t.Reached += amount
	case InTransit:
		t.InTransit += amount
	case Spent:
		t.Spent += amount
	}
}

// where says what becomes of what stays of a lot: the rules of package trace, applied to what is proven.
func (b *book) where(l *lot, start bool) (Where, error) {
	sink := strings.HasPrefix(l.Account, ledger.SinkPrefix)
	switch stage := b.state(l.of).Stage; {
	case stage == ledger.Instructed || stage == ledger.Debited:
		return InTransit, nil
	case sink:
		return Spent, nil
	case start:
		return Idle, nil
	}
	a := b.accounts[l.Account]
	if a == nil {
		return "", fmt.Errorf("account %s is not proven", l.Account)
	}
	if a.value.Purpose == ledger.Custody && a.value.Fund != "" {
		return Idle, nil
	}
	return Reached, nil
}
