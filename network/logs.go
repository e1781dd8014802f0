package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fundtrace/network/process"

	"github.com/spf13/cobra"
)

func logsCommand() *cobra.Command {
	var follow bool
	var lines int
	cmd := &cobra.Command{
		Use:   "logs NAME",
		Short: "Show the log of a process",
		Long:  "Show the last lines of a process's log. The names are those of 'status'; 'network' is the log of 'up -d' itself.",
		Example: `  go run ./network logs peer.bank
  go run ./network logs gateway -f
  go run ./network logs orderer1 -n 500`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := directory(cmd)
			if err != nil {
				return err
			}
			path, err := logFile(dir, args[0])
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if !follow {
				_, err := fmt.Fprintln(out, process.Tail(path, lines))
				return err
			}
			return tail(cmd.Context(), out, path, lines)
		},
	}
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on showing what is appended")
	cmd.Flags().IntVarP(&lines, "lines", "n", 50, "how many lines from the end")
	return cmd
}

// logFile finds the log of the named process.
func logFile(dir, name string) (string, error) {
	path := filepath.Join(dir, "logs", filepath.Base(name)+".log")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	found, err := filepath.Glob(filepath.Join(dir, "logs", "*.log"))
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("%s holds no logs: is it the directory of a network?", dir)
	}
	for i, f := range found {
		found[i] = strings.TrimSuffix(filepath.Base(f), ".log")
	}
	return "", fmt.Errorf("there is no log %q; there are: %s", name, strings.Join(found, ", "))
}

// tail shows the end of a file and then what is appended, until ctx ends. A
// file that was set aside and begun anew is followed to the new one.
func tail(ctx context.Context, out io.Writer, path string, lines int) error {
	end, offset := process.TailOffset(path, lines)
	if _, err := fmt.Fprintln(out, end); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(200 * time.Millisecond):
		}
		f, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if info, err := f.Stat(); err == nil && info.Size() < offset {
			offset = 0
		}
		if _, err := f.Seek(offset, io.SeekStart); err == nil {
			var n int64
			n, err = io.Copy(out, f)
			offset += n
			if err != nil {
				f.Close()
				return err
			}
		}
		f.Close()
	}
}
