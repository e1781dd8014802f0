package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"fundtrace/network/nodes"

	"github.com/spf13/cobra"
)

// benchCommand builds and runs ./network/bench. The benchmark links the gateway's read model; built apart, it does not
// make everybody's first 'up' wait for a database to compile.
func benchCommand() *cobra.Command {
	return &cobra.Command{
		Use:                "bench [flags]",
		Short:              "Measure this machine against stock Fabric (bench --help)",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return runBench(ctx, args)
		},
	}
}

func runBench(ctx context.Context, args []string) error {
	root, err := nodes.SourceRoot()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "fundtrace-bench")
	if err != nil {
		return fmt.Errorf("make a temporary directory: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := nodes.BuildOwn(ctx, root, dir, map[string]string{"bench": "./network/bench"}); err != nil {
		return err
	}
	bench := exec.CommandContext(ctx, filepath.Join(dir, "bench"), args...)
	bench.Stdout, bench.Stderr = os.Stdout, os.Stderr
	bench.Cancel = func() error { return bench.Process.Signal(os.Interrupt) } // it stops its networks in order
	if err := bench.Run(); err != nil {
		if ctx.Err() != nil {
			return errors.New("the benchmark was interrupted")
		}
		return fmt.Errorf("benchmark: %w", err)
	}
	return nil
}
