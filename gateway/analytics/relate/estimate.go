package relate

import (
	"context"
	"errors"
	"fmt"
	"math"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/panel"
)

// primaryAbout is the one specification that is declared beforehand. It is part of the declaration's digest: another text is another
// declaration.
const primaryAbout = "ln(1+y) on ln(1+flow) of the same year, y without deals in which traced funds are the only investors; ordinary least squares with effects of region and year; CR2 errors clustered by region, Satterthwaite's degrees of freedom; wild cluster bootstrap-t beside them"

// Estimate is one regression of the report.
type Estimate struct {
	Name  string `json:"name"`
	About string `json:"about"` // what is regressed on what, as a sentence
	Main  string `json:"main"`  // the coefficient that is about flows
	// Coefficient is the main one; nil where the design was refused.
	Coefficient *panel.Coefficient `json:"coefficient,omitempty"`
	// Doubling is by how much, in percent, 1+y is higher where 1+flow is twice as high; of regressions in logarithms.
	Doubling *float64      `json:"doubling_percent,omitempty"`
	Holm     *float64      `json:"p_holm,omitempty"` // p adjusted for everything that is exploratory
	Result   *panel.Result `json:"result,omitempty"` // all of it
	Refused  *Refusal      `json:"refused,omitempty"`
}

// Refusal is why something is not there.
type Refusal struct {
	Code   ledger.Code `json:"code"`
	Reason string      `json:"reason"`
}

// refused explains an error as part of a report; what is no refusal stays an error.
func refused(err error) (*Refusal, error) {
	var e *ledger.Error
	if errors.As(err, &e) {
		return &Refusal{e.Code, e.Message}, nil
	}
	return nil, err
}

// leadsTogether is the placebo.
const leadsTogether = "leads, together"

// wanted is an estimate to be made.
type wanted struct {
	name, about string
	y           string
	x           []string // the first is the main one
	estimator   string   // ols when empty
	effects     []string // region and year when nil
	logs        bool     // both sides are logarithms
	bootstrap   bool
	data        *panel.Data // another panel than the joined one
	each        []string    // other coefficients that are reported by themselves
}

// spec is the regression that is wanted.
func (j *joined) spec(w wanted) panel.Spec {
	x := append([]string{}, w.x...)
	if w.data == nil {
		for _, c := range j.request.Controls {
			x = append(x, "control:"+c)
		}
	}
	s := panel.PrimarySpec(w.y, x, colRegion, colYear)
	if w.effects != nil {
		s.Effects = w.effects
	}
	if w.estimator != "" {
		s.Estimator, s.Errors = w.estimator, "cr1"
	}
	s.Level = j.request.Level
	if w.bootstrap {
		s.Bootstrap = &panel.Bootstrap{Runs: j.request.Bootstrap, Seed: j.request.Seed, Only: w.x[:1]}
	}
	return s
}

// estimate makes one estimate. A design that the sample cannot carry is in it as a refusal.
func (j *joined) estimate(ctx context.Context, w wanted, progress func(done, total int)) (Estimate, error) {
	e := Estimate{Name: w.name, About: w.about, Main: w.x[0]}
	data := w.data
	if data == nil {
		data = j.data()
	}
	var follow func(string, int, int)
	if progress != nil {
		follow = func(_ string, done, total int) { progress(done, total) }
	}
	r, err := panel.Estimate(ctx, data, j.spec(w), follow)
	if err != nil {
		e.Refused, err = refused(err)
		return e, err
	}
	e.Result = r
	c, ok := r.Coefficient(w.x[0])
	if !ok {
		e.Refused = &Refusal{design.Refused, "the flow does not vary beyond region and year, so that its coefficient cannot be told"}
		for _, d := range r.Dropped {
			if d.Name == w.x[0] {
				e.Refused.Reason += ": " + d.Reason
			}
		}
		return e, nil
	}
	e.Coefficient = &c
	if w.logs {
		doubling := 100 * (math.Exp2(c.Estimate) - 1)
		e.Doubling = &doubling
	}
	return e, nil
}

func (j *joined) primary() wanted {
	return wanted{name: "primary", about: primaryAbout, y: colLnY, x: []string{colLnX}, logs: true, bootstrap: true}
}

// beside are the estimates that show how much of a relation is there by construction.
func (j *joined) beside() []wanted {
	if !j.alone {
		return nil
	}
	return []wanted{
		{name: "with the mechanical part", about: "the primary specification on the whole outcome: what traced funds did alone is in it, and moves with the flow by construction", y: colLnAll, x: []string{colLnX}, logs: true},
		{name: "the mechanical part", about: "the primary specification on deals in which traced funds are the only investors: by construction, no finding", y: colLnOne, x: []string{colLnX}, logs: true},
	}
}

// exploratory are the other specifications; none of them is a test that was declared.
func (j *joined) exploratory() []wanted {
	out := []wanted{{name: "poisson", about: "the count y itself on ln(1+flow), Poisson pseudo-maximum-likelihood with effects of region and year, CR1 errors clustered by region", y: colY, x: []string{colLnX}, estimator: "ppml"},
		{name: "any flow", about: "ln(1+y) on whether there was any flow", y: colLnY, x: []string{colAny}}}
	if n := j.request.lags(); n > 0 {
		names := j.names(0, n)
		out = append(out, wanted{name: "lags, together", about: fmt.Sprintf("ln(1+y) on ln(1+flow) of the year and the %d before: the sum of the coefficients", n), y: colLnY, x: j.together(0, n), logs: true},
			wanted{name: "lag 0 of several", about: fmt.Sprintf("ln(1+y) on ln(1+flow) of the year and the %d before: each coefficient beside the others", n), y: colLnY, x: names, logs: true, each: names[1:]})
	}
	if n := j.request.leads(); n > 0 {
		out = append(out, wanted{name: leadsTogether, about: fmt.Sprintf("placebo: ln(1+y) on ln(1+flow) of the year and the %d after; the sum of those after. What is not 0 says that money went where capital already rose or fell", n), y: colLnY, x: append(j.together(-n, -1), colLnX), logs: true})
	}
	out = append(out, wanted{name: "first differences", about: "changes of ln(1+y) on changes of ln(1+flow) between adjacent years, with effects of years", y: "d_ln_y", x: []string{"d_ln_flow"}, effects: []string{panel.Time}, data: j.differences(), logs: true})
	for _, c := range j.request.Others {
		out = append(out, wanted{name: "on " + c, about: "the primary specification on ln(1+" + c + ")", y: "ln_" + c, x: []string{colLnX}, logs: true})
	}
	return out
}

// names lists the columns of the flow with the given shifts; lags are positive.
func (j *joined) names(from, to int) []string {
	var out []string
	for shift := from; shift <= to; shift++ {
		out = append(out, colLnX+shifted(shift))
	}
	return out
}

// together answers columns that span the same space as the shifted flows, such that the coefficient of the first is the sum
// of all their coefficients: b₀x₀ + Σ bₖxₖ = (Σ b)x₀ + Σ bₖ(xₖ - x₀). So the sum has standard error and degrees of
// freedom of its own.
func (j *joined) together(from, to int) []string {
	names := j.names(from, to)
	base := j.columns[names[0]]
	for _, name := range names[1:] {
		d := make([]float64, len(base))
		for i := range d {
			d[i] = j.columns[name][i] - base[i]
		}
		j.columns[name+"_less_"+names[0]] = d
	}
	out := []string{names[0]}
	for _, name := range names[1:] {
		out = append(out, name+"_less_"+names[0])
	}
	return out
}

// differences is the panel of changes between adjacent years of a region.
func (j *joined) differences() *panel.Data {
	row := map[place]int{}
	for i := range j.regions {
		row[place{j.regions[i], j.years[i]}] = i
	}
	all := j.data()
	d := &panel.Data{Numbers: map[string][]float64{}, Keys: map[string][]string{}}
	for i := range j.regions {
		before, ok := row[place{j.regions[i], j.years[i] - 1}]
		if !ok {
			continue
		}
		d.Rows++
		d.Keys[colRegion] = append(d.Keys[colRegion], j.regions[i])
		d.Keys[colYear] = append(d.Keys[colYear], all.Keys[colYear][i])
		d.Numbers["d_ln_y"] = append(d.Numbers["d_ln_y"], j.columns[colLnY][i]-j.columns[colLnY][before])
		d.Numbers["d_ln_flow"] = append(d.Numbers["d_ln_flow"], j.columns[colLnX][i]-j.columns[colLnX][before])
	}
	return d
}
