package ledger_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	. "fundtrace/chaincode/ledger"
)

// newGallery is a world with one voucher in every state; gallery answers them in the order of everyState.
var newGallery = snapshot(func(w *world) {
	if err := w.restore(newTrade(failing{})); err != nil {
		w.Fatal(err)
	}
	for _, state := range everyState {
		if state == VoucherOverdue { // what follows is of a blocked issuer: unblocked for each in turn
			break
		}
		w.made(state)
	}
	for _, state := range []VoucherState{VoucherDivided, VoucherPassedOn, VoucherSettled, VoucherCancelled, VoucherOverdue} {
		w.made(state)
	}
	w.do(officer, ruleVersion(RuleIssuerBlocked, 2, "2026-01-01", Warn, nil))
	w.made(InRecourse)
	w.made(VoucherWrittenOff)
})

// gallery lists every voucher of the world, in the order of their keys.
func (w *world) gallery() []string {
	w.Helper()
	keys := w.Keys(VoucherRoom)
	for i, k := range keys {
		keys[i] = k[len(VoucherRoom):]
	}
	return keys
}

// settleOrRefuse applies a batch: a refusal has a code and writes nothing; what is accepted keeps every promise, and sent
// again it is recognised.
func settleOrRefuse(t *testing.T, w *world, by Caller, batch *Batch) {
	t.Helper()
	tx := w.Begin(by)
	writes, _, err := Apply(batch, by, now, tx)
	if err != nil {
		refusalOnly(t, err)
		if writes != nil {
			t.Fatal("a refusal came with writes")
		}
		return
	}
	for i, x := range writes {
		if i > 0 && writes[i-1].Key >= x.Key || !utf8.ValidString(x.Key) || len(x.Value) == 0 {
			t.Fatalf("write %d: %q = %q", i, x.Key, x.Value)
		}
	}
	seen := observe(w)
	if err := tx.Put(writes); err != nil {
		t.Fatal(err)
	}
	w.Commit(tx)
	w.audit()
	seen.catchUp()
	if again, _, err := Apply(batch, by, now, w); err != nil || len(again) > 0 {
		t.Fatalf("sent again: %v, %d writes", err, len(again))
	}
}

// Whatever batch anybody sends about invoices, claims and vouchers in any state, Apply answers or refuses.
func FuzzTrade(f *testing.F) {
	w := newGallery(f)
	add := func(by Caller, e Entry) {
		for i, who := range actors {
			if who == by {
				body, err := json.Marshal(Batch{Entries: []Entry{e}})
				if err != nil {
					f.Fatal(err)
				}
				f.Add(uint8(i), body)
			}
		}
	}
	for _, lot := range w.gallery() {
		for _, op := range voucherOps() {
			if startsFrom(op, w.voucher(lot).State) {
				for _, by := range actors {
					if e := w.entryOf(op, lot); w.says(by, e) == "" {
						add(by, e)
						break
					}
				}
			}
		}
	}
	add(supplier1, Entry{Key: "a", Ops: w.claimOps(supplier1, core1, digest("1"), 600*yuan)})
	add(core1, Entry{Key: "b", Ops: []Op{claimStep(ClaimConfirm, must(ReadVoucher(w, w.gallery()[0])).Claim), draftOp(absent, 1, issueDay, maturityDay)}})
	add(supplier1, Entry{Key: "c", Ops: []Op{invoiceOp(digest("1"), supplier, e1, 1), invoiceStep(InvoiceCancel, InvoiceStep{Fingerprint: digest("1")})}})
	add(officer, Entry{Key: "d", Ops: []Op{flag(e1, "BILL_OVERDUE", true), ruleVersion(RuleTerm, 2, today, Off, nil),
		{Type: CalendarPublish, Calendar: &Calendar{Year: 2026, Version: 1, Source: "x", Holidays: []string{today}}}}})
	f.Fuzz(func(t *testing.T, who uint8, data []byte) {
		batch, err := DecodeBatch(data)
		if err != nil {
			return
		}
		settleOrRefuse(t, newGallery(t), actors[int(who)%len(actors)], batch)
	})
}

// Any step of any voucher with any fields, by anybody, alone or with a payment before it.
func FuzzVoucherStep(f *testing.F) {
	for i := range 40 {
		f.Add(uint8(i), uint8(i*7), uint8(i*3), uint8(i), "2026-02-22", yuan, deeper, "x", int64(i))
	}
	f.Fuzz(func(t *testing.T, who, which, step, fields uint8, date string, amount int64, party, text string, more int64) {
		w := newGallery(t)
		by := actors[int(who)%len(actors)]
		lots := append(w.gallery(), w.cashIn(e1Acct), absent+".0", text)
		lot := lots[int(which)%len(lots)]
		ops := append(voucherOps(), VoucherDraft, MovementSettle, OpType(text))
		op := ops[int(step)%len(ops)]
		e := Entry{Key: "fuzz"}
		s := VoucherStep{Voucher: lot, Date: date, Reason: text}
		for bit, set := range []func(){
			func() { s.To = party },
			func() { s.Pieces = pieces(amount, more) },
			func() {
				s.Financing = &Terms{Funder: party, Mode: Sale, RatePPM: more, DayCount: Actual365, Recourse: amount%2 == 0}
			},
			func() {
				s.Registration = &Registration{Number: text, Date: date, Description: digest("a"), Searched: date}
			},
			func() { s.Against, s.Recourse = party, more%2 == 0 },
			func() { s.Document = digest("b") },
			func() { s.Date = "" },
			func() {
				kind := []Kind{Financing, Settlement, Recourse}[uint64(more)%3]
				e.Ops = append(e.Ops, settle(Movement{Kind: kind, From: acctOf(by.Party), To: acctOf(party), Draws: draws(lot, amount), Voucher: lot, Date: date, BankRef: text}))
				s.Cash = MovementID(EntryID(by.MSP, by.Name, "fuzz"), 0)
			},
		} {
			if fields>>bit&1 == 1 {
				set()
			}
		}
		e.Ops = append(e.Ops, voucherStep(op, s))
		settleOrRefuse(t, w, by, &Batch{Entries: []Entry{e}})
	})
}
