package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"fundtrace/network/local"

	"github.com/spf13/cobra"
)

func statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show what runs and whether it is well",
		Long:  "Show every process of the network: whether it runs, whether it answers, since when, and how much memory it takes.\nThe exit code is 0 when all are well, 1 otherwise.",
		Example: `  go run ./network status
  go run ./network status --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := directory(cmd)
			if err != nil {
				return err
			}
			statuses, err := local.Inspect(cmd.Context(), dir)
			if errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("%s holds no network yet: make one with 'go run ./network up'", dir)
			}
			if err != nil {
				return err
			}
			if asJSON {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetIndent("", "  ")
				err = encoder.Encode(statuses)
			} else {
				err = printStatus(cmd.OutOrStdout(), statuses)
			}
			if err != nil {
				return fmt.Errorf("write the status: %w", err)
			}
			return verdict(statuses)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printStatus(out io.Writer, statuses []local.Status) error {
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "NAME\tPID\tADDRESS\tSTATE\tUPTIME\tMEMORY")
	for _, s := range statuses {
		state, pid, uptime, memory := "healthy", "-", "-", "-"
		if !s.Healthy {
			state = s.Problem
		}
		if s.Running {
			pid, uptime = fmt.Sprint(s.PID), s.Uptime.String()
		}
		if s.Memory > 0 {
			memory = fmt.Sprintf("%d MB", s.Memory>>20)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", s.Name, pid, s.Address, state, uptime, memory)
	}
	return table.Flush()
}

// verdict is the error of a network that is not entirely well.
func verdict(statuses []local.Status) error {
	running, healthy := 0, 0
	for _, s := range statuses {
		if s.Running {
			running++
		}
		if s.Healthy {
			healthy++
		}
	}
	switch {
	case running == 0:
		return errors.New("the network is stopped: start it with 'go run ./network up'")
	case healthy < len(statuses):
		return fmt.Errorf("%d of %d processes are not well: see 'go run ./network logs NAME'", len(statuses)-healthy, len(statuses))
	default:
		return nil
	}
}
