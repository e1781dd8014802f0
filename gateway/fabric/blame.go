package fabric

import (
	"slices"

	"fundtrace/chaincode/ledger"
)

// blame finds the jobs at fault for the refusal of a batch, each with its own error. It answers false when the refusal
// names no operation.
//
// The chaincode goes on after a refused operation in order to list them all, so an entry of several operations that is
// refused may have drawn lots before its fault, and a later entry is then refused for want of what that one took. Entries
// behind such a one are not blamed yet: without it they get another hearing.
func blame(refusal *ledger.Error, jobs []*job) (map[*job]*ledger.Error, bool) {
	if len(jobs) == 1 && len(refusal.Rows) == 0 {
		return map[*job]*ledger.Error{jobs[0]: refusal}, true
	}
	rows := map[int][]ledger.RowError{}
	for _, r := range refusal.Rows {
		if r.Entry >= 0 && r.Entry < len(jobs) {
			rows[r.Entry] = append(rows[r.Entry], r)
		}
	}
	if len(rows) == 0 {
		return nil, false
	}
	own := map[*job]*ledger.Error{}
	for i, j := range jobs {
		if len(rows[i]) == 0 {
			continue
		}
		own[j] = ownError(j, rows[i])
		if len(j.entry.Ops) > 1 {
			own[j].RowsOmitted = refusal.RowsOmitted // of this entry or of those behind it
			break
		}
	}
	return own, true
}

// ownError is what the chaincode would have answered to the entry alone.
func ownError(j *job, rows []ledger.RowError) *ledger.Error {
	// A key that was used for something else is refused once, beside the first operation.
	if r := rows[0]; len(j.entry.Ops) == 1 || r.Code == ledger.IdempotencyConflict {
		return &ledger.Error{Code: r.Code, Message: r.Message, Detail: r.Detail}
	}
	e := ledger.Refuse(ledger.BatchRefused, "nothing of the entry was recorded: correct or leave out the operations listed and send it again")
	for _, r := range rows {
		r.Entry = 0
		e.Rows = append(e.Rows, r)
	}
	return e
}

// onlyCodes reports whether the error, or every row of it, has one of the codes.
func onlyCodes(e *ledger.Error, codes ...ledger.Code) bool {
	if len(e.Rows) == 0 {
		return slices.Contains(codes, e.Code)
	}
	if e.RowsOmitted > 0 {
		return false
	}
	for _, r := range e.Rows {
		if !slices.Contains(codes, r.Code) {
			return false
		}
	}
	return true
}

// lotsGone reports whether lots that were chosen are what an entry is refused for, and nothing else. A step that goes
// against a payment is refused with it, for want of the payment: that is no fault of its own.
func lotsGone(e *ledger.Error) bool {
	if onlyCodes(e, ledger.LotOverdrawn, ledger.LotNotLive) {
		return true
	}
	gone := slices.ContainsFunc(e.Rows, func(r ledger.RowError) bool { return r.Code == ledger.LotOverdrawn || r.Code == ledger.LotNotLive })
	return gone && onlyCodes(e, ledger.LotOverdrawn, ledger.LotNotLive, ledger.PaymentUnmatched)
}
