package fabric

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/protobuf/proto"
)

// Service is the gateway's own identity. It records nothing but anchors of the gateway's log.
func (c *Client) Service() *Identity { return c.channel.own }

// EndorseAnswer has a peer of each organisation sign what a reading function of the chaincode answers, as the service
// identity. It answers the signed envelope (common.Envelope) of the transaction, which nobody submits: whoever should do so
// nevertheless records nothing, because it writes nothing. Peers that stand at different blocks, or that the gateway's peer
// does not see, for a moment are asked again. Errors: those of the chaincode; CONTENTION when the peers go on to differ;
// LEDGER_UNAVAILABLE, also when a peer of one organisation stays away for half of the time that an endorsement may take:
// in a network that has just started it takes some seconds until the peers have heard of each other.
func (c *Client) EndorseAnswer(ctx context.Context, organisations []string, function string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.limits.Endorse)
	defer cancel()
	patience := time.Now().Add(c.limits.Endorse / 2)
	for n := 1; ; n++ {
		envelope, err := c.channel.endorseAnswer(ctx, organisations, function, args)
		var apart *disagreement
		switch {
		case errors.As(err, &apart):
			if n > 2*c.limits.Attempts {
				return nil, contention(apart.Error())
			}
		case ledger.ErrorCode(err) != Unavailable || time.Now().After(patience) || ctx.Err() != nil:
			return envelope, err
		}
		c.pause(ctx, n)
	}
}

func (p *peerChannel) endorseAnswer(ctx context.Context, organisations []string, function string, args []string) ([]byte, error) {
	_, sign, err := p.own.signer()
	if err != nil {
		return nil, unavailable(err)
	}
	proposal, err := p.service.GetNetwork(p.channel).GetContract(p.chaincode).NewProposal(function, client.WithArguments(args...),
		client.WithEndorsingOrganizations(organisations...))
	if err != nil {
		return nil, unavailable(err)
	}
	tx, err := proposal.EndorseWithContext(ctx)
	if err != nil {
		return nil, endorseError(err, len(organisations))
	}
	signed, err := signedBytes(p.service, tx, sign)
	if err != nil {
		return nil, unavailable(err)
	}
	var prepared gateway.PreparedTransaction
	if err := proto.Unmarshal(signed, &prepared); err != nil {
		return nil, fmt.Errorf("read the endorsed answer: %w", err)
	}
	return proto.MarshalOptions{Deterministic: true}.Marshal(prepared.GetEnvelope())
}

// configurationTime bounds how long the configurations may take to be read.
const configurationTime = 30 * time.Second

// Configurations answers block 0 and every block after it that changed the channel's configuration, in order. The last is
// the one in force now. Errors: LEDGER_UNAVAILABLE.
func (c *Client) Configurations(ctx context.Context) ([]*common.Block, error) {
	ctx, cancel := context.WithTimeout(ctx, configurationTime)
	defer cancel()
	height, err := c.Height(ctx)
	if err != nil {
		return nil, err
	}
	return configurations(ctx, height, c.channel.block)
}

// configurations follows back from the last block what each block says of the configuration that it was made under.
func configurations(ctx context.Context, height uint64, block func(context.Context, uint64) (*common.Block, error)) ([]*common.Block, error) {
	var found []*common.Block
	for next := height; next > 0; {
		b, err := block(ctx, next-1)
		if err != nil {
			return nil, err
		}
		at, err := lastConfiguration(b)
		if err != nil {
			return nil, err
		}
		if at >= next {
			return nil, fmt.Errorf("block %d names block %d as the one that holds its configuration", next-1, at)
		}
		if at != next-1 {
			if b, err = block(ctx, at); err != nil {
				return nil, err
			}
		}
		found = append([]*common.Block{b}, found...)
		next = at
	}
	return found, nil
}

// lastConfiguration is the number of the block that holds the configuration in force at a block.
func lastConfiguration(b *common.Block) (uint64, error) {
	if b.GetHeader().GetNumber() == 0 {
		return 0, nil
	}
	all := b.GetMetadata().GetMetadata()
	if len(all) <= int(common.BlockMetadataIndex_SIGNATURES) {
		return 0, fmt.Errorf("block %d has no metadata", b.GetHeader().GetNumber())
	}
	var m common.Metadata
	var o common.OrdererBlockMetadata
	if err := errors.Join(proto.Unmarshal(all[common.BlockMetadataIndex_SIGNATURES], &m), proto.Unmarshal(m.GetValue(), &o)); err != nil {
		return 0, fmt.Errorf("the metadata of block %d cannot be read: %w", b.GetHeader().GetNumber(), err)
	}
	return o.GetLastConfig().GetIndex(), nil
}

// block reads a block by its number.
func (p *peerChannel) block(ctx context.Context, n uint64) (*common.Block, error) {
	answer, err := p.service.GetNetwork(p.channel).GetContract("qscc").EvaluateWithContext(ctx, "GetBlockByNumber",
		client.WithArguments(p.channel, fmt.Sprint(n)))
	if err != nil {
		return nil, evaluateError(err)
	}
	var b common.Block
	if err := proto.Unmarshal(answer, &b); err != nil {
		return nil, fmt.Errorf("read block %d of %s: %w", n, p.channel, err)
	}
	return &b, nil
}
