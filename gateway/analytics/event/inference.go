package event

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// clustered sums influences within clusters.
func (p *panel) clustered(psi []float64) []float64 {
	sums := make([]float64, p.clusters)
	for u, v := range psi {
		sums[p.cluster[u]] += v
	}
	return sums
}

// infer fills in standard error, t, p and the pointwise interval from the influences: Var = Σ_c (Σ_{i∈c} ψ_i)² / n².
func (p *panel) infer(e *Effect, psi []float64, level float64) {
	if e.Reference {
		return
	}
	sum := 0.0
	for _, v := range p.clustered(psi) {
		sum += v * v
	}
	e.SE = math.Sqrt(sum) / float64(len(p.y))
	if e.SE == 0 { // the outcome does not vary: nothing can be said about chance
		e.P, e.Low, e.High = 1, e.Estimate, e.Estimate
		return
	}
	e.T = e.Estimate / e.SE
	e.P = 2 * distuv.UnitNormal.Survival(math.Abs(e.T))
	z := distuv.UnitNormal.Quantile(1 - (1-level)/2)
	e.Low, e.High = e.Estimate-z*e.SE, e.Estimate+z*e.SE
}

// preTest tests that all cells before the start, and before anybody might anticipate it, are 0 together.
func (p *panel) preTest(cells []Cell, psi [][]float64, o Options) *Wald {
	var effects []float64
	var influence [][]float64
	for i, c := range cells {
		if !c.Reference && c.Time < c.Start-o.Anticipation {
			effects, influence = append(effects, c.Estimate), append(influence, p.clustered(psi[i]))
		}
	}
	q := len(effects)
	if q == 0 {
		return nil
	}
	test := &Wald{DF: q}
	if p.clusters <= q {
		test.Why = fmt.Sprintf("%d cells before the start and %d clusters: their joint variance cannot be estimated", q, p.clusters)
		return test
	}
	n := float64(len(p.y))
	variance := mat.NewSymDense(q, nil)
	for i := range q {
		for j := i; j < q; j++ {
			sum := 0.0
			for c := range influence[i] {
				sum += influence[i][c] * influence[j][c]
			}
			variance.SetSym(i, j, sum/(n*n))
		}
	}
	var factor mat.Cholesky
	if !factor.Factorize(variance) || factor.Cond() > 1e12 {
		test.Why = "the cells before the start are linearly dependent: their joint variance cannot be inverted"
		return test
	}
	b, solved := mat.NewVecDense(q, effects), mat.NewVecDense(q, nil)
	if err := factor.SolveVecTo(solved, b); err != nil {
		test.Why = "their joint variance cannot be inverted"
		return test
	}
	test.Statistic = mat.Dot(b, solved)
	chi := distuv.ChiSquared{K: float64(q)}.Survival(test.Statistic)
	test.P = &chi
	g := float64(p.clusters)
	f := distuv.F{D1: float64(q), D2: g - float64(q)}.Survival(test.Statistic * (g - float64(q)) / (float64(q) * (g - 1)))
	test.PSmall = &f
	return test
}
