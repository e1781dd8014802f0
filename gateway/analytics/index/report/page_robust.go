package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/index/coherence"
	"fundtrace/gateway/analytics/index/robust"
	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/plot"
)

// robustness is how much ranks depend on choices: what of it was asked.
func (w words) robustness() []page.Section {
	var out []page.Section
	if w.r.Uncertainty != nil {
		out = append(out, w.intervals())
	}
	if w.r.Sensitivity != nil {
		out = append(out, w.sensitivity())
	}
	if w.r.RemoveOne != nil {
		out = append(out, page.Section{Title: w.Say("remove"), Text: []string{w.Say("remove-text")}, Tables: []page.Table{w.shifts(w.Say("remove"), w.r.RemoveOne)}})
	}
	if w.r.Compare != nil {
		out = append(out, page.Section{Title: w.Say("compare"), Text: []string{w.Say("compare-text")}, Tables: []page.Table{w.shifts(w.Say("compare"), w.r.Compare)}})
	}
	if d := w.r.Dominance; d != nil {
		s := page.Section{Title: w.Say("dominance"), Text: []string{w.Sayf("dominance-text", 100*d.Always, d.Pairs)}}
		if d.Within.Is() {
			s.Text = append(s.Text, w.Sayf("dominance-within", 100*float64(d.Within), 100*d.Noise))
		}
		out = append(out, s)
	}
	return out
}

// varied names what a study varies.
func (w words) varied(s robust.Settings) string {
	var parts []string
	if s.Noise > 0 {
		parts = append(parts, w.Sayf("weights-by", 100*s.Noise))
	}
	for _, f := range s.Factors {
		var choices []string
		for _, c := range f.Choices {
			choices = append(choices, c.Name)
		}
		parts = append(parts, f.Name+" ("+strings.Join(choices, " | ")+")")
	}
	return strings.Join(parts, w.Say("and"))
}

// intervals draws rank bands of the latest year and judges moves between years.
func (w words) intervals() page.Section {
	u := w.r.Uncertainty
	s := page.Section{Title: w.Say("uncertainty") + w.when(w.last), Text: []string{w.Sayf("uncertainty-text", u.Runs, w.varied(u.Settings), 100*u.Level, u.MeanShift)}}
	var ranks []plot.Rank
	t := page.Table{Caption: w.Say("bands-table"), Columns: w.Columns("region:", "rank", "interval", "median", "same")}
	rows := slices.DeleteFunc(slices.Clone(u.Rows), func(i robust.Interval) bool { return i.Year != w.last })
	slices.SortStableFunc(rows, func(a, b robust.Interval) int { return a.Rank - b.Rank })
	scored := slices.ContainsFunc(rows, func(i robust.Interval) bool { return i.ScoreLow != nil && i.ScoreHigh != nil })
	if scored {
		t.Columns = append(t.Columns, w.Columns("score-interval")...)
	}
	for i, row := range rows {
		marked := row.Unit == w.r.Focus
		ranks = append(ranks, plot.Rank{Label: row.Unit, Rank: float64(row.Rank), Interval: plot.Interval{Low: float64(row.Low), High: float64(row.High)}, Marked: marked})
		cells := []string{row.Unit, rankText(row.Rank), fmt.Sprintf("%d–%d", row.Low, row.High), strconv.Itoa(row.Median), fmt.Sprintf("%.1f", 100*row.Same)}
		switch {
		case row.ScoreLow != nil && row.ScoreHigh != nil:
			cells = append(cells, fmt.Sprintf("%.2f–%.2f", *row.ScoreLow, *row.ScoreHigh))
		case scored:
			cells = append(cells, "")
		}
		t.Rows = append(t.Rows, cells)
		if marked {
			t.Marked = append(t.Marked, i)
		}
	}
	s.Figures = []page.Figure{{Plot: plot.Ranks(plot.Frame{Title: s.Title, Description: w.Say("bands-caption"), XLabel: w.Say("col-rank")}, ranks), Caption: w.Say("bands-caption")}}
	s.Tables = []page.Table{t}
	if len(u.Moves) > 0 {
		moves := page.Table{Caption: w.Sayf("moves", u.Moves[0].From, u.Moves[0].To), Columns: w.Columns("region:", "lost", "interval", "worse", "unchanged", "better"), Notes: []string{w.Say("moves-note")}}
		for i, m := range u.Moves {
			moves.Rows = append(moves.Rows, []string{m.Unit, places(m.Places), w.Sayf("from-to", places(m.Low), places(m.High)), fmt.Sprintf("%.1f", 100*m.Worse), fmt.Sprintf("%.1f", 100*m.Same), fmt.Sprintf("%.1f", 100*m.Better)})
			if m.Unit == w.r.Focus {
				moves.Marked = append(moves.Marked, i)
			}
		}
		s.Tables = append(s.Tables, moves)
	}
	return s
}

// sensitivity draws Sobol indices, first order and total.
func (w words) sensitivity() page.Section {
	x := w.r.Sensitivity
	target := w.Say("target-shift")
	if w.r.Focus != "" {
		target = w.Sayf("target-rank", w.r.Focus)
	}
	s := page.Section{Title: w.Say("sensitivity"), Text: []string{w.Sayf("sensitivity-text", target, x.Indices.Runs, w.varied(x.Settings), 100*x.Indices.Level, x.Indices.Resample)}}
	if x.Indices.Variance == 0 {
		s.Warnings = []string{w.Say("nothing-varies")}
		return s
	}
	var first, total []plot.Coefficient
	t := page.Table{Caption: w.Say("sobol-caption"), Columns: w.Columns("choice:", "first", "interval", "total", "interval")}
	for _, f := range x.Indices.Factors {
		first = append(first, plot.Coefficient{Label: f.Name, Value: float64(f.First), Interval: plot.Interval{Low: float64(f.FirstLow), High: float64(f.FirstHigh)}, Group: w.Say("col-first")})
		total = append(total, plot.Coefficient{Label: f.Name, Value: float64(f.Total), Interval: plot.Interval{Low: float64(f.TotalLow), High: float64(f.TotalHigh)}, Group: w.Say("col-total")})
		t.Rows = append(t.Rows, []string{f.Name, number(f.First), w.Sayf("from-to", number(f.FirstLow), number(f.FirstHigh)), number(f.Total), w.Sayf("from-to", number(f.TotalLow), number(f.TotalHigh))})
	}
	s.Figures = []page.Figure{{Plot: plot.Coefficients(plot.Frame{Title: s.Title, XLabel: w.Say("share-of-variance")}, append(first, total...)), Caption: w.Say("sobol-caption")}}
	s.Tables = []page.Table{t}
	return s
}

func number(n index.Number) string { return page.Number(float64(n)) }

// shifts lists how far other computations move ranks.
func (w words) shifts(caption string, c *robust.Comparison) page.Table {
	t := page.Table{Caption: caption, Columns: w.Columns("choice:", "mean-shift", "max-shift", "most:", "spearman")}
	for _, s := range c.Shifts {
		if s.Refused != "" {
			t.Rows = append(t.Rows, []string{s.Name, "–", "–", "–", "–"})
			t.Notes = append(t.Notes, s.Name+": "+s.Refused)
			continue
		}
		most := s.Unit
		if s.Year > 0 {
			most += " " + strconv.Itoa(s.Year)
		}
		name := s.Name
		if w.name(name) != name {
			name = w.name(name)
		}
		t.Rows = append(t.Rows, []string{name, fmt.Sprintf("%.2f", s.Mean), strconv.Itoa(s.Max), most, number(s.Spearman)})
	}
	return t
}

// coherence tells whether the parts of each group go together.
func (w words) coherence() page.Section {
	c := w.r.Coherence
	s := page.Section{Title: w.Say("coherence"), Text: []string{w.Say("coherence-text"), w.Sayf("coherence-of", w.Say("of-"+c.Data))}}
	groups := page.Table{Caption: w.Say("groups-caption"), Columns: w.Columns("group:", "parts", "alpha", "components", "variance")}
	parts := page.Table{Caption: w.Say("parts-of-group"), Columns: w.Columns("group:", "part:", "pearson", "spearman", "group-weight", "influence"), Notes: []string{w.Say("influence-note")}}
	for _, g := range c.Groups {
		kaiser, share := "–", "–"
		if g.PCA != nil && len(g.PCA.Share) > 0 {
			kaiser, share = strconv.Itoa(g.PCA.Kaiser), fmt.Sprintf("%.1f", 100*g.PCA.Share[0])
		}
		groups.Rows = append(groups.Rows, []string{w.name(g.Code), strconv.Itoa(len(g.Children)), number(g.Alpha), kaiser, share})
		for _, i := range g.Influence {
			pearson, spearman := index.None(), index.None()
			for _, p := range g.WithParent {
				if p.A == i.Code || p.B == i.Code {
					pearson, spearman = p.Pearson, p.Spearman
				}
			}
			parts.Rows = append(parts.Rows, []string{w.name(g.Code), w.name(i.Code), number(pearson), number(spearman), fmt.Sprintf("%.1f", i.Weight), number(i.Influence)})
		}
	}
	s.Tables = append(s.Tables, groups)
	if len(parts.Rows) > 0 {
		s.Tables = append(s.Tables, parts)
	}
	if len(c.Flags) > 0 {
		t := page.Table{Caption: w.Say("flags-caption"), Columns: w.Columns("part:", "part:", "pearson", "flag:"), Notes: []string{w.Sayf("flags-note", coherence.Collinear, coherence.Opposed, coherence.Weak)}}
		for _, p := range c.Flags {
			t.Rows = append(t.Rows, []string{w.name(p.A), w.name(p.B), number(p.Pearson), w.Say("flag-" + p.Flag)})
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

// data tells what was done to the table: outliers and gaps.
func (w words) data() page.Section {
	s := page.Section{Title: w.Say("data")}
	t := page.Table{Caption: w.Say("treated"), Columns: w.Columns("part:", "skew", "kurtosis", "done:")}
	for _, x := range w.r.Result.Treated {
		done := w.Sayf("moved", x.Points)
		switch {
		case x.Log:
			done = w.Say("logarithm")
		case x.StillFails:
			done += w.Say("still-fails")
		case x.Points == 0:
			continue
		}
		t.Rows = append(t.Rows, []string{w.name(x.Code), number(x.Skew) + " → " + number(x.SkewAfter), number(x.Kurtosis) + " → " + number(x.KurtAfter), done})
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	gaps := page.Table{Caption: w.Sayf("filled", len(w.r.Result.Imputed)), Columns: w.Columns("region:", "year", "part:", "value")}
	for _, x := range w.r.Result.Imputed {
		year := ""
		if x.Year > 0 {
			year = strconv.Itoa(x.Year)
		}
		gaps.Rows = append(gaps.Rows, []string{x.Unit, year, w.name(x.Code), page.Number(x.Value)})
	}
	if len(gaps.Rows) > 0 {
		s.Tables = append(s.Tables, gaps)
	}
	return s
}
