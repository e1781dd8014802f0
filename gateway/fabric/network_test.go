package fabric_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/config"
	"fundtrace/gateway/fabric"
	"fundtrace/network/local"
)

const bureau = "uscc:110000000000010117"

// crashVariable makes the test program a gateway that stores a transaction and dies; it names the configuration.
const crashVariable = "FABRIC_TEST_CRASH"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashVariable); path != "" {
		submitAndDie(path)
	}
	os.Exit(m.Run())
}

func submitAndDie(path string) {
	cfg, err := config.Load(path)
	if err != nil {
		panic(err)
	}
	c, err := fabric.Connect(context.Background(), cfg, fabric.Options{})
	if err != nil {
		panic(err)
	}
	id, err := c.Identity(context.Background(), "officer@finance")
	if err != nil {
		panic(err)
	}
	fabric.DieBeforeSubmit(c)
	_, err = c.Submit(context.Background(), id, crashEntry)
	panic(fmt.Sprint("still alive: ", err))
}

var crashEntry = ledger.Entry{Key: "crash", Ops: []ledger.Op{transfer("acct:net-a", "acct:net-b", 1, ledger.Draw{Lot: netLot(0), Amount: 1})}}

func transfer(from, to string, amount int64, draws ...ledger.Draw) ledger.Op {
	return ledger.Op{Type: ledger.MovementDeclare, Movement: &ledger.Movement{Kind: ledger.Transfer, From: from, To: to, Amount: amount,
		Currency: "CNY", Date: "2026-03-02", Draws: draws}}
}

// netLot is the n-th of the lots of acct:net-a.
func netLot(n int) string {
	return ledger.LotID(ledger.MovementID(ledger.EntryID(ledger.FinanceMSP, "officer@finance", "founding"), 3+n), 0)
}

// peerModel is a LotPicker that asks the peer.
type peerModel struct {
	client *fabric.Client
	mu     sync.Mutex
	next   uint64
}

func (m *peerModel) Next() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.next
}

func (m *peerModel) Wait(ctx context.Context, block uint64) error {
	for {
		height, err := m.client.Height(ctx)
		if err != nil {
			return err
		}
		if height > block {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (m *peerModel) Pick(ctx context.Context, account string, amount int64, taken map[string]int64) ([]ledger.Draw, error) {
	var page ledger.BalancePage
	for {
		before, err := m.client.Height(ctx)
		if err != nil {
			return nil, err
		}
		answer, err := m.client.Evaluate(ctx, "Balance", account, "", "200")
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(answer, &page); err != nil {
			return nil, err
		}
		if after, err := m.client.Height(ctx); err == nil && after == before {
			m.mu.Lock()
			m.next = before
			m.mu.Unlock()
			break
		}
		page = ledger.BalancePage{}
	}
	var draws []ledger.Draw
	for _, l := range page.Lots {
		if left := min(l.Remaining-taken[l.Lot], amount); left > 0 {
			draws = append(draws, ledger.Draw{Lot: l.Lot, Amount: left})
			amount -= left
		}
	}
	if amount > 0 {
		return nil, ledger.Refuse(ledger.LotOverdrawn, fmt.Sprintf("%s lacks %d", account, amount))
	}
	return draws, nil
}

// realNetwork is what the steps of TestRealNetwork share.
type realNetwork struct {
	*local.Network
	config   string
	client   *fabric.Client
	officer  *fabric.Identity
	receipts []fabric.Receipt
}

// connect opens the gateway's client on the data folder of the configuration, or on another.
func (n *realNetwork) connect(t *testing.T, data string) *fabric.Client {
	t.Helper()
	cfg, err := config.Load(n.config)
	if err != nil {
		t.Fatal(err)
	}
	if data != "" {
		cfg.Data, cfg.WalletKeyFile = data, filepath.Join(data, "wallet.key")
	}
	model := &peerModel{}
	c, err := fabric.Connect(t.Context(), cfg, fabric.Options{Lots: model})
	if err != nil {
		t.Fatal(err)
	}
	model.client = c
	return c
}

// The client against real nodes: a Fabric CA, an orderer and two endorsing peers. The steps build on one another.
func TestRealNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts real Fabric nodes, and builds them the first time")
	}
	n := &realNetwork{}
	var err error
	n.Network, err = local.Start(t.Context(), local.Options{Dir: t.TempDir(), Peers: []string{"finance", "bank"}, Users: []local.User{
		{Name: "officer@finance", Organisation: "finance", Role: ledger.RoleOfficer, Party: bureau},
		{Name: "officer2@finance", Organisation: "finance", Role: ledger.RoleOfficer, Party: bureau},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	})
	if n.config, err = n.WriteGatewayConfig("127.0.0.1:8080"); err != nil {
		t.Fatal(err)
	}
	n.client = n.connect(t, "")
	t.Cleanup(func() {
		if err := n.client.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, step := range []struct {
		name string
		do   func(*testing.T)
	}{
		{"users enrol at the Fabric CA", n.enrol},
		{"entries are recorded and read", n.record},
		{"payments that follow each other at once find both peers", n.chain},
		{"a hundred payments of one payer go together", n.crowd},
		{"two gateways of one payer lose no fen", n.twoGateways},
		{"a gateway killed between store and submit records once", n.killed},
		{"payments outlive the orderer", n.orderer},
		{"payments outlive the gateway's peer", n.peer},
		{"blocks come in order across a restart of the peer", n.blocks},
	} {
		if !t.Run(step.name, step.do) {
			return
		}
	}
}
