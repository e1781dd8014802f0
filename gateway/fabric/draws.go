package fabric

import (
	"context"
	"maps"
	"sync"

	"fundtrace/chaincode/ledger"
)

// LotPicker chooses the lots that a payment draws, from a read model that follows the blocks.
type LotPicker interface {
	// Pick covers amount (minor units) from the account's live lots by the account's policy. taken says what has been
	// drawn (lot: minor units) on top of what the read model shows. Errors: *ledger.Error when the money does not
	// suffice, the account demands named lots or is unknown, or TOO_LARGE when it takes more lots than one choice gives.
	Pick(ctx context.Context, account string, amount int64, taken map[string]int64) ([]ledger.Draw, error)
	// Next is the first block that Pick does not know yet.
	Next() uint64
	// Wait returns once Pick knows the block, or with ctx's error.
	Wait(ctx context.Context, block uint64) error
}

// drawn remembers what transactions of this gateway draw until the read model shows it: while they are under way, and
// from their commit until their block has been projected. With it, payments of one account can follow each other faster
// than the read model.
type drawn struct {
	mu  sync.Mutex
	txs map[string]*txDraws
}

type txDraws struct {
	lots  map[string]map[string]int64 // account: lot: minor units
	block uint64                      // once committed
	done  bool
}

func newDrawn() *drawn { return &drawn{txs: map[string]*txDraws{}} }

// add remembers the draws of a transaction that is about to be submitted.
func (d *drawn) add(tx string, b *ledger.Batch) {
	t := newTxDraws()
	for i := range b.Entries {
		t.drawAll(&b.Entries[i])
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.txs[tx] = t
}

func newTxDraws() *txDraws { return &txDraws{lots: map[string]map[string]int64{}} }

// drawAll adds what the entry's movements draw.
func (t *txDraws) drawAll(e *ledger.Entry) {
	for n := range e.Ops {
		if m := e.Ops[n].Movement; m != nil {
			t.draw(m.From, m.Draws)
		}
	}
}

func (t *txDraws) draw(account string, draws []ledger.Draw) {
	if len(draws) == 0 {
		return
	}
	lots := t.lots[account]
	if lots == nil {
		lots = map[string]int64{}
		t.lots[account] = lots
	}
	for _, draw := range draws {
		lots[draw.Lot] += draw.Amount
	}
}

// committed says in which block the draws of a transaction became state.
func (d *drawn) committed(tx string, block uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := d.txs[tx]; t != nil {
		t.block, t.done = block, true
	}
}

// drop forgets a transaction that changed nothing.
func (d *drawn) drop(tx string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.txs, tx)
}

// forget drops what a read model shows that knows the blocks before next.
func (d *drawn) forget(next uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.txs, func(_ string, t *txDraws) bool { return t.done && t.block < next })
}

// beyond sums what has been drawn from the account on top of a read model that knows the blocks before next.
func (d *drawn) beyond(account string, next uint64) map[string]int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	taken := map[string]int64{}
	for _, t := range d.txs {
		if t.done && t.block < next {
			continue
		}
		for lot, amount := range t.lots[account] {
			taken[lot] += amount
		}
	}
	return taken
}
