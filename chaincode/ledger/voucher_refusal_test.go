package ledger_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// tradeRefusal is a case of one code in the supply chain.
type tradeRefusal struct {
	code Code
	name string
	try  func(w *world) error
}

// takes tries a step on a voucher that was made in a state.
func takes(state VoucherState, by Caller, op OpType, s VoucherStep) func(*world) error {
	return func(w *world) error {
		s.Voucher = w.made(state)
		_, err := w.try(by, voucherStep(op, s))
		return err
	}
}

// tries tries operations that need nothing before them.
func tries(by Caller, ops ...Op) func(*world) error {
	return func(w *world) error { _, err := w.try(by, ops...); return err }
}

// pays tries a payment together with its step, changed by edit; the refusal is that of the first row.
func pays(state VoucherState, op OpType, to string, amount int64, date string, edit func(*world, *Entry)) func(*world) error {
	return func(w *world) error {
		by, e := w.paying(op, w.made(state), to, amount, date)
		if edit != nil {
			edit(w, &e)
		}
		_, err := w.record(by, e)
		if r := refusalOf(err); r.Code == BatchRefused {
			return &Error{Code: r.Rows[0].Code, Message: r.Rows[0].Message, Detail: r.Rows[0].Detail}
		}
		return err
	}
}

// drafts tries a draft on a confirmed claim of 600.00 yuan, changed by edit.
func drafts(edit func(*Voucher)) func(*world) error {
	return func(w *world) error {
		o := draftOp(w.claimed(supplier1, core1, digest("1"), 600*yuan), 500*yuan, issueDay, maturityDay)
		edit(o.Voucher)
		_, err := w.try(core1, o)
		return err
	}
}

// signs tries to issue a voucher on a claim and a draft changed by edit.
func signs(edit func(*world, *Claim, *Voucher)) func(*world) error {
	return func(w *world) error {
		ops := w.claimOps(supplier1, core1, digest("1"), 600*yuan)
		draft := draftOp("", 500*yuan, issueDay, maturityDay)
		edit(w, ops[1].Claim, draft.Voucher)
		draft.Voucher.Claim = MovementID(w.do(supplier1, ops...), 1)
		w.do(core1, claimStep(ClaimConfirm, draft.Voucher.Claim))
		lot := lot0(w.do(core1, draft), 0)
		_, err := w.try(core2, voucherStep(VoucherSign, at(lot, draft.Voucher.Date)))
		return err
	}
}

func onPurpose(s VoucherStep) VoucherStep { s.Date = "2026-02-05"; return s }

// face is what made's vouchers are worth, price of made's FINANCE_PENDING on 4 February: 16 days at 3.6 % are 0.80 yuan.
const (
	face      = 500 * yuan
	soldPrice = face - 80
)

var voucherRefusals = []tradeRefusal{
	{FieldMissing, "no piece", takes(VoucherActive, supplier1, VoucherDivide, VoucherStep{})},
	{FieldMissing, "no day of maturing", takes(VoucherActive, supplier1, VoucherMature, VoucherStep{})},
	{FieldMissing, "no document of a court", takes(VoucherActive, auditor, VoucherFreeze, VoucherStep{})},
	{FieldMissing, "no payment", takes(VoucherDue, custodian1, VoucherPay, VoucherStep{})},
	{FieldMissing, "nobody to offer to", takes(VoucherActive, supplier1, VoucherOffer, VoucherStep{})},
	{FieldInvalid, "pieces of an offer", takes(VoucherActive, supplier1, VoucherOffer, VoucherStep{To: deeper, Pieces: pieces(1)})},
	{FieldInvalid, "a recourse of a split", takes(VoucherActive, supplier1, VoucherDivide, VoucherStep{Recourse: true, Pieces: pieces(1)})},
	{FieldInvalid, "a date beside the payment's", pays(VoucherDue, VoucherPay, deeperAcct, face, maturityDay, func(_ *world, e *Entry) { e.Ops[1].VoucherStep.Date = today })},
	{FieldInvalid, "a rate above 100 %", takes(VoucherActive, supplier1, VoucherApply, VoucherStep{Financing: &Terms{Funder: factor, Mode: Sale, RatePPM: 1_000_001, DayCount: Actual360}})},
	{FieldInvalid, "a year of 366 days", takes(VoucherActive, supplier1, VoucherApply, VoucherStep{Financing: &Terms{Funder: factor, Mode: Sale, DayCount: "ACT/366"}})},
	{FieldInvalid, "cash that the writer sets", tries(custodian1, settle(Movement{Kind: Use, From: e1Acct, Payee: outsider, Purpose: PurposeRD, Draws: draws(absent+".0", 1), Cash: absent}))},
	{FieldInvalid, "use of what settles claims", tries(boss1, instruct(Movement{Kind: Use, From: e1Acct, Payee: outsider, Purpose: PurposeSettled, Draws: draws(absent+".0", 1)}))},
	{FieldInvalid, "a movement of claims", tries(custodian1, settle(Movement{Kind: VoucherTransfer, From: ClaimsAccount(e1), To: ClaimsAccount(e2), Draws: draws(absent+".0", 1), BankRef: "r"}))},
	{FieldInvalid, "another kind's voucher", tries(custodian1, settle(Movement{Kind: Use, From: e1Acct, To: deeperAcct, Purpose: PurposeRD, Draws: draws(absent+".0", 1), Voucher: absent + ".0", BankRef: "r"}))},
	{FieldInvalid, "a settlement that names no voucher", pays(VoucherDue, VoucherPay, deeperAcct, face, maturityDay, func(_ *world, e *Entry) { e.Ops[0].Movement.Voucher = "" })},
	{AmountInvalid, "a piece of nothing", takes(VoucherActive, supplier1, VoucherDivide, onPurpose(VoucherStep{Pieces: pieces(0, face)}))},
	{AmountInvalid, "a draft of nothing", drafts(func(v *Voucher) { v.Amount = 0 })},
	{CurrencyMismatch, "dollars on a claim in yuan", drafts(func(v *Voucher) { v.Currency = "USD" })},
	{DateInvalid, "acceptance after maturity", drafts(func(v *Voucher) { v.AcceptBy = v.Maturity })},
	{DateInvalid, "maturity on the day of issue", drafts(func(v *Voucher) { v.Maturity = v.Date })},
	{DateInvalid, "a step before the one before it", takes(VoucherActive, supplier1, VoucherOffer, VoucherStep{To: deeper, Date: "2026-02-01"})},
	{DateInvalid, "a payment before the voucher was due", pays(VoucherDue, VoucherPay, deeperAcct, face, "2026-02-19", nil)},
	{DateInFuture, "a draft of tomorrow", drafts(func(v *Voucher) { v.Date, v.AcceptBy, v.Maturity = "2026-03-03", "2026-03-10", "2026-04-01" })},
	{DateInFuture, "maturing tomorrow", takes(VoucherActive, officer, VoucherMature, VoucherStep{Date: "2026-03-03"})},
	{PartyUnknown, "a transferee", takes(VoucherActive, supplier1, VoucherOffer, onPurpose(VoucherStep{To: "uscc:91350100M000100Y44"}))},
	{PartyUnknown, "a funder", takes(VoucherActive, supplier1, VoucherApply, onPurpose(VoucherStep{Financing: terms("nobody", Sale, false)}))},
	{RuleMissing, "before the first version", signs(func(_ *world, _ *Claim, v *Voucher) {
		v.Date, v.AcceptBy, v.Maturity = "2025-06-14", "2025-07-01", "2025-08-01"
	})},
	{TooLarge, "a history that is full", func(w *world) error {
		lot := w.made(VoucherActive)
		for range 98 { // 2 events each, after 3: 199
			w.do(supplier1, voucherStep(VoucherOffer, VoucherStep{Voucher: lot, Date: "2026-02-03", To: deeper}),
				voucherStep(VoucherDecline, at(lot, "2026-02-03")))
		}
		_, err := w.try(supplier1, voucherStep(VoucherOffer, VoucherStep{Voucher: lot, Date: "2026-02-03", To: deeper}),
			voucherStep(VoucherDecline, at(lot, "2026-02-03")))
		rows := refusalOf(err).Rows
		if len(rows) != 1 {
			return err
		}
		w.do(auditor, voucherStep(VoucherFreeze, VoucherStep{Voucher: lot, Date: "2026-02-03", Document: digest("b")}))
		w.do(auditor, voucherStep(VoucherThaw, VoucherStep{Voucher: lot, Date: "2026-02-03", Document: digest("b")}))
		w.do(officer, voucherStep(VoucherMature, at(lot, maturityDay))) // still comes to its end
		by, e := w.paying(VoucherPay, lot, supplierAcct, 1, maturityDay)
		if code := w.says(by, e); code != TooLarge {
			w.Fatalf("a partial payment into a full history: %q", code)
		}
		w.pay(VoucherPay, lot, face, maturityDay)
		return &Error{Code: rows[0].Code, Message: rows[0].Message}
	}},
	{VoucherUnknown, "no lot", tries(supplier1, voucherStep(VoucherAccept, at("lot", "")))},
	{VoucherUnknown, "of nobody", tries(supplier1, voucherStep(VoucherAccept, at(absent+".0", "")))},
	{VoucherUnknown, "money", func(w *world) error {
		return tries(supplier1, voucherStep(VoucherDivide, VoucherStep{Voucher: w.cashIn(supplierAcct), Pieces: pieces(1, 2)}))(w)
	}},
	{VoucherUnknown, "a claim's lot", func(w *world) error {
		return tries(supplier1, voucherStep(VoucherOffer, VoucherStep{Voucher: w.claimed(supplier1, core1, digest("1"), 1) + ".0", To: deeper}))(w)
	}},
	{VoucherUnknown, "a second lot of a root", func(w *world) error {
		lot := w.made(VoucherActive)
		return tries(supplier1, voucherStep(VoucherOffer, VoucherStep{Voucher: strings.TrimSuffix(lot, "0") + "1", To: deeper}))(w)
	}},
	{VoucherUnknown, "its own movement's", tries(supplier1, voucherStep(VoucherOffer, VoucherStep{Voucher: lot0(EntryID(supplier1.MSP, supplier1.Name, "k10001"), 0), To: deeper}))},
	{VoucherConflict, "accepted twice", takes(VoucherActive, supplier1, VoucherAccept, VoucherStep{})},
	{VoucherConflict, "accepted late", takes(VoucherIssued, supplier1, VoucherAccept, VoucherStep{Date: "2026-02-11"})},
	{VoucherConflict, "issued when it could no longer be accepted", takes(VoucherDrafted, core2, VoucherSign, VoucherStep{Date: "2026-02-11"})},
	{VoucherConflict, "cancelled after it was financed", takes(VoucherFinanced, factor1, VoucherCancel, VoucherStep{})},
	{VoucherConflict, "cancelled by the same side twice", func(w *world) error {
		lot := w.made(VoucherActive)
		w.do(core1, voucherStep(VoucherCancel, at(lot, "2026-02-03")))
		return tries(core2, voucherStep(VoucherCancel, at(lot, "2026-02-03")))(w)
	}},
	{VoucherConflict, "registered twice", takes(FinancePending, factor1, VoucherRegister, VoucherStep{Registration: registered("2026-02-03")})},
	{VoucherConflict, "written off under a pledge", func(w *world) error {
		lot := w.made(pledgedDue)
		w.do(officer, voucherStep(VoucherDefault, at(lot, "2026-02-21")))
		return tries(supplier1, voucherStep(VoucherWriteOff, VoucherStep{Voucher: lot, Document: digest("b")}))(w)
	}},
	{VoucherMatured, "divided on its maturity", takes(VoucherActive, supplier1, VoucherDivide, VoucherStep{Date: maturityDay, Pieces: pieces(1, 2)})},
	{VoucherMatured, "offered after it", takes(VoucherActive, supplier1, VoucherOffer, VoucherStep{To: deeper})},
	{VoucherMatured, "taken after it", takes(TransferPending, deeper1, VoucherTake, VoucherStep{})},
	{VoucherMatured, "financing applied for", takes(VoucherActive, supplier1, VoucherApply, VoucherStep{Financing: terms(factor, Sale, false)})},
	{VoucherMatured, "financed on it", pays(FinancePending, VoucherFund, supplierAcct, face, maturityDay, nil)},
	{TermExceeded, "a day too long", signs(func(_ *world, _ *Claim, v *Voucher) { v.Maturity = "2027-02-02" })},
	{TermExceeded, "six months and a day, once the cap is six months", signs(func(w *world, _ *Claim, v *Voucher) {
		w.do(officer, ruleVersion(RuleTerm, 2, "2026-02-01", Block, map[string]int64{"cap_months": 6}))
		v.Maturity = "2026-08-02"
	})},
	{TermExceeded, "drafted before the cap was cut, signed after", func(w *world) error {
		w.do(officer, ruleVersion(RuleTerm, 2, "2026-02-03", Block, map[string]int64{"cap_months": 6}))
		lot := lot0(w.do(core1, draftOp(w.claimed(supplier1, core1, digest("1"), face), face, issueDay, "2026-12-31")), 0)
		return tries(core2, voucherStep(VoucherSign, at(lot, "2026-02-03")))(w)
	}},
	{IssuerBlocked, "an overdue voucher", func(w *world) error {
		lot := w.made(VoucherDrafted)
		w.made(VoucherOverdue)
		return tries(core2, voucherStep(VoucherSign, at(lot, issueDay)))(w)
	}},
	{IssuerBlocked, "a bond default", signs(func(w *world, _ *Claim, _ *Voucher) { w.do(officer, flag(e1, "BOND_DEFAULT", true)) })},
	{IssuerBlocked, "a voucher written off", func(w *world) error {
		lot := w.made(VoucherDrafted)
		w.made(VoucherWrittenOff)
		return tries(core2, voucherStep(VoucherSign, at(lot, issueDay)))(w)
	}},
	{ConsentRequired, "accepted by its issuer", takes(VoucherIssued, core2, VoucherAccept, VoucherStep{})},
	{ConsentRequired, "taken by who offered it", takes(TransferPending, supplier1, VoucherTake, VoucherStep{})},
	{SamePerson, "issued by who drafted it", takes(VoucherDrafted, core1, VoucherSign, VoucherStep{})},
	{SelfDealing, "offered back to its issuer", takes(VoucherActive, supplier1, VoucherOffer, onPurpose(VoucherStep{To: e1}))},
	{SelfDealing, "offered to its holder", takes(VoucherActive, supplier1, VoucherOffer, onPurpose(VoucherStep{To: supplier}))},
	{SelfDealing, "financed by its holder", takes(VoucherActive, supplier1, VoucherApply, onPurpose(VoucherStep{Financing: terms(supplier, Sale, false)}))},
	{SelfDealing, "financed by its issuer", takes(VoucherActive, supplier1, VoucherApply, onPurpose(VoucherStep{Financing: terms(e1, Pledge, false)}))},
	{SplitUnbalanced, "a fen too little", takes(VoucherActive, supplier1, VoucherDivide, onPurpose(VoucherStep{Pieces: pieces(200*yuan, 300*yuan-1)}))},
	{SplitUnbalanced, "a fen too much", takes(VoucherActive, supplier1, VoucherDivide, onPurpose(VoucherStep{Pieces: pieces(200*yuan, 300*yuan+1)}))},
	{SplitUnbalanced, "no piece at all", takes(VoucherActive, supplier1, VoucherDivide, onPurpose(VoucherStep{Pieces: []Piece{}}))},
	{SplitUnbalanced, "pieces that overflow", takes(VoucherActive, supplier1, VoucherDivide, onPurpose(VoucherStep{Pieces: pieces(math.MaxInt64, math.MaxInt64, 2+face)}))},
	{SplitLimit, "one piece", takes(VoucherActive, supplier1, VoucherDivide, onPurpose(VoucherStep{Pieces: pieces(face)}))},
	{SplitLimit, "too many", takes(VoucherActive, supplier1, VoucherDivide, onPurpose(VoucherStep{Pieces: slices.Repeat(pieces(face/100), 100)}))},
	{SplitLimit, "too small", takes(VoucherActive, supplier1, VoucherDivide, onPurpose(VoucherStep{Pieces: pieces(99, face-99)}))},
	{SplitLimit, "more than a movement draws, under no rule", func(w *world) error {
		w.do(officer, ruleVersion(RuleSplit, 2, "2026-01-01", Off, nil))
		return takes(VoucherActive, supplier1, VoucherDivide, onPurpose(VoucherStep{Pieces: slices.Repeat(pieces(face/1000), 1000)}))(w)
	}},
	{SplitLimit, "too deep", func(w *world) error {
		lot, left := w.made(VoucherActive), face
		for range 8 {
			left -= yuan
			lot = LotID(MovementID(w.do(supplier1, voucherStep(VoucherDivide, onPurpose(VoucherStep{Voucher: lot, Pieces: pieces(yuan, left)}))), 0), 1)
		}
		return tries(supplier1, voucherStep(VoucherDivide, onPurpose(VoucherStep{Voucher: lot, Pieces: pieces(yuan, left-yuan)})))(w)
	}},
}

func ruleVersion(id string, version int, from string, mode RuleMode, parameters map[string]int64) Op {
	return Op{Type: RulePublish, Rule: &Rule{ID: id, Version: version, EffectiveFrom: from, Mode: mode, Parameters: parameters, Source: "test"}}
}

func TestVoucherRefusals(t *testing.T) { refuseAll(t, voucherRefusals) }

// refuseAll tries every case and demands its code, and that what was refused left no trace.
func refuseAll(t *testing.T, cases []tradeRefusal) {
	for _, c := range cases {
		t.Run(string(c.code)+" "+c.name, func(t *testing.T) {
			t.Parallel()
			w := newTrade(t)
			err := c.try(w)
			if got := ErrorCode(err); got != c.code || refusalOf(err).Message == "" {
				t.Errorf("%v, want %s", err, c.code)
			}
			w.audit()
		})
	}
}
