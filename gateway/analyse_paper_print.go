package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"fundtrace/gateway/analytics/paper"
	"fundtrace/gateway/analytics/table"
)

// writeCSV writes a table as it is.
func writeCSV(out io.Writer, t *table.Table) error {
	w := csv.NewWriter(out)
	columns := make([][]string, len(t.Names()))
	for i, name := range t.Names() {
		var err error
		if columns[i], err = t.Text(name); err != nil {
			return err
		}
	}
	if err := w.Write(t.Names()); err != nil {
		return err
	}
	row := make([]string, len(columns))
	for i := range t.Rows() {
		for c := range columns {
			row[c] = columns[c][i]
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// printPaper writes the audit for people.
func printPaper(out io.Writer, a *paper.Audit) {
	fmt.Fprintf(out, "%s\nregion %s  engine %s, %s\n\nTable 1: weights\n", a.Source, a.Region, a.Engine, a.Software)
	g := grid{left: 2}
	g.row("dimension", "indicator", "percent")
	for _, w := range a.Weights {
		g.row(paper.Name(w.Dimension).EN, w.Indicator, w.Percent)
	}
	g.print(out)
	for _, v := range a.Vintages {
		printVintage(out, v)
	}
	printRates(out, a.Rates)
	printGrid(out, a)
	fmt.Fprintln(out, "\nhow the scores could have been computed")
	for _, r := range a.Readings {
		fmt.Fprintf(out, "  %-2s  %s: %s. %s\n", r.ID, r.About.EN, r.Verdict, capital(r.Evidence.EN))
	}
	printDiscrepancies(out, "text against tables", a.TextVsTables)
	printDiscrepancies(out, "inside the tables", a.Inside)
	fmt.Fprintln(out, "\ntext and tables agree on")
	for _, x := range a.Agreements {
		if x.Holds {
			fmt.Fprintf(out, "  %s: %s (%s)\n", x.Quantity.EN, x.Value.EN, x.Place)
		}
	}
	printParadox(out, a.Paradox)
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func printVintage(out io.Writer, v paper.VintageOf) {
	fmt.Fprintf(out, "\nvintage %s: score and rank\n", v.Vintage)
	codes := append([]string{paper.Composite}, paper.Dimensions...)
	at := map[string]map[int]paper.Cell{}
	var years []int
	for _, c := range v.Cells {
		if at[c.Code] == nil {
			at[c.Code] = map[int]paper.Cell{}
		}
		at[c.Code][c.Year] = c
		if c.Code == paper.Dimensions[0] {
			years = append(years, c.Year)
		}
	}
	g := grid{left: 1}
	head := []any{"year"}
	for _, code := range codes {
		head = append(head, paper.Name(code).EN, "")
	}
	g.row(head...)
	for _, y := range years {
		row := []any{y}
		for _, code := range codes {
			c, ok := at[code][y]
			if !ok {
				row = append(row, "–", "")
				continue
			}
			mark := ""
			if c.Place.Section != "" {
				mark = "*" // as the text says
			}
			row = append(row, fmt.Sprintf("%.2f%s", c.Score, mark), c.Rank)
		}
		g.row(row...)
	}
	g.print(out)
	fmt.Fprintln(out)
	g = grid{left: 1}
	g.row("2010–2020", "points", "score growth", "rank", "lost", "best–worst", "worst in", "falls of the score")
	for _, c := range v.Changes {
		g.row(paper.Name(c.Code).EN, fmt.Sprintf("%+.2f", c.Points), fmt.Sprintf("%+.2f %%", c.Growth), fmt.Sprintf("%d → %d", c.RankFrom, c.RankTo), c.Lost, fmt.Sprintf("%d–%d", c.Best, c.Worst),
			joined(c.WorstIn), fmt.Sprintf("%d of %d: %s", len(c.Falls), c.Steps, joined(c.Falls)))
	}
	g.print(out)
	fmt.Fprintln(out)
	g = grid{left: 2}
	g.row("Mann–Kendall", "", "S", "p", "p (Holm)")
	for _, t := range v.Trends {
		g.row(paper.Name(t.Code).EN, t.What, fmt.Sprintf("%+d", t.S), fmt.Sprintf("%.5f", t.P), fmt.Sprintf("%.5f", t.Holm))
	}
	g.print(out)
	fmt.Fprintln(out)
	g = grid{left: 1}
	g.row("Spearman", "levels", "n", "differences", "n", "p of differences")
	for _, x := range v.Associations {
		g.row(paper.Name(x.A).EN+" – "+paper.Name(x.B).EN, fmt.Sprintf("%.2f", x.Levels), x.N, fmt.Sprintf("%.2f", x.Differences), x.M, fmt.Sprintf("%.3f", x.P))
	}
	g.print(out)
}

func joined(years []int) string {
	parts := make([]string, len(years))
	for i, y := range years {
		parts[i] = fmt.Sprint(y)
	}
	return strings.Join(parts, " ")
}

func printRates(out io.Writer, rates []paper.RateCheck) {
	fmt.Fprintln(out, "\ngrowth rates that the text prints, beside its own pair of scores and the table's")
	g := grid{left: 1}
	g.row("", "printed", "own pair", "table", "place")
	for _, r := range rates {
		note := ""
		if !r.TableOK {
			note = " ≠"
		}
		g.row(paper.Name(r.Code).EN, fmt.Sprintf("%.1f", r.Percent), fmt.Sprintf("%.2f", r.Own), fmt.Sprintf("%.2f%s", r.Table, note), r.Place)
	}
	g.print(out)
}

func printGrid(out io.Writer, a *paper.Audit) {
	fmt.Fprintf(out, "\ngrid: is a score 100·k/%d to two decimals? chance %.1f %% for each\n", a.Grid.D, 100*a.Grid.Chance)
	g := grid{left: 1}
	g.row("set", "scores", "on the grid", "by chance", "P")
	for _, s := range a.Grid.Sets {
		g.row(s.Set, s.Scores, s.Hits, fmt.Sprintf("%.1f", s.Expected), fmt.Sprintf("%.2g", s.P))
	}
	g.print(out)
	fmt.Fprint(out, "denominators 31 to 2999, standard deviations above chance:")
	for _, d := range a.Grid.Best[:4] {
		fmt.Fprintf(out, "  %d %.1f", d.D, d.Z)
	}
	fmt.Fprint(out, "; of other readings:")
	for _, d := range a.Grid.Named {
		fmt.Fprintf(out, "  %d %.1f", d.D, d.Z)
	}
	fmt.Fprintln(out)
	g = grid{left: 3}
	g.row("", "", "", "score", "k of 961", "above", "in the year", "in other years")
	for _, s := range a.Grid.Scores {
		k, other := fmt.Sprint(s.K), fmt.Sprint(s.Elsewhere)
		if !s.On {
			k = "off the grid"
		}
		if s.Rank == 0 {
			other = "–"
		}
		if !s.Feasible {
			other += " impossible"
		}
		g.row(s.Set, paper.Name(s.Code).EN, s.Year, fmt.Sprintf("%.2f", s.Score), k, s.Above, s.AboveYear, other)
	}
	g.print(out)
}

func printDiscrepancies(out io.Writer, title string, list []paper.Discrepancy) {
	fmt.Fprintf(out, "\n%s\n", title)
	for _, d := range list {
		if !d.Found {
			fmt.Fprintf(out, "  %2d  in order: %s, %s\n", d.Number, d.Quantity.EN, d.Table.EN)
			continue
		}
		of := ""
		if d.Code != "" {
			of = paper.Name(d.Code).EN + ", "
		}
		fmt.Fprintf(out, "  %2d  %s%s: %s, but %s [%s; %s; %s]\n", d.Number, of, d.Quantity.EN, d.Text.EN, d.Table.EN, d.Kind, d.Place, d.Basis)
	}
}

func printParadox(out io.Writer, p *paper.Paradox) {
	if p == nil {
		return
	}
	c := p.Counts
	fmt.Fprintf(out, "\nscore up, rank down on open data: patents granted, %s, %d to %d (base %s, %d province-years)\n", p.Region, p.From, p.To, p.BaseID, p.BaseRows)
	fmt.Fprintf(out, "  count %s → %s (%s %%), score %s → %s, rank %d → %d, share %s → %s %%; mean score of all %s → %s\n", optional(c.RawFrom, whole), optional(c.RawTo, whole), optional(c.Growth, signed),
		decimals(c.ScoreFrom, 1), decimals(c.ScoreTo, 1), c.RankFrom, c.RankTo, optional(c.ShareFrom, two), optional(c.ShareTo, two), decimals(p.MeanFrom, 1), decimals(p.MeanTo, 1))
	if w := p.Weighted; w != nil {
		fmt.Fprintf(out, "  weighted as in Table 1: score %s → %s, rank %d → %d\n", decimals(w.ScoreFrom, 1), decimals(w.ScoreTo, 1), w.RankFrom, w.RankTo)
	}
	verdict := "is not there"
	if p.Shows {
		verdict = "is there"
	}
	fmt.Fprintf(out, "  the paradox %s\n", verdict)
}
