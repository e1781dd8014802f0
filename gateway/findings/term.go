package findings

import (
	"fundtrace/chaincode/ledger"
)

// longTerm is S-TRM-02: a voucher runs longer than usual, so that the bank has to look at the reasons and the custom of
// the trade before it finances. maturity > issue + usual_months. Parameter: usual_months. Unit: days.
// Source: 银发〔2025〕77号 Art. 11.
func longTerm(w *world, j *judge) {
	for n := range each(w, w.roots) {
		if n.State == ledger.VoucherCancelled {
			continue
		}
		r, months, ok := j.limit(signed(n), "usual_months")
		if !ok {
			continue
		}
		last := ledger.AddMonths(n.Issued, int(min(months, 1200)))
		if n.Maturity <= last {
			continue
		}
		days := ledger.Days(n.Issued, n.Maturity)
		j.add(r, Finding{Kind: OfVoucher, Subject: n.Root, Party: n.Issuer, Others: []string{n.Holder}, Date: signed(n),
			Measured: number(days), Allowed: number(ledger.Days(n.Issued, last)), Unit: Days,
			Message:  "the voucher runs " + number(days) + " days, until " + n.Maturity + "; " + number(months) + " months, until " + last + ", are usual: look at the reasons before financing it",
			Evidence: []string{n.Root, n.Claim}})
	}
}
