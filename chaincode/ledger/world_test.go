package ledger_test

import (
	"errors"
	"fmt"
	"sync"
	"time"

	. "fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"

	"pgregory.net/rapid"
)

// now is the time that every test's proposals claim: 2 March 2026 in China.
var now = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

const today = "2026-03-02"

// The parties of the test world. All identifiers carry valid check characters.
const (
	bureau   = "uscc:110000000000010117"
	office   = "uscc:1100000000000102XY"
	bank1    = "uscc:91000000MA00000A9W"
	bank2    = "uscc:91000000MA0000074A"
	bank3    = "uscc:91330100799655058B"
	parentGP = "uscc:91000000MA00000232"
	subGP    = "uscc:91000000MA00000900"
	parentLP = "uscc:91000000MA00000157" // the parent fund as a legal entity
	subLP    = "uscc:91000000MA0000031W"
	e1       = "uscc:91000000MA0000058L"
	e2       = "uscc:91000000MA0000066F"
	investor = "uscc:91000000MA000004XL" // social capital
	outsider = "uscc:91000000MA00000825" // keeps no account here, not registered
)

// Who writes.
var (
	officer    = Caller{FinanceMSP, RoleOfficer, bureau, "officer@finance"}
	auditor    = Caller{AuditMSP, RoleAuditor, office, "auditor@audit"}
	custodian1 = Caller{BankMSP, RoleCustodian, bank1, "custodian@bank"}
	custodian2 = Caller{BankMSP, RoleCustodian, bank2, "custodian2@bank"}
	custodian3 = Caller{BankMSP, RoleCustodian, bank3, "custodian3@bank"}
	parentMgr  = Caller{ManagerMSP, RoleManager, parentGP, "parent@manager"}
	subMgr     = Caller{ManagerMSP, RoleManager, subGP, "sub@manager"}
	boss1      = Caller{EnterpriseMSP, RoleEnterprise, e1, "e1@enterprise"}
	boss2      = Caller{EnterpriseMSP, RoleEnterprise, e2, "e2@enterprise"}
)

// The accounts. Bank 1 keeps both funds, the treasury and enterprise 1; bank 2 keeps enterprise 2.
const (
	parentAcct   = "acct:parent"
	subAcct      = "acct:sub"
	dollarAcct   = "acct:dollar" // a fund's account in USD
	bareAcct     = "acct:bare"   // a custody account without a fund
	e1Acct       = "acct:e1"
	e2Acct       = "acct:e2"
	gpAcct       = "acct:gp" // where the sub-fund's manager receives fees
	treasuryAcct = "acct:treasury"
	pubA         = "acct:pub-a"
	pubB         = "acct:pub-b"

	parentFund = "fund:parent"
	subFund    = "fund:sub"
	dollarFund = "fund:dollar"

	govPromise    = "cmt:gov"    // 1,000,000.00 yuan of the bureau to the parent fund
	parentPromise = "cmt:parent" // 600,000.00 yuan of the parent fund to the sub-fund
)

const yuan int64 = 100

func party(id string, kind PartyKind) Op {
	return Op{Type: PartyRegister, Party: &Party{ID: id, Kind: kind, Name: "Party " + id[len(id)-3:]}}
}

func account(id, owner, bank string, purpose AccountPurpose, currency string) Op {
	return Op{Type: AccountOpen, Account: &Account{ID: id, Owner: owner, Bank: bank, Purpose: purpose, Currency: currency}}
}

// custody is an account of the sub-fund whose custody agreement names the sub-fund's manager.
func custody(id, currency string) Op {
	o := account(id, subLP, bank1, Custody, currency)
	o.Account.Manager = subGP
	return o
}

func fundOp(id, legal, level, parent, manager, acct string) Op {
	return Op{Type: FundEstablish, Fund: &Fund{ID: id, Party: legal, Level: level, Parent: parent, Manager: manager, Account: acct,
		Class: "INDUSTRY", Region: "210000", TermStart: "2025-01-01", TermEnd: "2035-01-01", Mandate: Mandate{Regions: []string{"21"}, Industries: []string{"C"}, Stages: []string{"EARLY"}}}}
}

func promise(id, fund, who, class string, source FundingSource, amount int64) Op {
	return Op{Type: CommitmentSign, Commitment: &Commitment{ID: id, Fund: fund, Investor: who, Class: class, Source: source,
		Amount: amount, Currency: "CNY", Date: "2026-01-05"}}
}

// settle, instruct and declare make movements of the day from the payer's draws; roots give none.
func settle(m Movement) Op   { return move(MovementSettle, m) }
func instruct(m Movement) Op { return move(MovementInstruct, m) }
func declare(m Movement) Op  { return move(MovementDeclare, m) }

func move(op OpType, m Movement) Op {
	if m.Currency == "" {
		m.Currency = "CNY"
	}
	if m.Date == "" {
		m.Date = today
	}
	if m.Amount == 0 {
		for _, d := range m.Draws {
			m.Amount += d.Amount
		}
	}
	return Op{Type: op, Movement: &m}
}

func step(op OpType, s Step) Op { return Op{Type: op, Step: &s} }

func draws(lot string, amount int64) []Draw { return []Draw{{Lot: lot, Amount: amount}} }

func budget(investor string) *Origin {
	return &Origin{Source: GeneralBudget, Investor: investor, BudgetLine: "2026-2150599"}
}

// world is a ledger with parties, accounts, funds and commitments, and no money yet.
type world struct {
	rapid.TB
	*memledger.Ledger
	keys int
}

// founding is what the world begins with: who writes which operations.
var founding = []struct {
	by  Caller
	ops []Op
}{
	{officer, []Op{party(bureau, Government), party(office, Government), party(bank1, Bank), party(bank2, Bank), party(bank3, Bank),
		party(parentGP, FundManager), party(subGP, FundManager), party(parentLP, FundEntity), party(subLP, FundEntity),
		party(e1, Private), party(e2, StateOwned), party(investor, Private)}},
	{custodian1, []Op{account(parentAcct, parentLP, bank1, Custody, "CNY"), custody(subAcct, "CNY"), custody(dollarAcct, "USD"), custody(bareAcct, "CNY"),
		account(e1Acct, e1, bank1, Supervised, "CNY"), account(gpAcct, subGP, bank1, Operating, "CNY"),
		account(treasuryAcct, bureau, bank1, Treasury, "CNY")}},
	{custodian2, []Op{account(e2Acct, e2, bank2, Operating, "CNY")}},
	{officer, []Op{account(pubA, investor, "", Published, "CNY"), account(pubB, e1, "", Published, "CNY")}},
	{officer, []Op{fundOp(parentFund, parentLP, "PARENT", "", parentGP, parentAcct)}},
	{subMgr, []Op{fundOp(subFund, subLP, "SUB", parentFund, subGP, subAcct), fundOp(dollarFund, subLP, "DIRECT", "", subGP, dollarAcct)}},
	{officer, []Op{promise(govPromise, parentFund, bureau, "GOV", GeneralBudget, 1_000_000*yuan)}},
	{subMgr, []Op{promise(parentPromise, subFund, parentLP, "GOV", GovFundBudget, 600_000*yuan)}},
}

// base is the founding's writes, computed once.
var base = sync.OnceValues(func() ([]Write, error) {
	l := memledger.New()
	var all []Write
	for i, f := range founding {
		tx := l.Begin(f.by)
		writes, _, err := Apply(&Batch{Entries: []Entry{{Key: fmt.Sprint("founding-", i), Ops: f.ops}}}, f.by, now, tx)
		if err != nil {
			return nil, err
		}
		if err := tx.Put(writes); err != nil {
			return nil, err
		}
		l.Commit(tx)
		all = append(all, writes...)
	}
	return all, nil
})

func newWorld(t rapid.TB) *world {
	t.Helper()
	writes, err := base()
	if err != nil {
		t.Fatal("founding: ", err)
	}
	w := &world{TB: t, Ledger: memledger.New(memledger.WithClock(func() time.Time { return now }))}
	tx := w.Begin(officer)
	if err := tx.Put(writes); err != nil {
		t.Fatal(err)
	}
	w.Commit(tx)
	return w
}

// refusalOf answers the refusal that err is, an empty one when it is none.
func refusalOf(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{}
}

// key answers a fresh idempotency key.
func (w *world) key() string {
	w.keys++
	return fmt.Sprint("k", w.keys)
}

// try records one entry and answers its identifier, or the refusal.
func (w *world) try(by Caller, ops ...Op) (string, error) {
	w.Helper()
	return w.record(by, Entry{Key: w.key(), Ops: ops})
}

func (w *world) record(by Caller, e Entry) (string, error) {
	w.Helper()
	tx := w.Begin(by)
	writes, result, err := Apply(&Batch{Entries: []Entry{e}}, by, now, tx)
	if err != nil {
		if writes != nil || result != nil {
			w.Fatalf("a refusal came with writes: %v", err)
		}
		return "", err
	}
	if err := tx.Put(writes); err != nil {
		w.Fatal(err)
	}
	if o := w.Commit(tx).Txs[0]; !o.Valid() {
		w.Fatalf("alone in its block, and %s", o.Code)
	}
	return result.Entries[0].Entry, nil
}

// do records one entry that must be accepted.
func (w *world) do(by Caller, ops ...Op) string {
	w.Helper()
	entry, err := w.try(by, ops...)
	if err != nil {
		w.Fatalf("refused: %v", err)
	}
	return entry
}

// refused answers the code that the operations are refused with, "" when they are accepted. It records nothing.
func (w *world) refused(by Caller, ops ...Op) Code {
	w.Helper()
	_, _, err := Apply(&Batch{Entries: []Entry{{Key: w.key(), Ops: ops}}}, by, now, w)
	if err == nil {
		return ""
	}
	code := ErrorCode(err)
	if code == "" {
		w.Fatalf("failed instead of refusing: %v", err)
	}
	return code
}

// paidIn gives the parent fund a lot of the bureau's money and answers the lot.
func (w *world) paidIn(amount int64) string {
	w.Helper()
	return w.root(Movement{Kind: Contribution, To: parentAcct, Amount: amount, Origin: budget(bureau)})
}

// owned gives enterprise 1 a lot of its own money.
func (w *world) owned(amount int64) string {
	w.Helper()
	return w.root(Movement{Kind: OwnFunds, To: e1Acct, Amount: amount, Origin: &Origin{Source: OwnMoney}})
}

func (w *world) root(m Movement) string {
	w.Helper()
	m.BankRef = w.key()
	return LotID(MovementID(w.do(custodian1, settle(m)), 0), 0)
}

// invested instructs a disbursement of the parent fund to enterprise 2, which another bank keeps, and answers it.
func (w *world) invested(amount int64) string {
	w.Helper()
	lot := w.paidIn(amount)
	return MovementID(w.do(parentMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e2Acct, Draws: draws(lot, amount),
		Expires: today})), 0)
}
