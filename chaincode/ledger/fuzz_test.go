package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	. "fundtrace/chaincode/ledger"
)

// refusalOnly demands that an error is a refusal with a code and a message that can cross the wire.
func refusalOnly(t *testing.T, err error) {
	t.Helper()
	e := refusalOf(err)
	if e.Code == "" || e.Message == "" || !utf8.ValidString(e.JSON()) {
		t.Fatalf("no refusal: %#v", err)
	}
}

// What is read reads the same again from its own canonical form, and anything else is refused as such.
func FuzzDecodeBatch(f *testing.F) {
	for _, s := range []string{`{"entries":[{"key":"k","ops":[{"type":"voucher.split","voucher_step":{"voucher":"v","pieces":[{"amount":"1"},{"amount":"2"}]}},{"type":"rule.publish","rule":{"id":"S","version":1,"parameters":{"b":1,"a":2}}}]}]}`,
		`{"entries":[{"key":"k","ops":[{"type":"invoice.reserve","invoice_step":{"amount":"0","registration":{}}},{"type":"voucher.apply","voucher_step":{"pieces":[],"financing":{"rate_ppm":-1}}}]}]}`,
		`{"entries":[{"key":"k","ops":[{"type":"movement.void","step":{"movement":"m"}}]}]}`, amountBody(`"1"`), amountBody(`"-0"`),
		amountBody(`"007"`), `{"entries":null}`, `[`, "\xff", `{"entries":[{"KEY":"k","ops":[{"type":"x","type":"y"}]}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		batch, err := DecodeBatch(data)
		if err != nil {
			refusalOnly(t, err)
			return
		}
		canonical, err := json.Marshal(batch)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeBatch(canonical)
		if err != nil {
			t.Fatalf("%s reads as %s, which is refused: %v", data, canonical, err)
		}
		for i := range batch.Entries {
			if HashEntry(&batch.Entries[i]) != HashEntry(&again.Entries[i]) {
				t.Fatalf("%s changes when it is read again", canonical)
			}
		}
	})
}

// Every identifier that is accepted has exactly one spelling, and its parts make it up again.
func FuzzSplitLotID(f *testing.F) {
	entry := EntryID("a", "b", "c")
	for _, s := range []string{entry + ".0.0", entry + ".49.499", entry + ".01.0", entry + ".1.+1", entry + "..0", "", "x.y.z", entry + ".1000000.1000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if movement, k, err := SplitLotID(id); err == nil {
			if LotID(movement, k) != id {
				t.Errorf("lot %q has another spelling, %q", id, LotID(movement, k))
			}
			if _, _, err := SplitMovementID(movement); err != nil {
				t.Errorf("lot %q is of no movement: %v", id, err)
			}
		} else {
			refusalOnly(t, err)
		}
		if entry, n, err := SplitMovementID(id); err == nil {
			if MovementID(entry, n) != id || n < 0 {
				t.Errorf("movement %q has another spelling, %q", id, MovementID(entry, n))
			}
			if !strings.HasPrefix(PageKey(entry, n), EntryRoom+entry+"/") {
				t.Errorf("page %q of movement %q", PageKey(entry, n), id)
			}
		}
	})
}

// Two writers or keys that differ anywhere have different entries.
func FuzzEntryID(f *testing.F) {
	f.Add("a", "bc", "d", "ab", "c", "d")
	f.Add("1:a", "b", "c", "", "1:a1:b", "c")
	f.Add("BankMSP", "x", "k", "BankMSP", "x", "k")
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g string) {
		same := a == d && b == e && c == g
		if (EntryID(a, b, c) == EntryID(d, e, g)) != same {
			t.Errorf("%q %q %q and %q %q %q", a, b, c, d, e, g)
		}
	})
}

// An accepted identifier is safe in a state key and in one line of text.
func FuzzCheckIdentifier(f *testing.F) {
	for _, s := range []string{"uscc:91350100M000100Y43", "lei:506700GE1G29325QX363", "iati:XM-DAC-41114", "pid:7f3a9c01", "other:沈阳", "uscc:", ":", "pid:11010519491231002X"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if err := CheckIdentifier(id); err != nil {
			refusalOnly(t, err)
			if err.Code != IdentifierInvalid && err.Code != PersonalData {
				t.Errorf("%q: %s", id, err.Code)
			}
			return
		}
		if !utf8.ValidString(id) || strings.ContainsAny(id, " \t\r\n\x00\u3000\U0010FFFF") || len(id) > 130 {
			t.Errorf("%q passes", id)
		}
	})
}

// Whatever batch anybody sends, Apply answers or refuses, and the promises hold after what it accepted.
func FuzzApply(f *testing.F) {
	lot := func(by Caller, key string, n int) string {
		return LotID(MovementID(EntryID(by.MSP, by.Name, key), n), 0)
	}
	seeds := []Batch{
		{Entries: []Entry{{Key: "a", Ops: []Op{settle(Movement{Kind: Contribution, To: parentAcct, Amount: 100, Origin: budget(bureau), BankRef: "1", Commitment: govPromise}),
			settle(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot(custodian1, "a", 0), 60), BankRef: "2"}),
			settle(Movement{Kind: Use, From: e1Acct, Payee: outsider, Purpose: PurposeRD, Draws: draws(lot(custodian1, "a", 1), 60), BankRef: "3"})}}}},
		{Entries: []Entry{{Key: "b", Ops: []Op{instruct(Movement{Kind: Disbursement, From: parentAcct, To: e2Acct, Draws: draws(lot(custodian1, "seed-1", 0), 60), Expires: today})}}}},
		{Entries: []Entry{{Key: "c", Ops: []Op{step(MovementDebit, Step{Movement: MovementID(EntryID(parentMgr.MSP, parentMgr.Name, "seed-2"), 0), Date: today, BankRef: "4"})}},
			{Key: "d", Ops: []Op{step(ReversalPropose, Step{Movement: MovementID(EntryID(custodian1.MSP, custodian1.Name, "seed-1"), 0), Reason: "TYPO"})}}}},
		{Entries: []Entry{{Key: "e", Ops: []Op{party(outsider, Private), {Type: DocumentRecord, Document: &Document{SHA256: strings.Repeat("a", 64), Size: 1, MediaType: "a/b", Subject: subFund}}}}}},
	}
	for who := range 5 {
		for _, s := range seeds {
			body, err := json.Marshal(s)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(uint8(who), body)
		}
	}
	f.Fuzz(func(t *testing.T, who uint8, data []byte) {
		batch, err := DecodeBatch(data)
		if err != nil {
			return
		}
		w := newWorld(t)
		// Some money and an instruction to work on, under keys that the seeds know.
		if _, err := w.record(custodian1, Entry{Key: "seed-1", Ops: []Op{settle(Movement{Kind: Contribution, To: parentAcct, Amount: 100, Origin: budget(bureau), BankRef: "s"})}}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.record(parentMgr, Entry{Key: "seed-2", Ops: []Op{instruct(Movement{Kind: Disbursement, From: parentAcct, To: e2Acct, Draws: draws(lot(custodian1, "seed-1", 0), 40)})}}); err != nil {
			t.Fatal(err)
		}
		by := []Caller{custodian1, parentMgr, officer, boss1, custodian2}[int(who)%5]
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
		if err := tx.Put(writes); err != nil {
			t.Fatal(err)
		}
		w.Commit(tx)
		w.audit()
		if again, _, err := Apply(batch, by, now, w); err != nil || len(again) > 0 {
			t.Fatalf("sent again: %v, %d writes", err, len(again))
		}
	})
}
