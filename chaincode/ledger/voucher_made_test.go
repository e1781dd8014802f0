package ledger_test

import (
	"fmt"
	"slices"

	. "fundtrace/chaincode/ledger"
)

// made builds a voucher of 500.00 yuan that core enterprise 1 issued to its supplier and that stands in a state. From DUE
// on it has been passed on to the deeper supplier with recourse. The state "PLEDGED DUE" is DUE with a pledge standing.
func (w *world) made(state VoucherState) string {
	w.Helper()
	const face = 500 * yuan
	step := func(by Caller, op OpType, s VoucherStep) string { w.Helper(); return w.do(by, voucherStep(op, s)) }
	switch state {
	case VoucherDrafted:
		fingerprint := fmt.Sprintf("%064x", w.keys+1)
		return lot0(w.do(core1, draftOp(w.claimed(supplier1, core1, fingerprint, 600*yuan), face, issueDay, maturityDay)), 0)
	case VoucherIssued:
		lot := w.made(VoucherDrafted)
		step(core2, VoucherSign, at(lot, issueDay))
		return lot
	case VoucherActive:
		lot := w.made(VoucherIssued)
		step(supplier1, VoucherAccept, at(lot, "2026-02-02"))
		return lot
	case TransferPending:
		lot := w.made(VoucherActive)
		step(supplier1, VoucherOffer, VoucherStep{Voucher: lot, Date: "2026-02-03", To: deeper, Recourse: true})
		return lot
	case FinancePending, VoucherPledged:
		lot, by, t := w.made(VoucherActive), factor1, terms(factor, Sale, true)
		if state == VoucherPledged {
			by, t = lender1, terms(lender, Pledge, false)
		}
		step(supplier1, VoucherApply, VoucherStep{Voucher: lot, Date: "2026-02-03", Financing: t})
		step(by, VoucherRegister, VoucherStep{Voucher: lot, Date: "2026-02-03", Registration: registered("2026-02-03")})
		if state == VoucherPledged {
			w.pay(VoucherFund, lot, 300*yuan, "2026-02-04")
		}
		return lot
	case VoucherFinanced:
		lot := w.made(FinancePending)
		return w.pay(VoucherFund, lot, price(w.voucher(lot), "2026-02-04"), "2026-02-04")
	case VoucherFrozen:
		lot := w.made(VoucherActive)
		step(auditor, VoucherFreeze, VoucherStep{Voucher: lot, Date: "2026-02-03", Document: digest("f")})
		return lot
	case VoucherDivided:
		lot := w.made(VoucherActive)
		step(supplier1, VoucherDivide, VoucherStep{Voucher: lot, Date: "2026-02-03", Pieces: pieces(200*yuan, 300*yuan)})
		return lot
	case VoucherPassedOn:
		lot := w.made(TransferPending)
		step(deeper1, VoucherTake, at(lot, "2026-02-04"))
		return lot
	case VoucherDue:
		lot := lot0(step(deeper1, VoucherTake, at(w.made(TransferPending), "2026-02-04")), 0)
		step(stranger1, VoucherMature, at(lot, maturityDay))
		return lot
	case pledgedDue:
		lot := w.made(VoucherPledged)
		step(stranger1, VoucherMature, at(lot, maturityDay))
		return lot
	case PartiallySettled, VoucherSettled:
		lot := w.made(VoucherDue)
		w.pay(VoucherPay, lot, map[VoucherState]int64{PartiallySettled: 200 * yuan, VoucherSettled: face}[state], maturityDay)
		return lot
	case VoucherOverdue:
		lot := w.made(VoucherDue)
		step(officer, VoucherDefault, at(lot, "2026-02-21"))
		return lot
	case InRecourse:
		lot := w.made(VoucherOverdue)
		step(deeper1, VoucherClaim, VoucherStep{Voucher: lot, Date: "2026-02-22", Against: supplier})
		return lot
	case VoucherWrittenOff:
		lot := w.made(VoucherOverdue)
		step(deeper1, VoucherWriteOff, VoucherStep{Voucher: lot, Date: "2026-02-22", Document: digest("b")})
		return lot
	case VoucherCancelled:
		lot := w.made(VoucherActive)
		step(core1, VoucherCancel, at(lot, "2026-02-03"))
		step(supplier1, VoucherCancel, at(lot, "2026-02-03"))
		return lot
	}
	w.Fatalf("nobody knows how to make a voucher %s", state)
	return ""
}

// pledgedDue names a voucher that is DUE while a pledge stands on it: no state of the ledger.
const pledgedDue VoucherState = "PLEDGED DUE"

// everyState lists the states of the machine, in the order of a life.
var everyState = []VoucherState{VoucherDrafted, VoucherIssued, VoucherActive, TransferPending, FinancePending, VoucherFinanced, VoucherPledged, VoucherFrozen,
	VoucherDue, pledgedDue, PartiallySettled, VoucherOverdue, InRecourse, VoucherDivided, VoucherPassedOn, VoucherSettled, VoucherWrittenOff, VoucherCancelled}

// voucherOps lists the steps of the machine in the order of the operations.
func voucherOps() []OpType {
	ops := slices.DeleteFunc(Operations(), func(o OpType) bool { return len(o) < 8 || o[:8] != "voucher." })
	return ops[1:] // without the draft, which starts from no state
}

// stands reports whether a voucher made for a state stands in it.
func (w *world) stands(lot string, state VoucherState) bool {
	w.Helper()
	n := w.voucher(lot)
	return n.State == state || state == pledgedDue && n.State == VoucherDue && n.Pledgee == lender
}
