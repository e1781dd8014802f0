package sample

import (
	"encoding/json"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

// books is what a reader makes of the ledger's state: every movement with its stage and every lot with its parent and
// what was drawn from it. It knows nothing of how the sample was made.
type books struct {
	movements map[string]*bookedMovement
	lots      map[string]*bookedLot
	order     []string // movements as submitted
}

type bookedMovement struct {
	ledger.Movement
	stage ledger.Stage
	level ledger.Level
	date  string // value date of the latest step
	lots  []string
}

type bookedLot struct {
	ledger.Yield
	of       *bookedMovement
	drawn    int64 // as the ledger keeps it
	children []string
}

func read(t *testing.T, s state) *books {
	t.Helper()
	b := &books{movements: map[string]*bookedMovement{}, lots: map[string]*bookedLot{}}
	decode := func(key string, into any) bool {
		raw, ok := s[key]
		if ok {
			if err := json.Unmarshal(raw, into); err != nil {
				t.Fatalf("%s: %v", key, err)
			}
		}
		return ok
	}
	for _, e := range entries() {
		id := ledger.EntryID(user(e.User).MSP(), e.User, e.Entry.Key)
		for n := 0; n < len(e.Entry.Ops); n += ledger.PageSize {
			var page ledger.Page
			if !decode(ledger.PageKey(id, n), &page) {
				continue // a page without a movement
			}
			for _, m := range page.Movements {
				if m.Kind.OfClaims() {
					continue // no money: trade_books_test.go
				}
				name := ledger.MovementID(id, m.N)
				x := &bookedMovement{Movement: m, stage: m.Stage, level: m.Level, date: m.Date}
				var now ledger.MovementState
				if decode(ledger.MovementRoom+name, &now) {
					x.stage, x.level = now.Stage, now.Level
					for _, step := range now.Steps {
						x.date = step.Date
					}
				}
				b.movements[name] = x
				b.order = append(b.order, name)
				for _, y := range m.Yields(id) {
					l := &bookedLot{Yield: y, of: x}
					var drawn ledger.LotState
					if decode(ledger.LotRoom+y.Lot, &drawn) {
						l.drawn = drawn.Drawn
					}
					b.lots[y.Lot] = l
					x.lots = append(x.lots, y.Lot)
				}
			}
		}
	}
	for id, l := range b.lots {
		if l.Parent != "" {
			b.lots[l.Parent].children = append(b.lots[l.Parent].children, id)
		}
	}
	return b
}

// counts reports whether the movement takes money from the payer: it went through or is on its way.
func (m *bookedMovement) counts() bool {
	return m.stage == ledger.Credited || m.inTransit()
}

func (m *bookedMovement) inTransit() bool {
	return m.stage == ledger.Instructed || m.stage == ledger.Debited
}

// totals is where a sum of money is: still in accounts of funds, in accounts of others, on its way, or spent.
type totals struct{ idle, reached, transit, spent int64 }

func (t totals) sum() int64 { return t.idle + t.reached + t.transit + t.spent }

// follow walks down from a lot and sums up where its money is.
func (b *books) follow(lot string, t *totals, visit func(*bookedLot)) {
	l := b.lots[lot]
	if l.of.inTransit() {
		t.transit += l.Amount
		return
	}
	if visit != nil {
		visit(l)
	}
	if strings.HasPrefix(l.Account, ledger.SinkPrefix) {
		t.spent += l.Amount
		return
	}
	left := l.Amount
	for _, c := range l.children {
		if b.lots[c].of.counts() {
			left -= b.lots[c].Amount
			b.follow(c, t, visit)
		}
	}
	if strings.HasSuffix(l.Account, "-custody") {
		t.idle += left
	} else {
		t.reached += left
	}
}

// paidIn sums what a fund's account received as contributions.
func (b *books) paidIn(account string) int64 {
	sum := int64(0)
	for _, m := range b.movements {
		if m.Kind == ledger.Contribution && m.To == account && m.stage == ledger.Credited {
			sum += m.Amount
		}
	}
	return sum
}
