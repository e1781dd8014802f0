package event

import (
	"context"
	"fmt"
	"slices"

	"fundtrace/gateway/analytics/design"
)

// exactUpTo is how many clusters a sample may have for permutations to be made unasked: there the normal approximation is weakest.
const exactUpTo = 100

// Estimate makes the event study of a panel. progress may be nil. Errors: FIELD_MISSING, FIELD_INVALID (options, columns),
// DESIGN_REFUSED (no periods before a start, nobody treated, cohorts or controls too small), the context's error.
func Estimate(ctx context.Context, d *Data, o Options, progress func(stage string, done, total int)) (*Result, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	if len(d.Covariates) == 0 {
		o.Method = "none"
	}
	r := &Result{Version: Version}
	p, err := balanced(d, o, &r.Sample)
	if err != nil {
		return nil, err
	}
	if o.Permutations == 0 && p.clusters <= exactUpTo && p.permutable() == "" {
		o.Permutations = 999
	}
	r.Options = o
	r.Cells, r.psi, r.Skipped = p.compare(o)
	if len(post(r.Cells, o)) == 0 {
		return nil, design.Refuse("no cell at or after a start could be estimated: "+reasons(r.Skipped), "skipped", fmt.Sprint(len(r.Skipped)))
	}
	families := newWeighing(p, r.Cells, r.psi).families(o)
	if !slices.ContainsFunc(families[1].Parts, func(p Part) bool { return p.At >= 0 }) {
		return nil, design.Refuse("no event time is left within the bounds: widen min_event, max_event or balance")
	}
	own := &estimates{r.Cells, families}
	p.inferEach(own, r.psi, o.Level)
	if r.Critical, err = p.bands(ctx, own, r.psi, o, progress); err != nil {
		return nil, err
	}
	r.PreTest = p.preTest(r.Cells, r.psi, o)
	if err := p.permute(ctx, own, o, progress); err != nil {
		return nil, err
	}
	r.Simple, r.Dynamic, r.Group, r.Calendar = families[0].Aggregate, families[1].Aggregate, families[2].Aggregate, families[3].Aggregate
	r.Notes = p.notes(r, o)
	return r, nil
}

// inferEach gives every effect its standard error and interval.
func (p *panel) inferEach(all *estimates, psi [][]float64, level float64) {
	for i := range all.cells {
		p.infer(&all.cells[i].Effect, psi[i], level)
	}
	for _, f := range all.families {
		p.infer(&f.Overall, f.overall, level)
		for i := range f.Parts {
			p.infer(&f.Parts[i].Effect, f.parts[i], level)
		}
	}
}

// bands gives every effect but the overall ones its band, by one bootstrap for all, and answers the critical value of the cells'.
func (p *panel) bands(ctx context.Context, all *estimates, psi [][]float64, o Options, progress func(string, int, int)) (float64, error) {
	if o.Draws < 0 {
		return 0, nil
	}
	influences := slices.Clone(psi)
	for _, f := range all.families {
		influences = append(influences, f.parts...)
	}
	deviations, err := p.bootstrap(ctx, influences, o, progress)
	if err != nil {
		return 0, err
	}
	effects := make([]*Effect, len(all.cells))
	for i := range effects {
		effects[i] = &all.cells[i].Effect
	}
	critical := band(effects, deviations, o.Level)
	rest := deviations[len(effects):]
	for _, f := range all.families {
		parts := make([]*Effect, len(f.Parts))
		for i := range parts {
			parts[i] = &f.Parts[i].Effect
		}
		f.Critical = band(parts, rest, o.Level)
		rest = rest[len(parts):]
	}
	return critical, nil
}

// reasons names the first few reasons why cells were skipped.
func reasons(skipped []Skipped) string {
	if len(skipped) == 0 {
		return "there are none"
	}
	s := skipped[0]
	return fmt.Sprintf("start %d, period %d: %s", s.Start, s.Time, s.Why)
}

// notes are what a reader has to know beside the numbers.
func (p *panel) notes(r *Result, o Options) []string {
	var out []string
	for _, start := range p.cohorts {
		base := 0
		for _, t := range p.periods {
			if t+o.Anticipation < start {
				base = t
			}
		}
		if base+o.Anticipation+p.step != start {
			out = append(out, fmt.Sprintf("cohort %d is compared with %d: the periods between are not in the table", start, base))
		}
	}
	if p.clusters <= exactUpTo {
		note := fmt.Sprintf("%d clusters: standard errors, intervals and bands rest on large samples", p.clusters)
		if o.Permutations > 0 && p.permutable() == "" {
			note = fmt.Sprintf("%d clusters: intervals and bands are as wide as permutations of the starts ask for", p.clusters)
		}
		out = append(out, note)
	}
	if why := p.permutable(); why != "" && o.Permutations > 0 {
		out = append(out, "no permutations were made: "+why)
	}
	if n := len(r.Skipped); n > 0 {
		out = append(out, fmt.Sprintf("%d cells were not estimated, see skipped", n))
	}
	return out
}
