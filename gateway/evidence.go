package main

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	asker
	overHTTP    bool
	config, out string
	part        bool
	subject     evidence.Subject
}

func evidenceCommand() *cobra.Command {
	var o packOptions
	c := &cobra.Command{
		Use:   "evidence (--movement ID | --trace LOT | --fund FUND | --since DAY --until DAY) --out FILE",
		Short: "Make an evidence pack that anybody can verify offline",
		Long: `evidence writes a zip that holds the answer to a question and everything that is needed to check it without asking
anybody: see gateway verify. It makes the pack itself, from the blocks of the configured peer; with --user or --server it
asks a running gateway, which compares the answer with its own and notes in its read log who asked.

By default the pack holds every block: it proves that nothing was left out. With --part it holds the blocks on which the
answer rests, and of the others the headers: smaller, and it says what it does not prove.

Blocks show everything that the channel knows. Give packs only to those who may see that.`,
		Example: `  gateway evidence --trace 0123456789abcdef0123.0.0 --out trace.zip
  gateway evidence --movement 0123456789abcdef0123.0 --part --out payment.zip
  gateway evidence --since 2025-01-01 --until 2025-12-31 --out 2025.zip
  gateway evidence --fund fund:shenyang --as-of 2025-12-31 --user auditor@audit --out report.zip`,
		Args: exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.complete(c); err != nil {
				return usageError{err, c.CommandPath()}
			}
			if o.overHTTP {
				return o.fetch(c.Context(), c.OutOrStdout())
			}
			cfg, err := config.Load(o.config)
			if err != nil {
				return err
			}
			return o.run(c.Context(), cfg, c.OutOrStdout())
		},
	}
	f := c.Flags()
	o.flags(c)
	f.StringVar(&o.config, "config", filepath.Join(".fundtrace", "gateway.yaml"), "configuration `FILE`")
	f.StringVar(&o.out, "out", "evidence.zip", "`FILE` to write")
	f.BoolVar(&o.part, "part", false, "leave out blocks on which the answer does not rest")
	f.StringVar(&o.subject.Movement, "movement", "", "a movement, by its `ID`")
	f.StringVar(&o.subject.Lot, "trace", "", "where the money of a `LOT` went, or came from")
	f.StringVar(&o.subject.Direction, "direction", evidence.Forward, "forward or backward")
	f.StringVar(&o.subject.Since, "since", "", "first value `DAY` of a range of movements")
	f.StringVar(&o.subject.Until, "until", "", "last value `DAY` of the range")
	f.StringVar(&o.subject.Fund, "fund", "", "where the money of a `FUND` is, as a report says it")
	f.StringVar(&o.subject.AsOf, "as-of", "", "value `DAY` of the fund's figure; every day when absent")
	return c
}

// complete works out what is asked for.
func (o *packOptions) complete(c *cobra.Command) error {
	asked := 0
	for kind, set := range map[evidence.Kind]bool{evidence.OfMovement: o.subject.Movement != "", evidence.OfTrace: o.subject.Lot != "",
		evidence.OfRange: o.subject.Since != "" || o.subject.Until != "", evidence.OfFigure: o.subject.Fund != ""} {
		if set {
			o.subject.Kind = kind
			asked++
		}
	}
	if asked != 1 {
		return errors.New("name one --movement, one --trace, one --fund or a range --since --until")
	}
	if o.subject.Kind != evidence.OfFigure && o.subject.AsOf != "" {
		return errors.New("--as-of goes with --fund")
	}
	if o.subject.Kind == evidence.OfFigure && o.part {
		return errors.New("a fund's figure takes all blocks: leave out --part")
	}
	for _, flag := range []string{"user", "server", "dir"} {
		o.overHTTP = o.overHTTP || c.Flags().Changed(flag)
	}
	if o.overHTTP && c.Flags().Changed("config") {
		return errors.New("name either a peer by --config or a gateway by --user and --server")
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
	return apart(ctx, cfg, func(client *fabric.Client) error {
		height, err := client.Height(ctx)
		if err != nil {
			return err
		}
		blocks, err := evidence.NewSpool(ctx, "", height-1, client.Blocks)
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
	})
}

// fetch asks a running gateway for the pack.
func (o *packOptions) fetch(ctx context.Context, out io.Writer) error {
	c, err := o.connect(ctx)
	if err != nil {
		return err
	}
	path := "/evidence"
	if o.part {
		path += "?coverage=" + string(evidence.Part)
	}
	var export string
	err = intoPlace(o.out, func(f *os.File) error {
		header, err := c.Download(ctx, path, o.subject, f)
		export = header.Get("X-Export-Id")
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %s, export %s\n", o.out, o.subject.String(), export)
	return err
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// writePack makes a pack and writes it to its place.
func writePack(ctx context.Context, path string, source evidence.Source, r evidence.Request, out io.Writer) error {
	var m *evidence.Manifest
	err := intoPlace(path, func(f *os.File) (err error) {
		m, err = evidence.Build(ctx, f, source, r)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %s, as of block %d (%s), %d files\nhash of block 0: %s\n", path, m.Subject.String(), m.LastBlock, m.Coverage, len(m.Files)+1, m.Genesis)
	return err
}

// intoPlace lets write fill a file beside its place and moves it there when it is complete.
func intoPlace(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".evidence-*")
	if err != nil {
		return fmt.Errorf("write the pack: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := write(f); err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o644), f.Sync(), f.Close(), os.Rename(f.Name(), path)); err != nil {
		return fmt.Errorf("write the pack: %w", err)
	}
	return nil
}
