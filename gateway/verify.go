package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"fundtrace/gateway/evidence"
)

func verifyCommand() *cobra.Command {
	var genesis string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify PACK",
		Short: "Verify an evidence pack offline",
		Long: `verify checks an evidence pack against nothing but itself: no network, no database, no peer. It follows the chain of
block headers from block 0, verifies the signatures of the ordering service, of clients and of endorsers against the
policies in force at each block, works out again which transactions were valid, reads the movements out of what they
wrote, and computes the answer again.

Everything rests on block 0 being that of the right channel. Ask two organisations of the channel for its hash and give
it with --genesis-hash; without it, verify says what it took for granted.

Exit code 0: everything holds. 1: something does not, or the pack cannot be read.`,
		Example: "  gateway verify evidence.zip --genesis-hash 5f0c…e1",
		Args:    exactArgs(1, "one pack"),
		RunE: func(c *cobra.Command, args []string) error {
			var o evidence.Options
			if genesis != "" {
				var err error
				if o.GenesisHash, err = evidence.ParseGenesisHash(genesis); err != nil {
					return usageError{err, c.CommandPath()}
				}
			}
			return verifyPack(c.Context(), args[0], o, asJSON, c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&genesis, "genesis-hash", "", "`HASH` of the channel's block 0, hexadecimal")
	c.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return c
}

func verifyPack(ctx context.Context, path string, o evidence.Options, asJSON bool, out io.Writer) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("open the pack: %w", err)
	}
	r, failure := evidence.VerifyFile(ctx, path, o)
	if r == nil {
		return failure
	}
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		if err := e.Encode(r); err != nil {
			return err
		}
	} else {
		printReport(out, r)
	}
	if !r.OK {
		return errAnswerNo
	}
	return nil
}

func printReport(out io.Writer, r *evidence.Report) {
	if r.Question != "" {
		fmt.Fprintf(out, "Evidence: %s\n\n", r.Question)
	}
	for _, c := range r.Checks {
		sign := "holds "
		if !c.OK {
			sign = "FAILS "
		}
		fmt.Fprintf(out, "%s %s\n", sign, c.Text)
	}
	if !r.OK {
		fmt.Fprintf(out, "\nREFUSED (%s): do not rely on this pack.\n", r.Reason)
		return
	}
	fmt.Fprintln(out, "\nThis rests on:")
	for _, s := range r.RestsOn {
		fmt.Fprintf(out, "  - %s\n", s)
	}
	fmt.Fprintln(out, "This does not say:")
	for _, s := range r.Limits {
		fmt.Fprintf(out, "  - %s\n", s)
	}
	fmt.Fprintln(out, "\nEVERYTHING HOLDS")
}
