// Command gateway serves Fundtrace over HTTP in front of a Fabric channel, and asks a running gateway.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // refused, failed, or the answer of a check is no
	exitUsage  = 2 // the command line is wrong
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{
		Use:   "gateway",
		Short: "Serve Fundtrace over HTTP, and ask a running gateway",
		Long: `gateway stands between people and the ledger: it signs what users record with their own certificates, keeps a
read model of the ledger's blocks, and answers where money came from and where it went.

  gateway serve --config gateway.yaml     serve the API and the page
  gateway trace LOT                       where a lot's money went
  gateway paths FROM TO                   on which ways money can have gone
  gateway circles                         what came back to who had paid it
  gateway compose ACCOUNT                 whose money lies in an account
  gateway restatement --from-block N      what changed since in what is known
  gateway import iati FILE                record published activities
  gateway import invoices FILE...         register invoices
  gateway import rules                    publish the rules of supply-chain finance
  gateway replay --config gateway.yaml    prove the read model from block 0
  gateway evidence --trace LOT            make an evidence pack
  gateway statement --lots ID             have three organisations sign what the ledger says
  gateway verify FILE                     verify an evidence pack or a statement offline
  gateway readlog verify                  check the log of who asked for what

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("there is no command %q", args[0]), "gateway"}
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(wrongFlag)
	root.AddCommand(serveCommand(), importCommand(), traceCommand(), restatementCommand(), replayCommand(), evidenceCommand(), statementCommand(), verifyCommand(), readLogCommand(), analyseCommand())
	root.AddCommand(wayCommands()...)
	return report(root.ExecuteContext(ctx))
}

// usageError is a command line that cannot be understood.
type usageError struct {
	error
	command string
}

// wrongFlag makes a flag that cannot be read an error of usage.
func wrongFlag(c *cobra.Command, err error) error { return usageError{err, c.CommandPath()} }

// report writes what went wrong and answers the exit code.
func report(err error) int {
	var usage usageError
	var refusal *ledger.Error
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errAnswerNo):
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintf(os.Stderr, "gateway: %v\nSee %s --help\n", usage.error, usage.command)
		return exitUsage
	case errors.As(err, &refusal):
		fmt.Fprintf(os.Stderr, "gateway: %v\n", err)
		for _, r := range refusal.Rows {
			fmt.Fprintf(os.Stderr, "  %d: %s: %s\n", r.Op, r.Code, r.Message)
		}
		return exitFailed
	}
	fmt.Fprintf(os.Stderr, "gateway: %v\n", err)
	return exitFailed
}

// errAnswerNo ends a command whose output says everything and whose answer is no.
var errAnswerNo = errors.New("the answer is no")

// exactArgs is cobra.ExactArgs with the exit code of wrong usage and a sentence that says what is wanted.
func exactArgs(n int, want string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("%s takes %s", c.CommandPath(), want), c.CommandPath()}
		}
		return nil
	}
}
