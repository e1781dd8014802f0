package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// reads lists by room how many keys each step reads, besides the page of its own entry. What a step relies on must be
// there, for the commit is checked against it; what it does not need must not, for it would be a conflict too much.
var reads = map[OpType]string{
	VoucherSign:     "claim 1, invoice 1, issuer 1, rule 3, voucher 1",
	VoucherAccept:   "rule 1, voucher 1",
	VoucherReject:   "claim 1, lot 1, rule 1, voucher 1",
	VoucherLapse:    "claim 1, lot 1, voucher 1",
	VoucherDivide:   "rule 1, voucher 1",
	VoucherOffer:    "party 1, voucher 1",
	VoucherTake:     "rule 1, voucher 1",
	VoucherDecline:  "voucher 1",
	VoucherApply:    "party 1, rule 1, voucher 1",
	VoucherRegister: "voucher 1",
	VoucherFund:     "account 2, calendar 1, claim 1, entry 1, invoice 1, lot 1, mov 1, party 1, ref 1, rule 4, voucher 1",
	VoucherRefuse:   "voucher 1",
	VoucherUnpledge: "voucher 1",
	VoucherFreeze:   "voucher 1",
	VoucherThaw:     "voucher 1",
	VoucherMature:   "calendar 1, voucher 1",
	VoucherPay:      "account 2, entry 1, lot 1, mov 1, ref 1, rule 1, voucher 1",
	VoucherDefault:  "issuer 1, rule 1, voucher 1",
	VoucherClaim:    "voucher 1",
	VoucherRepay:    "account 2, entry 1, lot 1, mov 1, ref 1, rule 1, voucher 2",
	VoucherWriteOff: "issuer 1, voucher 1",
	VoucherCancel:   "claim 1, lot 1, voucher 1", // of a draft
}

func TestWhatStepsRead(t *testing.T) {
	for _, op := range voucherOps() {
		t.Run(string(op), func(t *testing.T) {
			w := newTrade(t)
			state := everyState[slices.IndexFunc(everyState, func(s VoucherState) bool { return startsFrom(op, s) })]
			lot := w.made(state)
			if op == VoucherRegister {
				w = newTrade(t)
				lot = w.unregistered(terms(factor, Sale, false))
			}
			by := actors[slices.IndexFunc(actors, func(c Caller) bool { return w.says(c, w.entryOf(op, lot)) == "" })]
			e := w.entryOf(op, lot)
			if s := e.Ops[len(e.Ops)-1].VoucherStep; s.Cash != "" {
				s.Cash = MovementID(EntryID(by.MSP, by.Name, e.Key), 0)
			}
			tx := w.Begin(by)
			if _, _, err := Apply(&Batch{Entries: []Entry{e}}, by, now, tx); err != nil {
				t.Fatal(err)
			}
			rooms := map[string]int{}
			for _, key := range tx.ReadKeys() {
				if key != PageKey(EntryID(by.MSP, by.Name, e.Key), 0) {
					rooms[key[:strings.IndexByte(key, '/')]]++
				}
			}
			var got []string
			for room, n := range rooms {
				got = append(got, fmt.Sprint(room, " ", n))
			}
			slices.Sort(got)
			if list := strings.Join(got, ", "); list != reads[op] {
				t.Errorf("%s by %s reads %s, want %s", op, by.Name, list, reads[op])
			}
		})
	}
}

// A bulk of steps costs a handful of round trips, however many vouchers, claims and invoices it touches.
func TestBulkStepsCostFewTrips(t *testing.T) {
	w := newTrade(t)
	const claims, each = 20, 5
	var lots []string
	for i := range claims {
		claim := w.claimed(supplier1, core1, fmt.Sprintf("%064x", i), each*1000*yuan)
		var drafts []Op
		for range each {
			drafts = append(drafts, draftOp(claim, 1000*yuan, issueDay, maturityDay))
		}
		entry := w.do(core1, drafts...)
		for k := range each {
			lots = append(lots, lot0(entry, k))
		}
	}
	bulk := func(by Caller, op OpType, s VoucherStep) {
		t.Helper()
		e := Entry{Key: w.key()}
		for _, lot := range lots {
			s.Voucher = lot
			e.Ops = append(e.Ops, voucherStep(op, s))
		}
		view := &countingView{View: w}
		if _, _, err := Apply(&Batch{Entries: []Entry{e}}, by, now, view); err != nil {
			t.Fatal(err)
		}
		if view.trips > 4 {
			t.Errorf("%s of %d vouchers takes %d round trips", op, len(lots), view.trips)
		}
		if _, err := w.record(by, e); err != nil {
			t.Fatal(err)
		}
	}
	bulk(core2, VoucherSign, VoucherStep{Date: issueDay})
	bulk(supplier1, VoucherAccept, VoucherStep{Date: issueDay})
	bulk(supplier1, VoucherOffer, VoucherStep{Date: issueDay, To: deeper})
	bulk(deeper1, VoucherDecline, VoucherStep{Date: issueDay})
	bulk(officer, VoucherMature, VoucherStep{Date: maturityDay})
	bulk(officer, VoucherDefault, VoucherStep{Date: today})
	w.audit()
}
