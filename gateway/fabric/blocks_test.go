package fabric

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// testStream sends blocks as the client library does: without a look at the context, closing at the end of a stream.
type testStream struct {
	streams [][]uint64 // the numbers that each stream carries
	refuse  int        // streams that cannot be opened at first
	opened  []uint64
	readers sync.WaitGroup
}

func (s *testStream) open(ctx context.Context, from uint64) (<-chan *common.Block, error) {
	if s.refuse > 0 {
		s.refuse--
		return nil, errors.New("peer is away")
	}
	s.opened = append(s.opened, from)
	out := make(chan *common.Block)
	var numbers []uint64
	if len(s.streams) > 0 {
		numbers, s.streams = s.streams[0], s.streams[1:]
	}
	last := len(s.streams) == 0
	s.readers.Go(func() {
		defer close(out)
		for _, n := range numbers {
			out <- &common.Block{Header: &common.BlockHeader{Number: n}}
		}
		if last {
			<-ctx.Done()
		}
	})
	return out, nil
}

func TestFollowReconnects(t *testing.T) {
	s := &testStream{refuse: 1, streams: [][]uint64{{3, 4}, {}, {5, 6, 7, 8, 9}}}
	ctx, cancel := context.WithCancel(context.Background())
	var got []uint64
	err := follow(ctx, s.open, 3, slog.Default(), func(b *common.Block) error {
		if got = append(got, b.Header.Number); b.Header.Number == 7 {
			cancel() // with blocks still to come: they must be drained, and not handled
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if want := []uint64{3, 4, 5, 6, 7}; !slices.Equal(got, want) {
		t.Errorf("blocks %v, want %v", got, want)
	}
	if want := []uint64{3, 5, 5}; !slices.Equal(s.opened, want) {
		t.Errorf("streams from %v, want %v", s.opened, want)
	}
	s.readers.Wait() // hangs when a reader was left behind
}

func TestFollowStops(t *testing.T) {
	broken := errors.New("disk is full")
	for name, c := range map[string]struct {
		numbers []uint64
		handle  error
	}{"gap": {[]uint64{0, 2}, nil}, "again": {[]uint64{0, 0}, nil}, "ahead": {[]uint64{1}, nil}, "handle fails": {[]uint64{0, 1, 2}, broken}} {
		s := &testStream{streams: [][]uint64{c.numbers}}
		err := follow(context.Background(), s.open, 0, slog.Default(), func(*common.Block) error { return c.handle })
		if err == nil || c.handle != nil && !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
		s.readers.Wait()
	}
}
