package projection_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// history makes blocks of n movements, size operations to an entry: a fund pays an enterprise, the enterprise spends.
// The rules run for real on the ledger's state; each entry is a transaction of its own, ten to a block.
func history(t testing.TB, n, size int) []*common.Block {
	w := newWorld(t)
	w.populate()
	at := time.Date(2025, 6, 30, 4, 0, 0, 0, time.UTC)
	root := ledger.LotID(w.settle(ledger.Contribution, "", acctP, int64(n)*1000, firstDate, origin(ledger.SocialCapital, bureau, "")), 0)
	apply := func(i int, ops []ledger.Op) string {
		tx := w.l.Begin(custodian1)
		batch := &ledger.Batch{Entries: []ledger.Entry{{Key: fmt.Sprintf("bench%d", i), Ops: ops}}}
		writes, result, err := ledger.Apply(batch, custodian1, at, tx)
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.Put(writes); err != nil {
			t.Fatal(err)
		}
		w.l.Commit(tx)
		return result.Entries[0].Entry
	}
	for i := 0; i < n/2; i += size {
		in, out := make([]ledger.Op, size), make([]ledger.Op, size)
		for k := range size {
			in[k] = ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Disbursement, From: acctP, To: acct1, Amount: 900,
				Currency: "CNY", Date: "2025-02-03", BankRef: fmt.Sprintf("in%d.%d", i, k), Draws: []ledger.Draw{{Lot: root, Amount: 900}}, Memo: "second tranche of the year"}}
		}
		entry := apply(2*i, in)
		for k := range size {
			out[k] = ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Use, From: acct1, Payee: supplier, Purpose: ledger.PurposeRD, Amount: 700,
				Currency: "CNY", Date: "2025-03-04", BankRef: fmt.Sprintf("out%d.%d", i, k), Draws: []ledger.Draw{{Lot: ledger.LotID(ledger.MovementID(entry, k), 0), Amount: 700}}}}
		}
		apply(2*i+1, out)
	}
	return w.l.Blocks()
}

// BenchmarkFold measures catching up, JSON included. Run with -cpu 1 for one core.
func BenchmarkFold(b *testing.B) {
	const movements = 60_000
	for _, size := range []int{1, 50, 500} {
		blocks := history(b, movements, size)
		b.Run(fmt.Sprintf("ops=%d", size), func(b *testing.B) {
			for b.Loop() {
				db, err := projection.Open(filepath.Join(b.TempDir(), "fold.db"))
				if err != nil {
					b.Fatal(err)
				}
				for i := 0; i < len(blocks); i += 200 {
					if err := db.Apply(blocks[i:min(i+200, len(blocks))]...); err != nil {
						b.Fatal(err)
					}
				}
				if err := db.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(movements)*float64(b.N)/b.Elapsed().Seconds(), "movements/s")
		})
	}
}

// vouchers makes blocks of transactions of size operations each: drafts, their issue and acceptance, a split of each into
// two and the offer of one of them, over and over until there are n vouchers.
func vouchers(t testing.TB, n, size int) (blocks []*common.Block, operations int) {
	w := newWorld(t)
	w.trading()
	claim := w.owed(sha("1"), int64(n)*1000)
	apply := func(by ledger.Caller, op func(k int) ledger.Op) string {
		ops := make([]ledger.Op, size)
		for k := range ops {
			ops[k] = op(k)
		}
		operations += size
		return w.submit(by, ops...)
	}
	for range n / (3 * size) {
		entry := apply(core1, func(int) ledger.Op {
			return ledger.Op{Type: ledger.VoucherDraft, Voucher: &ledger.Voucher{Claim: claim, Amount: 2000, Currency: "CNY", Date: "2025-03-01", Maturity: "2025-06-01", AcceptBy: "2025-03-10"}}
		})
		step := func(by ledger.Caller, op ledger.OpType, entry string, j int, s ledger.VoucherStep) string {
			return apply(by, func(k int) ledger.Op {
				s := s
				s.Voucher = ledger.LotID(ledger.MovementID(entry, k), j)
				return ledger.Op{Type: op, VoucherStep: &s}
			})
		}
		step(core2, ledger.VoucherSign, entry, 0, ledger.VoucherStep{Date: "2025-03-01"})
		step(t1User, ledger.VoucherAccept, entry, 0, ledger.VoucherStep{Date: "2025-03-02"})
		pieces := step(t1User, ledger.VoucherDivide, entry, 0, ledger.VoucherStep{Date: "2025-03-03", Pieces: []ledger.Piece{{Amount: 1500}, {Amount: 500}}})
		step(t1User, ledger.VoucherOffer, pieces, 0, ledger.VoucherStep{Date: "2025-03-04", To: t2})
		step(t2User, ledger.VoucherTake, pieces, 0, ledger.VoucherStep{Date: "2025-03-05"})
	}
	return w.l.Blocks(), operations
}

// BenchmarkFoldVouchers measures catching up with vouchers, in transactions of 5,000 operations. Run with -cpu 1 for one core.
func BenchmarkFoldVouchers(b *testing.B) {
	blocks, operations := vouchers(b, 60_000, 5000)
	for _, at := range []int{1, 4} { // blocks folded at once
		b.Run(fmt.Sprintf("blocks=%d", at), func(b *testing.B) {
			for b.Loop() {
				db, err := projection.Open(filepath.Join(b.TempDir(), "fold.db"))
				if err != nil {
					b.Fatal(err)
				}
				for i := 0; i < len(blocks); i += at {
					if err := db.Apply(blocks[i:min(i+at, len(blocks))]...); err != nil {
						b.Fatal(err)
					}
				}
				if err := db.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(operations)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkForward measures a trace over 60,000 lots, from the snapshot on.
func BenchmarkForward(b *testing.B) {
	db := openNew(b)
	if err := db.Apply(history(b, 60_000, 500)...); err != nil {
		b.Fatal(err)
	}
	lots, err := db.Lots(b.Context(), all, projection.LotFilter{Account: acctP}, projection.List{})
	if err != nil {
		b.Fatal(err)
	}
	for name, s := range map[string]projection.Scope{"finance": all, "manager": readers["parent"]} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f, err := db.Forest(b.Context(), s)
				if err != nil {
					b.Fatal(err)
				}
				a, err := trace.Forward(b.Context(), f, lots.Items[0].ID, trace.Options{})
				if err != nil || a.Totals.Spent != 60_000/2*700 {
					b.Fatalf("%+v, %v", a, err)
				}
				if err := f.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
