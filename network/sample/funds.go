package sample

import "fundtrace/chaincode/ledger"

// share is what an investor has promised to a fund.
type share struct {
	key      string // short name, part of the commitment's identifier
	investor string // party
	class    string // GOV, SOE, SOCIAL, GP
	source   ledger.FundingSource
	millions int64 // yuan
	absent   bool  // has promised and never pays
}

// call asks every investor of a fund for a percentage of its commitment.
type call struct {
	date    string
	percent int64
}

// plan is a fund as its agreement says it.
type plan struct {
	key, zh, en, class, region string
	manager                    string // user
	bank                       string // custodian
	entity                     string // party
	start, end                 string
	mandate                    ledger.Mandate
	shares                     []share
	calls                      []call
	deals                      int   // ordinary investments after each call
	invest                     int64 // percent of each call that goes into them
	feePPM                     int64 // yearly management fee on paid-in capital, in millionths; 0: none
}

// fund is an established fund.
type fund struct {
	plan
	id          string
	account     *account
	feeAccount  *account // of the manager, where it keeps one here
	established *op
	investors   []*stake
	investees   []*companyState
	paidIn      int64 // fen
	returned    int64 // fen that enterprises paid back and that waits for distribution
}

// stake is an investor's share of a fund and what it has paid.
type stake struct {
	share
	commitment *commitment
	account    *account // where distributions go; nil: outside
	paid       int64    // fen
}

// Social capital, state-owned platforms and city bureaus. All fictional.
var (
	shenyangBureau = bureau("000201")
	dalianBureau   = bureau("000202")
	anshanBureau   = bureau("000203")
	jinzhouBureau  = bureau("000207")
	taxBureau      = bureau("000301")

	shenyangPlatform = company("000031")
	dalianPlatform   = company("000032")
	insuranceLP      = company("000033")
	industryLP       = company("000034")
	portLP           = company("000035")
	steelLP          = company("000036")
	absentLP         = company("000037") // planted: signs and never pays
	loopLP           = company("000038") // planted: pays with the fund's own money
	angelLP          = company("000039")
	bondLP           = company("00003A")
)

// The commitments of the provincial bureau to the parent fund, one for each pocket.
var treasuryShares = []share{
	{"general", provinceBureau, "GOV", ledger.GeneralBudget, 320, false},
	{"govfund", provinceBureau, "GOV", ledger.GovFundBudget, 200, false},
	{"statecapital", provinceBureau, "GOV", ledger.StateCapitalBudget, 120, false},
	{"upper", provinceBureau, "GOV", ledger.UpperTransfer, 160, false},
	{"returns", provinceBureau, "GOV", ledger.FundReturns, 120, false},
}

var parentPlan = plan{key: "parent", zh: "辽宁（合成）引导母基金", en: "Liaoning Guidance Parent Fund (Synthetic)", class: "INDUSTRY",
	region: "210000", manager: "parent@manager", bank: custodianBank, entity: parentEntity, start: "2019-01-15", end: "2034-01-14",
	mandate: ledger.Mandate{Regions: []string{"21"}}, shares: treasuryShares}

var subPlans = []plan{
	{key: "shenyang", zh: "沈阳（合成）机器人与汽车产业子基金", en: "Shenyang Robotics and Automotive Sub-fund (Synthetic)", class: "INDUSTRY",
		region: "210100", manager: "shenyang@manager", bank: custodianBank, entity: shenyangEntity, start: "2019-03-20", end: "2029-03-19",
		mandate: ledger.Mandate{Industries: []string{"C34", "C36", "C39", "C40", "I65", "M73"}, Regions: []string{"2101", "2104", "2105", "2112"}, Stages: []string{"EARLY", "GROWTH", "MATURE"}},
		shares: []share{{"parent", parentEntity, "GOV", ledger.GeneralBudget, 180, false}, {"city", shenyangBureau, "GOV", ledger.GovFundBudget, 120, false},
			{"platform", shenyangPlatform, "SOE", ledger.SOEEntrusted, 60, false}, {"insurance", insuranceLP, "SOCIAL", ledger.SocialCapital, 200, false},
			{"industry", industryLP, "SOCIAL", ledger.SocialCapital, 130, false}, {"gp", shenyangManager, "GP", ledger.SocialCapital, 10, false}},
		calls: []call{{"2019-05-15", 25}, {"2020-06-10", 20}, {"2021-06-16", 20}, {"2022-07-12", 20}, {"2023-06-14", 15}}, deals: 9, invest: 86, feePPM: 15000},
	{key: "dalian", zh: "大连（合成）海洋与高端装备子基金", en: "Dalian Marine and Advanced Equipment Sub-fund (Synthetic)", class: "INDUSTRY",
		region: "210200", manager: "dalian@manager", bank: custodianBank, entity: dalianEntity, start: "2019-06-18", end: "2028-06-17",
		mandate: ledger.Mandate{Industries: []string{"C26", "C35", "C37", "C38", "I65"}, Regions: []string{"2102", "2106", "2111"}, Stages: []string{"EARLY", "GROWTH", "MATURE"}},
		shares: []share{{"parent", parentEntity, "GOV", ledger.GeneralBudget, 160, false}, {"city", dalianBureau, "GOV", ledger.GeneralBudget, 100, false},
			{"platform", dalianPlatform, "SOE", ledger.SOEInjected, 80, false}, {"port", portLP, "SOCIAL", ledger.SocialCapital, 220, false},
			{"gp", dalianManager, "GP", ledger.SocialCapital, 8, false}},
		calls: []call{{"2019-09-10", 25}, {"2020-09-15", 25}, {"2021-09-14", 20}, {"2022-11-15", 15}, {"2024-04-16", 15}}, deals: 8, invest: 78, feePPM: 15000},
	{key: "anshan", zh: "鞍山（合成）钢铁新材料子基金", en: "Anshan Steel and New Materials Sub-fund (Synthetic)", class: "INDUSTRY",
		region: "210300", manager: "anshan@manager", bank: enterpriseBank, entity: company("000021"), start: "2020-05-12", end: "2030-05-11",
		mandate: ledger.Mandate{Industries: []string{"C30", "C31", "C32", "C33"}, Regions: []string{"2103", "2108", "2110"}, Stages: []string{"GROWTH", "MATURE"}},
		shares: []share{{"parent", parentEntity, "GOV", ledger.GeneralBudget, 100, false}, {"city", anshanBureau, "GOV", ledger.GovFundBudget, 60, false},
			{"steel", steelLP, "SOCIAL", ledger.SocialCapital, 150, false}, {"gp", anshanManager, "GP", ledger.SocialCapital, 5, false}},
		calls: []call{{"2020-08-11", 40}, {"2021-10-12", 30}, {"2023-04-11", 30}}, deals: 7, invest: 55, feePPM: 12000},
	{key: "jinzhou", zh: "锦州（合成）创业投资子基金", en: "Jinzhou Venture Capital Sub-fund (Synthetic)", class: "VC",
		region: "210700", manager: "jinzhou@manager", bank: custodianBank, entity: company("000022"), start: "2021-03-09", end: "2029-03-08",
		mandate: ledger.Mandate{Industries: []string{"C27", "C38", "C39", "I65"}, Regions: []string{"2107", "2109", "2113", "2114"}, Stages: []string{"SEED", "EARLY"}},
		shares: []share{{"parent", parentEntity, "GOV", ledger.GeneralBudget, 80, false}, {"city", jinzhouBureau, "GOV", ledger.GeneralBudget, 40, false},
			{"social", absentLP, "SOCIAL", ledger.SocialCapital, 120, true}, {"gp", jinzhouManager, "GP", ledger.SocialCapital, 2, false}},
		calls: []call{{"2021-05-18", 50}, {"2022-05-17", 50}}, deals: 7, invest: 84, feePPM: 18000},
	{key: "yingkou", zh: "营口（合成）镁质材料子基金", en: "Yingkou Magnesia Materials Sub-fund (Synthetic)", class: "INDUSTRY",
		region: "210800", manager: "yingkou@manager", bank: custodianBank, entity: company("000023"), start: "2019-04-23", end: "2027-04-22",
		mandate: ledger.Mandate{Industries: []string{"C308", "C309"}, Regions: []string{"2108"}, Stages: []string{"GROWTH"}},
		shares:  []share{{"parent", parentEntity, "GOV", ledger.GeneralBudget, 50, false}},
		calls:   []call{{idleCalled, 100}}},
	{key: "angel", zh: "沈阳（合成）天使子基金", en: "Shenyang Angel Sub-fund (Synthetic)", class: "ANGEL",
		region: "210100", manager: "shenyang@manager", bank: enterpriseBank, entity: company("000024"), start: "2020-07-21", end: "2028-07-20",
		mandate: ledger.Mandate{Industries: []string{"C27", "C35", "C39", "I65", "M73"}, Regions: []string{"2101"}, Stages: []string{"SEED", "EARLY"}},
		shares: []share{{"parent", parentEntity, "GOV", ledger.GeneralBudget, 60, false}, {"city", shenyangBureau, "GOV", ledger.UpperTransfer, 40, false},
			{"social", angelLP, "SOCIAL", ledger.SocialCapital, 50, false}, {"gp", shenyangManager, "GP", ledger.SocialCapital, 2, false}},
		calls: []call{{"2020-10-13", 40}, {"2022-04-19", 30}, {"2024-03-12", 30}}, deals: 6, invest: 80, feePPM: 20000},
	{key: "bond", zh: "大连（合成）先进制造专项债子基金", en: "Dalian Advanced Manufacturing Special-bond Sub-fund (Synthetic)", class: "INDUSTRY",
		region: "210200", manager: "dalian@manager", bank: custodianBank, entity: company("000025"), start: "2025-02-25", end: "2035-02-24",
		mandate: ledger.Mandate{Industries: []string{"C34", "C35", "C39"}, Regions: []string{"21"}, Stages: []string{"GROWTH", "MATURE"}},
		shares: []share{{"parent", parentEntity, "GOV", ledger.SpecialBond, bondToNewFund / million, false},
			{"social", bondLP, "SOCIAL", ledger.SocialCapital, bondSocial / million, false}}},
}

// institutions are the parties beside enterprises: kind, name, region, industry.
var institutions = []ledger.Party{
	{ID: provinceBureau, Kind: ledger.Government, Name: "合成省财政厅 / Synthetic Provincial Finance Bureau", Region: "210000"},
	{ID: auditOffice, Kind: ledger.Government, Name: "合成省审计厅 / Synthetic Provincial Audit Office", Region: "210000"},
	{ID: shenyangBureau, Kind: ledger.Government, Name: "合成沈阳市财政局 / Synthetic Shenyang Finance Bureau", Region: "210100"},
	{ID: dalianBureau, Kind: ledger.Government, Name: "合成大连市财政局 / Synthetic Dalian Finance Bureau", Region: "210200"},
	{ID: anshanBureau, Kind: ledger.Government, Name: "合成鞍山市财政局 / Synthetic Anshan Finance Bureau", Region: "210300"},
	{ID: jinzhouBureau, Kind: ledger.Government, Name: "合成锦州市财政局 / Synthetic Jinzhou Finance Bureau", Region: "210700"},
	{ID: taxBureau, Kind: ledger.Government, Name: "合成省税务局 / Synthetic Provincial Tax Service", Region: "210000"},
	{ID: custodianBank, Kind: ledger.Bank, Name: "合成托管银行 / Synthetic Custodian Bank", Region: "210100", Industry: "J6621",
		Licence: &ledger.Licence{Kind: "BANK", Until: "2035-12-31"}},
	{ID: enterpriseBank, Kind: ledger.Bank, Name: "合成企业银行 / Synthetic Enterprise Bank", Region: "210200", Industry: "J6621"},
	{ID: parentManager, Kind: ledger.FundManager, Name: "合成母基金管理公司 / Synthetic Parent Fund Manager", Region: "210100"},
	{ID: shenyangManager, Kind: ledger.FundManager, Name: "合成沈阳基金管理公司 / Synthetic Shenyang Fund Manager", Region: "210100"},
	{ID: dalianManager, Kind: ledger.FundManager, Name: "合成大连基金管理公司 / Synthetic Dalian Fund Manager", Region: "210200"},
	{ID: anshanManager, Kind: ledger.FundManager, Name: "合成鞍山基金管理公司 / Synthetic Anshan Fund Manager", Region: "210300"},
	{ID: jinzhouManager, Kind: ledger.FundManager, Name: "合成锦州基金管理公司 / Synthetic Jinzhou Fund Manager", Region: "210700"},
	{ID: yingkouManager, Kind: ledger.FundManager, Name: "合成营口基金管理公司 / Synthetic Yingkou Fund Manager", Region: "210800"},
	{ID: shenyangPlatform, Kind: ledger.StateOwned, Name: "合成沈阳国有资本平台 / Synthetic Shenyang State Capital Platform", Region: "210100"},
	{ID: dalianPlatform, Kind: ledger.StateOwned, Name: "合成大连国有资本平台 / Synthetic Dalian State Capital Platform", Region: "210200"},
	{ID: insuranceLP, Kind: ledger.Private, Name: "合成保险资金 / Synthetic Insurance Investor", Region: "210100"},
	{ID: industryLP, Kind: ledger.Private, Name: "合成汽车产业资本 / Synthetic Automotive Investor", Region: "210100"},
	{ID: portLP, Kind: ledger.Foreign, Name: "合成港航产业资本 / Synthetic Port and Shipping Investor", Region: "210200"},
	{ID: steelLP, Kind: ledger.Private, Name: "合成钢铁产业资本 / Synthetic Steel Investor", Region: "210300"},
	{ID: absentLP, Kind: ledger.Private, Name: "合成未到位社会资本 / Synthetic Social Investor (planted: never pays)", Region: "210700"},
	{ID: loopLP, Kind: ledger.Private, Name: "合成回流社会资本 / Synthetic Social Investor (planted: round trip)", Region: "210200"},
	{ID: angelLP, Kind: ledger.Private, Name: "合成天使资本 / Synthetic Angel Investor", Region: "210100"},
	{ID: bondLP, Kind: ledger.Private, Name: "合成先进制造社会资本 / Synthetic Manufacturing Investor", Region: "210200"},
}
