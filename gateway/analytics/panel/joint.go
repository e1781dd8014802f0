package panel

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// test tests that several coefficients are all 0: those that the spec names, or all but the constant. Clustered, F is the Wald statistic over its
// number of coefficients q, with q and G-1 degrees of freedom; with CR2 it is the approximate Hotelling test.
func (r *Result) test(names []string, s *spread) error {
	var at []int
	for j, name := range names {
		if len(r.Spec.Test) == 0 && name != "constant" {
			at = append(at, j)
		}
	}
	for _, name := range r.Spec.Test {
		j := slices.Index(names, name)
		if j < 0 {
			return invalid("test", "there is no coefficient %.40q to test: there are %s", name, among(names, sequence(len(names)), ""))
		}
		at = append(at, j)
	}
	if !s.joint || len(at) == 0 {
		return nil
	}
	q := len(at)
	df, scale := s.df[at[0]], 1/float64(q)
	if s.eta != nil {
		eta := s.eta(at)
		df = eta - float64(q) + 1
		scale = df / (eta * float64(q))
	}
	if df <= 0 || s.eta == nil && float64(q) > df {
		r.Notes = append(r.Notes, fmt.Sprintf("no joint test: the clusters do not carry one of %d coefficients", q))
		return nil
	}
	wald, ok := waldOf(r.Coefficients, s.v, at)
	if !ok {
		r.Notes = append(r.Notes, "no joint test: the covariance is singular")
		return nil
	}
	r.Joint = &Joint{Names: r.Spec.Test, F: wald * scale, DF1: q, DF2: df, Wald: wald}
	r.Joint.P = tailF(r.Joint.F, float64(q), df)
	return nil
}

func sequence(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// waldOf is b'V⁻¹b of some coefficients, scaled to a unit diagonal so that units cost no digits.
func waldOf(c []Coefficient, cov mat.Symmetric, at []int) (float64, bool) {
	q := len(at)
	v, b := mat.NewSymDense(q, nil), mat.NewVecDense(q, nil)
	for i, a := range at {
		if cov.At(a, a) <= 0 {
			return 0, false
		}
		b.SetVec(i, c[a].Estimate/math.Sqrt(cov.At(a, a)))
		for j := i; j < q; j++ {
			v.SetSym(i, j, cov.At(a, at[j])/math.Sqrt(cov.At(a, a)*cov.At(at[j], at[j])))
		}
	}
	var cholesky mat.Cholesky
	var solved mat.VecDense
	if !cholesky.Factorize(v) || cholesky.SolveVecTo(&solved, b) != nil {
		return 0, false
	}
	return mat.Dot(b, &solved), true
}
