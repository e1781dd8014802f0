package panel

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// collinear is the share of a regressor's sum of squares below which nothing of it is left for an estimate.
const collinear = 1e-10

// regressors is a set of columns that are linearly independent, with the inverse of their cross products.
type regressors struct {
	names   []string
	x       [][]float64 // the columns that are kept
	w       []float64
	inverse *mat.SymDense // (X'WX)⁻¹
	dropped []Dropped
}

// independent keeps, in their order, the columns that are no linear combination of those before; raw is the sum of squares about the
// mean that each had before effects were taken out. A column that has next to nothing left of it was determined by the effects.
func independent(names []string, x [][]float64, w []float64, raw []float64, effects string) *regressors {
	r := &regressors{w: w}
	k := len(x)
	gram := mat.NewSymDense(max(k, 1), nil)
	for i := range k {
		for j := i; j < k; j++ {
			gram.SetSym(i, j, dot(x[i], x[j], w))
		}
	}
	// Cholesky in the given order; a pivot is what a column has beyond those kept before.
	var kept []int
	var rows [][]float64 // of the factor, over the kept
	for j := range k {
		row := make([]float64, 0, len(kept)+1)
		pivot := gram.At(j, j)
		for i, at := range kept {
			v := gram.At(at, j)
			for l := range i {
				v -= rows[i][l] * row[l]
			}
			v /= rows[i][i]
			row = append(row, v)
			pivot -= v * v
		}
		switch {
		case raw[j] == 0:
			r.dropped = append(r.dropped, Dropped{names[j], "it is the same in all rows"})
		case gram.At(j, j) <= collinear*raw[j]:
			r.dropped = append(r.dropped, Dropped{names[j], "it does not vary beyond the effects of " + effects})
		case pivot <= collinear*gram.At(j, j):
			r.dropped = append(r.dropped, Dropped{names[j], "it is a linear combination of " + among(names, kept, effects)})
		default:
			kept = append(kept, j)
			rows = append(rows, append(row, math.Sqrt(pivot)))
		}
	}
	for _, j := range kept {
		r.names = append(r.names, names[j])
		r.x = append(r.x, x[j])
	}
	r.invert(gram, kept)
	return r
}

func among(names []string, kept []int, effects string) string {
	var list []string
	for _, j := range kept {
		list = append(list, names[j])
	}
	if effects != "" {
		list = append(list, "the effects")
	}
	return strings.Join(list, ", ")
}

// invert inverts the cross products of the kept columns, scaled to a unit diagonal so that units cost no digits.
func (r *regressors) invert(gram *mat.SymDense, kept []int) {
	k := len(kept)
	if k == 0 {
		return
	}
	scaled := mat.NewSymDense(k, nil)
	for i, a := range kept {
		for j := i; j < k; j++ {
			b := kept[j]
			scaled.SetSym(i, j, gram.At(a, b)/math.Sqrt(gram.At(a, a)*gram.At(b, b)))
		}
	}
	var c mat.Cholesky
	r.inverse = mat.NewSymDense(k, nil)
	if !c.Factorize(scaled) || c.InverseTo(r.inverse) != nil {
		panic(fmt.Sprintf("cross products of %v are not positive definite after collinear columns are gone", r.names))
	}
	for i, a := range kept {
		for j := i; j < k; j++ {
			b := kept[j]
			r.inverse.SetSym(i, j, r.inverse.At(i, j)/math.Sqrt(gram.At(a, a)*gram.At(b, b)))
		}
	}
}

// solve regresses y on the columns: coefficients and residuals. Two rounds of refinement win back the digits that normal equations lose.
func (r *regressors) solve(y []float64) (beta, residuals []float64) {
	k := len(r.x)
	beta, residuals = make([]float64, k), append([]float64(nil), y...)
	if k == 0 {
		return beta, residuals
	}
	moment := mat.NewVecDense(k, nil)
	var step mat.VecDense
	for range 3 {
		for j, x := range r.x {
			moment.SetVec(j, dot(x, residuals, r.w))
		}
		step.MulVec(r.inverse, moment)
		for j, x := range r.x {
			b := step.AtVec(j)
			beta[j] += b
			for i, v := range x {
				residuals[i] -= b * v
			}
		}
	}
	return beta, residuals
}

// squares is a column's sum of squares about its mean.
func squares(x, w []float64) float64 {
	var sum, weights float64
	for i, v := range x {
		wi := 1.0
		if w != nil {
			wi = w[i]
		}
		sum += wi * v
		weights += wi
	}
	mean, total := sum/weights, 0.0
	for i, v := range x {
		wi := 1.0
		if w != nil {
			wi = w[i]
		}
		total += wi * (v - mean) * (v - mean)
	}
	return total
}
