package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"fundtrace/gateway/client"
)

// passwordVariable holds the password of --user where the gateway is not one of a local network.
const passwordVariable = "FUNDTRACE_PASSWORD"

// asker says which gateway is asked, and as whom.
type asker struct{ dir, user, server string }

func (a *asker) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&a.dir, "dir", client.DefaultDir, "`FOLDER` of the local network")
	f.StringVar(&a.user, "user", "auditor@audit", "`NAME` of the user who asks")
	f.StringVar(&a.server, "server", "", "`ADDRESS` of another gateway; the password is read from "+passwordVariable)
}

// connect signs in.
func (a *asker) connect(ctx context.Context) (*client.Client, error) {
	if a.server == "" {
		return client.FromDir(ctx, a.dir, a.user)
	}
	password := os.Getenv(passwordVariable)
	if password == "" {
		return nil, fmt.Errorf("set %s to the password of %s", passwordVariable, a.user)
	}
	c := client.New(a.server)
	return c, c.SignIn(ctx, a.user, password)
}

// traceOptions are the flags of trace.
type traceOptions struct {
	asker
	fileOptions
	momentOptions
	direction, party, fund string
	depth, limit           int
	json                   bool
}

func traceCommand() *cobra.Command {
	var o traceOptions
	c := &cobra.Command{
		Use:   "trace LOT | trace --source S | trace --party CODE | trace --fund FUND | trace --file FILE --source ID",
		Short: "Follow money forward or back",
		Long: `trace asks a running gateway where money went, or where it came from.

A lot is an amount that lies in one account; every lot has one parent, so each answer is exact per deposit and its totals
close to the fen: traced = idle + in transit + reached + spent (+ hidden, what the user may not see).

  idle        where it started, or in accounts of funds
  in transit  instructed or debited, not yet credited
  reached     in accounts of enterprises or of the treasury
  spent       paid out by purpose

With --method it asks what a convention says when one does not take the payer's word for it: one of them, or all of them
side by side; with --target, how much reached an account, a fund or a party, and the bounds that no convention leaves. The
source is a lot, a fund (the capital paid in to it), a funding source such as GENERAL_BUDGET, or PUBLIC.`,
		Example: `  gateway trace 0123456789abcdef0123.0.0
  gateway trace 0123456789abcdef0123.0.0 --direction backward
  gateway trace --party 91210100MA0000000X
  gateway trace --fund fund:shenyang --json
  gateway trace 0123456789abcdef0123.0.0 --method all                   # every convention, on the ledger's payments
  gateway trace --source PUBLIC --target 91210100MA0000000X --method all --as-of 2025-06-30
  gateway trace 0123456789abcdef0123.0.0 --method FIFO --format csv     # every payment, to be done again by hand
  gateway trace --file movements.csv --source gov --target acct-x       # every convention, and the bounds
  gateway trace --file movements.csv --source gov --method FIFO --format dot`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args)+min(1, len(o.party))+min(1, len(o.fund))+min(1, max(len(o.file), len(o.source))) != 1 && (o.file == "" || len(args)+len(o.party)+len(o.fund) > 0) {
				return usageError{errors.New("name one lot, one --source, one --party, one --fund or one --file"), "gateway trace"}
			}
			if o.json {
				o.format = "json"
			}
			asksMethod := o.method != "" || o.source+o.target != ""
			if o.file == "" && asksMethod && (o.party+o.fund != "" || o.direction == "backward") {
				return usageError{errors.New("--method, --source and --target follow a source forward: give a lot or --source"), "gateway trace"}
			}
			if o.file == "" && !asksMethod && len(args) == 0 && o.format != "text" && o.format != "json" {
				return usageError{errors.New("--format " + o.format + " takes a lot or a --source"), "gateway trace"}
			}
			if o.direction != "forward" && o.direction != "backward" {
				return usageError{errors.New("--direction is forward or backward"), "gateway trace"}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return runTrace(c.Context(), o, args, c.OutOrStdout()) },
	}
	o.asker.flags(c)
	f := c.Flags()
	o.fileOptions.flags(f)
	o.momentOptions.flags(f)
	f.StringVar(&o.direction, "direction", "forward", "forward or backward")
	f.StringVar(&o.party, "party", "", "whose money a party received, by its `CODE`")
	f.StringVar(&o.fund, "fund", "", "where a `FUND`'s money came from and is")
	f.IntVar(&o.depth, "depth", 0, "list at most this many steps; totals are always over everything")
	f.IntVar(&o.limit, "limit", 200, "list at most this many rows")
	f.BoolVar(&o.json, "json", false, "print the gateway's answer as it is")
	return c
}

func runTrace(ctx context.Context, o traceOptions, args []string, out io.Writer) error {
	if o.file != "" {
		return traceFile(ctx, o.fileOptions, out)
	}
	c, err := o.connect(ctx)
	if err != nil {
		return err
	}
	if o.method != "" || o.source+o.target != "" {
		return byMethod(ctx, c, o, strings.Join(append(args, o.source), ""), out)
	}
	path := "/funds/" + url.PathEscape(o.fund) + "/trace?"
	query := url.Values{"limit": {strconv.Itoa(o.limit)}, "depth": {strconv.Itoa(o.depth)}}
	o.add(query)
	switch {
	case len(args) == 1:
		path = "/lots/" + url.PathEscape(args[0]) + "/trace?"
		query.Set("direction", o.direction)
	case o.party != "":
		path = "/parties/" + url.PathEscape(o.party) + "/sources?"
	}
	if o.format != "text" && o.format != "json" {
		return writeRecorded(ctx, c, path, query, o.format, out)
	}
	var raw json.RawMessage
	if err := c.Get(ctx, path+query.Encode(), &raw); err != nil {
		return err
	}
	switch {
	case o.format == "json":
		_, err := fmt.Fprintln(out, string(raw))
		return err
	case len(args) == 1:
		return show(out, raw, printTrace)
	case o.party != "":
		return show(out, raw, printSources)
	}
	return show(out, raw, printFund)
}

// show reads an answer and prints it.
func show[A any](out io.Writer, raw json.RawMessage, print func(io.Writer, *A) error) error {
	var a A
	if err := json.Unmarshal(raw, &a); err != nil {
		return fmt.Errorf("the gateway's answer cannot be read: %w", err)
	}
	return print(out, &a)
}
