package panel

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"fundtrace/gateway/analytics/design"
)

// spread is the covariance of coefficients and the degrees of freedom of their tests.
type spread struct {
	v          *mat.SymDense
	df         []float64
	joint      bool                   // a joint test is defined
	eta        func(at []int) float64 // degrees of freedom of a joint test where those of single tests differ; may be nil
	convention string
	notes      []string
}

// factor is the small-sample factor (n-1)/(n-K) of the convention, with K in words. k counts the coefficients, the constant among them where
// there are no effects.
func factor(rule string, n, k int, d degrees) (float64, string) {
	switch rule {
	case "none":
		return 1, "no factor for K"
	case "plm":
		return float64(n-1) / float64(n-k), fmt.Sprintf("(n-1)/(n-K), K = %d coefficients without effects (plm's sss)", k)
	case "full":
		return float64(n-1) / float64(n-k-d.rank), fmt.Sprintf("(n-1)/(n-K), K = %d with all effects (Stata's areg, dummies)", k+d.rank)
	}
	return float64(n-1) / float64(n-k-d.free), fmt.Sprintf("(n-1)/(n-K), K = %d with the effects that are not nested in a cluster (fixest, Stata's xtreg and reghdfe, gretl)", k+d.free)
}

// scores are w·e·x of each row, summed over each cluster: what the sandwich's filling is made of.
func scores(r *regressors, e []float64, g group) *mat.Dense {
	k := len(r.x)
	out := mat.NewDense(g.levels, k, nil)
	flat := out.RawMatrix().Data
	for j, x := range r.x {
		for i, l := range g.of {
			s := e[i] * x[i]
			if r.w != nil {
				s *= r.w[i]
			}
			flat[int(l)*k+j] += s
		}
	}
	return out
}

// sandwich is bread·S'S·bread.
func sandwich(bread *mat.SymDense, s *mat.Dense, scale float64) *mat.SymDense {
	_, k := s.Dims()
	filling := mat.NewSymDense(k, nil)
	filling.SymOuterK(scale, s.T())
	return quadratic(mat.DenseCopyOf(bread), filling)
}

// classical is σ²(X'WX)⁻¹.
func classical(r *regressors, rss float64, df int) *spread {
	v := mat.NewSymDense(len(r.x), nil)
	v.ScaleSym(rss/float64(df), r.inverse)
	return &spread{v: v, df: repeat(float64(df), len(r.x)), joint: true, convention: fmt.Sprintf("errors independent with one variance, σ² = RSS/%d; t with %d degrees of freedom", df, df)}
}

// robust is White's sandwich with HC1's factor n/(n-K), K with all effects.
func robust(r *regressors, e []float64, df int) *spread {
	n := len(e)
	each := make([]uint32, n)
	for i := range each {
		each[i] = uint32(i)
	}
	f := float64(n) / float64(df)
	return &spread{v: sandwich(r.inverse, scores(r, e, group{"row", each, n}), f), df: repeat(float64(df), len(r.x)), joint: true,
		convention: fmt.Sprintf("HC1: robust to unequal variances, factor n/(n-K) = %d/%d; t with %d degrees of freedom", n, df, df)}
}

// clustered is the sandwich of Liang and Zeger (1986), and of Cameron, Gelbach and Miller (2011) with two clusterings: the sum of both less
// that of their pairs. cr0 has no factor; cr1 has G/(G-1) of the smallest clustering, and the one for K.
func clustered(f *frame, r *regressors, e []float64, d degrees) (*spread, error) {
	fewest := math.MaxInt
	for _, g := range f.clusters {
		fewest = min(fewest, g.levels)
		if g.levels < 2 {
			return nil, oneCluster(g)
		}
	}
	k, n := len(r.x), len(e)
	scale, words := 1.0, "no small-sample factor"
	if f.spec.Errors != "cr0" {
		if n-k-d.rank < 1 {
			return nil, tooFewRows(n, k+d.rank)
		}
		scale, words = factor(f.spec.Small, n, k, d)
		g := float64(fewest) / float64(fewest-1)
		scale, words = scale*g, fmt.Sprintf("factor G/(G-1)·%s", words)
	}
	s := &spread{df: repeat(float64(fewest-1), k), joint: true, convention: fmt.Sprintf("%s, clustered by %s, %s; t with G-1 = %d degrees of freedom", f.spec.Errors, names(f.clusters), words, fewest-1)}
	s.v = sandwich(r.inverse, scores(r, e, f.clusters[0]), scale)
	if len(f.clusters) == 2 {
		s.v.AddSym(s.v, sandwich(r.inverse, scores(r, e, f.clusters[1]), scale))
		pairs := sandwich(r.inverse, scores(r, e, cross(f.clusters[0], f.clusters[1])), -scale)
		s.v.AddSym(s.v, pairs)
		if positive(s.v) {
			s.notes = append(s.notes, "the two-way covariance had a negative eigenvalue, which was set to 0 (Cameron, Gelbach and Miller 2011)")
		}
	}
	if fewest < 20 && f.spec.Bootstrap == nil {
		s.notes = append(s.notes, fmt.Sprintf("%d clusters are few: cr1 tests refuse too often; compare errors cr2, or the bootstrap", fewest))
	}
	return s, nil
}

func tooFewRows(n, k int) error {
	return design.Refuse(fmt.Sprintf("%d rows do not carry %d parameters: leave effects or regressors out", n, k), "rows", fmt.Sprint(n), "parameters", fmt.Sprint(k))
}

// positive sets negative eigenvalues to 0 and reports whether there were any.
func positive(v *mat.SymDense) bool {
	var eigen mat.EigenSym
	if !eigen.Factorize(v, true) {
		return false
	}
	values := eigen.Values(nil)
	if values[0] >= -1e-12*math.Abs(values[len(values)-1]) {
		return false
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	n := len(values)
	out := mat.NewSymDense(n, nil)
	for l, value := range values {
		if value > 0 {
			out.SymRankOne(out, value, vectors.ColView(l))
		}
	}
	v.CopySym(out)
	return true
}

func names(groups []group) string {
	out := ""
	for i, g := range groups {
		if i > 0 {
			out += " and "
		}
		out += g.name
	}
	return out
}

func repeat(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}
