package proof

import (
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// Read is a public key that a transaction read. Nil: there was none.
type Read struct {
	Namespace string
	Key       string
	Version   *Version
}

// Glimpse is what an envelope says of itself, believed by nobody yet: whoever collects blocks for a proof looks at it to
// choose them.
type Glimpse struct {
	ID     string
	Config bool // it holds a configuration of the channel
	Reads  []Read
	Writes []Write
}

// Peek reads as much of an envelope as can be read. It never fails: what is unreadable says nothing.
func Peek(raw []byte) Glimpse {
	_, payload, channel, err := openEnvelope(raw)
	if err != nil {
		return Glimpse{}
	}
	g := Glimpse{ID: channel.GetTxId(), Config: common.HeaderType(channel.GetType()) == common.HeaderType_CONFIG}
	if common.HeaderType(channel.GetType()) != common.HeaderType_ENDORSER_TRANSACTION {
		return g
	}
	var t transaction
	action, err := t.open(payload)
	if err != nil {
		return g
	}
	var response peer.ProposalResponsePayload
	var result peer.ChaincodeAction
	if proto.Unmarshal(action.GetAction().GetProposalResponsePayload(), &response) != nil ||
		proto.Unmarshal(response.GetExtension(), &result) != nil || t.readSets(result.GetResults()) != nil {
		return g
	}
	for _, n := range t.sets {
		for _, r := range n.public.GetReads() {
			g.Reads = append(g.Reads, Read{n.name, r.GetKey(), versionOf(r.GetVersion())})
		}
	}
	g.Writes = t.changes()
	return g
}

// changes lists what a transaction does to public keys.
func (t *transaction) changes() []Write {
	var out []Write
	for _, n := range t.sets {
		for _, w := range n.public.GetWrites() {
			change := Write{Namespace: n.name, Key: w.GetKey(), Value: w.GetValue()}
			if w.GetIsDelete() || len(w.GetValue()) == 0 {
				change.Value = nil
			}
			out = append(out, change)
		}
	}
	return out
}
