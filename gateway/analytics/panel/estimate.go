package panel

import (
	"context"
	"fmt"
	"math"

	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/software"
	"fundtrace/gateway/analytics/table"
)

// Progress is told how far a stage, such as "bootstrap", has come. It may be nil.
type Progress func(stage string, done, total int)

// Run estimates a spec on a table. Errors: what is wrong with the table, with row and column (FIELD_MISSING, FIELD_INVALID, ALREADY_EXISTS for
// two rows of one entity and time, TOO_LARGE); with the spec (the same); DESIGN_REFUSED where the sample cannot carry it;
// the context's.
func Run(ctx context.Context, t *table.Table, s Spec, progress Progress) (*Result, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	d, err := FromTable(t, s)
	if err != nil {
		return nil, err
	}
	return Estimate(ctx, d, s, progress)
}

// Estimate estimates a spec on columns in memory, which it does not change. Errors as of Run.
func Estimate(ctx context.Context, d *Data, s Spec, progress Progress) (*Result, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	s = s.filled()
	f, err := newFrame(d, s)
	if err != nil {
		return nil, err
	}
	if !s.KeepSingletons {
		f.dropSingletons()
		if f.sample.Used == 0 {
			return nil, design.Refuse("every row is alone in a level of an effect: nothing is left to compare")
		}
	}
	if progress == nil {
		progress = func(string, int, int) {}
	}
	switch s.Estimator {
	case "ppml":
		return f.poisson(ctx)
	case "between":
		return f.between(ctx)
	case "random":
		return f.random(ctx)
	}
	return f.leastSquares(ctx, progress)
}

// addConstant adds the constant of a regression without effects.
func (f *frame) addConstant() {
	f.x, f.names = append(f.x, repeat(1, f.sample.Used)), append(f.names, "constant")
}

// fitted is a least-squares fit before its errors are known.
type fitted struct {
	*regressors
	y, e []float64 // outcome and residuals, effects taken out
	beta []float64
	d    degrees
	df   int // n - K
	fit  Fit
}

// leastSquares is ordinary or weighted least squares with effects absorbed (Frisch, Waugh and Lovell).
func (f *frame) leastSquares(ctx context.Context, progress Progress) (*Result, error) {
	m, err := f.absorb(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.carried(m.regressors); err != nil {
		return nil, err
	}
	var s *spread
	switch f.spec.Errors {
	case "iid":
		s = classical(m.regressors, m.fit.RSS, m.df)
	case "hc1":
		s = robust(m.regressors, m.e, m.df)
	case "cr2":
		s, err = f.reduced(m)
	default:
		s, err = clustered(f, m.regressors, m.e, m.d)
	}
	if err != nil {
		return nil, err
	}
	r, err := f.result(m.regressors, m.beta, s, m.d)
	if err != nil {
		return nil, err
	}
	r.Fit = m.fit
	if m.fit.RSS <= exact*m.fit.WithinTSS {
		r.Notes = append(r.Notes, fmt.Sprintf("the regressors make up %s exactly, so that errors are those of rounding and no test means anything: is it among them by another name, or computed from them?", f.spec.Outcome))
	}
	if f.spec.Bootstrap != nil {
		if err := f.bootstrap(ctx, m, r, progress); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// exact is the share of the outcome's variation below which residuals are rounding.
const exact = 1e-22

// absorb takes effects out, drops what is collinear, and solves.
func (f *frame) absorb(ctx context.Context) (*fitted, error) {
	if len(f.effects) == 0 {
		f.addConstant()
	}
	tss := squares(f.y, f.w)
	raw := make([]float64, len(f.x))
	for j, x := range f.x {
		if raw[j] = squares(x, f.w); f.names[j] == "constant" {
			raw[j] = float64(f.sample.Used)
		}
	}
	y := append([]float64(nil), f.y...)
	columns := [][]float64{y}
	for _, x := range f.x {
		columns = append(columns, append([]float64(nil), x...))
	}
	iterations, err := newWithin(f.effects, f.w).columns(ctx, columns)
	if err != nil {
		return nil, err
	}
	m := &fitted{y: y, d: countEffects(f.effects, f.clusters)}
	m.regressors = independent(f.names, columns[1:], f.w, raw, names(f.effects))
	if k := len(m.x); k == 0 || k == 1 && m.names[0] == "constant" {
		return nil, design.Refuse("no regressor is left: "+reasons(m.dropped), "dropped", reasons(m.dropped))
	}
	k := len(m.x) + m.d.rank
	if m.df = f.sample.Used - k; m.df < 1 {
		return nil, tooFewRows(f.sample.Used, k)
	}
	m.beta, m.e = m.solve(y)
	within := dot(y, y, f.w)
	if len(f.effects) == 0 {
		within = tss
	}
	if within <= 1e-18*dot(f.y, f.y, f.w) {
		return nil, design.Refuse(fmt.Sprintf("the outcome %s does not vary beyond the effects of %s", f.spec.Outcome, names(f.effects)), "y", f.spec.Outcome)
	}
	rss := dot(m.e, m.e, f.w)
	m.fit = Fit{RSS: rss, TSS: tss, WithinTSS: within, WithinR2: 1 - rss/within, Sigma: math.Sqrt(rss / float64(m.df)), Parameters: k, ResidualDF: m.df, Iterations: iterations}
	if tss > 0 {
		m.fit.R2 = 1 - rss/tss
	}
	return m, nil
}

func reasons(dropped []Dropped) string {
	out := ""
	for i, d := range dropped {
		if i > 0 {
			out += "; "
		}
		out += d.Name + ": " + d.Reason
	}
	return out
}

// result puts coefficients and their errors together.
func (f *frame) result(r *regressors, beta []float64, s *spread, d degrees) (*Result, error) {
	out := &Result{Spec: f.spec, Sample: f.sample, Effects: d.info, Dropped: r.dropped, Convention: s.convention,
		Notes: append(f.notes, s.notes...), Engine: Version, Software: software.Version()}
	for j, name := range r.names {
		c := Coefficient{Name: name, Estimate: beta[j], SE: math.Sqrt(max(s.v.At(j, j), 0))}
		c.test(s.df[j], f.spec.Level)
		out.Coefficients = append(out.Coefficients, c)
		row := make([]float64, len(r.names))
		for l := range row {
			row[l] = s.v.At(j, l)
		}
		out.Covariance = append(out.Covariance, row)
	}
	for _, g := range f.clusters {
		info := ClusterInfo{Name: g.name, Clusters: g.levels, Smallest: math.MaxInt}
		for _, n := range g.sizes() {
			info.Smallest, info.Largest = min(info.Smallest, n), max(info.Largest, n)
		}
		out.Clusters = append(out.Clusters, info)
	}
	return out, out.test(r.names, s)
}
