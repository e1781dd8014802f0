package fabric

import (
	"context"
	"errors"
	"fmt"

	"fundtrace/gateway/config"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// peerChannel is the channel as the peer's Gateway service offers it. Proposals and transactions are signed by the user;
// everything else is asked for by the service identity, so that it works without the user.
type peerChannel struct {
	conn      *grpc.ClientConn
	service   *client.Gateway
	own       *Identity // the service identity
	creator   []byte    // its serialised form
	channel   string
	chaincode string
	endorsers []string
}

func newPeerChannel(conn *grpc.ClientConn, cfg *config.Config, service *Identity) (*peerChannel, error) {
	id, sign, err := service.signer()
	if err != nil {
		return nil, err
	}
	gw, err := client.Connect(id, client.WithSign(sign), client.WithClientConnection(conn))
	if err != nil {
		return nil, fmt.Errorf("connect as %s: %w", service.Name, err)
	}
	creator, err := proto.Marshal(&msp.SerializedIdentity{Mspid: service.MSP, IdBytes: id.Credentials()})
	if err != nil {
		return nil, fmt.Errorf("encode the service identity: %w", err)
	}
	return &peerChannel{conn: conn, service: gw, own: service, creator: creator, channel: cfg.Channel, chaincode: cfg.Chaincode, endorsers: cfg.Endorsers}, nil
}

// Endorse implements Channel.
func (p *peerChannel) Endorse(ctx context.Context, by *Identity, batch []byte) (*Transaction, error) {
	id, sign, err := by.signer()
	if err != nil {
		return nil, unavailable(err)
	}
	gw, err := client.Connect(id, client.WithSign(sign), client.WithClientConnection(p.conn))
	if err != nil {
		return nil, unavailable(err)
	}
	defer gw.Close()
	proposal, err := gw.GetNetwork(p.channel).GetContract(p.chaincode).NewProposal("Apply", client.WithBytesArguments(batch),
		client.WithEndorsingOrganizations(p.endorsers...))
	if err != nil {
		return nil, unavailable(err)
	}
	tx, err := proposal.EndorseWithContext(ctx)
	if err != nil {
		return nil, endorseError(err, len(p.endorsers))
	}
	signed, err := signedBytes(gw, tx, sign)
	if err != nil {
		return nil, unavailable(err)
	}
	return &Transaction{ID: tx.TransactionID(), Signed: signed, Result: tx.Result()}, nil
}

// signedBytes signs the transaction as Submit would, so that what is stored is what is sent.
func signedBytes(gw *client.Gateway, tx *client.Transaction, sign identity.Sign) ([]byte, error) {
	signature, err := sign(tx.Digest())
	if err != nil {
		return nil, fmt.Errorf("sign transaction %s: %w", tx.TransactionID(), err)
	}
	unsigned, err := tx.Bytes()
	if err != nil {
		return nil, err
	}
	signed, err := gw.NewSignedTransaction(unsigned, signature)
	if err != nil {
		return nil, err
	}
	return signed.Bytes()
}

// Submit implements Channel.
func (p *peerChannel) Submit(ctx context.Context, signed []byte) error {
	tx, err := p.service.NewTransaction(signed)
	if err != nil {
		return fmt.Errorf("read a stored transaction: %w", err)
	}
	if _, err := tx.SubmitWithContext(ctx); err != nil {
		return submitError(err)
	}
	return nil
}

// Status implements Channel.
func (p *peerChannel) Status(ctx context.Context, tx string) (Status, error) {
	request, err := proto.Marshal(&gateway.CommitStatusRequest{TransactionId: tx, ChannelId: p.channel, Identity: p.creator})
	if err != nil {
		return Status{}, fmt.Errorf("encode a commit status request: %w", err)
	}
	unsigned, err := proto.Marshal(&gateway.SignedCommitStatusRequest{Request: request})
	if err != nil {
		return Status{}, fmt.Errorf("encode a commit status request: %w", err)
	}
	commit, err := p.service.NewCommit(unsigned)
	if err != nil {
		return Status{}, err
	}
	st, err := commit.StatusWithContext(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("ask for the commit status: %w", err)
	}
	return Status{Block: st.BlockNumber, Code: st.Code}, nil
}

// Height implements Channel.
func (p *peerChannel) Height(ctx context.Context) (uint64, error) {
	answer, err := p.service.GetNetwork(p.channel).GetContract("qscc").EvaluateWithContext(ctx, "GetChainInfo", client.WithArguments(p.channel))
	if err != nil {
		return 0, evaluateError(err)
	}
	var info common.BlockchainInfo
	if err := proto.Unmarshal(answer, &info); err != nil {
		return 0, fmt.Errorf("read the height of %s: %w", p.channel, err)
	}
	return info.GetHeight(), nil
}

// Evaluate implements Channel.
func (p *peerChannel) Evaluate(ctx context.Context, function string, args ...string) ([]byte, error) {
	answer, err := p.service.GetNetwork(p.channel).GetContract(p.chaincode).EvaluateWithContext(ctx, function, client.WithArguments(args...))
	if err != nil {
		return nil, evaluateError(err)
	}
	return answer, nil
}

func (p *peerChannel) close() error { return errors.Join(p.service.Close(), p.conn.Close()) }
