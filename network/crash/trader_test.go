package crash

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/endorsement"
)

// board is what the traders tell each other: vouchers that are not over as far as anybody knows, claims and invoices.
type board struct {
	lock     sync.Mutex
	vouchers []string
	claims   []claimed
	invoices []string
}

type claimed struct {
	id, supplier, issuer string
	amount               int64
}

func (b *board) post(vouchers ...string) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.vouchers = append(b.vouchers, vouchers...)
}

// pick answers a voucher, more often a young one: so several traders take the same.
func (b *board) pick() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	n := len(b.vouchers)
	if n == 0 {
		return ""
	}
	if rand.IntN(10) < 7 {
		return b.vouchers[n-1-rand.IntN(min(n, 60))]
	}
	return b.vouchers[rand.IntN(n)]
}

func (b *board) drop(voucher string) {
	b.lock.Lock()
	defer b.lock.Unlock()
	if i := slices.Index(b.vouchers, voucher); i >= 0 {
		b.vouchers = slices.Delete(b.vouchers, i, i+1)
	}
}

func (b *board) alive() int {
	b.lock.Lock()
	defer b.lock.Unlock()
	return len(b.vouchers)
}

// trader writes at random, side by side with the others: mostly what the state of a voucher allows, by who may; now and
// then anything by anybody.
type trader struct {
	*market
	*board
	desk int // the teller who records what it pays
}

func digest(what string) string {
	sum := sha256.Sum256([]byte(what))
	return hex.EncodeToString(sum[:])
}

func one[T any](of ...T) T { return of[rand.IntN(len(of))] }

func chance(percent int) bool { return rand.IntN(100) < percent }

// act does one thing.
func (t *trader) act() {
	switch n := t.alive(); {
	case n < 40 || n < 400 && chance(12):
		t.owe()
	case chance(6):
		t.factorInvoice()
	case chance(2):
		t.send(t.seats[officer], ledger.Op{Type: ledger.IssuerFlag, Flag: &ledger.IssuerFlagging{Party: issuer(rand.IntN(issuers - 1)), Flag: "WRITTEN_OFF", Source: "the test"}})
	default:
		t.move()
	}
}

// owe registers an invoice and a claim on it, has the debtor confirm it, and drafts vouchers on it.
func (t *trader) owe() {
	s, i := supplier(rand.IntN(suppliers)), issuer(rand.IntN(issuers-1))
	if chance(3) {
		i = s // SELF_DEALING
	}
	amount := 10_000 + rand.Int64N(10_000_000)
	c, err := t.claim(s, i, amount, amount, 200+rand.IntN(30))
	if err != nil {
		return
	}
	if chance(5) {
		t.send(t.seat(s), ledger.Op{Type: ledger.ClaimCancel, ClaimStep: &ledger.ClaimStep{Claim: c.id}})
	}
	if !chance(5) { // else CLAIM_UNCONFIRMED
		t.send(t.seat(i), ledger.Op{Type: ledger.ClaimConfirm, ClaimStep: &ledger.ClaimStep{Claim: c.id}})
	}
	t.draft(c)
	t.lock.Lock()
	t.claims = append(t.claims, c)
	t.lock.Unlock()
}

// claim records an invoice so many days old and a claim on an amount of it.
func (m *market) claim(supplier, debtor string, invoice, amount int64, age int) (claimed, error) {
	key := m.key()
	fingerprint := digest("invoice " + key)
	entry, err := m.sendKeyed(m.seat(supplier), key,
		ledger.Op{Type: ledger.InvoiceRegister, Invoice: &ledger.Invoice{Fingerprint: fingerprint, Seller: supplier, Buyer: debtor, Type: "OTHER", Date: m.day(age - 1),
			Amount: invoice, Currency: "CNY", Document: digest(key)}},
		ledger.Op{Type: ledger.ClaimRegister, Claim: &ledger.Claim{Creditor: supplier, Debtor: debtor, Amount: amount, Currency: "CNY",
			Invoices: []ledger.InvoiceUse{{Fingerprint: fingerprint, Amount: amount}}, Contract: digest("contract"), ContractDate: m.day(age),
			Delivery: digest("delivery"), DeliveryDate: m.day(age - 2)}})
	return claimed{ledger.MovementID(entry, 1), supplier, debtor, amount}, err
}

// draft drafts one to three vouchers on the claim, now and then beyond it.
func (t *trader) draft(c claimed) {
	var ops []ledger.Op
	left := c.amount
	for range 1 + rand.IntN(3) {
		amount := 1 + left/2 + rand.Int64N(left/2+1)
		if chance(5) {
			amount = c.amount + 1
		}
		left = max(1, left-amount)
		age := 140 + rand.IntN(50)
		term := 50 + rand.IntN(40)
		if chance(15) {
			term = 80 + rand.IntN(50) // a matter of which cap is in force
		}
		ops = append(ops, ledger.Op{Type: ledger.VoucherDraft, Voucher: &ledger.Voucher{Claim: c.id, Amount: amount, Currency: "CNY", Date: t.day(age),
			Maturity: t.day(age - term), AcceptBy: t.day(age - 1 - rand.IntN(20))}})
	}
	if entry, err := t.send(t.seat(c.issuer), ops...); err == nil {
		for n := range ops {
			t.post(ledger.LotID(ledger.MovementID(entry, n), 0))
		}
	}
}

// factorInvoice has funders take an invoice directly, beside vouchers: part of it, all of it, or more.
func (t *trader) factorInvoice() {
	t.lock.Lock()
	fresh := len(t.invoices) == 0 || chance(30)
	fingerprint := ""
	if !fresh {
		fingerprint = one(t.invoices...)
	}
	t.lock.Unlock()
	if fresh {
		key, s := t.key(), supplier(rand.IntN(suppliers))
		fingerprint = digest("invoice " + key)
		if _, err := t.sendKeyed(t.seat(s), key, ledger.Op{Type: ledger.InvoiceRegister, Invoice: &ledger.Invoice{Fingerprint: fingerprint, Seller: s,
			Buyer: issuer(rand.IntN(issuers)), Type: "OTHER", Date: t.day(100), Amount: 1_000_000, Currency: "CNY"}}); err != nil {
			return
		}
		t.lock.Lock()
		t.invoices = append(t.invoices, fingerprint)
		t.lock.Unlock()
	}
	funder := t.seat(one(factor(0), factor(1), otherBank, lapsed))
	entry, err := t.send(funder, t.reserve(fingerprint, one[int64](1_000_000, 600_000, 100_000)))
	if err != nil || chance(20) {
		return
	}
	id := ledger.MovementID(entry, 0)
	t.send(funder, ledger.Op{Type: ledger.InvoiceFinance, InvoiceStep: &ledger.InvoiceStep{Fingerprint: fingerprint, Reservation: id, Date: t.day(0),
		Registration: t.registration(t.day(0))}})
	if chance(50) {
		t.send(t.seat(one(funder.by.Party, factor(0))), ledger.Op{Type: ledger.InvoiceRelease, InvoiceStep: &ledger.InvoiceStep{Fingerprint: fingerprint, Reservation: id, Date: t.day(0)}})
	}
}

func (m *market) reserve(fingerprint string, amount int64) ledger.Op {
	return ledger.Op{Type: ledger.InvoiceReserve, InvoiceStep: &ledger.InvoiceStep{Fingerprint: fingerprint, Amount: amount, Expires: m.day(-30)}}
}

func (m *market) registration(date string) *ledger.Registration {
	return &ledger.Registration{Number: "R-" + m.key(), Date: date, Description: digest("description")}
}

// move takes a step of some voucher.
func (t *trader) move() {
	lot := t.pick()
	if lot == "" {
		return
	}
	n, err := t.voucher(lot)
	if err != nil {
		if v := endorsement.Judge(err, 1); v.Refusal == nil || v.Refusal.Code != ledger.VoucherUnknown { // that peer does not have the block yet
			t.Errorf("read voucher %s: %v", lot, err)
		}
		return
	}
	if slices.Contains(over, n.State) {
		t.drop(lot)
		return
	}
	s, key, ops := t.next(n)
	entry, err := t.sendKeyed(s, key, ops...)
	if err != nil {
		return
	}
	step := ops[len(ops)-1]
	id := ledger.MovementID(entry, len(ops)-1)
	switch {
	case step.Type == ledger.VoucherDivide:
		for k := range step.VoucherStep.Pieces {
			t.post(ledger.LotID(id, k))
		}
	case step.Type == ledger.VoucherTake, step.Type == ledger.VoucherRepay, step.Type == ledger.VoucherFund && n.Pending.Financing.Mode == ledger.Sale:
		t.post(ledger.LotID(id, 0))
	}
}

// voucher reads a voucher at one of the peers.
func (m *market) voucher(lot string) (*ledger.VoucherNode, error) {
	answer, err := m.peers[one("finance", "bank")].ask("fundtrace", "Voucher", lot)
	if err != nil {
		return nil, err
	}
	return read[ledger.VoucherNode](m.world, answer), nil
}

// after is a day up to a few days after the given one, not after today.
func (m *market) after(date string, most int) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		m.Fatal(err)
	}
	if day = day.AddDate(0, 0, rand.IntN(most+1)); day.After(m.today) {
		day = m.today
	}
	return day.Format(time.DateOnly)
}

// pay is a payment against a voucher and the voucher's step, as the teller records them in one entry.
func (m *market) pay(teller int, kind ledger.Kind, from, to string, amount int64, date string, op ledger.OpType, voucher string) (*seat, string, []ledger.Op) {
	s, key := m.teller(teller), m.key()
	account := accountOf(from)
	return s, key, []ledger.Op{
		{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: kind, From: account, To: accountOf(to), Amount: amount, Currency: "CNY",
			Draws: []ledger.Draw{{Lot: m.money[fmt.Sprint(account, teller)], Amount: amount}}, Date: date, BankRef: key, Voucher: voucher}},
		{Type: op, VoucherStep: &ledger.VoucherStep{Voucher: voucher, Cash: ledger.MovementID(ledger.EntryID(s.by.MSP, s.by.Name, key), 0)}},
	}
}
