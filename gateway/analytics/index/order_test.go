package index

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Places and ranks counted one by one, against the radix sort: with ties, negatives, both zeros, gaps, rows outside the base
// and behind the panel.
func TestOrderCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var o order
	var y years
	for round := range 400 {
		n := 1 + r.IntN(60)
		values, inBase, spanOf := make([]float64, n), make([]bool, n), make([]uint32, n)
		span := uint32(0)
		for i := range values {
			switch r.IntN(6) {
			case 0:
				values[i] = math.NaN()
			case 1:
				values[i] = math.Copysign(0, float64(r.IntN(2))-0.5)
			case 2:
				values[i] = r.NormFloat64() * math.Exp(20*r.NormFloat64())
			default:
				values[i] = float64(r.IntN(5) - 2)
			}
			inBase[i] = r.IntN(3) > 0
			if r.IntN(8) == 0 {
				span++
			}
			spanOf[i] = span
		}
		o.sort(values)
		for _, ties := range TieRules {
			got := make([]float64, n)
			o.scores(got, values, inBase, ties)
			for i, v := range values {
				below, equal, size := 0.0, 0.0, 0.0
				for k, w := range values {
					if !inBase[k] || math.IsNaN(w) {
						continue
					}
					size++
					if w < v {
						below++
					} else if w == v {
						equal++
					}
				}
				want := below
				switch {
				case math.IsNaN(v):
					want = math.NaN()
				case equal == 0:
				case ties == "upper":
					want += equal
				case ties == "lower":
					want++
				default: // the mean of the places that the equals fill
					want += (1 + equal) / 2
				}
				if want = 100 * want / size; got[i] != want && !(math.IsNaN(got[i]) && math.IsNaN(want)) {
					t.Fatalf("round %d, %s: %v stands at %v, counted %v", round, ties, v, got[i], want)
				}
			}
		}
		shown := 1 + r.IntN(n)
		for shown < n && spanOf[shown] == spanOf[shown-1] { // a panel ends with a year
			shown++
		}
		ranks := slices.Repeat([]uint16{9999}, shown)
		o.ranks(ranks, values, spanOf, int(span)+1, &y)
		for i := range ranks {
			want := uint16(1)
			for k := range shown {
				if spanOf[k] == spanOf[i] && values[k] > values[i] {
					want++
				}
			}
			if math.IsNaN(values[i]) {
				want = 0
			}
			if ranks[i] != want {
				t.Fatalf("round %d: row %d of %v has rank %d, counted %d", round, i, values, ranks[i], want)
			}
		}
	}
}
