package projection_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

var service = ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleService, Name: "gateway@finance"}

// anchored records the n-th anchor of a stream.
func (w *world) anchored(by ledger.Caller, stream string, n int64) {
	w.t.Helper()
	a := ledger.Anchor{Stream: stream, Day: fmt.Sprintf("2025-06-%02d", n), Sequence: n, Head: sha(fmt.Sprint(n)), Count: 3 * n}
	if n > 1 {
		a.Previous = sha(fmt.Sprint(n - 1))
	}
	w.submit(by, ledger.Op{Type: ledger.AnchorRecord, Anchor: &a})
}

// Every anchor is kept, though the state holds only the last, and streams of two organisations stay apart.
func TestAnchors(t *testing.T) {
	w := newWorld(t)
	w.populate()
	for n := range int64(4) {
		w.anchored(service, "gateway", n+1)
	}
	w.anchored(custodian1, "gateway", 1)
	w.anchored(service, "another", 1)
	w.sync()
	got, err := w.db.Anchors(context.Background(), "FinanceMSP/gateway", 1, 2)
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, a := range got {
		n := int64(i + 2)
		if a.ID != "FinanceMSP/gateway" || a.Sequence != n || a.Head != sha(fmt.Sprint(n)) || a.Previous != sha(fmt.Sprint(n-1)) || a.Count != 3*n ||
			a.Writer.Role != ledger.RoleService || a.Block == 0 || a.Tx == "" || a.At == "" {
			t.Errorf("anchor %d is %+v", n, a)
		}
	}
	if all, err := w.db.Anchors(context.Background(), "FinanceMSP/gateway", 0, 0); err != nil || len(all) != 4 {
		t.Errorf("all: %d, %v", len(all), err)
	}
	if none, err := w.db.Anchors(context.Background(), "AuditMSP/gateway", 0, 0); err != nil || len(none) != 0 {
		t.Errorf("an unknown stream: %v, %v", none, err)
	}
	streams, err := w.db.AnchorStreams(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	last := ""
	for _, a := range streams {
		last += fmt.Sprintf("%s %d; ", a.ID, a.Sequence)
	}
	if last != "BankMSP/gateway 1; FinanceMSP/another 1; FinanceMSP/gateway 4; " {
		t.Errorf("streams %s", last)
	}
}

// A block in which an anchor does not follow the one before is not the ledger's.
func TestAnchorLeftOut(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.anchored(service, "gateway", 1)
	w.sync()
	tx := w.l.Begin(service)
	second := fmt.Sprintf(`{"stream":"gateway","day":"2025-06-03","sequence":"3","head":%q,"count":"9","writer":{"msp":"FinanceMSP","role":"service","name":"x"},"at":"x"}`, sha("3"))
	if err := tx.Put([]ledger.Write{{Key: ledger.AnchorRoom + "FinanceMSP/gateway", Value: []byte(second)}}); err != nil {
		t.Fatal(err)
	}
	w.l.Commit(tx)
	blocks := w.l.Blocks()
	db, err := projection.Open(filepath.Join(t.TempDir(), "readmodel.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var alarm *projection.Alarm
	if err := db.Apply(blocks...); !errors.As(err, &alarm) || alarm.Reason != projection.Contradiction {
		t.Errorf("%v", err)
	}
}
