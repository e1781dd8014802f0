package index

import (
	"math"
	"sort"
)

// place answers how many of sorted values a value stands above or equals, by the tie rule.
func place(sorted []float64, v float64, ties string) float64 {
	below := countBelow(sorted, v)
	upper := sort.Search(len(sorted), func(i int) bool { return sorted[i] > v })
	return standing(below, upper-below, ties)
}

func countBelow(sorted []float64, v float64) int {
	return sort.Search(len(sorted), func(i int) bool { return sorted[i] >= v })
}

// OnGrid reports whether a score printed with some decimals is 100·k/n for a whole k, and answers the k. It is how a
// published score shows the number of rows of its base panel: two decimals hit by chance about n in 10,000 times.
func OnGrid(score float64, n, decimals int) (k int, ok bool) {
	unit := math.Pow10(decimals)
	printed := math.Round(score * unit)
	k = int(math.Round(score * float64(n) / 100))
	for _, c := range []int{k, k - 1, k + 1} {
		exact := 100 * float64(c) / float64(n) * unit
		if printed == math.Round(exact) || printed == math.RoundToEven(exact) {
			return c, true
		}
	}
	return k, false
}
