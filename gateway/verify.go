package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/statement"
)

func verifyCommand() *cobra.Command {
	var genesis string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify FILE",
		Short: "Verify an evidence pack or a statement offline",
		Long: `verify checks an evidence pack or a statement against nothing but itself: no network, no database, no peer.

Of a pack it follows the chain of block headers from block 0, verifies the signatures of the ordering service, of clients
and of endorsers against the policies in force at each block, works out again which transactions were valid, reads the
movements out of what they wrote, and computes the answer again. Of a statement it follows the channel's configurations
from block 0, verifies that peers of bank, finance bureau and audit office signed the answer with certificates valid at its
time, and of a movement that is shown by itself that it is under the root of its entry. Then it prints what they say.

Everything rests on block 0 being that of the right channel. Ask two organisations of the channel for its hash and give
it with --genesis-hash; without it, verify says what it took for granted.

Exit code 0: everything holds. 1: something does not, or the file cannot be read.`,
		Example: `  gateway verify evidence.zip --genesis-hash 5f0c…e1
  gateway verify statement.json --genesis-hash 5f0c…e1`,
		Args: exactArgs(1, "one pack or statement"),
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

// verifyPack verifies a file of either kind and prints the report.
func verifyPack(ctx context.Context, path string, o evidence.Options, asJSON bool, out io.Writer) error {
	statements, err := isStatement(path)
	if err != nil {
		return fmt.Errorf("open the file: %w", err)
	}
	if statements {
		return verifyStatement(path, statement.Options{GenesisHash: o.GenesisHash}, asJSON, out)
	}
	r, failure := evidence.VerifyFile(ctx, path, o)
	if r == nil {
		return failure
	}
	return answer(out, asJSON, r, r.OK, func() {
		summary{"Evidence", "pack", r.Question, r.Checks, r.OK, string(r.Reason), r.RestsOn, r.Limits}.print(out, func() {})
	})
}

// answer prints a report, as JSON or for people, and ends the command as the report says.
func answer(out io.Writer, asJSON bool, report any, ok bool, print func()) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		if err := e.Encode(report); err != nil {
			return err
		}
	} else {
		print()
	}
	if !ok {
		return errAnswerNo
	}
	return nil
}

// summary is what reports of either kind have in common.
type summary struct {
	title, noun, question string
	checks                []evidence.Check
	ok                    bool
	reason                string
	restsOn, limits       []string
}

// print writes the summary for people, and between what holds and what it rests on whatever says prints.
func (f summary) print(out io.Writer, says func()) {
	if f.question != "" {
		fmt.Fprintf(out, "%s: %s\n\n", f.title, f.question)
	}
	for _, c := range f.checks {
		sign := "holds "
		if !c.OK {
			sign = "FAILS "
		}
		fmt.Fprintf(out, "%s %s\n", sign, c.Text)
	}
	if !f.ok {
		fmt.Fprintf(out, "\nREFUSED (%s): do not rely on this %s.\n", f.reason, f.noun)
		return
	}
	says()
	fmt.Fprintln(out, "\nThis rests on:")
	for _, s := range f.restsOn {
		fmt.Fprintf(out, "  - %s\n", s)
	}
	fmt.Fprintln(out, "This does not say:")
	for _, s := range f.limits {
		fmt.Fprintf(out, "  - %s\n", s)
	}
	fmt.Fprintln(out, "\nEVERYTHING HOLDS")
}
