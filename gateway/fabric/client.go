package fabric

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fundtrace/gateway/config"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// Client is the gateway's access to the channel: identities, writes, reads and blocks.
type Client struct {
	*Submitter
	channel     *peerChannel
	wallet      *wallet
	authorities map[string]*authority // by organisation
	log         *slog.Logger

	mu       sync.Mutex
	known    map[string]*Identity // opened identities, by user
	renewals map[string]time.Time // latest attempt, by user
}

// Connect opens wallet and outbox in the data folder and takes up what an earlier run left open. It does not wait for the
// peer: Height tells whether it can be reached.
func Connect(_ context.Context, cfg *config.Config, o Options) (*Client, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	wallet, err := openWallet(filepath.Join(cfg.Data, "wallet"), cfg.WalletKeyFile)
	if err != nil {
		return nil, err
	}
	c := &Client{wallet: wallet, authorities: map[string]*authority{}, log: o.Log, known: map[string]*Identity{}, renewals: map[string]time.Time{}}
	for _, org := range cfg.Organisations {
		if c.authorities[org.Name], err = newAuthority(org); err != nil {
			return nil, err
		}
	}
	service, err := loadService(cfg.Service)
	if err != nil {
		return nil, err
	}
	conn, err := dial(cfg.Peer)
	if err != nil {
		return nil, err
	}
	if c.channel, err = newPeerChannel(conn, cfg, service); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if c.Submitter, err = NewSubmitter(c.channel, filepath.Join(cfg.Data, "outbox.db"), o); err != nil {
		return nil, errors.Join(err, c.channel.close())
	}
	return c, nil
}

// loadService reads the gateway's own identity.
func loadService(s config.Service) (*Identity, error) {
	certificate, err := os.ReadFile(s.Certificate)
	if err != nil {
		return nil, fmt.Errorf("read the service certificate: %w", err)
	}
	text, err := os.ReadFile(s.Key)
	if err != nil {
		return nil, fmt.Errorf("read the service key: %w", err)
	}
	key, err := identity.PrivateKeyFromPEM(text)
	if err != nil {
		return nil, fmt.Errorf("read the service key: %w", err)
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the service key is a %T, not ECDSA", key)
	}
	id, err := newIdentity("", s.MSP, certificate, ec)
	if err != nil {
		return nil, fmt.Errorf("use the service identity: %w", err)
	}
	return id, nil
}

// Evaluate calls a function of the chaincode that reads, as the service identity. Errors: those of the chaincode,
// LEDGER_UNAVAILABLE.
func (c *Client) Evaluate(ctx context.Context, function string, args ...string) ([]byte, error) {
	return c.channel.Evaluate(ctx, function, args...)
}

// Height is the number of blocks on the peer. Errors: LEDGER_UNAVAILABLE.
func (c *Client) Height(ctx context.Context) (uint64, error) { return c.channel.Height(ctx) }

// Blocks hands every block from the given number on to handle, in order and without a gap, until ctx ends or handle
// fails. While the peer is away it waits and tries again.
func (c *Client) Blocks(ctx context.Context, from uint64, handle func(*common.Block) error) error {
	return follow(ctx, c.channel.blocks, from, c.log, handle)
}

// Close ends what is under way and closes everything. Callers that still wait get their answer.
func (c *Client) Close() error { return errors.Join(c.Submitter.Close(), c.channel.close()) }
