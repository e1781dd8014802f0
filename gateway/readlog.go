package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/config"
	"fundtrace/gateway/fabric"
	"fundtrace/gateway/readlog"
)

// readLogPath is where the gateway keeps its read log.
func readLogPath(cfg *config.Config) string { return filepath.Join(cfg.Data, "readlog") }

// readLogOptions are the flags of readlog.
type readLogOptions struct {
	config, folder, stream string
	alone, json            bool
}

func readLogCommand() *cobra.Command {
	var o readLogOptions
	c := &cobra.Command{
		Use:   "readlog",
		Short: "Verify and anchor the log of who asked for traces and exports",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return usageError{errors.New("say what to do: verify or anchor"), c.CommandPath()}
		},
	}
	verify := &cobra.Command{
		Use:   "verify",
		Short: "Check the read log against itself and against its anchors on the ledger",
		Long: `readlog verify reads the whole log and checks that every record names the digest of the one before it, then reads from
the peer's blocks how the log stood each time it was anchored, and compares. It says where the log does not hold.

What stands behind the last anchor cannot be held against anything: it rests on the gateway's word. To verify the log of
another gateway, name a copy of its folder and its stream, and your own peer in the configuration.

Exit code 0: the log holds. 1: it does not, or cannot be read.`,
		Example: `  gateway readlog verify
  gateway readlog verify --folder /copies/finance/readlog --stream FinanceMSP/gateway
  gateway readlog verify --folder /copies/finance/readlog --without-ledger`,
		Args: exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error { return o.verify(c.Context(), c.OutOrStdout()) },
	}
	verify.Flags().StringVar(&o.folder, "folder", "", "`FOLDER` of the log instead of the configured gateway's")
	verify.Flags().StringVar(&o.stream, "stream", "", "`NAME` of the anchors' stream, organisation/name, instead of the configured gateway's")
	verify.Flags().BoolVar(&o.alone, "without-ledger", false, "check the chain of records alone")
	verify.Flags().BoolVar(&o.json, "json", false, "print the report as JSON")
	anchor := &cobra.Command{
		Use:   "anchor",
		Short: "Anchor the read log on the ledger now",
		Long: `readlog anchor records on the ledger how the log stands now, in the name of the gateway's own identity. A gateway that
serves does so by itself once a day; it may serve meanwhile.`,
		Args: exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error { return o.anchor(c.Context(), c.OutOrStdout()) },
	}
	for _, sub := range []*cobra.Command{verify, anchor} {
		sub.Flags().StringVar(&o.config, "config", filepath.Join(".fundtrace", "gateway.yaml"), "configuration `FILE`")
		c.AddCommand(sub)
	}
	return c
}

func (o *readLogOptions) verify(ctx context.Context, out io.Writer) error {
	var anchors []ledger.Anchor
	if !o.alone || o.folder == "" {
		cfg, err := config.Load(o.config)
		if err != nil {
			return err
		}
		if o.folder == "" {
			o.folder = readLogPath(cfg)
		}
		if o.stream == "" {
			o.stream = streamOf(cfg)
		}
		if !o.alone {
			err := apart(ctx, cfg, func(client *fabric.Client) (err error) {
				anchors, err = anchorsOn(ctx, client, o.stream)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	r, err := readlog.Verify(ctx, o.folder, anchors)
	if err != nil && r.Break == nil {
		return err
	}
	if o.json {
		if err := writeJSON(out, r); err != nil {
			return err
		}
	} else {
		o.print(out, r)
	}
	if !r.OK {
		return errAnswerNo
	}
	return nil
}

// print says in sentences what was found.
func (o *readLogOptions) print(out io.Writer, r *readlog.Report) {
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	if r.Records > 0 {
		say("log %s: %d records of %d days, %s to %s", r.Log, r.Records, r.Days, r.First, r.Last)
	}
	if r.Anchors > 0 {
		say("holds   %d anchors on the ledger agree with it, the last of %s: records 1 to %d cannot have been changed since", r.Anchors, r.On, r.Anchored)
	}
	if b := r.Break; b != nil {
		say("FAILS   %s", b.Message)
		if b.File != "" {
			say("        %s, line %d", b.File, b.Line)
		}
		say("\nREFUSED (%s): the log does not hold.", b.Reason)
		return
	}
	say("holds   every record names the digest of the one before it")
	if r.Mended > 0 {
		say("holds   %d times a crash had left a part of a record, and the log says so", r.Mended)
	}
	if r.Torn != nil {
		say("note    %d bytes at the end are no record: one is being written, or a crash left them", r.Torn.Bytes)
	}
	switch behind := r.Records - r.Anchored; {
	case o.alone:
		say("note    the ledger was not asked: nothing here shows that the whole log was not written anew")
	case behind > 0:
		say("note    the last %d records stand behind the last anchor: they rest on the gateway's word", behind)
	}
	say("\nTHE LOG HOLDS, head %s", r.Head)
}

func (o *readLogOptions) anchor(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load(o.config)
	if err != nil {
		return err
	}
	h, err := readlog.HeadOf(readLogPath(cfg))
	if err != nil {
		return fmt.Errorf("%s: %w", readLogPath(cfg), err)
	}
	return apart(ctx, cfg, func(client *fabric.Client) error {
		a, err := readlog.Anchor(ctx, anchorStream{client, streamOf(cfg)}, cfg.ReadLogStream, h, time.Now())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s, anchor %d of %s: %d records, head %s\n", streamOf(cfg), a.Sequence, a.Day, a.Count, a.Head)
		return err
	})
}

// apart connects to the channel with a data folder of its own: wallet and outbox belong to the gateway that serves.
func apart(ctx context.Context, cfg *config.Config, do func(*fabric.Client) error) error {
	dir, err := os.MkdirTemp("", "fundtrace-apart-")
	if err != nil {
		return fmt.Errorf("make a temporary folder: %w", err)
	}
	defer os.RemoveAll(dir)
	own := *cfg
	own.Data = dir
	client, err := fabric.Connect(ctx, &own, fabric.Options{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	return errors.Join(do(client), client.Close())
}
