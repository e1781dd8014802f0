package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// transaction is what can be said of an envelope without knowing the state: who made it, who endorsed it, what it reads
// and writes, and whether it contradicts itself. Code is the verdict so far.
type transaction struct {
	raw       []byte
	id        string
	creator   *identity
	code      peer.TxValidationCode
	flaw      error // why code is what it is
	chaincode string
	endorsers []*identity
	doubt     error // the first endorsement that counts for nothing
	sets      []*namespaceSet
}

// namespaceSet is what a transaction reads and writes in one namespace.
type namespaceSet struct {
	name   string
	public kvrwset.KVRWSet
	hashed []*collectionSet
}

type collectionSet struct {
	name string
	set  kvrwset.HashedRWSet
}

func (n *namespaceSet) writes() bool {
	if len(n.public.GetWrites()) > 0 || len(n.public.GetMetadataWrites()) > 0 {
		return true
	}
	for _, h := range n.hashed {
		if len(h.set.GetHashedWrites()) > 0 || len(h.set.GetMetadataWrites()) > 0 {
			return true
		}
	}
	return false
}

// refuse gives the transaction a verdict other than valid.
func (t *transaction) refuse(code peer.TxValidationCode, format string, args ...any) *transaction {
	t.code, t.flaw = code, fmt.Errorf(format, args...)
	return t
}

// examine does what a peer does first with an envelope, in its order, so that the verdict has the same code.
func (c *Config) examine(raw []byte) *transaction {
	t := &transaction{raw: raw}
	envelope, payload, channel, err := openEnvelope(raw)
	switch {
	case payload == nil:
		return t.refuse(peer.TxValidationCode_BAD_PAYLOAD, "%w", err)
	case channel == nil:
		return t.refuse(peer.TxValidationCode_BAD_COMMON_HEADER, "%w", err)
	}
	t.id = channel.GetTxId()
	var signature common.SignatureHeader
	if err := proto.Unmarshal(payload.GetHeader().GetSignatureHeader(), &signature); err != nil {
		return t.refuse(peer.TxValidationCode_BAD_COMMON_HEADER, "the signature header cannot be read: %w", err)
	}
	if t.id == "" {
		t.id = transactionID(&signature)
	}
	kind := common.HeaderType(channel.GetType())
	switch kind {
	case common.HeaderType_ENDORSER_TRANSACTION, common.HeaderType_CONFIG_UPDATE, common.HeaderType_CONFIG:
	default:
		return t.refuse(peer.TxValidationCode_BAD_COMMON_HEADER, "it is of kind %s", kind)
	}
	if channel.GetEpoch() != 0 || len(signature.GetNonce()) == 0 || len(signature.GetCreator()) == 0 {
		return t.refuse(peer.TxValidationCode_BAD_COMMON_HEADER, "epoch, nonce or creator are not as they must be")
	}
	if channel.GetChannelId() != c.Channel {
		return t.refuse(peer.TxValidationCode_BAD_CREATOR_SIGNATURE, "it was made for channel %q", channel.GetChannelId())
	}
	if t.creator, err = c.identity(signature.GetCreator()); err == nil {
		err = t.creator.flaw
	}
	if err == nil {
		err = t.creator.verify(envelope.GetPayload(), envelope.GetSignature())
	}
	if err != nil {
		return t.refuse(peer.TxValidationCode_BAD_CREATOR_SIGNATURE, "its creator: %w", err)
	}
	if kind == common.HeaderType_CONFIG {
		return t
	}
	if kind != common.HeaderType_ENDORSER_TRANSACTION {
		return t.refuse(peer.TxValidationCode_UNSUPPORTED_TX_PAYLOAD, "it is of kind %s", kind)
	}
	if want := transactionID(&signature); t.id != want {
		return t.refuse(peer.TxValidationCode_BAD_PROPOSAL_TXID, "it calls itself %.64q, nonce and creator make it %s", t.id, want)
	}
	action, err := t.open(payload)
	if err != nil {
		return t.refuse(peer.TxValidationCode_INVALID_ENDORSER_TRANSACTION, "%w", err)
	}
	return c.examineAction(t, channel, action)
}

// transactionID is the identifier that follows from who made a transaction and a number used once.
func transactionID(h *common.SignatureHeader) string {
	sum := sha256.Sum256(append(append([]byte{}, h.GetNonce()...), h.GetCreator()...))
	return hex.EncodeToString(sum[:])
}

// open reads the one action of a transaction and checks that its endorsers answered the proposal it holds.
func (t *transaction) open(payload *common.Payload) (*peer.ChaincodeActionPayload, error) {
	var tx peer.Transaction
	if err := proto.Unmarshal(payload.GetData(), &tx); err != nil {
		return nil, fmt.Errorf("the transaction cannot be read: %w", err)
	}
	if len(tx.GetActions()) != 1 {
		return nil, fmt.Errorf("it has %d actions", len(tx.GetActions()))
	}
	var own common.SignatureHeader
	if err := proto.Unmarshal(tx.GetActions()[0].GetHeader(), &own); err != nil || len(own.GetNonce()) == 0 || len(own.GetCreator()) == 0 {
		return nil, errors.New("its action has no header")
	}
	var action peer.ChaincodeActionPayload
	if err := proto.Unmarshal(tx.GetActions()[0].GetPayload(), &action); err != nil {
		return nil, fmt.Errorf("its action cannot be read: %w", err)
	}
	var response peer.ProposalResponsePayload
	if err := proto.Unmarshal(action.GetAction().GetProposalResponsePayload(), &response); err != nil {
		return nil, fmt.Errorf("the endorsers' answer cannot be read: %w", err)
	}
	h := sha256.New()
	h.Write(payload.GetHeader().GetChannelHeader())
	h.Write(tx.GetActions()[0].GetHeader())
	h.Write(action.GetChaincodeProposalPayload())
	if !bytes.Equal(h.Sum(nil), response.GetProposalHash()) {
		return nil, errors.New("the endorsers answered another proposal")
	}
	return &action, nil
}

// examineAction reads what the endorsers signed and who they are.
func (c *Config) examineAction(t *transaction, channel *common.ChannelHeader, action *peer.ChaincodeActionPayload) *transaction {
	var extension peer.ChaincodeHeaderExtension
	if err := proto.Unmarshal(channel.GetExtension(), &extension); err != nil {
		return t.refuse(peer.TxValidationCode_BAD_HEADER_EXTENSION, "its header extension cannot be read: %w", err)
	}
	var response peer.ProposalResponsePayload
	var result peer.ChaincodeAction
	if err := errors.Join(proto.Unmarshal(action.GetAction().GetProposalResponsePayload(), &response), proto.Unmarshal(response.GetExtension(), &result)); err != nil {
		return t.refuse(peer.TxValidationCode_BAD_RESPONSE_PAYLOAD, "the endorsers' answer cannot be read: %w", err)
	}
	if err := t.readSets(result.GetResults()); err != nil {
		return t.refuse(peer.TxValidationCode_BAD_RWSET, "what it reads and writes cannot be read: %w", err)
	}
	if extension.GetChaincodeId() == nil || result.GetChaincodeId() == nil {
		return t.refuse(peer.TxValidationCode_INVALID_OTHER_REASON, "it names no chaincode")
	}
	t.chaincode = extension.GetChaincodeId().GetName()
	if t.chaincode == "" || t.chaincode != result.GetChaincodeId().GetName() || result.GetChaincodeId().GetVersion() == "" {
		return t.refuse(peer.TxValidationCode_INVALID_CHAINCODE, "client and endorsers name chaincode differently")
	}
	if result.GetEvents() != nil {
		var event peer.ChaincodeEvent
		if err := proto.Unmarshal(result.GetEvents(), &event); err != nil || event.GetChaincodeId() != t.chaincode {
			return t.refuse(peer.TxValidationCode_INVALID_OTHER_REASON, "its event belongs to other chaincode")
		}
	}
	seen := map[string]bool{}
	for _, n := range t.sets {
		if seen[n.name] {
			return t.refuse(peer.TxValidationCode_ILLEGAL_WRITESET, "it has two sets for namespace %q", n.name)
		}
		seen[n.name] = true
	}
	var set []signed
	for _, e := range action.GetAction().GetEndorsements() {
		message := append(append([]byte{}, action.GetAction().GetProposalResponsePayload()...), e.GetEndorser()...)
		set = append(set, signed{e.GetEndorser(), message, e.GetSignature()})
	}
	t.endorsers, t.doubt = c.signers(set)
	return t
}

func (t *transaction) readSets(raw []byte) error {
	var all rwset.TxReadWriteSet
	if err := proto.Unmarshal(raw, &all); err != nil {
		return err
	}
	for _, n := range all.GetNsRwset() {
		s := &namespaceSet{name: n.GetNamespace()}
		t.sets = append(t.sets, s)
		if err := proto.Unmarshal(n.GetRwset(), &s.public); err != nil {
			return err
		}
		for _, h := range n.GetCollectionHashedRwset() {
			c := &collectionSet{name: h.GetCollectionName()}
			s.hashed = append(s.hashed, c)
			if err := proto.Unmarshal(h.GetHashedRwset(), &c.set); err != nil {
				return err
			}
		}
	}
	return nil
}
