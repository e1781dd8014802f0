package projection_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/projection"
)

// The cast of the tests: two custodian banks, a parent fund that feeds two sub-funds of other managers, three
// enterprises, of which the third banks elsewhere.
const (
	bureau    = "other:bureau"
	bank1     = "other:bank1"
	bank2     = "other:bank2"
	managerP  = "other:manager-p"
	managerA  = "other:manager-a"
	managerB  = "other:manager-b"
	e1        = "other:e1"
	e2        = "other:e2"
	e3        = "other:e3"
	supplier  = "other:supplier"
	fundP     = "fund:p"
	fundA     = "fund:a"
	fundB     = "fund:b"
	acctP     = "acct:p"
	acctA     = "acct:a"
	acctB     = "acct:b"
	acct1     = "acct:e1"
	acct1b    = "acct:e1b"
	acct2     = "acct:e2"
	acct3     = "acct:e3"
	acctCash  = "acct:treasury"
	today     = "2025-06-30"
	firstDate = "2025-01-02"
)

var (
	officer    = ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: bureau, Name: "officer@finance"}
	custodian1 = ledger.Caller{MSP: ledger.BankMSP, Role: ledger.RoleCustodian, Party: bank1, Name: "custodian@bank"}
	custodian2 = ledger.Caller{MSP: ledger.BankMSP, Role: ledger.RoleCustodian, Party: bank2, Name: "custodian2@bank"}
	parentMan  = ledger.Caller{MSP: ledger.ManagerMSP, Role: ledger.RoleManager, Party: managerP, Name: "parent@manager"}
	manA       = ledger.Caller{MSP: ledger.ManagerMSP, Role: ledger.RoleManager, Party: managerA, Name: "a@manager"}
	manB       = ledger.Caller{MSP: ledger.ManagerMSP, Role: ledger.RoleManager, Party: managerB, Name: "b@manager"}
	e1User     = ledger.Caller{MSP: ledger.EnterpriseMSP, Role: ledger.RoleEnterprise, Party: e1, Name: "e1@enterprise"}
)

// world is a ledger in memory with its read model beside it.
type world struct {
	t     testing.TB
	l     *memledger.Ledger
	db    *projection.DB
	path  string
	key   int
	banks map[string]ledger.Caller // account → user of its bank
}

// clock is the time at which everything is recorded.
func clock() time.Time { return time.Date(2025, 6, 30, 4, 0, 0, 0, time.UTC) }

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, l: memledger.New(memledger.WithClock(clock)), path: filepath.Join(t.TempDir(), "model.db"), banks: map[string]ledger.Caller{}}
	w.db = w.open(w.path)
	return w
}

func (w *world) open(path string) *projection.DB {
	w.t.Helper()
	db, err := projection.Open(path)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = db.Close() })
	return db
}

// submit records operations under a new key and answers the entry.
func (w *world) submit(by ledger.Caller, ops ...ledger.Op) string {
	w.t.Helper()
	w.key++
	r, err := w.l.Submit(by, ledger.Entry{Key: fmt.Sprintf("k%d", w.key), Ops: ops})
	if err != nil {
		w.t.Fatalf("%s: %v", ops[0].Type, err)
	}
	return r.Entry
}

// sync folds what the ledger has committed since.
func (w *world) sync() {
	w.t.Helper()
	if err := w.db.Apply(w.l.Blocks()[w.db.Next():]...); err != nil {
		w.t.Fatal(err)
	}
}

// settle records a payment from a bank's statement, drawing oldest lots first, and answers the movement.
func (w *world) settle(kind ledger.Kind, from, to string, amount int64, date string, more ...func(*ledger.Movement)) string {
	w.t.Helper()
	m := ledger.Movement{Kind: kind, From: from, To: to, Amount: amount, Currency: "CNY", Date: date, BankRef: fmt.Sprintf("ref%d", w.key)}
	keeper := from
	if from == "" {
		keeper = to
	}
	w.draw(&m)
	for _, f := range more {
		f(&m)
	}
	return ledger.MovementID(w.submit(w.banks[keeper], ledger.Op{Type: ledger.MovementSettle, Movement: &m}), 0)
}

// draw fills the draws of a movement from an account.
func (w *world) draw(m *ledger.Movement) {
	w.t.Helper()
	if m.From == "" {
		return
	}
	w.sync()
	var err error
	if m.Draws, err = w.db.PickLots(w.t.Context(), projection.Everything(), m.From, m.Amount); err != nil {
		w.t.Fatalf("pick %d from %s: %v", m.Amount, m.From, err)
	}
}

func origin(source ledger.FundingSource, investor, line string) func(*ledger.Movement) {
	return func(m *ledger.Movement) {
		m.Origin = &ledger.Origin{Source: source, Investor: investor, BudgetLine: line}
	}
}

// spend makes a movement end in a sink.
func spend(purpose ledger.Purpose, payee string) func(*ledger.Movement) {
	return func(m *ledger.Movement) { m.Purpose, m.Payee = purpose, payee }
}

func calling(commitment string) func(*ledger.Movement) {
	return func(m *ledger.Movement) { m.Commitment = commitment }
}

func party(id string, kind ledger.PartyKind) ledger.Op {
	return ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: id, Kind: kind, Name: "name of " + id, Region: "210100"}}
}

func (w *world) account(by ledger.Caller, id, owner string, purpose ledger.AccountPurpose) {
	w.t.Helper()
	w.banks[id] = by
	w.submit(by, ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: id, Owner: owner, Bank: by.Party, Currency: "CNY", Purpose: purpose}})
}

func (w *world) fund(id, manager, account, parent string) {
	w.t.Helper()
	level := "PARENT"
	if parent != "" {
		level = "SUB"
	}
	w.submit(officer, ledger.Op{Type: ledger.FundEstablish, Fund: &ledger.Fund{ID: id, Party: "other:" + id, Level: level, Class: "VC", Name: "fund " + id,
		Parent: parent, Manager: manager, Account: account, TermStart: "2025-01-01", TermEnd: "2032-01-01"}})
}

// populate registers the cast.
func (w *world) populate() {
	w.t.Helper()
	w.submit(officer, party(bureau, ledger.Government), party(bank1, ledger.Bank), party(bank2, ledger.Bank),
		party(managerP, ledger.FundManager), party(managerA, ledger.FundManager), party(managerB, ledger.FundManager),
		party("other:"+fundP, ledger.FundEntity), party("other:"+fundA, ledger.FundEntity), party("other:"+fundB, ledger.FundEntity),
		party(e1, ledger.Private), party(e2, ledger.Private), party(e3, ledger.Private), party(supplier, ledger.Private))
	w.account(custodian1, acctP, "other:"+fundP, ledger.Custody)
	w.account(custodian1, acctA, "other:"+fundA, ledger.Custody)
	w.account(custodian2, acctB, "other:"+fundB, ledger.Custody)
	w.account(custodian1, acct1, e1, ledger.Supervised)
	w.account(custodian1, acct1b, e1, ledger.Operating)
	w.account(custodian1, acct2, e2, ledger.Operating)
	w.account(custodian2, acct3, e3, ledger.Operating)
	w.account(custodian1, acctCash, bureau, ledger.Treasury)
	w.fund(fundP, managerP, acctP, "")
	w.fund(fundA, managerA, acctA, fundP)
	w.fund(fundB, managerB, acctB, fundP)
	w.submit(officer, ledger.Op{Type: ledger.CommitmentSign, Commitment: &ledger.Commitment{ID: "cmt:gov", Fund: fundP, Investor: bureau, Class: "GOV",
		Source: ledger.GeneralBudget, Amount: 1_000_000, Currency: "CNY", Date: firstDate}})
	w.sync()
}

// story tells a history in which every kind of thing happens:
//
//	treasury 600,000 (called) and social capital 300,000 → parent fund p
//	p → sub-fund a 400,000, sub-fund b 300,000, enterprise 1 50,000; 150,000 idle
//	a → e1 250,000, e2 100,000; b → e3 200,000
//	e1 own money 80,000; spends 120,000 (RD 90,000, PAYROLL 30,000), pays e3 40,000, returns 20,000 to a, moves 10,000 to its other account
//	a pays the returned money and more on to e2 (60,000 instructed, debited, not credited)
//	b instructs 70,000 to e3, which stays instructed
type told struct {
	gov, social, toA, toB, own, aToE1, back, underWay, instructed string // movements
}

func (w *world) story() told {
	w.t.Helper()
	var m told
	m.gov = w.settle(ledger.Contribution, "", acctP, 600_000, firstDate, origin(ledger.GeneralBudget, bureau, "2025-2160299"), calling("cmt:gov"))
	m.social = w.settle(ledger.Contribution, "", acctP, 300_000, "2025-01-10", origin(ledger.SocialCapital, e3, ""))
	m.toA = w.settle(ledger.Contribution, acctP, acctA, 400_000, "2025-02-01")
	m.toB = w.settle(ledger.Contribution, acctP, acctB, 300_000, "2025-02-02")
	w.settle(ledger.Disbursement, acctP, acct1, 50_000, "2025-02-03")
	m.own = w.settle(ledger.OwnFunds, "", acct1, 80_000, "2025-02-04", origin(ledger.OwnMoney, "", ""))
	m.aToE1 = w.settle(ledger.Disbursement, acctA, acct1, 250_000, "2025-03-01")
	w.settle(ledger.Disbursement, acctA, acct2, 100_000, "2025-03-02")
	w.settle(ledger.Disbursement, acctB, acct3, 200_000, "2025-03-03")
	w.settle(ledger.Use, acct1, "", 90_000, "2025-04-01", spend(ledger.PurposeRD, supplier))
	w.settle(ledger.Use, acct1, "", 30_000, "2025-04-02", spend(ledger.PurposePayroll, supplier))
	w.settle(ledger.Use, acct1, acct3, 40_000, "2025-04-03", func(m *ledger.Movement) { m.Purpose = ledger.PurposeMaterial })
	m.back = w.settle(ledger.Return, acct1, acctA, 20_000, "2025-05-01")
	w.settle(ledger.Use, acct1, acct1b, 10_000, "2025-05-02", func(m *ledger.Movement) { m.Purpose = ledger.PurposeTransfer })
	m.underWay = w.instruct(manA, ledger.Disbursement, acctA, acct2, 60_000)
	w.confirm(custodian1, ledger.MovementDebit, m.underWay)
	m.instructed = w.instruct(manB, ledger.Disbursement, acctB, acct3, 70_000)
	w.sync()
	return m
}

func (w *world) instruct(by ledger.Caller, kind ledger.Kind, from, to string, amount int64, more ...func(*ledger.Movement)) string {
	w.t.Helper()
	m := ledger.Movement{Kind: kind, From: from, To: to, Amount: amount, Currency: "CNY", Date: "2025-06-01", Expires: "2025-06-15"}
	w.draw(&m)
	for _, f := range more {
		f(&m)
	}
	return ledger.MovementID(w.submit(by, ledger.Op{Type: ledger.MovementInstruct, Movement: &m}), 0)
}

// confirm takes a step of a movement.
func (w *world) confirm(by ledger.Caller, op ledger.OpType, movement string, more ...func(*ledger.Step)) {
	w.t.Helper()
	s := ledger.Step{Movement: movement, Date: "2025-06-10", BankRef: fmt.Sprintf("step%d", w.key)}
	if op != ledger.MovementDebit && op != ledger.MovementCredit {
		s.BankRef = ""
	}
	for _, f := range more {
		f(&s)
	}
	w.submit(by, ledger.Op{Type: op, Step: &s})
}
