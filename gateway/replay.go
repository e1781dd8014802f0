package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/spf13/cobra"

	"fundtrace/gateway/config"
	"fundtrace/gateway/fabric"
	"fundtrace/gateway/projection"
)

func replayCommand() *cobra.Command {
	var file string
	var asJSON bool
	c := &cobra.Command{
		Use:   "replay --config FILE",
		Short: "Prove the read model: fold all blocks anew and compare",
		Long: `replay reads every block of the channel from block 0, checks the chain of hashes, folds the blocks into a second read
model in a temporary folder, and compares the digests of both. Equal digests say that what this gateway answers is what the
ledger says, and nothing else.

Stop the gateway first: nobody may fold into the read model meanwhile.

Exit code 0: equal. 1: different, or the chain is broken: move the read model away and let serve fold it anew.`,
		Example: "  gateway replay --config .fundtrace/gateway.yaml --json",
		Args:    exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := config.Load(file)
			if err != nil {
				return err
			}
			return replay(c.Context(), cfg, asJSON, c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&file, "config", filepath.Join(".fundtrace", "gateway.yaml"), "configuration `FILE`")
	c.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return c
}

func replay(ctx context.Context, cfg *config.Config, asJSON bool, out io.Writer) error {
	path := readModelPath(cfg)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is no read model to prove: %w: run serve first", err)
	}
	db, err := projection.Open(path)
	if err != nil {
		return err
	}
	defer db.Close()
	// A folder of its own: wallet and outbox belong to the gateway that serves.
	dir, err := os.MkdirTemp("", "fundtrace-replay-")
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
	if height < db.Next() {
		return fmt.Errorf("the peer has %d blocks and the read model has folded %d: it belongs to another network", height, db.Next())
	}
	report, err := projection.Replay(ctx, db, dir, blocksOf(ctx, client))
	if err != nil {
		return err
	}
	if err := printReplay(out, report, asJSON); err != nil {
		return err
	}
	if !report.Equal {
		return errAnswerNo
	}
	return nil
}

func printReplay(out io.Writer, r projection.ReplayReport, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(r)
	}
	verdict := "EQUAL: the read model says what the ledger says"
	if !r.Equal {
		verdict = "DIFFERENT: move the read model away and let serve fold it anew"
	}
	_, err := fmt.Fprintf(out, "blocks     %d\nread model %s\nreplay     %s\n%s\n", r.Blocks, r.Got, r.Want, verdict)
	return err
}

// errEnough ends a stream whose reader wants no more.
var errEnough = errors.New("no more blocks are wanted")

// blocksOf yields the channel's blocks from block 0 until the reader stops.
func blocksOf(ctx context.Context, client *fabric.Client) iter.Seq2[*common.Block, error] {
	return func(yield func(*common.Block, error) bool) {
		err := client.Blocks(ctx, 0, func(b *common.Block) error {
			if !yield(b, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}
