package rank

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// enumerate looks at every order. The orders that begin with one piece are one job.
func enumerate(ctx context.Context, s statistic, y []float64, block int, far float64) (float64, error) {
	pieces := cut(y, block)
	var hits, all atomic.Int64
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for first := range pieces {
		work.Go(func() error {
			order := slices.Clone(pieces)
			order[0], order[first] = order[first], order[0]
			var h, n int64
			var err error
			if block == 1 {
				h, n, err = single(ctx, s.fork(), slices.Concat(order...), far)
			} else {
				h, n, err = whole(ctx, s, order, far)
			}
			hits.Add(h)
			all.Add(n)
			return err
		})
	}
	err := work.Wait()
	return float64(hits.Load()) / float64(all.Load()), err
}

// single goes through all orders of the values behind the first, one exchange at a time (Heap's algorithm).
func single(ctx context.Context, s statistic, y []float64, far float64) (hits, all int64, err error) {
	s.start(y)
	n := len(y) - 1
	at := make([]int, n)
	see := func() {
		all++
		if v := s.now(); v >= far || -v >= far {
			hits++
		}
	}
	see()
	for i := 1; i < n; {
		if at[i] >= i {
			at[i] = 0
			i++
			continue
		}
		if i%2 == 0 {
			s.exchange(1, i+1)
		} else {
			s.exchange(at[i]+1, i+1)
		}
		see()
		if all&0xfffff == 0 && ctx.Err() != nil {
			return hits, all, ctx.Err()
		}
		at[i]++
		i = 1
	}
	return hits, all, nil
}

// whole goes through all orders of pieces behind the first.
func whole(ctx context.Context, s statistic, order [][]float64, far float64) (hits, all int64, err error) {
	y := make([]float64, 0, len(order)*len(order[0]))
	var visit func(k int) error
	visit = func(k int) error {
		if k == len(order) {
			if all++; all&0xffff == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			y = y[:0]
			for _, piece := range order {
				y = append(y, piece...)
			}
			if math.Abs(s.value(y)) >= far {
				hits++
			}
			return nil
		}
		for i := k; i < len(order); i++ {
			order[k], order[i] = order[i], order[k]
			if err := visit(k + 1); err != nil {
				return err
			}
			order[k], order[i] = order[i], order[k]
		}
		return nil
	}
	err = visit(1)
	return hits, all, err
}

// cut divides a column into runs; the last may be shorter.
func cut(y []float64, block int) [][]float64 {
	return slices.Collect(slices.Chunk(y, block))
}

// draw looks at orders drawn at random; draw r has random numbers of its own, so that the number of processors changes nothing.
func (o *Options) draw(ctx context.Context, s statistic, y []float64, far float64) (float64, error) {
	const chunk = 2_000
	var hits atomic.Int64
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < o.Draws; from += chunk {
		work.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			var key [32]byte
			binary.LittleEndian.PutUint64(key[:], o.Seed)
			binary.LittleEndian.PutUint64(key[8:], uint64(from))
			random := rand.New(rand.NewChaCha8(key))
			pieces, order := cut(y, o.Block), make([]float64, 0, len(y))
			for range min(chunk, o.Draws-from) {
				random.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
				order = order[:0]
				for _, piece := range pieces {
					order = append(order, piece...)
				}
				if math.Abs(s.value(order)) >= far {
					hits.Add(1)
				}
			}
			return nil
		})
	}
	err := work.Wait()
	return float64(hits.Load()+1) / float64(o.Draws+1), err
}
