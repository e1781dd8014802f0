// Command bench measures networks of its own: what Fabric does as it comes, what Fundtrace does on the same nodes, and
// the ratio between the two, in one run. `go run ./network bench` builds and runs it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "\nError:", err)
		os.Exit(1)
	}
}

func command() *cobra.Command {
	var o options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure this machine against stock Fabric",
		Long: `Measure, on fresh networks in a temporary directory: what stock Fabric does
with one 100-byte asset per transaction; single disbursements over HTTP; bulk
disbursements; how soon a disbursement is visible; how fast the read model
catches up; bulk issue and bulk split-transfer of vouchers. All with the same
nodes and endorsement policy, in one run, so that the ratios mean something on
any machine. Takes about four minutes.`,
		Example: `  go run ./network bench
  go run ./network bench --full --duration 30s --json`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			dir, err := os.MkdirTemp("", "fundtrace-bench")
			if err != nil {
				return fmt.Errorf("make a temporary directory: %w", err)
			}
			defer os.RemoveAll(dir)
			o.dir = dir
			start := time.Now()
			o.report = func(step string) { fmt.Fprintf(os.Stderr, "%6.1f s  %s\n", time.Since(start).Seconds(), step) }
			result, err := measure(cmd.Context(), o)
			if result == nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(os.Stdout)
				enc.SetIndent("", "  ")
				return errors.Join(enc.Encode(result), err)
			}
			return errors.Join(result.print(os.Stdout), err)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.full, "full", false, "run the audit office's peer too")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	flags.IntVar(&o.clients, "clients", 100, "clients of the workloads with one record per transaction")
	flags.IntVar(&o.batchSize, "batch", 2000, "disbursements in one bulk transaction, at most 5000")
	flags.DurationVar(&o.warm, "warm-up", 3*time.Second, "time before each timed workload is counted")
	flags.DurationVar(&o.duration, "duration", 15*time.Second, "time that each timed workload is counted")
	flags.IntVar(&o.vouchers, "vouchers", 40_000, "vouchers to issue in bulk")
	flags.IntVar(&o.voucherBatch, "voucher-batch", 500, "operations on vouchers in one bulk transaction, at most 5000")
	return cmd
}
