package channel

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"

	"github.com/hyperledger/fabric-admin-sdk/pkg/channel"
	"github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// JoinOrderer makes an ordering node a consenter of the channel that the
// first block describes, if it is not one yet. address is the node's
// administration endpoint; own proves that we may use it.
func JoinOrderer(address string, roots *x509.CertPool, own tls.Certificate, name string, genesis []byte) error {
	url := "https://" + address
	joined, err := channel.ListChannel(url, roots, own)
	if err != nil {
		return fmt.Errorf("ask the orderer at %s for its channels: %w", address, err)
	}
	for _, c := range joined.Channels {
		if c.Name == name {
			return nil
		}
	}
	block, err := parse(genesis)
	if err != nil {
		return err
	}
	response, err := channel.CreateChannel(url, block, roots, own)
	if err != nil {
		return fmt.Errorf("join the orderer at %s: %w", address, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
		return fmt.Errorf("the orderer at %s refused to join: %s %s", address, response.Status, text)
	}
	return nil
}

// JoinPeer makes a peer keep the ledger of the channel, if it does not yet.
// admin must be an administrator of the peer's organisation.
func JoinPeer(ctx context.Context, peer grpc.ClientConnInterface, admin identity.SigningIdentity, name string, genesis []byte) error {
	joined, err := channel.ListChannelOnPeer(ctx, peer, admin)
	if err != nil {
		return fmt.Errorf("ask the peer of %s for its channels: %w", admin.MspID(), err)
	}
	for _, c := range joined {
		if c.GetChannelId() == name {
			return nil
		}
	}
	block, err := parse(genesis)
	if err != nil {
		return err
	}
	if err := channel.JoinChannel(ctx, peer, admin, block); err != nil {
		return fmt.Errorf("join the peer of %s: %w", admin.MspID(), err)
	}
	return nil
}

func parse(genesis []byte) (*common.Block, error) {
	block := &common.Block{}
	if err := proto.Unmarshal(genesis, block); err != nil {
		return nil, fmt.Errorf("read the first block of the channel: %w", err)
	}
	return block, nil
}
