package event

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// overlap is the greatest probability of being treated that a control may have: beyond it nobody like the treated is untreated.
const overlap = 0.995

// conditional estimates one comparison given covariates of the base period: doubly robust (Sant'Anna and Zhao, "Doubly robust
// difference-in-differences estimators", Journal of Econometrics 219 (2020) 101–122, equation 2.6 with logit and least squares),
// by outcome regression alone, or by inverse probability weighting with weights that sum to one. The influence is scaled to the
// units compared.
func (p *panel) conditional(c comparison, change []float64, o Options) (psi []float64, effect float64, why string) {
	n := len(c.units)
	// A cell's covariates are those of the earlier of its two periods.
	at := min(c.base, c.time)
	k := len(p.x[0][at]) + 1
	if need := k + o.MinCohort - 1; n-c.nTreated < need || c.nTreated < need && o.Method != "reg" {
		return nil, 0, fmt.Sprintf("%d treated and %d controls are too few for %d covariates", c.nTreated, n-c.nTreated, k-1)
	}
	x := mat.NewDense(n, k, nil)
	w := make([]float64, n)
	d := make([]float64, n)
	for j, u := range c.units {
		x.Set(j, 0, 1)
		for m, v := range p.x[u][at] {
			x.Set(j, m+1, v)
		}
		w[j] = p.weight[u]
		d[j] = float64(side(c.treated[j]))
	}
	// What is left of the change after the controls' regression on covariates, and the influence of each unit on its coefficients.
	rest := change
	var ols *mat.Dense
	if o.Method != "ipw" {
		var ok bool
		if rest, ols, ok = regress(x, change, w, d); !ok {
			return nil, 0, "the covariates of the controls are collinear"
		}
	}
	psi = make([]float64, n)
	effect = contribute(psi, x, rest, scale(w, d, func(int) float64 { return 1 }), 1, nil, ols)
	if o.Method == "reg" {
		return psi, effect, ""
	}
	share, logit, why := propensity(x, d, w)
	if why != "" {
		return nil, 0, why
	}
	odds := make([]float64, n)
	for j := range odds {
		if d[j] == 0 {
			if share[j] > overlap {
				return nil, 0, "no overlap: covariates all but tell who is treated"
			}
			odds[j] = w[j] * share[j] / (1 - share[j])
		}
	}
	effect -= contribute(psi, x, rest, odds, -1, logit, ols)
	return psi, effect, ""
}

func scale(w, d []float64, f func(int) float64) []float64 {
	out := make([]float64, len(w))
	for j := range w {
		out[j] = w[j] * d[j] * f(j)
	}
	return out
}

// contribute adds the influence of one weighted mean of what is left of the change, with sign, and answers that mean. logit and
// ols are the influences of units on the coefficients that weights and remainder depend on; nil where they do not.
func contribute(psi []float64, x *mat.Dense, rest, weight []float64, sign float64, logit, ols *mat.Dense) float64 {
	n, k := x.Dims()
	var total, mean float64
	for j := range weight {
		total += weight[j]
		mean += weight[j] * rest[j]
	}
	mean /= total
	byRest, byWeight := mat.NewVecDense(k, nil), mat.NewVecDense(k, nil)
	for j := range weight {
		row := mat.NewVecDense(k, x.RawRowView(j))
		byRest.AddScaledVec(byRest, weight[j]/total, row)
		byWeight.AddScaledVec(byWeight, weight[j]*(rest[j]-mean)/total, row)
	}
	for j := range psi {
		v := float64(n) * weight[j] * (rest[j] - mean) / total
		if ols != nil {
			v -= mat.Dot(ols.RowView(j), byRest)
		}
		if logit != nil {
			v += mat.Dot(logit.RowView(j), byWeight)
		}
		psi[j] += sign * v
	}
	return mean
}

// regress takes the change on covariates among controls by weighted least squares and answers everybody's remainder.
func regress(x *mat.Dense, y, w, d []float64) (rest []float64, influence *mat.Dense, ok bool) {
	n, k := x.Dims()
	gram, right := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil)
	for j := range n {
		if d[j] == 0 {
			row := mat.NewVecDense(k, x.RawRowView(j))
			gram.SymRankOne(gram, w[j], row)
			right.AddScaledVec(right, w[j]*y[j], row)
		}
	}
	var factor mat.Cholesky
	if !factor.Factorize(gram) || factor.Cond() > 1e12 {
		return nil, nil, false
	}
	beta := mat.NewVecDense(k, nil)
	if factor.SolveVecTo(beta, right) != nil {
		return nil, nil, false
	}
	rest, influence = make([]float64, n), mat.NewDense(n, k, nil)
	for j := range n {
		row := mat.NewVecDense(k, x.RawRowView(j))
		rest[j] = y[j] - mat.Dot(row, beta)
		if d[j] == 0 {
			score := mat.NewVecDense(k, nil)
			score.ScaleVec(float64(n)*w[j]*rest[j], row)
			if factor.SolveVecTo(score, score) != nil {
				return nil, nil, false
			}
			influence.SetRow(j, score.RawVector().Data)
		}
	}
	return rest, influence, true
}

// propensity answers each unit's probability of being treated given covariates, by weighted logit, and the influence of each unit
// on its coefficients. It fails with a reason where the covariates separate the treated.
func propensity(x *mat.Dense, d, w []float64) (share []float64, influence *mat.Dense, why string) {
	n, k := x.Dims()
	beta := mat.NewVecDense(k, nil)
	share = make([]float64, n)
	var factor mat.Cholesky
	for range 50 {
		hessian, score := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil)
		for j := range n {
			row := mat.NewVecDense(k, x.RawRowView(j))
			share[j] = 1 / (1 + math.Exp(-mat.Dot(row, beta)))
			hessian.SymRankOne(hessian, w[j]*share[j]*(1-share[j]), row)
			score.AddScaledVec(score, w[j]*(d[j]-share[j]), row)
		}
		if !factor.Factorize(hessian) || factor.Cond() > 1e14 {
			return nil, nil, "the covariates separate treated from controls, or are collinear"
		}
		move := mat.NewVecDense(k, nil)
		if factor.SolveVecTo(move, score) != nil {
			return nil, nil, "the covariates separate treated from controls, or are collinear"
		}
		beta.AddVec(beta, move)
		if mat.Norm(move, math.Inf(1)) > 1e-10*(1+mat.Norm(beta, math.Inf(1))) {
			continue
		}
		influence = mat.NewDense(n, k, nil)
		for j := range n {
			row := mat.NewVecDense(k, nil)
			row.ScaleVec(float64(n)*w[j]*(d[j]-share[j]), mat.NewVecDense(k, x.RawRowView(j)))
			if factor.SolveVecTo(row, row) != nil {
				return nil, nil, "the covariates separate treated from controls, or are collinear"
			}
			influence.SetRow(j, row.RawVector().Data)
		}
		return share, influence, ""
	}
	return nil, nil, "the covariates separate treated from controls: the logit does not settle"
}
