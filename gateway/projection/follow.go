package projection

import (
	"context"
	"errors"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"golang.org/x/sync/errgroup"
)

// How much of the chain is folded in one SQL transaction while catching up.
const (
	mostBlocks = 200
	mostBytes  = 16 << 20
)

// Stream delivers blocks in order from a number on, until ctx ends or handle fails.
type Stream func(ctx context.Context, from uint64, handle func(*common.Block) error) error

// Follow folds blocks from a stream until ctx ends. Blocks that wait are folded together, a single one at once, so
// that catching up is fast and staying caught up is prompt. It answers an *Alarm when the chain does not fit, the
// stream's error, or nil when ctx ended.
func (db *DB) Follow(ctx context.Context, stream Stream) error {
	queue := make(chan *common.Block, mostBlocks)
	work, inner := errgroup.WithContext(ctx)
	work.Go(func() error {
		defer close(queue)
		return stream(inner, db.Next(), func(b *common.Block) error {
			select {
			case queue <- b:
				return nil
			case <-inner.Done():
				return inner.Err()
			}
		})
	})
	work.Go(func() error {
		for first := range queue {
			if err := db.Apply(waiting(first, queue)...); err != nil {
				return err
			}
		}
		return nil
	})
	err := work.Wait()
	if ctx.Err() != nil && !isAlarm(err) {
		return nil
	}
	return err
}

// waiting answers the first block and those that already wait behind it.
func waiting(first *common.Block, queue <-chan *common.Block) []*common.Block {
	batch, bytes := []*common.Block{first}, size(first)
	for len(batch) < mostBlocks && bytes < mostBytes {
		select {
		case b, more := <-queue:
			if !more {
				return batch
			}
			batch, bytes = append(batch, b), bytes+size(b)
		default:
			return batch
		}
	}
	return batch
}

func size(b *common.Block) int {
	n := 0
	for _, d := range b.GetData().GetData() {
		n += len(d)
	}
	return n
}

func isAlarm(err error) bool {
	var a *Alarm
	return errors.As(err, &a)
}
