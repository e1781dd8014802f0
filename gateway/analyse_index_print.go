package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"fundtrace/gateway/analytics/index"
	indexreport "fundtrace/gateway/analytics/index/report"
)

// printIndex writes a report for people: what it was computed with, then the parts that were asked for.
func printIndex(out io.Writer, r *indexreport.Report, focus string, yearsAsked bool) {
	printSettings(out, r.Result)
	printScores(out, r.Result, focus, yearsAsked)
	for _, t := range r.Result.Treated {
		if t.Points > 0 || t.Log || t.StillFails {
			fmt.Fprintf(out, "outliers of %s: skewness %.2f → %.2f, kurtosis %.2f → %.2f, %s\n", t.Code, t.Skew, t.SkewAfter, t.Kurtosis, t.KurtAfter, treatment(t))
		}
	}
	if n := len(r.Result.Imputed); n > 0 {
		fmt.Fprintf(out, "filled in: %d values (listed with --json)\n", n)
	}
	for _, note := range r.Result.Notes {
		fmt.Fprintln(out, "note:", note)
	}
	printChanges(out, r.Changes)
	printCoherence(out, r.Coherence)
	printIntervals(out, r.Uncertainty, focus, yearsAsked)
	printSensitivity(out, r.Sensitivity)
	printComparison(out, "leaving one out", r.RemoveOne)
	printComparison(out, "other methods", r.Compare)
	printDominance(out, r.Dominance)
}

func treatment(t index.Treatment) string {
	switch {
	case t.Log:
		return "logarithm"
	case t.StillFails:
		return fmt.Sprintf("%d points moved, still beyond the limits", t.Points)
	}
	return fmt.Sprintf("%d points moved", t.Points)
}

func printSettings(out io.Writer, r *index.Result) {
	options, _ := json.Marshal(r.Method) // strings and numbers only
	frozen := "cut out of this table"
	if r.Base.Frozen {
		frozen = "frozen"
	}
	fmt.Fprintf(out, "profile  %s version %s  %s\nmethod   %s\nbase     %s  %s, %s: %d rows of %d regions\nengine   %s, %s\n\n",
		r.Profile.ID, r.Profile.Version, r.Profile.Title, options, r.Base.ID, r.Base.Name, frozen, r.Base.Rows, r.Base.Units, r.Engine, r.Software)
}

// heads names the columns of the composite and what is right below it.
func heads(r *index.Result) []index.NodeInfo {
	top := r.Nodes[len(r.Nodes)-1]
	out := []index.NodeInfo{top}
	for _, n := range r.Nodes {
		if n.Parent == top.Code {
			out = append(out, n)
		}
	}
	return out
}

// printScores lists regions by rank, year by year, or one region's line with the mean of all beside it.
func printScores(out io.Writer, r *index.Result, focus string, yearsAsked bool) {
	nodes := heads(r)
	top := nodes[0].Code
	last := r.Means[len(r.Means)-1].Year
	g := grid{left: 1}
	head := []any{"region", "year", "rank", nodes[0].Code}
	for _, n := range nodes[1:] {
		head = append(head, n.Code, "")
	}
	g.row(head...)
	rows := slices.Clone(r.Rows)
	slices.SortStableFunc(rows, func(a, b index.Row) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(lastIfNone(a.Nodes[top].Rank), lastIfNone(b.Nodes[top].Rank)))
	})
	line := func(name string, year int, cell func(code string) (string, string)) {
		score, rank := cell(top)
		cells := []any{name, yearText(year), rank, score}
		for _, n := range nodes[1:] {
			score, rank := cell(n.Code)
			cells = append(cells, score, rank)
		}
		g.row(cells...)
	}
	for i, row := range rows {
		if (focus != "" && row.Unit != focus) || (focus == "" && !yearsAsked && row.Year != last) {
			continue
		}
		line(row.Unit, row.Year, func(code string) (string, string) {
			c := row.Nodes[code]
			return two(c.Score), rankText(c.Rank)
		})
		if focus != "" || i == len(rows)-1 || rows[i+1].Year != row.Year {
			if m, ok := r.Mean(row.Year); ok {
				line("(mean)", row.Year, func(code string) (string, string) { return two(m.Scores[code]), "" })
			}
		}
	}
	g.print(out)
	fmt.Fprintln(out)
}

func lastIfNone(rank int) int {
	if rank == 0 {
		return math.MaxInt
	}
	return rank
}

func rankText(rank int) string {
	if rank == 0 {
		return "–"
	}
	return fmt.Sprint(rank)
}

func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return fmt.Sprint(year)
}

// two writes a number to two decimals, as the index is published.
func two(n index.Number) string { return decimals(n, 2) }

func decimals(n index.Number, places int) string {
	if !n.Is() {
		return "–"
	}
	return fmt.Sprintf("%.*f", places, float64(n))
}

// signed writes a difference with its sign.
func signed(n index.Number) string {
	if !n.Is() {
		return "–"
	}
	if math.Abs(float64(n)) < 0.005 {
		return "0.00" // neither +0.00 nor -0.00
	}
	return fmt.Sprintf("%+.2f", float64(n))
}

func optional(n *index.Number, format func(index.Number) string) string {
	if n == nil || !n.Is() {
		return ""
	}
	return format(*n)
}

func printChanges(out io.Writer, changes []index.Change) {
	if len(changes) == 0 {
		return
	}
	fmt.Fprintf(out, "\nchange from %d to %d: points of the score, points beside the mean of all regions, raw growth in percent, percent of all regions\n", changes[0].From, changes[0].To)
	g := grid{left: 2}
	g.row("region", "of", "score", "", "points", "relative", "rank", "", "growth %", "share %", "")
	for _, c := range changes {
		g.row(c.Unit, c.Code, two(c.ScoreFrom), two(c.ScoreTo), signed(c.Points), signed(c.Relative), rankText(c.RankFrom), rankText(c.RankTo),
			optional(c.Growth, signed), optional(c.ShareFrom, two), optional(c.ShareTo, two))
	}
	g.print(out)
}
