package ledger_test

import (
	"testing"

	. "fundtrace/chaincode/ledger"
)

// passed offers a voucher and lets it be taken, with or without recourse; it answers the new holder's voucher.
func (w *world) passed(lot string, from, to Caller, recourse bool, date string) string {
	w.Helper()
	w.do(from, voucherStep(VoucherOffer, VoucherStep{Voucher: lot, Date: date, To: to.Party, Recourse: recourse}))
	return lot0(w.do(to, voucherStep(VoucherTake, at(lot, date))), 0)
}

func (w *world) defaulted(lot, date string) {
	w.Helper()
	w.do(officer, voucherStep(VoucherMature, at(lot, date)), voucherStep(VoucherDefault, at(lot, date)))
}

func (w *world) overdue(issuer string) int {
	w.Helper()
	var i Issuer
	w.read(IssuerRoom+issuer, &i)
	return i.Overdue
}

// back claims recourse against who passed the voucher on and has it paid; it answers the payer's voucher.
func (w *world) back(lot string, by Caller, date string) string {
	w.Helper()
	n := w.voucher(lot)
	w.do(by, voucherStep(VoucherClaim, VoucherStep{Voucher: lot, Date: date, Against: n.From}))
	return w.pay(VoucherRepay, lot, n.Open(), date)
}

// Recourse goes back hop by hop along the recorded path, even where the path crosses itself: the supplier passes its
// voucher to the deeper one, who passes it to a stranger, who passes it back to the supplier, who sells it. Each payer gets
// the place it had when it passed the voucher on; the default is one, and over when the issuer pays.
func TestRecourseOverSeveralHops(t *testing.T) {
	w := newTrade(t)
	first := w.made(VoucherActive)
	second := w.passed(first, supplier1, deeper1, true, "2026-02-03")
	third := w.passed(second, deeper1, stranger1, true, "2026-02-03")
	fourth := w.passed(third, stranger1, supplier1, true, "2026-02-03")
	w.do(supplier1, voucherStep(VoucherApply, VoucherStep{Voucher: fourth, Date: "2026-02-03", Financing: terms(factor, Sale, true)}))
	w.do(factor1, voucherStep(VoucherRegister, VoucherStep{Voucher: fourth, Date: "2026-02-03", Registration: registered("2026-02-03")}))
	lot := w.pay(VoucherFund, fourth, soldPrice, "2026-02-04")

	day := "2026-02-21"
	for hop, c := range []struct {
		by, payer Caller
		former    string // the voucher whose place the payer takes
	}{
		{factor1, supplier1, fourth}, {supplier1, stranger1, third}, {stranger1, deeper1, second}, {deeper1, supplier1, first},
	} {
		w.defaulted(lot, day)
		if got := w.overdue(e1); got != 1 {
			t.Fatalf("hop %d: %d overdue", hop, got)
		}
		for _, other := range []string{factor, supplier, deeper, stranger, e1} {
			if other != c.payer.Party {
				if code := w.refused(c.by, voucherStep(VoucherClaim, VoucherStep{Voucher: lot, Date: day, Against: other})); code != RecourseRefused {
					t.Errorf("hop %d: recourse against %s: %q", hop, other, code)
				}
			}
		}
		lot = w.back(lot, c.by, day)
		n, former := w.voucher(lot), w.voucher(c.former)
		if n.Holder != c.payer.Party || n.State != VoucherActive || n.Tier != former.Tier || n.Via != former.Via || n.From != former.From ||
			n.FromLot != former.FromLot || n.Recourse != former.Recourse || n.Face != face || n.Defaulted != day {
			t.Fatalf("hop %d: %+v\nformer %+v", hop, n, former)
		}
	}
	// The first supplier has nobody to go back to, may not cancel what was passed on, and is paid in the end.
	w.defaulted(lot, day)
	if code := w.refused(supplier1, voucherStep(VoucherClaim, VoucherStep{Voucher: lot, Date: day, Against: e1})); code != RecourseRefused {
		t.Errorf("recourse against the issuer: %q", code)
	}
	w.pay(VoucherPay, lot, face, "2026-02-25")
	if w.overdue(e1) != 0 || w.voucher(lot).State != VoucherSettled {
		t.Errorf("%d overdue, %s", w.overdue(e1), w.voucher(lot).State)
	}
	w.audit()
}

// A voucher that came back is no longer its payee's to cancel: its issuer has defaulted, and the claim stays used.
func TestNoCancelAfterRecourse(t *testing.T) {
	w := newTrade(t)
	lot := w.back(w.made(VoucherOverdue), deeper1, "2026-02-22")
	for _, by := range []Caller{core1, supplier1} {
		if code := w.refused(by, voucherStep(VoucherCancel, at(lot, "2026-02-22"))); code != VoucherConflict {
			t.Errorf("by %s: %q", by.Name, code)
		}
	}
}

// What was paid before the recourse stays paid, and interest runs once: 200.00 of 500.00 yuan on the tenth day, recourse on
// the fifteenth, the rest on the twentieth day after maturity, at 0.05 % a day.
func TestPartialSettlementThenRecourse(t *testing.T) {
	w := newTrade(t)
	lot := w.made(VoucherDue)
	w.do(officer, voucherStep(VoucherDefault, at(lot, "2026-02-21")))
	w.pay(VoucherPay, lot, 200*yuan, "2026-02-25")
	if n := w.voucher(lot); n.State != VoucherOverdue || n.Open() != 300*yuan || n.Interest != 125 || n.Events[3].DaysLate != 5 { // 500.00 × 5 × 0.0005 = 1.25
		t.Errorf("%+v", n)
	}
	child := w.back(lot, deeper1, "2026-02-27")
	if n := w.voucher(child); n.Face != 300*yuan || n.Holder != supplier || n.InterestTo != "2026-02-25" {
		t.Errorf("%+v", n)
	}
	if n := w.voucher(lot); n.State != VoucherPassedOn || n.Settled != 200*yuan || n.Open() != 0 {
		t.Errorf("%+v", n)
	}
	w.do(officer, voucherStep(VoucherMature, at(child, today)))
	w.pay(VoucherPay, child, 300*yuan, today)
	n := w.voucher(child)
	if e := n.Events[2]; n.State != VoucherSettled || e.DaysLate != 10 || e.Interest != 75 || n.Interest != 75 { // 300.00 × 5 × 0.0005 = 0.75
		t.Errorf("%+v", n)
	}
	if w.overdue(e1) != 0 {
		t.Errorf("%d overdue", w.overdue(e1))
	}
	w.audit()
}

// A pledge outlives the maturity: the issuer pays the pledgee. When the loan is repaid in another way the pledgee frees the
// voucher, and the recourse is the holder's again.
func TestPledgeThenDefault(t *testing.T) {
	w := newTrade(t)
	lot := w.passed(w.made(VoucherActive), supplier1, deeper1, true, "2026-02-03")
	w.do(deeper1, voucherStep(VoucherApply, VoucherStep{Voucher: lot, Date: "2026-02-03", Financing: terms(lender, Pledge, false)}))
	w.do(lender1, voucherStep(VoucherRegister, VoucherStep{Voucher: lot, Date: "2026-02-03", Registration: registered("2026-02-03")}))
	w.pay(VoucherFund, lot, 300*yuan, "2026-02-03")
	if n := w.voucher(lot); n.Beneficiary() != lender || n.Holder != deeper || n.Financing.Net != 300*yuan || n.Financing.Discount != 0 {
		t.Errorf("%+v", n)
	}
	w.defaulted(lot, "2026-02-21")
	w.pay(VoucherPay, lot, 100*yuan, "2026-02-21") // to the lender
	for by, op := range map[*Caller]Op{
		&deeper1: voucherStep(VoucherClaim, VoucherStep{Voucher: lot, Against: supplier}),
		&lender1: voucherStep(VoucherUnpledge, VoucherStep{Voucher: lot, Date: "2026-02-20"}), // before the default
	} {
		if code := w.refused(*by, op); code != VoucherConflict && code != DateInvalid {
			t.Errorf("%s by %s: %q", op.Type, by.Name, code)
		}
	}
	w.do(lender1, voucherStep(VoucherUnpledge, at(lot, "2026-02-22")))
	if n := w.voucher(lot); n.State != VoucherOverdue || n.Beneficiary() != deeper {
		t.Errorf("%+v", n)
	}
	if code := w.refused(lender1, voucherStep(VoucherUnpledge, at(lot, today))); code != VoucherConflict {
		t.Errorf("freed twice: %q", code)
	}
	if n := w.voucher(w.back(lot, deeper1, "2026-02-23")); n.Holder != supplier || n.Face != 400*yuan || n.Pledgee != "" || n.Financing != nil {
		t.Errorf("%+v", n)
	}
	w.audit()
}

// Pieces are cancelled one by one, by the issuer and who still has them from the issue; the claim gets exactly those back.
func TestCancelAfterSplit(t *testing.T) {
	w := newTrade(t)
	root := w.made(VoucherActive)
	claim := w.voucher(root).Claim
	entry := w.do(supplier1, voucherStep(VoucherDivide, VoucherStep{Voucher: root, Date: "2026-02-03", Pieces: pieces(100*yuan, 150*yuan, 250*yuan)}))
	kept, passed, sold := LotID(MovementID(entry, 0), 0), LotID(MovementID(entry, 0), 1), LotID(MovementID(entry, 0), 2)
	child := w.passed(passed, supplier1, deeper1, false, "2026-02-04")
	w.do(supplier1, voucherStep(VoucherApply, VoucherStep{Voucher: sold, Date: "2026-02-04", Financing: terms(factor, Sale, false)}))
	for lot, holder := range map[string]Caller{root: supplier1, passed: supplier1, child: deeper1, sold: supplier1} {
		for _, by := range []Caller{core1, holder} {
			if code := w.refused(by, voucherStep(VoucherCancel, at(lot, "2026-02-05"))); code != VoucherConflict {
				t.Errorf("%s by %s: %q", w.voucher(lot).State, by.Name, code)
			}
		}
	}
	w.do(supplier1, voucherStep(VoucherCancel, at(kept, "2026-02-05")))
	w.do(core2, voucherStep(VoucherCancel, at(kept, "2026-02-05")))
	if r := must(ReadClaim(w, claim)); r.Left != 200*yuan || w.voucher(kept).State != VoucherCancelled {
		t.Errorf("%d left, %s", r.Left, w.voucher(kept).State)
	}
	// The asking is forgotten when something else happens in between.
	w.do(supplier1, voucherStep(VoucherRefuse, at(sold, "2026-02-05")), voucherStep(VoucherCancel, at(sold, "2026-02-05")),
		voucherStep(VoucherOffer, VoucherStep{Voucher: sold, Date: "2026-02-05", To: deeper}), voucherStep(VoucherDecline, at(sold, "2026-02-05")))
	w.do(core1, voucherStep(VoucherCancel, at(sold, "2026-02-05")))
	if n := w.voucher(sold); n.State != VoucherActive || n.Cancels != e1 {
		t.Errorf("%+v", n)
	}
	w.audit()
}

// Each defaulted voucher counts once against its issuer, whatever becomes of it, and a written-off one leaves its flag.
func TestOverdueCount(t *testing.T) {
	w := newTrade(t)
	one, two, three := w.made(VoucherDue), w.made(VoucherDue), w.made(VoucherDue)
	for _, lot := range []string{one, two, three} {
		w.do(officer, voucherStep(VoucherDefault, at(lot, "2026-02-21")))
	}
	if w.overdue(e1) != 3 {
		t.Fatalf("%d overdue", w.overdue(e1))
	}
	w.pay(VoucherPay, one, face, "2026-02-22")
	w.do(deeper1, voucherStep(VoucherWriteOff, VoucherStep{Voucher: two, Document: digest("b")}))
	three = w.back(three, deeper1, "2026-02-22")
	if w.overdue(e1) != 1 {
		t.Fatalf("%d overdue, the one that came back is left", w.overdue(e1))
	}
	w.do(officer, voucherStep(VoucherMature, at(three, today)), voucherStep(VoucherDefault, at(three, today)))
	w.do(auditor, voucherStep(VoucherFreeze, VoucherStep{Voucher: three, Document: digest("b")}), voucherStep(VoucherThaw, VoucherStep{Voucher: three, Document: digest("b")}))
	w.pay(VoucherPay, three, face, today)
	var i Issuer
	w.read(IssuerRoom+e1, &i)
	if i.Overdue != 0 || len(i.Flags) != 1 || i.Flags[0] != "WRITTEN_OFF" || !i.Blocked() {
		t.Errorf("%+v", i)
	}
	w.do(officer, flag(e1, "WRITTEN_OFF", false))
	w.do(core2, voucherStep(VoucherSign, at(w.made(VoucherDrafted), issueDay)))
}

// A bank records a payment of the due date when the default has been stated already: it is in time all the same.
func TestPaymentRecordedAfterTheDefault(t *testing.T) {
	w := newTrade(t)
	lot := w.made(VoucherOverdue)
	if code := w.says(w.paying(VoucherPay, lot, deeperAcct, face, "2026-02-19")); code != DateInvalid {
		t.Errorf("before it was due: %q", code)
	}
	w.pay(VoucherPay, lot, face, maturityDay)
	if n := w.voucher(lot); n.State != VoucherSettled || n.Interest != 0 || n.Events[3].DaysLate != 0 || w.overdue(e1) != 0 {
		t.Errorf("%+v, %d overdue", n, w.overdue(e1))
	}
}

// A voucher is due on its due date however late somebody says so, so that nobody makes a payment of that day late.
func TestMaturingLateMakesNobodyLate(t *testing.T) {
	w := newTrade(t)
	lot := w.made(VoucherActive)
	w.do(stranger1, voucherStep(VoucherMature, at(lot, today)))
	w.pay(VoucherPay, lot, face, maturityDay)
	n := w.voucher(lot)
	if n.State != VoucherSettled || n.Interest != 0 || n.Events[4].DaysLate != 0 || n.Due != maturityDay || n.Events[3].Date != maturityDay {
		t.Errorf("%+v", n)
	}
}
