package synthetic

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// simplex answers the weights, none negative, summing to one, that bring the points nearest to the origin: the problem of synthetic
// control, whose points are donors less the treated unit. It is Wolfe's algorithm ("Finding the nearest point in a polytope",
// Mathematical Programming 11 (1976) 128–149): exact up to rounding in finitely many steps, and its weights are sparse, on points
// that are affinely independent. gram holds the inner products of the points. unique says whether no other weights do as well.
func simplex(gram *mat.SymDense) (weights []float64, unique bool) {
	n := gram.SymmetricDim()
	scale, best := 0.0, 0
	for i := range n {
		scale = max(scale, gram.At(i, i))
		if gram.At(i, i) < gram.At(best, best) {
			best = i
		}
	}
	weights = make([]float64, n)
	weights[best] = 1
	if scale == 0 {
		return weights, n == 1
	}
	corral := []int{best}
	tolerance := 1e-13 * scale
	for range 50 * (n + 1) {
		toward := products(gram, weights, corral)
		norm := 0.0
		for _, i := range corral {
			norm += weights[i] * toward[i]
		}
		next := 0
		for j := range n {
			if toward[j] < toward[next] {
				next = j
			}
		}
		if toward[next] >= norm-tolerance || slices.Contains(corral, next) {
			break
		}
		settled, ok := settle(gram, weights, append(corral, next))
		if corral = settled; !ok {
			break
		}
	}
	return weights, independent(gram, support(gram, weights, corral, tolerance))
}

// products are the inner products of the point reached with every point.
func products(gram *mat.SymDense, weights []float64, corral []int) []float64 {
	out := make([]float64, len(weights))
	for j := range out {
		for _, i := range corral {
			out[j] += weights[i] * gram.At(i, j)
		}
	}
	return out
}

// settle moves to the nearest point of the hull of the corral, leaving points behind whose weight would become negative. It answers
// false where the corral has become dependent by rounding: what was reached stands.
func settle(gram *mat.SymDense, weights []float64, corral []int) ([]int, bool) {
	for {
		aim, ok := affine(gram, corral)
		if !ok {
			return slices.DeleteFunc(corral, func(i int) bool { return weights[i] == 0 }), false
		}
		step, blocks := 1.0, false
		for k, i := range corral {
			if aim[k] < 1e-12 && weights[i] > aim[k] {
				if s := weights[i] / (weights[i] - aim[k]); s < step {
					step, blocks = s, true
				}
			}
		}
		for k, i := range corral {
			weights[i] += step * (aim[k] - weights[i])
		}
		kept := corral[:0]
		removed := false
		for k, i := range corral {
			if weights[i] <= 1e-12 && (blocks || aim[k] <= 1e-12) {
				weights[i], removed = 0, true
				continue
			}
			kept = append(kept, i)
		}
		corral = kept
		normalise(weights, corral)
		if !removed {
			return corral, true
		}
	}
}

func normalise(weights []float64, corral []int) {
	sum := 0.0
	for _, i := range corral {
		sum += weights[i]
	}
	for _, i := range corral {
		weights[i] /= sum
	}
}

// affine answers the weights of the nearest point to the origin of the affine hull of some points: (G + c·11ᵀ)β = 1, scaled to sum
// to one. It fails where the points are affinely dependent.
func affine(gram *mat.SymDense, points []int) ([]float64, bool) {
	m := len(points)
	part, ones := mat.NewSymDense(m, nil), mat.NewVecDense(m, nil)
	lift := 0.0
	for _, i := range points {
		lift = max(lift, gram.At(i, i))
	}
	for a := range m {
		ones.SetVec(a, 1)
		for b := a; b < m; b++ {
			part.SetSym(a, b, gram.At(points[a], points[b])+lift)
		}
	}
	var factor mat.Cholesky
	if !factor.Factorize(part) || factor.Cond() > 1e14 {
		return nil, false
	}
	solved := mat.NewVecDense(m, nil)
	if factor.SolveVecTo(solved, ones) != nil {
		return nil, false
	}
	sum := mat.Sum(solved)
	out := make([]float64, m)
	for i := range out {
		out[i] = solved.AtVec(i) / sum
	}
	return out, !math.IsNaN(sum) && sum != 0
}

// support are the points on the face that the nearest point lies on: those used and those that could be without being farther.
func support(gram *mat.SymDense, weights []float64, corral []int, tolerance float64) []int {
	toward := products(gram, weights, corral)
	norm := 0.0
	for _, i := range corral {
		norm += weights[i] * toward[i]
	}
	var out []int
	for j := range weights {
		if weights[j] > 0 || toward[j] <= norm+100*tolerance {
			out = append(out, j)
		}
	}
	return out
}

// independent reports whether points are affinely independent, so that weights on them are unique.
func independent(gram *mat.SymDense, points []int) bool {
	_, ok := affine(gram, points)
	return ok
}

// inner makes the inner products of points given as rows of coordinates.
func inner(points [][]float64) *mat.SymDense {
	n := len(points)
	gram := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			sum := 0.0
			for k, v := range points[i] {
				sum += v * points[j][k]
			}
			gram.SetSym(i, j, sum)
		}
	}
	return gram
}
