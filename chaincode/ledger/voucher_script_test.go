package ledger_test

import (
	"fmt"
	"slices"
	"time"

	. "fundtrace/chaincode/ledger"
)

// newHistory is where random histories begin: the supply chain of newTrade on 1 February, with claims on two core
// enterprises and vouchers of several maturities that their supplier has accepted.
var newHistory = snapshot(func(w *world) {
	if err := w.restore(newTrade(failing{})); err != nil {
		w.Fatal(err)
	}
	for i := range 5 {
		w.do(supplier1, invoiceOp(fmt.Sprintf("%064x", i), supplier, []string{e1, e2}[i%2], 900*yuan))
	}
	for i, maturity := range []string{"2026-02-08", "2026-02-10", "2026-02-13", "2026-02-18", "2026-02-20", "2026-02-25", "2026-03-10"} {
		buyer, second := core1, core2
		if i%3 == 2 {
			buyer, second = buyer1, buyer2
		}
		claim := w.claimed(supplier1, buyer, fmt.Sprintf("%064x", 1000+i), 1500*yuan)
		draft := draftOp(claim, 1000*yuan, issueDay, maturity)
		draft.Voucher.AcceptBy = "2026-02-05"
		lot := lot0(w.do(buyer, draft), 0)
		w.do(second, voucherStep(VoucherSign, at(lot, issueDay)))
		w.do(supplier1, voucherStep(VoucherAccept, at(lot, issueDay)))
	}
})

// restore takes another world's state over.
func (w *world) restore(from *world) error {
	tx := w.Begin(officer)
	for _, key := range from.Keys("") {
		value, err := from.Read([]string{key})
		if err == nil {
			err = tx.PutState(key, value[0])
		}
		if err != nil {
			return err
		}
	}
	w.Commit(tx)
	return nil
}

// trade draws random steps of the supply chain: mostly sensible ones, so that vouchers get far, with slips among them.
type trade struct {
	*script
	seen *oracle
}

func (t *trade) today() string { return t.at.In(China).Format(time.DateOnly) }

// whoOf answers a user of a party.
func whoOf(party string) Caller {
	return map[string]Caller{e1: core1, e2: buyer1, supplier: supplier1, deeper: deeper1, stranger: stranger1, factor: factor1, lender: lender1}[party]
}

// entry draws one to four operations that one writer may send, now and then an old entry again, rarely by anybody else.
func (t *trade) entry() sent {
	if len(t.past) > 0 && t.slip(6) {
		return t.past[t.pick(len(t.past))]
	}
	e := Entry{Key: t.key()}
	by, ops := t.operations(e.Key)
	e.Ops = append(e.Ops, ops...)
	for range t.pick(3) {
		if who, more := t.operations(e.Key); who == by && len(more) == 1 { // a payment names its place: only first
			e.Ops = append(e.Ops, more...)
		}
	}
	if t.slip(7) {
		by = actors[t.pick(len(actors))]
	}
	return sent{by, e}
}

func (t *trade) operations(key string) (Caller, []Op) {
	if t.slip(16) {
		return t.registry()
	}
	if t.slip(8) {
		return t.draft()
	}
	var open, pressing, urgent []*VoucherNode
	for _, lot := range t.seen.births {
		n := t.seen.nodes[lot]
		if n.State.Over() {
			continue
		}
		open = append(open, n)
		if n.Due != "" || n.Defaulted != "" || t.today() >= n.Maturity || n.State == FinancePending {
			pressing = append(pressing, n)
		}
		if n.State == InRecourse || n.State == VoucherOverdue && n.Recourse || n.State == VoucherActive && n.Defaulted != "" {
			urgent = append(urgent, n)
		}
	}
	if len(pressing) > 0 && t.slip(45) { // what few vouchers come to
		open = pressing
	}
	if len(urgent) > 0 && t.slip(25) { // and fewer still
		open = urgent
	}
	if len(open) == 0 {
		return t.draft()
	}
	n := open[t.pick(len(open))]
	if t.slip(3) {
		n = t.seen.nodes[t.seen.births[t.pick(len(t.seen.births))]] // whatever it is
	}
	return t.proceed(n, key)
}

// registry draws something about invoices, reservations and claims.
func (t *trade) registry() (Caller, []Op) {
	fingerprint := fmt.Sprintf("%064x", t.pick(6))
	i, known := t.seen.invoices[fingerprint]
	one := func(by Caller, o Op) (Caller, []Op) { return by, []Op{o} }
	if !known || t.slip(10) {
		buyer := []string{e1, e2}[t.pick(2)]
		if known {
			buyer = i.Buyer
		}
		return one([]Caller{supplier1, factor1}[t.pick(2)], invoiceOp(fingerprint, supplier, buyer, 900*yuan))
	}
	funder := []Caller{factor1, lender1}[t.pick(2)]
	var mine []Reservation
	for _, r := range i.Reservations {
		if r.State != Released {
			mine = append(mine, r)
		}
	}
	switch n := t.pick(10); {
	case n < 3:
		o := t.claimOps(supplier1, whoOf(i.Buyer), fingerprint, t.amount(400*yuan))[1]
		return one(supplier1, o)
	case n < 5:
		keys := t.claimsInOrder()
		for range 5 {
			c := t.seen.claims[keys[t.pick(len(keys))]]
			if c.Cancelled != nil {
				continue
			}
			if c.Confirmed == nil && t.slip(80) {
				return one(whoOf(c.Debtor), claimStep(ClaimConfirm, c.ID))
			}
			if t.seen.drawn[c.Lot] == 0 || t.slip(10) {
				return one(supplier1, claimStep(ClaimCancel, c.ID))
			}
		}
	case n < 7:
		o := reserve(fingerprint, t.amount(500*yuan))
		o.InvoiceStep.Expires = t.at.AddDate(0, 0, t.pick(9)).Format(time.DateOnly)
		return one(funder, o)
	case n == 7 && t.slip(60):
		o := check([]string{"VALID", "VALID", "VALID", "VOID"}[t.pick(4)])
		o.InvoiceStep.Fingerprint, o.InvoiceStep.Date = fingerprint, t.today()
		return one(funder, o)
	case n == 8 && t.slip(30):
		return one(supplier1, invoiceStep(InvoiceCancel, InvoiceStep{Fingerprint: fingerprint}))
	}
	if len(mine) == 0 {
		return one(funder, reserve(fingerprint, t.amount(300*yuan)))
	}
	r := mine[t.pick(len(mine))]
	s := InvoiceStep{Fingerprint: fingerprint, Reservation: r.ID, Date: t.today()}
	if t.slip(50) {
		return one(whoOf(r.Funder), invoiceStep(InvoiceRelease, s))
	}
	s.Registration = registered(t.today())
	return one(whoOf(r.Funder), invoiceStep(InvoiceFinance, s))
}

func (t *trade) claimsInOrder() []string {
	keys := make([]string, 0, len(t.seen.claims))
	for k := range t.seen.claims {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (t *trade) draft() (Caller, []Op) {
	keys := t.claimsInOrder()
	c := t.seen.claims[keys[t.pick(len(keys))]]
	v := Voucher{Claim: c.ID, Amount: t.amount(300 * yuan), Currency: "CNY", Date: t.today(),
		Maturity: t.at.AddDate(0, 0, 7+t.pick(10)).Format(time.DateOnly), AcceptBy: t.at.AddDate(0, 0, 6).Format(time.DateOnly)}
	if left := c.Amount - t.seen.drawn[c.Lot]; t.slip(20) && left > 0 {
		v.Amount = left + int64(t.pick(3))
	}
	if t.slip(5) {
		v.Maturity = t.at.AddDate(1, 0, 1).Format(time.DateOnly) // beyond the cap
	}
	return whoOf(c.Debtor), []Op{{Type: VoucherDraft, Voucher: &v}}
}
