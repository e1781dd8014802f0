package sample

import "fundtrace/chaincode/ledger"

// The plan of the planted cases: who pays how much on which day. cases.go derives the expected answers from these
// constants alone.
const (
	idleCalled = "2019-06-18"
	idleSince  = "2019-06-20" // credited
	idleAmount = 50 * million

	// Fund -> company A -> company B -> a limited partner of the fund -> the fund, as "social capital".
	roundTripFirst  = "000174"
	roundTripSecond = "000175"
	tripOut         = "2022-03-10"
	tripOutAmount   = 30 * million
	tripOver        = "2022-04-06"
	tripOverAmount  = 24 * million
	tripToLP        = "2022-05-20"
	tripToLPAmount  = 20 * million
	tripBack        = "2022-06-15"
	tripBackAmount  = 20 * million

	absentSigned = "2021-03-09" // the Jinzhou fund's start: its agreement is signed that day

	bondArrives    = "2025-03-12"
	bondAmount     = 300 * million
	bondSocial     = 200 * million // social capital beside it
	bondToNewFund  = 120 * million // Dalian special-bond sub-fund
	bondToShenyang = 100 * million
	bondToAnshan   = 50 * million
	bondToJinzhou  = 40 * million // in August: the last 30 of the first bond, 10 from what arrived after it

	tierFirm       = 60 * million // sub-fund -> e2
	tierFirmDate   = "2025-04-16"
	tierOneAmount  = 24 * million // e2 -> tier 1
	tierOneDate    = "2025-05-16"
	tierTwoFirst   = 9_600_000 * yuan // tier 1 -> tier 2
	tierTwoDate    = "2025-06-20"
	tierTwoSecond  = 3_200_000 * yuan
	tierTwoDate2   = "2025-08-15"
	tierTwoSpent   = 1_500_000 * yuan
	stuckAmount    = 8_800_000 * yuan
	stuckDebited   = "2025-09-17"
	stuckFirm      = "000176"
	groupThreshold = 200_000 // ppm of paid-in capital
)

// groupDeals are the investments of the Anshan fund in one group of three companies.
var groupDeals = []struct {
	serial, date string
	amount       int64
}{{"000171", "2020-10-20", 30 * million}, {"000172", "2021-12-08", 28 * million}, {"000173", "2023-06-14", 27 * million}}

// plant puts the planted cases and a few corrections on the agenda.
func (w *world) plant() {
	w.plantRoundTrip()
	w.plantGroup()
	w.plantBond()
	w.plantTierTwo()
	w.plantStuck()
	w.plantCorrections()
	w.exactly(on("2025-11-03"), func() { // the audit office leaves a working paper on the idle fund
		f := w.funds["yingkou"]
		w.document("auditor@audit", "审计取证单（合成）/ Audit working paper (synthetic): idle money in "+f.id+"\n", named(f.id), "OTHER", f.established)
	})
}

// scripted plans a payment of an exact day; name finds its movement again.
func (w *world) scripted(name, date string, p func() payment) {
	w.exactly(on(date), func() {
		m := w.settle(p())
		w.confirm(m)
		w.marked[name] = m
	})
}

func (w *world) firm(serial string) *companyState { return w.companies[company(serial)] }

func (w *world) plantRoundTrip() {
	w.exactly(on("2022-03-01"), func() {
		w.open("lp-loop", loopLP, custodianBank, ledger.Operating)
		f := w.funds["dalian"]
		s := share{"loop", loopLP, "SOCIAL", ledger.SocialCapital, tripBackAmount / million, false}
		f.investors = append(f.investors, &stake{share: s, commitment: w.sign(f, s)})
	})
	w.scripted("trip.1", tripOut, func() payment {
		return payment{kind: ledger.Disbursement, from: w.funds["dalian"].account, to: w.firm(roundTripFirst).account, amount: tripOutAmount, memo: "投资款（合成）"}
	})
	w.scripted("trip.2", tripOver, func() payment {
		return payment{kind: ledger.Use, from: w.firm(roundTripFirst).account, to: w.firm(roundTripSecond).account, amount: tripOverAmount, purpose: ledger.PurposeMaterial, memo: "材料款（合成）"}
	})
	w.scripted("trip.3", tripToLP, func() payment {
		return payment{kind: ledger.Use, from: w.firm(roundTripSecond).account, to: w.accounts["acct:syn-lp-loop"], amount: tripToLPAmount, purpose: ledger.PurposeOther, memo: "往来款（合成）"}
	})
	w.scripted("trip.4", tripBack, func() payment {
		f := w.funds["dalian"]
		s := f.investor("loop")
		f.arrived(s, tripBackAmount)
		return payment{kind: ledger.Contribution, from: w.accounts["acct:syn-lp-loop"], to: f.account, amount: tripBackAmount, commitment: s.commitment, memo: "社会资本出资（合成）"}
	})
	w.scripted("trip.rest", "2022-07-20", func() payment {
		return payment{kind: ledger.Use, from: w.firm(roundTripFirst).account, payee: payroll, amount: 2_345_678_90, purpose: ledger.PurposePayroll, memo: "工资批次合计（合成）"}
	})
}

func (w *world) plantGroup() {
	for _, d := range groupDeals {
		w.scripted("group."+d.serial, d.date, func() payment {
			e := w.firm(d.serial)
			w.planSpending(w.funds["anshan"], e, d.amount)
			return payment{kind: ledger.Disbursement, from: w.funds["anshan"].account, to: e.account, amount: d.amount, memo: "投资款（合成）"}
		})
	}
}

// promise signs a further commitment to a fund.
func (w *world) promise(f *fund, s share) *stake {
	st := &stake{share: s, commitment: w.sign(f, s), account: w.accounts["acct:syn-treasury-"+bureauKey[s.investor]]}
	f.investors = append(f.investors, st)
	return st
}

// plantBond brings special-bond money in and down to the sub-funds in 2025.
func (w *world) plantBond() {
	w.exactly(on("2025-02-25"), func() {
		w.promise(w.funds["parent"], share{"bond", provinceBureau, "GOV", ledger.SpecialBond, 400, false})
	})
	w.exactly(on(bondArrives)-1, func() {
		parent := w.funds["parent"]
		w.marked["bond"] = w.payIn(parent, parent.investor("bond"), bondAmount, "2025 专项债券01期（合成）/ special bond 2025-01 (synthetic)")
	})
	w.exactly(on("2025-07-14"), func() {
		parent := w.funds["parent"]
		w.payIn(parent, parent.investor("bond"), 100*million, "2025 专项债券02期（合成）/ special bond 2025-02 (synthetic)")
	})
	w.exactly(on("2025-03-18"), func() {
		f := w.funds["bond"]
		w.marked["bond.new"] = w.passDown(f, f.investor("parent"), bondToNewFund, true)
	})
	w.exactly(on("2025-03-27"), func() {
		f := w.funds["bond"]
		s := f.investor("social")
		w.settle(payment{kind: ledger.Contribution, to: f.account, amount: bondSocial, commitment: s.commitment,
			origin: &ledger.Origin{Source: ledger.SocialCapital, Investor: bondLP}, memo: "第1期出资（合成）"})
		f.arrived(s, bondSocial)
	})
	for _, d := range []struct {
		fund, date     string
		amount, invest int64
	}{{"shenyang", "2025-04-01", bondToShenyang, 85 * million}, {"anshan", "2025-04-08", bondToAnshan, 30 * million}, {"jinzhou", "2025-08-05", bondToJinzhou, 30 * million}} {
		w.exactly(on(d.date), func() {
			f := w.funds[d.fund]
			s := w.promise(f, share{"parent-bond", parentEntity, "GOV", ledger.SpecialBond, d.amount / million, false})
			w.marked["bond."+d.fund] = w.passDown(f, s, d.amount, true)
			w.planDeals(f, d.invest)
		})
	}
	w.at(on("2025-06-16"), func() { w.invest(w.funds["bond"], w.firm("000162"), 25*million) })
	w.exactly(on("2025-12-29"), func() { // on its way when the sample ends
		m := w.instruct("dalian@manager", payment{kind: ledger.Disbursement, from: w.funds["bond"].account, to: w.firm("000163").account, amount: 15 * million, memo: "投资款（合成）"})
		w.exactly(w.today+1, func() { w.debit(m) })
	})
	w.exactly(on("2025-12-30"), func() { // instructed when the sample ends
		w.instruct("shenyang@manager", payment{kind: ledger.Disbursement, from: w.funds["shenyang"].account, to: w.firm("000113").account, amount: 6 * million, memo: "投资款（合成）"})
	})
}

// plantTierTwo follows special-bond money from e2 to its supplier and the supplier's supplier.
func (w *world) plantTierTwo() {
	e2, t1, t2 := equipmentMaker, tierOne, tierTwo
	w.exactly(on(tierFirmDate)-20, func() { w.open("e000008-project", t1, enterpriseBank, ledger.Supervised) })
	w.exactly(on(tierFirmDate)-2, func() {
		m := w.instruct("dalian@manager", payment{kind: ledger.Disbursement, from: w.funds["bond"].account, to: w.companies[e2].account, amount: tierFirm, memo: "投资款（合成）"})
		w.marked["tier.0"] = m
		w.exactly(w.today+1, func() { w.debit(m) })
		w.exactly(w.today+2, func() { w.credit(m); w.receipt(m) })
	})
	w.exactly(on(tierOneDate)-2, func() {
		m := w.instruct("e2@enterprise", payment{kind: ledger.Use, from: w.companies[e2].account, to: w.accounts["acct:syn-e000008-project"], amount: tierOneAmount, purpose: ledger.PurposeEquipment, memo: "设备购置（合成）"})
		w.marked["tier.1"] = m
		w.exactly(w.today+1, func() { w.debit(m) })
		w.exactly(w.today+2, func() { w.credit(m); w.receipt(m) })
	})
	part := func(amount int64) func() payment {
		return func() payment {
			return payment{kind: ledger.Use, from: w.accounts["acct:syn-e000008-project"], to: w.companies[t2].account, amount: amount, purpose: ledger.PurposeMaterial, memo: "二级采购（合成）"}
		}
	}
	w.scripted("tier.2", tierTwoDate, part(tierTwoFirst))
	w.scripted("tier.3", tierTwoDate2, part(tierTwoSecond))
	spend := func(of string, account func() *account, amount int64, p ledger.Purpose) func() payment {
		return func() payment {
			return payment{kind: ledger.Use, from: account(), payee: w.payee(p), amount: amount, purpose: p, memo: of}
		}
	}
	firm := func() *account { return w.companies[e2].account }
	w.scripted("tier.4", "2025-09-12", spend("工资批次合计（合成）", func() *account { return w.companies[t2].account }, tierTwoSpent, ledger.PurposePayroll))
	w.scripted("tier.5", "2025-07-10", spend("工资批次合计（合成）", func() *account { return w.accounts["acct:syn-e000008-project"] }, 2_060_000*yuan, ledger.PurposePayroll))
	w.scripted("e2.1", "2025-06-03", spend("研发支出（合成）", firm, 8_000_000*yuan, ledger.PurposeRD))
	w.scripted("e2.2", "2025-07-01", spend("工资批次合计（合成）", firm, 3_612_345_67, ledger.PurposePayroll))
	w.exactly(on("2025-08-04"), func() { w.ownFunds(w.companies[e2], 5*million) })
	w.scripted("e2.3", "2025-10-15", spend("税费（合成）", firm, 912_300_00, ledger.PurposeTax))
}

func (w *world) plantStuck() {
	w.exactly(on(stuckDebited)-1, func() {
		m := w.instruct("anshan@manager", payment{kind: ledger.Disbursement, from: w.funds["anshan"].account, to: w.firm(stuckFirm).account, amount: stuckAmount, memo: "投资款（合成）"})
		w.marked["stuck"] = m
		w.exactly(w.today+1, func() { w.debit(m) })
	})
}

// plantCorrections makes two mistakes that two organisations put right: a rent paid out twice on the books, and an
// investment sent to another enterprise than the one meant.
func (w *world) plantCorrections() {
	w.exactly(on("2023-05-09"), func() { w.ownFunds(w.companies[steelMaker], 3*million) })
	w.exactly(on("2023-05-10"), func() {
		p := payment{kind: ledger.Use, from: w.companies[steelMaker].account, payee: landlord, amount: 180_000 * yuan, purpose: ledger.PurposeRent, memo: "厂房租金（合成）"}
		w.settle(p)
		twice := w.settle(p)
		w.marked["reversed.1"] = twice
		w.exactly(w.today+2, func() { w.reverse(twice, "officer@finance", "DUPLICATE") })
	})
	w.exactly(on("2021-11-16"), func() {
		f := w.funds["dalian"]
		p := payment{kind: ledger.Disbursement, from: f.account, to: w.firm("000126").account, amount: 3 * million, memo: "投资款（合成）"}
		wrong := w.instruct(f.manager, p)
		w.marked["reversed.2"] = wrong
		w.exactly(w.today+1, func() { w.debit(wrong); w.credit(wrong) })
		w.exactly(w.today+2, func() {
			w.reverse(wrong, keeper(p.to), "TYPO")
			p.to = w.firm("000123").account
			w.settle(p)
		})
	})
}
