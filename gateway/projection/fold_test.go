package projection_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// storyBlocks are the blocks of a whole story, of money and of vouchers.
func storyBlocks(t testing.TB) []*common.Block {
	w := newWorld(t)
	w.trading()
	w.story()
	w.deal()
	return w.l.Blocks()
}

func openNew(t testing.TB) *projection.DB {
	t.Helper()
	db, err := projection.Open(filepath.Join(t.TempDir(), "new.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func digest(t testing.TB, db *projection.DB) string {
	t.Helper()
	d, err := db.Digest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestBrokenChain alters one thing of one block at a time. The blocks before it must be kept, nothing of it, and the right
// chain must go on afterwards.
func TestBrokenChain(t *testing.T) {
	blocks := storyBlocks(t)
	const at = 7
	for _, c := range []struct {
		name   string
		alter  func(b *common.Block)
		reason projection.Reason
	}{
		{"number too high", func(b *common.Block) { b.Header.Number++ }, projection.Gap},
		{"number too low", func(b *common.Block) { b.Header.Number-- }, projection.Duplicate},
		{"previous hash", func(b *common.Block) { b.Header.PreviousHash[3] ^= 1 }, projection.PreviousHash},
		{"no previous hash", func(b *common.Block) { b.Header.PreviousHash = nil }, projection.PreviousHash},
		{"data hash", func(b *common.Block) { b.Header.DataHash[3] ^= 1 }, projection.DataHash},
		{"one byte of a transaction", func(b *common.Block) { b.Data.Data[0][len(b.Data.Data[0])/2] ^= 1 }, projection.DataHash},
		{"a transaction is missing", func(b *common.Block) { b.Data.Data = nil }, projection.DataHash},
		{"a transaction twice", func(b *common.Block) { b.Data.Data = append(b.Data.Data, b.Data.Data[0]) }, projection.DataHash},
		{"a transaction cut in two", func(b *common.Block) {
			d := b.Data.Data[0]
			b.Data.Data = [][]byte{d[:10], d[10:]}
			setCodes(b, []byte{0, 0})
		}, projection.Unreadable},
		{"no validation codes", func(b *common.Block) { b.Metadata = nil }, projection.Metadata},
		{"too many validation codes", func(b *common.Block) { setCodes(b, []byte{0, 0}) }, projection.Metadata},
		{"no header", func(b *common.Block) { b.Header = nil }, projection.Unreadable},
		{"no data", func(b *common.Block) { b.Data = nil }, projection.Unreadable},
		{"an envelope with something behind it", func(b *common.Block) {
			b.Data.Data[0] = append(b.Data.Data[0], 0x1a, 1, 'x') // an unknown field 3
			b.Header.DataHash = projection.DataHashOf(b.Data.Data)
		}, projection.Unreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := openNew(t)
			broken := proto.Clone(blocks[at]).(*common.Block)
			c.alter(broken)
			err := db.Apply(append(append([]*common.Block{}, blocks[:at]...), broken)...)
			var alarm *projection.Alarm
			if !errors.As(err, &alarm) || alarm.Reason != c.reason {
				t.Fatalf("answered %v, want an alarm %s", err, c.reason)
			}
			if db.Next() != at {
				t.Fatalf("next is %d, want %d", db.Next(), at)
			}
			until := openNew(t)
			if err := until.Apply(blocks[:at]...); err != nil {
				t.Fatal(err)
			}
			if digest(t, db) != digest(t, until) {
				t.Error("something of the broken block was kept")
			}
			if err := db.Apply(broken); !errors.As(err, &alarm) {
				t.Errorf("the broken block was taken by itself: %v", err)
			}
			if err := db.Apply(blocks[at:]...); err != nil {
				t.Errorf("the right chain is refused afterwards: %v", err)
			}
		})
	}
}

func setCodes(b *common.Block, codes []byte) {
	b.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = codes
}

// TestForgedHistory folds a chain that is whole in itself and follows from another block 7.
func TestForgedHistory(t *testing.T) {
	blocks := storyBlocks(t)
	db := openNew(t)
	if err := db.Apply(blocks[:8]...); err != nil {
		t.Fatal(err)
	}
	forged := proto.Clone(blocks[7]).(*common.Block)
	forged.Data.Data = nil
	forged.Header.DataHash = projection.DataHashOf(nil)
	next := proto.Clone(blocks[8]).(*common.Block)
	var err error
	if next.Header.PreviousHash, err = projection.HeaderHash(forged.Header); err != nil {
		t.Fatal(err)
	}
	var alarm *projection.Alarm
	if err := db.Apply(next); !errors.As(err, &alarm) || alarm.Reason != projection.PreviousHash {
		t.Errorf("a block that follows another history: %v", err)
	}
}

func TestEachBlockOnce(t *testing.T) {
	blocks := storyBlocks(t)
	db := openNew(t)
	for i, b := range blocks {
		if err := db.Apply(b); err != nil {
			t.Fatal(err)
		}
		before := digest(t, db)
		var alarm *projection.Alarm
		if err := db.Apply(b); !errors.As(err, &alarm) || alarm.Reason != projection.Duplicate || alarm.Block != uint64(i) {
			t.Fatalf("block %d again: %v", i, err)
		}
		if before != digest(t, db) {
			t.Fatalf("block %d changed something the second time", i)
		}
	}
	together := openNew(t)
	if err := together.Apply(blocks...); err != nil {
		t.Fatal(err)
	}
	if digest(t, db) != digest(t, together) {
		t.Error("blocks folded one by one and together differ")
	}
	if err := together.Apply(); err != nil {
		t.Errorf("no block at all: %v", err)
	}
}

// TestInvalidTransactions has two payments draw on the same money in one block; the peer invalidates the second.
func TestInvalidTransactions(t *testing.T) {
	w := newWorld(t)
	w.populate()
	lot := ledger.LotID(w.settle(ledger.Contribution, "", acctP, 100, firstDate, origin(ledger.SocialCapital, e3, "")), 0)
	pay := func(key, to string) string {
		b := fmt.Sprintf(`{"entries":[{"key":%q,"ops":[{"type":"movement.settle","movement":{"kind":"DISBURSEMENT","from":%q,"to":%q,"amount":"100","currency":"CNY","date":"2025-02-01","bank_ref":%q,"draws":[{"lot":%q,"amount":"100"}]}}]}]}`,
			key, acctP, to, key, lot)
		return b
	}
	one, _, err := w.l.Invoke(custodian1, "Apply", pay("first", acct1))
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := w.l.Invoke(custodian1, "Apply", pay("second", acct2))
	if err != nil {
		t.Fatal(err)
	}
	c := w.l.Commit(one, two)
	if !c.Txs[0].Valid() || c.Txs[1].Valid() {
		t.Fatalf("the ledger took both: %+v", c.Txs)
	}
	w.sync()
	for account, want := range map[string]int64{acctP: 0, acct1: 100, acct2: 0} {
		a, err := w.db.Account(t.Context(), all, account)
		if err != nil || a.Balance.Remaining != want {
			t.Errorf("%s holds %d, want %d, %v", account, a.Balance.Remaining, want, err)
		}
	}
	tx, err := w.db.Transaction(t.Context(), all, c.Txs[1].TxID)
	if err != nil || tx.Valid || tx.Code != "MVCC_READ_CONFLICT" || tx.Position != 1 || tx.Block != c.Block || tx.Name != "custodian@bank" || len(tx.Entries) != 0 {
		t.Errorf("the invalid transaction %+v, %v", tx, err)
	}
	st, err := w.db.Status(t.Context())
	if err != nil || st.Invalid != 1 {
		t.Errorf("status %+v, %v", st, err)
	}
}

// TestUnreadableInvalid puts garbage into a block as the peer marks it; what is invalid need not be readable.
func TestUnreadableInvalid(t *testing.T) {
	blocks := storyBlocks(t)
	db := openNew(t)
	b := proto.Clone(blocks[1]).(*common.Block)
	b.Data.Data = append(b.Data.Data, []byte("garbage"), nil, bytes.Repeat([]byte{0xff}, 50))
	b.Header.DataHash = projection.DataHashOf(b.Data.Data)
	setCodes(b, []byte{0, 2, 1, 3})
	if err := db.Apply(blocks[0], b); err != nil {
		t.Fatal(err)
	}
	st, err := db.Status(t.Context())
	if err != nil || st.Invalid != 3 || st.Next != 2 {
		t.Errorf("status %+v, %v", st, err)
	}
}

// TestContradiction drops a contribution by marking its transaction invalid: codes are the peer's word and no part of the
// header. Later blocks then draw on money that the read model does not know.
func TestContradiction(t *testing.T) {
	w := newWorld(t)
	w.populate()
	m, err := w.db.Movement(t.Context(), all, w.story().gov)
	if err != nil {
		t.Fatal(err)
	}
	blocks := w.l.Blocks()
	altered := make([]*common.Block, len(blocks))
	for i := range blocks {
		altered[i] = proto.Clone(blocks[i]).(*common.Block)
	}
	setCodes(altered[m.Block], []byte{11})
	db := openNew(t)
	err = db.Apply(altered...)
	var alarm *projection.Alarm
	if !errors.As(err, &alarm) || alarm.Reason != projection.Contradiction {
		t.Fatalf("answered %v", err)
	}
	if db.Next() != 0 {
		t.Errorf("next is %d: the SQL transaction was not rolled back", db.Next())
	}
	if err := db.Apply(blocks...); err != nil {
		t.Errorf("the true chain is refused afterwards: %v", err)
	}
}
