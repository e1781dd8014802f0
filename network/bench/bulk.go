package main

import (
	"context"
	"fmt"

	"fundtrace/network/local"
)

// bulkClients load side by side, each from a fund of its own: a lot has one writer at a time.
const bulkClients = 8

// bulk measures disbursements in entries of o.batchSize, one entry for each transaction.
func bulk(ctx context.Context, n *local.Network, w *world, o options) (Figures, error) {
	c, stop, err := connectAs(ctx, n, "manager@manager")
	if err != nil {
		return Figures{}, err
	}
	defer stop()
	name := fmt.Sprintf("bulk: %d disbursements per transaction", o.batchSize)
	return load(ctx, name, bulkClients, o.warm, o.duration, func(_ context.Context, client, i int) (int, error) {
		return o.batchSize, apply(c, w.instructions(client, fmt.Sprintf("bulk-%d-%d", client, i), o.batchSize))
	})
}
