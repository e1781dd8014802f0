package ledger_test

import (
	"math"
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// reserves makes a reservation of an invoice of 100.00 yuan by the factor and answers its id.
func (w *world) reserves(fingerprint string, amount int64) string {
	w.Helper()
	w.do(supplier1, invoiceOp(fingerprint, supplier, e1, 100*yuan))
	return MovementID(w.do(factor1, reserve(fingerprint, amount)), 0)
}

func reserve(fingerprint string, amount int64) Op {
	return invoiceStep(InvoiceReserve, InvoiceStep{Fingerprint: fingerprint, Amount: amount, Expires: "2026-03-31"})
}

// onInvoice tries an operation on an invoice of 100.00 yuan of which the factor has reserved 60.00.
func onInvoice(by Caller, o func(reservation string) Op) func(*world) error {
	return func(w *world) error { _, err := w.try(by, o(w.reserves(digest("1"), 60*yuan))); return err }
}

// claims tries a claim on an invoice of 600.00 yuan, changed by edit.
func claims(edit func(*Claim)) func(*world) error {
	return func(w *world) error {
		ops := w.claimOps(supplier1, core1, digest("1"), 600*yuan)
		w.do(supplier1, ops[0])
		edit(ops[1].Claim)
		_, err := w.try(supplier1, ops[1])
		return err
	}
}

// onClaim tries an operation on a claim of 600.00 yuan that its debtor has confirmed, or not.
func onClaim(confirmed bool, by Caller, o func(claim string) Op) func(*world) error {
	return func(w *world) error {
		claim := MovementID(w.do(supplier1, w.claimOps(supplier1, core1, digest("1"), 600*yuan)...), 1)
		if confirmed {
			w.do(core1, claimStep(ClaimConfirm, claim))
		}
		_, err := w.try(by, o(claim))
		return err
	}
}

func check(status string) Op {
	return invoiceStep(InvoiceCheck, InvoiceStep{Fingerprint: digest("1"), Status: status, Source: "tax office", Date: today})
}

var tradeRefusals = []tradeRefusal{
	{InvoiceUnknown, "a step", tries(factor1, reserve(digest("1"), 1))},
	{InvoiceUnknown, "of a claim", claims(func(c *Claim) { c.Invoices[0].Fingerprint = digest("2") })},
	{FieldInvalid, "a fingerprint that is none", tries(factor1, reserve("x", 1))},
	{FieldInvalid, "a lot that the writer sets", func(w *world) error {
		o := invoiceOp(digest("1"), supplier, e1, 1)
		o.Invoice.Lot = w.cashIn(supplierAcct)
		return tries(supplier1, o)(w)
	}},
	{FieldInvalid, "a confirmation that the writer sets", claims(func(c *Claim) { c.Confirmed = &Signature{} })},
	{FieldInvalid, "no such status", onInvoice(core1, func(string) Op { return check("FINE") })},
	{FieldInvalid, "a reservation that is over", onInvoice(factor1, func(string) Op {
		return invoiceStep(InvoiceReserve, InvoiceStep{Fingerprint: digest("1"), Amount: 1, Expires: "2026-03-01"})
	})},
	{FieldInvalid, "a reservation for ever, where the rule limits it", func(w *world) error {
		w.do(officer, ruleVersion(RuleDoubleFinance, 2, "2026-01-01", Block, map[string]int64{"reservation_days": 29}))
		return onInvoice(factor1, func(string) Op {
			return invoiceStep(InvoiceReserve, InvoiceStep{Fingerprint: digest("1"), Amount: 1, Expires: "2026-04-01"})
		})(w)
	}},
	{AlreadyExists, "registered twice by one party", func(w *world) error {
		w.do(supplier1, invoiceOp(digest("1"), supplier, e1, 1))
		return tries(supplier1, invoiceOp(digest("1"), supplier, e1, 1))(w)
	}},
	{InvoiceMismatch, "registered with another amount", func(w *world) error {
		w.do(supplier1, invoiceOp(digest("1"), supplier, e1, 1))
		return tries(factor1, invoiceOp(digest("1"), supplier, e1, 2))(w)
	}},
	{InvoiceMismatch, "another debtor's", claims(func(c *Claim) { c.Debtor = e2 })},
	{InvoiceVoid, "void, and claimed", func(w *world) error {
		w.do(supplier1, invoiceOp(digest("1"), supplier, e1, 600*yuan))
		w.do(core1, check("VOID"))
		return tries(supplier1, w.claimOps(supplier1, core1, digest("1"), 600*yuan)[1])(w)
	}},
	{InvoiceVoid, "corrected, and reserved", func(w *world) error {
		w.do(supplier1, invoiceOp(digest("1"), supplier, e1, 1))
		w.do(factor1, check("CORRECTED"))
		return tries(factor1, reserve(digest("1"), 1))(w)
	}},
	{InvoiceVoid, "void before the reserved amount is paid out", func(w *world) error {
		id := w.reserves(digest("1"), yuan)
		w.do(lender1, check("VOID"))
		return tries(factor1, invoiceStep(InvoiceFinance, InvoiceStep{Fingerprint: digest("1"), Reservation: id, Date: today, Registration: registered(today)}))(w)
	}},
	{InvoiceVoid, "void before the voucher is issued", func(w *world) error {
		lot := w.made(VoucherDrafted)
		w.voidInvoicesOf(lot)
		return tries(core2, voucherStep(VoucherSign, at(lot, issueDay)))(w)
	}},
	{InvoiceVoid, "void before the voucher is financed", func(w *world) error {
		lot := w.made(FinancePending)
		w.voidInvoicesOf(lot)
		by, e := w.paying(VoucherFund, lot, supplierAcct, soldPrice, "2026-02-04")
		return Refuse(w.says(by, e), "as the first row says")
	}},
	{InvoiceVoid, "cancelled twice", func(w *world) error {
		w.do(supplier1, invoiceOp(digest("1"), supplier, e1, 1), invoiceStep(InvoiceCancel, InvoiceStep{Fingerprint: digest("1")}))
		return tries(supplier1, invoiceStep(InvoiceCancel, InvoiceStep{Fingerprint: digest("1")}))(w)
	}},
	{InvoiceOverused, "a fen too much reserved", onInvoice(factor1, func(string) Op { return reserve(digest("1"), 40*yuan+1) })},
	{InvoiceOverused, "claimed after it was reserved", onInvoice(supplier1, func(string) Op {
		o := (*world)(nil).claimOps(supplier1, core1, digest("1"), 100*yuan)[1]
		o.Claim.Amount, o.Claim.Invoices[0].Amount = 41*yuan, 41*yuan
		return o
	})},
	{InvoiceOverused, "a claim of more than the invoice", claims(func(c *Claim) { c.Amount, c.Invoices[0].Amount = 601*yuan, 601*yuan })},
	{InvoiceOverused, "cancelled under a reservation", onInvoice(supplier1, func(string) Op { return invoiceStep(InvoiceCancel, InvoiceStep{Fingerprint: digest("1")}) })},
	{DateInvalid, "a check older than the last", func(w *world) error {
		w.do(supplier1, invoiceOp(digest("1"), supplier, e1, 1))
		w.do(core1, check("VOID"))
		older := check("VALID")
		older.InvoiceStep.Date = "2026-02-28"
		return tries(lender1, older)(w)
	}},
	{ReservationConflict, "one that nobody made", onInvoice(factor1, func(string) Op {
		return invoiceStep(InvoiceRelease, InvoiceStep{Fingerprint: digest("1"), Reservation: absent, Date: today})
	})},
	{ReservationConflict, "released twice", func(w *world) error {
		release := invoiceStep(InvoiceRelease, InvoiceStep{Fingerprint: digest("1"), Reservation: w.reserves(digest("1"), yuan), Date: today})
		w.do(factor1, release)
		return tries(factor1, release)(w)
	}},
	{ReservationConflict, "financed after its last day", func(w *world) error {
		w.do(supplier1, invoiceOp(digest("1"), supplier, e1, yuan))
		short := reserve(digest("1"), yuan)
		short.InvoiceStep.Expires = today
		id := MovementID(w.do(factor1, short), 0)
		_, _, err := Apply(&Batch{Entries: []Entry{{Key: "later", Ops: []Op{invoiceStep(InvoiceFinance, InvoiceStep{Fingerprint: digest("1"), Reservation: id,
			Date: "2026-03-03", Registration: registered(today)})}}}}, factor1, now.AddDate(0, 0, 1), w)
		return err
	}},
	{NotOwner, "another funder's reservation", onInvoice(lender1, func(id string) Op {
		return invoiceStep(InvoiceFinance, InvoiceStep{Fingerprint: digest("1"), Reservation: id, Date: today, Registration: registered(today)})
	})},
	{NotOwner, "released by the seller before it expires", onInvoice(supplier1, func(id string) Op {
		return invoiceStep(InvoiceRelease, InvoiceStep{Fingerprint: digest("1"), Reservation: id, Date: today})
	})},
	{NotOwner, "an invoice of others", tries(stranger1, invoiceOp(digest("1"), supplier, e1, 1))},
	{NotOwner, "another's claim", func(w *world) error { return tries(deeper1, w.claimOps(supplier1, core1, digest("1"), 1)[1])(w) }},
	{NotOwner, "confirmed by its creditor", onClaim(false, supplier1, func(id string) Op { return claimStep(ClaimConfirm, id) })},
	{NotOwner, "withdrawn by its debtor", onClaim(true, core1, func(id string) Op { return claimStep(ClaimCancel, id) })},
	{SelfDealing, "an invoice to oneself", tries(supplier1, invoiceOp(digest("1"), supplier, supplier, 1))},
	{SelfDealing, "a claim on oneself", claims(func(c *Claim) { c.Debtor = supplier })},
	{SelfDealing, "reserved by its seller", func(w *world) error {
		w.do(officer, Op{Type: PartyRevise, Party: &Party{ID: supplier, Kind: Private, Version: 2, EffectiveFrom: today, Licence: &Licence{"FACTORING", "2027-12-31"}}})
		w.do(supplier1, invoiceOp(digest("1"), supplier, e1, 1))
		return tries(supplier1, reserve(digest("1"), 1))(w)
	}},
	{DrawsUnbalanced, "a claim of more than its invoices", claims(func(c *Claim) { c.Amount++ })},
	{LotNamedTwice, "one invoice twice", claims(func(c *Claim) { c.Invoices = append(c.Invoices, c.Invoices[0]) })},
	{AmountInvalid, "an invoice's part of nothing", claims(func(c *Claim) { c.Invoices[0].Amount = 0 })},
	{AmountInvalid, "invoices that overflow", func(w *world) error {
		w.do(supplier1, invoiceOp(digest("1"), supplier, e1, math.MaxInt64), invoiceOp(digest("2"), supplier, e1, math.MaxInt64))
		o := w.claimOps(supplier1, core1, digest("1"), math.MaxInt64)[1]
		o.Claim.Invoices = append(o.Claim.Invoices, InvoiceUse{digest("2"), math.MaxInt64})
		return tries(supplier1, o)(w)
	}},
	{TooLarge, "too many invoices", claims(func(c *Claim) { c.Invoices = make([]InvoiceUse, 101) })},
	{FieldMissing, "no invoice", claims(func(c *Claim) { c.Invoices = nil })},
	{PartyUnknown, "a buyer", tries(supplier1, invoiceOp(digest("1"), supplier, "other:nobody", 1))},
	{ClaimUnknown, "a confirmation", tries(core1, claimStep(ClaimConfirm, absent))},
	{ClaimUnknown, "an identifier that is none", tries(core1, claimStep(ClaimConfirm, "x"))},
	{ClaimUnknown, "a draft", drafts(func(v *Voucher) { v.Claim = absent })},
	{ClaimUnconfirmed, "a draft", onClaim(false, core1, func(id string) Op { return draftOp(id, 1, issueDay, maturityDay) })},
	{ClaimConflict, "confirmed twice", onClaim(true, core1, func(id string) Op { return claimStep(ClaimConfirm, id) })},
	{ClaimConflict, "withdrawn under a voucher", func(w *world) error {
		return tries(supplier1, claimStep(ClaimCancel, w.voucher(w.made(VoucherDrafted)).Claim))(w)
	}},
	{ClaimConflict, "drafted after it was withdrawn", func(w *world) error {
		claim := w.claimed(supplier1, core1, digest("1"), face)
		w.do(supplier1, claimStep(ClaimCancel, claim))
		return tries(core1, draftOp(claim, 1, issueDay, maturityDay))(w)
	}},
	{ClaimExceeded, "a fen too much", drafts(func(v *Voucher) { v.Amount = 600*yuan + 1 })},
	{ClaimExceeded, "a second voucher", func(w *world) error {
		return tries(core1, draftOp(w.voucher(w.made(VoucherDrafted)).Claim, 100*yuan+1, issueDay, maturityDay))(w)
	}},
	{TradeEvidence, "no contract", signs(func(_ *world, c *Claim, _ *Voucher) { c.Contract = "" })},
	{TradeEvidence, "no delivery", signs(func(_ *world, c *Claim, _ *Voucher) { c.Delivery = "" })},
	{TradeEvidence, "delivered before the contract", signs(func(_ *world, c *Claim, _ *Voucher) { c.ContractDate = "2026-01-11" })},
	{TradeEvidence, "on a prepayment", signs(func(_ *world, c *Claim, _ *Voucher) { c.DeliveryDate = "2026-02-02" })},
	{TradeEvidence, "an invoice before the contract", signs(func(_ *world, c *Claim, _ *Voucher) { c.ContractDate, c.DeliveryDate = "2026-01-13", "2026-01-13" })},
	{TradeEvidence, "an invoice without its file", func(w *world) error {
		bare := invoiceOp(digest("2"), supplier, e1, face)
		bare.Invoice.Document = ""
		w.do(supplier1, bare)
		return signs(func(_ *world, c *Claim, _ *Voucher) {
			c.Invoices[0].Fingerprint, c.Invoices[0].Amount, c.Amount = digest("2"), face, face
		})(w)
	}},
	{VersionConflict, "a rule's version twice", tries(officer, ruleVersion(RuleTerm, 1, today, Block, nil))},
	{VersionConflict, "a rule's version before the last", tries(officer, ruleVersion(RuleTerm, 2, "2025-06-14", Block, nil))},
	{VersionConflict, "a calendar's second version first", tries(officer, Op{Type: CalendarPublish, Calendar: &Calendar{Year: 2026, Version: 2, Source: "x"}})},
	{FieldInvalid, "a calendar of another year's days", tries(officer, Op{Type: CalendarPublish, Calendar: &Calendar{Year: 2026, Version: 1, Source: "x", Holidays: []string{"2027-01-01"}}})},
	{FieldInvalid, "a holiday on which people work", tries(officer, Op{Type: CalendarPublish, Calendar: &Calendar{Year: 2026, Version: 1, Source: "x",
		Holidays: []string{"2026-10-10"}, Workdays: []string{"2026-10-10"}}})},
	{FieldInvalid, "a calendar of the year 99999", tries(officer, Op{Type: CalendarPublish, Calendar: &Calendar{Year: 99999, Version: 1, Source: "x"}})},
	{FieldInvalid, "a calendar that never opens", func(w *world) error {
		days := []string{}
		for d := range 60 {
			days = append(days, now.AddDate(0, 0, d-20).Format("2006-01-02"))
		}
		w.do(officer, Op{Type: CalendarPublish, Calendar: &Calendar{Year: 2026, Version: 1, Source: "x", Holidays: days}})
		return takes(VoucherActive, officer, VoucherMature, VoucherStep{Date: today})(w)
	}},
	{FieldInvalid, "a rule's parameter below zero", tries(officer, ruleVersion("S-NEW-01", 1, today, Warn, map[string]int64{"days": -1, "fen": -2}))},
	{FieldMissing, "a rule without a source", tries(officer, Op{Type: RulePublish, Rule: &Rule{ID: "S-NEW-01", Version: 1, EffectiveFrom: today, Mode: Warn}})},
	{NotPermitted, "a licence by a bank", tries(custodian1, Op{Type: PartyRegister, Party: &Party{ID: "other:x", Kind: Private, Licence: &Licence{"FACTORING", "2027-12-31"}}})},
	{NotPermitted, "a licence taken away by a manager", tries(subMgr, Op{Type: PartyRevise, Party: &Party{ID: factor, Kind: Private, Version: 2, EffectiveFrom: today}})},
}

// voidInvoicesOf has the tax authority void the invoices that a voucher stands on.
func (w *world) voidInvoicesOf(lot string) {
	w.Helper()
	claim, err := ReadClaim(w, w.voucher(lot).Claim)
	if err != nil {
		w.Fatal(err)
	}
	for _, u := range claim.Claim.Invoices {
		w.do(factor1, invoiceStep(InvoiceCheck, InvoiceStep{Fingerprint: u.Fingerprint, Status: "VOID", Source: "tax office", Date: today}))
	}
}

func TestTradeRefusals(t *testing.T) { refuseAll(t, tradeRefusals) }

// A flood of checks or reservations keeps nobody else out.
func TestListsOfInvoicesDoNotFill(t *testing.T) {
	w := newTrade(t)
	w.reserves(digest("1"), 10*yuan)
	for range 110 {
		w.do(core1, check("VALID"))
		id := MovementID(w.do(factor1, reserve(digest("1"), 90*yuan)), 0)
		w.do(factor1, invoiceStep(InvoiceRelease, InvoiceStep{Fingerprint: digest("1"), Reservation: id, Date: today}))
	}
	w.do(lender1, reserve(digest("1"), 90*yuan), check("VOID"))
	r, err := ReadInvoice(w, digest("1"))
	if err != nil || r.State != InvoiceVoided || r.Left != 0 || len(r.Invoice.Checks) > 100 || len(r.Invoice.Reservations) > 100 {
		t.Errorf("%s, %d left, %d checks, %d reservations, %v", r.State, r.Left, len(r.Invoice.Checks), len(r.Invoice.Reservations), err)
	}
	if n := strings.Count(string(must(w.Read([]string{InvoiceRoom + digest("1")}))[0]), `"RESERVED"`); n != 2 {
		t.Errorf("%d reservations stand, want 2", n)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
