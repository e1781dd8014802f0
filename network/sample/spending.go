package sample

import "fundtrace/chaincode/ledger"

// purposes and how often enterprises spend on them.
var purposes = []struct {
	purpose ledger.Purpose
	weight  int64
	lo, hi  int64 // percent of the tranche
	memo    string
}{
	{ledger.PurposeMaterial, 30, 8, 20, "原材料（合成）"},
	{ledger.PurposeEquipment, 20, 14, 32, "设备购置（合成）"},
	{ledger.PurposeRD, 16, 8, 18, "研发支出（合成）"},
	{ledger.PurposePayroll, 20, 5, 12, "工资批次合计（合成）"},
	{ledger.PurposeRent, 6, 1, 4, "厂房租金（合成）"},
	{ledger.PurposeTax, 8, 1, 5, "税费（合成）"},
}

// planSpending plans what an enterprise does with a tranche: some own money beside it, uses over the next year and a
// half, and for some a payment back to the fund in later years.
func (w *world) planSpending(f *fund, e *companyState, tranche int64) {
	if w.dice.percent(65) {
		w.at(w.today+w.dice.days(0, 120), func() { w.ownFunds(e, tranche/100*w.dice.between(6, 28)) })
	}
	for range w.dice.between(6, 9) {
		w.at(w.today+w.dice.days(8, 520), func() { w.use(e, tranche) })
	}
	if back := w.today + w.dice.days(700, 1500); w.dice.percent(42) && back < on("2025-11-15") {
		w.at(back, func() { w.payBack(f, e, tranche/100*w.dice.between(25, 125)) })
	}
}

// ownFunds records an enterprise's own money entering its account.
func (w *world) ownFunds(e *companyState, amount int64) {
	amount += w.dice.between(0, 99_999) // sales arrive in odd amounts
	w.settle(payment{kind: ledger.OwnFunds, to: e.account, amount: amount, origin: &ledger.Origin{Source: ledger.OwnMoney, Investor: e.id}, memo: "自有资金（合成）"})
}

// use spends a part of a tranche: to a supplier that keeps an account here, or to the outside.
func (w *world) use(e *companyState, tranche int64) {
	roll := w.dice.between(1, 100)
	kind := purposes[len(purposes)-1]
	for _, p := range purposes {
		if roll -= p.weight; roll <= 0 {
			kind = p
			break
		}
	}
	amount := min(tranche/100*w.dice.between(kind.lo, kind.hi), e.account.balance())
	if kind.purpose == ledger.PurposeEquipment || kind.purpose == ledger.PurposeMaterial {
		amount = amount / (100 * yuan) * (100 * yuan)
	} else {
		amount -= w.dice.between(0, min(amount/100, 99_999))
	}
	if amount < tenThousand {
		return
	}
	p := payment{kind: ledger.Use, from: e.account, amount: amount, purpose: kind.purpose, memo: kind.memo, invoiced: w.dice.percent(8)}
	bought := kind.purpose == ledger.PurposeEquipment || kind.purpose == ledger.PurposeMaterial
	if bought && w.dice.percent(62) {
		s := w.supplier(1)
		p.to = s.account
		m := w.settle(p)
		if w.dice.percent(50) {
			w.confirm(m)
		}
		w.planSupplier(s, amount)
		return
	}
	p.payee = w.payee(kind.purpose)
	if e.user != "" && w.dice.percent(50) {
		w.carryOut(e.user, p, w.evidence)
		return
	}
	w.evidence(w.settle(p))
}

// evidence records the bank's receipt for some uses.
func (w *world) evidence(m *movement) {
	if m.number%9 == 0 {
		w.receipt(m)
	}
}

func (w *world) payee(p ledger.Purpose) string {
	switch p {
	case ledger.PurposePayroll:
		return payroll
	case ledger.PurposeTax:
		return taxBureau
	case ledger.PurposeRent:
		return landlord
	case ledger.PurposeRD:
		return institute
	}
	return importer
}

// supplier picks an ordinary supplier of a tier.
func (w *world) supplier(tier int) *companyState {
	var of []*companyState
	for _, s := range firms {
		if c := w.companies[company(s.serial)]; c != nil && s.tier == tier && c.id != tierTwo && s.serial != roundTripSecond {
			of = append(of, c)
		}
	}
	return pick(w.dice, of)
}

// planSupplier plans what a supplier does with a payment: part goes on to tier 2, part to wages, materials and tax.
func (w *world) planSupplier(s *companyState, got int64) {
	if got < 20*tenThousand {
		return
	}
	if s.tier == 1 && w.dice.percent(50) {
		w.at(w.today+w.dice.days(15, 75), func() {
			amount := min(got/100*w.dice.between(25, 50), s.account.balance()) / (100 * yuan) * (100 * yuan)
			if amount < 5*tenThousand {
				return
			}
			t := w.supplier(2)
			m := w.settle(payment{kind: ledger.Use, from: s.account, to: t.account, amount: amount, purpose: ledger.PurposeMaterial, memo: "二级采购（合成）"})
			if w.dice.percent(40) {
				w.confirm(m)
			}
			w.planSupplier(t, amount)
		})
	}
	if w.dice.percent(55) {
		w.at(w.today+w.dice.days(20, 110), func() {
			kind := pick(w.dice, []ledger.Purpose{ledger.PurposePayroll, ledger.PurposePayroll, ledger.PurposeMaterial, ledger.PurposeTax, ledger.PurposeRent})
			amount := min(got/100*w.dice.between(35, 70), s.account.balance())
			if amount < tenThousand {
				return
			}
			w.settle(payment{kind: ledger.Use, from: s.account, payee: w.payee(kind), amount: amount - w.dice.between(0, 9_999), purpose: kind, memo: "供应商支出（合成）"})
		})
	}
}
