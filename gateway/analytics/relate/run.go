package relate

import (
	"context"
	"fmt"

	"fundtrace/gateway/analytics/rank"
	"fundtrace/gateway/analytics/software"
	"fundtrace/gateway/analytics/table"
)

// Input is what is related.
type Input struct {
	Indicators *table.Table // a row for each region and year
	Deals      *table.Table // nil: the outcome is a column of Indicators
	Flows      *Series
	// Others are the same flows divided by other conventions, for the sensitivity of the estimate; a convention that could not
	// answer is there with its refusal.
	Others []Alternative
}

// Alternative is flows under another convention, or why there are none.
type Alternative struct {
	Method string
	Flows  *Series
	Err    error
}

// Progress is told how far a stage, such as "exploratory", has come.
type Progress func(stage string, done, total int)

// Run relates flows to indicators. Errors: what is wrong with the tables, with row and column (FIELD_MISSING, FIELD_INVALID,
// ALREADY_EXISTS, AMOUNT_INVALID); DESIGN_REFUSED where the outcome is none (a score, or deals of the traced funds in it);
// the context's. What the sample does not carry is no error: the report says so.
func Run(ctx context.Context, in Input, r Request, progress Progress) (*Report, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	r, err := r.complete(in.Deals != nil)
	if err != nil {
		return nil, err
	}
	var deals *Deals
	if in.Deals != nil {
		if deals, err = ReadDeals(in.Deals); err != nil {
			return nil, fmt.Errorf("the table of deals: %w", err)
		}
	}
	in.Flows = in.Flows.covering(r.FlowsFrom, r.FlowsTo)
	j, err := join(in.Indicators, deals, in.Flows, r)
	if err != nil {
		return nil, err
	}
	out := &Report{Version: Version, Software: software.Version(), Request: r, Declaration: r.digest(in.Flows), Flows: *in.Flows, Sample: j.sample(),
		Beside: []Estimate{}, Exploratory: []Estimate{}, Methods: []Estimate{}, Warnings: []Warning{}, Rows: j.rows()}
	if out.Primary, err = j.estimate(ctx, j.primary(), func(done, total int) { progress("primary", done, total) }); err != nil {
		return nil, err
	}
	for _, w := range j.beside() {
		e, err := j.estimate(ctx, w, nil)
		if err != nil {
			return nil, err
		}
		out.Beside = append(out.Beside, e)
	}
	if r.Only == "" {
		if err := j.explore(ctx, in, out, progress); err != nil {
			return nil, err
		}
	}
	out.warn(j)
	return out, nil
}

// explore adds everything that was not declared.
func (j *joined) explore(ctx context.Context, in Input, out *Report, progress Progress) error {
	list := j.exploratory()
	for i, w := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		e, err := j.estimate(ctx, w, nil)
		if err != nil {
			return err
		}
		out.Exploratory = append(out.Exploratory, e)
		out.Exploratory = append(out.Exploratory, e.each(w)...)
		progress("exploratory", i+1, len(list))
	}
	holm(out.Exploratory)
	var err error
	if out.Designs, err = j.designs(ctx, func(done, total int) { progress("designs", done, total) }); err != nil {
		return err
	}
	for i, other := range in.Others {
		e, err := j.under(ctx, in, other)
		if err != nil {
			return err
		}
		out.Methods = append(out.Methods, e)
		progress("methods", i+1, len(in.Others))
	}
	return nil
}

// under is the primary estimate with flows that another convention divided.
func (j *joined) under(ctx context.Context, in Input, other Alternative) (Estimate, error) {
	w := j.primary()
	w.name, w.bootstrap = other.Method, false
	if other.Err != nil {
		e := Estimate{Name: w.name, About: w.about, Main: w.x[0]}
		var err error
		e.Refused, err = refused(other.Err)
		return e, err
	}
	again := *j
	again.series, again.columns = other.Flows.covering(j.series.From, j.series.To), map[string][]float64{}
	for name, values := range j.columns {
		again.columns[name] = values
	}
	if err := again.flows(); err != nil {
		e := Estimate{Name: w.name, About: w.about, Main: w.x[0]}
		e.Refused, err = refused(err)
		return e, err
	}
	return again.estimate(ctx, w, nil)
}

// each answers the single coefficients that a specification is also about.
func (e *Estimate) each(w wanted) []Estimate {
	var out []Estimate
	if e.Result == nil {
		return nil
	}
	for _, name := range w.each {
		if c, ok := e.Result.Coefficient(name); ok {
			out = append(out, Estimate{Name: name, About: "one coefficient of the specification above", Main: name, Coefficient: &c})
		}
	}
	return out
}

// holm adjusts the p-values of everything exploratory together.
func holm(list []Estimate) {
	var p []float64
	var at []int
	for i := range list {
		if c := list[i].Coefficient; c != nil {
			p, at = append(p, c.P), append(at, i)
		}
	}
	for k, v := range rank.Holm(p) {
		list[at[k]].Holm = &v
	}
}
