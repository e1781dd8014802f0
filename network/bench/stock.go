package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"fundtrace/network/local"
	"fundtrace/network/nodes"

	"github.com/hyperledger/fabric-gateway/pkg/client"
)

// stock measures what Fabric does as it comes: one asset of 100 bytes for each transaction, the same nodes, the same
// endorsement policy, 100 clients, on a network of its own.
func stock(ctx context.Context, o options) (Figures, error) {
	program, err := buildAsset(ctx, o.dir)
	if err != nil {
		return Figures{}, err
	}
	n, err := local.Start(ctx, local.Options{Dir: filepath.Join(o.dir, "stock"), Peers: o.peers(), Chaincode: program, ChaincodeVersion: "asset"})
	if err != nil {
		return Figures{}, err
	}
	defer n.Stop()
	channel, stop, err := open(ctx, n, "bank", "bench@bank")
	if err != nil {
		return Figures{}, err
	}
	defer stop()
	asset := channel.GetContract(local.ChaincodeName)
	value := strings.Repeat("x", 100)
	return load(ctx, "stock: one 100-byte asset per transaction", o.clients, o.warm, o.duration, func(_ context.Context, c, i int) (int, error) {
		_, err := asset.Submit("Create", client.WithArguments(fmt.Sprintf("asset-%d-%d", c, i), value), endorsed)
		return 1, err
	})
}

func buildAsset(ctx context.Context, dir string) (string, error) {
	root, err := nodes.SourceRoot()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "asset"), nodes.BuildOwn(ctx, root, dir, map[string]string{"asset": "./network/bench/asset"})
}
