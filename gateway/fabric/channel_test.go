package fabric

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
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
