// Command network runs a whole Fundtrace network on this machine: real
// Hyperledger Fabric nodes, the chaincode and the gateway, as ordinary
// processes in one directory, without Docker.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func main() {
	if err := command().ExecuteContext(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "\nError:", err)
		os.Exit(1)
	}
}

// command is the whole command line.
func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "network",
		Short: "Run a whole Fundtrace network on this machine",
		Long: `Run a whole Fundtrace network on this machine: a certificate authority, an
ordering service, the peers of the finance bureau, the bank and the audit
office, the chaincode and the gateway. They are real Hyperledger Fabric nodes,
built from source with Go, and run as ordinary processes: no Docker.

Everything of a network lies in one directory (--dir): keys, ledgers, logs.`,
		Example: `  go run ./network up              start; stop with Ctrl-C
  go run ./network up -d           start in the background
  go run ./network status          what runs, and is it well
  go run ./network logs peer.bank -f
  go run ./network down            stop; 'up' continues where it stopped
  go run ./network reset           delete the network and its data`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().String("dir", ".fundtrace", "directory of the network")
	root.AddCommand(upCommand(), downCommand(), statusCommand(), logsCommand(), resetCommand(), benchCommand())
	return root
}

// directory returns the absolute path that --dir names.
func directory(cmd *cobra.Command) (string, error) {
	dir, err := cmd.Flags().GetString("dir")
	if err != nil {
		return "", err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", fmt.Errorf("find the directory %s: %w", dir, err)
	}
	return dir, nil
}
