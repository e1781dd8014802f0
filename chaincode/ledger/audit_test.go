package ledger_test

import (
	"encoding/json"
	"math/big"
	"strings"

	. "fundtrace/chaincode/ledger"
)

// books is what an auditor makes of the state: every lot and movement, read from the raw keys.
type books struct {
	lots      map[string]auditedLot
	order     []string // lots as recorded: by entry, movement and position
	movements map[string]auditedMovement
	moved     []string // movements as recorded
}

type auditedLot struct {
	Yield
	movement string
	drawn    int64
	children int64 // drawn by movements that stand
}

type auditedMovement struct {
	Movement
	entry  string
	writer Caller
	state  MovementState
}

func (m auditedMovement) stands() bool {
	s := m.state.Stage
	return s == Instructed || s == Debited || s == Credited
}

// unit keeps claims apart from money of the same currency.
func (m auditedMovement) unit() string {
	if m.Kind.OfClaims() {
		return "claims in " + m.Currency
	}
	return m.Currency
}

func (l auditedLot) spent() bool { return strings.HasPrefix(l.Account, SinkPrefix) }

// read decodes the state under a key; false when there is none.
func (w *world) read(key string, v any) bool {
	raw, err := w.Read([]string{key})
	if err != nil {
		w.Fatal(err)
	}
	if raw[0] == nil {
		return false
	}
	if err := json.Unmarshal(raw[0], v); err != nil {
		w.Fatalf("%s: %v", key, err)
	}
	return true
}

// audit reads the whole state and checks the promises of the ledger, without using any of its rules: every lot has one
// parent; what is drawn of a lot is what its standing children took and never more than it holds; draws make up the
// movement; money and claims never mix; and per currency all that entered is idle, in transit or spent, to the fen.
func (w *world) audit() *books {
	w.Helper()
	b := &books{lots: map[string]auditedLot{}, movements: map[string]auditedMovement{}}
	for _, key := range w.Keys(EntryRoom) {
		var page Page
		w.read(key, &page)
		entry := strings.Split(key, "/")[1]
		for _, m := range page.Movements {
			id := MovementID(entry, m.N)
			am := auditedMovement{Movement: m, entry: entry, writer: Caller(page.Writer), state: MovementState{Stage: m.Stage, Level: m.Level}}
			w.read(MovementRoom+id, &am.state)
			b.movements[id], b.moved = am, append(b.moved, id)
			for _, y := range m.Yields(entry) {
				if _, twice := b.lots[y.Lot]; twice {
					w.Fatalf("lot %s is yielded twice", y.Lot)
				}
				l := auditedLot{Yield: y, movement: id}
				var st LotState
				if w.read(LotRoom+y.Lot, &st) {
					l.drawn = st.Drawn
				}
				b.lots[y.Lot], b.order = l, append(b.order, y.Lot)
			}
		}
	}
	b.checkDraws(w)
	b.checkConservation(w)
	b.checkCommitments(w)
	b.checkHoldings(w)
	return b
}

func (b *books) checkDraws(w *world) {
	w.Helper()
	for id, m := range b.movements {
		sum := int64(0)
		for _, d := range m.Draws {
			parent, ok := b.lots[d.Lot]
			if !ok || parent.Account != m.From || d.Amount <= 0 {
				w.Fatalf("movement %s draws %d on %s, which it may not: %+v", id, d.Amount, d.Lot, parent)
			}
			if of := b.movements[parent.movement]; of.Currency != m.Currency {
				w.Fatalf("movement %s turns %s into %s", id, of.Currency, m.Currency)
			} else if of.Kind.OfClaims() != m.Kind.OfClaims() {
				w.Fatalf("movement %s turns a %s into a %s", id, of.Kind, m.Kind)
			} else if m.stands() && of.state.Stage != Credited {
				w.Fatalf("movement %s stands on money that is %s", id, of.state.Stage)
			}
			if m.stands() {
				parent.children += d.Amount
				b.lots[d.Lot] = parent
			}
			sum += d.Amount
		}
		if m.From != "" && sum != m.Amount {
			w.Fatalf("movement %s moves %d and draws %d", id, m.Amount, sum)
		}
	}
	for id, l := range b.lots {
		if l.drawn != l.children || l.drawn < 0 || l.drawn > l.Amount {
			w.Fatalf("lot %s of %d: drawn %d, its standing children took %d", id, l.Amount, l.drawn, l.children)
		}
		if l.drawn > 0 && l.spent() {
			w.Fatalf("lot %s was spent and drawn on", id)
		}
	}
}

func (b *books) checkConservation(w *world) {
	w.Helper()
	entered, found := map[string]*big.Int{}, map[string]*big.Int{}
	add := func(sums map[string]*big.Int, currency string, v int64) {
		if sums[currency] == nil {
			sums[currency] = new(big.Int)
		}
		sums[currency].Add(sums[currency], big.NewInt(v))
	}
	for _, m := range b.movements {
		switch {
		case m.From == "" && m.state.Stage == Credited:
			add(entered, m.unit(), m.Amount)
		case m.From != "" && (m.state.Stage == Instructed || m.state.Stage == Debited):
			add(found, m.unit(), m.Amount) // in transit
		}
	}
	for _, l := range b.lots {
		m := b.movements[l.movement]
		if m.state.Stage != Credited {
			continue
		}
		if l.spent() {
			add(found, m.unit(), l.Amount)
		} else {
			add(found, m.unit(), l.Amount-l.drawn) // idle
		}
	}
	for currency := range found {
		add(entered, currency, 0)
	}
	for currency, want := range entered {
		add(found, currency, 0)
		if found[currency].Cmp(want) != 0 {
			w.Fatalf("%s: %v entered, %v is idle, in transit or spent", currency, want, found[currency])
		}
	}
}

func (b *books) checkCommitments(w *world) {
	w.Helper()
	called := map[string]int64{}
	for _, m := range b.movements {
		if m.Commitment != "" && m.stands() {
			called[m.Commitment] += m.Amount
		}
	}
	for _, key := range w.Keys(CommitmentRoom) {
		var c Commitment
		var st LotState
		w.read(key, &c)
		w.read(LotRoom+c.Lot, &st)
		if st.Drawn != called[c.ID] || st.Drawn > c.Amount {
			w.Fatalf("commitment %s of %d: drawn %d, called %d", c.ID, c.Amount, st.Drawn, called[c.ID])
		}
	}
}

// checkHoldings verifies that the index from accounts to lots lists every lot once, under its owner.
func (b *books) checkHoldings(w *world) {
	w.Helper()
	listed := 0
	for _, key := range w.Keys(HoldRoom) {
		var lots []string
		w.read(key, &lots)
		owner := strings.Split(key, "/")[1]
		for _, id := range lots {
			if b.lots[id].Account != owner {
				w.Fatalf("%s lists lot %s of %q", key, id, b.lots[id].Account)
			}
			listed++
		}
	}
	if listed != len(b.lots) {
		w.Fatalf("the index lists %d lots of %d", listed, len(b.lots))
	}
}
