package sample

import "fundtrace/chaincode/ledger"

// The plan of the planted cases of the supply chain. trade_cases.go derives the expected answers from these constants.
const (
	// Public money that reaches a tier-2 supplier: the special bond of planted.go lies in the equipment maker's account.
	chainFace    = 4_800_000 * yuan // equipment maker -> tier 1
	chainIssued  = "2025-07-15"
	chainDue     = "2025-10-13"
	chainPiece   = 1_800_000 * yuan // tier 1 -> tier 2
	chainTaken   = "2025-07-22"
	chainSold    = 1_000_000 * yuan // tier 1 -> factor
	chainSoldOn  = "2025-07-25"
	chainDeeper  = 600_000 * yuan // tier 2 -> tier 3
	chainPayroll = 900_000 * yuan // tier 2 spends of what it was paid
	chainThird   = "000243"       // tier 3

	// One invoice that two funders are asked to finance, and its twin with one digit changed.
	twiceAmount = 3_200_000 * yuan
	twiceSeller = "000202"
	twiceNumber = "25990000000000098765"
	twinNumber  = "25990000000000098756"
	twiceDate   = "2025-08-20"

	// A voucher in very many pieces, some of them tiny, of which six go to firms that never held one.
	crumbsFace   = 500_000 * yuan
	crumbsPieces = 60
	crumbsTiny   = 8 // of 80 yuan each
	crumb        = 80 * yuan
	crumbsHolder = "000204"
	crumbsPassed = 6

	// A voucher that comes back to who had it first, and is financed there.
	ringFace  = 1_500_000 * yuan
	ringFirst = "000203"
	ringTwo   = "000212"
	ringThree = "00024E"

	// The core enterprise that fails, and what its creditors do.
	defaulter     = "000122"
	failSplit     = 3_000_000 * yuan // to failSeller: a part sold to the factor, a part passed on, both with recourse
	failSold      = 2_000_000 * yuan
	failPassed    = 1_000_000 * yuan
	failSeller    = "000205"
	failTaker     = "000233"
	failLost      = 800_000 * yuan // written off
	failPart      = 650_000 * yuan // paid in part
	failPartPaid  = 200_000 * yuan
	failLate      = 500_000 * yuan // paid in full, late
	failDue       = "2025-10-09"
	failedOn      = "2025-10-10"
	failLatePaid  = "2025-11-14"
	recoursePaid  = "2025-10-27"
	recourseAgain = "2025-10-29" // overdue again, now with who paid
)

// given plans an issue of exact days: billed and claimed four days before, confirmed, drafted, issued, and accepted the
// next day. then is called once it is active.
func (t *trade) given(name, issuer, payee string, face int64, issued, due string, then func(*voucher)) {
	s, buyer := t.of(payee), t.of(issuer)
	t.just(on(issued)-4, func() {
		c := t.owed(s, buyer, face, t.today-2)
		t.just(on(issued)-1, func() { t.stepClaim(ledger.ClaimConfirm, buyer, c) })
		t.on(issued, func() {
			v := t.keep(name, t.draft(c, face, on(due)))
			t.issue(v)
			t.just(t.today+1, func() {
				t.accept(v)
				if then != nil {
					then(v)
				}
			})
		})
	})
}

// keep remembers a voucher by its name in the story.
func (t *trade) keep(name string, v *voucher) *voucher {
	t.planted[name] = v
	return v
}

// sell plans the sale of a voucher to a funder within two days.
func (t *trade) sell(name string, v *voucher, on, paid string, terms ledger.Terms) {
	t.on(on, func() {
		t.apply(v, terms)
		t.later(1, func() { t.enter(v, 1) })
	})
	t.on(paid, func() { t.keep(name, t.fund(v, 0)) })
}

// sale is the usual terms of the factor.
func (t *trade) sale(recourse bool) ledger.Terms {
	return ledger.Terms{Funder: t.factor.id, Mode: ledger.Sale, RatePPM: 36_000, DayCount: ledger.Actual360, Recourse: recourse}
}

// plantTrade puts the planted cases on the agenda.
func (t *trade) plantTrade() {
	t.plantChain()
	t.plantDoubleFinancing()
	t.plantCrumbs()
	t.plantRing()
	t.plantDefault()
	t.plantStates()
}

// plantChain lets public money settle a voucher that has gone down two tiers.
func (t *trade) plantChain() {
	t.given("chain", "000006", "000008", chainFace, chainIssued, chainDue, func(v *voucher) {
		t.planMaturity(v, 0)
		t.on("2025-07-18", func() {
			p := t.split(v, chainPiece, chainSold, chainFace-chainPiece-chainSold)
			t.keep("chain.held", p[2])
			t.on("2025-07-21", func() { t.offer(p[0], t.of("000009"), false, true) })
			t.sell("chain.sold", p[1], "2025-07-23", chainSoldOn, t.sale(false))
			t.on(chainTaken, func() {
				taken := t.keep("chain.taken", t.take(p[0]))
				t.on("2025-07-25", func() {
					q := t.split(taken, chainPiece-chainDeeper, chainDeeper)
					t.keep("chain.tier2", q[0])
					t.on("2025-07-28", func() { t.offer(q[1], t.of(chainThird), false, true) })
					t.on("2025-07-29", func() { t.keep("chain.tier3", t.take(q[1])) })
				})
			})
		})
		t.on("2025-10-20", func() {
			t.settle(payment{kind: ledger.Use, from: t.of("000009").account, payee: payroll, amount: chainPayroll, purpose: ledger.PurposePayroll, memo: "工资批次合计（合成）"})
		})
	})
}

// plantDoubleFinancing has the factor finance an invoice, a bank meet it a second time, and the seller bring a twin.
func (t *trade) plantDoubleFinancing() {
	seller, buyer := t.of(twiceSeller), t.of("000007")
	t.on("2025-08-21", func() { t.bills["twice"] = t.billAs(twiceNumber, on(twiceDate), seller, buyer, twiceAmount) })
	t.on("2025-08-25", func() {
		i := t.bills["twice"]
		t.checkInvoice(i, t.factor, "VALID")
		held := t.reserve(i, t.factor, twiceAmount)
		t.on("2025-09-01", func() {
			t.stepInvoice(ledger.InvoiceFinance, t.factor, i, ledger.InvoiceStep{Date: t.today.String(), Registration: t.registration(i.key(), 1)}, held)
		})
	})
	t.on("2025-09-03", func() {
		i := t.bills["twice"]
		t.registerInvoice(i, t.lender)
		t.try("double-financing", ledger.InvoiceOverused, nil, i, func() {
			t.reserve(i, t.lender, million)
		})
	})
	t.on("2025-09-04", func() {
		t.bills["twin"] = t.billAs(twinNumber, on(twiceDate), seller, buyer, twiceAmount)
		t.reserve(t.bills["twin"], t.lender, twiceAmount)
	})
}

// plantCrumbs splits a voucher as nobody needs to.
func (t *trade) plantCrumbs() {
	t.given("crumbs", "000121", crumbsHolder, crumbsFace, "2025-09-10", "2026-03-09", func(v *voucher) {
		t.on("2025-09-16", func() {
			amounts := make([]int64, crumbsPieces)
			left := crumbsFace - crumbsTiny*crumb
			for i := range amounts {
				if amounts[i] = crumb; i >= crumbsTiny {
					amounts[i] = left / int64(crumbsPieces-i)
					left -= amounts[i]
				}
			}
			p := t.split(v, amounts...)
			t.on("2025-09-17", func() {
				for k := range crumbsPassed {
					t.offer(p[crumbsTiny+k], t.tiers[3][len(t.tiers[3])-1-k], false, false)
				}
			})
			t.on("2025-09-18", func() {
				for k := range crumbsPassed {
					t.take(p[crumbsTiny+k])
				}
			})
		})
	})
}

// plantRing sends a voucher round in a ring.
func (t *trade) plantRing() {
	t.given("ring", "000111", ringFirst, ringFace, "2025-08-12", "2026-02-09", func(v *voucher) {
		hop := func(v *voucher, offered, taken, to, name string, then func(*voucher)) {
			t.on(offered, func() { t.offer(v, t.of(to), false, false) })
			t.on(taken, func() { then(t.keep(name, t.take(v))) })
		}
		hop(v, "2025-08-18", "2025-08-19", ringTwo, "ring.2", func(v *voucher) {
			hop(v, "2025-08-22", "2025-08-25", ringThree, "ring.3", func(v *voucher) {
				hop(v, "2025-08-28", "2025-08-29", ringFirst, "ring.4", func(v *voucher) {
					t.sell("ring.sold", v, "2025-09-01", "2025-09-03", t.sale(false))
				})
			})
		})
	})
}

// plantDefault lets a core enterprise fail on all that falls due on one day.
func (t *trade) plantDefault() {
	t.given("fail.split", defaulter, failSeller, failSplit, "2025-07-08", failDue, func(v *voucher) {
		t.on("2025-07-14", func() {
			p := t.split(v, failSold, failPassed)
			t.on("2025-07-16", func() { t.offer(p[1], t.of(failTaker), true, true) })
			t.on("2025-07-17", func() { t.keep("fail.passed", t.take(p[1])) })
			t.sell("fail.sold", p[0], "2025-07-17", "2025-07-21", t.sale(true))
		})
	})
	t.given("fail.lost", defaulter, "000208", failLost, "2025-07-10", failDue, nil)
	t.given("fail.part", defaulter, "00022A", failPart, "2025-07-11", failDue, nil)
	t.given("fail.late", defaulter, "000229", failLate, "2025-07-14", failDue, nil)
	all := []string{"fail.split", "fail.lost", "fail.part", "fail.late"}
	t.on(failDue, func() {
		for _, name := range all {
			t.mature(t.planted[name])
		}
	})
	t.on(failedOn, func() {
		for _, name := range all {
			for _, v := range t.planted[name].leaves() {
				t.fail(v)
			}
		}
	})
	t.on("2025-10-15", func() { t.claimRecourse(t.planted["fail.sold"]) })
	t.on("2025-10-16", func() { t.claimRecourse(t.planted["fail.passed"]) })
	t.on(recoursePaid, func() {
		back := t.keep("fail.back", t.payRecourse(t.planted["fail.sold"]))
		t.on("2025-10-28", func() { t.mature(back) })
		t.on(recourseAgain, func() { t.fail(back) })
	})
	t.on("2025-11-03", func() {
		o := t.record("officer@finance", ledger.Op{Type: ledger.IssuerFlag, Flag: &ledger.IssuerFlagging{Party: company(defaulter), Flag: "BOND_DEFAULT", Set: true,
			Source: "合成债券市场公告 / Synthetic bond market notice"}}, t.of(defaulter).issues...)
		o.writes = append(o.writes, "issuer "+company(defaulter))
	})
	t.on(failLatePaid, func() { t.payOff(t.planted["fail.late"], failLate) })
	t.on("2025-11-20", func() { t.payOff(t.planted["fail.part"], failPartPaid) })
	t.on("2025-12-19", func() { t.writeOff(t.planted["fail.lost"]) })
	t.on("2025-12-08", func() {
		c := t.owed(t.of("000208"), t.of(defaulter), 420_000*yuan, t.today-3)
		t.on("2025-12-09", func() { t.stepClaim(ledger.ClaimConfirm, t.of(defaulter), c) })
		t.on("2025-12-10", func() {
			v := t.keep("blocked", t.draft(c, 420_000*yuan, on("2026-03-10")))
			sign := func(user string) func() {
				return func() { t.act(ledger.VoucherSign, user, v, v.state, ledger.VoucherStep{}) }
			}
			t.try("default-with-recourse", ledger.IssuerBlocked, v, nil, sign(v.issuer.second))
			t.try("default-with-recourse", ledger.SamePerson, v, nil, sign(v.issuer.user))
		})
	})
}
