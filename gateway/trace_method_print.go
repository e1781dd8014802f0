package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/trace/convention"
)

// printByMethod writes where a source's money went under one convention: a tree of accounts, the totals, and the lines.
func printByMethod(out io.Writer, a *attribution.Answer) error {
	money := in(a.Currency)
	fmt.Fprintf(out, "source %s, %s, by %s\n\n", a.Source, a.Currency, a.Version)
	below := map[string][]attribution.Edge{}
	for _, e := range a.Edges {
		below[e.From] = append(below[e.From], e)
	}
	holds, label := map[string]int64{}, map[string]string{}
	for _, p := range a.Places {
		holds[p.ID] = p.Holds
		label[p.ID] = strings.TrimSpace(p.ID + " " + p.Label)
	}
	shown := map[string]bool{}
	var branch func(account, lead string)
	branch = func(account, lead string) {
		for i, e := range below[account] {
			own, next := "├─ ", "│  "
			if i == len(below[account])-1 {
				own, next = "└─ ", "   "
			}
			text := fmt.Sprintf("%s → %s", money(e.Amount), label[e.To])
			if h := holds[e.To]; h > 0 && !shown[e.To] {
				text += " (holds " + money(h) + ")"
			}
			if shown[e.To] && len(below[e.To]) > 0 {
				text += " (see above)"
			}
			fmt.Fprintf(out, "%s%s%s\n", lead, own, text)
			if !shown[e.To] {
				shown[e.To] = true
				branch(e.To, lead+next)
			}
		}
	}
	branch("", "")
	printMethodTotals(out, &a.Totals, money)
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "date\tmovement\tlevel\tfrom\tto\tamount\tof the source\tbefore\tafter")
	for _, l := range a.Lines {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", l.Date, l.Movement, l.Level, cmp.Or(l.From, "(enters)"), strings.TrimSpace(l.To+" "+l.Payee), money(l.Amount), money(l.Of), money(l.Before), money(l.After))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	printAbout(out, &a.About, money)
	return printRest(out, a.Truncated, a.Next)
}

func printMethodTotals(out io.Writer, t *attribution.Totals, money func(int64) string) {
	fmt.Fprintf(out, "\ntraced     %20s\n", money(t.Traced))
	for _, line := range []struct {
		name   string
		value  int64
		always bool
	}{{"idle", t.Idle, true}, {"in transit", t.InTransit, true}, {"reached", t.Reached, true}, {"spent", t.Spent, true}, {"hidden", t.Hidden, false}, {"paid again", t.Again, false}} {
		if line.value != 0 || line.always {
			fmt.Fprintf(out, "  %-10s %18s\n", line.name, money(line.value))
		}
	}
}

// printAbout tells what a figure depends on besides the convention.
func printAbout(out io.Writer, a *attribution.About, money func(int64) string) {
	if a.Moved > 0 {
		fmt.Fprintf(out, "\n%d of %d payments count from a later day than they are dated, because the money that they drew came later.\n", a.Moved, a.Payments)
	}
	if a.Returned > 0 {
		fmt.Fprintf(out, "\n%s came back from accounts that you see a part of, and counts as other money.\n", money(a.Returned))
	}
}

// printMethods writes where a source's money is by every convention: totals first, then places.
func printMethods(out io.Writer, t *attribution.Table) error {
	money := in(t.Currency)
	fmt.Fprintf(out, "source %s, %s, inside a mixed deposit %s, order of a day %s\n\n", t.Source, t.Currency, t.Inside, t.Order)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(name string, cell func(c *attribution.Column) string) {
		fmt.Fprint(w, name)
		for i := range t.Columns {
			fmt.Fprint(w, "\t", cell(&t.Columns[i]))
		}
		fmt.Fprint(w, "\t\n")
	}
	line("", func(c *attribution.Column) string { return string(c.Method) })
	for _, total := range []struct {
		name  string
		value func(*attribution.Totals) int64
	}{{"traced", func(x *attribution.Totals) int64 { return x.Traced }}, {"idle", func(x *attribution.Totals) int64 { return x.Idle }},
		{"in transit", func(x *attribution.Totals) int64 { return x.InTransit }}, {"reached", func(x *attribution.Totals) int64 { return x.Reached }},
		{"spent", func(x *attribution.Totals) int64 { return x.Spent }}, {"hidden", func(x *attribution.Totals) int64 { return x.Hidden }}} {
		line(total.name, func(c *attribution.Column) string {
			switch {
			case c.Code != "" && total.name == "traced":
				return string(c.Code)
			case c.Code != "":
				return "–"
			}
			return money(total.value(&c.Totals))
		})
	}
	line("", func(*attribution.Column) string { return "" })
	for i := range t.Rows {
		r := &t.Rows[i]
		line(strings.TrimSpace(r.ID+" "+r.Label), func(c *attribution.Column) string {
			k := slices.IndexFunc(r.Cells, func(x attribution.Cell) bool { return x.Method == c.Method })
			switch {
			case c.Code != "":
				return "–"
			case k < 0:
				return "0"
			}
			return money(r.Cells[k].Received)
		})
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nRows show what a place received of the source, each time it arrived. POISON adds up to more than the money there is.")
	printAbout(out, &t.About, money)
	return printRest(out, t.Truncated, "")
}

// printBounds writes what every convention says of a source and a target, and the bounds.
func printBounds(out io.Writer, c *attribution.Comparison) error {
	money := in(c.Currency)
	fmt.Fprintf(out, "source %s, target %s, %s\n\n", c.Source, c.Target, c.Currency)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "method\treached\tholds\tversion\t")
	for _, f := range c.Figures {
		if f.Code != "" {
			fmt.Fprintf(w, "%s\t–\t–\t%s\t\n", f.Method, f.Code)
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\n", f.Method, money(f.Amount), money(f.Holds), f.Version)
	}
	if b := c.Bounds; b != nil {
		fmt.Fprintf(w, "bounds\t%s … %s\t\tof %s\t\n", money(b.Least), money(b.Most), money(b.Inflow))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if c.Bounds == nil {
		fmt.Fprintln(out, "\nNo bounds: money came back from accounts that you see a part of.")
	} else {
		fmt.Fprintf(out, "\nEvery method but %s lies within the bounds, which no convention leaves.\n", convention.Poison)
	}
	printAbout(out, &c.About, money)
	return nil
}
