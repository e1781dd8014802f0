package sample

import (
	"fmt"
	"math/rand/v2"

	"fundtrace/chaincode/ledger"
)

// Amounts in fen.
const (
	yuan    int64 = 100
	million int64 = 1_000_000 * yuan
)

// world is the sample while it is made: what exists, what happens next, and what has been recorded so far. Its lots
// mirror the ledger's rules, so that every movement names lots that the ledger will find live.
type world struct {
	clock
	dice       dice
	ops        []*op
	parties    map[string]*op // by identifier
	registered map[string]ledger.Party
	accounts   map[string]*account
	funds      map[string]*fund
	companies  map[string]*companyState // by party
	movements  []*movement
	contents   map[string][]byte    // documents by SHA-256
	references map[string]int       // bank references given, by bank
	instructed int                  // disbursements instructed so far: every so many go wrong
	marked     map[string]*movement // of planted cases, by the name their script gives them
}

func newWorld() *world {
	return &world{clock: clock{today: firstDay}, dice: dice{rand.NewPCG(2019, 210000)}, parties: map[string]*op{},
		registered: map[string]ledger.Party{}, accounts: map[string]*account{}, funds: map[string]*fund{},
		companies: map[string]*companyState{}, contents: map[string][]byte{}, references: map[string]int{},
		marked: map[string]*movement{}}
}

// op is one ledger operation, who signs it and what must be recorded before it. Where it ends up (entry and position)
// is known only after packing, and with it the identifiers that other operations refer to.
type op struct {
	user  string
	day   day
	body  ledger.Op
	after []*op
	moves *movement // of movement.instruct and movement.settle
	about *movement // of steps, and of documents that belong to a movement

	reads, writes []string // what it shares with others, to tell which entries may be submitted side by side

	entry  string
	parcel int // position of its entry, -1 before packing
	n      int
}

func (w *world) record(user string, body ledger.Op, after ...*op) *op {
	o := &op{user: user, day: w.today, body: body, parcel: -1}
	for _, a := range after {
		if a != nil {
			o.after = append(o.after, a)
		}
	}
	w.ops = append(w.ops, o)
	return o
}

func (o *op) id() string { return ledger.MovementID(o.entry, o.n) }

// account is an account and the lots that lie in it, oldest arrival first.
type account struct {
	ledger.Account
	opened *op
	fund   *fund
	lots   []*lot
}

// lot is an amount that arrived in an account, or that will once its movement is credited.
type lot struct {
	of       *movement
	k        int
	amount   int64
	drawn    int64
	live     *op   // made it drawable
	released []*op // gave drawn amounts back
}

func (l *lot) id() string { return ledger.LotID(l.of.op.id(), l.k) }

// piece is what a movement draws from one lot.
type piece struct {
	lot    *lot
	amount int64
}

// commitment is a promise of capital and how much of it has been called.
type commitment struct {
	ledger.Commitment
	signed   *op
	called   int64
	released []*op
}

// balance is what can be drawn from the account now, in fen.
func (a *account) balance() int64 {
	sum := int64(0)
	for _, l := range a.lots {
		sum += l.amount - l.drawn
	}
	return sum
}

// draw reserves an amount, oldest lots first.
func (a *account) draw(amount int64) []piece {
	var out []piece
	for _, l := range a.lots {
		if amount == 0 {
			break
		}
		if take := min(amount, l.amount-l.drawn); take > 0 {
			l.drawn += take
			amount -= take
			out = append(out, piece{l, take})
		}
	}
	if amount > 0 {
		panic(fmt.Sprintf("sample: %s lacks %d fen for a planned payment", a.ID, amount))
	}
	return out
}

// release gives back what the movement drew and called; by is the operation that does it on the ledger.
func (m *movement) release(by *op) {
	for _, p := range m.drawn {
		p.lot.drawn -= p.amount
		p.lot.released = append(p.lot.released, by)
		by.writes = append(by.writes, p.lot.key())
	}
	if c := m.pay.commitment; c != nil {
		c.called -= m.pay.amount
		c.released = append(c.released, by)
		by.writes = append(by.writes, "commitment "+c.ID)
	}
}

func (l *lot) key() string      { return fmt.Sprintf("lot %d.%d", l.of.number, l.k) }
func (m *movement) key() string { return fmt.Sprintf("movement %d", m.number) }

// keeper is the user who writes for the bank that keeps an account.
func keeper(a *account) string {
	if a.Bank == custodianBank {
		return "custodian@bank"
	}
	return "custodian2@bank"
}

// reference answers the next reference of a bank's statement.
func (w *world) reference(bank string) string {
	w.references[bank]++
	name := "B1"
	if bank == enterpriseBank {
		name = "B2"
	}
	return fmt.Sprintf("SYN-%s-%06d", name, w.references[bank])
}
