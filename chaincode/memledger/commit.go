package memledger

import (
	"slices"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Commit is what became of one block.
type Commit struct {
	Block uint64
	Txs   []Outcome
	txs   []*Tx
}

// Outcome is what became of one transaction. Writes are what it asked for; they count only when Code is VALID.
type Outcome struct {
	TxID   string
	Code   peer.TxValidationCode
	Writes []Write // sorted by key
}

// Valid reports whether the transaction changed the state.
func (o Outcome) Valid() bool { return o.Code == peer.TxValidationCode_VALID }

// Commit puts transactions into the next block, in this order, and validates them as a peer does: a transaction
// identifier counts once; what a transaction read, and what it found in ranges, must be unchanged, by earlier blocks and
// by earlier transactions of this block.
func (l *Ledger) Commit(txs ...*Tx) Commit {
	l.mu.Lock()
	defer l.mu.Unlock()
	return *l.commit(txs)
}

// Commits answers every block committed so far, from block 1 on.
func (l *Ledger) Commits() []Commit {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Commit, len(l.done))
	for i, c := range l.done {
		out[i] = *c
	}
	return out
}

func (l *Ledger) commit(txs []*Tx) *Commit {
	c := &Commit{Block: uint64(len(l.done)) + 1, txs: slices.Clone(txs)}
	touched := map[string]struct{}{} // keys that earlier transactions of this block wrote
	for i, t := range txs {
		o := Outcome{TxID: t.id, Code: l.judge(t, touched), Writes: t.Writes()}
		if o.Valid() {
			for _, w := range o.Writes {
				l.state.write(w.Key, w.Value, version{c.Block, uint64(i)})
				touched[w.Key] = struct{}{}
			}
		}
		l.seen[t.id] = struct{}{}
		c.Txs = append(c.Txs, o)
	}
	l.done = append(l.done, c)
	return c
}

// judge answers the validation code. The state holds the writes of the block's earlier transactions already.
func (l *Ledger) judge(t *Tx, touched map[string]struct{}) peer.TxValidationCode {
	if _, twice := l.seen[t.id]; twice {
		return peer.TxValidationCode_DUPLICATE_TXID
	}
	for key, saw := range t.reads {
		// A key that this block has touched conflicts even when it is absent before and after, as in Fabric.
		if _, now := touched[key]; now || !sameVersion(l.state.versionOf(key), saw) {
			return peer.TxValidationCode_MVCC_READ_CONFLICT
		}
	}
	for _, q := range t.ranges {
		if !l.unchanged(q) {
			return peer.TxValidationCode_PHANTOM_READ_CONFLICT
		}
	}
	return peer.TxValidationCode_VALID
}

// unchanged repeats a range query and compares keys and versions.
func (l *Ledger) unchanged(q rangeRead) bool {
	end, through := q.end, false
	if !q.exhausted {
		end, through = q.seen[len(q.seen)-1].key, true
	}
	now := l.state.scan(q.start, end, through)
	return slices.EqualFunc(now, q.seen, func(key string, saw readAt) bool {
		return key == saw.key && sameVersion(l.state.versionOf(key), saw.version)
	})
}
