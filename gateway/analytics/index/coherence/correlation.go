// Package coherence asks whether the parts of an index belong together: correlations, Cronbach's alpha, principal
// components. The handbook's order is to ask this before robustness. All of it is over columns of numbers with NaN for what
// is missing.
package coherence

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"fundtrace/gateway/analytics/rank"
)

// complete answers the rows in which both columns have a value.
func complete(x, y []float64) (a, b []float64) {
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			a, b = append(a, x[i]), append(b, y[i])
		}
	}
	return a, b
}

// Pearson answers the product-moment correlation of the rows that both columns have, and how many they are. NaN where there
// are fewer than three, or one column does not vary.
func Pearson(x, y []float64) (r float64, n int) {
	a, b := complete(x, y)
	if n = len(a); n < 3 {
		return math.NaN(), n
	}
	return product(a, b), n
}

func product(a, b []float64) float64 {
	meanA, meanB := mean(a), mean(b)
	var ab, aa, bb float64
	for i := range a {
		u, v := a[i]-meanA, b[i]-meanB
		ab, aa, bb = ab+u*v, aa+u*u, bb+v*v
	}
	if aa == 0 || bb == 0 {
		return math.NaN()
	}
	return min(max(ab/math.Sqrt(aa*bb), -1), 1)
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// Spearman answers the correlation of ranks, ties sharing their mean rank.
func Spearman(x, y []float64) (rho float64, n int) { return rank.Spearman(x, y) }

// Kendall answers τ-b, which is corrected for ties.
func Kendall(x, y []float64) (tau float64, n int) { return rank.TauB(x, y) }

// PValue is the two-sided probability of a Pearson correlation this far from 0 among n independent rows that are not
// correlated: t of r·√((n-2)/(1-r²)) with n-2 degrees of freedom. Years of one region are not independent: on a panel it is too small.
func PValue(r float64, n int) float64 {
	if math.IsNaN(r) || n < 3 {
		return math.NaN()
	}
	if math.Abs(r) == 1 {
		return 0
	}
	df := float64(n - 2)
	t := math.Abs(r) * math.Sqrt(df/(1-r*r))
	return 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Survival(t)
}
