package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"fundtrace/network/bench"

	"github.com/spf13/cobra"
)

func benchCommand() *cobra.Command {
	var o bench.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure this machine against stock Fabric",
		Long: `Measure, on fresh networks in a temporary directory: what stock Fabric does
with one 100-byte asset per transaction; single disbursements over HTTP; bulk
disbursements; how soon a disbursement is visible; how fast the read model
catches up. All with the same nodes and endorsement policy, in one run, so that
the ratios mean something on any machine. Takes about two minutes.`,
		Example: `  go run ./network bench
  go run ./network bench --full --duration 30s --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			dir, err := os.MkdirTemp("", "fundtrace-bench")
			if err != nil {
				return fmt.Errorf("make a temporary directory: %w", err)
			}
			defer os.RemoveAll(dir)
			o.Dir = dir
			progress := newConsole(os.Stderr)
			o.Report = progress.step
			result, err := bench.Run(ctx, o)
			if result == nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(os.Stdout)
				enc.SetIndent("", "  ")
				if e := enc.Encode(result); e != nil {
					return e
				}
				return err
			}
			if e := result.Print(os.Stdout); e != nil {
				return e
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.Full, "full", false, "run the audit office's peer too")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	flags.IntVar(&o.Clients, "clients", 100, "clients of the workloads with one record per transaction")
	flags.IntVar(&o.BatchSize, "batch", 2000, "disbursements in one bulk transaction, at most 5000")
	flags.DurationVar(&o.Warm, "warm-up", 3*time.Second, "time before each workload is counted")
	flags.DurationVar(&o.Duration, "duration", 15*time.Second, "time that each workload is counted")
	return cmd
}
