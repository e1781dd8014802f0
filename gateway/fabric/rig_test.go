package fabric

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
)

// The world of these tests: published accounts, which one officer may fill and move.
const owner = "uscc:91000000MA00000A9W"

var (
	officer      = &Identity{Name: "officer@finance", Organisation: "finance", MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: "uscc:110000000000010117"}
	officer2     = &Identity{Name: "officer2@finance", Organisation: "finance", MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: "uscc:110000000000010117"}
	testAccounts = []string{"acct:a", "acct:b", "acct:c"}
)

func declare(m ledger.Movement) ledger.Op {
	m.Currency, m.Date = "CNY", "2026-03-02"
	return ledger.Op{Type: ledger.MovementDeclare, Movement: &m}
}

// pay moves an amount between accounts; without draws the gateway chooses.
func pay(from, to string, amount int64, draws ...ledger.Draw) ledger.Op {
	return declare(ledger.Movement{Kind: ledger.Transfer, From: from, To: to, Amount: amount, Draws: draws})
}

func fill(account string, amount int64) ledger.Op {
	return declare(ledger.Movement{Kind: ledger.UnknownOrigin, To: account, Amount: amount, Origin: &ledger.Origin{Source: ledger.UnknownSource}})
}

func entry(key string, ops ...ledger.Op) ledger.Entry { return ledger.Entry{Key: key, Ops: ops} }

// rig is a submitter over a test channel with a read model beside it.
type rig struct {
	*Submitter
	t       *testing.T
	channel *testChannel
	model   *testReadModel
	file    string
}

// newRig opens the accounts and gives acct:a the amounts, a lot each: lot n is lotOf(n).
func newRig(t *testing.T, amounts ...int64) *rig {
	t.Helper()
	c := newTestChannel()
	ops := []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: owner, Kind: ledger.Bank, Name: "Owner"}}}
	for _, a := range testAccounts {
		ops = append(ops, ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: a, Owner: owner, Purpose: ledger.Published, Currency: "CNY"}})
	}
	for _, a := range amounts {
		ops = append(ops, fill("acct:a", a))
	}
	if _, err := c.Ledger.Submit(officer.Caller(), entry("founding", ops...)); err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, channel: c, model: newReadModel(c), file: filepath.Join(t.TempDir(), "outbox.db")}
	r.open(r.file)
	return r
}

// open starts a submitter on an outbox file.
func (r *rig) open(file string) {
	r.t.Helper()
	s, err := NewSubmitter(r.channel, file, Options{Lots: r.model, Limits: Limits{Commit: 2 * time.Second, look: 50 * time.Millisecond, pause: time.Millisecond}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.Submitter, r.file = s, file
	r.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			r.t.Error(err)
		}
	})
}

// lotOf is the n-th lot that acct:a was given.
func lotOf(n int) string {
	return ledger.LotID(ledger.MovementID(officer.EntryID("founding"), 1+len(testAccounts)+n), 0)
}

func (r *rig) must(by *Identity, e ledger.Entry) Receipt {
	r.t.Helper()
	receipt, err := r.Submit(context.Background(), by, e)
	if err != nil {
		r.t.Fatalf("%s: %v", e.Key, err)
	}
	return receipt
}

// balance is what the ledger says lies in the account.
func (r *rig) balance(account string) int64 {
	r.t.Helper()
	r.model.advance()
	sum := int64(0)
	r.model.mu.Lock()
	defer r.model.mu.Unlock()
	for _, l := range r.model.lots[account] {
		sum += l.Remaining
	}
	return sum
}

// times counts how often the ledger recorded the entry: in how many valid transactions its first page was written.
func (r *rig) times(id string) int {
	n := 0
	for _, c := range r.channel.Commits() {
		for _, tx := range c.Txs {
			if tx.Valid() && slices.ContainsFunc(tx.Writes, func(w memledger.Write) bool { return w.Key == ledger.PageKey(id, 0) }) {
				n++
			}
		}
	}
	return n
}

// until waits for a condition that other goroutines bring about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never happened: ", what)
		}
	}
}

func (r *rig) inLine() int {
	r.queue.mu.Lock()
	defer r.queue.mu.Unlock()
	return len(r.queue.waiting)
}
