package evidence_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fundtrace/gateway/evidence"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// A mirror grows with its stream, waits for what is to come, goes on after a break and removes its file.
func TestMirror(t *testing.T) {
	w := newWorld(t)
	w.story()
	blocks := w.c.Blocks()
	dir := t.TempDir()
	m, err := evidence.NewMirror(dir)
	if err != nil {
		t.Fatal(err)
	}
	gone := errors.New("the peer went away")
	part := func(to int) func(context.Context, uint64, func(*common.Block) error) error {
		return func(_ context.Context, from uint64, handle func(*common.Block) error) error {
			for _, b := range blocks[from:to] {
				if err := handle(b); err != nil {
					return err
				}
			}
			return gone
		}
	}
	waiting := make(chan error, 1)
	go func() {
		b, err := m.Block(context.Background(), 4)
		if err == nil && !proto.Equal(b, blocks[4]) {
			err = errors.New("it is another block")
		}
		waiting <- err
	}()
	if err := m.Follow(t.Context(), part(10)); !errors.Is(err, gone) {
		t.Fatal(err)
	}
	if err := <-waiting; err != nil {
		t.Error(err)
	}
	if _, err := m.Block(t.Context(), 10); !errors.Is(err, gone) {
		t.Errorf("what never comes: %v", err)
	}
	if err := m.Follow(t.Context(), part(len(blocks))); !errors.Is(err, gone) {
		t.Fatal(err)
	}
	for n, want := range blocks {
		if b, err := m.Block(t.Context(), uint64(n)); err != nil || !proto.Equal(b, want) {
			t.Fatalf("block %d: %v", n, err)
		}
	}
	if err := m.Follow(t.Context(), func(_ context.Context, _ uint64, handle func(*common.Block) error) error { return handle(blocks[3]) }); err == nil || errors.Is(err, gone) {
		t.Errorf("a block out of order: %v", err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
	if _, err := evidence.NewMirror(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// A reader that waits for a block gives up with its caller.
func TestMirrorGivesUp(t *testing.T) {
	m, err := evidence.NewMirror(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Block(ctx, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
