package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"fundtrace/gateway/config"
	"fundtrace/gateway/documents"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/fabric"
)

// packOptions are the flags of evidence.
type packOptions struct {
	config, out string
	part        bool
	subject     evidence.Subject
}

func evidenceCommand() *cobra.Command {
	var o packOptions
	c := &cobra.Command{
		Use:   "evidence (--movement ID | --trace LOT | --since DAY --until DAY) --out FILE",
		Short: "Make an evidence pack that anybody can verify offline",
		Long: `evidence reads the channel's blocks from the peer and writes a zip that holds the answer to a question and everything
that is needed to check it without asking anybody: see gateway verify.

By default the pack holds every block: it proves that nothing was left out. With --part it holds the blocks on which the
answer rests, and of the others the headers: smaller, and it says what it does not prove.

Blocks show everything that the channel knows. Give packs only to those who may see that.`,
		Example: `  gateway evidence --trace 0123456789abcdef0123.0.0 --out trace.zip
  gateway evidence --movement 0123456789abcdef0123.0 --part --out payment.zip
  gateway evidence --since 2025-01-01 --until 2025-12-31 --out 2025.zip`,
		Args: exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.complete(c); err != nil {
				return usageError{err, c.CommandPath()}
			}
			cfg, err := config.Load(o.config)
			if err != nil {
				return err
			}
			return o.run(c.Context(), cfg, c.OutOrStdout())
		},
	}
	f := c.Flags()
	f.StringVar(&o.config, "config", filepath.Join(".fundtrace", "gateway.yaml"), "configuration `FILE`")
	f.StringVar(&o.out, "out", "evidence.zip", "`FILE` to write")
	f.BoolVar(&o.part, "part", false, "leave out blocks on which the answer does not rest")
	f.StringVar(&o.subject.Movement, "movement", "", "a movement, by its `ID`")
	f.StringVar(&o.subject.Lot, "trace", "", "where the money of a `LOT` went, or came from")
	f.StringVar(&o.subject.Direction, "direction", evidence.Forward, "forward or backward")
	f.StringVar(&o.subject.Since, "since", "", "first value `DAY` of a range of movements")
	f.StringVar(&o.subject.Until, "until", "", "last value `DAY` of the range")
	return c
}

// complete works out what is asked for.
func (o *packOptions) complete(c *cobra.Command) error {
	asked := 0
	for kind, set := range map[evidence.Kind]bool{evidence.OfMovement: o.subject.Movement != "", evidence.OfTrace: o.subject.Lot != "",
		evidence.OfRange: o.subject.Since != "" || o.subject.Until != ""} {
		if set {
			o.subject.Kind = kind
			asked++
		}
	}
	if asked != 1 {
		return errors.New("name one --movement, one --trace or a range --since --until")
	}
	if o.subject.Kind != evidence.OfTrace {
		if c.Flags().Changed("direction") {
			return errors.New("--direction goes with --trace")
		}
		o.subject.Direction = ""
	}
	return nil
}

func (o *packOptions) run(ctx context.Context, cfg *config.Config, out io.Writer) (err error) {
	// A folder of its own: wallet and outbox belong to the gateway that serves.
	dir, err := os.MkdirTemp("", "fundtrace-evidence-")
	if err != nil {
		return fmt.Errorf("make a temporary folder: %w", err)
	}
	defer os.RemoveAll(dir)
	apart := *cfg
	apart.Data = dir
	client, err := fabric.Connect(ctx, &apart, fabric.Options{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	defer client.Close()
	height, err := client.Height(ctx)
	if err != nil {
		return err
	}
	blocks, err := evidence.NewSpool(ctx, dir, height-1, client.Blocks)
	if err != nil {
		return err
	}
	defer blocks.Close()
	request := evidence.Request{Subject: o.subject, Last: height - 1, Whole: !o.part}
	if folder := filepath.Join(cfg.Data, "documents"); isFolder(folder) {
		if request.Documents, err = documents.Open(folder); err != nil {
			return err
		}
	}
	return writePack(ctx, o.out, blocks, request, out)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// writePack writes the pack beside its place and moves it there when it is complete.
func writePack(ctx context.Context, path string, source evidence.Source, r evidence.Request, out io.Writer) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".evidence-*")
	if err != nil {
		return fmt.Errorf("write the pack: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	m, err := evidence.Build(ctx, f, source, r)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o644), f.Sync(), f.Close(), os.Rename(f.Name(), path)); err != nil {
		return fmt.Errorf("write the pack: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s: %s, as of block %d (%s), %d files\nhash of block 0: %s\n", path, m.Subject.String(), m.LastBlock, m.Coverage, len(m.Files)+1, m.Genesis)
	return err
}
