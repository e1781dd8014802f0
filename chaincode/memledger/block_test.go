package memledger_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"testing"

	"fundtrace/chaincode/memledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

func TestBlocks(t *testing.T) {
	l := memledger.New()
	put(t, l, "a", "1")
	one, two := l.Begin(someone), l.Begin(someone)
	for _, tx := range []*memledger.Tx{one, two} {
		_, _ = tx.GetState("a")
		_ = tx.PutState("a", []byte("2"))
	}
	_ = one.SetEvent("recorded", []byte("{}"))
	c := l.Commit(one, two)
	blocks := l.Blocks()
	if len(blocks) != 3 || l.Height() != 3 {
		t.Fatalf("%d blocks, height %d", len(blocks), l.Height())
	}
	for n, b := range blocks {
		sum := sha256.Sum256(bytes.Join(b.Data.Data, nil))
		if !bytes.Equal(sum[:], b.Header.DataHash) || b.Header.Number != uint64(n) {
			t.Errorf("block %d: data hash or number is wrong", n)
		}
		if n > 0 && !bytes.Equal(b.Header.PreviousHash, memledger.HeaderHash(blocks[n-1].Header)) {
			t.Errorf("block %d does not name the block before", n)
		}
	}
	filter := blocks[2].Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
	if len(filter) != 2 || filter[0] != byte(c.Txs[0].Code) || filter[1] != byte(peer.TxValidationCode_MVCC_READ_CONFLICT) {
		t.Errorf("filter %v", filter)
	}
	writes := checkEnvelope(t, blocks[2].Data.Data[0], one.GetTxID())
	if len(writes) != 1 || writes[0].Key != "a" || string(writes[0].Value) != "2" {
		t.Errorf("writes %v", writes)
	}
	if !proto.Equal(l.Blocks()[2], blocks[2]) {
		t.Error("a block changes when it is asked for again")
	}
}

// checkEnvelope verifies identifier, signatures and hashes of an endorsed transaction as a stranger would.
func checkEnvelope(t *testing.T, raw []byte, txID string) []*kvrwset.KVWrite {
	t.Helper()
	var (
		envelope common.Envelope
		payload  common.Payload
		channel  common.ChannelHeader
		signer   common.SignatureHeader
		tx       peer.Transaction
		action   peer.ChaincodeActionPayload
		response peer.ProposalResponsePayload
		result   peer.ChaincodeAction
		sets     rwset.TxReadWriteSet
		own      kvrwset.KVRWSet
	)
	read := func(raw []byte, m proto.Message) {
		t.Helper()
		if err := proto.Unmarshal(raw, m); err != nil {
			t.Fatal(err)
		}
	}
	read(raw, &envelope)
	read(envelope.Payload, &payload)
	read(payload.Header.ChannelHeader, &channel)
	read(payload.Header.SignatureHeader, &signer)
	read(payload.Data, &tx)
	read(tx.Actions[0].Payload, &action)
	read(action.Action.ProposalResponsePayload, &response)
	read(response.Extension, &result)
	read(result.Results, &sets)
	if len(sets.NsRwset) != 2 || sets.NsRwset[1].Namespace != memledger.Chaincode {
		t.Fatalf("namespaces %v", sets.NsRwset)
	}
	read(sets.NsRwset[1].Rwset, &own)

	id := sha256.Sum256(append(bytes.Clone(signer.Nonce), signer.Creator...))
	if channel.TxId != txID || hex.EncodeToString(id[:]) != txID {
		t.Errorf("transaction identifier %s, want %s", channel.TxId, txID)
	}
	if err := verify(signer.Creator, envelope.Payload, envelope.Signature); err != nil {
		t.Errorf("client: %v", err)
	}
	if len(action.Action.Endorsements) != 2 {
		t.Fatalf("%d endorsements", len(action.Action.Endorsements))
	}
	for _, e := range action.Action.Endorsements {
		signed := append(bytes.Clone(action.Action.ProposalResponsePayload), e.Endorser...)
		if err := verify(e.Endorser, signed, e.Signature); err != nil {
			t.Errorf("endorser: %v", err)
		}
	}
	hash := sha256.Sum256(bytes.Join([][]byte{payload.Header.ChannelHeader, payload.Header.SignatureHeader, action.ChaincodeProposalPayload}, nil))
	if !bytes.Equal(hash[:], response.ProposalHash) {
		t.Error("the proposal's hash does not fit")
	}
	if len(own.Reads) != 1 || own.Reads[0].Version.GetBlockNum() != 1 {
		t.Errorf("reads %v", own.Reads)
	}
	if len(result.Events) == 0 {
		t.Error("the event is missing")
	}
	return own.Writes
}

func verify(creator, message, signature []byte) error {
	var id msp.SerializedIdentity
	if err := proto.Unmarshal(creator, &id); err != nil {
		return err
	}
	block, _ := pem.Decode(id.IdBytes)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(message)
	if !ecdsa.VerifyASN1(cert.PublicKey.(*ecdsa.PublicKey), digest[:], signature) {
		return errors.New("the signature does not fit")
	}
	return nil
}
