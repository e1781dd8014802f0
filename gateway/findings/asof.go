package findings

import (
	"slices"
	"time"

	"fundtrace/chaincode/ledger"
)

// stood answers the voucher as it stood at the end of a day, nil if it did not exist yet. What later steps changed is
// taken back as far as rules look at it; who waited for an answer then is not told, nor a pledge released since.
func stood(n *ledger.VoucherNode, asOf string) *ledger.VoucherNode {
	if len(n.Events) == 0 || n.Events[0].Date > asOf {
		return nil
	}
	last := len(n.Events)
	for last > 0 && n.Events[last-1].Date > asOf {
		last--
	}
	if last == len(n.Events) {
		return n
	}
	then := *n
	then.Events = n.Events[:last]
	then.State, then.Pending, then.Settled, then.Interest = n.Events[last-1].State, nil, 0, 0
	matured := false
	for _, e := range then.Events {
		if e.Op == ledger.VoucherPay {
			then.Settled += e.Amount
			then.Interest += e.Interest
		}
		matured = matured || e.Op == ledger.VoucherMature
	}
	if !matured {
		then.Due = ""
	}
	if then.InterestTo > asOf {
		then.InterestTo = ""
	}
	if then.Defaulted > asOf {
		then.Defaulted = ""
	}
	if then.Financing != nil && then.Financing.Date > asOf {
		then.Financing, then.Pledgee = nil, ""
	}
	return &then
}

// born is the day on which the voucher came into being: of its draft, or of the step that made it.
func born(n *ledger.VoucherNode) string { return n.Events[0].Date }

// signed is the day on which the issuer bound itself: a draft may be dated earlier.
func signed(n *ledger.VoucherNode) string {
	if e := step(n, ledger.VoucherSign); e != nil {
		return e.Date
	}
	return n.Issued
}

// step answers the last event of a kind, nil where there is none.
func step(n *ledger.VoucherNode, op ledger.OpType) *ledger.VoucherEvent {
	for i := range slices.Backward(n.Events) {
		if n.Events[i].Op == op {
			return &n.Events[i]
		}
	}
	return nil
}

// outstanding is what the issuer still owes on the voucher: nothing before it is issued.
func outstanding(n *ledger.VoucherNode) int64 {
	if n.State == ledger.VoucherDrafted {
		return 0
	}
	return n.Open()
}

// due is the day on which the issuer has to pay: the maturity, or the next day on which banks are open.
func (w *world) due(n *ledger.VoucherNode) string {
	if n.Due != "" {
		return n.Due
	}
	due, err := ledger.DueDate(n.Maturity, func(year int) (*ledger.Calendar, error) { return w.calendars[year], nil })
	if err != nil { // a calendar that closes banks for a month is broken; the ledger refuses to mature by it
		return n.Maturity
	}
	return due
}

// unpaid is what of an issue its issuer had not paid by the end of a day, in minor units: given up or not.
func (w *world) unpaid(root *ledger.VoucherNode, date string) int64 {
	left := root.Face
	for _, n := range w.trees[root.Root] {
		for _, e := range n.Events {
			if e.Op == ledger.VoucherPay && e.Date <= date {
				left -= e.Amount
			}
		}
	}
	return left
}

// closed reports whether the reader sees what became of all of an issue.
func (w *world) closed(root *ledger.VoucherNode) bool {
	left := root.Face
	for _, n := range w.trees[root.Root] {
		left -= n.Settled + n.Open()
		if n.State == ledger.VoucherWrittenOff {
			left -= n.Face - n.Settled
		}
	}
	return left == 0 || root.State == ledger.VoucherCancelled
}

// financed answers the party that got the funder's money.
func financed(n *ledger.VoucherNode) string {
	if n.Financing != nil && n.Financing.Mode == ledger.Sale {
		return n.From
	}
	return n.Holder
}

// addDays is the day n days after a date.
func addDays(date string, n int64) string {
	d, _ := time.Parse(time.DateOnly, date)
	return d.AddDate(0, 0, int(min(n, million))).Format(time.DateOnly)
}
