package synthetic

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"fundtrace/gateway/analytics/design"
)

// Estimate makes the synthetic unit, its gap, the placebos and the test. progress may be nil. Errors: FIELD_MISSING, FIELD_INVALID,
// DESIGN_REFUSED (periods, donors, alpha, a fit before the start that is exact), the context's error.
func Estimate(ctx context.Context, d *Data, o Options, progress func(stage string, done, total int)) (*Result, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	if err := o.complete(d); err != nil {
		return nil, err
	}
	p, dropped, err := prepare(d, o)
	if err != nil {
		return nil, err
	}
	own, placebos, err := p.everyone(ctx, progress)
	if err != nil {
		return nil, err
	}
	if rms(own.gaps[:p.before]) <= p.exact(p.treated) && o.Method == "synthetic" {
		return nil, design.Refuse(fmt.Sprintf("%d donors fit the %d periods before the start exactly, as they would fit anything: gaps after it have nothing to be compared with; give more periods or fewer donors",
			len(p.donors), p.before), "before", fmt.Sprint(p.before), "donors", fmt.Sprint(len(p.donors)))
	}
	r := &Result{
		Options: o, Units: len(p.units), Before: p.before, After: len(p.times) - p.before,
		Effect: own.effect, Placebos: placebos, Test: p.test(placebos), Dropped: dropped, Version: Version,
	}
	p.describe(r, own)
	if err := p.without(ctx, r, own); err != nil {
		return nil, err
	}
	if o.Backdate != nil {
		if r.Backdated, err = backdate(d, o); err != nil {
			return nil, err
		}
	}
	r.Notes = p.notes(r)
	return r, nil
}

// describe tells path, fit, weights and predictors of the treated unit's counterpart.
func (p *problem) describe(r *Result, own *fitted) {
	y := p.y[p.treated]
	mean, all := 0.0, 0.0
	for _, v := range y[:p.before] {
		mean += v / float64(p.before)
	}
	for _, v := range y[:p.before] {
		all += (v - mean) * (v - mean)
	}
	r.Fit = Fit{RMSPE: rms(own.gaps[:p.before]), Unique: own.unique}
	if all > 0 {
		explained := 1 - r.Fit.RMSPE*r.Fit.RMSPE*float64(p.before)/all
		r.Fit.Explained = &explained
	}
	for t, time := range p.times {
		r.Path = append(r.Path, Point{time, y[t], own.synthetic[t], own.gaps[t]})
	}
	for k, j := range p.donors {
		if own.weights[k] > 0 {
			r.Donors = append(r.Donors, Weight{p.units[j], own.weights[k]})
		}
	}
	slices.SortStableFunc(r.Donors, func(a, b Weight) int { return cmp.Compare(b.Weight, a.Weight) })
	if p.Method == "sdid" {
		for t, w := range own.periods {
			if w > 0 {
				r.Periods = append(r.Periods, PeriodWeight{p.times[t], w})
			}
		}
	}
	for m, predictor := range p.Predictors {
		line := Matched{Predictor: predictor, Weight: own.value[m], Treated: p.raw[m][p.treated]}
		for k, j := range p.donors {
			line.Synthetic += own.weights[k] * p.raw[m][j]
			line.Mean += p.raw[m][j] / float64(len(p.donors))
		}
		r.Matched = append(r.Matched, line)
	}
}

// without leaves out each donor that has weight: does the effect hang on one of them?
func (p *problem) without(ctx context.Context, r *Result, own *fitted) error {
	if p.Method != "synthetic" || len(p.donors) < 3 {
		return nil
	}
	for k, j := range p.donors {
		if own.weights[k] < 0.005 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		f := p.fit(p.treated, slices.DeleteFunc(slices.Clone(p.donors), func(i int) bool { return i == j }))
		r.LeaveOneOut = append(r.LeaveOneOut, LeftOut{p.units[j], f.effect, rms(f.gaps[:p.before])})
	}
	return nil
}

// backdate estimates with an earlier start, as if the panel ended before the real one.
func backdate(d *Data, o Options) (*Backdate, error) {
	earlier := o
	earlier.Start = *o.Backdate
	if earlier.Start >= o.Start {
		return nil, bad("backdate", fmt.Sprintf("the earlier start, %d, has to lie before the start, %d", earlier.Start, o.Start))
	}
	for _, p := range o.Predictors {
		if p.To >= earlier.Start {
			return nil, bad("backdate", fmt.Sprintf("predictor %s is taken up to %d: with an earlier start of %d it would know what comes", p.Column, p.To, earlier.Start))
		}
	}
	end := 0
	for end < len(d.Times) && d.Times[end] < o.Start {
		end++
	}
	cut := &Data{Units: d.Units, Times: d.Times[:end], Columns: map[string][][]float64{}}
	for _, line := range d.Outcome {
		cut.Outcome = append(cut.Outcome, line[:end])
	}
	for name, column := range d.Columns {
		for _, line := range column {
			cut.Columns[name] = append(cut.Columns[name], line[:end])
		}
	}
	p, _, err := prepare(cut, earlier)
	if err != nil {
		return nil, fmt.Errorf("the earlier start: %w", err)
	}
	f := p.fit(p.treated, p.donors)
	return &Backdate{earlier.Start, f.effect, rms(f.gaps[:p.before]), rms(f.gaps[p.before:])}, nil
}

// notes are what a reader has to know beside the numbers.
func (p *problem) notes(r *Result) []string {
	out := []string{fmt.Sprintf("one treated unit among %d: the smallest p is 1/%d = %.3f", r.Units, r.Units, r.Test.Smallest)}
	if !r.Fit.Unique {
		out = append(out, "other weights fit as well before the start: the gap after it is one of several")
	}
	if r.Fit.Explained != nil && *r.Fit.Explained < 0.5 && p.Method == "synthetic" {
		out = append(out, "the synthetic unit does not go along before the start: its gap after it says little")
	}
	higher, lower := true, true
	for t := range p.before {
		for _, j := range p.donors {
			higher = higher && p.y[p.treated][t] > p.y[j][t]
			lower = lower && p.y[p.treated][t] < p.y[j][t]
		}
	}
	if (higher || lower) && p.Method == "synthetic" {
		out = append(out, "the treated unit lies outside all donors before the start: no weights can make it; sdid allows a constant difference")
	}
	if len(p.donors) > p.before && p.Method == "synthetic" && p.predictors == nil {
		out = append(out, fmt.Sprintf("%d donors for %d periods before the start: part of the fit is chance", len(p.donors), p.before))
	}
	if len(r.Dropped) > 0 {
		out = append(out, fmt.Sprintf("%d units with gaps in the outcome are no donors", len(r.Dropped)))
	}
	for i := 1; i < len(p.times); i++ {
		if p.times[i]-p.times[i-1] > p.times[1]-p.times[0] {
			out = append(out, fmt.Sprintf("between %d and %d there are no periods", p.times[i-1], p.times[i]))
		}
	}
	return out
}
