package ledger_test

import (
	"encoding/json"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// largeBatch instructs n disbursements of one lot.
func largeBatch(w *world, n int) []byte {
	lot := w.paidIn(int64(n) * 1000 * yuan)
	e := Entry{Key: "large", Ops: make([]Op, n), Salt: digest("5")}
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

// measure times what the chaincode does with one entry, and counts operations of it as records.
func measure(b *testing.B, w *world, by Caller, e Entry, records int) {
	b.Helper()
	body, err := json.Marshal(Batch{Entries: []Entry{e}})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		batch, err := DecodeBatch(body)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := Apply(batch, by, now, w); err != nil {
			b.Fatal(err, refusalOf(err).Rows)
		}
	}
	b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "records/s")
}

// manyVouchers drafts n vouchers on one claim, and issues and accepts them when accepted is asked for; it answers their lots.
func manyVouchers(w *world, n int, accepted bool) []string {
	w.Helper()
	claim := w.claimed(supplier1, core1, digest("1"), int64(n)*1000*yuan)
	var drafts, signs, accepts []Op
	for range n {
		drafts = append(drafts, draftOp(claim, 1000*yuan, issueDay, maturityDay))
	}
	entry := w.do(core1, drafts...)
	lots := make([]string, n)
	for i := range lots {
		lots[i] = lot0(entry, i)
		signs = append(signs, voucherStep(VoucherSign, at(lots[i], issueDay)))
		accepts = append(accepts, voucherStep(VoucherAccept, at(lots[i], issueDay)))
	}
	if accepted {
		w.do(core2, signs...)
		w.do(supplier1, accepts...)
	}
	return lots
}

// BenchmarkIssue measures a bulk issue of 2,000 vouchers on one claim: the drafts of one person, the issue by another.
func BenchmarkIssue(b *testing.B) {
	const n = 2000
	b.Run("draft", func(b *testing.B) {
		w := newTrade(b)
		e := Entry{Key: "drafts"}
		claim := w.claimed(supplier1, core1, digest("1"), n*1000*yuan)
		for range n {
			e.Ops = append(e.Ops, draftOp(claim, 1000*yuan, issueDay, maturityDay))
		}
		measure(b, w, core1, e, n)
	})
	b.Run("issue", func(b *testing.B) {
		w := newTrade(b)
		e := Entry{Key: "issues"}
		for _, lot := range manyVouchers(w, n, false) {
			e.Ops = append(e.Ops, voucherStep(VoucherSign, at(lot, issueDay)))
		}
		measure(b, w, core2, e, n)
	})
}

// BenchmarkSplitOffer measures 1,000 vouchers that are split in two, each with an offer of the first piece in the same entry.
func BenchmarkSplitOffer(b *testing.B) {
	const n = 1000
	w := newTrade(b)
	e := Entry{Key: "splits"}
	id := EntryID(supplier1.MSP, supplier1.Name, e.Key)
	for i, lot := range manyVouchers(w, n, true) {
		e.Ops = append(e.Ops, voucherStep(VoucherDivide, VoucherStep{Voucher: lot, Date: issueDay, Pieces: pieces(400*yuan, 600*yuan)}),
			voucherStep(VoucherOffer, VoucherStep{Voucher: lot0(id, 2*i), Date: issueDay, To: deeper, Recourse: true}))
	}
	measure(b, w, supplier1, e, 2*n)
}
