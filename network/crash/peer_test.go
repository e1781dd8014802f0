package crash

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/network/local"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// eyes look at the ledger through one peer, past every gateway of ours.
type eyes struct {
	w       *world
	msp     string
	network *client.Network
}

func open(w *world, organisation string) *eyes {
	w.Helper()
	admin, err := w.n.Admin(organisation)
	if err != nil {
		w.Fatal(err)
	}
	connection, err := w.n.Dial(organisation)
	if err != nil {
		w.Fatal(err)
	}
	gateway, err := client.Connect(admin, client.WithSign(admin.SignDigest), client.WithHash(hash.SHA256),
		client.WithClientConnection(connection), client.WithEvaluateTimeout(patience))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { gateway.Close(); connection.Close() })
	return &eyes{w: w, msp: admin.MspID(), network: gateway.GetNetwork(local.ChannelName)}
}

// ask has this very peer, and no other, evaluate a read.
func (e *eyes) ask(contract, function string, args ...string) ([]byte, error) {
	return e.network.GetContract(contract).EvaluateWithContext(e.w.Context(), function, client.WithArguments(args...), client.WithEndorsingOrganizations(e.msp))
}

// read is ask of the ledger's own chaincode; the answer must be there.
func (e *eyes) read(out any, function string, args ...string) string {
	e.w.Helper()
	answer, err := e.ask(local.ChaincodeName, function, args...)
	if err != nil {
		e.w.Fatalf("%s at the peer of %s: %v", function, e.msp, err)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		e.w.Fatal(err)
	}
	return string(answer)
}

// height is how many blocks the peer has.
func (e *eyes) height() uint64 {
	e.w.Helper()
	answer, err := e.ask("qscc", "GetChainInfo", local.ChannelName)
	if err != nil {
		e.w.Fatalf("height at the peer of %s: %v", e.msp, err)
	}
	var info common.BlockchainInfo
	if err := proto.Unmarshal(answer, &info); err != nil {
		e.w.Fatal(err)
	}
	return info.GetHeight()
}

// blocks reads the peer's chain from block 0 on, so many blocks.
func (e *eyes) blocks(height uint64) []*common.Block {
	e.w.Helper()
	ctx, cancel := context.WithCancel(e.w.Context())
	stream, err := e.network.BlockEvents(ctx, client.WithStartBlock(0))
	if err != nil {
		e.w.Fatal(err)
	}
	defer func() {
		cancel()
		for range stream { // the reader sends without looking at ctx
		}
	}()
	var list []*common.Block
	for b := range stream {
		if list = append(list, b); uint64(len(list)) == height {
			return list
		}
	}
	e.w.Fatalf("the peer of %s gave %d of %d blocks", e.msp, len(list), height)
	return nil
}

// records is what the valid transactions of a chain wrote.
type records struct {
	times     map[string]int                  // entry: valid transactions that recorded it
	movements map[string]ledger.Movement      // the immutable part
	states    map[string]ledger.MovementState // the latest, where there is one
	codes     map[peer.TxValidationCode]int   // transactions
}

// decode reads the records from blocks, with nothing of the read model's code.
func decode(w *world, blocks []*common.Block) *records {
	w.Helper()
	r := &records{times: map[string]int{}, movements: map[string]ledger.Movement{}, states: map[string]ledger.MovementState{}, codes: map[peer.TxValidationCode]int{}}
	for _, b := range blocks {
		codes := b.GetMetadata().GetMetadata()[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
		for i, envelope := range b.GetData().GetData() {
			code := peer.TxValidationCode(codes[i])
			r.codes[code]++
			if code == peer.TxValidationCode_VALID {
				for _, write := range writesOf(w, envelope) {
					r.take(w, write)
				}
			}
		}
	}
	return r
}

func (r *records) take(w *world, write *kvrwset.KVWrite) {
	room, rest, _ := strings.Cut(write.GetKey(), "/")
	switch room + "/" {
	case ledger.EntryRoom:
		entry, number, _ := strings.Cut(rest, "/")
		if n, err := strconv.Atoi(number); err != nil || n == 0 {
			r.times[entry]++
		}
		var page ledger.Page
		w.unmarshal(write.GetValue(), &page)
		for _, m := range page.Movements {
			r.movements[ledger.MovementID(entry, m.N)] = m
		}
	case ledger.MovementRoom:
		var st ledger.MovementState
		w.unmarshal(write.GetValue(), &st)
		r.states[rest] = st
	}
}

// stage is where a movement stands.
func (r *records) stage(movement string) ledger.Stage {
	if st, changed := r.states[movement]; changed {
		return st.Stage
	}
	return r.movements[movement].Stage
}

func (w *world) unmarshal(text []byte, out any) {
	w.Helper()
	if err := json.Unmarshal(text, out); err != nil {
		w.Fatal(err)
	}
}

// writesOf digs the writes of our chaincode out of a transaction.
func writesOf(w *world, envelope []byte) (writes []*kvrwset.KVWrite) {
	w.Helper()
	var env common.Envelope
	var payload common.Payload
	var header common.ChannelHeader
	dig(w, envelope, &env)
	dig(w, env.GetPayload(), &payload)
	dig(w, payload.GetHeader().GetChannelHeader(), &header)
	if common.HeaderType(header.GetType()) != common.HeaderType_ENDORSER_TRANSACTION {
		return nil
	}
	var tx peer.Transaction
	dig(w, payload.GetData(), &tx)
	for _, a := range tx.GetActions() {
		var action peer.ChaincodeActionPayload
		var response peer.ProposalResponsePayload
		var result peer.ChaincodeAction
		var set rwset.TxReadWriteSet
		dig(w, a.GetPayload(), &action)
		dig(w, action.GetAction().GetProposalResponsePayload(), &response)
		dig(w, response.GetExtension(), &result)
		dig(w, result.GetResults(), &set)
		for _, ns := range set.GetNsRwset() {
			if ns.GetNamespace() == local.ChaincodeName {
				var kv kvrwset.KVRWSet
				dig(w, ns.GetRwset(), &kv)
				writes = append(writes, kv.GetWrites()...)
			}
		}
	}
	return writes
}

func dig(w *world, data []byte, m proto.Message) {
	w.Helper()
	if err := proto.Unmarshal(data, m); err != nil {
		w.Fatal(err)
	}
}
