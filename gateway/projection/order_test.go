package projection_test

import (
	"fmt"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// TestDrawsWithinTransaction folds transactions whose movements draw on each other's lots: pages of an entry beyond the
// tenth, and entries whose identifiers stand in another order than they were recorded in. A transaction's writes come by key.
func TestDrawsWithinTransaction(t *testing.T) {
	w := newWorld(t)
	w.populate()
	const amount, ops = 1_000, 12 * ledger.PageSize
	root := ledger.LotID(w.settle(ledger.OwnFunds, "", acct1, amount, firstDate, origin(ledger.OwnMoney, "", "")), 0)
	accounts := [...]string{acct1, acct1b}
	chain := func(entry, from string, start, n int) (list []ledger.Op, last string) {
		for k := range n {
			list = append(list, ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Use, From: accounts[(start+k)%2], To: accounts[(start+k+1)%2],
				Purpose: ledger.PurposeTransfer, Amount: amount, Currency: "CNY", Date: "2025-02-03", BankRef: fmt.Sprint(entry, k), Draws: []ledger.Draw{{Lot: from, Amount: amount}}}})
			from = ledger.LotID(ledger.MovementID(entry, k), 0)
		}
		return list, from
	}
	id := func(key string) string { return ledger.EntryID(custodian1.MSP, custodian1.Name, key) }
	long, last := chain(id("long"), root, 0, ops)
	if _, err := w.l.Submit(custodian1, ledger.Entry{Key: "long", Ops: long}); err != nil {
		t.Fatal(err)
	}
	var batch ledger.Batch
	descending, start := false, ops
	for k := range 8 {
		key := fmt.Sprint("entry", k)
		var list []ledger.Op
		list, last = chain(id(key), last, start, 1)
		batch.Entries = append(batch.Entries, ledger.Entry{Key: key, Ops: list})
		descending = descending || k > 0 && id(key) < id(fmt.Sprint("entry", k-1))
		start++
	}
	if !descending {
		t.Fatal("the identifiers of the entries stand in order: the test shows nothing")
	}
	if _, err := w.l.SubmitBatch(custodian1, batch); err != nil {
		t.Fatal(err)
	}
	w.sync()
	f, err := w.db.Forest(t.Context(), projection.Everything())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	up, err := trace.Backward(t.Context(), f, last, trace.Options{Limit: trace.MaxRows})
	if err != nil || len(up.Rows) != ops+8+1 || up.Rows[len(up.Rows)-1].Lot != root {
		t.Errorf("%d rows up to the root, want %d, %v", len(up.Rows), ops+8+1, err)
	}
	down, err := trace.Forward(t.Context(), f, root, trace.Options{Limit: 1})
	if err != nil || !down.Totals.Closes() || down.Totals.Reached != amount {
		t.Errorf("%+v, %v", down, err)
	}
	if report, err := projection.Replay(t.Context(), w.db, t.TempDir(), inOrder(w.l.Blocks())); err != nil || !report.Equal {
		t.Errorf("replay %+v, %v", report, err)
	}
}
