package sample

import (
	"fundtrace/chaincode/ledger"
)

// cases lists the planted cases of the supply chain. Figures follow from the plan (trade_planted.go, trade_states.go);
// those over everything (states, sums, exposure) from the sample's own books, which test nothing else.
func (t *trade) cases() []Case {
	return []Case{t.publicCase(), t.statesCase(), t.sumsCase(), t.exposureCase(), t.twiceCase(), t.crumbsCase(), t.ringCase(), t.defaultCase(), t.stretchCase(), t.dearCase()}
}

// ids answers the claim lots of planted vouchers.
func (t *trade) ids(names ...string) (list []string) {
	for _, n := range names {
		list = append(list, t.planted[n].id())
	}
	return list
}

// cash answers the last payments against planted vouchers.
func (t *trade) cash(names ...string) (list []string) {
	for _, n := range names {
		list = append(list, t.planted[n].cash.id())
	}
	return list
}

func vouchers(name string, n int) Figure { return Figure{name, int64(n), "vouchers"} }

func (t *trade) publicCase() Case {
	bond := t.marked["bond"]
	c := Case{ID: "public-money-to-tier-2-voucher", TitleZh: "财政资金经电子凭证到二级供应商", TitleEn: "Public money reaches a tier-2 supplier through an e-voucher",
		LookZh: "专项债资金在核心企业账户；核心企业到期兑付凭证，凭证已拆分转让至二、三级供应商，一部分由保理公司提前付款。",
		LookEn: "Special-bond money lies in the core enterprise's account and pays a voucher at maturity, which had been split and passed on to tiers 2 and 3; the factor paid one piece early.",
		Rules:  []string{"5.2 query 1", "I1", "I7"}, Funds: []string{"fund:syn-parent", "fund:syn-bond"},
		Parties:  []string{equipmentMaker, tierOne, tierTwo, company(chainThird), factoring},
		Accounts: []string{"acct:syn-e000006", t.of("000008").account.ID, t.of("000009").account.ID, t.of(chainThird).account.ID, t.factor.account.ID},
		Lots:     []string{bond.lots[0].id()}, Vouchers: t.ids("chain", "chain.taken", "chain.tier2", "chain.tier3", "chain.sold", "chain.held")}
	for _, n := range []string{"bond", "bond.new", "tier.0"} {
		c.Movements = append(c.Movements, t.marked[n].id())
	}
	c.Movements = append(c.Movements, t.cash("chain.tier2", "chain.tier3", "chain.sold", "chain.held")...)
	discount, _ := mulDiv(chainSold, 36_000*int64(on(chainDue)-on(chainSoldOn)), 1_000_000*360) // comes out even
	c.Expect = []Figure{fen("root", bondAmount), fen("face", chainFace), fen("to_tier_1", chainFace-chainPiece-chainSold), fen("to_tier_2", chainPiece-chainDeeper),
		fen("to_tier_3", chainDeeper), fen("to_factor", chainSold), fen("paid_by_factor", chainSold-discount), fen("spent_by_tier_2", chainPayroll),
		days("days_waited_tier_2", on(chainDue)-on(chainTaken)), days("days_waited_sold_piece", on(chainSoldOn)-on(chainIssued)-1), {"hops", 4, "movements"}}
	return c
}

// voucherStates lists every state in the order of a voucher's life.
var voucherStates = []ledger.VoucherState{ledger.VoucherDrafted, ledger.VoucherIssued, ledger.VoucherActive, ledger.TransferPending, ledger.FinancePending,
	ledger.VoucherFinanced, ledger.VoucherPledged, ledger.VoucherFrozen, ledger.VoucherDue, ledger.PartiallySettled, ledger.VoucherOverdue, ledger.InRecourse,
	ledger.VoucherDivided, ledger.VoucherPassedOn, ledger.VoucherSettled, ledger.VoucherWrittenOff, ledger.VoucherCancelled}

func (t *trade) statesCase() Case {
	c := Case{ID: "voucher-states", TitleZh: "凭证状态：每一状态各有多少", TitleEn: "Vouchers in every state", LookZh: "按状态统计全部凭证节点。", LookEn: "Count all vouchers by state.",
		Rules: []string{"2.3"}}
	count, trees := map[ledger.VoucherState]int{}, 0
	for _, v := range t.vouchers {
		count[v.state]++
		if v.parent == nil {
			trees++
		}
	}
	c.Expect = []Figure{vouchers("vouchers", len(t.vouchers)), vouchers("trees", trees)}
	for _, s := range voucherStates {
		c.Expect = append(c.Expect, vouchers(string(s), count[s]))
	}
	return c
}

// sums is what has become of faces.
type sums struct{ face, live, settled, cancelled, writtenOff int64 }

func (s *sums) add(v *voucher) {
	if v.parent == nil {
		s.face += v.face
	}
	if len(v.pieces) > 0 && v.state != ledger.VoucherPassedOn && v.state != ledger.VoucherDivided {
		panic("sample: a voucher goes on although it is not consumed")
	}
	s.settled += v.paid
	switch v.state {
	case ledger.VoucherCancelled:
		s.cancelled += v.face
	case ledger.VoucherWrittenOff:
		s.writtenOff += v.face - v.paid
	default:
		s.live += v.open()
	}
}

func (s sums) figures() []Figure {
	return []Figure{fen("face", s.face), fen("live", s.live), fen("settled", s.settled), fen("cancelled", s.cancelled), fen("written_off", s.writtenOff)}
}

func (t *trade) sumsCase() Case {
	var all sums
	for _, v := range t.vouchers {
		all.add(v)
	}
	return Case{ID: "voucher-sums", TitleZh: "凭证守恒：开立额等于在途、兑付、作废、核销之和", TitleEn: "What was issued is live, settled, cancelled or written off",
		LookZh: "把各棵拆分树的根相加，与叶子逐项核对。", LookEn: "Add up the roots of all trees and check them against the leaves.", Rules: []string{"I1", "S-SPL-01"}, Expect: all.figures()}
}

func (t *trade) exposureCase() Case {
	id := company(defaulter)
	var of sums
	overdue, count := int64(0), 0
	for _, v := range t.vouchers {
		if v.issuer.id != id {
			continue
		}
		of.add(v)
		if v.defaulted && v.open() > 0 {
			overdue += v.open()
			count++
		}
	}
	return Case{ID: "issuer-exposure", TitleZh: "核心企业敞口：违约企业的未付与逾期", TitleEn: "Exposure of an issuer: what the one that failed owes, and of it overdue",
		LookZh: "按开立人统计凭证。", LookEn: "Sum up the vouchers of the issuer.", Rules: []string{"S-ISS-02", "S-CON-01"}, Parties: []string{id, dalianGroup},
		Expect: append(of.figures(), fen("overdue", overdue), vouchers("overdue_vouchers", count))}
}

func (t *trade) twiceCase() Case {
	c := Case{ID: "double-financing", TitleZh: "一票两融：同一发票第二次登记、拒绝预留，另有近似发票", TitleEn: "Double financing: one invoice brought to two funders, and a twin with one digit changed",
		LookZh: "保理公司已全额融资；银行登记同票得到重复提示，预留被拒；同日同额的近似发票已被银行预留。",
		LookEn: "The factor has financed all of it; the bank that registers it meets a duplicate and cannot reserve; a twin of the same day and amount is reserved by the bank.",
		Rules:  []string{"S-FIN-03", "S-FIN-03N"}, Parties: []string{company(twiceSeller), coreBuyer, factoring, custodianBank}, Refused: t.trialsOf("double-financing")}
	for _, name := range []string{"twice", "twin"} {
		i := t.bills[name]
		c.Invoices = append(c.Invoices, Paper{i.Seller, i.Buyer, i.Type, i.Number, i.Date, i.Amount, i.Currency})
	}
	c.Expect = []Figure{fen("financed", twiceAmount), fen("left", 0), {"registrations", 2, "parties"}, fen("twin_reserved", twiceAmount)}
	return c
}

func (t *trade) crumbsCase() Case {
	v := t.planted["crumbs"]
	return Case{ID: "abnormal-split", TitleZh: "异常拆分：一张凭证拆成六十份", TitleEn: "Abnormal splitting: one voucher in sixty pieces",
		LookZh: "其中八份各八十元，六份次日转给六家从未持有凭证的企业。", LookEn: "Eight of them of 80 yuan; six go the next day to six firms without a trade behind it.",
		Rules: []string{"S-SPL-02", "S-TRF-01"}, Parties: []string{v.issuer.id, v.holder.id}, Vouchers: []string{v.id()},
		Expect: []Figure{fen("face", crumbsFace), vouchers("pieces", crumbsPieces), vouchers("tiny_pieces", crumbsTiny), fen("smallest", crumb), vouchers("passed_on", crumbsPassed)}}
}

func (t *trade) ringCase() Case {
	return Case{ID: "circular-transfer", TitleZh: "循环转让：凭证回到第一手持有人并融资", TitleEn: "Circular transfer: a voucher comes back to its first holder, who has it financed",
		LookZh: "三次转让，均无贸易单据。", LookEn: "Three transfers without a document of trade.", Rules: []string{"S-TRF-02", "S-TRF-01"},
		Parties: []string{company(ringFirst), company(ringTwo), company(ringThree)}, Vouchers: t.ids("ring", "ring.2", "ring.3", "ring.4", "ring.sold"), Movements: t.cash("ring.4"),
		Expect: []Figure{fen("face", ringFace), {"transfers", 3, "movements"}, days("days_round", on("2025-08-29")-on("2025-08-13")), fen("financed", ringFace)}}
}

func (t *trade) defaultCase() Case {
	late := on(failLatePaid) - on(failDue)
	return Case{ID: "default-with-recourse", TitleZh: "违约与追索：核心企业到期未付，保理公司向供应商追索并受偿", TitleEn: "Default with recourse: the core enterprise does not pay, and the factor recovers from the supplier",
		LookZh: "同日到期的四张凭证违约；一张追索已付、一张追索中、一张部分兑付、一张迟付并计息、一张核销；该企业此后不得开立。",
		LookEn: "What fell due on one day was not paid: one piece recovered by recourse, one in recourse, one paid in part, one paid late with interest, one written off; the issuer may issue no more.",
		Rules:  []string{"S-SET-01", "S-ISS-02"}, Parties: []string{company(defaulter), company(failSeller), company(failTaker), factoring},
		Vouchers:  t.ids("fail.split", "fail.sold", "fail.back", "fail.passed", "fail.lost", "fail.part", "fail.late", "blocked"),
		Movements: t.cash("fail.sold", "fail.part", "fail.late"), Refused: t.trialsOf("default-with-recourse"),
		Expect: []Figure{fen("defaulted", failSplit+failLost+failPart+failLate), fen("recourse_paid", failSold), fen("in_recourse", failPassed), fen("written_off", failLost),
			fen("paid_in_part", failPartPaid), fen("paid_late", failLate), days("days_late", late), fen("late_interest", failLate/10_000*5*int64(late)),
			days("days_to_recourse", on(recoursePaid)-on(failedOn))}}
}

func (t *trade) stretchCase() Case {
	return Case{ID: "stretched-terms", TitleZh: "变相延期：旧凭证作废或到期未付，几日内再开新凭证", TitleEn: "Stretched terms: a new voucher to the same payee days after the old one was cancelled or came due unpaid",
		LookZh: "一张协商作废后七日再开，一张到期未付七日后再开。", LookEn: "One was cancelled by both sides and issued anew a week later, one came due unpaid a week before its successor.",
		Rules: []string{"S-TRM-04", "S-TRM-03"}, Parties: []string{company("000111"), company("000221"), coreBuyer, company("000224")}, Vouchers: t.ids("cancelled", "stretched", "due", "issued"),
		Expect: []Figure{days("days_to_new_after_cancelling", on("2025-11-28")-on("2025-11-21")), days("days_to_new_after_due", on("2025-12-29")-on("2025-12-22")),
			days("term_then", on("2025-12-08")-on("2025-09-08")), days("term_now", on("2026-05-27")-on("2025-11-28"))}}
}

func (t *trade) dearCase() Case {
	v := t.planted["dear"]
	return Case{ID: "dear-financing", TitleZh: "融资成本过高：年化近一成", TitleEn: "Dear financing: almost ten percent a year",
		LookZh: "第一家拒绝后，第二家以9.8%贴现。", LookEn: "After one funder refused, another discounted at 9.8 %.", Rules: []string{"S-FIN-06"}, Parties: []string{v.holder.id, factoring},
		Vouchers: t.ids("dear", "dear.sold"), Movements: t.cash("dear"),
		// 172 days: 880,000 yuan x 9.8 % x 172 / 360 = 41,203.56 yuan, rounded half up
		Expect: []Figure{fen("face", 880_000*yuan), fen("discount", 4_120_356), {"rate", 98_000, "ppm"}, days("days", on("2026-04-20")-on("2025-10-30"))}}
}

// ReadyVoucherTrace answers a treasury lot whose money settled a voucher, the tier-2 supplier's voucher that it settled,
// and what to expect: the lot's forward trace names the voucher among its settlements.
func ReadyVoucherTrace() (lot, voucher, description string) {
	s := told().world
	return s.marked["bond"].lots[0].id(), s.trade.planted["chain.tier2"].id(),
		"专项债资金兑付的电子凭证，" + chainDue + " 由核心企业付给二级供应商 120 万元（合成数据）/ An e-voucher paid with special-bond money: CNY 1.2 million from the core enterprise to a tier-2 supplier (synthetic)"
}
