package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fundtrace/gateway/projection"
	"fundtrace/network/local"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// catchUp measures how fast an empty read model folds the whole chain, from the peer's stream to the committed SQL.
// records counts what is on the chain.
func catchUp(ctx context.Context, n *local.Network, name string, records func(*projection.Status) int) (Figures, error) {
	channel, stop, err := connectAs(ctx, n, "officer@finance")
	if err != nil {
		return Figures{}, err
	}
	defer stop()
	height, err := heightOf(channel)
	if err != nil {
		return Figures{}, err
	}
	db, err := projection.Open(n.Dir() + ".db")
	if err != nil {
		return Figures{}, err
	}
	start := time.Now()
	err = db.Follow(ctx, func(ctx context.Context, from uint64, handle func(*common.Block) error) error {
		blocks, err := channel.BlockEvents(ctx, client.WithStartBlock(from))
		if err != nil {
			return fmt.Errorf("read blocks: %w", err)
		}
		for b := range blocks {
			if err := handle(b); err != nil {
				return err
			}
			if b.GetHeader().GetNumber()+1 == height {
				return nil
			}
		}
		return errors.Join(errors.New("the stream of blocks ended early"), ctx.Err())
	})
	took := time.Since(start)
	held, countErr := db.Status(ctx)
	if err = errors.Join(err, countErr, db.Close()); err != nil {
		return Figures{}, err
	}
	f := Figures{Name: name, Clients: 1, Transactions: int(height), Records: records(held), Seconds: took.Seconds()}
	f.TPS, f.RecordsPerS = float64(height)/f.Seconds, float64(f.Records)/f.Seconds
	return f, nil
}

// heightOf asks the peer how many blocks the channel has.
func heightOf(channel *client.Network) (uint64, error) {
	raw, err := channel.GetContract("qscc").EvaluateTransaction("GetChainInfo", local.ChannelName)
	if err != nil {
		return 0, fmt.Errorf("ask for the height: %w", err)
	}
	var info common.BlockchainInfo
	if err := proto.Unmarshal(raw, &info); err != nil {
		return 0, fmt.Errorf("read the height: %w", err)
	}
	return info.GetHeight(), nil
}
