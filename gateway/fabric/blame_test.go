package fabric

import (
	"testing"

	"fundtrace/chaincode/ledger"
)

// Lots that somebody else drew meanwhile are chosen anew; whatever else is wrong with an entry is for its caller.
func TestLotsGone(t *testing.T) {
	rows := func(codes ...ledger.Code) *ledger.Error {
		e := ledger.Refuse(ledger.BatchRefused, "refused")
		for i, c := range codes {
			e.Rows = append(e.Rows, ledger.RowError{Op: i, Code: c})
		}
		return e
	}
	omitted := rows(ledger.LotOverdrawn)
	omitted.RowsOmitted = 1
	for name, c := range map[string]struct {
		e    *ledger.Error
		want bool
	}{
		"the payment alone":                {ledger.Refuse(ledger.LotOverdrawn, "gone"), true},
		"several payments":                 {rows(ledger.LotOverdrawn, ledger.LotNotLive), true},
		"a payment and the voucher's step": {rows(ledger.LotOverdrawn, ledger.PaymentUnmatched), true},
		"many of both":                     {rows(ledger.PaymentUnmatched, ledger.LotNotLive, ledger.PaymentUnmatched), true},
		"only the step":                    {rows(ledger.PaymentUnmatched, ledger.PaymentUnmatched), false},
		"the step by itself":               {ledger.Refuse(ledger.PaymentUnmatched, "the price is another"), false},
		"another fault beside it":          {rows(ledger.LotOverdrawn, ledger.WrongPayee), false},
		"more than is listed":              {omitted, false},
	} {
		if got := lotsGone(c.e); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
