package evidence_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/documents"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/testchannel"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

const (
	bureau, bank, manager, e1, e2 = "other:bureau", "other:bank", "other:manager", "other:e1", "other:e2"
	fundP, fundA                  = "fund:p", "fund:a"
	acctP, acctA, acct1, acct2    = "acct:p", "acct:a", "acct:e1", "acct:e2"
)

var (
	officer   = ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: bureau, Name: "officer@finance"}
	custodian = ledger.Caller{MSP: ledger.BankMSP, Role: ledger.RoleCustodian, Party: bank, Name: "custodian@bank"}
	managing  = ledger.Caller{MSP: ledger.ManagerMSP, Role: ledger.RoleManager, Party: manager, Name: "m@manager"}
)

// world is a ledger in memory, the channel that its blocks are taken over to, and a read model of the channel.
type world struct {
	t    testing.TB
	l    *memledger.Ledger
	c    *testchannel.Channel
	db   *projection.DB
	docs *documents.Store
	key  int

	packs map[bool][]byte            // see pack
	files map[bool]map[string][]byte // see unpacked
}

func newWorld(t testing.TB) *world {
	t.Helper()
	clock := func() time.Time { return time.Date(2025, 6, 30, 4, 0, 0, 0, time.UTC) }
	w := &world{t: t, l: memledger.New(memledger.WithClock(clock)), c: testchannel.New(), packs: map[bool][]byte{}, files: map[bool]map[string][]byte{}}
	var err error
	if w.db, err = projection.Open(filepath.Join(t.TempDir(), "model.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.db.Close() })
	if w.docs, err = documents.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return w
}

// sync takes over and folds what the ledger has committed since.
func (w *world) sync() {
	w.t.Helper()
	w.c.Follow(w.l)
	if err := w.db.Apply(w.c.Blocks()[w.db.Next():]...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) submit(by ledger.Caller, ops ...ledger.Op) string {
	w.t.Helper()
	w.key++
	r, err := w.l.Submit(by, ledger.Entry{Key: fmt.Sprintf("k%d", w.key), Ops: ops})
	if err != nil {
		w.t.Fatalf("%s: %v", ops[0].Type, err)
	}
	return r.Entry
}

// populate registers the cast: a parent fund that feeds a sub-fund, and two enterprises.
func (w *world) populate() {
	w.t.Helper()
	var ops []ledger.Op
	for id, kind := range map[string]ledger.PartyKind{bureau: ledger.Government, bank: ledger.Bank, manager: ledger.FundManager,
		"other:p": ledger.FundEntity, "other:a": ledger.FundEntity, e1: ledger.Private, e2: ledger.Private} {
		ops = append(ops, ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: id, Kind: kind, Name: "name of " + id, Region: "210100"}})
	}
	w.submit(officer, ops...)
	for _, a := range []ledger.Account{{ID: acctP, Owner: "other:p", Purpose: ledger.Custody}, {ID: acctA, Owner: "other:a", Purpose: ledger.Custody},
		{ID: acct1, Owner: e1, Purpose: ledger.Supervised}, {ID: acct2, Owner: e2, Purpose: ledger.Operating}} {
		a.Bank, a.Currency = bank, "CNY"
		if a.Purpose == ledger.Custody {
			a.Manager = manager
		}
		w.submit(custodian, ledger.Op{Type: ledger.AccountOpen, Account: &a})
	}
	for _, f := range []ledger.Fund{{ID: fundP, Party: "other:p", Level: "PARENT", Account: acctP}, {ID: fundA, Party: "other:a", Level: "SUB", Parent: fundP, Account: acctA}} {
		f.Class, f.Name, f.Manager, f.TermStart, f.TermEnd = "VC", "fund "+f.ID, manager, "2025-01-01", "2032-01-01"
		w.submit(officer, ledger.Op{Type: ledger.FundEstablish, Fund: &f})
	}
}

// pay records a payment, settled by the bank or instructed by the manager, drawing oldest lots first, and answers the
// movement.
func (w *world) pay(op ledger.OpType, m ledger.Movement) string {
	w.t.Helper()
	m.Currency = "CNY"
	if m.From != "" && m.Draws == nil {
		w.sync()
		var err error
		if m.Draws, err = w.db.PickLots(w.t.Context(), projection.Everything(), m.From, m.Amount); err != nil {
			w.t.Fatal(err)
		}
	}
	by := custodian
	if op == ledger.MovementInstruct {
		by, m.Expires = managing, "2025-06-29"
	} else {
		m.BankRef = fmt.Sprintf("ref%d", w.key)
	}
	return ledger.MovementID(w.submit(by, ledger.Op{Type: op, Movement: &m}), 0)
}

func (w *world) step(by ledger.Caller, op ledger.OpType, s ledger.Step) {
	w.t.Helper()
	s.BankRef = map[ledger.OpType]string{ledger.MovementDebit: fmt.Sprintf("d%d", w.key), ledger.MovementCredit: fmt.Sprintf("c%d", w.key)}[op]
	w.submit(by, ledger.Op{Type: op, Step: &s})
}

// document records a document of a movement.
func (w *world) document(movement, content string, salted bool) string {
	w.t.Helper()
	salt := ""
	if salted {
		salt = movement
	}
	d, err := w.docs.Put(strings.NewReader(content), 1<<20, salt)
	if err != nil {
		w.t.Fatal(err)
	}
	w.submit(custodian, ledger.Op{Type: ledger.DocumentRecord, Document: &ledger.Document{SHA256: d.SHA256, Size: d.Size, MediaType: "text/plain",
		Salted: d.Salted, Subject: movement, Kind: "RECEIPT"}})
	return d.SHA256
}

// told names what happens in story.
type told struct {
	gov, own, toA, toE1, spent, underWay, returned string // movements
	lot                                            string // of gov
	receipt, minutes                               string // documents
}

// story lets money of the treasury go to a parent fund, a sub-fund and two enterprises:
//
//	treasury 600,000 → p; own money 50,000 → e1
//	p → a 400,000 (200,000 idle); a → e1 250,000, e2 100,000 (50,000 left)
//	e1 spends 90,000; a → e2 30,000 debited, not credited; a → e1 10,000 debited and returned
func (w *world) story() told {
	w.t.Helper()
	w.populate()
	var m told
	m.gov = w.pay(ledger.MovementSettle, ledger.Movement{Kind: ledger.Contribution, To: acctP, Amount: 600_000, Date: "2025-01-02",
		Origin: &ledger.Origin{Source: ledger.GeneralBudget, Investor: bureau, BudgetLine: "2025-2160299"}})
	m.lot = ledger.LotID(m.gov, 0)
	m.own = w.pay(ledger.MovementSettle, ledger.Movement{Kind: ledger.OwnFunds, To: acct1, Amount: 50_000, Date: "2025-01-03",
		Origin: &ledger.Origin{Source: ledger.OwnMoney}})
	m.toA = w.pay(ledger.MovementSettle, ledger.Movement{Kind: ledger.Contribution, From: acctP, To: acctA, Amount: 400_000, Date: "2025-02-01"})
	m.toE1 = w.pay(ledger.MovementInstruct, ledger.Movement{Kind: ledger.Disbursement, From: acctA, To: acct1, Amount: 250_000, Date: "2025-03-01"})
	w.step(custodian, ledger.MovementDebit, ledger.Step{Movement: m.toE1, Date: "2025-03-02"})
	w.step(custodian, ledger.MovementCredit, ledger.Step{Movement: m.toE1, Date: "2025-03-03"})
	w.pay(ledger.MovementSettle, ledger.Movement{Kind: ledger.Disbursement, From: acctA, To: acct2, Amount: 100_000, Date: "2025-03-05"})
	m.spent = w.pay(ledger.MovementSettle, ledger.Movement{Kind: ledger.Use, From: acct1, Amount: 90_000, Date: "2025-04-01", Purpose: ledger.PurposeRD, Payee: e2})
	m.underWay = w.pay(ledger.MovementInstruct, ledger.Movement{Kind: ledger.Disbursement, From: acctA, To: acct2, Amount: 30_000, Date: "2025-05-01"})
	w.step(custodian, ledger.MovementDebit, ledger.Step{Movement: m.underWay, Date: "2025-05-02"})
	m.returned = w.pay(ledger.MovementInstruct, ledger.Movement{Kind: ledger.Disbursement, From: acctA, To: acct1, Amount: 10_000, Date: "2025-05-03"})
	w.step(custodian, ledger.MovementDebit, ledger.Step{Movement: m.returned, Date: "2025-05-04"})
	w.step(custodian, ledger.MovementReturn, ledger.Step{Movement: m.returned, Date: "2025-05-05"})
	m.receipt = w.document(m.toE1, "receipt of e1", false)
	m.minutes = w.document(m.toE1, "minutes of the committee", true)
	w.step(custodian, ledger.MovementAttest, ledger.Step{Movement: m.toE1, Level: ledger.WithReceipt, Document: m.receipt})
	w.submit(officer, ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: "other:late", Kind: ledger.Private, Name: "late"}})
	w.sync()
	return m
}

// traced is the read model's whole answer.
func (w *world) traced(lot, direction string) *trace.Answer {
	w.t.Helper()
	f, err := w.db.Forest(w.t.Context(), projection.Everything())
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	a, err := evidence.Trace(w.t.Context(), f, lot, direction)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// request asks for a pack as of the last block.
func (w *world) request(s evidence.Subject, whole bool) evidence.Request {
	r := evidence.Request{Subject: s, Last: uint64(len(w.c.Blocks()) - 1), Whole: whole, Documents: w.docs}
	if s.Kind == evidence.OfTrace {
		r.Answer = w.traced(s.Lot, s.Direction)
	}
	return r
}

func (w *world) build(s evidence.Subject, whole bool) []byte {
	w.t.Helper()
	return w.packOf(w.request(s, whole))
}

func (w *world) packOf(r evidence.Request) []byte {
	w.t.Helper()
	var out bytes.Buffer
	if _, err := evidence.Build(w.t.Context(), &out, evidence.Blocks(w.c.Blocks()), r); err != nil {
		w.t.Fatal(err)
	}
	return out.Bytes()
}

func verify(pack []byte, genesis []byte) (*evidence.Report, error) {
	return evidence.Verify(context.Background(), bytes.NewReader(pack), int64(len(pack)), evidence.Options{GenesisHash: genesis})
}
