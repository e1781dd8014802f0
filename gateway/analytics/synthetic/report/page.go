package report

import (
	"fmt"
	"strings"

	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/plot"
	"fundtrace/gateway/analytics/synthetic"
)

// words are the texts of the page in one language.
type words struct{ page.Reader }

// Page makes the readable report, in Chinese ("zh") or English ("en").
func Page(r *Report, language string) *page.Page {
	w := words{texts.In(language, notes)}
	p := &page.Page{Language: w.Language, Title: w.Sayf("title", r.Options.Treated), Lead: w.lead(r)}
	p.Sections = []page.Section{w.path(r), w.test(r), w.made(r), w.robust(r)}
	p.Facts = w.facts(r)
	return p
}

func (w words) lead(r *Report) string {
	claim := "lead-none"
	if r.Test.Claim {
		claim = "lead-some"
	}
	return w.Sayf(claim, r.Options.Treated, page.Number(r.Effect), r.Test.Rank, r.Test.Units, page.Number(r.Test.P), r.Options.Alpha)
}

// path shows the unit beside its counterpart, and the gap among the placebos' gaps.
func (w words) path(r *Report) page.Section {
	var times, treated, made []float64
	for _, at := range r.Path {
		times, treated, made = append(times, float64(at.Time)), append(treated, at.Treated), append(made, at.Synthetic)
	}
	start := plot.Mark{X: float64(r.Options.Start) - 0.5, Label: w.Sayf("start", r.Options.Start)}
	lines := []plot.Line{{Name: r.Options.Treated, X: times, Y: treated}, {Name: w.Say("counterpart"), X: times, Y: made, Dashed: true}}
	var gaps []plot.Line
	for _, b := range r.Placebos {
		gaps = append(gaps, plot.Line{Name: b.Unit, X: times, Y: b.Gaps, Muted: !b.Treated})
	}
	s := page.Section{Title: w.Say("path"), Text: []string{w.Say("text-" + r.Options.Method)}, Figures: []page.Figure{
		{Plot: plot.Lines(plot.Frame{Title: w.Say("path"), Description: w.lead(r), YLabel: r.Columns.Outcome}, lines, start), Caption: w.Say("path-caption")},
		{Plot: plot.Lines(plot.Frame{Title: w.Say("gaps-caption"), YLabel: w.Say("gap")}, gaps, start), Caption: w.Say("gaps-caption")},
	}}
	for _, note := range r.Notes {
		s.Warnings = append(s.Warnings, w.Note(note))
	}
	return s
}

// test shows where the unit stands among the placebos.
func (w words) test(r *Report) page.Section {
	var dots []plot.Dot
	for _, b := range r.Placebos {
		d := plot.Dot{Label: b.Unit, Value: b.Effect, Marked: b.Treated}
		if r.Test.Statistic == "ratio" {
			if b.Ratio == nil {
				continue
			}
			d.Value = *b.Ratio
		}
		dots = append(dots, d)
	}
	s := page.Section{Title: w.Say("test"), Text: []string{
		w.Sayf("test-text", r.Test.Rank, r.Test.Units, page.Number(r.Test.P), page.Number(r.Test.Smallest)),
		w.Sayf("se-text", page.Number(r.Test.SE)),
	}, Figures: []page.Figure{{
		Plot:    plot.Dots(plot.Frame{Title: w.Say("test"), XLabel: w.Say("statistic-" + r.Test.Statistic)}, dots),
		Caption: w.Say("dots-caption"),
	}}}
	switch {
	case r.Test.Empty:
		s.Text = append(s.Text, w.Say("bounds-empty"))
	case r.Test.Set:
		s.Text = append(s.Text, w.Sayf("bounds", 100*(1-r.Options.Alpha), end(r.Test.Low, "−∞"), end(r.Test.High, "∞")))
	}
	if len(r.Test.Trimmed) > 0 {
		t := page.Table{Caption: w.Say("trimmed"), Columns: w.Columns("times", "units", "p")}
		for _, trim := range r.Test.Trimmed {
			t.Rows = append(t.Rows, []string{fmt.Sprint(trim.Times), fmt.Sprint(trim.Units), page.Number(trim.P)})
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

// made says what the counterpart is made of.
func (w words) made(r *Report) page.Section {
	s := page.Section{Title: w.Say("made"), Text: []string{w.Sayf("fit", r.Before, page.Number(r.Fit.RMSPE), explained(r.Fit))}}
	donors := page.Table{Caption: w.Say("donors"), Columns: w.Columns("unit:", "weight")}
	for _, d := range r.Donors {
		donors.Rows = append(donors.Rows, []string{d.Unit, page.Number(d.Weight)})
	}
	s.Tables = append(s.Tables, donors)
	if len(r.Matched) > 0 {
		t := page.Table{Caption: w.Say("predictors"), Columns: w.Columns("predictor:", "weight", "treated", "counterpart", "mean")}
		for _, m := range r.Matched {
			t.Rows = append(t.Rows, []string{fmt.Sprintf("%s %d–%d", m.Column, m.From, m.To), page.Number(m.Weight), page.Number(m.Treated), page.Number(m.Synthetic), page.Number(m.Mean)})
		}
		s.Tables = append(s.Tables, t)
	}
	if len(r.Periods) > 0 {
		t := page.Table{Caption: w.Say("periods"), Columns: w.Columns("period", "weight")}
		for _, m := range r.Periods {
			t.Rows = append(t.Rows, []string{fmt.Sprint(m.Time), page.Number(m.Weight)})
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

// robust says whether the effect hangs on one donor or on the date.
func (w words) robust(r *Report) page.Section {
	s := page.Section{Title: w.Say("robust")}
	if len(r.LeaveOneOut) > 0 {
		t := page.Table{Caption: w.Say("without"), Columns: w.Columns("unit:", "effect", "rmspe")}
		for _, l := range r.LeaveOneOut {
			t.Rows = append(t.Rows, []string{l.Unit, page.Number(l.Effect), page.Number(l.RMSPE)})
		}
		s.Tables = append(s.Tables, t)
	}
	if b := r.Backdated; b != nil {
		s.Text = append(s.Text, w.Sayf("backdated", b.Start, page.Number(b.Effect), page.Number(b.Before), page.Number(b.After)))
	}
	gap := page.Table{Caption: w.Say("gaps-table"), Columns: w.Columns("period", "treated", "counterpart", "gap")}
	for _, at := range r.Path {
		gap.Rows = append(gap.Rows, []string{fmt.Sprint(at.Time), page.Number(at.Treated), page.Number(at.Synthetic), page.Number(at.Gap)})
	}
	s.Tables = append(s.Tables, gap)
	return s
}

// facts are what the numbers were computed with.
func (w words) facts(r *Report) []page.Fact {
	o := r.Options
	facts := []page.Fact{
		{Name: w.Say("fact-sample"), Value: w.Sayf("fact-sample-text", r.Units, r.Before, r.After)},
		{Name: w.Say("fact-outcome"), Value: r.Columns.Outcome},
		{Name: w.Say("fact-treated"), Value: fmt.Sprintf("%s, %d", o.Treated, o.Start)},
		{Name: w.Say("fact-method"), Value: w.Say("method-" + o.Method)},
		{Name: w.Say("fact-pool"), Value: w.Say("pool-" + o.Pool)},
		{Name: w.Say("fact-alpha"), Value: fmt.Sprint(o.Alpha)},
	}
	if len(o.Predictors) > 0 {
		facts = append(facts, page.Fact{Name: w.Say("fact-weigh"), Value: w.Say("weigh-" + o.Weigh)})
	}
	if len(o.Exclude) > 0 {
		facts = append(facts, page.Fact{Name: w.Say("fact-exclude"), Value: strings.Join(o.Exclude, ", ")})
	}
	if len(r.Dropped) > 0 {
		facts = append(facts, page.Fact{Name: w.Say("fact-dropped"), Value: strings.Join(r.Dropped, ", ")})
	}
	return append(facts, page.Fact{Name: w.Say("fact-version"), Value: r.Version + ", " + r.Software})
}

func explained(f synthetic.Fit) string {
	if f.Explained == nil {
		return "–"
	}
	return page.Number(100 * *f.Explained)
}

// end is a bound, or that there is none.
func end(v *float64, none string) string {
	if v == nil {
		return none
	}
	return page.Number(*v)
}
