package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/analytics/relate"
	"fundtrace/gateway/trace/convention"
)

// relateOptions are the flags of analyse relate.
type relateOptions struct {
	flowOptions
	relate.Request
	reporting
	data, deals, file string
	amount            string
	scale             int64
	methods, primary  bool
}

func analyseRelateCommand() *cobra.Command {
	o := &relateOptions{}
	c := &cobra.Command{
		Use:   "relate --data INDICATORS --outcome COLUMN --alone COLUMN [--flows FILE]",
		Short: "Relate traced flows to venture capital, by region and year",
		Long: `relate asks whether money that was traced into enterprises went with venture capital in their region.

Indicators are a table with a row for each region and year. Flows come from a file (--flows: region,year,amount in minor units), or,
without one, from a running gateway. Regions are GB/T 2260 codes or names of provinces.

One specification is declared beforehand, and named by a digest in the report: ln(1+y) on ln(1+flow) of the same year, effects
of region and year, CR2 errors clustered by region. Everything else is labelled exploratory, and its p-values are adjusted
together by Holm's method. y leaves out deals in which traced funds are the only investors: --alone names their column,
--leave-out says that they are not in the outcome, --deals counts both from a table of deals (firm,region,year,traced). A score or a
rank is no outcome. What the sample does not carry is refused with the reason, in the report.`,
		Example: `  gateway analyse relate --data provinces.csv --outcome vc --alone vc_traced_only --flows flows.csv
  gateway analyse relate --data provinces.csv --outcome vc --leave-out --class PUBLIC --html report.html      # flows of the local network
  gateway analyse relate --data provinces.csv --deals deals.csv --flows flows.csv --focus 辽宁 --json`,
		Args: exactArgs(0, "no arguments: name the indicators with --data"),
		RunE: func(c *cobra.Command, _ []string) error {
			if o.data == "" {
				return usageError{errors.New("name the indicators with --data"), c.CommandPath()}
			}
			return o.run(c.Context(), c.OutOrStdout())
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&o.data, "data", "", "`FILE` with the indicators, as CSV; - reads the standard input")
	f.StringVar(&o.file, "flows", "", "`FILE` with the flows, as CSV; without one a gateway is asked")
	f.StringVar(&o.amount, "flow-amount", "amount", "`COLUMN` of the file's amounts")
	f.Int64Var(&o.scale, "flow-scale", 1, "`MINOR` units in one unit of that column: 100 where it is in yuan")
	f.StringVar(&o.deals, "deals", "", "`FILE` with deals, a row for each investor: firm,region,year,traced (1 or 0)")
	f.StringVar(&o.Outcome, "outcome", "", "`COLUMN` of the outcome: enterprises newly receiving venture capital")
	f.StringVar(&o.Kind, "kind", relate.Count, "the outcome is a count or an amount")
	f.StringVar(&o.Alone, "alone", "", "`COLUMN` of what of it traced funds did alone")
	f.BoolVar(&o.LeaveOut, "leave-out", false, "the outcome leaves out what traced funds did alone")
	f.StringVar(&o.Region, "region", "region", "`COLUMN` of regions, of indicators and of flows")
	f.StringVar(&o.Year, "year", "year", "`COLUMN` of years")
	f.StringSliceVar(&o.Controls, "controls", nil, "`COLUMNS` beside the flow")
	f.StringSliceVar(&o.Log1p, "log1p", nil, "`CONTROLS` that are taken as ln(1+x)")
	f.StringSliceVar(&o.Others, "others", nil, "`COLUMNS` of other outcomes, counts: exploratory")
	f.IntVar(&o.From, "first", 0, "first `YEAR` of the outcome")
	f.IntVar(&o.To, "last", 0, "last `YEAR` of the outcome")
	f.Int64Var(&o.Unit, "unit", 1_000_000, "`MINOR` units in one unit of the flow: 1,000,000 are ten thousand yuan")
	f.StringVar(&o.Absent, "absent", relate.Zero, "a region and year without a flow is zero or missing")
	f.IntVar(&o.FlowsFrom, "flows-from", 0, "first `YEAR` that the flows cover")
	f.IntVar(&o.FlowsTo, "flows-to", 0, "last `YEAR` that the flows cover")
	f.IntVar(&o.Lags, "lags", 2, "of the distributed lags; -1: none")
	f.IntVar(&o.Leads, "leads", 2, "of the placebo; -1: none")
	f.Float64Var(&o.Threshold, "threshold", 0, "`UNITS` of flow in a year from which a region counts as treated; 0: any flow")
	f.StringVar(&o.Focus, "focus", "", "`REGION` whose own years are looked at; without one that with the largest flow")
	f.Float64Var(&o.Level, "level", 0.95, "of intervals")
	f.Float64Var(&o.Alpha, "alpha", 0.05, "at which a placebo test of one treated region is read")
	f.IntVar(&o.Bootstrap, "bootstrap", 9_999, "`RUNS` of the wild cluster bootstrap")
	f.Uint64Var(&o.Seed, "seed", 1, "of everything random: the same seed gives the same numbers")
	f.BoolVar(&o.primary, "primary-only", false, "nothing exploratory")
	o.flowOptions.flags(c)
	f.BoolVar(&o.methods, "methods", true, "with flows of a gateway: the estimate under every convention of tracing")
	o.reporting.flags(c)
	return c
}

func (o *relateOptions) run(ctx context.Context, out io.Writer) error {
	in, err := o.input(ctx)
	if err != nil {
		return err
	}
	if o.primary {
		o.Only = "primary"
	}
	r, err := relate.Run(ctx, *in, o.Request, relate.Progress(follow(os.Stderr)))
	if err != nil {
		return err
	}
	if given, err := o.give(out, r, r.Page); given {
		return err
	}
	return printRelation(out, r)
}

// input reads the tables, and the flows from a file or a gateway.
func (o *relateOptions) input(ctx context.Context) (*relate.Input, error) {
	in := &relate.Input{}
	var err error
	if in.Indicators, err = readTable(o.data); err != nil {
		return nil, err
	}
	if o.deals != "" {
		if in.Deals, err = readTable(o.deals); err != nil {
			return nil, err
		}
	}
	if o.file != "" {
		t, err := readTable(o.file)
		if err != nil {
			return nil, err
		}
		in.Flows, err = relate.ReadSeries(t, relate.Columns{Region: o.Region, Year: o.Year, Amount: o.amount, New: "new_firms", Scale: o.scale})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.file, err)
		}
		return in, nil
	}
	c, err := o.connect(ctx)
	if err != nil {
		return nil, err
	}
	asked, err := o.ask(ctx, c, o.method)
	if err != nil {
		return nil, err
	}
	in.Flows = relate.FromTable(asked)
	if o.methods && !o.primary {
		for _, m := range flow.Methods() {
			if string(m) == string(asked.Query.Method) {
				continue
			}
			other := relate.Alternative{Method: string(m)}
			// The same blocks, so that nothing but the convention differs.
			if t, err := o.askAt(ctx, c, string(m), asked.Block); err != nil {
				other.Err = err
			} else {
				other.Flows = relate.FromTable(t)
			}
			in.Others = append(in.Others, other)
		}
	}
	return in, nil
}

// recorded is the method that needs no convention.
const recorded = string(convention.Recorded)
