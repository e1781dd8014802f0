package ledger_test

import (
	"testing"

	. "fundtrace/chaincode/ledger"
)

// unregistered brings a voucher to FINANCE_PENDING without the funder's registration.
func (w *world) unregistered(t *Terms) string {
	w.Helper()
	lot := w.made(VoucherActive)
	w.do(supplier1, voucherStep(VoucherApply, VoucherStep{Voucher: lot, Date: "2026-02-03", Financing: t}))
	return lot
}

// funds tries to pay for a voucher that the factor is asked to buy.
func funds(lot func(*world) string, date string, amount int64) func(*world) error {
	return func(w *world) error {
		by, e := w.paying(VoucherFund, lot(w), supplierAcct, amount, date)
		return Refuse(w.says(by, e), "as the first row says")
	}
}

// alone tries a step or a payment that has lost its other half.
func alone(state VoucherState, op OpType, to string, amount int64, keep int) func(*world) error {
	return pays(state, op, to, amount, maturityDay, func(_ *world, e *Entry) { e.Ops = e.Ops[keep : keep+1] })
}

// movementOf answers a claim's movement of one of its lots.
func movementOf(lot string) string { m, _, _ := SplitLotID(lot); return m }

var paymentRefusals = []tradeRefusal{
	{RegistrationMissing, "not registered", funds(func(w *world) string { return w.unregistered(terms(factor, Sale, false)) }, "2026-02-04", soldPrice)},
	{RegistrationMissing, "registered a day late", funds(func(w *world) string {
		lot := w.unregistered(terms(factor, Sale, false))
		w.do(factor1, voucherStep(VoucherRegister, VoucherStep{Voucher: lot, Date: "2026-02-03", Registration: registered("2026-02-05")}))
		return lot
	}, "2026-02-04", soldPrice)},
	{RegistrationMissing, "an invoice's reservation", onInvoice(factor1, func(id string) Op {
		return invoiceStep(InvoiceFinance, InvoiceStep{Fingerprint: digest("1"), Reservation: id, Date: today})
	})},
	{MoneyPath, "another than the funder pays", pays(FinancePending, VoucherFund, supplierAcct, soldPrice, "2026-02-04", func(w *world, e *Entry) {
		e.Ops[0].Movement.From, e.Ops[0].Movement.Draws[0].Lot = strangerAcct, w.cashIn(strangerAcct)
	})},
	{MoneyPath, "another than the holder is paid", pays(FinancePending, VoucherFund, strangerAcct, soldPrice, "2026-02-04", nil)},
	{MoneyPath, "another than the issuer settles", pays(VoucherDue, VoucherPay, deeperAcct, face, maturityDay, func(w *world, e *Entry) {
		e.Ops[0].Movement.From, e.Ops[0].Movement.Draws[0].Lot = strangerAcct, w.cashIn(strangerAcct)
	})},
	{MoneyPath, "the issuer pays the recourse", pays(InRecourse, VoucherRepay, deeperAcct, face, "2026-02-22", func(w *world, e *Entry) {
		e.Ops[0].Movement.From, e.Ops[0].Movement.Draws[0].Lot = e1Acct, w.cashIn(e1Acct)
	})},
	{MoneyPath, "a platform opens an account", tries(custodian1, account("acct:x", platform, bank1, Operating, "CNY"))},
	{MoneyPath, "a platform takes a voucher", takes(VoucherActive, supplier1, VoucherOffer, onPurpose(VoucherStep{To: platform}))},
	{MoneyPath, "a platform has a claim", func(w *world) error {
		by := Caller{EnterpriseMSP, RoleEnterprise, platform, "platform@enterprise"}
		w.do(by, invoiceOp(digest("1"), platform, e1, 1))
		return tries(by, w.claimOps(by, core1, digest("1"), 1)[1])(w)
	}},
	{MoneyPath, "an owner of accounts becomes a platform", tries(officer, Op{Type: PartyRevise, Party: &Party{ID: stranger, Kind: Platform, Version: 2, EffectiveFrom: today}})},
	{FunderUnlicensed, "an enterprise is asked for money", takes(VoucherActive, supplier1, VoucherApply, onPurpose(VoucherStep{Financing: terms(deeper, Sale, false)}))},
	{FunderUnlicensed, "a bank without a licence", takes(VoucherActive, supplier1, VoucherApply, onPurpose(VoucherStep{Financing: terms(bank1, Sale, false)}))},
	{FunderUnlicensed, "a platform", takes(VoucherActive, supplier1, VoucherApply, onPurpose(VoucherStep{Financing: terms(platform, Sale, false)}))},
	{FunderUnlicensed, "licensed until the day before", func(w *world) error {
		lot := w.made(FinancePending)
		w.do(officer, Op{Type: PartyRevise, Party: &Party{ID: factor, Kind: Private, Version: 2, EffectiveFrom: today, Licence: &Licence{"FACTORING", "2026-02-03"}}})
		return funds(func(*world) string { return lot }, "2026-02-04", soldPrice)(w)
	}},
	{FunderUnlicensed, "reserved by an enterprise", onInvoice(deeper1, func(string) Op { return reserve(digest("1"), 1) })},
	{FunderUnlicensed, "checked by anybody", onInvoice(stranger1, func(string) Op { return check("VOID") })},
	{WrongPayee, "settled to a former holder", pays(VoucherDue, VoucherPay, supplierAcct, face, maturityDay, nil)},
	{WrongPayee, "settled to the holder under a pledge", pays(pledgedDue, VoucherPay, supplierAcct, face, maturityDay, nil)},
	{WrongPayee, "recourse paid to another", pays(InRecourse, VoucherRepay, strangerAcct, face, "2026-02-22", nil)},
	{PaymentUnmatched, "a step alone", alone(VoucherDue, VoucherPay, deeperAcct, face, 1)},
	{PaymentUnmatched, "a payment alone", alone(VoucherDue, VoucherPay, deeperAcct, face, 0)},
	{PaymentUnmatched, "the step first", pays(VoucherDue, VoucherPay, deeperAcct, face, maturityDay, func(_ *world, e *Entry) {
		e.Ops[0], e.Ops[1] = e.Ops[1], e.Ops[0]
		e.Ops[0].VoucherStep.Cash = e.Ops[0].VoucherStep.Cash[:20] + ".1"
	})},
	{PaymentUnmatched, "one payment for two steps", func(w *world) error {
		lot := w.made(VoucherDue)
		by, e := w.paying(VoucherPay, lot, deeperAcct, yuan, maturityDay)
		e.Ops = append(e.Ops, e.Ops[1])
		_, err := w.record(by, e)
		if rows := refusalOf(err).Rows; len(rows) != 1 || rows[0].Op != 2 {
			return err
		}
		return &Error{Code: refusalOf(err).Rows[0].Code, Message: "as the row says"}
	}},
	{PaymentUnmatched, "an earlier entry's payment", func(w *world) error {
		settled := w.voucher(w.made(VoucherSettled))
		return takes(VoucherDue, custodian1, VoucherPay, VoucherStep{Cash: settled.Events[2].Cash})(w)
	}},
	{PaymentUnmatched, "another voucher's payment", func(w *world) error {
		other := w.made(VoucherDue)
		return pays(VoucherDue, VoucherPay, deeperAcct, face, maturityDay, func(_ *world, e *Entry) { e.Ops[0].Movement.Voucher = other })(w)
	}},
	{PaymentUnmatched, "a payment of another kind", pays(VoucherDue, VoucherPay, deeperAcct, face, maturityDay, func(_ *world, e *Entry) { e.Ops[0].Movement.Kind = Recourse })},
	{PaymentUnmatched, "a fen above the price", funds(func(w *world) string { return w.made(FinancePending) }, "2026-02-04", soldPrice+1)},
	{PaymentUnmatched, "a fen below the price", funds(func(w *world) string { return w.made(FinancePending) }, "2026-02-04", soldPrice-1)},
	{PaymentUnmatched, "a loan above the face", funds(func(w *world) string {
		lot := w.unregistered(terms(lender, Pledge, false))
		w.do(lender1, voucherStep(VoucherRegister, VoucherStep{Voucher: lot, Date: "2026-02-03", Registration: registered("2026-02-03")}))
		return lot
	}, "2026-02-04", face+1)},
	{PaymentUnmatched, "a fen above what is open", pays(PartiallySettled, VoucherPay, deeperAcct, 300*yuan+1, maturityDay, nil)},
	{PaymentUnmatched, "a part of the recourse", pays(InRecourse, VoucherRepay, deeperAcct, face-1, "2026-02-22", nil)},
	{NotDue, "matured a day early", takes(VoucherActive, officer, VoucherMature, VoucherStep{Date: "2026-02-19"})},
	{NotDue, "matured on a holiday", func(w *world) error {
		w.do(officer, Op{Type: CalendarPublish, Calendar: &Calendar{Year: 2026, Version: 1, Source: "x", Holidays: []string{maturityDay}}})
		return takes(VoucherActive, officer, VoucherMature, VoucherStep{Date: "2026-02-22"})(w) // until Monday, the 23rd
	}},
	{NotDue, "overdue on the due date", takes(VoucherDue, officer, VoucherDefault, VoucherStep{Date: maturityDay})},
	{NotDue, "overdue within the grace", func(w *world) error {
		w.do(officer, ruleVersion(RuleLate, 2, "2026-01-01", Detect, map[string]int64{"grace_days": 3, "interest_ppm_per_day": 500}))
		return takes(VoucherDue, officer, VoucherDefault, VoucherStep{Date: "2026-02-23"})(w)
	}},
	{NotDue, "lapsed on the last day for acceptance", takes(VoucherIssued, officer, VoucherLapse, VoucherStep{Date: "2026-02-10"})},
	{RecourseRefused, "against one that is not liable", takes(VoucherOverdue, deeper1, VoucherClaim, VoucherStep{Against: e1})},
	{RecourseRefused, "passed on without recourse", func(w *world) error {
		lot := w.made(VoucherActive)
		w.do(supplier1, voucherStep(VoucherOffer, onPurpose(VoucherStep{Voucher: lot, To: deeper})))
		lot = lot0(w.do(deeper1, voucherStep(VoucherTake, onPurpose(VoucherStep{Voucher: lot}))), 0)
		w.do(officer, voucherStep(VoucherMature, at(lot, maturityDay)), voucherStep(VoucherDefault, at(lot, "2026-02-21")))
		return tries(deeper1, voucherStep(VoucherClaim, VoucherStep{Voucher: lot, Against: supplier}))(w)
	}},
	{RecourseRefused, "held since the issue", func(w *world) error {
		lot := w.made(VoucherActive)
		w.do(officer, voucherStep(VoucherMature, at(lot, maturityDay)), voucherStep(VoucherDefault, at(lot, "2026-02-21")))
		return tries(supplier1, voucherStep(VoucherClaim, VoucherStep{Voucher: lot, Against: supplier}))(w)
	}},

	// Claims are no money, and money is no claim.
	{LotNotOwned, "a voucher drawn as money", func(w *world) error {
		return tries(custodian1, settle(Movement{Kind: Use, From: supplierAcct, Payee: outsider, Purpose: PurposeRD, BankRef: "r", Draws: draws(w.made(VoucherActive), 1)}))(w)
	}},
	{LotUnknown, "a claim drawn as money", func(w *world) error {
		claim := w.claimed(supplier1, core1, digest("1"), face)
		return tries(custodian1, settle(Movement{Kind: Use, From: supplierAcct, Payee: outsider, Purpose: PurposeRD, BankRef: "r", Draws: draws(claim+".0", 1)}))(w)
	}},
	{LotUnknown, "an invoice drawn as money", func(w *world) error {
		w.reserves(digest("1"), 1)
		return tries(custodian1, settle(Movement{Kind: Use, From: supplierAcct, Payee: outsider, Purpose: PurposeRD, BankRef: "r",
			Draws: draws(must(ReadInvoice(w, digest("1"))).Invoice.Lot, 1)}))(w)
	}},
	{AccountUnknown, "money from a claims account", tries(custodian1, settle(Movement{Kind: Use, From: ClaimsAccount(supplier), To: e1Acct, Purpose: PurposeRD, BankRef: "r", Draws: draws(absent+".0", 1)}))},
	{AccountUnknown, "money to a claims account", func(w *world) error {
		return tries(custodian1, settle(Movement{Kind: Use, From: e1Acct, To: ClaimsAccount(supplier), Purpose: PurposeRD, BankRef: "r", Draws: draws(w.cashIn(e1Acct), 1)}))(w)
	}},
	{FieldInvalid, "a claims account is opened", tries(custodian1, account(ClaimsAccount(stranger), stranger, bank1, Operating, "CNY"))},
	{IdentifierInvalid, "a claims account as payee", func(w *world) error {
		return tries(custodian1, settle(Movement{Kind: Use, From: e1Acct, Payee: ClaimsAccount(supplier), Purpose: PurposeRD, BankRef: "r", Draws: draws(w.cashIn(e1Acct), 1)}))(w)
	}},
	{RouteNotAllowed, "a settlement is instructed", func(w *world) error {
		return tries(boss1, instruct(Movement{Kind: Settlement, From: e1Acct, To: deeperAcct, Draws: draws(w.cashIn(e1Acct), face), Voucher: w.made(VoucherDue)}))(w)
	}},
	{RouteNotAllowed, "a fund buys a voucher", pays(FinancePending, VoucherFund, supplierAcct, soldPrice, "2026-02-04", func(w *world, e *Entry) {
		e.Ops[0].Movement.From, e.Ops[0].Movement.Draws[0].Lot = parentAcct, w.paidIn(face)
	})},
	{StageConflict, "a claim's movement reversed", func(w *world) error {
		return tries(boss1, step(ReversalPropose, Step{Movement: movementOf(w.made(VoucherActive)), Reason: "TYPO"}))(w)
	}},
	{StageConflict, "a claim's movement withdrawn", func(w *world) error {
		return tries(boss1, step(MovementVoid, Step{Movement: movementOf(w.made(VoucherActive))}))(w)
	}},
	{StageConflict, "a claim's movement attested", func(w *world) error {
		return tries(custodian1, step(MovementAttest, Step{Movement: movementOf(w.made(VoucherFinanced)), Level: BothBanks}))(w)
	}},
	{StageConflict, "a settlement reversed", func(w *world) error {
		return tries(custodian1, step(ReversalPropose, Step{Movement: w.voucher(w.made(VoucherSettled)).Events[2].Cash, Reason: "BANK_RETURN"}))(w)
	}},
	{StageConflict, "a settlement returned", func(w *world) error {
		return tries(custodian1, step(MovementReturn, Step{Movement: w.voucher(w.made(VoucherSettled)).Events[2].Cash, Date: today}))(w)
	}},
	{LotMovedOn, "the money that settled is taken back before it arrived", func(w *world) error {
		w.made(VoucherSettled)
		return tries(custodian1, step(ReversalPropose, Step{Movement: movementOf(w.cashIn(e1Acct)), Reason: "TYPO"}))(w)
	}},
}

func TestPaymentRefusals(t *testing.T) { refuseAll(t, paymentRefusals) }

// A rule that warns, or is off, lets through what only it forbids, and the voucher says which version it was. What no
// rule's mode softens stays refused.
func TestRulesThatOnlyWarn(t *testing.T) {
	for _, mode := range []RuleMode{Warn, Detect, Off} {
		w := newTrade(t)
		for _, id := range []string{RuleTerm, RuleIssuerBlocked, RuleTradeEvidence, RuleConsent, RuleSplit, RuleMoneyPath, RuleLicence, RulePayee} {
			w.do(officer, ruleVersion(id, 2, "2026-01-01", mode, map[string]int64{"cap_days": 1, "least_fen": 1000 * yuan, "most_pieces": 1, "most_depth": 0}))
		}
		w.do(officer, flag(e1, "BOND_DEFAULT", true))
		lot := w.made(VoucherActive) // beyond the cap of a day, by a blocked issuer
		if n := w.voucher(lot); len(n.Events[1].Rules) != 3 || n.Events[1].Rules[0] != "S-TRM-01@2" {
			t.Errorf("issued under %v", n.Events[1].Rules)
		}
		w.do(supplier1, voucherStep(VoucherDivide, onPurpose(VoucherStep{Voucher: lot, Pieces: pieces(1, face-1)})))
		if code := w.refused(core1, voucherStep(VoucherAccept, at(w.made(VoucherIssued), issueDay))); code != NotOwner {
			t.Errorf("consent of another: %s", code)
		}
		lot = w.made(VoucherDue)
		if code := w.says(w.paying(VoucherPay, lot, strangerAcct, face, maturityDay)); code != "" {
			t.Errorf("settled to a stranger: %s", code)
		}
	}
}
