package report

import (
	"fmt"
	"strings"

	"fundtrace/gateway/analytics/event"
	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/plot"
)

// words are the texts of the page in one language.
type words struct{ page.Reader }

// Page makes the readable report, in Chinese ("zh") or English ("en").
func Page(r *Report, language string) *page.Page {
	w := words{texts.In(language, notes)}
	p := &page.Page{Language: w.Language, Title: w.Say("title"), Lead: w.lead(r)}
	study := page.Section{Title: w.Say("dynamic"), Text: []string{w.Say("dynamic-text")}, Figures: []page.Figure{{
		Plot:    plot.Events(plot.Frame{Title: w.Say("dynamic"), Description: w.lead(r), XLabel: w.Say("since"), YLabel: r.outcome()}, events(r.Dynamic)),
		Caption: w.Sayf("dynamic-caption", 100*r.Options.Level),
	}}}
	for _, note := range r.Notes {
		study.Warnings = append(study.Warnings, w.Note(note))
	}
	study.Tables = []page.Table{w.overalls(r), w.parts("dynamic-table", "event", r.Dynamic.Parts)}
	p.Sections = append(p.Sections, study, w.placebo(r))
	groups := page.Section{Title: w.Say("families"), Tables: []page.Table{w.parts("group-table", "start", r.Group.Parts), w.parts("calendar-table", "period", r.Calendar.Parts)}}
	p.Sections = append(p.Sections, groups, w.cells(r), w.sample(r))
	p.Facts = w.facts(r)
	return p
}

// events are the parts of the dynamic aggregate as they are drawn.
func events(a event.Aggregate) []plot.Event {
	var out []plot.Event
	for _, part := range a.Parts {
		e := plot.Event{At: part.At, Value: part.Estimate, Interval: plot.Interval{Low: part.Low, High: part.High}, Reference: part.Reference}
		if part.BandLow != nil {
			e.Band = &plot.Interval{Low: *part.BandLow, High: *part.BandHigh}
		}
		out = append(out, e)
	}
	return out
}

// lead is what was found in a sentence: that of the dynamic aggregate, which is the one declared beforehand.
func (w words) lead(r *Report) string {
	e := r.Dynamic.Overall
	found := "lead-none"
	if e.Low > 0 || e.High < 0 {
		found = "lead-some"
	}
	s := w.Sayf(found, page.Number(e.Estimate), 100*r.Options.Level, page.Number(e.Low), page.Number(e.High))
	if p := r.Dynamic.Permutation; p != nil {
		s += w.Sayf("lead-permutation", page.Number(p.P))
	}
	return s
}

func (w words) overalls(r *Report) page.Table {
	t := page.Table{Caption: w.Say("overall-table"), Columns: w.Columns("aggregate:", "estimate", "se", "low", "high", "p", "permutation"), Notes: []string{w.Say("overall-note")}}
	for _, a := range []event.Aggregate{r.Dynamic, r.Simple, r.Group, r.Calendar} {
		exact := "–"
		if a.Permutation != nil {
			exact = page.Number(a.Permutation.P)
		}
		e := a.Overall
		t.Rows = append(t.Rows, []string{w.Say(a.Kind + "-name"), page.Number(e.Estimate), page.Number(e.SE), page.Number(e.Low), page.Number(e.High), page.Number(e.P), exact})
	}
	t.Marked = []int{0}
	return t
}

// parts is the table of one family's effects.
func (w words) parts(caption, at string, parts []event.Part) page.Table {
	t := page.Table{Caption: w.Say(caption), Columns: w.Columns(at, "cells", "estimate", "se", "low", "high", "band-low", "band-high")}
	for _, part := range parts {
		t.Rows = append(t.Rows, append([]string{strings.Replace(fmt.Sprint(part.At), "-", "−", 1), fmt.Sprint(part.Cells)}, effect(part.Effect)...))
	}
	return t
}

func effect(e event.Effect) []string {
	if e.Reference {
		return []string{"0", "–", "–", "–", "–", "–"}
	}
	return []string{page.Number(e.Estimate), page.Number(e.SE), page.Number(e.Low), page.Number(e.High), pointer(e.BandLow), pointer(e.BandHigh)}
}

// placebo says what the periods before the start show.
func (w words) placebo(r *Report) page.Section {
	s := page.Section{Title: w.Say("pre-test")}
	switch t := r.PreTest; {
	case t == nil:
		s.Text = []string{w.Say("pre-none")}
	case t.P == nil:
		s.Warnings = []string{w.Say("pre-singular")}
	default:
		s.Text = []string{w.Sayf("pre-text", page.Number(t.Statistic), t.DF, page.Number(*t.P), page.Number(*t.PSmall)), w.Say("pre-power")}
	}
	return s
}

func (w words) cells(r *Report) page.Section {
	t := page.Table{Caption: w.Say("cells-table"), Columns: w.Columns("start", "period", "base", "treated", "controls", "estimate", "se", "band-low", "band-high")}
	for _, c := range r.Cells {
		row := []string{fmt.Sprint(c.Start), fmt.Sprint(c.Time), fmt.Sprint(c.Base), fmt.Sprint(c.Treated), fmt.Sprint(c.Controls)}
		e := effect(c.Effect)
		t.Rows = append(t.Rows, append(row, e[0], e[1], e[4], e[5]))
	}
	return page.Section{Title: w.Say("cells-title"), Text: []string{w.Say("cells-text")}, Tables: []page.Table{t}}
}

func (w words) sample(r *Report) page.Section {
	t := page.Table{Caption: w.Say("cohorts-table"), Columns: w.Columns("start", "units", "clusters")}
	for _, c := range r.Sample.Cohorts {
		t.Rows = append(t.Rows, []string{fmt.Sprint(c.Start), fmt.Sprint(c.Units), fmt.Sprint(c.Clusters)})
	}
	t.Rows = append(t.Rows, []string{w.Say("never"), fmt.Sprint(r.Sample.Never), ""})
	s := page.Section{Title: w.Say("sample"), Tables: []page.Table{t}}
	for _, d := range r.Sample.Dropped {
		s.Warnings = append(s.Warnings, w.Sayf("dropped", d.Units, w.Note(d.Why), strings.Join(d.Names, ", ")))
	}
	return s
}

// outcome names the outcome as it was estimated on.
func (r *Report) outcome() string {
	if r.Columns.Transform == "" {
		return r.Columns.Outcome
	}
	return r.Columns.Transform + "(" + r.Columns.Outcome + ")"
}

// facts are what the numbers were computed with.
func (w words) facts(r *Report) []page.Fact {
	o, s := r.Options, r.Sample
	start := r.Columns.Start
	if start == "" {
		start = fmt.Sprintf("%s ≥ %v", r.Columns.Flow, r.Columns.Threshold)
	}
	facts := []page.Fact{
		{Name: w.Say("fact-sample"), Value: w.Sayf("fact-sample-text", s.Units, s.Clusters, s.Periods[0], s.Periods[len(s.Periods)-1], s.Rows)},
		{Name: w.Say("fact-outcome"), Value: r.outcome()},
		{Name: w.Say("fact-start"), Value: start},
		{Name: w.Say("fact-controls"), Value: w.Say(o.Controls + "-controls")},
		{Name: w.Say("fact-base"), Value: w.Say(o.Base)},
		{Name: w.Say("fact-method"), Value: w.Say("method-" + o.Method)},
		{Name: w.Say("fact-covariates"), Value: strings.Join(r.Columns.Covariates, ", ")},
		{Name: w.Say("fact-draws"), Value: fmt.Sprintf("%d (%s), %d", max(o.Draws, 0), o.Multiplier, max(o.Permutations, 0))},
		{Name: w.Say("fact-seed"), Value: fmt.Sprint(o.Seed)},
		{Name: w.Say("fact-version"), Value: r.Version + ", " + r.Software},
		{Name: w.Say("fact-source"), Value: "Callaway, Sant'Anna (2021), Journal of Econometrics 225, 200–230"},
	}
	if len(r.Columns.Covariates) == 0 {
		facts = append(facts[:6], facts[7:]...)
	}
	return facts
}

// pointer writes a number, or that there is none.
func pointer(v *float64) string {
	if v == nil {
		return "–"
	}
	return page.Number(*v)
}
