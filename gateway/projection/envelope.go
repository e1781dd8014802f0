package projection

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// Namespace is the chaincode whose writes the read model follows.
const Namespace = "fundtrace"

// transaction is what the read model keeps of every transaction, valid or not.
type transaction struct {
	ref     int64
	id      string
	kind    common.HeaderType
	code    peer.TxValidationCode
	msp     string
	name    string
	claimed string
}

// heading reads who proposed the envelope, when and as what. Of an invalid transaction as much as can be read is kept.
func (d *decoder) heading(t *transaction, raw []byte) (*common.Payload, error) {
	var env common.Envelope
	if err := proto.Unmarshal(raw, &env); err != nil {
		return nil, fmt.Errorf("its envelope: %w", err)
	}
	var payload common.Payload
	if err := proto.Unmarshal(env.GetPayload(), &payload); err != nil {
		return nil, fmt.Errorf("its payload: %w", err)
	}
	var ch common.ChannelHeader
	if err := proto.Unmarshal(payload.GetHeader().GetChannelHeader(), &ch); err != nil {
		return nil, fmt.Errorf("its channel header: %w", err)
	}
	t.id, t.kind = text(ch.GetTxId()), common.HeaderType(ch.GetType())
	if ts := ch.GetTimestamp(); ts.IsValid() {
		t.claimed = ts.AsTime().UTC().Format(time.RFC3339Nano)
	}
	var sh common.SignatureHeader
	if err := proto.Unmarshal(payload.GetHeader().GetSignatureHeader(), &sh); err != nil {
		return nil, fmt.Errorf("its signature header: %w", err)
	}
	var err error
	t.msp, t.name, err = d.creator(sh.GetCreator())
	return &payload, err
}

// creator answers organisation and common name of a serialised identity. The same few sign most transactions, so
// certificates are read once.
func (d *decoder) creator(raw []byte) (mspID, name string, err error) {
	if c, ok := d.creators[string(raw)]; ok {
		return c[0], c[1], nil
	}
	var id msp.SerializedIdentity
	if err := proto.Unmarshal(raw, &id); err != nil {
		return "", "", fmt.Errorf("its creator: %w", err)
	}
	if block, _ := pem.Decode(id.GetIdBytes()); block != nil {
		if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
			name = text(cert.Subject.CommonName)
		}
	}
	mspID = text(id.GetMspid())
	if len(d.creators) > 10_000 {
		clear(d.creators)
	}
	d.creators[string(raw)] = [2]string{mspID, name}
	return mspID, name, nil
}

// text makes what a stranger wrote fit for a text column.
func text(s string) string { return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD") }

// wellFormed reports whether the envelope is exactly its two fields in canonical form. A block's data hash has no
// framing between envelopes, so bytes that could be cut differently must not be believed.
func wellFormed(raw []byte) bool {
	last := protowire.Number(0)
	for len(raw) > 0 {
		num, typ, n := protowire.ConsumeTag(raw)
		if n < 0 || typ != protowire.BytesType || num <= last || num > 2 || n != protowire.SizeTag(num) {
			return false
		}
		v, m := protowire.ConsumeBytes(raw[n:])
		if m < 0 || len(v) == 0 || m != protowire.SizeBytes(len(v)) {
			return false
		}
		last, raw = num, raw[n+m:]
	}
	return last != 0
}

// writes calls visit for every state write of the transaction in the chaincode's namespace, in the order of the
// read-write set.
func writes(payload *common.Payload, visit func(*kvrwset.KVWrite) error) error {
	var tx peer.Transaction
	if err := proto.Unmarshal(payload.GetData(), &tx); err != nil {
		return fmt.Errorf("its transaction: %w", err)
	}
	if len(tx.GetActions()) == 0 {
		return errors.New("its transaction holds no action")
	}
	for _, action := range tx.GetActions() {
		var cap peer.ChaincodeActionPayload
		if err := proto.Unmarshal(action.GetPayload(), &cap); err != nil {
			return fmt.Errorf("its action: %w", err)
		}
		var response peer.ProposalResponsePayload
		if err := proto.Unmarshal(cap.GetAction().GetProposalResponsePayload(), &response); err != nil {
			return fmt.Errorf("its response: %w", err)
		}
		var cc peer.ChaincodeAction
		if err := proto.Unmarshal(response.GetExtension(), &cc); err != nil {
			return fmt.Errorf("its chaincode action: %w", err)
		}
		var set rwset.TxReadWriteSet
		if err := proto.Unmarshal(cc.GetResults(), &set); err != nil {
			return fmt.Errorf("its read-write set: %w", err)
		}
		for _, ns := range set.GetNsRwset() {
			if ns.GetNamespace() != Namespace {
				continue
			}
			var kv kvrwset.KVRWSet
			if err := proto.Unmarshal(ns.GetRwset(), &kv); err != nil {
				return fmt.Errorf("its writes: %w", err)
			}
			for _, w := range kv.GetWrites() {
				if err := visit(w); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
