package fabric_test

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/fabric"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

func (n *realNetwork) killed(t *testing.T) {
	if err := n.client.Close(); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), crashVariable+"="+n.config)
	output, err := child.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the gateway did not die as it should: %v\n%s", err, output)
	}
	n.client = n.connect(t, "")
	if got := n.client.Pending(); got != 1 {
		t.Errorf("%d transactions are open after the crash, want 1", got)
	}
	if n.officer, err = n.client.Identity(t.Context(), "officer@finance"); err != nil {
		t.Fatal(err)
	}
	r := n.submit(t, n.client, n.officer, crashEntry)
	if !r.Replayed || r.Block == 0 || n.client.Pending() != 0 {
		t.Errorf("receipt %+v, %d open: the stored transaction should have been recorded", r, n.client.Pending())
	}
	n.receipts = append(n.receipts, r)
}

func (n *realNetwork) orderer(t *testing.T) {
	if err := n.Kill("orderer1"); err != nil {
		t.Fatal(err)
	}
	answer := make(chan fabric.Receipt, 1)
	go func() {
		answer <- n.submit(t, n.client, n.officer, ledger.Entry{Key: "no-orderer", Ops: []ledger.Op{transfer("acct:net-a", "acct:net-b", 1)}})
	}()
	for n.client.Pending() == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	if err := n.Restart(t.Context(), "orderer1"); err != nil {
		t.Fatal(err)
	}
	r := <-answer
	if r.Replayed {
		t.Errorf("receipt %+v", r)
	}
	n.receipts = append(n.receipts, r)
}

func (n *realNetwork) peer(t *testing.T) {
	if err := n.Kill("peer.finance"); err != nil {
		t.Fatal(err)
	}
	e := ledger.Entry{Key: "no-peer", Ops: []ledger.Op{transfer("acct:net-a", "acct:net-b", 1, ledger.Draw{Lot: netLot(0), Amount: 1})}}
	if _, err := n.client.Submit(t.Context(), n.officer, e); ledger.ErrorCode(err) != fabric.Unavailable {
		t.Errorf("without a peer: %v", err)
	}
	if err := n.Restart(t.Context(), "peer.finance"); err != nil {
		t.Fatal(err)
	}
	for {
		r, err := n.client.Submit(t.Context(), n.officer, e)
		if ledger.ErrorCode(err) == fabric.Unavailable {
			time.Sleep(100 * time.Millisecond) // the peers find each other again
			continue
		}
		if err != nil || r.Replayed {
			t.Errorf("with the peer back: %+v, %v", r, err)
		}
		n.receipts = append(n.receipts, r)
		return
	}
}

func (n *realNetwork) blocks(t *testing.T) {
	height, err := n.client.Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]uint64{}
	var next uint64
	done := errors.New("all seen")
	err = n.client.Blocks(t.Context(), 0, func(b *common.Block) error {
		if b.Header.Number != next {
			t.Errorf("block %d where %d was due", b.Header.Number, next)
		}
		next++
		for _, tx := range transactions(t, b) {
			found[tx] = b.Header.Number
		}
		if next == height/2 {
			if err := n.Restart(t.Context(), "peer.finance"); err != nil {
				return err
			}
		}
		if next == height {
			return done
		}
		return nil
	})
	if !errors.Is(err, done) {
		t.Fatal(err)
	}
	for _, r := range n.receipts {
		if found[r.TxID] != r.Block {
			t.Errorf("receipt %+v: the transaction is in block %d", r, found[r.TxID])
		}
	}
}

// transactions lists the identifiers in a block.
func transactions(t *testing.T, b *common.Block) []string {
	t.Helper()
	var list []string
	for _, data := range b.Data.Data {
		var envelope common.Envelope
		var payload common.Payload
		var header common.ChannelHeader
		if err := errors.Join(proto.Unmarshal(data, &envelope), proto.Unmarshal(envelope.Payload, &payload), proto.Unmarshal(payload.Header.ChannelHeader, &header)); err != nil {
			t.Fatal(err)
		}
		list = append(list, header.TxId)
	}
	return list
}
