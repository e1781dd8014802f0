package proof_test

import (
	"encoding/pem"
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/testchannel"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// Who the organisations are is theirs to say, not the ordering service's.
func TestConfigurationsThatNobodyAgreedTo(t *testing.T) {
	stranger := testchannel.NewOrganisation(ledger.BankMSP)
	for _, c := range []struct {
		name   string
		change func(*world)
		reason proof.Reason
	}{
		{"an organisation changes its own membership", func(w *world) {
			w.Reconfigure(changeMembership(w.Organisations[ledger.BankMSP]), w.Admins[ledger.BankMSP])
		}, ""},
		{"the ordering service replaces the bank's authority", func(w *world) {
			w.Reconfigure(changeMembership(stranger), w.Orderer)
		}, proof.ConfigUpdate},
		{"another organisation replaces the bank's authority", func(w *world) {
			w.Reconfigure(changeMembership(stranger), w.Admins[ledger.AuditMSP])
		}, proof.ConfigUpdate},
		{"a client of the bank does", func(w *world) {
			w.Reconfigure(changeMembership(stranger), w.Organisations[ledger.BankMSP].Enrol("x", "client"))
		}, proof.ConfigUpdate},
		{"an administrator of the stranger does", func(w *world) {
			w.Reconfigure(changeMembership(stranger), stranger.Enrol("admin", "admin"))
		}, proof.ConfigUpdate},
		{"most administrators admit an organisation", func(w *world) {
			w.Reconfigure(admit(testchannel.NewOrganisation("NewMSP")), w.Admins[ledger.BankMSP], w.Admins[ledger.FinanceMSP], w.Admins[ledger.AuditMSP])
		}, ""},
		{"two of five administrators admit an organisation", func(w *world) {
			w.Reconfigure(admit(testchannel.NewOrganisation("NewMSP")), w.Admins[ledger.BankMSP], w.Admins[ledger.FinanceMSP])
		}, proof.ConfigUpdate},
		{"one administrator signs three times", func(w *world) {
			w.Reconfigure(admit(testchannel.NewOrganisation("NewMSP")), w.Admins[ledger.BankMSP], w.Admins[ledger.BankMSP], w.Admins[ledger.BankMSP])
		}, proof.ConfigUpdate},
		{"a version is left out", func(w *world) {
			w.Reconfigure(func(g *common.ConfigGroup) {
				changeMembership(w.Organisations[ledger.BankMSP])(g)
				g.Groups["Application"].Groups[ledger.BankMSP].Values["MSP"].Version++
			}, w.Admins[ledger.BankMSP])
		}, proof.ConfigUpdate},
		{"nothing changes", func(w *world) { w.Reconfigure(func(*common.ConfigGroup) {}, w.Admins[ledger.BankMSP]) }, proof.ConfigUpdate},
		{"the configuration is not what the update leads to", func(w *world) {
			w.Reconfigure(changeMembership(w.Organisations[ledger.BankMSP]), w.Admins[ledger.BankMSP])
			w.configuration(func(e *common.ConfigEnvelope) { e.Config.ChannelGroup.ModPolicy = "Readers" })
		}, proof.ConfigUpdate},
		{"a number is left out", func(w *world) {
			w.Reconfigure(changeMembership(w.Organisations[ledger.BankMSP]), w.Admins[ledger.BankMSP])
			w.configuration(func(e *common.ConfigEnvelope) { e.Config.Sequence++ })
		}, proof.ConfigUpdate},
		{"the update is of another channel", func(w *world) {
			w.Reconfigure(changeMembership(w.Organisations[ledger.BankMSP]), w.Admins[ledger.BankMSP])
			w.configuration(func(e *common.ConfigEnvelope) { e.LastUpdate = nil })
		}, proof.ConfigUpdate},
		{"it is marked invalid", func(w *world) {
			b := w.Reconfigure(changeMembership(w.Organisations[ledger.BankMSP]), w.Admins[ledger.BankMSP])
			b.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = []byte{11}
		}, proof.ConfigUpdate},
		{"it shares its block", func(w *world) {
			b := w.Reconfigure(changeMembership(w.Organisations[ledger.BankMSP]), w.Admins[ledger.BankMSP])
			raw, _ := w.Envelope(w.call(nil, nil))
			b.Data.Data = append(b.Data.Data, raw)
			b.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = []byte{0, 0}
			w.Reseal(len(w.Blocks()) - 1)
		}, proof.ConfigInvalid},
		{"an authority that is none", func(w *world) {
			w.Reconfigure(func(g *common.ConfigGroup) {
				changeMembership(w.Organisations[ledger.BankMSP])(g)
				g.Groups["Application"].Groups[ledger.BankMSP].Values["MSP"].Value = nil
			}, w.Admins[ledger.BankMSP])
		}, proof.ConfigInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.change(w)
			_, _, err := verify(w.Blocks())
			if c.reason == "" {
				mustHold(t, err)
				return
			}
			wants(t, err, c.reason)
		})
	}
}

// admit adds an organisation with the policies of another.
func admit(o *testchannel.Organisation) func(*common.ConfigGroup) {
	return func(root *common.ConfigGroup) {
		application := root.Groups["Application"]
		application.Version++
		like := proto.Clone(application.Groups[ledger.AuditMSP]).(*common.ConfigGroup)
		like.Values["MSP"] = o.Membership()
		application.Groups[o.MSP] = like
	}
}

// configuration lets change have the configuration of the last block, which the ordering service signs again.
func (w *world) configuration(change func(*common.ConfigEnvelope)) {
	b := w.last()
	e, p, c := &common.Envelope{}, &common.Payload{}, &common.ConfigEnvelope{}
	must(proto.Unmarshal(b.Data.Data[0], e))
	must(proto.Unmarshal(e.Payload, p))
	must(proto.Unmarshal(p.Data, c))
	change(c)
	p.Data = marshal(c)
	e.Payload = marshal(p)
	e.Signature = w.Orderer.Sign(e.Payload)
	b.Data.Data[0] = marshal(e)
	w.Reseal(len(w.Blocks()) - 1)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// A BFT ordering service signs by the numbers of its nodes, which the configuration lists.
func TestBlocksOfNumberedOrderers(t *testing.T) {
	w := newWorld()
	w.Reconfigure(func(root *common.ConfigGroup) {
		ordering := root.Groups["Orderer"]
		ordering.Version++
		ordering.Values["Orderers"] = &common.ConfigValue{ModPolicy: "Admins", Value: marshal(&common.Orderers{ConsenterMapping: []*common.Consenter{
			{Id: 7, MspId: testchannel.OrdererMSP, Identity: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.Orderer.Cert.Raw})}}})}
	}, w.Ordering.Enrol("admin", "admin"))
	sign := func(id uint32) {
		b := w.block([]peer.TxValidationCode{valid}, w.call(nil, []*kvrwset.KVWrite{writes("x", "1")}))
		m := &common.Metadata{}
		must(proto.Unmarshal(b.Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES], m))
		header := marshal(&common.IdentifierHeader{Identifier: id, Nonce: []byte("n")})
		m.Signatures = []*common.MetadataSignature{{IdentifierHeader: header,
			Signature: w.Orderer.Sign(slices.Concat(m.Value, header, testchannel.HeaderBytes(b.Header)))}}
		b.Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES] = marshal(m)
	}
	sign(7)
	_, _, err := verify(w.Blocks())
	mustHold(t, err)
	sign(8)
	_, _, err = verify(w.Blocks())
	wants(t, err, proof.OrdererSignature)
}
