package statement_test

import (
	"context"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/evidence/statement"
	"fundtrace/gateway/evidence/testchannel"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const (
	bureau = "other:bureau"
	salt   = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
)

var (
	now     = time.Date(2026, 3, 2, 8, 0, 0, 123456789, time.UTC)
	officer = ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: bureau, Name: "officer@finance"}
	service = ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleService, Name: "gateway@finance"}
)

// world is a channel with real keys over a ledger in memory that runs the real contract: a statement.Channel.
type world struct {
	*testchannel.Channel
	t      testing.TB
	l      *memledger.Ledger
	asker  *testchannel.Member
	entry  string // 20 payments of 1 to 20 fen from one lot, salted
	lot    string // that they draw on
	forge  func(*testchannel.Call)
	latest []byte // envelope
}

func newWorld(t testing.TB) *world {
	t.Helper()
	c := testchannel.New()
	w := &world{Channel: c, t: t, l: memledger.New(memledger.WithClock(func() time.Time { return now })),
		asker: c.Organisations[ledger.FinanceMSP].Enrol("gateway@finance", "client")}
	declare := func(m ledger.Movement) ledger.Op {
		m.Currency, m.Date = "CNY", "2026-03-01"
		return ledger.Op{Type: ledger.MovementDeclare, Movement: &m}
	}
	account := func(id string) ledger.Op {
		return ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: id, Owner: bureau, Purpose: ledger.Published, Currency: "CNY"}}
	}
	founding := w.record(ledger.Entry{Key: "founding", Ops: []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: bureau, Kind: ledger.Government}},
		account("acct:a"), account("acct:b"),
		declare(ledger.Movement{Kind: ledger.UnknownOrigin, To: "acct:a", Amount: 1000, Origin: &ledger.Origin{Source: ledger.UnknownSource}})}})
	w.lot = ledger.LotID(ledger.MovementID(founding, 3), 0)
	e := ledger.Entry{Key: "payments", Salt: salt}
	for i := range 20 {
		e.Ops = append(e.Ops, declare(ledger.Movement{Kind: ledger.Transfer, From: "acct:a", To: "acct:b", Amount: int64(i) + 1, Memo: "第 <" + string(rune('a'+i)) + ">",
			Draws: []ledger.Draw{{Lot: w.lot, Amount: int64(i) + 1}}}))
	}
	w.entry = w.record(e)
	return w
}

func (w *world) record(e ledger.Entry) string {
	w.t.Helper()
	r, err := w.l.Submit(officer, e)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.Entry
}

// EndorseAnswer implements statement.Channel: the contract answers, and one peer of each organisation signs.
func (w *world) EndorseAnswer(_ context.Context, organisations []string, function string, args ...string) ([]byte, error) {
	tx, answer, err := w.l.Invoke(service, function, args...)
	if err != nil {
		return nil, err
	}
	var read kvrwset.KVRWSet
	for _, key := range tx.ReadKeys() {
		read.Reads = append(read.Reads, &kvrwset.KVRead{Key: key, Version: &kvrwset.Version{BlockNum: 1}})
	}
	call := testchannel.Call{By: w.asker, Chaincode: testchannel.Chaincode, Args: [][]byte{[]byte(function)},
		Results:  &rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{Namespace: testchannel.Chaincode, Rwset: encode(&read)}}},
		Response: &peer.Response{Status: 200, Payload: answer}, Header: func(h *common.ChannelHeader) { h.Timestamp = timestamppb.New(now) }}
	for _, a := range args {
		call.Args = append(call.Args, []byte(a))
	}
	for _, msp := range organisations {
		call.Endorsers = append(call.Endorsers, w.Peers[msp])
	}
	if w.forge != nil {
		w.forge(&call)
	}
	w.latest, _ = w.Envelope(call)
	return w.latest, nil
}

// Configurations implements statement.Channel.
func (w *world) Configurations(context.Context) ([]*common.Block, error) {
	var out []*common.Block
	for i, b := range w.Blocks() {
		if i == 0 || len(b.Data.Data) == 1 && isConfiguration(b) {
			out = append(out, b)
		}
	}
	return out, nil
}

func isConfiguration(b *common.Block) bool {
	var e common.Envelope
	var p common.Payload
	var h common.ChannelHeader
	return proto.Unmarshal(b.Data.Data[0], &e) == nil && proto.Unmarshal(e.Payload, &p) == nil &&
		proto.Unmarshal(p.GetHeader().GetChannelHeader(), &h) == nil && common.HeaderType(h.Type) == common.HeaderType_CONFIG
}

func encode(m proto.Message) []byte {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

// make makes a statement, which must succeed.
func (w *world) make(r statement.Request) *statement.Proof {
	w.t.Helper()
	p, err := statement.Make(context.Background(), w, r)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// file is the proof as a file.
func (w *world) file(p *statement.Proof) []byte {
	w.t.Helper()
	out, err := p.Encode()
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// forged is the file of an answer that its makers changed: what Make would not hand out.
func (w *world) forged(r statement.Request, forge func(*testchannel.Call)) []byte {
	w.t.Helper()
	w.forge = forge
	_, _ = statement.Make(context.Background(), w, r)
	w.forge = nil
	blocks, _ := w.Configurations(context.Background())
	return w.file(&statement.Proof{Envelope: w.latest, Configurations: blocks})
}

// about asks for a lot and two movements.
func (w *world) about() statement.Request {
	return statement.Request{Lots: []string{w.lot}, Movements: []string{ledger.MovementID(w.entry, 7), w.lot[:len(w.lot)-2]}}
}

// showing asks for one payment without the others.
func (w *world) showing() statement.Request {
	return statement.Request{Disclose: ledger.MovementID(w.entry, 7)}
}
