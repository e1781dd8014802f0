package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/panel"
	regression "fundtrace/gateway/analytics/panel/report"
)

// panelOptions are the flags of analyse panel.
type panelOptions struct {
	panel.Spec
	data string
	reporting
	runs, granger int
	seed          uint64
	wild          string
	only          []string
	primarySpec   bool
}

func analysePanelCommand() *cobra.Command {
	o := &panelOptions{}
	c := &cobra.Command{
		Use:   "panel --data FILE --y COLUMN --x COLUMNS",
		Short: "Estimate a panel regression",
		Long: `analyse panel regresses an outcome on columns of a table whose rows are an entity and a time.

Effects named by --effects are taken out of the data and not printed; "entity" and "time" mean the columns of --entity and --time. With
--cluster errors may be correlated within clusters. --primary is the specification that is declared beforehand: effects of entity
and time, CR2 errors clustered by entity with Satterthwaite's degrees of freedom. Everything else is exploratory.

Errors: iid, hc1 (robust), cr0 (clustered), cr1 (with small-sample factors), cr2 (bias-reduced; with few clusters). --small names the
factor (n-1)/(n-K): nested (effects within clusters are not counted: fixest, Stata's xtreg and reghdfe, gretl), full (all are
counted: dummies, Stata's areg), plm, none.

Lags and leads are those of the first regressor, or of --shift. A neighbour in time is the time itself ± 1: across a missing year there is
none. --granger K is the test of Dumitrescu and Hurlin instead of a regression.

What the sample cannot carry is refused with the reason.`,
		Example: `  gateway analyse panel --data Grunfeld.csv --y inv --x value,capital --entity firm --time year --effects entity,time --cluster firm
  gateway analyse panel --data provinces.csv --y deals --x flow --log1p deals,flow --entity province --time year --primary --bootstrap 9999 --html report.html
  gateway analyse panel --data provinces.csv --y deals --x flow --log1p flow --entity province --time year --effects entity,time --cluster entity --estimator ppml
  gateway analyse panel --data provinces.csv --y deals --x flow --log1p deals,flow --entity province --time year --primary --lags 2 --leads 2 --test 'F1.log1p(flow),F2.log1p(flow)'
  gateway analyse panel --data Grunfeld.csv --y inv --x value --entity firm --time year --granger 1`,
		Args: exactArgs(0, "no arguments: name the table with --data"),
		RunE: func(c *cobra.Command, _ []string) error {
			if o.data == "" || o.Outcome == "" || len(o.Regressors) == 0 {
				return usageError{errors.New("name the table, the outcome and the regressors: --data, --y, --x"), c.CommandPath()}
			}
			return o.run(c.Context(), c.OutOrStdout())
		},
	}
	o.flags(c)
	return c
}

func (o *panelOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&o.data, "data", "", "`FILE` with the table, as CSV; - reads the standard input")
	f.StringVar(&o.Outcome, "y", "", "`COLUMN` of the outcome")
	f.StringSliceVar(&o.Regressors, "x", nil, "`COLUMNS` of the regressors")
	f.StringVar(&o.Entity, "entity", "", "`COLUMN` of entities, such as regions or firms")
	f.StringVar(&o.Time, "time", "", "`COLUMN` of times, such as years")
	f.BoolVar(&o.primarySpec, "primary", false, "the declared specification: effects entity,time, errors cr2, cluster entity")
	f.StringSliceVar(&o.Effects, "effects", nil, "`COLUMNS` whose levels get a fixed effect each: entity, time, or any other")
	f.StringSliceVar(&o.Cluster, "cluster", nil, "one or two `COLUMNS` within which errors may be correlated")
	f.StringVar(&o.Weights, "weights", "", "`COLUMN` of weights, inverse to the variance")
	f.StringVar(&o.Estimator, "estimator", "", "how: "+strings.Join(panel.Estimators, ", ")+" (default ols)")
	f.StringVar(&o.Errors, "errors", "", "standard errors: "+strings.Join(panel.ErrorKinds, ", ")+" (default cr1 with a cluster, else iid)")
	f.StringVar(&o.Small, "small", "", "small-sample factor: "+strings.Join(panel.SmallRules, ", ")+" (default nested)")
	f.IntVar(&o.Lags, "lags", 0, "add this many `LAGS`")
	f.IntVar(&o.Leads, "leads", 0, "add this many `LEADS`: a placebo, what comes later cannot be a cause")
	f.StringSliceVar(&o.Shift, "shift", nil, "regressors that are lagged and led (default the first)")
	f.StringSliceVar(&o.Test, "test", nil, "`COEFFICIENTS` that are tested together, such as F1.x,F2.x (default all)")
	f.StringSliceVar(&o.Log, "log", nil, "`COLUMNS` taken as ln(x)")
	f.StringSliceVar(&o.Log1p, "log1p", nil, "`COLUMNS` taken as ln(1+x)")
	f.Float64Var(&o.Level, "level", 0.95, "level of the intervals")
	f.BoolVar(&o.KeepSingletons, "keep-singletons", false, "keep rows that are alone in a level of an effect")
	f.IntVar(&o.runs, "bootstrap", 0, "wild cluster bootstrap with this many `RUNS`, such as 9999")
	f.StringVar(&o.wild, "wild", "", "weights of the bootstrap: "+strings.Join(panel.WildWeights, ", ")+" (default auto)")
	f.StringSliceVar(&o.only, "only", nil, "coefficients that the bootstrap tests (default all)")
	f.Uint64Var(&o.seed, "seed", 1, "of the bootstrap: the same seed gives the same numbers")
	f.IntVar(&o.granger, "granger", 0, "test of Dumitrescu and Hurlin with this many `LAGS`, of one regressor")
	o.reporting.flags(c)
}

func (o *panelOptions) run(ctx context.Context, out io.Writer) error {
	data, err := readTable(o.data)
	if err != nil {
		return err
	}
	if o.granger != 0 {
		if o.html != "" {
			return errors.New("--granger is read as it is printed: leave --html out")
		}
		if len(o.Regressors) != 1 {
			return errors.New("--granger tests one regressor: name one with --x")
		}
		r, err := panel.Granger(ctx, data, panel.GrangerSpec{Outcome: o.Outcome, Regressor: o.Regressors[0], Entity: o.Entity, Time: o.Time, Lags: o.granger, Log: o.Log, Log1p: o.Log1p})
		if err != nil {
			return err
		}
		if o.json {
			return writeJSON(out, r)
		}
		printGranger(out, r)
		return nil
	}
	if o.primarySpec {
		p := panel.PrimarySpec(o.Outcome, o.Regressors, o.Entity, o.Time)
		if len(o.Effects) > 0 || len(o.Cluster) > 0 || o.Errors != "" || o.Estimator != "" {
			return errors.New("--primary settles estimator, effects, cluster and errors: leave those out")
		}
		o.Effects, o.Cluster, o.Errors = p.Effects, p.Cluster, p.Errors
	}
	if o.runs != 0 {
		o.Bootstrap = &panel.Bootstrap{Runs: o.runs, Seed: o.seed, Weights: o.wild, Only: o.only}
	}
	r, err := panel.Run(ctx, data, o.Spec, follow(os.Stderr))
	if err != nil {
		return err
	}
	if given, err := o.give(out, r, func(language string) *page.Page { return regression.Page(r, language) }); given {
		return err
	}
	printPanel(out, r)
	return nil
}
