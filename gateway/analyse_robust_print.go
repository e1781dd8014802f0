package main

import (
	"fmt"
	"io"
	"strings"

	"fundtrace/gateway/analytics/index/coherence"
	"fundtrace/gateway/analytics/index/robust"
)

func printCoherence(out io.Writer, r *coherence.Report) {
	if r == nil {
		return
	}
	fmt.Fprintf(out, "\ncoherence of %ss\n", r.Data)
	g := grid{left: 2}
	g.row("group", "part", "weight %", "r with group", "ρ with group", "influence %", "alpha", "1st component %", "above 1")
	for _, group := range r.Groups {
		for i, p := range group.WithParent {
			alpha, share, kaiser := "", "", ""
			if i == 0 {
				alpha = decimals(group.Alpha, 2)
				if group.PCA != nil {
					share, kaiser = fmt.Sprintf("%.1f", 100*group.PCA.Share[0]), fmt.Sprint(group.PCA.Kaiser)
				}
			}
			g.row(group.Code, p.A, fmt.Sprintf("%.1f", group.Influence[i].Weight), two(p.Pearson), two(p.Spearman), decimals(group.Influence[i].Influence, 1), alpha, share, kaiser)
		}
	}
	g.print(out)
	for _, p := range r.Flags {
		fmt.Fprintf(out, "%s: %s and %s, r %s\n", p.Flag, p.A, p.B, two(p.Pearson))
	}
}

func factorNames(s robust.Settings) string {
	names := []string{}
	if s.Noise > 0 {
		names = append(names, fmt.Sprintf("weights ±%g %%", 100*s.Noise))
	}
	for _, f := range s.Factors {
		var choices []string
		for _, c := range f.Choices {
			choices = append(choices, c.Name)
		}
		names = append(names, f.Name+" ("+strings.Join(choices, " | ")+")")
	}
	return strings.Join(names, ", ")
}

// printIntervals lists the last year that was looked at, or all years where they were asked for or one region is.
func printIntervals(out io.Writer, u *robust.Intervals, focus string, yearsAsked bool) {
	if u == nil {
		return
	}
	fmt.Fprintf(out, "\nrank intervals that hold %g %% of %d runs, seed %d; varied: %s\nmean shift from the nominal rank: %.2f places\n", 100*u.Level, u.Runs, u.Seed, factorNames(u.Settings), u.MeanShift)
	last := u.Rows[len(u.Rows)-1].Year
	g := grid{left: 1}
	g.row("region", "year", "rank", "low", "median", "high", "same %", "score", "")
	for _, r := range u.Rows {
		if (focus != "" && r.Unit != focus) || (focus == "" && !yearsAsked && r.Year != last) {
			continue
		}
		low, high := "", ""
		if r.ScoreLow != nil {
			low, high = fmt.Sprintf("%.2f", *r.ScoreLow), fmt.Sprintf("%.2f", *r.ScoreHigh)
		}
		g.row(r.Unit, yearText(r.Year), rankText(r.Rank), r.Low, r.Median, r.High, fmt.Sprintf("%.1f", 100*r.Same), low, high)
	}
	g.print(out)
	if len(u.Moves) == 0 {
		return
	}
	fmt.Fprintf(out, "\nplaces lost from %d to %d within each run (negative: gained)\n", u.Moves[0].From, u.Moves[0].To)
	g = grid{left: 1}
	g.row("region", "nominal", "low", "high", "worse %", "same %", "better %")
	for _, m := range u.Moves {
		if focus == "" || m.Unit == focus {
			g.row(m.Unit, fmt.Sprintf("%+d", m.Places), fmt.Sprintf("%+d", m.Low), fmt.Sprintf("%+d", m.High), fmt.Sprintf("%.1f", 100*m.Worse), fmt.Sprintf("%.1f", 100*m.Same), fmt.Sprintf("%.1f", 100*m.Better))
		}
	}
	g.print(out)
}

func printSensitivity(out io.Writer, s *robust.Sensitivity) {
	if s == nil {
		return
	}
	fmt.Fprintf(out, "\nSobol indices of the %s: %d runs, seed %d, %g %% bootstrap intervals of %d resamples; varied: %s\n", s.Target, s.Indices.Runs, s.Seed, 100*s.Indices.Level, s.Indices.Resample, factorNames(s.Settings))
	if s.Indices.Variance == 0 {
		fmt.Fprintln(out, "no run differs from another: there is nothing to explain")
		return
	}
	g := grid{left: 1}
	g.row("factor", "first", "low", "high", "total", "low", "high")
	for _, f := range s.Indices.Factors {
		g.row(f.Name, decimals(f.First, 3), decimals(f.FirstLow, 3), decimals(f.FirstHigh, 3), decimals(f.Total, 3), decimals(f.TotalLow, 3), decimals(f.TotalHigh, 3))
	}
	g.print(out)
}

func printComparison(out io.Writer, title string, c *robust.Comparison) {
	if c == nil {
		return
	}
	fmt.Fprintf(out, "\n%s: shift of ranks from the nominal\n", title)
	g := grid{left: 1}
	g.row("", "mean", "most", "Spearman", "", "")
	for _, s := range c.Shifts {
		if s.Refused != "" {
			g.row(s.Name, "–", "–", "–", "", "")
			continue
		}
		g.row(s.Name, fmt.Sprintf("%.2f", s.Mean), s.Max, decimals(s.Spearman, 4), s.Unit, yearText(s.Year))
	}
	g.print(out)
	for _, s := range c.Shifts {
		if s.Refused != "" {
			fmt.Fprintf(out, "%s: %s\n", s.Name, s.Refused)
		}
	}
}

func printDominance(out io.Writer, d *robust.Dominance) {
	if d == nil {
		return
	}
	within := ""
	if d.Within.Is() {
		within = fmt.Sprintf(", %.1f %% with weights within ±%g %%", 100*float64(d.Within), 100*d.Noise)
	}
	fmt.Fprintf(out, "\npairs of regions of a year that keep their order: %.1f %% of %d whatever the weights%s\n", 100*d.Always, d.Pairs, within)
}
