// Package rank relates columns by their order alone: Spearman's ρ and Kendall's τ-b with exact permutation tests, on levels and on first
// differences, block permutation for series with a trend, Mann and Kendall's test of a trend, Holm's correction. With ten years of
// one region this is what the data carry; regressions are in package panel. NaN is a value that is not there.
package rank

import (
	"cmp"
	"math"
	"slices"
)

// complete answers the rows in which both columns have a value.
func complete(x, y []float64) (a, b []float64) {
	for i := range min(len(x), len(y)) {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			a, b = append(a, x[i]), append(b, y[i])
		}
	}
	return a, b
}

// Ranks answers each value's rank from the lowest, 1, up; ties share their mean rank. There must be no NaN.
func Ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	ranks := make([]float64, len(x))
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && x[order[to]] == x[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			ranks[i] = float64(from+to+1) / 2
		}
		from = to
	}
	return ranks
}

// Spearman answers ρ, the correlation of ranks, over the n rows that both columns have. NaN where they are fewer than three, or
// one column does not vary.
func Spearman(x, y []float64) (rho float64, n int) {
	a, b := complete(x, y)
	if n = len(a); n < 3 {
		return math.NaN(), n
	}
	s := newSpearman(Ranks(a), Ranks(b))
	if s.scale == 0 {
		return math.NaN(), n
	}
	return s.value(s.y), n
}

// TauB answers Kendall's τ-b, corrected for ties, over the n rows that both columns have:
//
//	τ-b = (concordant - discordant) / √((n₀ - n₁)(n₀ - n₂))
//
// with n₀ all pairs and n₁, n₂ those tied in x and in y. Knight's algorithm: n log n. NaN where n < 3 or one column does not vary.
func TauB(x, y []float64) (tau float64, n int) {
	a, b := complete(x, y)
	if n = len(a); n < 3 {
		return math.NaN(), n
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Or(cmp.Compare(a[i], a[j]), cmp.Compare(b[i], b[j])) })
	sorted := make([]float64, n)
	for i, at := range order {
		sorted[i] = b[at]
	}
	tiedX := tied(n, func(i int) bool { return a[order[i]] == a[order[i-1]] })
	tiedBoth := tied(n, func(i int) bool { return a[order[i]] == a[order[i-1]] && sorted[i] == sorted[i-1] })
	swaps := exchanges(sorted, make([]float64, n))
	tiedY := tied(n, func(i int) bool { return sorted[i] == sorted[i-1] }) // exchanges has sorted them
	all := float64(n) * float64(n-1) / 2
	if all == tiedX || all == tiedY {
		return math.NaN(), n
	}
	return (all - tiedX - tiedY + tiedBoth - 2*swaps) / (math.Sqrt(all-tiedX) * math.Sqrt(all-tiedY)), n
}

// tied counts the pairs within runs, where same tells whether a value continues the run.
func tied(n int, same func(i int) bool) float64 {
	pairs, run := 0.0, 1.0
	for i := 1; i <= n; i++ {
		if i < n && same(i) {
			run++
			continue
		}
		pairs += run * (run - 1) / 2
		run = 1
	}
	return pairs
}

// exchanges sorts by merging and counts how many pairs stood the wrong way round.
func exchanges(x, spare []float64) float64 {
	n := len(x)
	if n < 2 {
		return 0
	}
	left, right := x[:n/2], x[n/2:]
	count := exchanges(left, spare) + exchanges(right, spare)
	merged := spare[:0]
	i, j := 0, 0
	for i < len(left) || j < len(right) {
		if j == len(right) || i < len(left) && left[i] <= right[j] {
			merged = append(merged, left[i])
			i++
			continue
		}
		merged = append(merged, right[j])
		count += float64(len(left) - i)
		j++
	}
	copy(x, merged)
	return count
}

// Differences answers first differences x_t - x_{t-1} of a series in any order, and the time of each. Only times that follow each other are
// differenced: between 2010 and 2012 there is none.
func Differences(times []int, x []float64) (at []int, d []float64) {
	value := make(map[int]float64, len(times))
	for i, t := range times {
		if i < len(x) && !math.IsNaN(x[i]) {
			value[t] = x[i]
		}
	}
	for t, v := range value {
		if before, ok := value[t-1]; ok {
			at, d = append(at, t), append(d, v-before)
		}
	}
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(at[i], at[j]) })
	sortedAt, sortedD := make([]int, len(at)), make([]float64, len(at))
	for i, j := range order {
		sortedAt[i], sortedD[i] = at[j], d[j]
	}
	return sortedAt, sortedD
}

// Holm answers p-values corrected for being tested together (Holm 1979), in the order given: the k-th smallest of m is multiplied by
// m - k + 1, and none is below one that was smaller. What is NaN was not tested and does not count.
func Holm(p []float64) []float64 {
	var order []int
	out := make([]float64, len(p))
	for i, v := range p {
		if out[i] = v; !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	last := 0.0
	for k, i := range order {
		last = max(last, min(1, p[i]*float64(len(order)-k)))
		out[i] = last
	}
	return out
}
