package sample

import "fundtrace/chaincode/ledger"

// Figure is an expected answer. Unit is fen, days, ppm (millionths), or what is counted: movements, vouchers, parties.
type Figure struct {
	Name  string `json:"name"`
	Value int64  `json:"value,string"`
	Unit  string `json:"unit"`
}

// Case is something planted in the sample for an auditor to find, with what there is to see and the answers. Values
// are as of AsOf, the sample's last day.
type Case struct {
	ID          string   `json:"id"`
	TitleZh     string   `json:"title_zh"`
	TitleEn     string   `json:"title_en"`
	LookZh      string   `json:"look_zh"`
	LookEn      string   `json:"look_en"`
	Rules       []string `json:"rules"` // of the domain reference
	AsOf        string   `json:"as_of"`
	Funds       []string `json:"funds,omitempty"`
	Parties     []string `json:"parties,omitempty"`
	Accounts    []string `json:"accounts,omitempty"`
	Commitments []string `json:"commitments,omitempty"`
	Movements   []string `json:"movements,omitempty"` // in the order of the story
	Lots        []string `json:"lots,omitempty"`      // likewise
	Vouchers    []string `json:"vouchers,omitempty"`  // likewise, claim lots
	Invoices    []Paper  `json:"invoices,omitempty"`
	Refused     []Trial  `json:"refused,omitempty"`
	Expect      []Figure `json:"expect"`
}

// Paper is an invoice as somebody has it in hand: what a look-up at the registry takes. The ledger keeps none of it but
// the fingerprint under the consortium's key.
type Paper struct {
	Seller   string `json:"seller"`
	Buyer    string `json:"buyer"`
	Type     string `json:"type"`
	Number   string `json:"number"`
	Date     string `json:"date"`
	Amount   int64  `json:"amount,string"` // fen
	Currency string `json:"currency"`
}

// Trial is something that a user may try and the ledger refuses with that code.
type Trial struct {
	User      string        `json:"user"`
	Operation ledger.OpType `json:"operation"`
	Voucher   string        `json:"voucher,omitempty"`
	Code      ledger.Code   `json:"code"`
}

// Expected answers the figure of that name.
func (c Case) Expected(name string) (int64, bool) {
	for _, f := range c.Expect {
		if f.Name == name {
			return f.Value, true
		}
	}
	return 0, false
}

func fen(name string, v int64) Figure    { return Figure{name, v, "fen"} }
func days(name string, v day) Figure     { return Figure{name, int64(v), "days"} }
func ppm(name string, a, b int64) Figure { return Figure{name, a * 1000 / (b / 1000), "ppm"} } // b in whole thousands

// Cases lists the planted cases. Identifiers come from the packed sample; figures come from the plan (planted.go,
// funds.go) alone: no lot is followed to find them.
func Cases() []Case {
	s := told()
	moved := func(names ...string) (movements, lots []string) {
		for _, n := range names {
			m := s.world.marked[n]
			movements = append(movements, m.id())
			for _, l := range m.lots {
				lots = append(lots, l.id())
			}
		}
		return movements, lots
	}
	list := []Case{idleCase(s), tripCase(moved), groupCase(moved), absentCase(), tierTwoCase(moved), stuckCase(moved)}
	list = append(list, s.world.trade.cases()...)
	for i := range list {
		list[i].AsOf = lastDay.String()
	}
	return list
}

func idleCase(s *story) Case {
	c := Case{ID: "idle-money", TitleZh: "资金闲置：子基金五千万元自2019年未投", TitleEn: "Idle money: 50 million yuan lie in a sub-fund since 2019",
		LookZh: "营口子基金托管账户只收到一笔资金，自到账起从未动用。", LookEn: "The Yingkou sub-fund's custody account received one payment; none of its lots was ever drawn on.",
		Rules: []string{"G-CON-09", "G-CASH-01", "G-CASH-03"}, Funds: []string{"fund:syn-yingkou"}, Accounts: []string{"acct:syn-yingkou-custody"},
		Expect: []Figure{fen("paid_in", idleAmount), fen("idle", idleAmount), fen("invested", 0), days("idle_days", lastDay-on(idleSince))}}
	m := s.world.funds["yingkou"].account.lots[0].of
	c.Movements = []string{m.id()}
	for _, l := range m.lots {
		c.Lots = append(c.Lots, l.id())
	}
	return c
}

func tripCase(moved func(...string) ([]string, []string)) Case {
	movements, lots := moved("trip.1", "trip.2", "trip.3", "trip.4")
	return Case{ID: "round-trip", TitleZh: "资金回流：投资款经关联企业变为有限合伙人出资", TitleEn: "Round trip: invested money comes back as a limited partner's contribution",
		LookZh: "大连子基金投给甲公司，甲付乙，乙付有限合伙人，有限合伙人再向同一基金出资，180日之内。",
		LookEn: "The Dalian sub-fund invests in company A, A pays B, B pays a limited partner, who contributes to the same fund within 180 days.",
		Rules:  []string{"G-INV-18", "G-CON-06", "G-TRC-02"}, Funds: []string{"fund:syn-dalian"},
		Parties:     []string{company(roundTripFirst), company(roundTripSecond), loopLP},
		Accounts:    []string{"acct:syn-dalian-custody", "acct:syn-e" + roundTripFirst, "acct:syn-e" + roundTripSecond, "acct:syn-lp-loop"},
		Commitments: []string{"cmt:syn-dalian-loop"}, Movements: movements, Lots: lots,
		Expect: []Figure{fen("invested", tripOutAmount), fen("passed_on", tripOverAmount), fen("to_limited_partner", tripToLPAmount), fen("came_back", tripBackAmount),
			ppm("share_back", tripBackAmount, tripOutAmount), days("round_trip_days", on(tripBack)-on(tripOut)), {"hops", 4, "movements"}}}
}

func groupCase(moved func(...string) ([]string, []string)) Case {
	c := Case{ID: "over-concentration", TitleZh: "集中度超限：一个集团三家公司合计超过实缴两成", TitleEn: "Over-concentration: three companies of one group hold more than 20% of paid-in capital",
		LookZh: "鞍山子基金单家均不超两成，合并为同一集团后超限。", LookEn: "No company of the Anshan sub-fund exceeds the limit alone; the group of three does.",
		Rules: []string{"G-INV-01"}, Funds: []string{"fund:syn-anshan"}, Accounts: []string{"acct:syn-anshan-custody"}}
	group := int64(0)
	var names []string
	for _, d := range groupDeals {
		group += d.amount
		c.Parties = append(c.Parties, company(d.serial))
		names = append(names, "group."+d.serial)
	}
	c.Movements, c.Lots = moved(names...)
	paid := planPaidIn("anshan", "") + bondToAnshan
	c.Expect = []Figure{fen("paid_in", paid), fen("group_invested", group), ppm("group_share", group, paid), {"threshold", groupThreshold, "ppm"}}
	return c
}

func absentCase() Case {
	signed := int64(0)
	for _, p := range subPlans {
		for _, s := range p.shares {
			if s.absent {
				signed += s.millions * million
			}
		}
	}
	return Case{ID: "absent-social-capital", TitleZh: "社会资本未到位：协议已签、分文未付、政府资金照付", TitleEn: "Social capital that never arrived: signed, nothing paid, while the government paid in",
		LookZh: "锦州子基金社会资本认缴从未被缴付，母基金与市财政已全额出资，2025年又投入专项债。",
		LookEn: "The social commitment to the Jinzhou sub-fund was never paid on; the parent fund and the city paid in full, and special-bond money followed in 2025.",
		Rules:  []string{"G-CON-04", "G-CON-05"}, Funds: []string{"fund:syn-jinzhou"}, Parties: []string{absentLP}, Accounts: []string{"acct:syn-jinzhou-custody"},
		Commitments: []string{"cmt:syn-jinzhou-social"},
		Expect: []Figure{fen("committed", signed), fen("paid", 0), fen("government_paid", planPaidIn("jinzhou", "GOV")+bondToJinzhou),
			days("days_since_signing", lastDay-on(absentSigned))}}
}

func tierTwoCase(moved func(...string) ([]string, []string)) Case {
	movements, lots := moved("bond", "bond.new", "tier.0", "tier.1", "tier.2", "tier.3")
	return Case{ID: "tier-2-supplier", TitleZh: "穿透到二级供应商：专项债资金五级到达", TitleEn: "Down to a tier-2 supplier: special-bond money arrives after five payments",
		LookZh: "专项债→母基金→大连专项债子基金→企业→一级供应商→二级供应商。", LookEn: "Special bond, parent fund, Dalian special-bond sub-fund, enterprise, tier-1 supplier, tier-2 supplier.",
		Rules: []string{"5.2 query 1", "R-06", "R-20"}, Funds: []string{"fund:syn-parent", "fund:syn-bond"}, Parties: []string{equipmentMaker, tierOne, tierTwo},
		Accounts:    []string{"acct:syn-parent-custody", "acct:syn-bond-custody", "acct:syn-e000006", "acct:syn-e000008-project", "acct:syn-e000009"},
		Commitments: []string{"cmt:syn-parent-bond", "cmt:syn-bond-parent"}, Movements: movements, Lots: lots,
		Expect: []Figure{fen("root", bondAmount), fen("to_sub_fund", bondToNewFund), fen("to_enterprise", tierFirm), fen("to_tier_1", tierOneAmount),
			fen("to_tier_2", tierTwoFirst+tierTwoSecond), fen("spent_by_tier_2", tierTwoSpent), days("days_to_tier_2", on(tierTwoDate)-on(bondArrives)),
			{"hops", 5, "movements"}}}
}

func stuckCase(moved func(...string) ([]string, []string)) Case {
	movements, lots := moved("stuck")
	return Case{ID: "stuck-in-transit", TitleZh: "在途滞留：付款行已扣款、收款行未入账", TitleEn: "Stuck in transit: debited by the payer's bank and never credited",
		LookZh: "鞍山子基金一笔投资款自扣款日起停留在途。", LookEn: "An investment of the Anshan sub-fund is in transit since the day of its debit.",
		Rules: []string{"V12"}, Funds: []string{"fund:syn-anshan"}, Parties: []string{company(stuckFirm)}, Accounts: []string{"acct:syn-anshan-custody", "acct:syn-e" + stuckFirm},
		Movements: movements, Lots: lots, Expect: []Figure{fen("in_transit", stuckAmount), days("days_in_transit", lastDay-on(stuckDebited))}}
}

// planPaidIn is what the calls of a fund add up to by its plan, of one class of investors or of all.
func planPaidIn(fund, class string) int64 {
	sum := int64(0)
	for _, p := range subPlans {
		for _, s := range p.shares {
			for _, c := range p.calls {
				if p.key == fund && !s.absent && (class == "" || s.class == class) {
					sum += s.millions * million / 100 * c.percent
				}
			}
		}
	}
	return sum
}
