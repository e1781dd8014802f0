package fabric

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// blockSource opens a stream of blocks from a number on. The stream ends without a reason when the peer goes away.
type blockSource func(ctx context.Context, from uint64) (<-chan *common.Block, error)

func (p *peerChannel) blocks(ctx context.Context, from uint64) (<-chan *common.Block, error) {
	return p.service.GetNetwork(p.channel).BlockEvents(ctx, client.WithStartBlock(from))
}

// reconnectWait bounds the pause before a stream is opened again.
const reconnectWait = 5 * time.Second

// follow hands every block from the given number on to handle, one by one and in order, and opens the stream anew when it
// ends. It returns handle's error, or ctx's error. A block out of order is an error: the chain would have a hole.
func follow(ctx context.Context, source blockSource, from uint64, log *slog.Logger, handle func(*common.Block) error) error {
	wait := 100 * time.Millisecond
	for ctx.Err() == nil {
		next, err := followOnce(ctx, source, from, handle)
		if err != nil {
			return err
		}
		if next > from {
			wait = 100 * time.Millisecond
		}
		from = next
		if ctx.Err() != nil {
			break
		}
		log.Warn("block stream ended, opening it again", "next", from)
		sleep(ctx, wait/2+rand.N(wait/2))
		wait = min(2*wait, reconnectWait)
	}
	return ctx.Err()
}

// followOnce reads one stream to its end and answers the number of the next block. The error is one that no new stream
// mends.
func followOnce(ctx context.Context, source blockSource, next uint64, handle func(*common.Block) error) (uint64, error) {
	ctx, cancel := context.WithCancel(ctx)
	stream, err := source(ctx, next)
	if err != nil {
		cancel()
		return next, nil // the peer is away
	}
	// The client's reader sends without looking at ctx: unless the stream is drained it would wait for ever.
	defer func() {
		cancel()
		for range stream {
		}
	}()
	for block := range stream {
		if ctx.Err() != nil {
			return next, nil
		}
		if n := block.GetHeader().GetNumber(); n != next {
			return next, fmt.Errorf("the peer sent block %d where block %d was due: is it the right channel?", n, next)
		}
		if err := handle(block); err != nil {
			return next, fmt.Errorf("handle block %d: %w", next, err)
		}
		next++
	}
	return next, nil
}
