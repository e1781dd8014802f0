package evidence_test

import (
	"encoding/json"
	"fmt"
	"syscall"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/evidence"
)

// movements is how many movements the packs of the benchmark hold.
const movements = 10_000

// BenchmarkVerify verifies packs of all blocks with 10,000 movements: each in a transaction of its own, and in batches of
// 50 as bulk loads make them.
func BenchmarkVerify(b *testing.B) {
	for name, fill := range map[string]func(*world) evidence.Subject{"one_by_one": oneByOne, "in_batches": inBatches} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			w.populate()
			subject := fill(w)
			w.c.Follow(w.l)
			r := evidence.Request{Subject: subject, Last: uint64(len(w.c.Blocks()) - 1), Whole: true}
			pack := w.packOf(r)
			var report *evidence.Report
			before := processorTime()
			for b.Loop() {
				var err error
				if report, err = verify(pack, w.c.Genesis()); err != nil {
					b.Fatal(err)
				}
			}
			if report.Movements < movements {
				b.Fatalf("%d movements", report.Movements)
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/pack")
			b.ReportMetric((processorTime()-before).Seconds()/float64(b.N), "cpu-s/pack")
			b.ReportMetric(float64(len(pack))/1e6, "MB/pack")
		})
	}
}

// processorTime is what this process has used of all processors: unlike seconds on the clock it does not depend on what
// else the machine does.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// oneByOne records payments into a fund, one in each transaction, 100 transactions in a block.
func oneByOne(w *world) evidence.Subject {
	for block := range movements / 100 {
		txs := make([]*memledger.Tx, 100)
		for i := range txs {
			txs[i] = w.invoke(fmt.Sprintf("b%d.%d", block, i), ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Contribution,
				To: acctP, Amount: 1000, Currency: "CNY", Date: "2025-01-02", BankRef: fmt.Sprintf("r%d.%d", block, i),
				Origin: &ledger.Origin{Source: ledger.GeneralBudget, Investor: bureau, BudgetLine: "2025"}}})
		}
		w.l.Commit(txs...)
	}
	return evidence.Subject{Kind: evidence.OfRange, Since: "2025-01-01", Until: "2025-12-31"}
}

// inBatches pays one sum out in batches of 50 payments to enterprises.
func inBatches(w *world) evidence.Subject {
	root := w.pay(ledger.MovementSettle, ledger.Movement{Kind: ledger.Contribution, To: acctP, Amount: movements * 10, Date: "2025-01-02",
		Origin: &ledger.Origin{Source: ledger.GeneralBudget, Investor: bureau, BudgetLine: "2025"}})
	lot := ledger.LotID(root, 0)
	for batch := range movements / 50 {
		ops := make([]ledger.Op, 50)
		for i := range ops {
			ops[i] = ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Disbursement, From: acctP, To: acct1, Amount: 10, Currency: "CNY",
				Date: "2025-02-01", BankRef: fmt.Sprintf("p%d.%d", batch, i), Draws: []ledger.Draw{{Lot: lot, Amount: 10}}}}
		}
		w.l.Commit(w.invoke(fmt.Sprintf("b%d", batch), ops...))
	}
	return evidence.Subject{Kind: evidence.OfTrace, Lot: lot, Direction: evidence.Forward}
}

func (w *world) invoke(key string, ops ...ledger.Op) *memledger.Tx {
	w.t.Helper()
	body, err := json.Marshal(ledger.Batch{Entries: []ledger.Entry{{Key: key, Ops: ops}}})
	if err != nil {
		w.t.Fatal(err)
	}
	tx, _, err := w.l.Invoke(custodian, "Apply", string(body))
	if err != nil {
		w.t.Fatal(err)
	}
	return tx
}
