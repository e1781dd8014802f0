package findings

import (
	"fundtrace/chaincode/ledger"
)

// paymentClock is S-TRM-03: a large enterprise pays a small or medium one later than it may, counted from delivery. What
// counts is the issuer's own money: that a holder sold the voucher to a funder before, at its own cost, does not stop the
// clock. A voucher that is not paid yet counts until its due date, and beyond it until now. Where the payment keeps its
// limit, the day of issue is held against its own. Claims that no voucher was issued on are not looked at: how they were
// paid is not recorded.
//
//	last payment of the issue − delivery > cash_days, or issue − delivery > issue_days
//
// Parameters: cash_days, issue_days, each only if set. Unit: days. Sizes are those recorded in the claim, as at signing.
// Source: State Council Order 802, 60 days from delivery; Art. 3 for the sizes, Art. 11 for vouchers.
func paymentClock(w *world, j *judge) {
	for root := range each(w, w.roots) {
		claim := w.claimByID[root.Claim]
		if claim == nil || root.State == ledger.VoucherCancelled {
			continue
		}
		if claim.DeliveryDate == "" || claim.CreditorSize == "" || claim.DebtorSize == "" {
			j.skip(FactMissing, "delivery date or sizes of the claim")
			continue
		}
		if claim.DebtorSize != "LARGE" || claim.CreditorSize == "LARGE" {
			continue
		}
		issued := signed(root)
		r := j.on(issued)
		if r == nil {
			continue
		}
		if !w.closed(root) {
			j.skip(FactMissing, "what others hold of the voucher")
			continue
		}
		paid, how, payments := w.lastPayment(root)
		f := Finding{Kind: OfVoucher, Subject: root.Root, Party: root.Issuer, Others: []string{claim.Creditor}, Date: issued, Unit: Days,
			Detail:   map[string]string{"delivery": claim.DeliveryDate, "issued": issued, "paid": paid, "payment": how},
			Evidence: append([]string{root.Root, claim.ID}, payments...)}
		cash, hasCash := r.Parameters["cash_days"]
		issue, hasIssue := r.Parameters["issue_days"]
		if !hasCash && !hasIssue {
			j.skip(ParameterMissing, "cash_days")
			continue
		}
		if days := ledger.Days(claim.DeliveryDate, paid); hasCash && days > cash {
			f.Detail["what"], f.Measured, f.Allowed = "CASH", number(days), number(cash)
			f.Message = "the supplier delivered on " + claim.DeliveryDate + " and is paid " + map[string]string{"MADE": "", "DUE": "only when the voucher is due, ", "OUTSTANDING": "not even now, "}[how] +
				number(days) + " days later; " + number(cash) + " are allowed"
			j.add(r, f)
		} else if days := ledger.Days(claim.DeliveryDate, issued); hasIssue && days > issue {
			f.Detail["what"], f.Measured, f.Allowed = "ISSUE", number(days), number(issue)
			f.Message = "the supplier delivered on " + claim.DeliveryDate + " and was given the voucher " + number(days) + " days later; " + number(issue) + " are allowed"
			j.add(r, f)
		}
	}
}

// lastPayment answers the day on which the last part of an issue was paid, is due, or is still owed; which of these it
// is (MADE, DUE, OUTSTANDING); and the payments made.
func (w *world) lastPayment(root *ledger.VoucherNode) (day, how string, payments []string) {
	how = "MADE"
	for _, n := range w.trees[root.Root] {
		for _, e := range n.Events {
			if e.Op == ledger.VoucherPay {
				day = max(day, e.Date)
				payments = append(payments, e.Cash)
			}
		}
	}
	for _, n := range w.trees[root.Root] {
		if n.State != ledger.VoucherWrittenOff && n.Open() == 0 {
			continue
		}
		if due := w.due(n); due < w.asOf || n.State == ledger.VoucherWrittenOff {
			return w.asOf, "OUTSTANDING", payments
		} else if due >= day {
			day, how = due, "DUE"
		}
	}
	return day, how, payments
}
