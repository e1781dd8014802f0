package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/config"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/fabric"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// anchorStream is where the gateway's own identity anchors its read log; it is a readlog.Ledger.
type anchorStream struct {
	client *fabric.Client
	id     string // see ledger.StreamID
}

func streamOf(cfg *config.Config) string { return ledger.StreamID(cfg.Service.MSP, cfg.ReadLogStream) }

// Last implements readlog.Ledger.
func (s anchorStream) Last(ctx context.Context) (*ledger.Anchor, error) {
	answer, err := s.client.Evaluate(ctx, "Anchor", s.id)
	if ledger.ErrorCode(err) == ledger.AnchorUnknown {
		return nil, nil //nolint:nilnil // as the interface says
	}
	if err != nil {
		return nil, err
	}
	var last ledger.AnchorRecorded
	if err := json.Unmarshal(answer, &last); err != nil {
		return nil, fmt.Errorf("the ledger's anchor cannot be read: %w", err)
	}
	return &last.Anchor, nil
}

// Record implements readlog.Ledger.
func (s anchorStream) Record(ctx context.Context, a ledger.Anchor) error {
	_, err := s.client.Submit(ctx, s.client.Service(), ledger.Entry{Key: fmt.Sprintf("anchor-%s-%d", a.Stream, a.Sequence),
		Ops: []ledger.Op{{Type: ledger.AnchorRecord, Anchor: &a}}})
	return err
}

// anchorsOn reads all anchors of a stream from the blocks of the peer: the ledger's state holds the last one only.
func anchorsOn(ctx context.Context, client *fabric.Client, stream string) ([]ledger.Anchor, error) {
	height, err := client.Height(ctx)
	if err != nil {
		return nil, err
	}
	var out []ledger.Anchor
	enough := errors.New("that was the last block")
	err = client.Blocks(ctx, 0, func(b *common.Block) error {
		found, err := anchorsIn(b, stream)
		if err != nil {
			return err
		}
		out = append(out, found...)
		if b.GetHeader().GetNumber()+1 >= height {
			return enough
		}
		return nil
	})
	if err != nil && !errors.Is(err, enough) {
		return nil, err
	}
	return out, nil
}

// anchorsIn finds the anchors of a stream that valid transactions of a block wrote.
func anchorsIn(b *common.Block, stream string) ([]ledger.Anchor, error) {
	var flags []byte
	if m := b.GetMetadata().GetMetadata(); len(m) > int(common.BlockMetadataIndex_TRANSACTIONS_FILTER) {
		flags = m[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
	}
	var out []ledger.Anchor
	for i, raw := range b.GetData().GetData() {
		if i >= len(flags) || flags[i] != 0 {
			continue
		}
		for _, w := range proof.Peek(raw).Writes {
			if w.Namespace != evidence.Chaincode || w.Key != ledger.AnchorRoom+stream {
				continue
			}
			var a ledger.AnchorRecorded
			if err := json.Unmarshal(w.Value, &a); err != nil {
				return nil, fmt.Errorf("an anchor in block %d cannot be read: %w", b.GetHeader().GetNumber(), err)
			}
			out = append(out, a.Anchor)
		}
	}
	return out, nil
}
