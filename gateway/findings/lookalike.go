package findings

import (
	"cmp"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
)

// lookAlikes is S-FIN-03N: invoices with different fingerprints that share partial ones, so that they agree in particulars
// that should tell them apart. One may be the other with a digit changed, financed a second time.
//
//	invoices that carry one partial fingerprint > most_alike
//
// One finding for each set of invoices, under the latest of them. Parameter: most_alike. Unit: count.
// Detail shared: the partial fingerprints that all of them carry. Source: practice against double financing.
func lookAlikes(w *world, j *judge) {
	carry := map[string][]*ledger.Invoice{}
	for i := range each(w, w.invoices) {
		if i.Cancelled != nil || i.Date > w.asOf {
			continue
		}
		for _, near := range slices.Compact(slices.Sorted(slices.Values(i.Near))) {
			carry[near] = append(carry[near], i)
		}
	}
	type set struct {
		invoices []*ledger.Invoice
		shared   int64
	}
	sets := map[string]*set{}
	for _, list := range carry {
		if len(list) < 2 {
			continue
		}
		names := make([]string, len(list))
		for k, i := range list { // by fingerprint, as the world has them
			names[k] = i.Fingerprint
		}
		key := strings.Join(names, " ")
		if sets[key] == nil {
			sets[key] = &set{invoices: list}
		}
		sets[key].shared++
	}
	for _, s := range sets { // findings are put in order afterwards
		latest := slices.MaxFunc(s.invoices, func(a, b *ledger.Invoice) int {
			return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Fingerprint, b.Fingerprint))
		})
		r, most, ok := j.limit(latest.Date, "most_alike")
		if n := int64(len(s.invoices)); ok && n > most {
			evidence, others := []string{}, []string{latest.Buyer}
			for _, i := range s.invoices {
				evidence, others = append(evidence, i.Fingerprint), append(others, i.Seller, i.Buyer)
			}
			j.add(r, Finding{Kind: OfInvoice, Subject: latest.Fingerprint, Party: latest.Seller, Others: others, Date: latest.Date,
				Measured: number(n), Allowed: number(most), Unit: Count, Message: number(n) + " invoices look alike and are registered as different ones: compare them",
				Detail: map[string]string{"shared": number(s.shared)}, Evidence: evidence})
		}
	}
}
