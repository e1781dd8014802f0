package proof

import (
	"errors"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// Answer is what peers answered to a proposal, signed and never submitted: each signature says that this was the answer of
// the chaincode on the state that the peer had then.
type Answer struct {
	Channel   string
	ID        string // of the transaction that the proposal would have become
	Chaincode string
	At        time.Time // that the proposal claims
	Args      [][]byte  // function and arguments
	Payload   []byte    // what the chaincode answered
	Creator   Signer    // who asked
	Peers     []Signer  // who signed: peers of the channel, once each
	Doubt     error     // why the first signature that does not count does not; nil: all count
}

// Answer reads an envelope as the answer of peers and verifies everything that is signed in it under this configuration.
// It refuses what writes anything: that is a transaction, of which only a block tells whether it was recorded. The reason
// is BLOCK_MALFORMED, CREATOR_SIGNATURE, TRANSACTION_ID or TRANSACTION_SHAPE. Whether those who signed suffice, and whether
// their certificates were valid at the time, is for the caller to judge.
func (c *Config) Answer(envelope []byte) (*Answer, Reason, error) {
	if !wellFormed(envelope) {
		return nil, BlockMalformed, errors.New("the envelope has another encoding than its own")
	}
	t := c.examine(envelope)
	switch {
	case t.code == peer.TxValidationCode_BAD_PAYLOAD || t.code == peer.TxValidationCode_BAD_COMMON_HEADER:
		return nil, BlockMalformed, t.flaw
	case t.code != peer.TxValidationCode_VALID:
		return nil, reasonOf(t.code), t.flaw
	}
	_, payload, channel, err := openEnvelope(envelope)
	if err != nil {
		return nil, BlockMalformed, err
	}
	if common.HeaderType(channel.GetType()) != common.HeaderType_ENDORSER_TRANSACTION {
		return nil, TransactionShape, errors.New("it is a configuration, not an answer")
	}
	for _, n := range t.sets {
		if n.writes() {
			return nil, TransactionShape, fmt.Errorf("it writes to %q: it is a transaction, not an answer", n.name)
		}
	}
	a := &Answer{Channel: channel.GetChannelId(), ID: t.id, Chaincode: t.chaincode, Creator: t.signer(), Doubt: t.doubt}
	if err := a.read(t, channel, payload); err != nil {
		return nil, TransactionShape, err
	}
	for _, id := range t.endorsers {
		if id.flaw != nil || !id.has(msp.MSPRole_PEER) {
			if a.Doubt == nil {
				a.Doubt = fmt.Errorf("%s of %s is no peer", id.cert.Subject.CommonName, id.of.id)
			}
			continue
		}
		a.Peers = append(a.Peers, Signer{MSP: id.of.id, Name: id.cert.Subject.CommonName, Certificate: id.cert})
	}
	return a, "", nil
}

// read takes question and answer out of the envelope.
func (a *Answer) read(t *transaction, channel *common.ChannelHeader, payload *common.Payload) error {
	if !channel.GetTimestamp().IsValid() {
		return errors.New("its proposal claims no time")
	}
	a.At = channel.GetTimestamp().AsTime()
	action, err := t.open(payload)
	if err != nil {
		return err
	}
	var proposal peer.ChaincodeProposalPayload
	var invocation peer.ChaincodeInvocationSpec
	var response peer.ProposalResponsePayload
	var result peer.ChaincodeAction
	if err := errors.Join(proto.Unmarshal(action.GetChaincodeProposalPayload(), &proposal), proto.Unmarshal(proposal.GetInput(), &invocation),
		proto.Unmarshal(action.GetAction().GetProposalResponsePayload(), &response), proto.Unmarshal(response.GetExtension(), &result)); err != nil {
		return fmt.Errorf("question or answer cannot be read: %w", err)
	}
	if s := result.GetResponse().GetStatus(); s != 200 {
		return fmt.Errorf("the chaincode refused: status %d", s)
	}
	if name := invocation.GetChaincodeSpec().GetChaincodeId().GetName(); name != a.Chaincode {
		return fmt.Errorf("chaincode %.40q was asked, %.40q answered", name, a.Chaincode)
	}
	a.Args, a.Payload = invocation.GetChaincodeSpec().GetInput().GetArgs(), result.GetResponse().GetPayload()
	return nil
}
