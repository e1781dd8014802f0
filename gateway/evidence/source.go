package evidence

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
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

// Spool is a source that keeps blocks in a temporary file, for a stream that delivers them once and in order.
type Spool struct {
	file *os.File
	at   []int64 // where each block begins; one more than there are blocks
	last *common.Block
}

// errEnough ends a stream whose reader wants no more.
var errEnough = errors.New("no more blocks are wanted")

// NewSpool reads the blocks 0 to last from a stream such as (*fabric.Client).Blocks into a file in dir ("": the system's
// folder for temporary files). Close removes it.
func NewSpool(ctx context.Context, dir string, last uint64, stream func(ctx context.Context, from uint64, handle func(*common.Block) error) error) (*Spool, error) {
	f, err := os.CreateTemp(dir, "fundtrace-blocks-*")
	if err != nil {
		return nil, fmt.Errorf("keep blocks in a file: %w", err)
	}
	s := &Spool{file: f, at: []int64{0}}
	err = stream(ctx, 0, func(b *common.Block) error {
		if err := s.add(b); err != nil {
			return err
		}
		if b.GetHeader().GetNumber() == last {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return s, nil
	}
	if err == nil {
		err = fmt.Errorf("the stream ended before block %d", last)
	}
	return nil, errors.Join(err, s.Close())
}

func (s *Spool) add(b *common.Block) error {
	if want := uint64(len(s.at) - 1); b.GetHeader().GetNumber() != want {
		return fmt.Errorf("block %d came where block %d is next", b.GetHeader().GetNumber(), want)
	}
	raw, err := proto.Marshal(b)
	if err != nil {
		return fmt.Errorf("encode block %d: %w", b.GetHeader().GetNumber(), err)
	}
	begin := s.at[len(s.at)-1]
	if _, err := s.file.WriteAt(raw, begin); err != nil {
		return fmt.Errorf("keep blocks in a file: %w", err)
	}
	s.at = append(s.at, begin+int64(len(raw)))
	return nil
}

// Block answers a block.
func (s *Spool) Block(_ context.Context, n uint64) (*common.Block, error) {
	if s.last.GetHeader().GetNumber() == n && s.last != nil {
		return s.last, nil
	}
	if n+1 >= uint64(len(s.at)) {
		return nil, fmt.Errorf("there is no block %d", n)
	}
	raw := make([]byte, s.at[n+1]-s.at[n])
	if _, err := s.file.ReadAt(raw, s.at[n]); err != nil {
		return nil, fmt.Errorf("read block %d: %w", n, err)
	}
	b := &common.Block{}
	if err := proto.Unmarshal(raw, b); err != nil {
		return nil, fmt.Errorf("read block %d: %w", n, err)
	}
	s.last = b
	return b, nil
}

// Close removes the file.
func (s *Spool) Close() error {
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
