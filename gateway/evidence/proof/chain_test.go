package proof_test

import (
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/testchannel"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

func TestChainOfWholeBlocks(t *testing.T) {
	w := newWorld()
	w.block([]peer.TxValidationCode{valid, valid}, w.call([]*kvrwset.KVRead{reads("a", nil)}, []*kvrwset.KVWrite{writes("a", "1")}),
		w.call(nil, []*kvrwset.KVWrite{writes("b", "1")})) // 2
	w.block([]peer.TxValidationCode{valid, conflict}, w.call([]*kvrwset.KVRead{reads("a", at(2, 0))}, []*kvrwset.KVWrite{writes("a", "2")}),
		w.call([]*kvrwset.KVRead{reads("a", at(2, 0))}, []*kvrwset.KVWrite{writes("a", "3")})) // 3
	w.block([]peer.TxValidationCode{valid}, w.call([]*kvrwset.KVRead{reads("b", at(2, 1))}, []*kvrwset.KVWrite{writes("b", "")})) // 4: deletes
	w.block([]peer.TxValidationCode{valid}, w.call([]*kvrwset.KVRead{reads("b", nil)}, []*kvrwset.KVWrite{writes("b", "2")}))     // 5
	chain, txs, err := verify(w.Blocks())
	mustHold(t, err)
	if len(txs) != 7 || txs[1].Writes[0].Key != "a" || txs[4].Writes != nil || txs[5].Writes[0].Value != nil {
		t.Errorf("transactions are %+v", txs)
	}
	if got := chain.Definition("fundtrace").Policy(); got != "OutOf(2, BankMSP.peer, FinanceMSP.peer)" {
		t.Errorf("the policy is %s", got)
	}
	if chain.Standing(proof.Version{Block: 5}) != proof.Replayed || chain.Gaps() != 0 || chain.Orderers()["orderer1 of OrdererMSP"] != 5 {
		t.Errorf("standing %s, gaps %d, orderers %v", chain.Standing(proof.Version{Block: 5}), chain.Gaps(), chain.Orderers())
	}
}

// A definition of another policy counts from the next block on, and fields that do not change are not written again.
func TestChangesOfDefinitionAndConfiguration(t *testing.T) {
	w := newWorld()
	put := func(flag peer.TxValidationCode, endorsers ...*testchannel.Member) {
		c := w.call(nil, []*kvrwset.KVWrite{writes("x", "1")})
		c.Endorsers = endorsers
		w.block([]peer.TxValidationCode{flag}, c)
	}
	bank, finance, audit := w.Peers[ledger.BankMSP], w.Peers[ledger.FinanceMSP], w.Peers[ledger.AuditMSP]
	put(valid, bank, finance)
	put(peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE, bank, audit)
	w.Policy = testchannel.Peers(3, ledger.BankMSP, ledger.FinanceMSP, ledger.AuditMSP)
	w.def = at(w.Define().Header.Number, 0)
	put(peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE, bank, finance)
	put(valid, bank, finance, audit)
	// The bank's peer is revoked.
	revoke := w.Organisations[ledger.BankMSP]
	list := revoke.Revoke(bank)
	w.Reconfigure(changeMembership(revoke, list), w.Admins[ledger.BankMSP])
	put(peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE, bank, finance, audit)
	other := revoke.Enrol("peer1", "peer")
	put(valid, other, finance, audit)
	chain, _, err := verify(w.Blocks())
	mustHold(t, err)
	if d := chain.Definition("fundtrace"); d.Sequence != 2 || d.Version != "1" {
		t.Errorf("the definition is %+v", d)
	}
	if chain.Config().Sequence() != 1 || len(chain.Config().Organisations()) != 6 {
		t.Errorf("the configuration has number %d and %d organisations", chain.Config().Sequence(), len(chain.Config().Organisations()))
	}
}

func TestApprovalsNeedTheirOwnOrganisationOnly(t *testing.T) {
	w := newWorld()
	approval := func(org string, by *testchannel.Member) testchannel.Call {
		hashed := marshal(&kvrwset.HashedRWSet{HashedReads: []*kvrwset.KVReadHash{{KeyHash: []byte("h")}},
			HashedWrites: []*kvrwset.KVWriteHash{{KeyHash: []byte("h"), ValueHash: []byte("v")}}})
		return testchannel.Call{By: w.Admins[org], Chaincode: "_lifecycle", Endorsers: []*testchannel.Member{by},
			Results: &rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{Namespace: "_lifecycle",
				CollectionHashedRwset: []*rwset.CollectionHashedReadWriteSet{{CollectionName: "_implicit_org_" + org, HashedRwset: hashed}}}}}}
	}
	w.block([]peer.TxValidationCode{valid}, approval(ledger.BankMSP, w.Peers[ledger.BankMSP]))
	w.block([]peer.TxValidationCode{peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE}, approval(ledger.FinanceMSP, w.Peers[ledger.BankMSP]))
	w.block([]peer.TxValidationCode{conflict}, approval(ledger.BankMSP, w.Peers[ledger.BankMSP])) // the hashed key exists by now
	_, _, err := verify(w.Blocks())
	mustHold(t, err)
}

func TestRangesAreRepeated(t *testing.T) {
	w := newWorld()
	ask := func(from, to string, seen ...*kvrwset.KVRead) testchannel.Call {
		return w.callSet(&kvrwset.KVRWSet{RangeQueriesInfo: []*kvrwset.RangeQueryInfo{{StartKey: from, EndKey: to, ItrExhausted: true,
			ReadsInfo: &kvrwset.RangeQueryInfo_RawReads{RawReads: &kvrwset.QueryReads{KvReads: seen}}}}})
	}
	phantom := peer.TxValidationCode_PHANTOM_READ_CONFLICT
	w.block([]peer.TxValidationCode{valid}, w.call(nil, []*kvrwset.KVWrite{writes("k1", "1"), writes("k2", "1"), writes("z", "1")}))
	w.block([]peer.TxValidationCode{valid}, ask("k", "l", reads("k1", at(2, 0)), reads("k2", at(2, 0))))
	w.block([]peer.TxValidationCode{phantom}, ask("k", "l", reads("k1", at(2, 0))))
	w.block([]peer.TxValidationCode{valid, phantom}, w.call(nil, []*kvrwset.KVWrite{writes("k3", "1")}),
		ask("k", "l", reads("k1", at(2, 0)), reads("k2", at(2, 0))))
	_, _, err := verify(w.Blocks())
	mustHold(t, err)
}

// With blocks left out, a read is confirmed, contradicted or neither, and the report says which.
func TestChainWithGaps(t *testing.T) {
	w := newWorld()
	w.block([]peer.TxValidationCode{valid}, w.call(nil, []*kvrwset.KVWrite{writes("lot", "1")}))                                          // 2
	w.block([]peer.TxValidationCode{valid}, w.call(nil, []*kvrwset.KVWrite{writes("other", "1")}))                                        // 3: left out
	w.block([]peer.TxValidationCode{valid}, w.call([]*kvrwset.KVRead{reads("lot", at(2, 0))}, []*kvrwset.KVWrite{writes("lot", "2")}))    // 4
	w.block([]peer.TxValidationCode{valid}, w.call([]*kvrwset.KVRead{reads("other", at(3, 0))}, []*kvrwset.KVWrite{writes("b", "1")}))    // 5
	w.block([]peer.TxValidationCode{conflict}, w.call([]*kvrwset.KVRead{reads("lot", at(2, 0))}, []*kvrwset.KVWrite{writes("lot", "3")})) // 6
	w.block([]peer.TxValidationCode{valid}, w.call([]*kvrwset.KVRead{reads("lot", at(4, 0))}, []*kvrwset.KVWrite{writes("lot", "4")}))    // 7
	w.block([]peer.TxValidationCode{conflict}, w.call([]*kvrwset.KVRead{reads("other", nil)}, []*kvrwset.KVWrite{writes("other", "2")}))  // 8
	chain, txs, err := verify(w.Blocks(), 3)
	mustHold(t, err)
	for block, want := range map[uint64]proof.Standing{2: proof.Replayed, 4: proof.Witnessed, 5: proof.Claimed, 7: proof.Claimed} {
		if got := chain.Standing(proof.Version{Block: block}); got != want {
			t.Errorf("block %d is %s, want %s", block, got, want)
		}
	}
	if unshown := txs[3].Unshown; txs[3].At.Block != 5 || unshown != 1 {
		t.Errorf("block %d has %d reads not shown, want 1 of block 5", txs[3].At.Block, unshown)
	}
	// Without the block that makes it so, an invalid transaction is not believed to be one.
	_, _, err = verify(w.Blocks(), 3, 4, 7)
	wants(t, err, proof.Flag)
}

func TestWhatMayNotBeLeftOut(t *testing.T) {
	w := newWorld()
	w.def = at(w.Define().Header.Number, 0)                                                      // 2
	w.block([]peer.TxValidationCode{valid}, w.call(nil, []*kvrwset.KVWrite{writes("x", "1")}))   // 3
	w.Reconfigure(changeMembership(w.Organisations[ledger.AuditMSP]), w.Admins[ledger.AuditMSP]) // 4
	w.block([]peer.TxValidationCode{valid}, w.call(nil, []*kvrwset.KVWrite{writes("x", "1")}))   // 5
	w.Reconfigure(changeMembership(w.Organisations[ledger.AuditMSP]), w.Admins[ledger.AuditMSP]) // 6
	for name, c := range map[string]struct {
		hidden []uint64
		want   proof.Reason
	}{
		"the definition in force":          {[]uint64{2}, proof.DefinitionMissing},
		"the configuration in force":       {[]uint64{4}, proof.LastConfig},
		"a configuration between two":      {[]uint64{4, 5}, proof.ConfigUpdate},
		"the block that seals the headers": {[]uint64{6}, proof.Unsealed},
	} {
		_, _, err := verify(w.Blocks(), c.hidden...)
		if c.want != "" {
			t.Run(name, func(t *testing.T) { wants(t, err, c.want) })
		}
	}
	_, _, err := verify(w.Blocks())
	mustHold(t, err)
}
