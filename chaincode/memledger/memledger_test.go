package memledger_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

var someone = ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: "uscc:110000000000010117", Name: "officer@finance"}

// put commits one value in a block of its own.
func put(t *testing.T, l *memledger.Ledger, key, value string) {
	t.Helper()
	tx := l.Begin(someone)
	if err := tx.PutState(key, []byte(value)); err != nil {
		t.Fatal(err)
	}
	if c := l.Commit(tx); !c.Txs[0].Valid() {
		t.Fatalf("put %s: %s", key, c.Txs[0].Code)
	}
}

func codes(c memledger.Commit) []peer.TxValidationCode {
	var out []peer.TxValidationCode
	for _, o := range c.Txs {
		out = append(out, o.Code)
	}
	return out
}

func TestOwnWritesAreInvisible(t *testing.T) {
	l := memledger.New()
	put(t, l, "a", "1")
	tx := l.Begin(someone)
	if err := tx.PutState("a", []byte("2")); err != nil {
		t.Fatal(err)
	}
	if v, _ := tx.GetState("a"); string(v) != "1" {
		t.Fatalf("read %q, want the committed value", v)
	}
	l.Commit(tx)
	if v, _ := l.Read([]string{"a", "b"}); string(v[0]) != "2" || v[1] != nil {
		t.Fatalf("after commit: %q", v)
	}
}

func TestValidation(t *testing.T) {
	const (
		valid   = peer.TxValidationCode_VALID
		mvcc    = peer.TxValidationCode_MVCC_READ_CONFLICT
		phantom = peer.TxValidationCode_PHANTOM_READ_CONFLICT
	)
	read := func(key string) func(*memledger.Tx) { return func(tx *memledger.Tx) { _, _ = tx.GetState(key) } }
	write := func(key string) func(*memledger.Tx) {
		return func(tx *memledger.Tx) { _ = tx.PutState(key, []byte("new")) }
	}
	remove := func(key string) func(*memledger.Tx) { return func(tx *memledger.Tx) { _ = tx.DelState(key) } }
	scan := func(start, end string, most int) func(*memledger.Tx) {
		return func(tx *memledger.Tx) {
			it, _ := tx.GetStateByRange(start, end)
			for range most {
				if it.HasNext() {
					_, _ = it.Next()
				}
			}
		}
	}
	both := func(steps ...func(*memledger.Tx)) func(*memledger.Tx) {
		return func(tx *memledger.Tx) {
			for _, s := range steps {
				s(tx)
			}
		}
	}
	for _, c := range []struct {
		name          string
		first, second func(*memledger.Tx)
		want          peer.TxValidationCode // of the second
	}{
		{"blind writes do not conflict", write("a"), write("a"), valid},
		{"reads do not conflict", read("a"), read("a"), valid},
		{"read of a changed key", write("a"), both(read("a"), write("z")), mvcc},
		{"read of a deleted key", remove("a"), read("a"), mvcc},
		{"read of an absent key that appears", write("q"), read("q"), mvcc},
		{"read of another key", write("a"), read("b"), valid},
		{"range with an insertion", write("b5"), scan("b", "d", 10), phantom},
		{"range with a deletion", remove("b"), scan("b", "d", 10), phantom},
		{"range with a change", write("c"), scan("b", "d", 10), phantom},
		{"change at the excluded end", write("d"), scan("b", "d", 10), valid},
		{"insertion in a chunk that was fetched but not looked at", write("b5"), scan("a", "d", 1), phantom},
		{"insertion in an empty range", write("q5"), scan("q", "r", 1), phantom},
		{"insertion beyond the fetched chunks", write("n/250a"), scan("n/", "n0", 150), valid},
		{"change of the row read ahead", write("n/200"), scan("n/", "n0", 150), phantom},
		{"change after the row read ahead", write("n/201"), scan("n/", "n0", 150), valid},
		{"open range with an insertion", write("zz"), scan("o", "", 10), phantom},
		{"paginated range is not protected", write("b5"), func(tx *memledger.Tx) { _, _, _ = tx.GetStateByRangeWithPagination("b", "d", 5, "") }, valid},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, sameBlock := range []bool{true, false} {
				l := memledger.New()
				start := l.Begin(someone)
				for _, k := range []string{"a", "b", "c", "d"} {
					write(k)(start)
				}
				for i := range 300 {
					write(fmt.Sprintf("n/%03d", i))(start)
				}
				l.Commit(start)
				one, two := l.Begin(someone), l.Begin(someone)
				c.first(one)
				c.second(two)
				var got []peer.TxValidationCode
				if sameBlock {
					got = codes(l.Commit(one, two))
				} else {
					got = append(codes(l.Commit(one)), codes(l.Commit(two))...)
				}
				if got[0] != valid || got[1] != c.want {
					t.Errorf("same block %v: %v, want the second %v", sameBlock, got, c.want)
				}
			}
		})
	}
}

func TestInvalidTransactionChangesNothing(t *testing.T) {
	l := memledger.New()
	put(t, l, "a", "1")
	one, two := l.Begin(someone), l.Begin(someone)
	for _, tx := range []*memledger.Tx{one, two} {
		_, _ = tx.GetState("a")
		_ = tx.PutState("a", []byte(tx.GetTxID()))
	}
	l.Commit(one, two)
	if v, _ := l.Read([]string{"a"}); string(v[0]) != one.GetTxID() {
		t.Fatal("the second of two conflicting transactions was applied")
	}
	if c := l.Commit(one); c.Txs[0].Code != peer.TxValidationCode_DUPLICATE_TXID {
		t.Fatalf("a transaction sent twice is %s", c.Txs[0].Code)
	}
}

func TestAbsentBeforeAndAfterStillConflictsWithinABlock(t *testing.T) {
	l := memledger.New()
	one, two := l.Begin(someone), l.Begin(someone)
	_ = one.DelState("ghost")
	_, _ = two.GetState("ghost")
	if got := codes(l.Commit(one, two)); got[1] != peer.TxValidationCode_MVCC_READ_CONFLICT {
		t.Fatalf("got %v", got)
	}
}

func TestPagination(t *testing.T) {
	l := memledger.New()
	for _, k := range []string{"h/1", "h/2", "h/3", "h/4", "h/5", "i"} {
		put(t, l, k, k)
	}
	tx, seen, bookmark := l.Begin(someone), "", ""
	for page := 0; ; page++ {
		it, meta, err := tx.GetStateByRangeWithPagination("h/", "h0", 2, bookmark)
		if err != nil {
			t.Fatal(err)
		}
		for it.HasNext() {
			kv, err := it.Next()
			if err != nil {
				t.Fatal(err)
			}
			seen += kv.Key + " "
		}
		if bookmark = meta.GetBookmark(); bookmark == "" {
			if page != 2 {
				t.Errorf("%d pages, want 3", page+1)
			}
			break
		}
	}
	if seen != "h/1 h/2 h/3 h/4 h/5 " {
		t.Errorf("saw %s", seen)
	}
	if tx.PutState("x", []byte("1")) == nil {
		t.Error("a write after a paginated query was taken")
	}
	writer := l.Begin(someone)
	_ = writer.PutState("x", []byte("1"))
	if _, _, err := writer.GetStateByRangeWithPagination("h/", "h0", 2, ""); err == nil {
		t.Error("a paginated query after a write was taken")
	}
}

func TestWriteBatch(t *testing.T) {
	l := memledger.New()
	tx := l.Begin(someone)
	tx.StartWriteBatch()
	_ = tx.PutState("b", []byte("1"))
	_ = tx.PutState("a", []byte("2"))
	if len(tx.Writes()) != 0 {
		t.Fatal("written before the batch was finished")
	}
	if err := tx.FinishWriteBatch(); err != nil {
		t.Fatal(err)
	}
	if w := tx.Writes(); len(w) != 2 || w[0].Key != "a" || w[1].Key != "b" {
		t.Fatalf("writes %v", w)
	}
	if tx.PutState("", []byte("1")) == nil || tx.PutState("x", nil) == nil {
		t.Error("an empty key or value was taken")
	}
}

func TestContractEndToEnd(t *testing.T) {
	l := memledger.New()
	entry := ledger.Entry{Key: "k", Ops: []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: "uscc:91000000MA0000058L", Kind: ledger.Private}}}}
	first, err := l.Submit(someone, entry)
	if err != nil {
		t.Fatal(err)
	}
	if first.Entry != ledger.EntryID(someone.MSP, someone.Name, "k") || first.Block != 1 || first.Replayed {
		t.Errorf("receipt %+v", first)
	}
	again, err := l.Submit(someone, entry)
	if err != nil || !again.Replayed || again.Entry != first.Entry {
		t.Errorf("again: %+v, %v", again, err)
	}
	if w := l.Commits()[1].Txs[0].Writes; len(w) != 0 {
		t.Errorf("a replay wrote %v", w)
	}
	entry.Ops[0].Party.Kind = ledger.Foreign
	if _, err = l.Submit(someone, entry); ledger.ErrorCode(err) != ledger.IdempotencyConflict {
		t.Errorf("same key, other content: %v", err)
	}
	if h := l.Height(); h != 3 {
		t.Errorf("height %d: a refusal left a block", h)
	}
	if _, err := l.Evaluate(someone, "Party", "uscc:91000000MA0000058L"); err != nil {
		t.Error(err)
	}
	if _, err := l.Evaluate(someone, "NoSuchFunction"); err == nil {
		t.Error("an unknown function was answered")
	}
	late := memledger.New(memledger.WithClock(func() time.Time { return time.Date(2031, 5, 1, 0, 0, 0, 0, time.UTC) }))
	if _, err := late.Submit(someone, entry); err != nil {
		t.Errorf("on another day: %v", err)
	}
}

// Gateways submit from many goroutines while others read blocks.
func TestConcurrentUse(t *testing.T) {
	const writers, each = 4, 5
	l := memledger.New()
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range each {
				id := fmt.Sprintf("other:%d-%d", w, i)
				if _, err := l.Submit(someone, ledger.Entry{Key: id, Ops: []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: id, Kind: ledger.Private}}}}); err != nil {
					t.Error(err)
				}
				if _, err := l.Evaluate(someone, "Party", id); err != nil {
					t.Error(err)
				}
				_ = l.Blocks()
			}
		})
	}
	group.Wait()
	if got := len(l.Keys(ledger.PartyRoom)); got != writers*each || l.Height() != writers*each+1 {
		t.Errorf("%d parties, height %d", got, l.Height())
	}
}
