package fabric

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
)

func newOutbox(t *testing.T, path string) *outbox {
	t.Helper()
	o, err := openOutbox(path)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func stored(n int) *openTx {
	key := fmt.Sprint("k", n)
	return &openTx{ID: fmt.Sprint("tx", n), Signer: officer.MSP + " " + officer.Name, Signed: []byte{byte(n), 0, 1},
		Batch: ledger.Batch{Entries: []ledger.Entry{entry(key, pay("acct:a", "acct:b", int64(n+1)))}}, IDs: []string{officer.EntryID(key)}}
}

func TestOutboxKeepsWhatIsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder? #1%", "outbox.db")
	if _, err := openOutbox(path); err == nil {
		t.Error("an outbox in no folder was opened")
	}
	path = filepath.Join(t.TempDir(), "outbox? #1%.db")
	o := newOutbox(t, path)
	var wg sync.WaitGroup
	for n := range 50 {
		wg.Go(func() {
			if err := o.store(stored(n)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for n := range 48 {
		state := []string{stateRecorded, stateInvalid, stateRejected}[n%3]
		if err := o.resolve(fmt.Sprint("tx", n), state, uint64(n), "VALID"); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.store(stored(48)); err == nil {
		t.Error("a transaction was stored twice")
	}
	if err := o.close(); err != nil {
		t.Fatal(err)
	}
	o = newOutbox(t, path)
	open, err := o.open()
	if err != nil || len(open) != 2 {
		t.Fatalf("%d transactions are open: %v", len(open), err)
	}
	for _, got := range open {
		want := stored(int(got.Signed[0]))
		if got.ID != want.ID || got.Signer != want.Signer || string(got.Signed) != string(want.Signed) || len(got.IDs) != 1 || got.IDs[0] != want.IDs[0] ||
			ledger.HashEntry(&got.Batch.Entries[0]) != ledger.HashEntry(&want.Batch.Entries[0]) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	for n, want := range map[int]string{3: "tx3", 4: "", 5: "", 49: "", 99: ""} {
		tx, block, err := o.recorded(context.Background(), officer.EntryID(fmt.Sprint("k", n)))
		if err != nil || tx != want || want != "" && block != uint64(n) {
			t.Errorf("entry %d: %q in block %d, %v", n, tx, block, err)
		}
	}
	if err := prune(o.db, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if open, err := o.open(); err != nil || len(open) != 2 {
		t.Errorf("%d transactions are open after tidying up: %v", len(open), err)
	}
	if tx, _, err := o.recorded(context.Background(), officer.EntryID("k3")); err != nil || tx != "" {
		t.Errorf("tidying up left %q, %v", tx, err)
	}
	if err := o.close(); err != nil {
		t.Error(err)
	}
}
