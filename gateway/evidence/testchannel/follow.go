package testchannel

import (
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"slices"

	"fundtrace/chaincode/memledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// HeaderBytes is a header as the ordering service signs it.
func HeaderBytes(h *common.BlockHeader) []byte {
	return must(asn1.Marshal(struct {
		Number       *big.Int
		PreviousHash []byte
		DataHash     []byte
	}{new(big.Int).SetUint64(h.Number), h.PreviousHash, h.DataHash}))
}

// DataHash is the hash of a block's envelopes.
func DataHash(data [][]byte) []byte {
	sum := sha256.Sum256(slices.Concat(data...))
	return sum[:]
}

// Follow takes over the blocks of a memledger that it has not taken over before: each becomes a block of the channel.
func (c *Channel) Follow(l *memledger.Ledger) {
	for _, b := range l.Blocks()[1:] {
		if _, done := c.places[b.Header.Number]; done {
			continue
		}
		c.places[b.Header.Number] = uint64(len(c.blocks))
		var data [][]byte
		for _, raw := range b.Data.Data {
			data = append(data, c.adopt(raw))
		}
		c.append(data, b.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER])
	}
}

// adopt makes a transaction of memledger's one of the channel: the same nonce, arguments, answer, reads and writes, by a
// member of the same name and attributes.
func (c *Channel) adopt(raw []byte) []byte {
	payload := read(read(raw, &common.Envelope{}).Payload, &common.Payload{})
	signer := read(payload.Header.SignatureHeader, &common.SignatureHeader{})
	action := read(read(payload.Data, &peer.Transaction{}).Actions[0].Payload, &peer.ChaincodeActionPayload{})
	invocation := read(read(action.ChaincodeProposalPayload, &peer.ChaincodeProposalPayload{}).Input, &peer.ChaincodeInvocationSpec{})
	result := read(read(action.Action.ProposalResponsePayload, &peer.ProposalResponsePayload{}).Extension, &peer.ChaincodeAction{})
	call := Call{By: c.client(signer.Creator), Chaincode: Chaincode, Args: invocation.ChaincodeSpec.Input.Args, Response: result.Response,
		Results: c.place(read(result.Results, &rwset.TxReadWriteSet{})), Nonce: signer.Nonce}
	for _, e := range action.Action.Endorsements {
		call.Endorsers = append(call.Endorsers, c.Peers[read(e.Endorser, &msp.SerializedIdentity{}).Mspid])
	}
	out, _ := c.Envelope(call)
	return out
}

// place moves the versions that were read to where the blocks are now, and those of the definition to the one in force.
func (c *Channel) place(all *rwset.TxReadWriteSet) *rwset.TxReadWriteSet {
	for _, ns := range all.NsRwset {
		set := read(ns.Rwset, &kvrwset.KVRWSet{})
		for _, r := range set.Reads {
			switch {
			case ns.Namespace == "_lifecycle":
				r.Version = c.defined
			case r.Version != nil:
				r.Version = &kvrwset.Version{BlockNum: c.places[r.Version.BlockNum], TxNum: r.Version.TxNum}
			}
		}
		ns.Rwset = marshal(set)
	}
	return all
}

// client answers the member that stands for one of memledger's.
func (c *Channel) client(creator []byte) *Member {
	if m := c.clients[string(creator)]; m != nil {
		return m
	}
	id := read(creator, &msp.SerializedIdentity{})
	block, _ := pem.Decode(id.IdBytes)
	cert := must(x509.ParseCertificate(block.Bytes))
	var kept []pkix.Extension
	for _, e := range cert.Extensions {
		if e.Id.Equal(asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1}) { // where a Fabric CA writes attributes
			kept = append(kept, e)
		}
	}
	m := c.Organisations[id.Mspid].Enrol(cert.Subject.CommonName, "client", kept...)
	c.clients[string(creator)] = m
	return m
}
