package sample

import "fundtrace/chaincode/ledger"

// tenThousand yuan is what tranches are rounded to.
const tenThousand = 10_000 * yuan

// planDeals spreads an amount of money over ordinary investments in the months after a call.
func (w *world) planDeals(f *fund, cash int64) {
	if f.deals == 0 || len(f.investees) == 0 {
		return
	}
	weights, sum := make([]int64, f.deals), int64(0)
	for i := range weights {
		weights[i] = w.dice.between(50, 150)
		sum += weights[i]
	}
	start := w.dice.between(0, int64(len(f.investees)-1))
	for i, weight := range weights {
		e := f.investees[(int(start)+i)%len(f.investees)]
		amount := cash / sum * weight / tenThousand * tenThousand
		w.at(w.today+45+w.dice.days(0, 250), func() {
			if w.today < on("2025-12-01") {
				w.invest(f, e, min(amount, f.account.balance()/tenThousand*tenThousand))
			}
		})
	}
}

// invest disburses a tranche to an enterprise. Most are settled by the banks; the others are instructed by the manager,
// debited and credited, and every so many come to nothing at first: voided, returned or expired, then paid again.
func (w *world) invest(f *fund, e *companyState, amount int64) {
	if amount < 50*tenThousand {
		return
	}
	p := payment{kind: ledger.Disbursement, from: f.account, to: e.account, amount: amount, memo: "投资款（合成）"}
	arrived := func(m *movement) {
		e.received += amount
		w.planSpending(f, e, amount)
		if m.number%5 == 0 {
			w.receipt(m)
		}
	}
	if w.dice.percent(50) {
		m := w.settle(p)
		if w.dice.percent(60) {
			w.confirm(m)
		}
		arrived(m)
		return
	}
	w.instructed++
	again := func() {
		if f.account.balance() >= amount {
			arrived(w.settle(p))
		}
	}
	switch w.instructed % 14 {
	case 3:
		m := w.instruct(f.manager, p)
		w.at(w.today+2, func() { w.void(m, "收款账户变更 / payee account changed"); w.at(w.today+5, again) })
	case 7:
		m := w.instruct(f.manager, p)
		w.at(w.today+1, func() { w.debit(m) })
		w.at(w.today+3, func() { w.giveBack(m, "户名不符 / account name differs"); w.at(w.today+6, again) })
	case 11:
		p.expires = w.today + 10
		m := w.instruct(f.manager, p)
		p.expires = 0
		w.at(w.today+13, func() { w.expire(m); w.at(w.today+2, again) })
	default:
		w.carryOut(f.manager, p, arrived)
	}
}

// carryOut instructs a payment from an account and lets the banks debit and credit it within days; then is called when
// the money has arrived, or has left for a payee outside.
func (w *world) carryOut(by string, p payment, then func(*movement)) {
	m := w.instruct(by, p)
	w.at(w.today+w.dice.days(1, 2), func() {
		w.debit(m)
		if p.to == nil {
			then(m)
			return
		}
		w.at(w.today+w.dice.days(0, 1), func() { w.credit(m); then(m) })
	})
}
