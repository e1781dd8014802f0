package testchannel

import (
	"slices"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/proto"
)

// Define commits the chaincode's next definition, with the policy that the channel has now. As the lifecycle does, it
// writes only fields that change.
func (c *Channel) Define() *common.Block {
	key := func(field string) string { return "namespaces/fields/" + Chaincode + "/" + field }
	c.sequence++
	writes := map[string]*lifecycle.StateData{"Sequence": {Type: &lifecycle.StateData_Int64{Int64: c.sequence}},
		"ValidationInfo": {Type: &lifecycle.StateData_Bytes{Bytes: marshal(&lifecycle.ChaincodeValidationInfo{ValidationPlugin: "vscc",
			ValidationParameter: applicationPolicy(c.Policy)})}}}
	if c.sequence == 1 {
		writes["EndorsementInfo"] = &lifecycle.StateData{Type: &lifecycle.StateData_Bytes{Bytes: marshal(&lifecycle.ChaincodeEndorsementInfo{
			Version: "1", EndorsementPlugin: "escc"})}}
	}
	set := &kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: key("Sequence"), Version: c.defined}}}
	for _, field := range []string{"EndorsementInfo", "Sequence", "ValidationInfo"} {
		if w := writes[field]; w != nil {
			set.Writes = append(set.Writes, &kvrwset.KVWrite{Key: key(field), Value: marshal(w)})
		}
	}
	raw, _ := c.Envelope(Call{By: c.Admins[ledger.FinanceMSP], Chaincode: "_lifecycle", Args: [][]byte{[]byte("CommitChaincodeDefinition")},
		Results:   &rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{Namespace: "_lifecycle", Rwset: marshal(set)}}},
		Endorsers: []*Member{c.Peers[ledger.FinanceMSP], c.Peers[ledger.BankMSP]}})
	b := c.append([][]byte{raw}, []byte{0})
	c.defined = &kvrwset.Version{BlockNum: b.Header.Number}
	return b
}

// Reconfigure commits a change of the configuration that these administrators agreed to. The change is made to a copy,
// in which it must raise the version of what it changes.
func (c *Channel) Reconfigure(change func(*common.ConfigGroup), by ...*Member) *common.Block {
	wanted := proto.Clone(c.config.ChannelGroup).(*common.ConfigGroup)
	change(wanted)
	update := marshal(&common.ConfigUpdate{ChannelId: Name, ReadSet: c.config.ChannelGroup, WriteSet: wanted})
	agreed := &common.ConfigUpdateEnvelope{ConfigUpdate: update}
	for _, m := range by {
		header := marshal(&common.SignatureHeader{Creator: m.Creator, Nonce: nonce()})
		agreed.Signatures = append(agreed.Signatures, &common.ConfigSignature{SignatureHeader: header, Signature: m.Sign(slices.Concat(header, update))})
	}
	envelope := func(kind common.HeaderType, by *Member, data proto.Message) *common.Envelope {
		payload := marshal(&common.Payload{Header: &common.Header{ChannelHeader: marshal(&common.ChannelHeader{Type: int32(kind), ChannelId: Name}),
			SignatureHeader: marshal(&common.SignatureHeader{Creator: by.Creator, Nonce: nonce()})}, Data: marshal(data)})
		return &common.Envelope{Payload: payload, Signature: by.Sign(payload)}
	}
	c.config = &common.Config{Sequence: c.config.Sequence + 1, ChannelGroup: wanted}
	c.lastConfig = uint64(len(c.blocks))
	return c.append([][]byte{marshal(envelope(common.HeaderType_CONFIG, c.Orderer, &common.ConfigEnvelope{Config: c.config,
		LastUpdate: envelope(common.HeaderType_CONFIG_UPDATE, by[0], agreed)}))}, []byte{0})
}
