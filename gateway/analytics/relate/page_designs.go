package relate

import (
	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/plot"
	"fundtrace/gateway/analytics/rank"
)

// designs shows what looks at the same question otherwise, each with its number or the reason why there is none.
func (p *pageMaker) designs() page.Section {
	d := p.r.Designs
	s := page.Section{Title: p.say("designs"), Text: []string{p.say("designs-text")}}
	t := page.Table{Caption: p.say("designs"), Columns: []page.Column{{Name: p.say("col-name")}, {Name: p.say("col-estimate"), Number: true}, {Name: "p", Number: true}, {Name: p.say("col-note")}}}
	row := func(name string, estimate, test float64, note string) {
		t.Rows = append(t.Rows, []string{name, number(estimate), pvalue(test), note})
	}
	no := func(name string, r *Refusal) {
		t.Rows = append(t.Rows, []string{name, "–", "–", p.say("refused", r.Reason)})
	}
	if r := d.Event.Result; r != nil {
		overall := r.Dynamic.Overall
		row(p.say("event"), overall.Estimate, overall.P, p.say("event-note", len(r.Sample.Cohorts), r.Sample.Never))
		var events []plot.Event
		for _, part := range r.Dynamic.Parts {
			e := plot.Event{At: part.At, Value: part.Estimate, Interval: plot.Interval{Low: part.Low, High: part.High}, Reference: part.Reference}
			if part.BandLow != nil && part.BandHigh != nil {
				e.Band = &plot.Interval{Low: *part.BandLow, High: *part.BandHigh}
			}
			events = append(events, e)
		}
		s.Figures = append(s.Figures, page.Figure{Plot: plot.Events(plot.Frame{Title: p.say("event"), XLabel: p.say("x-event"), YLabel: "ln(1+y)", Language: p.language}, events), Caption: p.say("event-caption")})
	} else {
		no(p.say("event"), d.Event.Refused)
	}
	if r := d.Synthetic.Result; r != nil {
		row(p.say("synthetic"), r.Effect, r.Test.P, p.say("synthetic-note", r.Test.Smallest))
		var dots []plot.Dot
		for _, one := range r.Placebos {
			if one.Ratio != nil {
				dots = append(dots, plot.Dot{Label: p.region(one.Unit), Value: *one.Ratio, Marked: one.Treated})
			}
		}
		s.Figures = append(s.Figures, page.Figure{Plot: plot.Dots(plot.Frame{Title: p.say("synthetic"), XLabel: p.say("x-ratio"), Language: p.language}, dots), Caption: p.say("placebo-caption")})
	} else {
		no(p.say("synthetic"), d.Synthetic.Refused)
	}
	for _, c := range d.Causes {
		if c.Result != nil {
			row(p.name(c.Name), c.Result.ZTilde, c.Result.PTilde, "Z̃")
		} else {
			no(p.name(c.Name), c.Refused)
		}
	}
	for _, pair := range []Design[rank.Pair]{d.Focus, d.Kendall} {
		r, region := pair.Result, p.region(pair.Name)
		if r == nil {
			no(p.say("focus", region), pair.Refused)
			continue
		}
		if r.Differences != nil {
			row(p.say("focus-differences", region), r.Differences.Estimate, r.Differences.P, p.say("ranks-note", r.Differences.Statistic, r.Differences.N))
		}
		if r.Levels != nil {
			row(p.say("focus-levels", region), r.Levels.Estimate, r.Levels.P, p.say("ranks-note", r.Levels.Statistic, r.Levels.N))
		}
	}
	s.Tables = append(s.Tables, t)
	return s
}
