package sample

import (
	"fmt"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/rulepack"
)

// trader is a party of the supply chain: a core enterprise, a supplier or a funder.
type trader struct {
	id      string
	name    string // Chinese, for texts
	size    string // at signing
	tier    int    // 0: core enterprise or funder
	user    string // writes for it
	second  string // of a core enterprise: the person who issues what user has drafted
	account *account
	// own is how much a core enterprise may still spend of the money that the funds' world left in its account; what is
	// beyond, it pays out of its sales. Of other accounts all may be spent.
	own     int64
	bounded bool
	issues  []*op // its issues so far
	blocked bool  // has defaulted
}

// core is a core enterprise: which firm, which users, and whose goods it buys.
type core struct {
	serial       string
	user, second string
	suppliers    []string // serials, tier 1
}

var cores = []core{
	{"000006", "e2@enterprise", "review.e2@enterprise", []string{"000008", "000204", "000205", "00022A", "00022B"}},
	{"000007", "e3@enterprise", "review.e3@enterprise", []string{"000202", "000203", "000221", "000224", "000226"}},
	{"000111", "e7@enterprise", "review.e7@enterprise", []string{"000203", "000221", "000222", "000223", "000225"}},
	{"000101", "e6@enterprise", "review.e6@enterprise", []string{"000206", "00022C", "00022D", "00022E", "00022F"}},
	{"000005", "e1@enterprise", "review.e1@enterprise", []string{"000202", "000207", "000223", "000225", "00022B"}},
	{"000121", "e8@enterprise", "review.e8@enterprise", []string{"000204", "000227", "000228", "000229", "00022G"}},
	{defaulter, "e9@enterprise", "review.e9@enterprise", []string{"000205", "000208", "000229", "00022A"}},
}

// Parties of the supply chain beside the suppliers.
var (
	factoring   = company("000501")
	tradeSystem = company("000502")

	anshanGroup = company("000170")
	dalianGroup = company("000120")
)

// groupOf is which enterprises belong to one group, by serial.
var groupOf = map[string]string{"000171": anshanGroup, "000172": anshanGroup, "000173": anshanGroup,
	"000121": dalianGroup, defaulter: dalianGroup}

var tradeParties = []ledger.Party{
	{ID: factoring, Kind: ledger.Private, Name: "合成商业保理公司 / Synthetic Commercial Factoring", Region: "210200", Industry: "L7296",
		Licence: &ledger.Licence{Kind: "FACTORING", Until: "2028-12-31"}},
	{ID: tradeSystem, Kind: ledger.Platform, Name: "合成供应链信息服务平台 / Synthetic Supply-chain Information Platform", Region: "210100", Industry: "I6550"},
	{ID: anshanGroup, Kind: ledger.Private, Name: "合成鞍山集团 / Synthetic Anshan Group", Region: "210300"},
	{ID: dalianGroup, Kind: ledger.StateOwned, Name: "合成大连船舶集团 / Synthetic Dalian Shipbuilding Group", Region: "210200"},
}

// tradeUsers are the users that only the supply chain needs: second persons and finance desks of core enterprises, the
// funders' desks, and one for each supplier that has none yet.
var tradeUsers = func() []User {
	list := []User{
		{"credit@bank", "bank", ledger.RoleCustodian, custodianBank, "托管银行供应链融资岗 / Custodian bank, supply-chain finance desk"},
		{"factor@enterprise", "enterprise", ledger.RoleEnterprise, factoring, "商业保理公司业务岗 / Factoring company, business desk"},
	}
	known := map[string]bool{}
	for _, u := range fundUsers {
		known[u.Name] = true
	}
	for _, c := range cores {
		zh, en := firmName(c.serial)
		if !known[c.user] {
			list = append(list, User{c.user, "enterprise", ledger.RoleEnterprise, company(c.serial), zh + "财务岗 / " + en + ", finance desk"})
		}
		list = append(list, User{c.second, "enterprise", ledger.RoleEnterprise, company(c.serial), zh + "复核岗 / " + en + ", review desk"})
	}
	for _, s := range allSuppliers() {
		if name := supplierUser(s.serial); !known[name] {
			list = append(list, User{name, "enterprise", ledger.RoleEnterprise, company(s.serial), s.zh + "财务岗 / " + s.en + ", finance desk"})
		}
	}
	return list
}()

// supplierUser names the user who writes for a supplier.
func supplierUser(serial string) string {
	switch company(serial) {
	case tierOne:
		return "e4@enterprise"
	case tierTwo:
		return "e5@enterprise"
	}
	return "s" + strings.ToLower(serial[3:]) + "@enterprise"
}

// allSuppliers lists the suppliers of the supply chain: those among firms and the others.
func allSuppliers() []supplier {
	var list []supplier
	for _, f := range firms {
		if f.tier > 0 && f.serial != roundTripSecond {
			list = append(list, supplier{f.serial, f.zh, f.en, f.region, f.industry, f.size, f.tier})
		}
	}
	return append(list, suppliers...)
}

func firmName(serial string) (zh, en string) {
	for _, f := range firms {
		if f.serial == serial {
			return f.zh, f.en
		}
	}
	panic("sample: there is no firm " + serial)
}

// arrive settles in: rules, calendars, parties and accounts of the supply chain.
func (t *trade) arrive() {
	for _, body := range rulepack.Ops() {
		o := t.record("officer@finance", body)
		o.writes = append(o.writes, "rules")
		t.rules = append(t.rules, o)
	}
	for _, p := range tradeParties {
		t.register(p)
	}
	t.factor = t.funder(factoring, "商业保理公司", "factor@enterprise", "factor", enterpriseBank)
	t.lender = t.funder(custodianBank, "托管银行", "credit@bank", "bank-credit", custodianBank)
	for i, s := range allSuppliers() {
		t.addSupplier(i, s)
	}
	for _, c := range cores {
		t.addCore(c)
	}
	t.publicMoney()
}

// funder is a licensed party with an account of its own money.
func (t *trade) funder(id, name, user, key, bank string) *trader {
	f := &trader{id: id, name: name, user: user, account: t.open(key, id, bank, ledger.Operating)}
	t.traders[id] = f
	return f
}

// addSupplier registers a supplier that is not known yet and opens the account where it is paid.
func (t *trade) addSupplier(i int, s supplier) {
	id := company(s.serial)
	t.register(ledger.Party{ID: id, Kind: supplierKind, Name: "合成" + s.zh + " / Synthetic " + s.en, Region: s.region, Industry: s.industry, Size: s.size})
	bank, key := custodianBank, "s"+s.serial
	if i%2 == 1 {
		bank = enterpriseBank
	}
	if c := t.companies[id]; c != nil {
		bank, key = c.account.Bank, "e"+s.serial+"-scf"
	}
	x := &trader{id: id, name: s.zh, size: t.registered[id].Size, tier: s.tier, user: supplierUser(s.serial),
		account: t.open(key, id, bank, ledger.Operating)}
	t.traders[id] = x
	t.tiers[s.tier] = append(t.tiers[s.tier], x)
}

// What two core enterprises pay with: money that lies in their supervised accounts anyway. The funds' world never needs it.
var ownMoney = map[string]int64{equipmentMaker: 20 * million, coreBuyer: 18 * million}

// addCore gives a core enterprise the account it pays vouchers from.
func (t *trade) addCore(c core) {
	f := t.companies[company(c.serial)]
	x := &trader{id: f.id, name: f.zh, size: t.registered[f.id].Size, user: c.user, second: c.second}
	if own, ok := ownMoney[f.id]; ok {
		x.account, x.own, x.bounded = f.account, own, true
	} else {
		x.account = t.open("e"+c.serial+"-scf", f.id, f.account.Bank, ledger.Supervised)
	}
	t.traders[f.id] = x
	t.buyers = append(t.buyers, x)
}

// publicMoney lets two funds invest in core enterprises, into the accounts that pay vouchers.
func (t *trade) publicMoney() {
	for _, d := range []struct {
		fund, serial, date string
		amount             int64
	}{{"bond", "000111", "2025-07-08", 18 * million}, {"shenyang", "000005", "2025-07-10", 20 * million}} {
		t.on(d.date, func() {
			m := t.settle(payment{kind: ledger.Disbursement, from: t.funds[d.fund].account, to: t.of(d.serial).account, amount: d.amount, memo: "投资款（合成）"})
			t.confirm(m)
		})
	}
}

// of answers the trader with that serial.
func (t *trade) of(serial string) *trader {
	x := t.traders[company(serial)]
	if x == nil {
		panic(fmt.Sprintf("sample: %s does not trade", serial))
	}
	return x
}

// afford sees to it that the payer has the amount: what is missing comes out of its sales, or a funder's own means.
func (t *trade) afford(x *trader, amount int64) {
	missing := amount - x.account.balance()
	if x.bounded {
		missing = amount - x.own
		x.own -= min(x.own, amount)
	}
	if missing <= 0 {
		return
	}
	round := int64(10_000_00)
	t.settle(payment{kind: ledger.OwnFunds, to: x.account, amount: (missing + round - 1) / round * round,
		origin: &ledger.Origin{Source: ledger.OwnMoney, Investor: x.id}, memo: "自有资金（合成）"})
}
