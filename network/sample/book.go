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
	trade      *trade               // the supply chain on top of it
	part       part                 // that what is recorded now belongs to
	contents   map[string][]byte    // documents by SHA-256
	references map[string]int       // bank references given, by series
	numbers    map[part]int         // movements so far
	instructed int                  // disbursements instructed so far: every so many go wrong
	marked     map[string]*movement // of planted cases, by the name their script gives them
}

func newWorld() *world {
	w := &world{clock: clock{today: firstDay}, dice: dice{rand.NewPCG(2019, 210000)}, parties: map[string]*op{},
		registered: map[string]ledger.Party{}, accounts: map[string]*account{}, funds: map[string]*fund{},
		companies: map[string]*companyState{}, contents: map[string][]byte{}, references: map[string]int{}, numbers: map[part]int{}, part: funds,
		marked: map[string]*movement{}}
	w.trade = newTrade(w)
	return w
}

// part is a part of the sample that is packed into entries of its own: what is added to one part leaves the identifiers
// of the other as they are.
type part string

const (
	funds part = "liaoning" // money of the guided funds
	chain part = "trade"    // the supply chain
)

// in records what do does as belonging to a part.
func (w *world) in(p part, do func()) {
	before := w.part
	w.part = p
	do()
	w.part = before
}

// op is one ledger operation, who signs it and what must be recorded before it. Where it ends up (entry and position)
// is known only after packing, and with it the identifiers that other operations refer to.
type op struct {
	user  string
	day   day
	body  ledger.Op
	after []*op
	part  part
	// fill writes into the body what it refers to: movements, lots, vouchers and claims have their identifiers only after
	// packing, invoices their fingerprints only under a key. nil: nothing.
	fill func(body *ledger.Op, at Place) error
	// pays is, of a voucher's step, the payment that it is recorded with in one entry.
	pays *op

	reads, writes []string // what it shares with others, to tell which entries may be submitted side by side

	entry  string
	parcel int // position of its entry, -1 before packing
	n      int
}

func (w *world) record(user string, body ledger.Op, after ...*op) *op {
	o := &op{user: user, day: w.today, body: body, part: w.part, parcel: -1}
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

func (l *lot) key() string      { return fmt.Sprintf("lot of %s.%d", l.of.key(), l.k) }
func (m *movement) key() string { return fmt.Sprintf("movement %s %d", m.op.part, m.number) }

// keeper is the user who writes for the bank that keeps an account.
func keeper(a *account) string {
	if a.Bank == custodianBank {
		return "custodian@bank"
	}
	return "custodian2@bank"
}

// reference answers the next reference of a bank's statement.
func (w *world) reference(bank string) string {
	name := "B1"
	if bank == enterpriseBank {
		name = "B2"
	}
	if w.part == chain {
		name += "T"
	}
	w.references[name]++
	return fmt.Sprintf("SYN-%s-%06d", name, w.references[name])
}
