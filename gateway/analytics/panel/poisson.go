package panel

import (
	"context"
	"fmt"
	"math"

	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/table"
)

// Limits of the iterations of Poisson.
const (
	poissonTolerance  = 1e-12 // of the deviance
	poissonIterations = 200
)

// poisson is Poisson pseudo-maximum likelihood with absorbed effects (Santos Silva and Tenreyro 2006; Correia, Guimarães and Zylkin
// 2020): E(y) = exp(xb + effects). Each step of iteratively reweighted least squares takes the effects out under the weights of the
// step. The estimate is consistent whatever the distribution of y, if the mean is right; errors are robust or clustered.
func (f *frame) poisson(ctx context.Context) (*Result, error) {
	for i, y := range f.y {
		if y < 0 {
			return nil, table.Bad(f.spec.Outcome, f.rows[i], fmt.Sprintf("ppml takes outcomes of 0 and above, not %g", y))
		}
	}
	if err := f.dropSeparated(ctx); err != nil {
		return nil, err
	}
	if len(f.effects) == 0 {
		f.addConstant()
	}
	p := &poissonFit{f: f}
	if err := p.iterate(ctx); err != nil {
		return nil, err
	}
	if err := f.carried(p.r); err != nil {
		return nil, err
	}
	n, d := f.sample.Used, countEffects(f.effects, f.clusters)
	df := n - len(p.r.x) - d.rank
	if df < 1 {
		return nil, tooFewRows(n, len(p.r.x)+d.rank)
	}
	// The score of a row is weight·(y-μ)·x: with the weights of the last step that is w·e·x, e = (y-μ)/μ.
	e := make([]float64, n)
	for i := range e {
		e[i] = (f.y[i] - p.mu[i]) / p.mu[i]
	}
	var s *spread
	var err error
	if f.spec.Errors == "hc1" {
		s = robust(p.r, e, df)
	} else if s, err = clustered(f, p.r, e, d); err != nil {
		return nil, err
	}
	r, err := f.result(p.r, p.beta, s, d)
	if err != nil {
		return nil, err
	}
	r.Fit = Fit{Parameters: len(p.r.x) + d.rank, ResidualDF: df, Deviance: p.deviance, Iterations: p.steps}
	f.pseudo(&r.Fit, p.mu)
	return r, nil
}

// poissonFit is the state of the iterations.
type poissonFit struct {
	f        *frame
	mu, eta  []float64
	beta     []float64
	r        *regressors
	deviance float64
	steps    int
}

func (p *poissonFit) iterate(ctx context.Context) error {
	f := p.f
	n := f.sample.Used
	mean := 0.0
	for i, y := range f.y {
		mean += y * f.weight(i) / float64(n)
	}
	p.mu, p.eta = make([]float64, n), make([]float64, n)
	for i, y := range f.y {
		p.mu[i] = (y + mean) / 2
		p.eta[i] = math.Log(p.mu[i])
	}
	p.deviance = f.devianceOf(p.mu)
	for p.steps = 1; p.steps <= poissonIterations; p.steps++ {
		last := p.deviance
		if err := p.step(ctx); err != nil {
			return err
		}
		if math.Abs(last-p.deviance) <= poissonTolerance*max(p.deviance, 0.1) {
			return p.step(ctx) // weights and coefficients of the same point
		}
	}
	return design.Refusef("ppml did not settle within %d steps: a regressor or an effect may separate the zeros", poissonIterations)
}

// step is one weighted regression of the working outcome; it is halved while the deviance rises.
func (p *poissonFit) step(ctx context.Context) error {
	f := p.f
	n := f.sample.Used
	w, z := make([]float64, n), make([]float64, n)
	for i, mu := range p.mu {
		w[i] = mu * f.weight(i)
		z[i] = p.eta[i] + (f.y[i]-mu)/mu
	}
	raw := make([]float64, len(f.x))
	working := append([]float64(nil), z...)
	columns := [][]float64{working}
	for j, x := range f.x {
		if raw[j] = squares(x, w); f.names[j] == "constant" {
			raw[j] = dot(x, x, w)
		}
		columns = append(columns, append([]float64(nil), x...))
	}
	if _, err := newWithin(f.effects, w).columns(ctx, columns); err != nil {
		return err
	}
	r := independent(f.names, columns[1:], w, raw, names(f.effects))
	if k := len(r.x); k == 0 || k == 1 && r.names[0] == "constant" {
		return design.Refuse("no regressor is left: "+reasons(r.dropped), "dropped", reasons(r.dropped))
	}
	beta, e := r.solve(working)
	// What is fitted is z less the residual, effects included.
	next, mu := make([]float64, n), make([]float64, n)
	share := 1.0
	for try := 0; ; try++ {
		for i := range next {
			next[i] = p.eta[i] + share*(z[i]-e[i]-p.eta[i])
			mu[i] = math.Exp(next[i])
		}
		d := f.devianceOf(mu)
		if d <= p.deviance*(1+1e-9) || try == 30 || p.r == nil && d < math.Inf(1) {
			p.deviance = d
			break
		}
		share /= 2
	}
	p.mu, p.eta, p.beta, p.r = mu, next, beta, r
	return nil
}

// devianceOf is 2 Σ w (y ln(y/μ) - (y-μ)).
func (f *frame) devianceOf(mu []float64) float64 {
	d := 0.0
	for i, y := range f.y {
		v := mu[i] - y
		if y > 0 {
			v += y * math.Log(y/mu[i])
		}
		d += 2 * f.weight(i) * v
	}
	if math.IsNaN(d) {
		return math.Inf(1)
	}
	return d
}

// pseudo fills in the deviance of a constant alone and McFadden's R².
func (f *frame) pseudo(fit *Fit, mu []float64) {
	mean := 0.0
	for i, y := range f.y {
		mean += y * f.weight(i) / float64(len(f.y))
	}
	fit.NullDeviance = f.devianceOf(repeat(mean, len(f.y)))
	var full, null float64
	for i, y := range f.y {
		g, _ := math.Lgamma(y + 1)
		full += f.weight(i) * (y*math.Log(mu[i]) - mu[i] - g)
		null += f.weight(i) * (y*math.Log(mean) - mean - g)
	}
	fit.PseudoR2 = 1 - full/null
}
