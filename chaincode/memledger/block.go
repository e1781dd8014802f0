package memledger

import (
	"crypto/sha256"
	"encoding/asn1"
	"math/big"
	"slices"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Blocks answers every block from block 0, which is a configuration block, as a peer delivers them: hash chain,
// signed envelopes with read-write sets, and the filter of validation codes, invalid transactions included.
func (l *Ledger) Blocks() []*common.Block {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.block) == 0 {
		l.block = append(l.block, l.assemble(nil, [][]byte{configuration()}, []byte{byte(peer.TxValidationCode_VALID)}))
	}
	for n := len(l.block); n <= len(l.done); n++ {
		c := l.done[n-1]
		var envelopes [][]byte
		filter := make([]byte, len(c.txs))
		for i, t := range c.txs {
			envelopes = append(envelopes, t.envelope(l.who))
			filter[i] = byte(c.Txs[i].Code)
		}
		l.block = append(l.block, l.assemble(l.block[n-1].Header, envelopes, filter))
	}
	return slices.Clone(l.block)
}

// Height answers the number of blocks, block 0 included.
func (l *Ledger) Height() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(len(l.done)) + 1
}

func (l *Ledger) assemble(previous *common.BlockHeader, data [][]byte, filter []byte) *common.Block {
	h := &common.BlockHeader{DataHash: digest(data...)}
	if previous != nil {
		h.Number, h.PreviousHash = previous.Number+1, HeaderHash(previous)
	}
	metadata := make([][]byte, len(common.BlockMetadataIndex_name))
	metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = filter
	return &common.Block{Header: h, Data: &common.BlockData{Data: data}, Metadata: &common.BlockMetadata{Metadata: metadata}}
}

// HeaderHash is the hash of a block's header, which the next block names: SHA-256 of the ASN.1 of its three fields.
func HeaderHash(h *common.BlockHeader) []byte {
	return digest(must(asn1.Marshal(struct {
		Number       *big.Int
		PreviousHash []byte
		DataHash     []byte
	}{new(big.Int).SetUint64(h.Number), h.PreviousHash, h.DataHash})))
}

func digest(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func marshal(m proto.Message) []byte {
	return must(proto.MarshalOptions{Deterministic: true}.Marshal(m))
}

// configuration is the one envelope of block 0. It has the header of a configuration and an empty one.
func configuration() []byte {
	return marshal(&common.Envelope{Payload: marshal(&common.Payload{
		Header: &common.Header{ChannelHeader: marshal(&common.ChannelHeader{Type: int32(common.HeaderType_CONFIG), ChannelId: Channel}),
			SignatureHeader: marshal(&common.SignatureHeader{})},
		Data: marshal(&common.ConfigEnvelope{Config: &common.Config{ChannelGroup: &common.ConfigGroup{}}}),
	})})
}

// envelope is the transaction as its client would have sent it to the orderer, endorsed by bank and finance bureau.
func (t *Tx) envelope(who *registry) []byte {
	name := &peer.ChaincodeID{Name: Chaincode}
	channel := marshal(&common.ChannelHeader{Type: int32(common.HeaderType_ENDORSER_TRANSACTION), TxId: t.id, ChannelId: Channel,
		Timestamp: timestamppb.New(t.at), Extension: marshal(&peer.ChaincodeHeaderExtension{ChaincodeId: name})})
	signer := marshal(&common.SignatureHeader{Creator: t.by.creator, Nonce: t.nonce})
	proposal := marshal(&peer.ChaincodeProposalPayload{Input: marshal(&peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
		Type: peer.ChaincodeSpec_GOLANG, ChaincodeId: name, Input: &peer.ChaincodeInput{Args: t.args}}})})

	action := &peer.ChaincodeAction{Results: t.results(), Response: t.response, ChaincodeId: &peer.ChaincodeID{Name: Chaincode, Version: "1"}}
	if t.event != nil {
		action.Events = marshal(t.event)
	}
	response := marshal(&peer.ProposalResponsePayload{ProposalHash: digest(channel, signer, proposal), Extension: marshal(action)})
	endorsed := &peer.ChaincodeEndorsedAction{ProposalResponsePayload: response}
	for _, org := range []string{ledger.BankMSP, ledger.FinanceMSP} {
		p := who.peer(org)
		endorsed.Endorsements = append(endorsed.Endorsements, &peer.Endorsement{Endorser: p.creator,
			Signature: must(p.signature(append(slices.Clone(response), p.creator...)))})
	}
	payload := marshal(&common.Payload{
		Header: &common.Header{ChannelHeader: channel, SignatureHeader: signer},
		Data: marshal(&peer.Transaction{Actions: []*peer.TransactionAction{{Header: signer,
			Payload: marshal(&peer.ChaincodeActionPayload{ChaincodeProposalPayload: proposal, Action: endorsed})}}}),
	})
	return marshal(&common.Envelope{Payload: payload, Signature: must(t.by.signature(payload))})
}

// results is the read-write set: besides the chaincode's own namespace every transaction reads the definition of the
// chaincode in the namespace _lifecycle.
func (t *Tx) results() []byte {
	own := &kvrwset.KVRWSet{}
	for _, k := range t.ReadKeys() {
		own.Reads = append(own.Reads, &kvrwset.KVRead{Key: k, Version: t.reads[k].message()})
	}
	for _, q := range t.ranges {
		info := &kvrwset.RangeQueryInfo{StartKey: q.start, EndKey: q.end, ItrExhausted: q.exhausted}
		raw := &kvrwset.QueryReads{}
		for _, saw := range q.seen {
			raw.KvReads = append(raw.KvReads, &kvrwset.KVRead{Key: saw.key, Version: saw.version.message()})
		}
		if !q.exhausted {
			info.EndKey = q.seen[len(q.seen)-1].key
		}
		info.ReadsInfo = &kvrwset.RangeQueryInfo_RawReads{RawReads: raw}
		own.RangeQueriesInfo = append(own.RangeQueriesInfo, info)
	}
	for _, w := range t.Writes() {
		own.Writes = append(own.Writes, &kvrwset.KVWrite{Key: w.Key, Value: w.Value, IsDelete: w.Value == nil})
	}
	definition := &kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "namespaces/fields/" + Chaincode + "/Sequence", Version: &kvrwset.Version{}}}}
	return marshal(&rwset.TxReadWriteSet{DataModel: rwset.TxReadWriteSet_KV, NsRwset: []*rwset.NsReadWriteSet{
		{Namespace: "_lifecycle", Rwset: marshal(definition)}, {Namespace: Chaincode, Rwset: marshal(own)}}})
}

func (v *version) message() *kvrwset.Version {
	if v == nil {
		return nil
	}
	return &kvrwset.Version{BlockNum: v.block, TxNum: v.tx}
}
