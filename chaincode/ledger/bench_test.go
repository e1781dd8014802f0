package ledger_test

import (
	"encoding/json"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// largeBatch instructs n disbursements of one lot.
func largeBatch(w *world, n int) []byte {
	lot := w.paidIn(int64(n) * 1000 * yuan)
	e := Entry{Key: "large", Ops: make([]Op, n)}
	for i := range e.Ops {
		e.Ops[i] = instruct(Movement{Kind: Disbursement, From: parentAcct, To: e2Acct, Draws: draws(lot, 1000*yuan),
			Expires: "2026-06-30", Memo: "first tranche"})
	}
	body, err := json.Marshal(Batch{Entries: []Entry{e}})
	if err != nil {
		w.Fatal(err)
	}
	return body
}

// BenchmarkApply measures what the chaincode does with a transaction of 2,000 instructions on one lot: decode, check,
// encode. The view is in memory.
func BenchmarkApply(b *testing.B) {
	const n = 2000
	w := newWorld(b)
	body := largeBatch(w, n)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		batch, err := DecodeBatch(body)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := Apply(batch, parentMgr, now, w); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "movements/s")
}
