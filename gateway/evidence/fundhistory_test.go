package evidence_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/projection"
)

// Over random histories, payments under way, returned and dated before others that were recorded earlier among them, the
// figures from the blocks and those of the read model are the same on every day: a pack that would differ is not made.
func TestFundFigureOverHistories(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t)
			w.populate()
			happen(w, rand.New(rand.NewPCG(seed, 7)), 32)
			w.sync()
			for _, fund := range []string{fundP, fundA} {
				for day := 1; day <= 28; day += 5 {
					s := figureOf(fund, fmt.Sprintf("2025-03-%02d", day))
					r := w.request(s, true)
					r.Fund, r.Statement = w.fundOf(fund, s.AsOf), w.statementOf(fund, s.AsOf)
					if _, err := evidence.Build(context.Background(), &bytes.Buffer{}, evidence.Blocks(w.c.Blocks()), r); err != nil {
						t.Errorf("%s: %v", s.String(), err)
					}
				}
				checkFigure(t, w, figureOf(fund, ""), nil)
			}
		})
	}
}

// happen lets so many random payments happen in March.
func happen(w *world, r *rand.Rand, payments int) {
	w.t.Helper()
	left := func(account string) int64 {
		w.sync()
		a, err := w.db.Account(w.t.Context(), projection.Everything(), account)
		if err != nil {
			w.t.Fatal(err)
		}
		return a.Balance.Remaining
	}
	kinds := []ledger.Movement{{Kind: ledger.Contribution, From: acctP, To: acctA}, {Kind: ledger.Disbursement, From: acctA, To: acct1},
		{Kind: ledger.Disbursement, From: acctA, To: acct2}, {Kind: ledger.Use, From: acct1, Purpose: ledger.PurposeRD, Payee: e2},
		{Kind: ledger.Return, From: acct1, To: acctA}, {Kind: ledger.Distribution, From: acctA, To: acctP}}
	day := func(from int) string { return fmt.Sprintf("2025-03-%02d", min(28, from+r.IntN(5))) }
	for i := range payments {
		at := 1 + i*24/payments
		m := kinds[r.IntN(len(kinds))]
		if i%8 == 0 {
			m = ledger.Movement{Kind: ledger.Contribution, To: acctP, Origin: &ledger.Origin{Source: ledger.GeneralBudget, Investor: bureau, BudgetLine: "2025"}}
			m.Amount, m.Date = 1000+r.Int64N(9000), day(at)
			w.pay(ledger.MovementSettle, m)
			continue
		}
		most := left(m.From)
		if most < 10 {
			continue
		}
		m.Amount, m.Date = 1+r.Int64N(most), day(at)
		if m.Kind != ledger.Disbursement || r.IntN(2) == 0 {
			w.pay(ledger.MovementSettle, m)
			continue
		}
		id := w.pay(ledger.MovementInstruct, m)
		switch r.IntN(4) {
		case 0:
			w.step(managing, ledger.MovementVoid, ledger.Step{Movement: id, Date: m.Date, Reason: "no more needed"})
		case 1:
			w.step(custodian, ledger.MovementDebit, ledger.Step{Movement: id, Date: m.Date})
			w.step(custodian, ledger.MovementCredit, ledger.Step{Movement: id, Date: m.Date})
		case 2:
			w.step(custodian, ledger.MovementDebit, ledger.Step{Movement: id, Date: m.Date})
			w.step(custodian, ledger.MovementReturn, ledger.Step{Movement: id, Date: m.Date, Reason: "account closed"})
		}
	}
}
