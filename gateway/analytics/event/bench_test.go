package event

import (
	"context"
	"math/rand/v2"
	"testing"
)

// The time of 31 regions with bootstrap and permutations, and of 20,000 units without permutations.
func BenchmarkEstimate(b *testing.B) {
	for _, c := range []struct {
		name  string
		sizes map[int]int
		o     Options
	}{
		{"31x11", map[int]int{0: 16, 2014: 8, 2016: 7}, Options{}},
		{"20000x11", map[int]int{0: 10_000, 2013: 2_000, 2014: 2_000, 2015: 2_000, 2016: 2_000, 2017: 2_000}, Options{Draws: 999}},
	} {
		d := staggered(rand.New(rand.NewPCG(1, 1)), c.sizes, 2010, 2020, func(int, int) float64 { return 1 })
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Estimate(context.Background(), d, c.o, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
