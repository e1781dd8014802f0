// Package parallel spreads computations that do not depend on each other over the processors.
package parallel

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Each calls work for 0 … total-1 in any order, on all processors. It ends early when the context does. progress, when not
// nil, is told of every hundredth; calls do not overlap. Errors: the context's.
func Each(ctx context.Context, total int, progress func(done, total int), work func(i int)) error {
	return Workers(ctx, 0, total, progress, func() func(int) { return work })
}

// Workers is Each for work that keeps something from one call to the next: start makes it, once for each worker.
// workers ≤ 0 are as many as there are processors.
func Workers(ctx context.Context, workers, total int, progress func(done, total int), start func() func(i int)) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next, done atomic.Int64
	var reporting sync.Mutex
	reported := 0
	step := max(total/100, 1)
	group, ctx := errgroup.WithContext(ctx)
	for range min(workers, total) {
		group.Go(func() error {
			work := start()
			for {
				i := int(next.Add(1)) - 1
				if i >= total {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				work(i)
				if n := int(done.Add(1)); progress != nil && (n%step == 0 || n == total) {
					reporting.Lock()
					if n > reported {
						reported = n
						progress(n, total)
					}
					reporting.Unlock()
				}
			}
		})
	}
	return group.Wait()
}

// Stage names the stage of a longer computation to whoever follows its progress; nil stays nil.
func Stage(name string, progress func(stage string, done, total int)) func(done, total int) {
	if progress == nil {
		return nil
	}
	return func(done, total int) { progress(name, done, total) }
}
