package sample

import (
	"fmt"

	"fundtrace/chaincode/ledger"
)

// payment is what somebody wants to pay. No from: money enters from outside, with an origin. No to: it goes to a
// payee that keeps no account here.
type payment struct {
	kind       ledger.Kind
	from, to   *account
	payee      string
	amount     int64 // fen
	origin     *ledger.Origin
	commitment *commitment
	voucher    *voucher // that the money is paid against
	purpose    ledger.Purpose
	memo       string
	expires    day  // of an instruction; 0: never
	invoiced   bool // an invoice is recorded with it
}

// movement is a payment on its way.
type movement struct {
	number  int // within its part
	op      *op
	last    *op // latest step
	pay     payment
	drawn   []piece
	lots    []*lot
	stage   ledger.Stage
	level   ledger.Level
	arrived day // value date of the credit
}

func (m *movement) id() string { return m.op.id() }

// post records the movement: reserved lots, yields that are not live yet.
func (w *world) post(kind ledger.OpType, user string, p payment, ref string) *movement {
	m := &movement{number: w.numbers[w.part], pay: p, stage: ledger.Instructed}
	w.numbers[w.part]++
	w.movements = append(w.movements, m)
	body := &ledger.Movement{Kind: p.kind, Payee: p.payee, Amount: p.amount, Currency: "CNY", Origin: p.origin,
		Purpose: p.purpose, Date: w.today.String(), BankRef: ref, Memo: p.memo}
	if p.expires > 0 {
		body.Expires = p.expires.String()
	}
	o := w.record(user, ledger.Op{Type: kind, Movement: body})
	o.fill, m.op, m.last = m.fill, o, o
	for _, end := range []*account{p.from, p.to} {
		if end != nil {
			o.after = append(o.after, end.opened)
			if end.fund != nil {
				o.after = append(o.after, end.fund.established)
			}
		}
	}
	if p.origin != nil {
		o.after = append(o.after, w.parties[p.origin.Investor])
		o.reads = append(o.reads, "party "+p.origin.Investor)
	}
	if p.to != nil {
		body.To = p.to.ID
	}
	if p.invoiced {
		text := fmt.Sprintf("发票（合成）/ Invoice (synthetic) %04d\npurpose %s\namount %d fen\ndate %s\n", m.number, p.purpose, p.amount, w.today)
		_, body.Document = w.document(user, text, m, "INVOICE", o)
	}
	if c := p.commitment; c != nil {
		if c.called += p.amount; c.called > c.Amount {
			panic("sample: commitment " + c.ID + " is called beyond its amount")
		}
		body.Commitment = c.ID
		o.after = append(append(o.after, c.signed), c.released...)
		o.writes = append(o.writes, "commitment "+c.ID)
	}
	if v := p.voucher; v != nil {
		o.after = append(o.after, v.last)
	}
	if p.from == nil {
		m.lots = []*lot{{of: m, amount: p.amount}}
		return m
	}
	body.From = p.from.ID
	m.drawn = p.from.draw(p.amount)
	for k, d := range m.drawn {
		o.after = append(append(o.after, d.lot.live), d.lot.released...)
		o.reads = append(o.reads, d.lot.of.key())
		o.writes = append(o.writes, d.lot.key())
		m.lots = append(m.lots, &lot{of: m, k: k, amount: d.amount})
	}
	return m
}

// fill names the drawn lots and the voucher.
func (m *movement) fill(b *ledger.Op, _ Place) error {
	body := *b.Movement
	for _, d := range m.drawn {
		body.Draws = append(body.Draws, ledger.Draw{Lot: d.lot.id(), Amount: d.amount})
	}
	if m.pay.voucher != nil {
		body.Voucher = m.pay.voucher.id()
	}
	b.Movement = &body
	return nil
}

// arrive makes the yields live: by is the operation that credits them.
func (m *movement) arrive(by *op, level ledger.Level) {
	m.stage, m.level, m.arrived = ledger.Credited, level, by.day
	for _, l := range m.lots {
		l.live = by
	}
	if m.pay.to != nil {
		m.pay.to.lots = append(m.pay.to.lots, m.lots...)
	}
}

// settle records a payment that a bank took from its statement today.
func (w *world) settle(p payment) *movement {
	at := p.from
	if at == nil {
		at = p.to
	}
	m := w.post(ledger.MovementSettle, keeper(at), p, w.reference(at.Bank))
	level := ledger.PayersBank
	if p.from != nil && p.to != nil && p.from.Bank == p.to.Bank {
		level = ledger.BothBanks
	}
	m.arrive(m.op, level)
	return m
}

// instruct records an instruction by a user.
func (w *world) instruct(user string, p payment) *movement {
	return w.post(ledger.MovementInstruct, user, p, "")
}

// step records what happens to a movement.
func (w *world) step(kind ledger.OpType, user string, m *movement, s ledger.Step, after ...*op) *op {
	o := w.record(user, ledger.Op{Type: kind, Step: &s}, append(after, m.last)...)
	m.last = o
	o.fill = func(b *ledger.Op, _ Place) error {
		body := *b.Step
		body.Movement = m.id()
		b.Step = &body
		return nil
	}
	o.writes = append(o.writes, m.key())
	return o
}

func (w *world) debit(m *movement) {
	from := m.pay.from
	o := w.step(ledger.MovementDebit, keeper(from), m, ledger.Step{Date: w.today.String(), BankRef: w.reference(from.Bank)})
	m.stage, m.level = ledger.Debited, ledger.PayersBank
	if m.pay.to == nil {
		m.arrive(o, ledger.PayersBank)
	}
}

func (w *world) credit(m *movement) {
	to := m.pay.to
	level := ledger.BothBanks
	if m.pay.from == nil {
		level = ledger.PayersBank
	}
	m.arrive(w.step(ledger.MovementCredit, keeper(to), m, ledger.Step{Date: w.today.String(), BankRef: w.reference(to.Bank)}), level)
}

func (w *world) giveBack(m *movement, reason string) {
	m.stage = ledger.Returned
	m.release(w.step(ledger.MovementReturn, keeper(m.pay.to), m, ledger.Step{Date: w.today.String(), Reason: reason}))
}

func (w *world) void(m *movement, reason string) {
	m.stage = ledger.Voided
	m.release(w.step(ledger.MovementVoid, m.op.user, m, ledger.Step{Reason: reason}))
}

func (w *world) expire(m *movement) {
	m.stage = ledger.Expired
	m.release(w.step(ledger.MovementExpire, m.op.user, m, ledger.Step{Date: w.today.String(), Reason: "逾期未划款 / not debited in time"}))
}

// reverse has the writer propose and another organisation approve: the payment never counted.
func (w *world) reverse(m *movement, approver, reason string) {
	w.step(ledger.ReversalPropose, m.op.user, m, ledger.Step{Reason: reason})
	o := w.step(ledger.ReversalApprove, approver, m, ledger.Step{})
	for _, l := range m.lots { // the ledger reads whether the money has moved on
		o.reads = append(o.reads, l.key())
		if l.drawn > 0 {
			panic("sample: a reversal of money that moved on")
		}
	}
	m.stage = ledger.Reversed
	m.release(o)
	if to := m.pay.to; to != nil {
		to.forget(m)
	}
}

// forget takes the lots of a reversed movement out of the account.
func (a *account) forget(m *movement) {
	kept := a.lots[:0]
	for _, l := range a.lots {
		if l.of != m {
			kept = append(kept, l)
		}
	}
	a.lots = kept
}

// confirm lets the payee's bank attest what the payer's bank settled alone.
func (w *world) confirm(m *movement) {
	if m.stage == ledger.Credited && m.level == ledger.PayersBank && m.pay.from != nil && m.pay.to != nil {
		w.step(ledger.MovementAttest, keeper(m.pay.to), m, ledger.Step{Level: ledger.BothBanks})
		m.level = ledger.BothBanks
	}
}

// receipt records a signed receipt of the bank and raises the level to 3 where one or both banks have confirmed.
func (w *world) receipt(m *movement) {
	if m.stage != ledger.Credited || m.level == ledger.WithReceipt || m.level == ledger.PayersBank && m.pay.from != nil && m.pay.to != nil {
		return
	}
	bank := m.pay.to
	if bank == nil {
		bank = m.pay.from
	}
	text := fmt.Sprintf("电子回单（合成）/ Electronic receipt (synthetic) %04d\nkind %s\namount %d fen\nvalue date %s\n", m.number, m.pay.kind, m.pay.amount, m.arrived)
	doc, sha := w.document(keeper(bank), text, m, "RECEIPT", m.last)
	w.step(ledger.MovementAttest, keeper(bank), m, ledger.Step{Level: ledger.WithReceipt, Document: sha}, doc)
	m.level = ledger.WithReceipt
}

// subject is what a document belongs to.
type subject interface{ id() string }

// named is a subject whose identifier is known from the beginning.
type named string

func (n named) id() string { return string(n) }

// document records the digest of a small synthetic text that belongs to a subject.
func (w *world) document(user, text string, about subject, kind string, after ...*op) (*op, string) {
	sha := w.file(text)
	o := w.record(user, ledger.Op{Type: ledger.DocumentRecord, Document: &ledger.Document{SHA256: sha, Size: int64(len(text)),
		MediaType: "text/plain; charset=utf-8", Kind: kind}}, after...)
	o.fill = func(b *ledger.Op, _ Place) error {
		body := *b.Document
		body.Subject = about.id()
		b.Document = &body
		return nil
	}
	return o, sha
}

// file keeps a text among the contents and answers its SHA-256.
func (w *world) file(text string) string {
	sha := digest(text)
	w.contents[sha] = []byte(text)
	return sha
}
