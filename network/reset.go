package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"fundtrace/network/local"

	"github.com/spf13/cobra"
)

func resetCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "reset",
		Short: "Delete the network and all its data",
		Long:  "Stop the network and delete its directory: keys, ledgers, documents, passwords. There is no way back.\nThe built nodes stay in the cache, so a new network starts in seconds.",
		Example: `  go run ./network reset
  go run ./network reset --yes --dir /tmp/second`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := directory(cmd)
			if err != nil {
				return err
			}
			if _, err := local.LoadTopology(dir); errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("%s holds no network; nothing was deleted", dir)
			}
			if !yes && !confirmed(cmd, dir) {
				return errors.New("nothing was deleted")
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), stopLimit)
			defer cancel()
			if _, err := local.Down(ctx, dir); err != nil {
				return err
			}
			if err := local.Reset(dir); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Deleted %s.\n", dir)
			return nil
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// confirmed asks whether the directory may be deleted.
func confirmed(cmd *cobra.Command, dir string) bool {
	fmt.Fprintf(cmd.OutOrStdout(), "Delete %s with its keys, ledgers and documents? Type yes: ", dir)
	answer, _ := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
	return strings.TrimSpace(answer) == "yes"
}
