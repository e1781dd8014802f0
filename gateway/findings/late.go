package findings

import (
	"math/big"

	"fundtrace/chaincode/ledger"
)

// lateSettlement is S-SET-01: the issuer paid a voucher late, or still has not paid it, with the interest that it bears.
//
//	payment − due > grace_days, or as of − due > grace_days while something is open
//	interest = Σ of the late payments, as the ledger computed it, + open × interest_ppm_per_day × days since the last one
//
// One finding for each holder's voucher that was paid or stays open: what was split or passed on is answered for by what
// came of it. Nothing runs while a voucher is frozen. Parameters: grace_days, interest_ppm_per_day, of the version in
// force on the last late payment, or on the day of the answer where something is open. Unit: days. Detail: currency,
// late (paid late, minor units), open, interest, due. Source: State Council Order 802, 0.05 % a day where nothing is agreed.
func lateSettlement(w *world, j *judge) {
	for n := range each(w, w.nodes) {
		if n.State == ledger.VoucherDrafted || n.State == ledger.VoucherIssued || n.State == ledger.VoucherCancelled || n.State == ledger.VoucherDivided {
			continue
		}
		due := w.due(n)
		if due >= w.asOf {
			continue
		}
		at, days, late, interest, cash := latePayments(n, due)
		open := n.Open()
		switch n.State {
		case ledger.VoucherFrozen:
			open = 0
		case ledger.VoucherWrittenOff: // unpaid for good; the claim ran until it was given up
			open = n.Face - n.Settled
		}
		if open > 0 {
			at = w.asOf
			if n.State == ledger.VoucherWrittenOff {
				at = n.Events[len(n.Events)-1].Date
			}
			days = ledger.Days(due, at)
		}
		if days <= 0 {
			continue
		}
		r, grace, ok := j.limit(at, "grace_days")
		if !ok || days <= grace {
			continue
		}
		rate, ok := j.parameter(r, "interest_ppm_per_day")
		if !ok {
			continue
		}
		if open > 0 {
			interest.Add(interest, big.NewInt(ledger.LateInterest(open, rate, ledger.Days(w.bornFrom(n, due), at))))
		}
		message := "the issuer paid " + money(late, n.Currency) + " up to " + number(days) + " days late"
		if open > 0 {
			message = "the issuer has owed " + money(open, n.Currency) + " for " + number(days) + " days"
		}
		j.add(r, Finding{Kind: OfVoucher, Subject: n.Lot, Party: n.Issuer, Others: []string{n.Beneficiary()}, Date: at,
			Measured: number(days), Allowed: number(grace), Unit: Days, Message: message + ", with interest of " + moneyText(interest, n.Currency),
			Detail:   map[string]string{"currency": n.Currency, "late": number(late), "open": number(open), "interest": interest.String(), "due": due},
			Evidence: append([]string{n.Lot, n.Claim}, cash...)})
	}
}

// latePayments answers the last payment after the due date, how late it was, and the sums of all late ones.
func latePayments(n *ledger.VoucherNode, due string) (last string, days, amount int64, interest *big.Int, cash []string) {
	interest = new(big.Int)
	for _, e := range n.Events {
		if e.Op == ledger.VoucherPay && e.Date > due {
			last, days = e.Date, ledger.Days(due, e.Date)
			amount += e.Amount
			interest.Add(interest, big.NewInt(e.Interest))
			cash = append(cash, e.Cash)
		}
	}
	return last, days, amount, interest, cash
}

// bornFrom answers since when the open amount has borne interest that no payment has counted: the last late payment on the
// voucher, or on the one that it came from by recourse, or else the due date.
func (w *world) bornFrom(n *ledger.VoucherNode, due string) string {
	since := max(due, n.InterestTo)
	for n != nil {
		if last, _, _, _, _ := latePayments(n, due); last > since {
			since = last
		}
		if n.Events[0].Op != ledger.VoucherRepay {
			break
		}
		n = w.byLot[n.Parent]
	}
	return since
}
