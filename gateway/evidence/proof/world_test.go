package proof_test

import (
	"errors"
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

// world is a channel on which tests write keys as they like.
type world struct {
	*testchannel.Channel
	client *testchannel.Member
	def    *kvrwset.Version // of the definition that calls read
	nonce  []byte           // of a transaction that was made before
}

func newWorld() *world {
	c := testchannel.New()
	return &world{Channel: c, client: c.Organisations[ledger.ManagerMSP].Enrol("m@manager", "client"), def: &kvrwset.Version{BlockNum: 1}}
}

func at(block, tx uint64) *kvrwset.Version { return &kvrwset.Version{BlockNum: block, TxNum: tx} }

func reads(key string, v *kvrwset.Version) *kvrwset.KVRead {
	return &kvrwset.KVRead{Key: key, Version: v}
}

func writes(key, v string) *kvrwset.KVWrite {
	return &kvrwset.KVWrite{Key: key, Value: []byte(v), IsDelete: v == ""}
}

// call is a transaction of the chaincode with these reads and writes, endorsed by bank and finance bureau.
func (w *world) call(r []*kvrwset.KVRead, ws []*kvrwset.KVWrite) testchannel.Call {
	return w.callSet(&kvrwset.KVRWSet{Reads: r, Writes: ws})
}

func (w *world) callSet(own *kvrwset.KVRWSet) testchannel.Call {
	def := &kvrwset.KVRWSet{Reads: []*kvrwset.KVRead{{Key: "namespaces/fields/fundtrace/Sequence", Version: w.def}}}
	return testchannel.Call{By: w.client, Chaincode: testchannel.Chaincode, Args: [][]byte{[]byte("f")},
		Endorsers: []*testchannel.Member{w.Peers[ledger.BankMSP], w.Peers[ledger.FinanceMSP]},
		Results: &rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{Namespace: "_lifecycle", Rwset: marshal(def)},
			{Namespace: testchannel.Chaincode, Rwset: marshal(own)}}}}
}

func marshal(m proto.Message) []byte {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

// block appends calls with the flags that their peer would write.
func (w *world) block(flags []peer.TxValidationCode, calls ...testchannel.Call) *common.Block {
	var data [][]byte
	var codes []byte
	for i, c := range calls {
		raw, _ := w.Envelope(c)
		data = append(data, raw)
		codes = append(codes, byte(flags[i]))
	}
	return w.Append(data, codes)
}

var (
	valid    = peer.TxValidationCode_VALID
	conflict = peer.TxValidationCode_MVCC_READ_CONFLICT
)

// verify shows a chain the blocks, those in hidden as headers only.
func verify(blocks []*common.Block, hidden ...uint64) (*proof.Chain, []proof.Tx, error) {
	chain, err := proof.NewChain(blocks[0], nil)
	if err != nil {
		return nil, nil, err
	}
	skip := map[uint64]bool{}
	for _, n := range hidden {
		skip[n] = true
	}
	var all []proof.Tx
	for _, b := range blocks[1:] {
		if skip[b.Header.Number] {
			if err := chain.Header(b.Header); err != nil {
				return nil, nil, err
			}
			continue
		}
		txs, err := chain.Block(b)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, txs...)
	}
	return chain, all, chain.End()
}

// wants checks that verification fails for this reason.
func wants(t *testing.T, err error, reason proof.Reason) {
	t.Helper()
	var f *proof.Failure
	if !errors.As(err, &f) || f.Reason != reason {
		t.Errorf("got %v, want %s", err, reason)
	}
}

func mustHold(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
