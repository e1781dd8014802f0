package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index/robust"
	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/synthetic"
	syntheticreport "fundtrace/gateway/analytics/synthetic/report"
)

// syntheticOptions are the flags of analyse synthetic.
type syntheticOptions struct {
	syntheticreport.Request
	reporting
	data       string
	predictors []string
	backdate   int
}

func analyseSyntheticCommand() *cobra.Command {
	o := &syntheticOptions{}
	c := &cobra.Command{
		Use:   "synthetic --data FILE --y COLUMN --treated UNIT --start PERIOD",
		Short: "Compare one unit with a weighted mean of others that went as it did before",
		Long: `analyse synthetic makes the synthetic counterpart of the one unit for which something began (synthetic control; sdid: synthetic
difference-in-differences; did: the plain double difference) and judges the gap by placebos: every other unit is treated as if it had
been the one. With one treated unit among n the smallest p is 1/n; a claim below it is refused (31 provinces: 0.032, so that 5 % can
be reached and 1 % never).

Without --predictor the outcome in every period before the start is matched. A predictor is the mean of a column over periods:
gdp:2005-2010. --weigh fit lets predictors count such that the outcome before the start is fitted best.`,
		Example: `  gateway analyse synthetic --data regions.csv --y newly_funded --treated 辽宁 --start 2016
  gateway analyse synthetic --data regions.csv --y newly_funded --treated 辽宁 --start 2016 --method sdid --exclude 吉林,黑龙江
  gateway analyse synthetic --data regions.csv --y newly_funded --treated 辽宁 --start 2016 --predictor gdp:2010-2015 --predictor newly_funded:2015 --weigh fit --html liaoning.html`,
		Args: exactArgs(0, "no arguments: name the table with --data"),
		RunE: func(c *cobra.Command, _ []string) error {
			if o.data == "" || o.Columns.Outcome == "" || o.Options.Treated == "" || o.Options.Start == 0 {
				return usageError{errors.New("name the table with --data, the outcome with --y, the unit with --treated and its first treated period with --start"), c.CommandPath()}
			}
			if c.Flags().Changed("backdate") {
				o.Options.Backdate = &o.backdate
			}
			return o.run(c.Context(), c.OutOrStdout())
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&o.data, "data", "", "`FILE` with the table, as CSV; - reads the standard input")
	f.StringVar(&o.Columns.Outcome, "y", "", "`COLUMN` of the outcome")
	f.StringVar(&o.Columns.Unit, "entity", "region", "`COLUMN` of units")
	f.StringVar(&o.Columns.Time, "time", "year", "`COLUMN` of periods")
	f.StringVar(&o.Options.Treated, "treated", "", "the `UNIT`")
	f.IntVar(&o.Options.Start, "start", 0, "its first treated `PERIOD`")
	f.StringVar(&o.Options.Method, "method", "", strings.Join(synthetic.Methods, ", "))
	f.StringSliceVar(&o.Options.Exclude, "exclude", nil, "`UNITS` that must not be donors: treated too, or touched by it")
	f.StringArrayVar(&o.predictors, "predictor", nil, "`COLUMN:FROM-TO` to match; may be repeated")
	f.StringVar(&o.Options.Weigh, "weigh", "", "predictors: "+strings.Join(synthetic.Weighings, ", "))
	f.StringVar(&o.Options.Pool, "pool", "", "donors of placebos: "+strings.Join(synthetic.Pools, ", "))
	f.Float64Var(&o.Options.Alpha, "alpha", 0.05, "`LEVEL` of the claim")
	f.IntVar(&o.backdate, "backdate", 0, "estimate with this earlier start, too: it should find nothing")
	o.flags(c)
	return c
}

// readPredictor reads gdp:2005-2010 or gdp:2010.
func readPredictor(text string) (synthetic.Predictor, error) {
	i := strings.LastIndex(text, ":")
	if i < 1 {
		return synthetic.Predictor{}, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("--predictor %.60q: write a column and periods, such as gdp:2005-2010", text), "field", "predictors")
	}
	from, to, err := robust.ParseYears(text[i+1:])
	if err != nil {
		return synthetic.Predictor{}, fmt.Errorf("--predictor %.60q: %w", text, err)
	}
	return synthetic.Predictor{Column: text[:i], From: from, To: to}, nil
}

func (o *syntheticOptions) run(ctx context.Context, out io.Writer) error {
	for _, text := range o.predictors {
		p, err := readPredictor(text)
		if err != nil {
			return err
		}
		o.Options.Predictors = append(o.Options.Predictors, p)
	}
	data, err := readTable(o.data)
	if err != nil {
		return err
	}
	r, err := syntheticreport.Run(ctx, data, o.Request, follow(os.Stderr))
	if err != nil {
		return err
	}
	if given, err := o.give(out, r, func(language string) *page.Page { return syntheticreport.Page(r, language) }); given {
		return err
	}
	printSynthetic(out, r)
	return nil
}

// printSynthetic writes a synthetic control for people.
func printSynthetic(out io.Writer, r *syntheticreport.Report) {
	o, t := r.Options, r.Test
	fmt.Fprintf(out, "%s from %d on: %s, %d units, %d periods before and %d after\nengine   %s, %s\n", o.Treated, o.Start, o.Method, r.Units, r.Before, r.After, r.Version, r.Software)
	for _, note := range r.Notes {
		fmt.Fprintln(out, "note:", note)
	}
	claim := "no claim"
	if t.Claim {
		claim = "a claim"
	}
	fmt.Fprintf(out, "\neffect %s  rank %d of %d by %s, p %.4f (the smallest is %.4f): %s at %g\n", four(r.Effect), t.Rank, t.Units, t.Statistic, t.P, t.Smallest, claim, o.Alpha)
	fmt.Fprintf(out, "standard deviation of the placebos' effects %s\n", four(t.SE))
	switch {
	case t.Empty:
		fmt.Fprintln(out, "the test refuses every effect that is the same in all periods")
	case t.Set:
		fmt.Fprintf(out, "constant effects that the test does not refuse: %s to %s\n", orNone(t.Low, "-∞"), orNone(t.High, "∞"))
	}
	for _, trim := range t.Trimmed {
		fmt.Fprintf(out, "among %d units whose fit before is at most %g times as bad: p %.4f\n", trim.Units, trim.Times, trim.P)
	}
	fmt.Fprintf(out, "fit before: root mean squared gap %s", four(r.Fit.RMSPE))
	if r.Fit.Explained != nil {
		fmt.Fprintf(out, ", %.1f %% explained", 100**r.Fit.Explained)
	}
	fmt.Fprintln(out, "\n\nmade of")
	g := grid{left: 1}
	for _, d := range r.Donors {
		g.row(d.Unit, four(d.Weight))
	}
	g.print(out)
	printMatched(out, r)
	fmt.Fprintln(out, "\npath")
	g = grid{}
	g.row("period", "treated", "synthetic", "gap")
	for _, p := range r.Path {
		g.row(p.Time, four(p.Treated), four(p.Synthetic), four(p.Gap))
	}
	g.print(out)
	if len(r.LeaveOneOut) > 0 {
		fmt.Fprintln(out, "\nwithout one donor")
		g = grid{left: 1}
		g.row("donor", "effect", "rmspe before")
		for _, l := range r.LeaveOneOut {
			g.row(l.Unit, four(l.Effect), four(l.RMSPE))
		}
		g.print(out)
	}
	if b := r.Backdated; b != nil {
		fmt.Fprintf(out, "\nwith a start in %d: effect %s, root mean squared gap %s before and %s after\n", b.Start, four(b.Effect), four(b.Before), four(b.After))
	}
}

func printMatched(out io.Writer, r *syntheticreport.Report) {
	if len(r.Matched) == 0 {
		return
	}
	fmt.Fprintln(out, "\npredictors")
	g := grid{left: 1}
	g.row("predictor", "weight", "treated", "synthetic", "mean of donors")
	for _, m := range r.Matched {
		g.row(fmt.Sprintf("%s %d–%d", m.Column, m.From, m.To), four(m.Weight), four(m.Treated), four(m.Synthetic), four(m.Mean))
	}
	g.print(out)
}

func orNone(v *float64, none string) string {
	if v == nil {
		return none
	}
	return four(*v)
}
