package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/testchannel"
	"fundtrace/gateway/fabric"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// following delivers the blocks of a channel and then nothing more, as a peer does.
func following(c *testchannel.Channel) blockStream {
	return func(ctx context.Context, from uint64, handle func(*common.Block) error) error {
		for _, b := range c.Blocks()[from:] {
			if err := handle(b); err != nil {
				return err
			}
		}
		<-ctx.Done()
		return ctx.Err()
	}
}

func someProver(t *testing.T, blocks blockStream) *prover {
	t.Helper()
	p := &prover{channel: "c", chaincode: "cc", dir: t.TempDir(), blocks: blocks, log: slog.New(slog.NewTextHandler(io.Discard, nil)), turns: make(chan struct{}, packsAtOnce)}
	p.ctx, p.stop = context.WithCancel(context.Background())
	return p
}

func TestProver(t *testing.T) {
	officer := ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: "other:bureau", Name: "officer@finance"}
	l, c := memledger.New(memledger.WithClock(func() time.Time { return time.Date(2025, 6, 30, 4, 0, 0, 0, time.UTC) })), testchannel.New()
	if _, err := l.Submit(officer, ledger.Entry{Key: "k", Ops: []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: "other:bureau", Kind: ledger.Government, Name: "B"}}}}); err != nil {
		t.Fatal(err)
	}
	c.Follow(l)
	p := someProver(t, following(c))
	channel, chaincode, genesis, err := p.Channel(t.Context())
	if err != nil || channel != "c" || chaincode != "cc" || !bytes.Equal(genesis, c.Genesis()) {
		t.Errorf("%s %s %x %v", channel, chaincode, genesis, err)
	}
	request := evidence.Request{Subject: evidence.Subject{Kind: evidence.OfRange, Since: "2025-01-01", Until: "2025-12-31"}, Last: uint64(len(c.Blocks()) - 1), Whole: true}
	var one, two bytes.Buffer
	for _, out := range []*bytes.Buffer{&one, &two} {
		if _, err := p.Pack(t.Context(), out, request); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the second pack is another")
	}
	if r, err := evidence.Verify(t.Context(), bytes.NewReader(one.Bytes()), int64(one.Len()), evidence.Options{GenesisHash: genesis}); err != nil || !r.OK {
		t.Errorf("%+v %v", r, err)
	}
	hurried, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	request.Last++ // a block that does not come
	if _, err := p.Pack(hurried, io.Discard, request); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	for range packsAtOnce {
		p.turns <- struct{}{}
	}
	if _, err := p.Pack(hurried, io.Discard, request); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("no turn: %v", err)
	}
	if err := p.close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(p.dir, "*")); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
}

func TestProverWithoutPeer(t *testing.T) {
	gone := errors.New("the peer is away")
	p := someProver(t, func(context.Context, uint64, func(*common.Block) error) error { return gone })
	if _, _, _, err := p.Channel(t.Context()); ledger.ErrorCode(err) != fabric.Unavailable || !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
	if err := p.close(); err != nil {
		t.Error(err)
	}
}
