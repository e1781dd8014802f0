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
	direction, party, fund string
	depth, limit           int
	json                   bool
}

func traceCommand() *cobra.Command {
	var o traceOptions
	c := &cobra.Command{
		Use:   "trace LOT | trace --party CODE | trace --fund FUND | trace --file FILE --source ID",
		Short: "Follow money forward or back",
		Long: `trace asks a running gateway where money went, or where it came from.

A lot is an amount that lies in one account; every lot has one parent, so each answer is exact per deposit and its totals
close to the fen: traced = idle + in transit + reached + spent (+ hidden, what the user may not see).

  idle        where it started, or in accounts of funds
  in transit  instructed or debited, not yet credited
  reached     in accounts of enterprises or of the treasury
  spent       paid out by purpose`,
		Example: `  gateway trace 0123456789abcdef0123.0.0
  gateway trace 0123456789abcdef0123.0.0 --direction backward
  gateway trace --party 91210100MA0000000X
  gateway trace --fund fund:shenyang --json
  gateway trace --file movements.csv --source gov --target acct-x       # every convention, and the bounds
  gateway trace --file movements.csv --source gov --method FIFO --format dot`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args)+min(1, len(o.party))+min(1, len(o.fund))+min(1, len(o.file)) != 1 {
				return usageError{errors.New("name one lot, one --party, one --fund or one --file"), "gateway trace"}
			}
			if o.file == "" && o.source+o.target != "" {
				return usageError{errors.New("--source and --target go with --file"), "gateway trace"}
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
		return traceFile(ctx, o.fileOptions, o.json, out)
	}
	c, err := o.connect(ctx)
	if err != nil {
		return err
	}
	path := "/funds/" + url.PathEscape(o.fund) + "/trace?"
	query := url.Values{"limit": {strconv.Itoa(o.limit)}, "depth": {strconv.Itoa(o.depth)}}
	switch {
	case len(args) == 1:
		path = "/lots/" + url.PathEscape(args[0]) + "/trace?"
		query.Set("direction", o.direction)
	case o.party != "":
		path = "/parties/" + url.PathEscape(o.party) + "/sources?"
	}
	var raw json.RawMessage
	if err := c.Get(ctx, path+query.Encode(), &raw); err != nil {
		return err
	}
	switch {
	case o.json:
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
