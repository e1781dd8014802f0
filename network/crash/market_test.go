package crash

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/enrol"
	"fundtrace/network/local"

	"golang.org/x/sync/errgroup"
)

// The parties of the market beside the bureau and the bank, under identifiers that no register issues.
const (
	auditOffice = "other:trade-audit"
	otherBank   = "other:trade-bank"     // finances receivables, and keeps no account for the others
	platform    = "other:trade-platform" // serves information: it may hold nothing
	lapsed      = "other:trade-lapsed"   // a factor whose licence has run out
)

// How many there are of each.
const (
	issuers   = 6 // the last one is the rivals' own: nothing that happens elsewhere blocks it
	suppliers = 8
	factors   = 2
	tellers   = 20 // each has a lot of its own in every account, so that money never stands in a voucher's way
)

func issuer(i int) string   { return fmt.Sprintf("other:trade-core-%d", i) }
func supplier(i int) string { return fmt.Sprintf("other:trade-supplier-%d", i) }
func factor(i int) string   { return fmt.Sprintf("other:trade-factor-%d", i) }

// accountOf is where a party keeps its money.
func accountOf(party string) string { return "acct:" + party[len("other:"):] }

// purse is the cash in each lot of the market, in fen: more than any run moves.
const purse = 1_000_000_000_000

// market is a network with a supply chain on it: issuers and suppliers, factors and a bank that finance, and the users
// of all of them. They sign their entries themselves and take them straight to the peers; the rivals also go through
// gateways.
type market struct {
	*world
	today  time.Time
	seats  map[string]*seat
	money  map[string]string // by account and teller: a lot of cash
	other  *gateway          // a second one that knows nothing of the first
	end    func() error      // of the second one
	mu     sync.Mutex
	keys   int
	tries  []*try
	passed map[ledger.OpType]int
	failed map[ledger.Code]int
	lost   int // races lost at commit or between peers, and proposed anew
}

// newMarket starts a network and records parties, accounts, money and rules.
func newMarket(t *testing.T) *market {
	t.Helper()
	list := seats()
	var users []local.User
	for _, s := range list {
		if s.signsIn {
			users = append(users, local.User{Name: s.by.Name, Organisation: s.organisation, Role: s.by.Role, Party: s.by.Party})
		}
	}
	m := &market{world: launch(t, users), seats: map[string]*seat{}, money: map[string]string{}, passed: map[ledger.OpType]int{}, failed: map[ledger.Code]int{}}
	m.today, _ = time.Parse(time.DateOnly, time.Now().In(ledger.China).Format(time.DateOnly))
	m.enrol(list)
	m.found()
	other, process := m.rival()
	m.other, m.end = other, process.Stop
	return m
}

// seats lists everybody who writes.
func seats() (list []*seat) {
	add := func(organisation, msp, role, party, name string) {
		list = append(list, &seat{organisation: organisation, by: ledger.Caller{MSP: msp, Role: role, Party: party, Name: name + "@" + organisation}})
	}
	add("finance", ledger.FinanceMSP, ledger.RoleOfficer, bureau, "officer")
	add("audit", ledger.AuditMSP, ledger.RoleAuditor, auditOffice, "auditor")
	for i := range tellers {
		add("bank", ledger.BankMSP, ledger.RoleCustodian, bank, fmt.Sprint("teller-", i))
	}
	enterprise := func(party, name string) { add("enterprise", ledger.EnterpriseMSP, ledger.RoleEnterprise, party, name) }
	for i := range issuers {
		enterprise(issuer(i), fmt.Sprint("core-", i))
		enterprise(issuer(i), fmt.Sprint("cashier-", i))
	}
	for i := 1; i < suppliers; i++ {
		enterprise(supplier(i), fmt.Sprint("supplier-", i))
		enterprise(supplier(i), fmt.Sprint("second-", i))
	}
	enterprise(lapsed, "lapsed")
	enterprise(platform, "platform")
	// The rivals, and who pays for them.
	plain := len(list)
	add("bank", ledger.BankMSP, ledger.RoleCustodian, otherBank, "lender")
	enterprise(supplier(0), "supplier-0")
	enterprise(supplier(0), "second-0")
	for i := range factors {
		enterprise(factor(i), fmt.Sprint("factor-", i))
	}
	for _, s := range list[plain:] {
		s.signsIn = true
	}
	for _, s := range list {
		s.signsIn = s.signsIn || slices.Contains([]string{officer, "teller-0@bank", "teller-1@bank"}, s.by.Name)
	}
	return list
}

// enrol gives every user a certificate and a way to the peers: half of them through one peer, half through the other.
func (m *market) enrol(list []*seat) {
	m.Helper()
	group, ctx := errgroup.WithContext(m.Context())
	group.SetLimit(4)
	for i, s := range list {
		m.seats[s.by.Name] = s
		group.Go(func() error {
			return s.sit(ctx, m, []string{"finance", "bank"}[i%2], enrol.Attribute{Name: "role", Value: s.by.Role, ECert: true},
				enrol.Attribute{Name: "party", Value: s.by.Party, ECert: true})
		})
	}
	if err := group.Wait(); err != nil {
		m.Fatal(err)
	}
}

// seat answers a user of a party; of a party with two users, either.
func (m *market) seat(party string) *seat {
	var i int
	for pattern, names := range map[string][]string{
		"other:trade-core-%d": {"core", "cashier"}, "other:trade-supplier-%d": {"supplier", "second"}, "other:trade-factor-%d": {"factor"},
	} {
		if n, _ := fmt.Sscanf(party, pattern, &i); n == 1 {
			return m.seats[fmt.Sprintf("%s-%d@enterprise", names[rand.IntN(len(names))], i)]
		}
	}
	switch party {
	case otherBank:
		return m.seats["lender@bank"]
	case lapsed, platform:
		return m.seats[party[len("other:trade-"):]+"@enterprise"]
	}
	return m.seats[officer]
}

func (m *market) teller(i int) *seat { return m.seats[fmt.Sprintf("teller-%d@bank", i)] }

// day is so many days before today.
func (m *market) day(before int) string { return m.today.AddDate(0, 0, -before).Format(time.DateOnly) }

// found records what the market begins with.
func (m *market) found() {
	m.Helper()
	var parties, accounts []ledger.Op
	party := func(p ledger.Party) {
		parties = append(parties, ledger.Op{Type: ledger.PartyRegister, Party: &p})
		if p.Kind == ledger.Private || p.ID == otherBank {
			accounts = append(accounts, openAccount(accountOf(p.ID), p.ID, ledger.Operating))
		}
	}
	party(ledger.Party{ID: bureau, Kind: ledger.Government})
	party(ledger.Party{ID: auditOffice, Kind: ledger.Government})
	party(ledger.Party{ID: bank, Kind: ledger.Bank})
	party(ledger.Party{ID: otherBank, Kind: ledger.Bank, Licence: &ledger.Licence{Kind: "BANK", Until: "2999-12-31"}})
	party(ledger.Party{ID: platform, Kind: ledger.Platform})
	party(ledger.Party{ID: lapsed, Kind: ledger.Private, Licence: &ledger.Licence{Kind: "FACTORING", Until: "2020-12-31"}})
	for i := range issuers {
		party(ledger.Party{ID: issuer(i), Kind: ledger.Private})
	}
	for i := range suppliers {
		party(ledger.Party{ID: supplier(i), Kind: ledger.Private})
	}
	for i := range factors {
		party(ledger.Party{ID: factor(i), Kind: ledger.Private, Licence: &ledger.Licence{Kind: "FACTORING", Until: "2999-12-31"}})
	}
	m.must(m.seats[officer], parties...)
	m.must(m.teller(0), accounts...)
	m.must(m.seats[officer], m.rules()...)
	for i := range tellers {
		var cash []ledger.Op
		for _, a := range accounts {
			cash = append(cash, ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.OwnFunds, To: a.Account.ID, Amount: purse,
				Currency: "CNY", Date: "2020-01-01", BankRef: fmt.Sprint("purse-", i, "-", a.Account.ID), Origin: &ledger.Origin{Source: ledger.OwnMoney}}})
		}
		entry := m.must(m.teller(i), cash...)
		for n, op := range cash {
			m.money[fmt.Sprint(op.Movement.To, i)] = ledger.LotID(ledger.MovementID(entry, n), 0)
		}
	}
}

// rules are those that the ledger asks for; the cap on terms is cut in the midst of the days on which vouchers are issued.
func (m *market) rules() []ledger.Op {
	var ops []ledger.Op
	publish := func(id string, version int, from string, parameters map[string]int64) {
		ops = append(ops, ledger.Op{Type: ledger.RulePublish, Rule: &ledger.Rule{ID: id, Version: version, EffectiveFrom: from, Mode: ledger.Block,
			Parameters: parameters, Source: "the test's own"}})
	}
	publish(ledger.RuleTerm, 1, "2020-01-01", map[string]int64{"cap_days": 120})
	publish(ledger.RuleTerm, 2, m.day(capCut), map[string]int64{"cap_months": 3})
	publish(ledger.RuleSplit, 1, "2020-01-01", map[string]int64{"most_pieces": 5, "least_fen": 100, "most_depth": 4})
	publish(ledger.RuleLate, 1, "2020-01-01", map[string]int64{"grace_days": 2, "interest_ppm_per_day": 500})
	for _, id := range []string{ledger.RuleIssuerBlocked, ledger.RuleTradeEvidence, ledger.RuleConsent, ledger.RuleRegistration, ledger.RuleDoubleFinance,
		ledger.RuleMoneyPath, ledger.RuleLicence, ledger.RulePayee} {
		publish(id, 1, "2020-01-01", nil)
	}
	return ops
}

// capCut is how many days ago the cap on terms was cut.
const capCut = 170
