package panel

import (
	"context"
	"fmt"
	"math"

	"fundtrace/gateway/analytics/design"
)

// means takes the mean of a column over each entity.
func means(x []float64, g group) []float64 {
	out, sizes := make([]float64, g.levels), g.sizes()
	for i, l := range g.of {
		out[l] += x[i] / float64(sizes[l])
	}
	return out
}

// averaged is the frame of the means of each entity, each with the same weight.
func (f *frame) averaged() *frame {
	g := *f.entity
	each := group{g.name, make([]uint32, g.levels), g.levels}
	for l := range each.of {
		each.of[l] = uint32(l)
	}
	b := &frame{spec: f.spec, names: append([]string(nil), f.names...), y: means(f.y, g), entity: &each, sample: f.sample}
	for _, x := range f.x {
		b.x = append(b.x, means(x, g))
	}
	b.sample.Used = g.levels
	return b
}

// between is least squares on the means of each entity: what differs between entities, the opposite of within.
func (f *frame) between(ctx context.Context) (*Result, error) {
	b := f.averaged()
	m, err := b.absorb(ctx)
	if err != nil {
		return nil, err
	}
	s := classical(m.regressors, m.fit.RSS, m.df)
	if f.spec.Errors == "hc1" {
		s = robust(m.regressors, m.e, m.df)
	}
	r, err := b.result(m.regressors, m.beta, s, m.d)
	if err != nil {
		return nil, err
	}
	r.Fit, r.Sample = m.fit, f.sample
	r.Convention = "one row for each entity, its means; " + r.Convention
	return r, nil
}

// random is generalised least squares with a random effect of the entity (Swamy and Arora 1972): of each row the share
// θ_i = 1 - √(σ²e / (T_i σ²u + σ²e)) of its entity's mean is taken away. σ²e is the within regression's, σ²u the between regression's variance
// less σ²e over the harmonic mean of T_i (as Stata's xtreg, re), and at least 0. It is consistent only if the effect is not
// correlated with the regressors: compare the within estimate.
func (f *frame) random(ctx context.Context) (*Result, error) {
	inner := *f
	inner.effects, inner.x, inner.names = []group{*f.entity}, append([][]float64(nil), f.x...), append([]string(nil), f.names...)
	w, err := inner.absorb(ctx)
	if err != nil {
		return nil, fmt.Errorf("within regression for the variance components: %w", err)
	}
	b, err := f.averaged().absorb(ctx)
	if err != nil {
		return nil, fmt.Errorf("between regression for the variance components: %w", err)
	}
	c := &Components{SigmaE: w.fit.Sigma}
	sizes := f.entity.sizes()
	inverse := 0.0
	for _, n := range sizes {
		inverse += 1 / float64(n)
	}
	ee := c.SigmaE * c.SigmaE
	uu := max(0, b.fit.Sigma*b.fit.Sigma-ee*inverse/float64(len(sizes)))
	c.SigmaU = math.Sqrt(uu)
	if ee+uu == 0 {
		return nil, design.Refuse("there is no variance to divide between effect and error: the regression fits perfectly")
	}
	c.Rho = uu / (uu + ee)
	theta := make([]float64, len(sizes))
	for l, n := range sizes {
		theta[l] = 1 - math.Sqrt(ee/(float64(n)*uu+ee))
		c.Theta += theta[l] / float64(len(sizes))
	}
	f.addConstant()
	quasi := func(x []float64) []float64 {
		mean, out := means(x, *f.entity), make([]float64, len(x))
		for i, l := range f.entity.of {
			out[i] = x[i] - theta[l]*mean[l]
		}
		return out
	}
	y := quasi(f.y)
	var columns [][]float64
	var raw []float64
	for _, x := range f.x {
		q := quasi(x)
		columns, raw = append(columns, q), append(raw, dot(x, x, nil))
	}
	return f.generalised(y, independent(f.names, columns, nil, raw, ""), c)
}

// generalised is the last regression of random effects.
func (f *frame) generalised(y []float64, r *regressors, c *Components) (*Result, error) {
	beta, e := r.solve(y)
	n, k := len(y), len(r.x)
	if n-k < 1 {
		return nil, tooFewRows(n, k)
	}
	rss := dot(e, e, nil)
	var s *spread
	var err error
	switch f.spec.Errors {
	case "iid":
		s = classical(r, rss, n-k)
	case "hc1":
		s = robust(r, e, n-k)
	default:
		if s, err = clustered(f, r, e, degrees{}); err != nil {
			return nil, err
		}
	}
	out, err := f.result(r, beta, s, degrees{})
	if err != nil {
		return nil, err
	}
	tss := squares(f.y, nil)
	out.Fit = Fit{RSS: rss, TSS: tss, Sigma: math.Sqrt(rss / float64(n-k)), Parameters: k, ResidualDF: n - k}
	out.Components = c
	out.Convention = "after θ of each entity's mean is taken away; " + out.Convention
	return out, nil
}
