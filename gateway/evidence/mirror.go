package evidence

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// Mirror is a source that keeps a copy of the channel's blocks in a temporary file and grows with the channel, for a
// gateway that makes packs again and again: each block comes from the peer once. It is safe for many readers.
type Mirror struct {
	file *os.File

	mu    sync.Mutex
	at    []int64       // where each block begins; one more than there are blocks
	grown chan struct{} // closed when there is another block, or no more will come
	ended error         // why no more will come
}

// NewMirror makes an empty copy in a file in dir ("": the system's folder for temporary files). The file has no name, so
// that a crash leaves none; Close gives its space back.
func NewMirror(dir string) (*Mirror, error) {
	f, err := os.CreateTemp(dir, "fundtrace-blocks-*")
	if err != nil {
		return nil, fmt.Errorf("keep blocks in a file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("keep blocks in a file: %w", err), f.Close())
	}
	return &Mirror{file: f, at: []int64{0}, grown: make(chan struct{})}, nil
}

// Follow adds the blocks of a stream such as (*fabric.Client).Blocks until ctx ends or the stream fails. One call at a
// time; a later one goes on where the earlier one ended.
func (m *Mirror) Follow(ctx context.Context, stream func(ctx context.Context, from uint64, handle func(*common.Block) error) error) error {
	m.mu.Lock()
	m.ended = nil
	from := uint64(len(m.at) - 1)
	m.mu.Unlock()
	err := stream(ctx, from, m.add)
	if err == nil {
		err = errors.New("the stream of blocks ended")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = err
	m.wake()
	return err
}

// wake tells those who wait to look again; m.mu is held.
func (m *Mirror) wake() {
	close(m.grown)
	m.grown = make(chan struct{})
}

func (m *Mirror) add(b *common.Block) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := uint64(len(m.at) - 1)
	if b.GetHeader().GetNumber() != n {
		return fmt.Errorf("block %d came where block %d is next", b.GetHeader().GetNumber(), n)
	}
	raw, err := proto.Marshal(b)
	if err != nil {
		return fmt.Errorf("encode block %d: %w", n, err)
	}
	if _, err := m.file.WriteAt(raw, m.at[n]); err != nil {
		return fmt.Errorf("keep blocks in a file: %w", err)
	}
	m.at = append(m.at, m.at[n]+int64(len(raw)))
	m.wake()
	return nil
}

// place answers where a block lies; ok is false while it is not there.
func (m *Mirror) place(n uint64) (from, to int64, ok bool, grown <-chan struct{}, ended error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n < uint64(len(m.at)-1) {
		return m.at[n], m.at[n+1], true, nil, nil
	}
	return 0, 0, false, m.grown, m.ended
}

// Block answers a block, and waits for it until ctx ends.
func (m *Mirror) Block(ctx context.Context, n uint64) (*common.Block, error) {
	for {
		from, to, ok, grown, ended := m.place(n)
		if ok {
			return m.read(n, from, to)
		}
		if ended != nil {
			return nil, fmt.Errorf("block %d does not come: %w", n, ended)
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (m *Mirror) read(n uint64, from, to int64) (*common.Block, error) {
	raw := make([]byte, to-from)
	if _, err := m.file.ReadAt(raw, from); err != nil {
		return nil, fmt.Errorf("read block %d: %w", n, err)
	}
	b := &common.Block{}
	if err := proto.Unmarshal(raw, b); err != nil {
		return nil, fmt.Errorf("read block %d: %w", n, err)
	}
	return b, nil
}

// Close gives the file back. Nobody follows or reads any more.
func (m *Mirror) Close() error { return m.file.Close() }
