package findings

import (
	"fundtrace/chaincode/ledger"
)

// priorSearch is S-FIN-02: a financing was registered at the movable-asset registry without a search of it shortly
// before, so that an earlier registration, which prevails, could go unnoticed. Vouchers and reserved invoices alike.
//
//	0 ≤ registration − search ≤ before_days, and the search's result is filed
//
// Parameter: before_days. Unit: days; Measured is empty where no search was made. Detail what: NONE, OLD, AFTER,
// NO_RESULT. Source: Civil Code Art. 768 (民法典): of several assignees, who registered first prevails.
func priorSearch(w *world, j *judge) {
	for n := range each(w, w.nodes) {
		f := Finding{Kind: OfVoucher, Subject: n.Lot, Others: []string{financed(n), n.Issuer}, Evidence: []string{n.Lot}}
		switch {
		case n.Financing != nil:
			f.Party, f.Evidence = n.Financing.Funder, append(f.Evidence, n.Financing.Cash)
			searched(j, &n.Financing.Registration, f)
		case n.State == ledger.FinancePending && n.Pending != nil && n.Pending.Registration != nil: // it can still search
			f.Party = n.Pending.To
			searched(j, n.Pending.Registration, f)
		}
	}
	for i := range each(w, w.invoices) {
		for _, r := range i.Reservations {
			if r.Registration != nil && r.Registration.Date <= w.asOf { // financed, perhaps released since
				searched(j, r.Registration, Finding{Kind: OfInvoice, Subject: i.Fingerprint, Party: r.Funder, Others: []string{i.Seller, i.Buyer}, Evidence: []string{i.Fingerprint, r.ID}})
			}
		}
	}
}

func searched(j *judge, g *ledger.Registration, f Finding) {
	r, before, ok := j.limit(g.Date, "before_days")
	if !ok {
		return
	}
	var what, message string
	switch days := ledger.Days(g.Searched, g.Date); {
	case g.Searched == "":
		what, message = "NONE", "no search of the registry before the registration is recorded"
	case days < 0:
		what, message = "AFTER", "the registry was searched on "+g.Searched+", after the registration"
		f.Measured = number(days)
	case days > before:
		what, message = "OLD", "the registry was searched "+number(days)+" days before the registration; "+number(before)+" are allowed"
		f.Measured = number(days)
	case g.Search == "":
		what, message = "NO_RESULT", "the registry was searched on "+g.Searched+", and its result is not filed"
		f.Measured = number(days)
	default:
		return
	}
	f.Date, f.Allowed, f.Unit, f.Message = g.Date, number(before), Days, message
	f.Detail = map[string]string{"what": what, "registration": g.Number}
	j.add(r, f)
}
