package evidence

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// Blocks is a source that has them all in memory.
type Blocks []*common.Block

// Block answers a block.
func (b Blocks) Block(_ context.Context, n uint64) (*common.Block, error) {
	if n >= uint64(len(b)) {
		return nil, fmt.Errorf("there is no block %d", n)
	}
	return b[n], nil
}

// Spool is a source that keeps the blocks up to one in a temporary file, for a stream that delivers them once and in
// order.
type Spool struct {
	*Mirror
	latest *common.Block
}

// errEnough ends a stream whose reader wants no more.
var errEnough = errors.New("no more blocks are wanted")

// NewSpool reads the blocks 0 to last from a stream such as (*fabric.Client).Blocks into a file in dir ("": the system's
// folder for temporary files), as NewMirror does.
func NewSpool(ctx context.Context, dir string, last uint64, stream func(ctx context.Context, from uint64, handle func(*common.Block) error) error) (*Spool, error) {
	m, err := NewMirror(dir)
	if err != nil {
		return nil, err
	}
	err = m.Follow(ctx, func(ctx context.Context, from uint64, handle func(*common.Block) error) error {
		return stream(ctx, from, func(b *common.Block) error {
			if err := handle(b); err != nil {
				return err
			}
			if b.GetHeader().GetNumber() == last {
				return errEnough
			}
			return nil
		})
	})
	if errors.Is(err, errEnough) {
		return &Spool{Mirror: m}, nil
	}
	return nil, errors.Join(fmt.Errorf("read the blocks up to block %d: %w", last, err), m.Close())
}

// Block answers a block. Errors: there is none of that number.
func (s *Spool) Block(ctx context.Context, n uint64) (*common.Block, error) {
	if s.latest.GetHeader().GetNumber() == n && s.latest != nil {
		return s.latest, nil
	}
	b, err := s.Mirror.Block(ctx, n)
	if err == nil {
		s.latest = b
	}
	return b, err
}
