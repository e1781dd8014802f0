package fabric

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// testChannel is a channel over a memory ledger: the real contract, real validation, one block for each transaction. Its
// hooks let a test fail, delay or overtake at every step.
type testChannel struct {
	*memledger.Ledger

	mu       sync.Mutex
	txs      map[string]*memledger.Tx
	status   map[string]Status
	known    map[string]chan struct{} // closed once the transaction is committed
	proposed []ledger.Batch           // every successful endorsement
	sent     []string                 // every submission, repeated ones too

	onEndorse func(ledger.Batch) error
	onSubmit  func(tx string, order func()) error // order commits; the default orders and succeeds
	onStatus  func(tx string) error
}

func newTestChannel() *testChannel {
	return &testChannel{Ledger: memledger.New(), txs: map[string]*memledger.Tx{}, status: map[string]Status{}, known: map[string]chan struct{}{}}
}

func (c *testChannel) hooks() (func(ledger.Batch) error, func(string, func()) error, func(string) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.onEndorse, c.onSubmit, c.onStatus
}

func (c *testChannel) set(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
}

func (c *testChannel) Endorse(ctx context.Context, by *Identity, batch []byte) (*Transaction, error) {
	if ctx.Err() != nil {
		return nil, unavailable(ctx.Err())
	}
	var b ledger.Batch
	if err := json.Unmarshal(batch, &b); err != nil {
		return nil, err
	}
	if hook, _, _ := c.hooks(); hook != nil {
		if err := hook(b); err != nil {
			return nil, err
		}
	}
	tx, result, err := c.Invoke(by.Caller(), "Apply", string(batch))
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.txs[tx.GetTxID()] = tx
	c.known[tx.GetTxID()] = make(chan struct{})
	c.proposed = append(c.proposed, b)
	return &Transaction{ID: tx.GetTxID(), Signed: []byte(tx.GetTxID()), Result: result}, nil
}

func (c *testChannel) Submit(ctx context.Context, signed []byte) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	id := string(signed)
	_, hook, _ := c.hooks()
	c.set(func() { c.sent = append(c.sent, id) })
	order := func() { c.order(id) }
	if hook == nil {
		order()
		return nil
	}
	answer := make(chan error, 1)
	go func() { answer <- hook(id, order) }()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// order commits a transaction. The first time counts.
func (c *testChannel) order(id string) {
	c.mu.Lock()
	tx := c.txs[id]
	c.mu.Unlock()
	commit := c.Commit(tx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, twice := c.status[id]; twice {
		return
	}
	c.status[id] = Status{Block: commit.Block, Code: commit.Txs[0].Code}
	close(c.known[id])
}

func (c *testChannel) Status(ctx context.Context, tx string) (Status, error) {
	if _, _, hook := c.hooks(); hook != nil {
		if err := hook(tx); err != nil {
			return Status{}, err
		}
	}
	c.mu.Lock()
	known := c.known[tx]
	c.mu.Unlock()
	if known == nil {
		<-ctx.Done()
		return Status{}, ctx.Err()
	}
	select {
	case <-known:
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.status[tx], nil
	case <-ctx.Done():
		return Status{}, ctx.Err()
	}
}

func (c *testChannel) Height(context.Context) (uint64, error) { return c.Ledger.Height(), nil }

func (c *testChannel) Evaluate(_ context.Context, function string, args ...string) ([]byte, error) {
	return c.Ledger.Evaluate(officer.Caller(), function, args...)
}

// testReadModel is a LotPicker over the channel's state as of a block that the test chooses.
type testReadModel struct {
	channel *testChannel
	mu      sync.Mutex
	next    uint64
	lots    map[string][]ledger.LotRecord
	frozen  bool // does not move by itself when somebody waits
	moved   chan struct{}
	onPick  func()
}

func newReadModel(c *testChannel) *testReadModel {
	m := &testReadModel{channel: c, moved: make(chan struct{})}
	m.advance()
	return m
}

// advance takes in everything that is committed.
func (m *testReadModel) advance() {
	for {
		height := m.channel.Ledger.Height()
		lots := map[string][]ledger.LotRecord{}
		for _, account := range testAccounts {
			for bookmark := ""; ; {
				var page ledger.BalancePage
				answer, err := m.channel.Ledger.Evaluate(officer.Caller(), "Balance", account, bookmark, "200")
				if err != nil {
					break // not opened yet
				}
				if err := json.Unmarshal(answer, &page); err != nil {
					panic(err)
				}
				lots[account] = append(lots[account], page.Lots...)
				if bookmark = page.Next; bookmark == "" {
					break
				}
			}
			slices.SortFunc(lots[account], func(a, b ledger.LotRecord) int { return strings.Compare(a.Lot, b.Lot) })
		}
		if m.channel.Ledger.Height() != height {
			continue
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		if height < m.next {
			return
		}
		m.next, m.lots = height, lots
		close(m.moved)
		m.moved = make(chan struct{})
		return
	}
}

func (m *testReadModel) Next() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.next
}

func (m *testReadModel) Wait(ctx context.Context, block uint64) error {
	for {
		m.mu.Lock()
		next, moved, frozen := m.next, m.moved, m.frozen
		m.mu.Unlock()
		if next > block {
			return nil
		}
		if !frozen {
			m.advance()
			continue
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (m *testReadModel) Pick(_ context.Context, account string, amount int64, taken map[string]int64) ([]ledger.Draw, error) {
	m.mu.Lock()
	lots, hook := m.lots[account], m.onPick
	m.mu.Unlock()
	var draws []ledger.Draw
	missing := amount
	for _, l := range lots {
		if left := min(l.Remaining-taken[l.Lot], missing); left > 0 {
			draws = append(draws, ledger.Draw{Lot: l.Lot, Amount: left})
			missing -= left
		}
	}
	if hook != nil {
		hook()
	}
	if missing > 0 {
		return nil, ledger.Refuse(ledger.LotOverdrawn, fmt.Sprintf("%s lacks %d", account, missing))
	}
	if len(draws) > ledger.MaxDraws {
		return nil, ledger.Refuse(ledger.TooLarge, "too many lots")
	}
	return draws, nil
}

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

func (c *testChannel) proposals() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.proposed)
}

// hold makes the next submissions wait until release is called.
func (c *testChannel) hold() (release func()) {
	gate := make(chan struct{})
	c.set(func() {
		c.onSubmit = func(_ string, order func()) error {
			<-gate
			order()
			return nil
		}
	})
	return sync.OnceFunc(func() {
		c.set(func() { c.onSubmit = nil })
		close(gate)
	})
}

var errLost = errors.New("the connection broke")

var validationConflict = peer.TxValidationCode_MVCC_READ_CONFLICT
