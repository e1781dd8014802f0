package sample

import (
	"fmt"

	"fundtrace/chaincode/ledger"
)

// payBack brings principal or gain back to the fund: the enterprise's own sales pay for most of it.
func (w *world) payBack(f *fund, e *companyState, amount int64) {
	w.ownFunds(e, amount)
	w.at(w.today+w.dice.days(1, 20), func() {
		amount := min(amount, e.account.balance()) / (100 * yuan) * (100 * yuan)
		if amount < tenThousand {
			return
		}
		m := w.settle(payment{kind: ledger.Return, from: e.account, to: f.account, amount: amount, memo: "退出回款（合成）"})
		w.confirm(m)
		f.returned += amount
	})
}

// planFees plans the half-yearly management fee and the yearly custody fee.
func (w *world) planFees(f *fund) {
	if f.feePPM == 0 {
		return
	}
	manager := user(f.manager).Party
	if key := "acct:syn-fee-" + shortName(f.manager); w.accounts[key] == nil {
		f.feeAccount = w.open("fee-"+shortName(f.manager), manager, custodianBank, ledger.Operating)
	} else {
		f.feeAccount = w.accounts[key]
	}
	for year := on(f.start).year() + 1; year <= 2025; year++ {
		for _, half := range []string{"06-20", "12-19"} {
			w.at(on(fmt.Sprintf("%d-%s", year, half)), func() {
				fee := min(f.paidIn/2_000_000*f.feePPM, f.account.balance())
				if fee == 0 {
					return
				}
				w.settle(payment{kind: ledger.Fee, from: f.account, to: f.feeAccount, amount: fee, purpose: ledger.PurposeFee, memo: "管理费（合成）"})
				w.at(w.today+w.dice.days(5, 60), func() {
					w.settle(payment{kind: ledger.Use, from: f.feeAccount, payee: payroll, amount: fee / 100 * 70, purpose: ledger.PurposePayroll, memo: "管理人工资批次合计（合成）"})
				})
			})
		}
		w.at(on(fmt.Sprintf("%d-12-22", year)), func() {
			if fee := min(f.paidIn/10_000*3, f.account.balance()); fee > 0 {
				w.settle(payment{kind: ledger.Fee, from: f.account, payee: f.bank, amount: fee, purpose: ledger.PurposeFee, memo: "托管费（合成）"})
			}
		})
	}
}

// shortName answers the name of a manager's user.
func shortName(user string) string {
	for i := range user {
		if user[i] == '@' {
			return user[:i]
		}
	}
	return user
}

// planDistributions plans the distributions of a sub-fund: what came back since the last one, twice a year.
func (w *world) planDistributions(f *fund) {
	for year := 2021; year <= 2025; year++ {
		for _, date := range []string{"06-25", "11-20"} {
			w.at(on(fmt.Sprintf("%d-%s", year, date)), func() { w.distribute(f) })
		}
	}
}

// distribute shares out what enterprises paid back, by paid-in capital: upward to the parent and to city treasuries,
// and outside to social capital. Shares are rounded by largest remainder, ties to the earlier investor.
func (w *world) distribute(f *fund) {
	total := min(f.returned, f.account.balance())
	if total < 50*tenThousand {
		return
	}
	f.returned = 0
	weights := make([]int64, len(f.investors))
	for i, s := range f.investors {
		weights[i] = s.paid
	}
	for i, amount := range shareOut(total, weights) {
		s := f.investors[i]
		if amount == 0 {
			continue
		}
		p := payment{kind: ledger.Distribution, from: f.account, amount: amount, memo: "收益分配（合成）"}
		switch {
		case s.key == "parent":
			p.to = w.funds["parent"].account
			w.carryOut(f.manager, p, func(m *movement) { w.funds["parent"].returned += amount })
			continue
		case s.account != nil:
			p.to = s.account
		default:
			p.payee, p.purpose = s.investor, ledger.PurposePayout
		}
		w.settle(p)
	}
}

// planParentReturns plans what the parent fund sends back to the treasury, what the treasury rolls over, and the clean
// slate before special-bond money arrives, so that oldest-first draws spend that money and no other.
func (w *world) planParentReturns(parent *fund) {
	treasury := w.accounts["acct:syn-treasury-province"]
	send := func(amount int64) {
		if amount > 0 {
			w.settle(payment{kind: ledger.Distribution, from: parent.account, to: treasury, amount: amount, memo: "上缴国库（合成）"})
		}
	}
	for _, date := range []string{"2022-12-13", "2023-12-12", "2024-12-10"} {
		w.at(on(date), func() {
			send(min(parent.returned, parent.account.balance()))
			parent.returned = 0
		})
	}
	w.at(on("2024-02-20"), func() { // returns rolled over into the parent fund
		s := parent.investor("returns")
		amount := treasury.balance() / 100 * 60
		w.carryOut("officer@finance", payment{kind: ledger.Contribution, from: treasury, to: parent.account, amount: amount, commitment: s.commitment,
			memo: "2024 收益滚动（合成）"}, func(m *movement) { parent.arrived(s, amount) })
	})
	for year := 2020; year <= 2025; year++ {
		w.at(on(fmt.Sprintf("%d-01-15", year)), func() {
			fee := min(parent.paidIn/1000*2, parent.account.balance())
			w.settle(payment{kind: ledger.Fee, from: parent.account, payee: parentManager, amount: fee, purpose: ledger.PurposeFee, memo: "母基金管理费（合成）"})
		})
	}
	w.exactly(on(bondArrives)-1, func() { send(parent.account.balance()) })
}

// shareOut splits total by weights: largest remainder, ties to the earlier. Weights and total are below 2^62.
func shareOut(total int64, weights []int64) []int64 {
	sum := int64(0)
	for _, x := range weights {
		sum += x
	}
	out, rest, left := make([]int64, len(weights)), make([]int64, len(weights)), total
	for i, x := range weights {
		out[i], rest[i] = mulDiv(total, x, sum)
		left -= out[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i := range rest {
			if rest[i] > rest[best] {
				best = i
			}
		}
		out[best]++
		rest[best] = -1
	}
	return out
}
