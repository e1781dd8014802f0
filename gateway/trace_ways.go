package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/trace/ways"
)

// question is a command that asks a running gateway one thing.
type question struct {
	asker
	momentOptions
	json bool
}

func (q *question) flags(c *cobra.Command) {
	q.asker.flags(c)
	q.momentOptions.flags(c.Flags())
	c.Flags().BoolVar(&q.json, "json", false, "print the gateway's answer as it is")
}

// ask sends the question and prints the answer.
func ask[A any](ctx context.Context, q *question, path string, query url.Values, out io.Writer, print func(io.Writer, *A) error) error {
	c, err := q.connect(ctx)
	if err != nil {
		return err
	}
	q.add(query)
	var raw json.RawMessage
	if err := c.Get(ctx, path+"?"+query.Encode(), &raw); err != nil {
		return err
	}
	if q.json {
		_, err := fmt.Fprintln(out, string(raw))
		return err
	}
	return show(out, raw, print)
}

// wayCommands ask for the ways between parties, for money that came back, and for what an account is made of.
func wayCommands() []*cobra.Command {
	return []*cobra.Command{pathsCommand(), circlesCommand(), composeCommand()}
}

func pathsCommand() *cobra.Command {
	var q question
	var hops, days, limit int
	c := &cobra.Command{
		Use:   "paths FROM TO",
		Short: "Every way on which money can have gone from one party or account to another",
		Long: `paths lists the chains of payments from one party to another in the order of time, no party twice, with the most that can
have gone all the way. It says what is possible, not whose money it was: see gateway trace --method. The same party twice asks
for round trips.`,
		Example: "  gateway paths fund:mother 91210100MA0000000X --hops 3\n  gateway paths acct:e1 acct:e1 --days 180",
		Args:    exactArgs(2, "two parties, funds or accounts"),
		RunE: func(c *cobra.Command, args []string) error {
			query := url.Values{"from": {args[0]}, "to": {args[1]}}
			bound(query, hops, days, limit)
			return ask(c.Context(), &q, "/paths", query, c.OutOrStdout(), printWays)
		},
	}
	q.flags(c)
	wayFlags(c, &hops, &days, &limit)
	return c
}

func circlesCommand() *cobra.Command {
	var q question
	var hops, days, limit int
	var party string
	c := &cobra.Command{
		Use:   "circles",
		Short: "Money that came back to who had paid it, as recorded",
		Args:  exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			query := url.Values{}
			if party != "" {
				query.Set("party", party)
			}
			bound(query, hops, days, limit)
			return ask(c.Context(), &q, "/circles", query, c.OutOrStdout(), printCircles)
		},
	}
	q.flags(c)
	wayFlags(c, &hops, &days, &limit)
	c.Flags().StringVar(&party, "party", "", "only what came back to this `PARTY`, fund or account")
	return c
}

func wayFlags(c *cobra.Command, hops, days, limit *int) {
	c.Flags().IntVar(hops, "hops", ways.DefaultHops, "most payments on a way")
	c.Flags().IntVar(days, "days", 0, "most days from the first payment to the last; 0 for no limit")
	c.Flags().IntVar(limit, "limit", ways.DefaultWays, "list at most so many")
}

func bound(query url.Values, hops, days, limit int) {
	query.Set("hops", strconv.Itoa(hops))
	query.Set("limit", strconv.Itoa(limit))
	if days != 0 {
		query.Set("days", strconv.Itoa(days))
	}
}

func composeCommand() *cobra.Command {
	var q question
	var method, by, protected string
	c := &cobra.Command{
		Use:   "compose ACCOUNT",
		Short: "Whose money an account received and holds, by a convention",
		Args:  exactArgs(1, "one account"),
		RunE: func(c *cobra.Command, args []string) error {
			query := url.Values{"method": {strings.ToUpper(method)}, "by": {strings.ToUpper(by)}}
			if protected != "" {
				query.Set("protected", protected)
			}
			return ask(c.Context(), &q, "/accounts/"+url.PathEscape(args[0])+"/composition", query, c.OutOrStdout(), printComposition)
		},
	}
	q.flags(c)
	c.Flags().StringVar(&method, "method", "RECORDED", "RECORDED, SPECIFIC, FIFO, LIFO, PRO_RATA, LIBR or POISON")
	c.Flags().StringVar(&by, "by", string(attribution.ByClass), "what counts as one source: CLASS, PUBLIC or LINE")
	c.Flags().StringVar(&protected, "protected", "", "the `SOURCE` that LIBR and POISON are about")
	return c
}

func printWays(out io.Writer, a *ways.Answer) error {
	fmt.Fprintf(out, "from %s to %s, up to %d payments: %d ways\n", a.From, a.To, a.Hops, a.Found)
	for i := range a.Ways {
		w := &a.Ways[i]
		fmt.Fprintf(out, "\nat most %s, %s to %s, least %d days\n", minor(w.Amount), w.First, w.Last, w.Days)
		for _, h := range w.Hops {
			fmt.Fprintf(out, "  %s → %s: %d payments, %s, %s to %s  %s\n", stopText(h.From), stopText(h.To), h.Payments, minor(h.Amount), h.First, h.Last, strings.Join(h.Movements, " "))
		}
	}
	fmt.Fprintln(out, "\namounts are minor units")
	return printCut(out, a.Truncated || a.Found > len(a.Ways))
}

func printCircles(out io.Writer, c *ways.Circles) error {
	fmt.Fprintf(out, "money that came back over up to %d payments: %d circles\n", c.Hops, c.Found)
	for i := range c.Rows {
		r := &c.Rows[i]
		names := make([]string, len(r.Stops))
		for k, s := range r.Stops {
			names[k] = stopText(s)
		}
		fmt.Fprintf(out, "\n%s %s in %d payments, %s to %s, least %d days\n  %s\n  %s\n", in(r.Currency)(r.Amount), r.Currency, r.Times, r.First, r.Last, r.Days,
			strings.Join(names, " → "), strings.Join(r.Movements, " "))
	}
	return printCut(out, c.Truncated)
}

func stopText(s ways.Stop) string { return strings.TrimSpace(s.ID + " " + s.Label) }

func printCut(out io.Writer, cut bool) error {
	if !cut {
		return nil
	}
	_, err := fmt.Fprintln(out, "\nThe list is cut: use --limit, --hops or --days.")
	return err
}

func printComposition(out io.Writer, c *attribution.Composition) error {
	money := in(c.Currency)
	fmt.Fprintf(out, "account %s, %s, by %s\n\n", c.Account, c.Currency, c.Version)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "received\tholds\t  source\t")
	for _, s := range c.Sources {
		fmt.Fprintf(w, "%s\t%s\t  %s\t\n", money(s.Received), money(s.Holds), s.Source)
	}
	fmt.Fprintf(w, "%s\t%s\t  all\t\n", money(c.Received), money(c.Holds))
	if err := w.Flush(); err != nil {
		return err
	}
	if c.Moved > 0 {
		fmt.Fprintf(out, "\n%d of %d payments count from a later day than they are dated, because the money that they drew came later.\n", c.Moved, c.Payments)
	}
	return nil
}
