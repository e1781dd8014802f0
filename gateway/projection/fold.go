package projection

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// Next answers the number of the first block that is not folded yet, which is also how many are.
func (db *DB) Next() uint64 {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.tip.next
}

// Wait returns once the block is folded, so that who wrote something reads it, or with ctx's error.
func (db *DB) Wait(ctx context.Context, block uint64) error {
	for {
		db.mu.Lock()
		next, changed := db.tip.next, db.changed
		db.mu.Unlock()
		if next > block {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Apply folds blocks, which must follow each other and the last block folded. Each block is verified against the one
// before it and read as a whole before anything of it is written; all of them are written in one SQL transaction
// together with the checkpoint. When a block does not fit, the blocks before it are kept, nothing of it is, and
// Apply answers an *Alarm. Other errors are failures of the database: nothing is kept and Apply may be tried again.
func (db *DB) Apply(blocks ...*common.Block) error {
	db.folding.Lock()
	defer db.folding.Unlock()
	if len(blocks) == 0 {
		return nil
	}
	db.mu.Lock()
	start := db.tip
	db.mu.Unlock()

	stop := make(chan struct{})
	read := db.readAhead(start, blocks, stop)
	defer func() { // reading ahead has ended when Apply has: the next one uses the same decoder
		close(stop)
		for range read {
		}
	}()
	end := start
	var alarm error
	err := inTx(context.Background(), db.writer, func(tx *sql.Tx) error {
		w := newWriter(tx, db.memo)
		defer w.close()
		for d := range read {
			if d.err != nil {
				alarm = d.err // what came before it is good: keep that
				break
			}
			if err := w.block(d.block); err != nil {
				return err
			}
			end = d.tip
		}
		return w.advance(start, end)
	})
	if err != nil {
		db.memo.forget() // it may remember rows that were rolled back
		var contradiction *Alarm
		if errors.As(err, &contradiction) {
			return err
		}
		return fmt.Errorf("fold blocks from %d: %w", start.next, err)
	}
	db.mu.Lock()
	db.tip = end
	close(db.changed)
	db.changed = make(chan struct{})
	db.mu.Unlock()
	return alarm
}

// ahead is a block that was verified and read, with the tip after it.
type ahead struct {
	block *block
	tip   tip
	err   error
}

// readAhead verifies and reads blocks while earlier ones are being written. It ends after the first error, or when
// stop is closed.
func (db *DB) readAhead(from tip, blocks []*common.Block, stop <-chan struct{}) <-chan ahead {
	out := make(chan ahead, 2)
	read := func(b *common.Block) ahead {
		next, err := from.extend(b)
		if err != nil {
			return ahead{err: err}
		}
		facts, err := db.dec.decode(b, next.hash)
		from = next
		return ahead{block: facts, tip: next, err: err}
	}
	if len(blocks) == 1 { // the usual case once caught up: no goroutine needed
		out <- read(blocks[0])
		close(out)
		return out
	}
	go func() {
		defer close(out)
		for _, b := range blocks {
			a := read(b)
			select {
			case out <- a:
			case <-stop:
				return
			}
			if a.err != nil {
				return
			}
		}
	}()
	return out
}
