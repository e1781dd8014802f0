package projection_test

import (
	"fmt"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// spread pays a root out to many enterprises, each of which spends most of it: n lots below it.
func spread(b *testing.B, n, enterprises int) (*world, string) {
	w := newWorld(b)
	w.populate()
	const size = 500
	for from := 0; from < enterprises; from += size {
		parties, accounts := make([]ledger.Op, size), make([]ledger.Op, size)
		for k := range size {
			id := fmt.Sprint("other:payee", from+k)
			parties[k] = party(id, ledger.Private)
			accounts[k] = ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: fmt.Sprint("acct:payee", from+k), Owner: id, Bank: bank1, Currency: "CNY", Purpose: ledger.Operating}}
		}
		w.submit(officer, parties...)
		w.submit(custodian1, accounts...)
	}
	root := ledger.LotID(w.settle(ledger.Contribution, "", acctP, int64(n)*1000, firstDate, origin(ledger.SocialCapital, bureau, "")), 0)
	for i := 0; i < n/2; i += size {
		in, out := make([]ledger.Op, size), make([]ledger.Op, size)
		for k := range size {
			in[k] = ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Disbursement, From: acctP, To: fmt.Sprint("acct:payee", (i+k)%enterprises), Amount: 900,
				Currency: "CNY", Date: "2025-02-03", BankRef: fmt.Sprintf("in%d.%d", i, k), Draws: []ledger.Draw{{Lot: root, Amount: 900}}}}
		}
		entry := w.submit(custodian1, in...)
		for k := range size {
			out[k] = ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Use, From: fmt.Sprint("acct:payee", (i+k)%enterprises), Payee: supplier, Purpose: ledger.PurposeRD, Amount: 700,
				Currency: "CNY", Date: "2025-03-04", BankRef: fmt.Sprintf("out%d.%d", i, k), Draws: []ledger.Draw{{Lot: ledger.LotID(ledger.MovementID(entry, k), 0), Amount: 700}}}}
		}
		w.submit(custodian1, out...)
	}
	w.sync()
	return w, root
}

// BenchmarkMoment measures answers about a lot with 10,000 descendants in the accounts of 2,000 enterprises, from the opening of
// the snapshot on: by the tables alone, and by the forest in memory.
func BenchmarkMoment(b *testing.B) {
	w, root := spread(b, 10_000, 2_000)
	check := func(b *testing.B, a *trace.Answer, err error) {
		b.Helper()
		if err != nil || a.Totals.Spent != 5_000*700 {
			b.Fatalf("%+v, %v", a, err)
		}
	}
	b.Run("tables", func(b *testing.B) {
		for b.Loop() {
			f, err := w.db.Forest(b.Context(), all)
			if err != nil {
				b.Fatal(err)
			}
			a, err := trace.Forward(b.Context(), f, root, trace.Options{})
			check(b, a, err)
			_ = f.Close()
		}
	})
	b.Run("tables/fund trace", func(b *testing.B) {
		for b.Loop() {
			f, err := w.db.Forest(b.Context(), all)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := trace.ForFund(b.Context(), f, fundP, trace.Options{}); err != nil {
				b.Fatal(err)
			}
			_ = f.Close()
		}
	})
	for name, s := range map[string]projection.Scope{"officer": all, "manager": readers["parent"]} {
		run := func(what string, ask func(m *projection.Moment) error) {
			b.Run(name+"/"+what, func(b *testing.B) {
				for b.Loop() {
					m := w.moment(s, "", nil)
					if err := ask(m); err != nil {
						b.Fatal(err)
					}
					_ = m.Close()
				}
			})
		}
		run("trace", func(m *projection.Moment) error {
			a, err := trace.Forward(b.Context(), m, root, trace.Options{})
			check(b, a, err)
			return err
		})
		run("fund trace", func(m *projection.Moment) error {
			_, err := trace.ForFund(b.Context(), m, fundP, trace.Options{})
			return err
		})
		run("total", func(m *projection.Moment) error {
			_, err := trace.Total(b.Context(), m, root)
			return err
		})
		run("funds", func(m *projection.Moment) error {
			_, err := m.Totals(b.Context(), "")
			return err
		})
		run("timing", func(m *projection.Moment) error {
			_, err := m.Timing(b.Context(), fundP, today)
			return err
		})
	}
}
