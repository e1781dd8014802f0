package testchannel

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// The channel, its chaincode and the organisation of its ordering service.
const (
	Name       = "fundtrace"
	Chaincode  = "fundtrace"
	OrdererMSP = "OrdererMSP"
)

// PeerMSPs are the organisations that run peers.
var PeerMSPs = []string{ledger.FinanceMSP, ledger.BankMSP, ledger.AuditMSP}

// Channel is a chain of blocks and everybody who makes it. It is for one goroutine.
type Channel struct {
	Organisations map[string]*Organisation // by MSP
	Ordering      *Organisation
	Orderer       *Member
	Peers         map[string]*Member // by MSP
	Admins        map[string]*Member // by MSP
	Policy        *common.SignaturePolicyEnvelope

	blocks     []*common.Block
	config     *common.Config
	lastConfig uint64
	defined    *kvrwset.Version // of the definition in force
	sequence   int64
	clients    map[string]*Member // by creator as memledger has it
	places     map[uint64]uint64  // memledger's block → block
}

// New makes a channel whose chaincode needs the endorsement of bank and finance bureau.
func New() *Channel {
	c := &Channel{Organisations: map[string]*Organisation{}, Ordering: NewOrganisation(OrdererMSP), Peers: map[string]*Member{}, Admins: map[string]*Member{},
		Policy: Peers(2, ledger.BankMSP, ledger.FinanceMSP), clients: map[string]*Member{}, places: map[uint64]uint64{}}
	for _, m := range []string{ledger.FinanceMSP, ledger.BankMSP, ledger.AuditMSP, ledger.ManagerMSP, ledger.EnterpriseMSP} {
		o := NewOrganisation(m)
		c.Organisations[m] = o
		c.Admins[m] = o.Enrol("admin", "admin")
		if slices.Contains(PeerMSPs, m) {
			c.Peers[m] = o.Enrol("peer0", "peer")
		}
	}
	c.Orderer = c.Ordering.Enrol("orderer1", "orderer")
	c.config = &common.Config{ChannelGroup: c.configuration()}
	first := marshal(&common.Envelope{Payload: marshal(&common.Payload{Header: &common.Header{
		ChannelHeader:   marshal(&common.ChannelHeader{Type: int32(common.HeaderType_CONFIG), ChannelId: Name}),
		SignatureHeader: marshal(&common.SignatureHeader{})}, Data: marshal(&common.ConfigEnvelope{Config: c.config})})})
	c.append([][]byte{first}, []byte{0})
	c.Define()
	return c
}

// Blocks answers the chain.
func (c *Channel) Blocks() []*common.Block { return c.blocks }

// Genesis is the hash of block 0.
func (c *Channel) Genesis() []byte { return must(proof.HeaderHash(c.blocks[0].Header)) }

// Append puts envelopes into the next block, with these validity flags, and answers it.
func (c *Channel) Append(envelopes [][]byte, flags []byte) *common.Block {
	return c.append(envelopes, flags)
}

func (c *Channel) append(data [][]byte, flags []byte) *common.Block {
	b := &common.Block{Header: &common.BlockHeader{Number: uint64(len(c.blocks))}, Data: &common.BlockData{Data: data},
		Metadata: &common.BlockMetadata{Metadata: make([][]byte, len(common.BlockMetadataIndex_name))}}
	b.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = flags
	c.blocks = append(c.blocks, b)
	c.seal(len(c.blocks) - 1)
	return b
}

// Reseal computes hashes and signatures of a block and all after it anew, as an ordering service could that rewrites
// the past.
func (c *Channel) Reseal(from int) {
	for n := from; n < len(c.blocks); n++ {
		c.seal(n)
	}
}

func (c *Channel) seal(n int) {
	b := c.blocks[n]
	b.Header.DataHash = DataHash(b.Data.Data)
	if n == 0 {
		return
	}
	b.Header.PreviousHash = must(proof.HeaderHash(c.blocks[n-1].Header))
	last := c.lastConfig
	if old := metadataOf(b); len(old.GetValue()) > 0 {
		last = read(old.GetValue(), &common.OrdererBlockMetadata{}).GetLastConfig().GetIndex()
	}
	c.SignBlock(b, last, c.Orderer)
}

func metadataOf(b *common.Block) *common.Metadata {
	return read(b.Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES], &common.Metadata{})
}

// SignBlock signs a block as Fabric's ordering service does: over what it says of the block, its own identity and the
// header.
func (c *Channel) SignBlock(b *common.Block, lastConfig uint64, by ...*Member) {
	m := &common.Metadata{Value: marshal(&common.OrdererBlockMetadata{LastConfig: &common.LastConfig{Index: lastConfig},
		ConsenterMetadata: marshal(&common.Metadata{Value: []byte("term 1")})})}
	for _, o := range by {
		header := marshal(&common.SignatureHeader{Creator: o.Creator, Nonce: nonce()})
		m.Signatures = append(m.Signatures, &common.MetadataSignature{SignatureHeader: header,
			Signature: o.Sign(slices.Concat(m.Value, header, HeaderBytes(b.Header)))})
	}
	b.Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES] = marshal(m)
}

func nonce() []byte {
	n := make([]byte, 24)
	must(rand.Read(n))
	return n
}

// Call is a transaction to be made.
type Call struct {
	By        *Member
	Chaincode string
	Args      [][]byte
	Results   *rwset.TxReadWriteSet
	Response  *peer.Response
	Endorsers []*Member
	Nonce     []byte // nil: a new one

	// What a dishonest client changes, before it signs: nil changes nothing.
	Header   func(*common.ChannelHeader)        // before anybody endorses
	Action   func(*peer.ChaincodeActionPayload) // after
	Whole    func(*peer.Transaction)            // after
	Deployed func(*peer.ChaincodeAction)        // before: what the endorsers answer
}

// Envelope makes the signed and endorsed envelope of a call, and its identifier.
func (c *Channel) Envelope(t Call) (raw []byte, id string) {
	if t.Nonce == nil {
		t.Nonce = nonce()
	}
	sum := sha256.Sum256(slices.Concat(t.Nonce, t.By.Creator))
	id = hex.EncodeToString(sum[:])
	name := &peer.ChaincodeID{Name: t.Chaincode}
	head := &common.ChannelHeader{Type: int32(common.HeaderType_ENDORSER_TRANSACTION), TxId: id, ChannelId: Name,
		Extension: marshal(&peer.ChaincodeHeaderExtension{ChaincodeId: name})}
	apply(t.Header, head)
	channel := marshal(head)
	signer := marshal(&common.SignatureHeader{Creator: t.By.Creator, Nonce: t.Nonce})
	proposal := marshal(&peer.ChaincodeProposalPayload{Input: marshal(&peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
		Type: peer.ChaincodeSpec_GOLANG, ChaincodeId: name, Input: &peer.ChaincodeInput{Args: t.Args}}})})
	hash := sha256.Sum256(slices.Concat(channel, signer, proposal))
	result := &peer.ChaincodeAction{Results: marshal(t.Results), Response: t.Response, ChaincodeId: &peer.ChaincodeID{Name: t.Chaincode, Version: "1"}}
	apply(t.Deployed, result)
	response := marshal(&peer.ProposalResponsePayload{ProposalHash: hash[:], Extension: marshal(result)})
	action := &peer.ChaincodeEndorsedAction{ProposalResponsePayload: response}
	for _, e := range t.Endorsers {
		action.Endorsements = append(action.Endorsements, &peer.Endorsement{Endorser: e.Creator, Signature: e.Sign(slices.Concat(response, e.Creator))})
	}
	whole := &peer.ChaincodeActionPayload{ChaincodeProposalPayload: proposal, Action: action}
	apply(t.Action, whole)
	tx := &peer.Transaction{Actions: []*peer.TransactionAction{{Header: signer, Payload: marshal(whole)}}}
	apply(t.Whole, tx)
	payload := marshal(&common.Payload{Header: &common.Header{ChannelHeader: channel, SignatureHeader: signer}, Data: marshal(tx)})
	return marshal(&common.Envelope{Payload: payload, Signature: t.By.Sign(payload)}), id
}

func apply[T any](change func(T), to T) {
	if change != nil {
		change(to)
	}
}
