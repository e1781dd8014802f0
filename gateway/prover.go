package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/config"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/statement"
	"fundtrace/gateway/fabric"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// packsAtOnce is how many packs are made at the same time; others wait. Making one takes a core.
const packsAtOnce = 2

// genesisTime is how long block 0 may take to come from the peer.
const genesisTime = 5 * time.Second

// blockStream is (*fabric.Client).Blocks.
type blockStream func(ctx context.Context, from uint64, handle func(*common.Block) error) error

// prover makes evidence for the API from the blocks of the gateway's peer. It keeps a copy of them in a temporary file
// from the first pack on.
type prover struct {
	channel, chaincode string
	peers              statement.Channel
	dir                string // of the copy
	blocks             blockStream
	log                *slog.Logger
	turns              chan struct{}

	ctx  context.Context // ends with close
	stop context.CancelFunc
	work sync.WaitGroup

	mu      sync.Mutex
	mirror  *evidence.Mirror
	genesis []byte
}

func newProver(cfg *config.Config, client *fabric.Client, log *slog.Logger) *prover {
	p := &prover{channel: cfg.Channel, chaincode: cfg.Chaincode, peers: client, dir: cfg.Data, blocks: client.Blocks, log: log, turns: make(chan struct{}, packsAtOnce)}
	p.ctx, p.stop = context.WithCancel(context.Background())
	return p
}

// Pack implements api.Evidence.
func (p *prover) Pack(ctx context.Context, w io.Writer, r evidence.Request) (*evidence.Manifest, error) {
	select {
	case p.turns <- struct{}{}:
		defer func() { <-p.turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	source, err := p.copied()
	if err != nil {
		return nil, err
	}
	return evidence.Build(ctx, w, source, r)
}

// copied answers the copy of the blocks, and begins it at the first call.
func (p *prover) copied() (*evidence.Mirror, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mirror != nil {
		return p.mirror, nil
	}
	m, err := evidence.NewMirror(p.dir)
	if err != nil {
		return nil, err
	}
	p.mirror = m
	p.work.Go(func() {
		for p.ctx.Err() == nil {
			if err := m.Follow(p.ctx, p.blocks); p.ctx.Err() == nil {
				p.log.Warn("the copy of the blocks for evidence has stopped, trying again", slog.String("error", err.Error()))
				select {
				case <-time.After(followAgain):
				case <-p.ctx.Done():
				}
			}
		}
	})
	return m, nil
}

// Statement implements api.Evidence.
func (p *prover) Statement(ctx context.Context, r statement.Request) ([]byte, error) {
	made, err := statement.Make(ctx, p.peers, r)
	if err != nil {
		return nil, err
	}
	return made.Encode()
}

// Channel implements api.Evidence.
func (p *prover) Channel(ctx context.Context) (channel, chaincode string, genesis []byte, err error) {
	p.mu.Lock()
	known := p.genesis
	p.mu.Unlock()
	if known == nil {
		if known, err = genesisHash(ctx, p.blocks); err != nil {
			return "", "", nil, err
		}
		p.mu.Lock()
		p.genesis = known
		p.mu.Unlock()
	}
	return p.channel, p.chaincode, known, nil
}

// genesisHash reads block 0 from the peer and answers its hash. Errors: LEDGER_UNAVAILABLE.
func genesisHash(ctx context.Context, blocks blockStream) (hash []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, genesisTime)
	defer cancel()
	enough := errors.New("block 0 is enough")
	failed := blocks(ctx, 0, func(b *common.Block) error {
		if hash, err = proof.HeaderHash(b.GetHeader()); err != nil {
			return err
		}
		return enough
	})
	if err == nil && hash == nil {
		err = fmt.Errorf("%w: %w", ledger.Refuse(fabric.Unavailable, "the ledger cannot be reached: try again in a moment"), failed)
	}
	return hash, err
}

func (p *prover) close() error {
	p.stop()
	p.work.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mirror == nil {
		return nil
	}
	return p.mirror.Close()
}
