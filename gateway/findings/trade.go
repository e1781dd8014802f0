package findings

import (
	"fundtrace/chaincode/ledger"
)

// undocumentedTransfer is S-TRF-01: a voucher was passed on, or is offered, without a document of the trade between
// transferor and transferee. Either may have filed it: with the offer, or with the answer to it. No parameters.
// Detail what: TAKEN, OFFERED. Source: 银发〔2025〕77号 (real trade behind every transfer).
func undocumentedTransfer(w *world, j *judge) {
	for n := range each(w, w.nodes) {
		var offered *ledger.VoucherEvent
		f := Finding{Kind: OfVoucher, Subject: n.Lot}
		switch {
		case n.Via == "TRANSFER" && n.Events[0].Op == ledger.VoucherTake:
			parent := w.byLot[n.Parent]
			if parent == nil { // the reader does not see it
				j.skip(FactMissing, "the offer")
				continue
			}
			if n.Events[0].Document != "" {
				continue
			}
			offered = step(parent, ledger.VoucherOffer)
			f.Party, f.Others, f.Date, f.Detail, f.Evidence = n.From, []string{n.Holder, n.Issuer}, born(n), map[string]string{"what": "TAKEN"}, []string{n.Lot, n.Parent}
			f.Message = "the voucher was passed on without a document of the trade behind it"
		case n.State == ledger.TransferPending:
			offered = step(n, ledger.VoucherOffer)
			f.Party, f.Others, f.Detail, f.Evidence = n.Holder, []string{n.Issuer}, map[string]string{"what": "OFFERED"}, []string{n.Lot}
			f.Message = "the voucher is offered without a document of the trade behind it: the transferee can still file one"
			if n.Pending != nil {
				f.Others = append(f.Others, n.Pending.To)
			}
			if offered != nil {
				f.Date = offered.Date
			}
		default:
			continue
		}
		if offered == nil || offered.Document != "" {
			continue
		}
		if r := j.on(f.Date); r != nil {
			j.add(r, f)
		}
	}
}
