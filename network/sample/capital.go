package sample

import (
	"fmt"

	"fundtrace/chaincode/ledger"
)

// treasuryLines split what the parent fund needs in a year over the pockets of the provincial budget: percent, month.
var treasuryLines = []struct {
	share   string
	percent int64
	month   string
	line    string
}{
	{"general", 25, "01-22", "一般公共预算·产业引导基金出资 / General budget, guidance fund"},
	{"upper", 20, "02-12", "上级转移支付·产业发展 / Upper-level transfer, industry"},
	{"govfund", 25, "02-24", "政府性基金预算·产业发展 / Government fund budget, industry"},
	{"statecapital", 15, "03-03", "国有资本经营预算·资本金注入 / State capital budget, equity"},
	{"general", 15, "03-14", "一般公共预算·创业投资 / General budget, venture capital"},
}

// begin sets up institutions, funds and enterprises and plans everything that happens later.
func (w *world) begin() {
	for _, p := range institutions {
		w.register(p)
	}
	for _, p := range append(outsiders, payrollParty) {
		w.register(p)
	}
	for _, b := range []string{provinceBureau, shenyangBureau, dalianBureau, anshanBureau, jinzhouBureau} {
		w.open("treasury-"+bureauKey[b], b, custodianBank, ledger.Treasury)
	}
	parent := w.establish(parentPlan, "PARENT")
	for i, s := range firms {
		bank := custodianBank
		if i%3 != 0 {
			bank = enterpriseBank
		}
		w.at(firstDay+day(i), func() { w.incorporate(s, bank) })
	}
	w.exactly(on("2019-01-18"), func() { // a predecessor fund's returns, rolled over
		w.payIn(parent, parent.investor("returns"), 24*million, "2019 收益滚动（合成）/ returns of a predecessor fund")
	})
	for year := 2019; year <= 2024; year++ {
		w.planTreasury(parent, year)
	}
	for _, p := range subPlans {
		w.at(on(p.start), func() {
			f := w.establish(p, "SUB")
			for i, c := range p.calls {
				w.at(on(c.date), func() { w.call(f, c, i) })
			}
			for _, s := range firms {
				if s.fund == f.key {
					f.investees = append(f.investees, w.companies[company(s.serial)])
				}
			}
			w.planFees(f)
			w.planDistributions(f)
		})
	}
	w.planParentReturns(parent)
	w.planRevisions()
	w.plant()
	w.trade.begin()
}

func (f *fund) investor(key string) *stake {
	for _, s := range f.investors {
		if s.key == key {
			return s
		}
	}
	panic("sample: fund " + f.key + " has no investor " + key)
}

// planTreasury plans the provincial payments of a year: what the sub-funds will call from the parent, and a little
// for its fees.
func (w *world) planTreasury(parent *fund, year int) {
	need := int64(0)
	for _, p := range subPlans {
		for _, s := range p.shares {
			for _, c := range p.calls {
				if s.key == "parent" && on(c.date).year() == year {
					need += s.millions * million / 100 * c.percent
				}
			}
		}
	}
	need += need/50 + million
	for _, l := range treasuryLines {
		amount := need / 100 * l.percent / (10_000 * yuan) * (10_000 * yuan)
		if amount == 0 {
			continue
		}
		w.at(on(fmt.Sprintf("%d-%s", year, l.month)), func() {
			w.payIn(parent, parent.investor(l.share), amount, fmt.Sprintf("%d %s (合成 synthetic)", year, l.line))
		})
	}
}

// payIn brings public money from outside into a fund: the finance bureau instructs, the custodian credits.
func (w *world) payIn(f *fund, s *stake, amount int64, line string) *movement {
	m := w.instruct("officer@finance", payment{kind: ledger.Contribution, to: f.account, amount: amount, commitment: s.commitment,
		origin: &ledger.Origin{Source: s.source, Investor: s.investor, BudgetLine: line}, memo: "财政出资（合成）"})
	w.at(w.today+1, func() {
		w.credit(m)
		f.arrived(s, amount)
		if amount > 20*million {
			w.receipt(m)
		}
	})
	return m
}

func (f *fund) arrived(s *stake, amount int64) {
	s.paid += amount
	f.paidIn += amount
}

// call asks the investors of a fund for money. Public money comes at once, social capital within weeks.
func (w *world) call(f *fund, c call, no int) {
	cash := int64(0)
	for _, s := range f.investors {
		amount := s.millions * million / 100 * c.percent
		if s.absent || s.key == "loop" {
			continue
		}
		cash += amount
		if s.key == "parent" {
			w.passDown(f, s, amount, no%3 != 2)
			continue
		}
		late := w.dice.days(2, 12)
		if !s.source.Public() {
			late = w.dice.days(4, 35)
		}
		w.at(w.today+late, func() {
			p := payment{kind: ledger.Contribution, to: f.account, amount: amount, commitment: s.commitment,
				origin: &ledger.Origin{Source: s.source, Investor: s.investor}, memo: fmt.Sprintf("第%d期出资（合成）", no+1)}
			if s.source.Public() {
				p.origin.BudgetLine = fmt.Sprintf("%d %s（合成）", w.today.year(), s.key)
			}
			w.settle(p)
			f.arrived(s, amount)
		})
	}
	w.planDeals(f, cash/100*f.invest)
}

// passDown pays the parent fund's share into a sub-fund: instructed by its manager, or settled from the statement.
func (w *world) passDown(f *fund, s *stake, amount int64, byManager bool) *movement {
	parent := w.funds["parent"]
	p := payment{kind: ledger.Contribution, from: parent.account, to: f.account, amount: amount, commitment: s.commitment, memo: "母基金出资（合成）"}
	if !byManager {
		m := w.settle(p)
		w.confirm(m)
		f.arrived(s, amount)
		return m
	}
	m := w.instruct(parent.manager, p)
	w.at(w.today+1, func() { w.debit(m) })
	w.at(w.today+2, func() {
		w.credit(m)
		f.arrived(s, amount)
		w.receipt(m)
	})
	return m
}

// planRevisions plans how some enterprises grow.
func (w *world) planRevisions() {
	for _, r := range []struct{ serial, date, size string }{{"000151", "2022-07-01", "SMALL"}, {"000112", "2023-01-03", "MEDIUM"},
		{"000125", "2023-07-03", "LARGE"}, {"000146", "2024-01-02", "SMALL"}, {"000212", "2024-07-01", "SMALL"}} {
		w.at(on(r.date), func() { w.grow(w.companies[company(r.serial)], r.size) })
	}
}
