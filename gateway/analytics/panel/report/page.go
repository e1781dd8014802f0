// Package report makes the page of a panel regression. There is nothing else to answer: panel.Result holds its request and versions.
package report

import (
	"fmt"
	"strconv"
	"strings"

	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/panel"
)

// words are the texts of the page in one language.
type words struct{ page.Reader }

// constant is the coefficient that is in the tables alone: it is of another scale than slopes, and no finding.
const constant = "constant"

// Page makes the readable report, in Chinese ("zh") or English ("en").
func Page(r *panel.Result, language string) *page.Page {
	w := words{texts.In(language, notes)}
	p := &page.Page{Language: w.Language, Title: w.Say("title"), Lead: w.lead(r)}
	found := page.Section{Title: w.Say("coefficients"), Text: []string{w.Say("coefficients-text")}, Figures: w.figures(r), Tables: []page.Table{w.coefficients(r)}}
	if r.Spec.Bootstrap != nil {
		found.Tables = append(found.Tables, w.wild(r))
	}
	for _, d := range r.Dropped {
		found.Warnings = append(found.Warnings, w.Sayf("dropped", d.Name, w.Note(d.Reason)))
	}
	for _, note := range r.Notes {
		found.Warnings = append(found.Warnings, w.Note(note))
	}
	p.Sections = append(p.Sections, found, w.fit(r), w.sample(r))
	p.Facts = w.facts(r)
	return p
}

// lead is what was found of the first regressor in a sentence.
func (w words) lead(r *panel.Result) string {
	if len(r.Coefficients) == 0 {
		return ""
	}
	c := r.Coefficients[0]
	found := "lead-none"
	if c.Low > 0 || c.High < 0 {
		found = "lead-some"
	}
	s := w.Sayf(found, c.Name, r.Spec.Outcome, number(c.Estimate), 100*r.Spec.Level, number(c.Low), number(c.High), number(c.P))
	if b := c.Bootstrap; b != nil {
		s += w.Sayf("lead-wild", number(b.P))
	}
	return s + w.Say("lead-read")
}

// coefficients is the table of all estimates.
func (w words) coefficients(r *panel.Result) page.Table {
	t := page.Table{Caption: w.Sayf("coefficients-table", 100*r.Spec.Level), Columns: w.Columns("coefficient:", "estimate", "se", "t", "df", "p", "low", "high"), Notes: []string{w.convention(r.Convention)}}
	for _, c := range r.Coefficients {
		name := c.Name
		if name == constant {
			name = w.Say(constant)
		}
		t.Rows = append(t.Rows, []string{name, number(c.Estimate), number(c.SE), page.Number(c.T), page.Number(c.DF), number(c.P), number(c.Low), number(c.High)})
	}
	return t
}

// wild is the table of the bootstrap: of its own, as both beside each other are wider than a page.
func (w words) wild(r *panel.Result) page.Table {
	t := page.Table{Caption: w.Sayf("wild-table", 100*r.Spec.Level), Columns: w.Columns("coefficient:", "p", "low", "high")}
	for _, c := range r.Coefficients {
		b := c.Bootstrap
		if b == nil {
			continue
		}
		if len(t.Rows) == 0 {
			t.Notes = []string{w.draws(b)}
		}
		t.Rows = append(t.Rows, []string{c.Name, number(b.P), w.bound(b.Low), w.bound(b.High)})
	}
	return t
}

// draws says how the bootstrap drew.
func (w words) draws(b *panel.BootstrapTest) string {
	if b.Enumerated {
		return w.Sayf("wild-all", b.Weights, b.Runs, number(b.Smallest))
	}
	return w.Sayf("wild-drawn", b.Weights, b.Runs, b.Seed, number(b.Smallest))
}

// bound writes an end of a bootstrap's interval, or that there is none.
func (w words) bound(v *float64) string {
	if v == nil {
		return w.Say("no-bound")
	}
	return number(*v)
}

// fit says how well the regression fits and what its coefficients do together.
func (w words) fit(r *panel.Result) page.Section {
	f := r.Fit
	s := page.Section{Title: w.Say("fit")}
	say := func(name string, args ...any) { s.Text = append(s.Text, w.Sayf(name, args...)) }
	switch {
	case r.Spec.Estimator == "ppml":
		say("fit-ppml", number(f.Deviance), number(f.NullDeviance), page.Number(f.PseudoR2), f.Iterations)
	case r.Components != nil:
		c := r.Components
		say("fit-random", number(c.SigmaE), number(c.SigmaU), page.Number(c.Rho), page.Number(c.Theta))
	case len(r.Effects) > 0:
		say("fit-effects", number(f.RSS), page.Number(f.R2), page.Number(f.WithinR2), number(f.Sigma), f.Parameters)
	default:
		say("fit-plain", number(f.RSS), page.Number(f.R2), number(f.Sigma), f.Parameters)
	}
	if j := r.Joint; j != nil {
		what := w.Say("joint-all")
		if len(j.Names) > 0 {
			what = strings.Join(j.Names, ", ")
		}
		say("joint", what, number(j.F), j.DF1, page.Number(j.DF2), number(j.P))
	}
	return s
}

// sample says what became of the rows, and of which levels effects and clusters are.
func (w words) sample(r *panel.Result) page.Section {
	n := r.Sample
	rows := page.Table{Caption: w.Say("rows-table"), Columns: w.Columns("rows:", "count")}
	for _, line := range []struct {
		name   string
		count  int
		always bool
	}{{"rows-all", n.Rows, true}, {"rows-missing", n.Missing, false}, {"rows-gaps", n.Gaps, false}, {"rows-singletons", n.Singletons, false}, {"rows-separated", n.Separated, false},
		{"rows-used", n.Used, true}, {"entities", n.Entities, false}, {"times", n.Times, false}} {
		if line.always || line.count > 0 {
			rows.Rows = append(rows.Rows, []string{w.Say(line.name), strconv.Itoa(line.count)})
		}
	}
	s := page.Section{Title: w.Say("sample"), Text: []string{w.Say("sample-text")}, Tables: []page.Table{rows}}
	if len(r.Effects) > 0 {
		t := page.Table{Caption: w.Say("effects-table"), Columns: w.Columns("effect:", "levels", "redundant", "nested:")}
		for _, e := range r.Effects {
			nested := "no"
			if e.Nested {
				nested = "yes"
			}
			t.Rows = append(t.Rows, []string{e.Name, strconv.Itoa(e.Levels), strconv.Itoa(e.Redundant), w.Say(nested)})
		}
		s.Tables = append(s.Tables, t)
	}
	if len(r.Clusters) > 0 {
		t := page.Table{Caption: w.Say("clusters-table"), Columns: w.Columns("cluster:", "clusters", "smallest", "largest")}
		for _, c := range r.Clusters {
			t.Rows = append(t.Rows, []string{c.Name, strconv.Itoa(c.Clusters), strconv.Itoa(c.Smallest), strconv.Itoa(c.Largest)})
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

// facts are what the numbers were computed with; what was not asked for is left out.
func (w words) facts(r *panel.Result) []page.Fact {
	s := r.Spec
	var shifts, bootstrap, singletons string
	if s.Lags+s.Leads > 0 {
		shifts = w.Sayf("fact-shifts-text", s.Lags, s.Leads, strings.Join(s.Shift, ", "))
	}
	if b := s.Bootstrap; b != nil {
		bootstrap = w.Sayf("fact-bootstrap-text", b.Runs, b.Weights, b.Seed)
	}
	if s.KeepSingletons {
		singletons = w.Say("kept")
	}
	var facts []page.Fact
	for _, f := range []page.Fact{
		{Name: "fact-outcome", Value: s.Outcome},
		{Name: "fact-regressors", Value: strings.Join(s.Regressors, ", ")},
		{Name: "fact-log", Value: strings.Join(s.Log, ", ")},
		{Name: "fact-log1p", Value: strings.Join(s.Log1p, ", ")},
		{Name: "fact-shifts", Value: shifts},
		{Name: "fact-rows", Value: strings.Trim(s.Entity+", "+s.Time, ", ")},
		{Name: "fact-sample", Value: fmt.Sprintf("%d / %d", r.Sample.Used, r.Sample.Rows)},
		{Name: "fact-estimator", Value: w.Say("by-" + s.Estimator)},
		{Name: "fact-effects", Value: strings.Join(s.Effects, ", ")},
		{Name: "fact-weights", Value: s.Weights},
		{Name: "fact-errors", Value: s.Errors},
		{Name: "fact-small", Value: small(s)},
		{Name: "fact-cluster", Value: strings.Join(s.Cluster, ", ")},
		{Name: "fact-test", Value: strings.Join(s.Test, ", ")},
		{Name: "fact-level", Value: fmt.Sprintf("%g", s.Level)},
		{Name: "fact-bootstrap", Value: bootstrap},
		{Name: "fact-singletons", Value: singletons},
		{Name: "fact-version", Value: r.Engine + ", " + r.Software},
	} {
		if f.Value != "" {
			facts = append(facts, page.Fact{Name: w.Say(f.Name), Value: f.Value})
		}
	}
	return facts
}

// small is the small-sample rule where there is one to choose.
func small(s panel.Spec) string {
	if s.Errors != "cr1" {
		return ""
	}
	return s.Small
}

// number writes four significant digits however small a value is: coefficients come in any unit.
func number(v float64) string {
	if v > -0.1 && v < 0.1 && v != 0 {
		return strings.ReplaceAll(strconv.FormatFloat(v, 'g', 4, 64), "-", "−")
	}
	return page.Number(v)
}
