package main

import (
	"fmt"
	"io"
	"strings"

	"fundtrace/gateway/analytics/compare"
	"fundtrace/gateway/analytics/diagnose"
	diagnosis "fundtrace/gateway/analytics/diagnose/report"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/remedy"
)

func whole(n index.Number) string { return decimals(n, 0) }

// printDiagnosis writes a diagnosis for people: comparison, verdicts, agreement, what to try.
func printDiagnosis(out io.Writer, r *diagnosis.Report) {
	for _, v := range r.Versions {
		printCompared(out, v)
		printVerdicts(out, v.Diagnosis)
		printDiagnosed(out, v.Diagnosis, nodeNames(v.Comparison.Nodes))
	}
	if len(r.Versions) > 1 {
		fmt.Fprintln(out, "all versions of the data")
		for _, a := range r.Agree {
			fmt.Fprintf(out, "  %s: %s\n", a.Name, a.Says.EN)
		}
		fmt.Fprintln(out)
	}
	printPlan(out, r.Plan)
	for _, note := range r.Notes {
		fmt.Fprintln(out, "note:", note.EN)
	}
}

func nodeName(n compare.Node) string {
	if n.Name == "" {
		return n.Code
	}
	return n.Name
}

func nodeNames(nodes []compare.Node) map[string]string {
	out := map[string]string{}
	for _, n := range nodes {
		out[n.Code] = nodeName(n)
	}
	return out
}

func printCompared(out io.Writer, v diagnosis.Version) {
	c := v.Comparison
	names := nodeNames(c.Nodes)
	fmt.Fprintf(out, "%s, %d to %d, among %d regions (%s)\n\n", c.Region, c.From, c.To, c.Of, v.Name)
	g := grid{left: 1}
	g.row("dimension", "score", "points", "mean of all", "relative", "rank", "lost", "growth", "all grew", "share %", "score up, behind others")
	for _, x := range c.Changes {
		behind := ""
		if x.Hollow {
			behind = "yes, by " + x.Basis
		}
		share := "–"
		if x.ShareFrom.Is() && x.ShareTo.Is() {
			share = two(x.ShareFrom) + " → " + two(x.ShareTo)
		}
		g.row(names[x.Code], two(x.ScoreFrom)+" → "+two(x.ScoreTo), signed(x.Points), signed(x.Tide), signed(x.Relative), fmt.Sprintf("%s → %s", rankText(x.RankFrom), rankText(x.RankTo)), x.Lost,
			signed(x.RawGrowth), signed(x.AllGrowth), share, behind)
	}
	g.print(out)
	for _, s := range c.Strong {
		fmt.Fprintf(out, "strength: %s, rank %d, %d places before its own standing (%d, by %s), %s third\n", names[s.Code], s.Rank, s.Places, c.Standing.Rank, c.Standing.Basis, s.Third)
	}
	for _, s := range c.Weak {
		fmt.Fprintf(out, "weakness: %s, rank %d, %d places behind its own standing (%d, by %s), %s third\n", names[s.Code], s.Rank, -s.Places, c.Standing.Rank, c.Standing.Basis, s.Third)
	}
	for _, note := range c.Notes {
		fmt.Fprintln(out, "note:", note.EN)
	}
	fmt.Fprintln(out)
	if len(c.Others) == 0 {
		return
	}
	g = grid{left: 3}
	g.row("beside", "", "dimension", "score", "rank", "lead in points", "in places", "raw ratio then", "now")
	for _, o := range c.Others {
		for _, x := range o.Rows {
			g.row(o.Region, o.Relation, names[x.Code], two(x.Score), rankText(x.Rank), signed(x.Points), fmt.Sprintf("%+d", x.Places), two(x.RatioFrom), two(x.RatioTo))
		}
	}
	g.print(out)
	fmt.Fprintln(out)
}

func printVerdicts(out io.Writer, d *diagnose.Diagnosis) {
	for _, v := range d.Verdicts {
		fmt.Fprintf(out, "%s: %s\n", v.Name, strings.ToUpper(v.Verdict))
		for _, f := range v.Findings {
			threshold := ""
			if f.Parameter != "" {
				threshold = fmt.Sprintf(" (%s %g)", f.Parameter, float64(f.Threshold))
			}
			for _, p := range f.Parts {
				fmt.Fprintf(out, "  %-8s %s %s%s of %s: %s\n", p.Answer, f.Role, f.Kind, threshold, p.Name.EN, p.Evidence.EN)
			}
		}
		r := v.Robustness
		fmt.Fprintf(out, "  how far: holds in %d of %d windows of years, %d of %d with a year left out, %d of %d combinations of thresholds", r.Windows.Holds, r.Windows.Tried, r.Years.Holds, r.Years.Tried, r.Thresholds.Holds, r.Thresholds.Tried)
		for _, s := range r.Strictest {
			if s.Value != nil {
				fmt.Fprintf(out, "; up to %s %g", s.Parameter, *s.Value)
			}
		}
		fmt.Fprintln(out)
		for _, s := range v.Reservations {
			fmt.Fprintf(out, "  but    %s\n", s.EN)
		}
		fmt.Fprintln(out)
	}
}

func printDiagnosed(out io.Writer, d *diagnose.Diagnosis, names map[string]string) {
	if len(d.Moves) > 0 {
		g := grid{left: 1}
		g.row("rank intervals", fmt.Sprint(d.From), "", fmt.Sprint(d.To), "", "places lost", "", "worse in")
		for _, m := range d.Moves {
			g.row(names[m.Code], m.RankFrom, fmt.Sprintf("%d–%d", m.FromLow, m.FromHigh), m.RankTo, fmt.Sprintf("%d–%d", m.ToLow, m.ToHigh), m.Places, fmt.Sprintf("%+d to %+d", m.Low, m.High), fmt.Sprintf("%.0f %%", 100*m.Worse))
		}
		g.print(out)
		fmt.Fprintln(out)
	}
	if len(d.Trends) > 0 {
		g := grid{left: 2}
		g.row("Mann–Kendall", "", "years", "S", "p", "p (Holm)")
		for _, t := range d.Trends {
			g.row(names[t.Code], t.What, t.N, fmt.Sprintf("%+d", t.S), decimals(t.P, 5), decimals(t.Holm, 5))
		}
		g.print(out)
		fmt.Fprintln(out)
	}
	if len(d.Associations) > 0 {
		g := grid{left: 1}
		g.row("Spearman of scores", "levels", "years", "differences", "n", "p of differences")
		for _, a := range d.Associations {
			g.row(names[a.A]+" – "+names[a.B], two(a.Levels), a.N, two(a.Differences), a.M, decimals(a.P, 3))
		}
		g.print(out)
		fmt.Fprintln(out)
	}
}

func printPlan(out io.Writer, p *remedy.Plan) {
	fmt.Fprintln(out, "what to try, and how one would see it work")
	for _, s := range p.Steps {
		verb := "try"
		if !s.Try {
			verb = "not yet"
		}
		fmt.Fprintf(out, "  %s → %s %s: %s, because %s\n", s.Problem, verb, s.Tool.Name, s.Tool.Does.EN, s.Because.EN)
		for _, o := range s.Effects {
			fmt.Fprintf(out, "      %s (%s, expected %s): %s\n", o.Measure, o.Unit, o.Expect, observed(o))
		}
		fmt.Fprintf(out, "      watch: %s\n", s.Watch.How.EN)
		if s.Note != nil {
			fmt.Fprintf(out, "      %s\n", s.Note.EN)
		}
	}
	for _, note := range p.Notes {
		fmt.Fprintln(out, "note:", note.EN)
	}
}

// observed is what became of a measure, or what it measures where nobody was asked.
func observed(o remedy.Observed) string {
	if o.Before == nil || o.After == nil {
		return o.About.EN
	}
	return fmt.Sprintf("%s → %s, %s (%d and %d cases, %s to %s and %s to %s)", two(o.Before.Value), two(o.After.Value), o.Answer, o.Before.Cases, o.After.Cases, o.Before.From, o.Before.To, o.After.From, o.After.To)
}
