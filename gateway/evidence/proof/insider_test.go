package proof_test

import (
	"bytes"
	"crypto/elliptic"
	"encoding/asn1"
	"math/big"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/testchannel"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// envelope lets change have the envelope of the last block's first transaction.
func (w *world) envelope(change func(*common.Envelope)) {
	blocks := w.Blocks()
	b := blocks[len(blocks)-1]
	e := &common.Envelope{}
	if err := proto.Unmarshal(b.Data.Data[0], e); err != nil {
		panic(err)
	}
	change(e)
	b.Data.Data[0] = marshal(e)
	w.Reseal(len(blocks) - 1)
}

func flipLast(b []byte) []byte {
	out := bytes.Clone(b)
	out[len(out)-1] ^= 1
	return out
}

// highS is the other form of an ECDSA signature, which Fabric refuses.
func highS(signature []byte) []byte {
	var s struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(signature, &s); err != nil {
		panic(err)
	}
	s.S.Sub(elliptic.P256().Params().N, s.S)
	out, err := asn1.Marshal(s)
	if err != nil {
		panic(err)
	}
	return out
}

func endorsementsOf(change func([]*peer.Endorsement) []*peer.Endorsement) func(*peer.ChaincodeActionPayload) {
	return func(a *peer.ChaincodeActionPayload) { a.Action.Endorsements = change(a.Action.Endorsements) }
}

// An ordering service and a client that conspire can put anything into a block and sign it. They cannot sign for
// others: each thing that they forge and mark valid is found for its own reason.
func TestDishonestClientsAndOrderers(t *testing.T) {
	stranger := testchannel.NewOrganisation(ledger.BankMSP) // calls itself the bank
	put := func(w *world) testchannel.Call { return w.call(nil, []*kvrwset.KVWrite{writes("x", "1")}) }
	for _, c := range []struct {
		name   string
		forge  func(*world, *testchannel.Call)
		after  func(*world)
		reason proof.Reason
	}{
		{"nothing", nil, nil, ""},
		{"creator: signature", nil, func(w *world) { w.envelope(func(e *common.Envelope) { e.Signature = flipLast(e.Signature) }) }, proof.CreatorSignature},
		{"creator: signature in its high form", nil, func(w *world) {
			w.envelope(func(e *common.Envelope) { e.Signature = highS(e.Signature) })
		}, proof.CreatorSignature},
		{"creator: no signature at all", nil, func(w *world) { w.envelope(func(e *common.Envelope) { e.Signature = nil }) }, proof.BlockMalformed},
		{"creator: payload", nil, func(w *world) {
			w.envelope(func(e *common.Envelope) {
				p, h := &common.Payload{}, &common.ChannelHeader{}
				must(proto.Unmarshal(e.Payload, p))
				must(proto.Unmarshal(p.Header.ChannelHeader, h))
				h.Version = 9
				p.Header.ChannelHeader = marshal(h)
				e.Payload = marshal(p)
			})
		}, proof.CreatorSignature},
		{"creator: certificate of another authority", func(w *world, c *testchannel.Call) { c.By = stranger.Enrol("custodian@bank", "client") }, nil, proof.CreatorSignature},
		{"creator: of no organisation", func(w *world, c *testchannel.Call) {
			c.By = testchannel.NewOrganisation("OtherMSP").Enrol("x", "client")
		}, nil, proof.CreatorSignature},
		{"creator: without a role", func(w *world, c *testchannel.Call) { c.By = w.Organisations[ledger.BankMSP].Enrol("x", "nobody") }, nil, proof.CreatorSignature},
		{"another channel", func(w *world, c *testchannel.Call) {
			c.Header = func(h *common.ChannelHeader) { h.ChannelId = "other" }
		}, nil, proof.CreatorSignature},
		{"another identifier", func(w *world, c *testchannel.Call) {
			c.Header = func(h *common.ChannelHeader) { h.TxId = flipHex(h.TxId) }
		}, nil, proof.TransactionID},
		{"an epoch", func(w *world, c *testchannel.Call) { c.Header = func(h *common.ChannelHeader) { h.Epoch = 1 } }, nil, proof.TransactionShape},
		{"another kind", func(w *world, c *testchannel.Call) {
			c.Header = func(h *common.ChannelHeader) { h.Type = int32(common.HeaderType_MESSAGE) }
		}, nil, proof.TransactionShape},
		{"a bare configuration update", func(w *world, c *testchannel.Call) {
			c.Header = func(h *common.ChannelHeader) { h.Type = int32(common.HeaderType_CONFIG_UPDATE) }
		}, nil, proof.TransactionShape},
		{"endorsement: signature", func(w *world, c *testchannel.Call) {
			c.Action = endorsementsOf(func(e []*peer.Endorsement) []*peer.Endorsement { e[0].Signature = flipLast(e[0].Signature); return e })
		}, nil, proof.Endorsement},
		{"endorsement: signature in its high form", func(w *world, c *testchannel.Call) {
			c.Action = endorsementsOf(func(e []*peer.Endorsement) []*peer.Endorsement { e[0].Signature = highS(e[0].Signature); return e })
		}, nil, proof.Endorsement},
		{"endorsement: dropped", func(w *world, c *testchannel.Call) { c.Endorsers = c.Endorsers[:1] }, nil, proof.Endorsement},
		{"endorsement: none", func(w *world, c *testchannel.Call) { c.Endorsers = nil }, nil, proof.Endorsement},
		{"endorsement: twice the same", func(w *world, c *testchannel.Call) { c.Endorsers[1] = c.Endorsers[0] }, nil, proof.Endorsement},
		{"endorsement: by another organisation", func(w *world, c *testchannel.Call) { c.Endorsers[1] = w.Peers[ledger.AuditMSP] }, nil, proof.Endorsement},
		{"endorsement: by a client", func(w *world, c *testchannel.Call) {
			c.Endorsers[0] = w.Organisations[ledger.BankMSP].Enrol("x", "client")
		}, nil, proof.Endorsement},
		{"endorsement: by a stranger", func(w *world, c *testchannel.Call) { c.Endorsers[0] = stranger.Enrol("peer0", "peer") }, nil, proof.Endorsement},
		{"endorsement: under another's name", func(w *world, c *testchannel.Call) {
			c.Action = endorsementsOf(func(e []*peer.Endorsement) []*peer.Endorsement {
				e[0].Endorser = w.Peers[ledger.AuditMSP].Creator
				return e
			})
		}, nil, proof.Endorsement},
		{"answer: another value", func(w *world, c *testchannel.Call) {
			c.Action = func(a *peer.ChaincodeActionPayload) {
				p, r := &peer.ProposalResponsePayload{}, &peer.ChaincodeAction{}
				must(proto.Unmarshal(a.Action.ProposalResponsePayload, p))
				must(proto.Unmarshal(p.Extension, r))
				r.Results = marshal(w.call(nil, []*kvrwset.KVWrite{writes("x", "2")}).Results)
				p.Extension = marshal(r)
				a.Action.ProposalResponsePayload = marshal(p)
			}
		}, nil, proof.Endorsement},
		{"proposal: other arguments", func(w *world, c *testchannel.Call) {
			c.Action = func(a *peer.ChaincodeActionPayload) {
				a.ChaincodeProposalPayload = flipLast(a.ChaincodeProposalPayload)
			}
		}, nil, proof.TransactionShape},
		{"two actions", func(w *world, c *testchannel.Call) {
			c.Whole = func(t *peer.Transaction) { t.Actions = append(t.Actions, t.Actions[0]) }
		}, nil, proof.TransactionShape},
		{"other chaincode answered", func(w *world, c *testchannel.Call) {
			c.Deployed = func(a *peer.ChaincodeAction) { a.ChaincodeId.Name = "other" }
		}, nil, proof.TransactionShape},
		{"event of other chaincode", func(w *world, c *testchannel.Call) {
			c.Deployed = func(a *peer.ChaincodeAction) { a.Events = marshal(&peer.ChaincodeEvent{ChaincodeId: "other"}) }
		}, nil, proof.TransactionShape},
		{"chaincode that nobody defined", func(w *world, c *testchannel.Call) { c.Chaincode = "other" }, nil, proof.TransactionShape},
		{"a write into other chaincode's state", func(w *world, c *testchannel.Call) {
			c.Results.NsRwset = append(c.Results.NsRwset, &rwset.NsReadWriteSet{Namespace: "other", Rwset: marshal(&kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{writes("x", "1")}})})
		}, nil, proof.TransactionShape},
		{"a namespace twice", func(w *world, c *testchannel.Call) {
			c.Results.NsRwset = append(c.Results.NsRwset, c.Results.NsRwset[1])
		}, nil, proof.TransactionShape},
		{"a definition that two organisations did not agree on", func(w *world, c *testchannel.Call) {
			c.Endorsers = []*testchannel.Member{w.Peers[ledger.BankMSP]}
			c.Results.NsRwset[0].Rwset = marshal(&kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{writes("namespaces/fields/fundtrace/Sequence", "2")}})
		}, nil, proof.Endorsement},
		{"a read of what has changed", func(w *world, c *testchannel.Call) { *c = w.call([]*kvrwset.KVRead{reads("k", nil)}, nil) }, nil, proof.ReadConflict},
		{"a read of what never was", func(w *world, c *testchannel.Call) { *c = w.call([]*kvrwset.KVRead{reads("n", at(2, 0))}, nil) }, nil, proof.ReadConflict},
		{"a range with a phantom", func(w *world, c *testchannel.Call) {
			*c = w.callSet(&kvrwset.KVRWSet{RangeQueriesInfo: []*kvrwset.RangeQueryInfo{{StartKey: "k", EndKey: "l", ItrExhausted: true}}})
		}, nil, proof.ReadConflict},
		{"the same transaction again", func(w *world, c *testchannel.Call) { c.Nonce = w.nonce }, nil, proof.DuplicateID},
		{"policies for single keys", func(w *world, c *testchannel.Call) {
			*c = w.callSet(&kvrwset.KVRWSet{MetadataWrites: []*kvrwset.KVMetadataWrite{{Key: "x"}}})
		}, nil, proof.Unsupported},
		{"a private collection", func(w *world, c *testchannel.Call) {
			c.Results.NsRwset[1].CollectionHashedRwset = []*rwset.CollectionHashedReadWriteSet{{CollectionName: "private",
				HashedRwset: marshal(&kvrwset.HashedRWSet{HashedWrites: []*kvrwset.KVWriteHash{{KeyHash: []byte("h"), ValueHash: []byte("v")}}})}}
		}, nil, proof.Unsupported},
		{"hashes of a range", func(w *world, c *testchannel.Call) {
			*c = w.callSet(&kvrwset.KVRWSet{RangeQueriesInfo: []*kvrwset.RangeQueryInfo{{StartKey: "k", EndKey: "l",
				ReadsInfo: &kvrwset.RangeQueryInfo_ReadsMerkleHashes{ReadsMerkleHashes: &kvrwset.QueryReadsMerkleSummary{}}}}})
		}, nil, proof.Unsupported},

		{"orderer: a member that orders nothing", nil, signedBy(func(w *world) *testchannel.Member { return w.Peers[ledger.BankMSP] }), proof.OrdererSignature},
		{"orderer: a stranger", nil, signedBy(func(*world) *testchannel.Member {
			return testchannel.NewOrganisation(testchannel.OrdererMSP).Enrol("orderer1", "orderer")
		}), proof.OrdererSignature},
		{"orderer: says another configuration was the last", nil, func(w *world) { w.SignBlock(w.last(), 1, w.Orderer) }, proof.LastConfig},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			first := put(w)
			first.Nonce = []byte("a nonce that is used again")
			first.Results = w.call(nil, []*kvrwset.KVWrite{writes("k", "1")}).Results
			w.nonce = first.Nonce
			w.block([]peer.TxValidationCode{valid}, first) // 2
			call := put(w)
			if c.forge != nil {
				c.forge(w, &call)
			}
			w.block([]peer.TxValidationCode{valid}, call) // 3
			if c.after != nil {
				c.after(w)
			}
			_, _, err := verify(w.Blocks())
			if c.reason == "" {
				mustHold(t, err)
				return
			}
			wants(t, err, c.reason)
		})
	}
}

func flipHex(s string) string {
	if s[0] == '0' {
		return "1" + s[1:]
	}
	return "0" + s[1:]
}

func (w *world) last() *common.Block { return w.Blocks()[len(w.Blocks())-1] }

func signedBy(who func(*world) *testchannel.Member) func(*world) {
	return func(w *world) { w.SignBlock(w.last(), 0, who(w)) }
}

// What a peer calls invalid is called invalid for the same reason, and by no other name.
func TestCodesOfInvalidTransactions(t *testing.T) {
	for code, forge := range map[peer.TxValidationCode]func(*world, *testchannel.Call){
		peer.TxValidationCode_BAD_COMMON_HEADER: func(_ *world, c *testchannel.Call) { c.Header = func(h *common.ChannelHeader) { h.Epoch = 1 } },
		peer.TxValidationCode_BAD_CREATOR_SIGNATURE: func(_ *world, c *testchannel.Call) {
			c.By = testchannel.NewOrganisation(ledger.BankMSP).Enrol("x", "client")
		},
		peer.TxValidationCode_BAD_PROPOSAL_TXID: func(_ *world, c *testchannel.Call) {
			c.Header = func(h *common.ChannelHeader) { h.TxId = flipHex(h.TxId) }
		},
		peer.TxValidationCode_INVALID_ENDORSER_TRANSACTION: func(_ *world, c *testchannel.Call) { c.Whole = func(t *peer.Transaction) { t.Actions = nil } },
		peer.TxValidationCode_INVALID_CHAINCODE:            func(_ *world, c *testchannel.Call) { c.Chaincode = "other" },
		peer.TxValidationCode_ILLEGAL_WRITESET: func(_ *world, c *testchannel.Call) {
			c.Results.NsRwset = append(c.Results.NsRwset, c.Results.NsRwset[0])
		},
		peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE: func(_ *world, c *testchannel.Call) { c.Endorsers = nil },
		peer.TxValidationCode_DUPLICATE_TXID:             func(w *world, c *testchannel.Call) { c.Nonce = w.nonce },
	} {
		t.Run(code.String(), func(t *testing.T) {
			for _, claimed := range []peer.TxValidationCode{code, peer.TxValidationCode_INVALID_OTHER_REASON} {
				w := newWorld()
				w.nonce = []byte("a nonce that is used again")
				first := w.call(nil, nil)
				first.Nonce = w.nonce
				w.block([]peer.TxValidationCode{valid}, first)
				c := w.call(nil, []*kvrwset.KVWrite{writes("x", "1")})
				forge(w, &c)
				w.block([]peer.TxValidationCode{claimed}, c)
				_, txs, err := verify(w.Blocks())
				if claimed != code {
					wants(t, err, proof.Flag)
					continue
				}
				mustHold(t, err)
				if last := txs[len(txs)-1]; last.Code != code || last.Writes != nil {
					t.Errorf("the transaction is %+v", last)
				}
			}
		})
	}
	w := newWorld()
	c := w.call(nil, nil)
	c.Nonce = []byte("twice in one block")
	w.block([]peer.TxValidationCode{valid, peer.TxValidationCode_DUPLICATE_TXID}, c, c)
	w.Append([][]byte{marshal(&common.Envelope{Payload: []byte{1}, Signature: []byte{1}})}, []byte{byte(peer.TxValidationCode_BAD_PAYLOAD)})
	_, _, err := verify(w.Blocks())
	mustHold(t, err)
}
