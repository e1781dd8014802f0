package parallel

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
)

func TestEachDoesEverythingOnce(t *testing.T) {
	for _, workers := range []int{0, 1, 3, 100} {
		done := make([]atomic.Int32, 57)
		last := 0
		err := Workers(t.Context(), workers, len(done), Stage("work", func(stage string, n, total int) {
			if stage != "work" || n <= last || total != len(done) {
				t.Errorf("%s: %d of %d after %d", stage, n, total, last)
			}
			last = n
		}), func() func(int) { return func(i int) { done[i].Add(1) } })
		if err != nil || last != len(done) {
			t.Errorf("%d workers: ended at %d, %v", workers, last, err)
		}
		for i := range done {
			if n := done[i].Load(); n != 1 {
				t.Errorf("%d workers: %d was done %d times", workers, i, n)
			}
		}
	}
}

func TestEachEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err := Workers(ctx, 1, 1000, Stage("work", nil), func() func(int) {
		return func(int) {
			if n++; n == 10 {
				cancel()
			}
		}
	})
	if !errors.Is(err, context.Canceled) || n != 10 {
		t.Errorf("%d done, %v", n, err)
	}
}
