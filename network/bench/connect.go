package main

import (
	"context"
	"fmt"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/enrol"
	"fundtrace/network/local"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
)

// endorsers must agree on every transaction that is measured.
var endorsers = []string{ledger.BankMSP, ledger.FinanceMSP}

// endorsed has them endorse a transaction.
var endorsed = client.WithEndorsingOrganizations(endorsers...)

// open connects a client identity to the channel, over a connection of its own.
func open(ctx context.Context, n *local.Network, organisation, name string, attributes ...enrol.Attribute) (*client.Network, func(), error) {
	signer, _, err := n.Enrol(ctx, organisation, name, attributes...)
	if err != nil {
		return nil, nil, err
	}
	connection, err := n.Dial("finance")
	if err != nil {
		return nil, nil, err
	}
	const limit = time.Minute
	gateway, err := client.Connect(signer, client.WithSign(signer.SignDigest), client.WithHash(hash.SHA256),
		client.WithClientConnection(connection), client.WithEndorseTimeout(limit), client.WithSubmitTimeout(limit), client.WithCommitStatusTimeout(limit))
	if err != nil {
		return nil, nil, fmt.Errorf("connect %s: %w", name, err)
	}
	stop := func() {
		_ = gateway.Close() // it closes streams only; the connection is what matters
		_ = connection.Close()
	}
	return gateway.GetNetwork(local.ChannelName), stop, nil
}
