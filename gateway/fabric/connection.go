package fabric

import (
	"crypto/x509"
	"fmt"
	"os"
	"time"

	"fundtrace/gateway/config"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
)

// maxMessage is the largest message in either direction, as peers have it by default. Blocks of bulk loads are large.
const maxMessage = 100 << 20 // bytes

// dial makes the one connection to the peer that every identity shares. It does not wait for the peer: calls fail as
// long as it is away, and the connection mends itself.
func dial(p config.Peer) (*grpc.ClientConn, error) {
	roots, err := os.ReadFile(p.TLSCA)
	if err != nil {
		return nil, fmt.Errorf("read the peer's TLS authority: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(roots) {
		return nil, fmt.Errorf("%s holds no PEM certificate", p.TLSCA)
	}
	conn, err := grpc.NewClient("passthrough:///"+p.Endpoint,
		grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(pool, p.ServerName)),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)),
		// Peers drop clients that ping more often than once a minute.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 75 * time.Second, Timeout: 20 * time.Second, PermitWithoutStream: true}),
		grpc.WithConnectParams(grpc.ConnectParams{MinConnectTimeout: 5 * time.Second,
			Backoff: backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 3 * time.Second}}))
	if err != nil {
		return nil, fmt.Errorf("connect to the peer %s: %w", p.Endpoint, err)
	}
	return conn, nil
}
