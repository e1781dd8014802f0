package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/rank"
	"fundtrace/gateway/analytics/software"
)

// rankOptions are the flags of analyse rank.
type rankOptions struct {
	rank.Options
	data, x, y, time, where string
	json                    bool
}

// rankAnswer is what analyse rank prints: the association of two series, or the trend of one.
type rankAnswer struct {
	X           string          `json:"x"`
	Y           string          `json:"y,omitempty"`
	Where       string          `json:"where,omitempty"`
	Options     rank.Options    `json:"options"`
	Association *rank.Pair      `json:"association,omitempty"`
	Trend       *rank.TrendTest `json:"trend,omitempty"`
	Slope       *float64        `json:"slope,omitempty"` // a time
	Software    string          `json:"software"`
}

func analyseRankCommand() *cobra.Command {
	o := &rankOptions{}
	c := &cobra.Command{
		Use:   "rank --data FILE --x COLUMN [--y COLUMN]",
		Short: "Test two series for association by their order, or one for a trend",
		Long: `analyse rank is for what a few years of one region carry: Spearman's ρ or Kendall's τ-b of two columns with exact permutation tests,
in levels and in first differences. Two series that both rise are associated in levels whatever they have to do with each other:
the differences are the headline. A missing year has no difference.

Without --y it is Mann and Kendall's test of a trend and Sen's slope.`,
		Example: `  gateway analyse rank --data scores.csv --x patents --y venture --time year
  gateway analyse rank --data provinces.csv --where province=辽宁 --x flow --y deals --time year --statistic kendall
  gateway analyse rank --data ranks.csv --x venture --time year`,
		Args: exactArgs(0, "no arguments: name the table with --data"),
		RunE: func(c *cobra.Command, _ []string) error {
			if o.data == "" || o.x == "" || o.time == "" {
				return usageError{errors.New("name the table, a column and the column of times: --data, --x, --time"), c.CommandPath()}
			}
			return o.run(c.Context(), c.OutOrStdout())
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&o.data, "data", "", "`FILE` with the table, as CSV; - reads the standard input")
	f.StringVar(&o.x, "x", "", "`COLUMN` of the first series")
	f.StringVar(&o.y, "y", "", "`COLUMN` of the second; without it the trend of the first")
	f.StringVar(&o.time, "time", "year", "`COLUMN` of times")
	f.StringVar(&o.where, "where", "", "`COLUMN=VALUE`: only those rows, such as province=辽宁")
	f.StringVar(&o.Statistic, "statistic", "spearman", "spearman or kendall")
	f.IntVar(&o.Block, "block", 0, "permute levels in runs of this many `ROWS`")
	f.IntVar(&o.Draws, "draws", 99_999, "orders drawn where there are too many to look at all")
	f.Uint64Var(&o.Seed, "seed", 1, "of the draws")
	f.Float64Var(&o.Level, "level", 0.95, "level of the intervals")
	f.BoolVar(&o.json, "json", false, "print everything as JSON")
	return c
}

func (o *rankOptions) run(ctx context.Context, out io.Writer) error {
	a := rankAnswer{X: o.x, Y: o.y, Where: o.where, Options: o.Options, Software: software.Version()}
	times, columns, err := o.read()
	if err != nil {
		return err
	}
	if o.y != "" {
		if a.Association, err = rank.Association(ctx, times, columns[0], columns[1], o.Options); err != nil {
			return err
		}
	} else {
		_, sorted := rank.Ordered(times, columns[0])
		if a.Trend, err = rank.Trend(sorted); err != nil {
			return err
		}
		slope := rank.Slope(times, columns[0])
		a.Slope = &slope
	}
	if o.json {
		return writeJSON(out, a)
	}
	a.print(out)
	return nil
}

// read answers the times and columns of the rows that are asked for; no time may come twice. Errors: ALREADY_EXISTS with row and
// column, and what is wrong with the table.
func (o *rankOptions) read() (times []int, columns [][]float64, err error) {
	data, err := readTable(o.data)
	if err != nil {
		return nil, nil, err
	}
	keep := make([]bool, data.Rows())
	for i := range keep {
		keep[i] = true
	}
	if o.where != "" {
		column, value, ok := strings.Cut(o.where, "=")
		if !ok {
			return nil, nil, fmt.Errorf("--where is COLUMN=VALUE, not %q", o.where)
		}
		text, err := data.Text(column)
		if err != nil {
			return nil, nil, err
		}
		for i, v := range text {
			keep[i] = v == value
		}
	}
	all, err := data.Whole(o.time)
	if err != nil {
		return nil, nil, err
	}
	first := map[int]int{}
	for i, at := range all {
		if !keep[i] {
			continue
		}
		if before, twice := first[at]; twice {
			return nil, nil, ledger.Refuse(ledger.AlreadyExists, fmt.Sprintf("rows %d and %d are both of %s %d: choose one series with --where", before+2, i+2, o.time, at),
				"row", strconv.Itoa(i+2), "column", o.time)
		}
		first[at] = i
		times = append(times, at)
	}
	if len(times) == 0 {
		return nil, nil, fmt.Errorf("no row has %s", o.where)
	}
	for _, name := range []string{o.x, o.y} {
		if name == "" {
			continue
		}
		values, err := data.Numbers(name)
		if err != nil {
			return nil, nil, err
		}
		var kept []float64
		for i, v := range values {
			if keep[i] {
				kept = append(kept, v)
			}
		}
		columns = append(columns, kept)
	}
	return times, columns, nil
}

func (a *rankAnswer) print(out io.Writer) {
	if a.Trend != nil {
		t := a.Trend
		fmt.Fprintf(out, "trend of %s over %d values: S %d, z %.3f, p %s", a.X, t.N, t.S, t.Z, pText(t.P))
		if t.Exact > 0 {
			fmt.Fprintf(out, " (exact %s)", pText(t.Exact))
		}
		fmt.Fprintf(out, ", τ-b %.4f, slope %.5g\n", t.Tau, *a.Slope)
		return
	}
	fmt.Fprintf(out, "%s of %s and %s\n\n", a.Options.Statistic, a.X, a.Y)
	g := grid{left: 1}
	g.row("", "estimate", "n", "p", fmt.Sprintf("%.4g %% from", 100*a.Options.Level), "to", "orders", "smallest p")
	for _, line := range []struct {
		name string
		t    *rank.Test
	}{{"levels", a.Association.Levels}, {"first differences", a.Association.Differences}} {
		if t := line.t; t != nil {
			way := fmt.Sprintf("%d drawn, seed %d", t.Permutations, t.Seed)
			if t.Exact {
				way = fmt.Sprintf("all %d", t.Permutations)
			}
			g.row(line.name, fmt.Sprintf("%.4f", t.Estimate), t.N, pText(t.P), fmt.Sprintf("%.3f", t.Low), fmt.Sprintf("%.3f", t.High), way, fmt.Sprintf("%.1e", t.Smallest))
		}
	}
	g.print(out)
	if a.Association.Gaps > 0 {
		fmt.Fprintf(out, "note: times without a predecessor, which have no difference: %d\n", a.Association.Gaps)
	}
	if a.Association.Note != "" {
		fmt.Fprintln(out, "note:", a.Association.Note)
	}
}
