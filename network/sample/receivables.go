package sample

import (
	"fmt"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/fingerprint"
)

// invoice is a trade invoice: what only its parties and the consortium's members know of it, and what was done with it.
type invoice struct {
	fingerprint.Particulars
	seller, buyer *trader
	file          string // SHA-256
	last          *op
}

func (i *invoice) key() string { return "invoice " + i.Number }

// number answers the next number of a fully digitalised invoice: 20 digits whose region part, 99, is assigned to nobody.
func (t *trade) number() string {
	t.invoices++
	return fmt.Sprintf("259900000000%08d", 10_000_000+t.invoices*37)
}

// bill records an invoice of the seller to the buyer, dated today.
func (t *trade) bill(seller, buyer *trader, amount int64) *invoice {
	return t.billAs(t.number(), t.today, seller, buyer, amount)
}

// billAs records an invoice with a given number and date.
func (t *trade) billAs(number string, date day, seller, buyer *trader, amount int64) *invoice {
	i := &invoice{seller: seller, buyer: buyer, Particulars: fingerprint.Particulars{Seller: seller.id, Buyer: buyer.id,
		Type: fingerprint.Digital, Number: number, Date: date.String(), Amount: amount, Currency: "CNY"}}
	i.file = t.file(fmt.Sprintf("发票（合成）/ Invoice (synthetic)\nnumber %s\nseller %s\nbuyer %s\ndate %s\namount %d fen\n", i.Number, seller.id, buyer.id, i.Date, amount))
	t.registerInvoice(i, seller)
	return i
}

// registerInvoice records the invoice as somebody who has it in hand: its seller first, and others who meet a duplicate.
func (t *trade) registerInvoice(i *invoice, by *trader) {
	body := &ledger.Invoice{Seller: i.Seller, Buyer: i.Buyer, Type: i.Type, Date: i.Date, Due: (on(i.Date) + 90).String(), Amount: i.Amount, Currency: "CNY", Document: i.file}
	o := t.record(by.user, ledger.Op{Type: ledger.InvoiceRegister, Invoice: body}, t.parties[i.Seller], t.parties[i.Buyer], t.parties[by.id], i.last)
	o.fill = func(b *ledger.Op, at Place) (err error) {
		x := *b.Invoice
		x.Fingerprint, x.Near, err = at.Key.Of(i.Particulars)
		b.Invoice = &x
		return err
	}
	o.reads = append(o.reads, "party "+i.Seller, "party "+i.Buyer)
	o.writes = append(o.writes, i.key())
	i.last = o
}

// stepInvoice records what somebody does with a registered invoice. of, when not nil, made the reservation that is meant.
func (t *trade) stepInvoice(kind ledger.OpType, by *trader, i *invoice, s ledger.InvoiceStep, of *op) *op {
	o := t.record(by.user, ledger.Op{Type: kind, InvoiceStep: &s}, append([]*op{i.last}, t.rules...)...)
	o.fill = func(b *ledger.Op, at Place) (err error) {
		x := *b.InvoiceStep
		if x.Fingerprint, _, err = at.Key.Of(i.Particulars); of != nil {
			x.Reservation = of.id()
		}
		if kind == ledger.InvoiceReserve {
			x.Expires = at.until()
		}
		b.InvoiceStep = &x
		return err
	}
	o.writes = append(o.writes, i.key(), "used "+i.key())
	i.last = o
	return o
}

// reserve keeps an amount of the invoice for a funder.
func (t *trade) reserve(i *invoice, by *trader, amount int64) *op {
	return t.stepInvoice(ledger.InvoiceReserve, by, i, ledger.InvoiceStep{Amount: amount}, nil)
}

func (t *trade) checkInvoice(i *invoice, by *trader, status string) {
	t.stepInvoice(ledger.InvoiceCheck, by, i, ledger.InvoiceStep{Status: status, Source: "合成税务查验平台 / Synthetic tax inspection service", Date: t.today.String()}, nil)
}

// registration is an entry at the movable-asset registry, made today; searched days before, or not at all where negative.
func (t *trade) registration(about string, searched int) *ledger.Registration {
	t.registrations++
	r := &ledger.Registration{Number: fmt.Sprintf("SYN-ZDW-%06d", t.registrations), Date: t.today.String(),
		Description: digest("动产担保登记财产描述（合成）/ Property description (synthetic) " + about)}
	if searched >= 0 {
		r.Searched, r.Search = (t.today - day(searched)).String(), digest("登记查询结果：无在先登记（合成）/ Search: none registered before (synthetic) "+about)
	}
	return r
}

// claim is a receivable on an invoice.
type claim struct {
	number           int
	creditor, debtor *trader
	invoice          *invoice
	amount, drawn    int64
	delivered        day
	op, last         *op
	freed            []*op // gave drawn amounts back
}

func (c *claim) id() string  { return c.op.id() }
func (c *claim) key() string { return fmt.Sprintf("claim %d", c.number) }

// owed bills what was delivered on a day and registers the claim on the whole invoice, with contract and delivery note.
func (t *trade) owed(creditor, debtor *trader, amount int64, delivered day) *claim {
	t.claims++
	c := &claim{number: t.claims, creditor: creditor, debtor: debtor, invoice: t.bill(creditor, debtor, amount), amount: amount, delivered: delivered}
	contracted := delivered - t.dice.days(20, 60)
	contract := fmt.Sprintf("购销合同（合成）/ Supply contract (synthetic) %04d\nseller %s\nbuyer %s\ndate %s\namount %d fen\n", c.number, creditor.id, debtor.id, contracted, amount)
	delivery := fmt.Sprintf("验收单（合成）/ Delivery note (synthetic) %04d\nseller %s\nbuyer %s\ndate %s\n", c.number, creditor.id, debtor.id, delivered)
	i := c.invoice
	o := t.record(creditor.user, ledger.Op{Type: ledger.ClaimRegister, Claim: &ledger.Claim{Creditor: creditor.id, Debtor: debtor.id, Amount: amount, Currency: "CNY",
		Contract: digest(contract), ContractDate: contracted.String(), Delivery: digest(delivery), DeliveryDate: delivered.String(),
		CreditorSize: creditor.size, DebtorSize: debtor.size, Memo: "应收账款（合成）"}}, i.last)
	o.fill = func(b *ledger.Op, at Place) error {
		x := *b.Claim
		fp, _, err := at.Key.Of(i.Particulars)
		x.Invoices = []ledger.InvoiceUse{{Fingerprint: fp, Amount: amount}}
		b.Claim = &x
		return err
	}
	o.reads = append(o.reads, i.key(), "party "+creditor.id, "party "+debtor.id)
	o.writes = append(o.writes, c.key(), "used "+i.key())
	c.op, c.last = o, o
	for _, text := range []string{contract, delivery, string(t.contents[i.file])} {
		kind := "AGREEMENT"
		switch {
		case strings.HasPrefix(text, "发票"):
			kind = "INVOICE"
		case strings.HasPrefix(text, "验收单"):
			kind = "OTHER"
		}
		d, _ := t.document(creditor.user, text, c, kind, o)
		d.reads = append(d.reads, c.key())
	}
	return c
}

// stepClaim records that the debtor confirms the claim or that the creditor withdraws it.
func (t *trade) stepClaim(kind ledger.OpType, by *trader, c *claim) {
	o := t.record(by.user, ledger.Op{Type: kind, ClaimStep: &ledger.ClaimStep{}}, c.last)
	o.fill = func(b *ledger.Op, _ Place) error {
		b.ClaimStep = &ledger.ClaimStep{Claim: c.id()}
		return nil
	}
	o.reads = append(o.reads, "used "+c.key(), c.invoice.key())
	o.writes = append(o.writes, c.key(), "used "+c.invoice.key())
	c.last = o
}
