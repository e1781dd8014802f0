package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// restatementOptions are the flags of restatement.
type restatementOptions struct {
	asker
	from, to, limit int
	asOf            string
	json            bool
}

func restatementCommand() *cobra.Command {
	var o restatementOptions
	c := &cobra.Command{
		Use:   "restatement --from-block N",
		Short: "Say what changed between two blocks in what is known",
		Long: `restatement asks a running gateway what the record knows at one block that it did not know at an earlier one: payments that
were recorded since, stages, reversals and attestations, by whose entries, and what that did to the figures of each fund.

With --as-of only value dates up to that day count: what is listed then restates a report as of that day that was drawn up
when the earlier block was the last. A change marked with * has effect on a day that was over by then.`,
		Example: `  gateway restatement --from-block 120
  gateway restatement --from-block 120 --to-block 180 --as-of 2025-12-31`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 || !c.Flags().Changed("from-block") || o.from < 0 {
				return usageError{errors.New("name the earlier block with --from-block"), "gateway restatement"}
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			client, err := o.connect(c.Context())
			if err != nil {
				return err
			}
			query := url.Values{"from_block": {strconv.Itoa(o.from)}, "limit": {strconv.Itoa(o.limit)}}
			if c.Flags().Changed("to-block") {
				query.Set("to_block", strconv.Itoa(o.to))
			}
			if o.asOf != "" {
				query.Set("as_of", o.asOf)
			}
			var raw json.RawMessage
			if err := client.Get(c.Context(), "/restatement?"+query.Encode(), &raw); err != nil {
				return err
			}
			if o.json {
				_, err := fmt.Fprintln(c.OutOrStdout(), string(raw))
				return err
			}
			return show(c.OutOrStdout(), raw, printRestatement)
		},
	}
	o.flags(c)
	f := c.Flags()
	f.IntVar(&o.from, "from-block", 0, "the earlier `BLOCK`")
	f.IntVar(&o.to, "to-block", 0, "the later `BLOCK`; the last one when left out")
	f.StringVar(&o.asOf, "as-of", "", "count value dates up to this `DATE` only")
	f.IntVar(&o.limit, "limit", 50, "list at most this many changes, up to 500; sums and figures are over all of them")
	f.BoolVar(&o.json, "json", false, "print the gateway's answer as it is")
	return c
}

// printRestatement writes changes with their writers, and figures before and after.
func printRestatement(out io.Writer, r *projection.Restatement) error {
	fmt.Fprintf(out, "from block %d (%s) to block %d", r.FromBlock, cmp.Or(r.FromDay, "no time"), r.ToBlock)
	if r.AsOf != "" {
		fmt.Fprintf(out, ", value dates up to %s", r.AsOf)
	}
	fmt.Fprintln(out)
	if len(r.Sums) == 0 {
		_, err := fmt.Fprintln(out, "\nnothing changed")
		return err
	}
	fmt.Fprintln(out)
	for _, s := range r.Sums {
		fmt.Fprintf(out, "%-9s %4d movements of %s %s", s.What, s.Movements, in(s.Currency)(s.Amount), s.Currency)
		if s.Restating > 0 {
			fmt.Fprintf(out, ", of them %d of %s restate", s.Restating, in(s.Currency)(s.Restated))
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out)
	for i := range r.Changes {
		printChange(out, &r.Changes[i])
	}
	if r.Next != "" {
		fmt.Fprintln(out, "\nThe listing is cut; sums and figures are not. Use --limit or --json for the rest.")
	}
	return printFigures(out, append(r.Funds, r.All...))
}

func printChange(out io.Writer, c *projection.Change) {
	mark, was := " ", ""
	if c.Restates {
		mark = "*"
	}
	if c.Before != nil {
		was = fmt.Sprintf("%s/%d → ", c.Before.Stage, c.Before.Level)
	}
	fmt.Fprintf(out, "%s %s %s %s %s %s → %s  %s%s/%d  %s\n", mark, c.After.Date, c.What, c.Kind, in(c.Currency)(c.Amount), cmp.Or(c.From, "outside"), c.To,
		was, c.After.Stage, c.After.Level, c.Movement)
	for _, a := range c.Acts {
		fmt.Fprintf(out, "      %s %s by %s (%s %s) %s, block %d, tx %.16s\n", a.What, a.Stage, a.Writer.Name, a.Writer.Role, a.Writer.Party, a.At, a.Block, a.Tx)
	}
}

// printFigures writes what changed in the statement of each fund, and of all together.
func printFigures(out io.Writer, changes []projection.FundChange) error {
	if len(changes) == 0 {
		_, err := fmt.Fprintln(out, "\nno figure of a fund changed")
		return err
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\nbefore\tafter\tdifference\t  figure\t")
	for i := range changes {
		c := &changes[i]
		money := in(c.Currency)
		fmt.Fprintf(t, "\t\t\t  %s\t\n", cmp.Or(c.Fund, "all funds, "+c.Currency))
		for _, f := range figures {
			if was, is := *f.of(&c.Before), *f.of(&c.After); was != is {
				fmt.Fprintf(t, "%s\t%s\t%s\t    %s\t\n", money(was), money(is), money(is-was), f.name)
			}
		}
	}
	return t.Flush()
}

// figures name what a statement holds.
var figures = []struct {
	name string
	of   func(*trace.Statement) *int64
}{
	{"in", func(s *trace.Statement) *int64 { return &s.In }},
	{"new money", func(s *trace.Statement) *int64 { return &s.New }},
	{"from other funds", func(s *trace.Statement) *int64 { return &s.FromFunds }},
	{"came back", func(s *trace.Statement) *int64 { return &s.CameBack }},
	{"passed on", func(s *trace.Statement) *int64 { return &s.PassedOn }},
	{"to other funds", func(s *trace.Statement) *int64 { return &s.ToFunds }},
	{"idle", func(s *trace.Statement) *int64 { return &s.Idle }},
	{"in transit", func(s *trace.Statement) *int64 { return &s.InTransit }},
	{"reached", func(s *trace.Statement) *int64 { return &s.Reached }},
	{"returned", func(s *trace.Statement) *int64 { return &s.Returned }},
	{"finally spent", func(s *trace.Statement) *int64 { return &s.Spent }},
	{"went back", func(s *trace.Statement) *int64 { return &s.WentBack }},
	{"hidden", func(s *trace.Statement) *int64 { return &s.Hidden }},
	{"between", func(s *trace.Statement) *int64 { return &s.Between }},
	{"arriving", func(s *trace.Statement) *int64 { return &s.Arriving }},
}
