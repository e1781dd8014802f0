package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"fundtrace/gateway/analytics/event"
	eventreport "fundtrace/gateway/analytics/event/report"
	"fundtrace/gateway/analytics/page"
)

// eventOptions are the flags of analyse event-study.
type eventOptions struct {
	eventreport.Request
	reporting
	data              string
	min, max, balance int
}

func analyseEventCommand() *cobra.Command {
	o := &eventOptions{}
	c := &cobra.Command{
		Use:   "event-study --data FILE --y COLUMN",
		Short: "Estimate what followed when something began for units at different times",
		Long: `analyse event-study compares units from the time something began for them with units for which it had not: group-time average
effects and their aggregates by time since the start, by start and by period (Callaway and Sant'Anna 2021).

The table has one row for each unit and period. --start names the column with the first treated period (0, empty or NA: never); or
--flow and --threshold take it from a column: the first period in which the flow reaches the threshold.

Standard errors come from influence functions, summed within clusters; bands that hold all effects at once from a multiplier
bootstrap. Up to 100 clusters the starts are dealt anew among units as well: that p needs no large sample. A cohort below
--min-cohort units is refused, or dropped with --small-cohorts drop; for one treated unit there is analyse synthetic.`,
		Example: `  gateway analyse event-study --data mpdta.csv --y lemp --entity countyreal --time year --start first.treat
  gateway analyse event-study --data regions.csv --y newly_funded --transform log1p --flow disbursed --threshold 100000000 --controls not-yet --html study.html`,
		Args: exactArgs(0, "no arguments: name the table with --data"),
		RunE: func(c *cobra.Command, _ []string) error {
			if o.data == "" || o.Columns.Outcome == "" {
				return usageError{errors.New("name the table with --data and the outcome with --y"), c.CommandPath()}
			}
			for flag, to := range map[string]struct {
				from *int
				to   **int
			}{"min-event": {&o.min, &o.Options.MinEvent}, "max-event": {&o.max, &o.Options.MaxEvent}, "balance": {&o.balance, &o.Options.Balance}} {
				if c.Flags().Changed(flag) {
					*to.to = to.from
				}
			}
			return o.run(c.Context(), c.OutOrStdout())
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&o.data, "data", "", "`FILE` with the table, as CSV; - reads the standard input")
	f.StringVar(&o.Columns.Outcome, "y", "", "`COLUMN` of the outcome")
	f.StringVar(&o.Columns.Transform, "transform", "", "of the outcome: log, log1p; without it none")
	f.StringVar(&o.Columns.Unit, "entity", "region", "`COLUMN` of units")
	f.StringVar(&o.Columns.Time, "time", "year", "`COLUMN` of periods")
	f.StringVar(&o.Columns.Start, "start", "", "`COLUMN` of the first treated period; 0, empty or NA: never")
	f.StringVar(&o.Columns.Flow, "flow", "", "`COLUMN` from which the start is taken instead")
	f.Float64Var(&o.Columns.Threshold, "threshold", 0, "`AMOUNT` of the flow from which on a unit is treated")
	f.StringVar(&o.Columns.Weight, "weights", "", "`COLUMN` of what units count for")
	f.StringVar(&o.Columns.Cluster, "cluster", "", "`COLUMN` of clusters; without it each unit is its own")
	f.StringSliceVar(&o.Columns.Covariates, "covariates", nil, "`COLUMNS` that parallel trends hold given")
	f.StringVar(&o.Options.Method, "method", "", "with covariates: "+strings.Join(event.Methods, ", "))
	f.StringVar(&o.Options.Controls, "controls", "", "units that are compared with: "+strings.Join(event.ControlGroups, ", "))
	f.StringVar(&o.Options.Base, "base", "", "before the start: "+strings.Join(event.Bases, ", "))
	f.IntVar(&o.Options.Anticipation, "anticipation", 0, "`PERIODS` before the start in which units may already react")
	f.IntVar(&o.min, "min-event", 0, "first `TIME` since the start that aggregates show")
	f.IntVar(&o.max, "max-event", 0, "last `TIME` since the start that aggregates use")
	f.IntVar(&o.balance, "balance", 0, "only cohorts seen at least this many `PERIODS` after their start")
	f.Float64Var(&o.Options.Level, "level", 0.95, "of intervals and bands")
	f.IntVar(&o.Options.Draws, "bootstrap", 1999, "`DRAWS` for the bands; -1: none")
	f.StringVar(&o.Options.Multiplier, "multiplier", "", "of the bootstrap: "+strings.Join(event.Multipliers, ", "))
	f.IntVar(&o.Options.Permutations, "permutations", 0, "`DRAWS` of the starts among units; 0: 999 up to 100 clusters, -1: none")
	f.Uint64Var(&o.Options.Seed, "seed", 1, "of everything random: the same seed gives the same numbers")
	f.IntVar(&o.Options.MinCohort, "min-cohort", 5, "units that a cohort and its controls need")
	f.StringVar(&o.Options.SmallCohorts, "small-cohorts", "", "what becomes of cohorts below it: "+strings.Join(event.SmallRules, ", "))
	o.flags(c)
	return c
}

func (o *eventOptions) run(ctx context.Context, out io.Writer) error {
	data, err := readTable(o.data)
	if err != nil {
		return err
	}
	r, err := eventreport.Run(ctx, data, o.Request, follow(os.Stderr))
	if err != nil {
		return err
	}
	if given, err := o.give(out, r, func(language string) *page.Page { return eventreport.Page(r, language) }); given {
		return err
	}
	printEvent(out, r)
	return nil
}

// printEvent writes an event study for people.
func printEvent(out io.Writer, r *eventreport.Report) {
	s, opt := r.Sample, r.Options
	fmt.Fprintf(out, "sample   %d units, %d clusters, %d periods %d–%d, %d rows; never treated %d", s.Units, s.Clusters, len(s.Periods), s.Periods[0], s.Periods[len(s.Periods)-1], s.Rows, s.Never)
	for _, c := range s.Cohorts {
		fmt.Fprintf(out, "; %d: %d", c.Start, c.Units)
	}
	fmt.Fprintf(out, "\noptions  controls %s, base %s, method %s, anticipation %d, level %g, seed %d\nengine   %s, %s\n", opt.Controls, opt.Base, opt.Method, opt.Anticipation, opt.Level, opt.Seed, r.Version, r.Software)
	for _, d := range s.Dropped {
		fmt.Fprintf(out, "dropped  %d units: %s\n", d.Units, d.Why)
	}
	for _, note := range r.Notes {
		fmt.Fprintln(out, "note:", note)
	}
	fmt.Fprintln(out, "\noverall effects")
	g := grid{left: 1}
	g.row("aggregate", "estimate", "se", "low", "high", "p", "permutation p")
	for _, a := range []event.Aggregate{r.Dynamic, r.Simple, r.Group, r.Calendar} {
		exact := ""
		if a.Permutation != nil {
			exact = fmt.Sprintf("%.4f", a.Permutation.P)
		}
		e := a.Overall
		g.row(a.Kind, four(e.Estimate), four(e.SE), four(e.Low), four(e.High), fmt.Sprintf("%.4f", e.P), exact)
	}
	g.print(out)
	if t := r.PreTest; t != nil && t.P != nil {
		fmt.Fprintf(out, "before the start all 0: W %.4f, %d degrees of freedom, p %.5f (χ²), %.5f (F)\n", t.Statistic, t.DF, *t.P, *t.PSmall)
	} else if t != nil {
		fmt.Fprintln(out, "before the start:", t.Why)
	}
	printEffects(out, "by time since the start", "event", r.Dynamic)
	printEffects(out, "by start", "start", r.Group)
	printEffects(out, "by period", "period", r.Calendar)
	fmt.Fprintln(out, "\ngroup-time effects")
	g = grid{}
	g.row("start", "period", "base", "treated", "controls", "estimate", "se", "band low", "band high")
	for _, c := range r.Cells {
		g.row(c.Start, c.Time, c.Base, c.Treated, c.Controls, four(c.Estimate), four(c.SE), fourOf(c.BandLow), fourOf(c.BandHigh))
	}
	g.print(out)
}

func printEffects(out io.Writer, title, at string, a event.Aggregate) {
	fmt.Fprintf(out, "\n%s", title)
	if a.Critical > 0 {
		fmt.Fprintf(out, " (bands: ±%.3f standard errors)", a.Critical)
	}
	fmt.Fprintln(out)
	g := grid{}
	g.row(at, "cells", "estimate", "se", "low", "high", "band low", "band high")
	for _, p := range a.Parts {
		g.row(p.At, p.Cells, four(p.Estimate), four(p.SE), four(p.Low), four(p.High), fourOf(p.BandLow), fourOf(p.BandHigh))
	}
	g.print(out)
}

func four(v float64) string { return fmt.Sprintf("%.4f", v) }

func fourOf(v *float64) string {
	if v == nil {
		return ""
	}
	return four(*v)
}
