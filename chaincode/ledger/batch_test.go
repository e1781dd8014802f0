package ledger_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// A refused batch lists every offending operation with its place, and nothing else of it is recorded.
func TestBatchRefusalListsRows(t *testing.T) {
	w := newWorld(t)
	lot := w.paidIn(10 * yuan)
	pay := func(amount int64, to string) Op {
		return instruct(Movement{Kind: Disbursement, From: parentAcct, To: to, Draws: draws(lot, amount)})
	}
	before := len(w.Keys(""))
	batch := &Batch{Entries: []Entry{
		{Key: "a", Ops: []Op{pay(yuan, e1Acct), pay(yuan, "acct:nobody"), pay(9*yuan, e1Acct), pay(1, e1Acct)}},
		{Key: "", Ops: []Op{pay(yuan, e1Acct)}},
		{Key: "c", Ops: []Op{{Type: "x"}}},
	}}
	writes, _, err := Apply(batch, parentMgr, now, w)
	e := refusalOf(err)
	if e.Code != BatchRefused || writes != nil {
		t.Fatalf("%v", err)
	}
	got := ""
	for _, r := range e.Rows {
		got += fmt.Sprintf("%d/%d %s; ", r.Entry, r.Op, r.Code)
	}
	if want := "0/1 ACCOUNT_UNKNOWN; 0/3 LOT_OVERDRAWN; 1/0 FIELD_MISSING; 2/0 UNKNOWN_OPERATION; "; got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
	many := Entry{Key: "many"}
	for range MaxRowErrors + 17 {
		many.Ops = append(many.Ops, pay(yuan, "acct:nobody"))
	}
	_, _, err = Apply(&Batch{Entries: []Entry{many}}, parentMgr, now, w)
	if e := refusalOf(err); len(e.Rows) != MaxRowErrors || e.RowsOmitted != 17 {
		t.Errorf("%d rows, %d omitted", len(e.Rows), e.RowsOmitted)
	}
	if len(w.Keys("")) != before {
		t.Error("a refused batch left a trace")
	}
}

// 2,000 instructions on one lot are one read and few writes: 40 pages, the lot and the payee's index.
func TestLargeBatchCostsFewKeys(t *testing.T) {
	const n = 2000
	w := newWorld(t)
	batch, err := DecodeBatch(largeBatch(w, n))
	if err != nil {
		t.Fatal(err)
	}
	tx := w.Begin(parentMgr)
	view := &countingView{View: tx}
	writes, result, err := Apply(batch, parentMgr, now, view)
	if err != nil {
		t.Fatal(err)
	}
	if want := n/PageSize + 2; len(writes) != want {
		t.Errorf("%d writes, want %d", len(writes), want)
	}
	if keys := len(tx.ReadKeys()); view.trips > 2 || keys > 8 {
		t.Errorf("%d keys read in %d round trips", keys, view.trips)
	}
	for _, wr := range writes {
		if strings.HasPrefix(wr.Key, EntryRoom) && len(wr.Value) > 32<<10 {
			t.Errorf("page %s has %d bytes", wr.Key, len(wr.Value))
		}
	}
	if err := tx.Put(writes); err != nil {
		t.Fatal(err)
	}
	w.Commit(tx)
	b := w.audit()
	if len(b.movements) != n+1 {
		t.Errorf("%d movements", len(b.movements))
	}
	// The last of them can be found, and its bank can confirm a thousand in one trip as well.
	var confirm Entry
	confirm.Key = "confirm"
	for i := range 1000 {
		confirm.Ops = append(confirm.Ops, step(MovementDebit, Step{Movement: MovementID(result.Entries[0].Entry, n-1-i), Date: today, BankRef: fmt.Sprint("d", i)}))
	}
	view = &countingView{View: w}
	if _, _, err := Apply(&Batch{Entries: []Entry{confirm}}, custodian1, now, view); err != nil || view.trips > 3 {
		t.Errorf("confirming: %d round trips, %v", view.trips, err)
	}
}

type countingView struct {
	View
	trips int
}

func (v *countingView) Read(keys []string) ([][]byte, error) {
	v.trips++
	return v.View.Read(keys)
}

// Operations of one entry see what earlier ones did, so that a gateway can chain money through in one transaction.
func TestChainInOneEntry(t *testing.T) {
	w := newWorld(t)
	entry := EntryID(custodian1.MSP, custodian1.Name, "chain")
	lot := func(n int) string { return LotID(MovementID(entry, n), 0) }
	e := Entry{Key: "chain", Ops: []Op{
		settle(Movement{Kind: Contribution, To: parentAcct, Amount: 10 * yuan, Origin: budget(bureau), BankRef: "1"}),
		settle(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot(0), 6*yuan), BankRef: "2"}),
		settle(Movement{Kind: Use, From: e1Acct, Payee: outsider, Purpose: PurposeRD, Draws: draws(lot(1), 6*yuan), BankRef: "3"}),
	}}
	tx := w.Begin(custodian1)
	writes, _, err := Apply(&Batch{Entries: []Entry{e}}, custodian1, now, tx)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range tx.ReadKeys() {
		if strings.HasPrefix(k, LotRoom+entry) || strings.HasPrefix(k, MovementRoom+entry) {
			t.Errorf("read %s, which only this transaction can make", k)
		}
	}
	_ = tx.Put(writes)
	w.Commit(tx)
	w.audit()
	e.Key, e.Ops[2].Movement.Draws = "chain-2", draws(LotID(MovementID(EntryID(custodian1.MSP, custodian1.Name, "chain-2"), 2), 0), 6*yuan)
	if _, _, err := Apply(&Batch{Entries: []Entry{{Key: "chain-2", Ops: e.Ops[2:]}}}, custodian1, now, w); ErrorCode(err) != LotUnknown {
		t.Errorf("a movement that draws on what comes later: %v", err)
	}
}

func TestIdempotency(t *testing.T) {
	w := newWorld(t)
	e := Entry{Key: "once", Ops: []Op{settle(Movement{Kind: Contribution, To: parentAcct, Amount: yuan, Origin: budget(bureau), BankRef: "1"})}}
	id, err := w.record(custodian1, e)
	if err != nil {
		t.Fatal(err)
	}
	writes, result, err := Apply(&Batch{Entries: []Entry{e}}, custodian1, now.AddDate(0, 0, 3), w)
	if err != nil || len(writes) != 0 || !result.Entries[0].Replayed || result.Entries[0].Entry != id {
		t.Errorf("again, three days later: %v %+v %v", writes, result, err)
	}
	// The same key is another's business: another writer's entry is another entry.
	if got := EntryID(custodian2.MSP, custodian2.Name, "once"); got == id {
		t.Error("two writers share an entry")
	}
	// A batch may repeat an old entry beside a new one, and two new ones may not share a key.
	fresh := Entry{Key: "fresh", Ops: []Op{party("other:fresh", Private)}}
	if _, result, err := Apply(&Batch{Entries: []Entry{e, fresh, e}}, custodian1, now, w); err != nil || !result.Entries[0].Replayed || result.Entries[1].Replayed || !result.Entries[2].Replayed {
		t.Errorf("old beside new: %+v, %v", result, err)
	}
	_, _, err = Apply(&Batch{Entries: []Entry{fresh, fresh}}, custodian1, now, w)
	if refused := refusalOf(err); len(refused.Rows) != 1 || refused.Rows[0].Code != IdempotencyConflict || refused.Rows[0].Entry != 1 {
		t.Errorf("one key twice: %v", err)
	}
	body, _ := json.Marshal(e)
	var changed Entry
	_ = json.Unmarshal(body, &changed)
	changed.Ops[0].Movement.Memo = "corrected"
	if _, err := w.record(custodian1, changed); ErrorCode(err) != IdempotencyConflict {
		t.Errorf("other content: %v", err)
	}
}
