package main

import (
	"context"

	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk/factory/defcore"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk/provider/fabpvdr"
	"google.golang.org/grpc"
)

// sharedDials has the SDK dial through a connector. Every application on the SDK needs it, or some of its requests fail
// with CONNECTION_FAILED after ten seconds although every peer is up.
//
// The SDK asks two peers where the endorsers are and, once one has answered, cancels the dial to the other (its pull
// requests 21 and 22). The connections are cached by address, so a proposal to that other peer may be waiting for the very
// same dial. The cancelled caller closes the connection under it, and who waits for a closed connection to become ready
// waits until the deadline.
func sharedDials() fabsdk.Option {
	return fabsdk.WithCorePkg(coreFactory{defcore.NewProviderFactory()})
}

type coreFactory struct{ *defcore.ProviderFactory }

// CreateInfraProvider answers the SDK's own provider, but for its connections.
func (coreFactory) CreateInfraProvider(config fab.EndpointConfig) (fab.InfraProvider, error) {
	return infraProvider{fabpvdr.New(config)}, nil
}

type infraProvider struct{ *fabpvdr.InfraProvider }

// CommManager answers what every request of the SDK dials through.
func (p infraProvider) CommManager() fab.CommManager {
	return connector{p.InfraProvider.CommManager()}
}

// connector lets no caller who leaves close a connection that others may be waiting for.
type connector struct{ fab.CommManager }

// DialContext connects to the target or answers the connection that there is. A cancelled context does not end the dial,
// its deadline does: at that time the target is unreachable for everyone.
func (c connector) DialContext(ctx context.Context, target string, opts ...grpc.DialOption) (*grpc.ClientConn, error) {
	dial := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		dial, cancel = context.WithDeadline(dial, deadline)
		defer cancel()
	}
	return c.CommManager.DialContext(dial, target, opts...)
}
