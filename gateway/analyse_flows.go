package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"fundtrace/gateway/amount"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/client"
)

// flowOptions are the flags by which flows are asked of a gateway.
type flowOptions struct {
	asker
	stage, class, method, level, currency, fund, asOf string
	knownAt                                           int64
}

func (o *flowOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.stage, "stage", string(flow.Disbursed), "when money counts: "+spell(flow.Stages()))
	f.StringVar(&o.class, "class", string(flow.All), "whose money it was when it entered: "+spell(flow.Classes()))
	f.StringVar(&o.method, "method", recorded, "how commingled money is divided among classes: "+spell(flow.Methods()))
	f.StringVar(&o.level, "regions", string(flow.Province), "how finely regions are told apart: "+spell(flow.Levels()))
	f.StringVar(&o.currency, "currency", "", "`CODE` of ISO 4217, where the ledger holds several")
	f.StringVar(&o.fund, "fund", "", "only what this `FUND` paid")
	f.StringVar(&o.asOf, "as-of", "", "only what was true by this `DATE`")
	f.Int64Var(&o.knownAt, "known-at", -1, "only what blocks up to this one tell")
	o.asker.flags(c)
}

func spell[T ~string](values []T) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return strings.Join(out, ", ")
}

// ask asks a gateway for flows.
func (o *flowOptions) ask(ctx context.Context, c *client.Client, method string) (*flow.Table, error) {
	return o.request(ctx, c, method, o.knownAt)
}

// askAt asks for flows as known at a block.
func (o *flowOptions) askAt(ctx context.Context, c *client.Client, method string, block uint64) (*flow.Table, error) {
	return o.request(ctx, c, method, int64(block))
}

func (o *flowOptions) request(ctx context.Context, c *client.Client, method string, known int64) (*flow.Table, error) {
	query := url.Values{}
	for name, value := range map[string]string{"stage": o.stage, "class": o.class, "method": method, "level": o.level, "currency": o.currency, "fund": o.fund, "as_of": o.asOf} {
		if value != "" {
			query.Set(name, strings.ToUpper(value))
		}
	}
	if o.fund != "" {
		query.Set("fund", o.fund)
	}
	if known >= 0 {
		query.Set("known_at", strconv.FormatInt(known, 10))
	}
	var t flow.Table
	if err := c.Get(ctx, "/analytics/flows?"+query.Encode(), &t); err != nil {
		return nil, fmt.Errorf("ask for the flows: %w", err)
	}
	return &t, nil
}

// analyseFlowsCommand shows what relate relates.
func analyseFlowsCommand() *cobra.Command {
	o := &flowOptions{}
	var asJSON, asCSV bool
	c := &cobra.Command{
		Use:   "flows",
		Short: "What funds put into enterprises, by region and year, from a running gateway",
		Long: `flows asks a running gateway what funds put into enterprises, by region of the enterprise and year of the value date. With
--csv it writes the file that relate takes with --flows.

` + flowStages,
		Example: `  gateway analyse flows
  gateway analyse flows --class PUBLIC --method PRO_RATA --regions CITY
  gateway analyse flows --stage REACHED --as-of 2024-12-31 --csv > flows.csv`,
		Args: exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			session, err := o.connect(c.Context())
			if err != nil {
				return err
			}
			t, err := o.ask(c.Context(), session, o.method)
			switch {
			case err != nil:
				return err
			case asJSON:
				return writeJSON(c.OutOrStdout(), t)
			case asCSV:
				return t.WriteCSV(c.OutOrStdout())
			}
			return printFlows(c.OutOrStdout(), t)
		},
	}
	c.Flags().SortFlags = false
	o.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print the gateway's answer as JSON")
	c.Flags().BoolVar(&asCSV, "csv", false, "print region,year,amount and more as CSV, amounts in minor units")
	return c
}

const flowStages = `Stages:
  COMMITTED   promised to a fund: region of the fund, day of signature
  INSTRUCTED  a fund's order to pay an enterprise
  DISBURSED   credited to the enterprise's account
  REACHED     as DISBURSED, less what was passed on or paid back, plus what was passed on to it
  SPENT       paid out by enterprises for good`

// printFlows shows regions in rows and years in columns.
func printFlows(out io.Writer, t *flow.Table) error {
	fmt.Fprintf(out, "%s, %s money in %s, by %s; %s; known at block %d%s\n\n", t.Query.Stage, t.Query.Class, t.Currency, strings.ToLower(string(t.Query.Level)), t.Convention, t.Block, since(t.AsOf))
	g := &grid{left: 1}
	head := []any{"region"}
	for _, y := range t.Years {
		head = append(head, y)
	}
	g.row(append(head, "total")...)
	for _, region := range t.Regions {
		name := region
		if p, ok := flow.Name(region); ok {
			name = region + " " + p.Chinese
		}
		row, sum := []any{name}, int64(0)
		for _, y := range t.Years {
			i := slices.IndexFunc(t.Cells, func(c flow.Cell) bool { return c.Region == region && c.Year == y })
			if i < 0 {
				row = append(row, "–")
				continue
			}
			sum += t.Cells[i].Amount
			row = append(row, amount.Format(t.Cells[i].Amount, t.Currency))
		}
		g.row(append(row, amount.Format(sum, t.Currency))...)
	}
	g.print(out)
	_, err := fmt.Fprintf(out, "\ntotal %s in %d movements to %d enterprises; of no region %s\n", amount.Format(t.Total.Amount, t.Currency), t.Total.Movements, t.Total.Firms, amount.Format(t.Unplaced.Amount, t.Currency))
	return err
}

func since(asOf string) string {
	if asOf == "" {
		return ""
	}
	return ", as of " + asOf
}
