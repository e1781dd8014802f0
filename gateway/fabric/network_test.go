package fabric_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/config"
	"fundtrace/gateway/fabric"
	"fundtrace/network/local"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
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

func (n *realNetwork) enrol(t *testing.T) {
	password := map[string]string{}
	logins, err := local.Logins(n.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range logins {
		password[l.Name] = l.Password
	}
	if _, err := n.client.Enrol(t.Context(), "finance", "officer@finance", "wrong"); ledger.ErrorCode(err) != fabric.EnrolmentRefused {
		t.Errorf("wrong password: %v", err)
	}
	for user := range password {
		id, err := n.client.Enrol(t.Context(), "finance", user, password[user])
		if err != nil {
			t.Fatal(err)
		}
		if want := (ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: bureau, Name: user}); id.Caller() != want {
			t.Errorf("enrolled %+v, want %+v", id.Caller(), want)
		}
	}
	if n.officer, err = n.client.Identity(t.Context(), "officer@finance"); err != nil {
		t.Fatal(err)
	}
}

func (n *realNetwork) submit(t *testing.T, c *fabric.Client, by *fabric.Identity, e ledger.Entry) fabric.Receipt {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	r, err := c.Submit(ctx, by, e)
	if err != nil {
		t.Fatalf("%s: %v", e.Key, err)
	}
	return r
}

func (n *realNetwork) balance(t *testing.T, account string) int64 {
	t.Helper()
	sum := int64(0)
	for bookmark := ""; ; {
		answer, err := n.client.Evaluate(t.Context(), "Balance", account, bookmark, "200")
		if err != nil {
			t.Fatal(err)
		}
		var page ledger.BalancePage
		if err := json.Unmarshal(answer, &page); err != nil {
			t.Fatal(err)
		}
		sum += page.Remaining
		if bookmark = page.Next; bookmark == "" {
			return sum
		}
	}
}

func (n *realNetwork) record(t *testing.T) {
	ops := []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: bureau, Kind: ledger.Government, Name: "Bureau"}}}
	for _, a := range []string{"acct:net-a", "acct:net-b"} {
		ops = append(ops, ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: a, Owner: bureau, Purpose: ledger.Published, Currency: "CNY"}})
	}
	for range 4 {
		ops = append(ops, ledger.Op{Type: ledger.MovementDeclare, Movement: &ledger.Movement{Kind: ledger.UnknownOrigin, To: "acct:net-a", Amount: 1000,
			Currency: "CNY", Date: "2026-03-02", Origin: &ledger.Origin{Source: ledger.UnknownSource}}})
	}
	founding := ledger.Entry{Key: "founding", Ops: ops}
	if err := n.client.Check(t.Context(), n.officer, founding); err != nil {
		t.Fatal(err)
	}
	first := n.submit(t, n.client, n.officer, founding)
	again := n.submit(t, n.client, n.officer, founding)
	if first.Replayed || !again.Replayed || again.TxID != first.TxID || again.Block != first.Block || first.Block == 0 {
		t.Errorf("receipts %+v and %+v", first, again)
	}
	n.receipts = append(n.receipts, first)
	if got := n.balance(t, "acct:net-a"); got != 4000 {
		t.Errorf("acct:net-a holds %d", got)
	}
	// The chaincode's refusal comes back whole, from both peers and through the peer's Gateway service.
	_, err := n.client.Submit(t.Context(), n.officer, ledger.Entry{Key: "two-faults", Ops: []ledger.Op{
		transfer("acct:net-a", "acct:none", 1), transfer("acct:net-a", "acct:net-b", 1), transfer("acct:net-a", "acct:net-b", 9, ledger.Draw{Lot: netLot(0), Amount: 8})}})
	var e *ledger.Error
	if !errors.As(err, &e) || e.Code != ledger.BatchRefused || len(e.Rows) != 2 || e.Rows[0].Code != ledger.AccountUnknown || e.Rows[1].Code != ledger.DrawsUnbalanced {
		t.Errorf("two faults: %v", err)
	}
	if _, err := n.client.Evaluate(t.Context(), "Account", "acct:none"); ledger.ErrorCode(err) != ledger.AccountUnknown {
		t.Errorf("an unknown account: %v", err)
	}
}

func (n *realNetwork) chain(t *testing.T) {
	lot := netLot(3)
	for i := range 20 {
		from, to := "acct:net-a", "acct:net-b"
		if i%2 == 1 {
			from, to = to, from
		}
		key := fmt.Sprint("chain", i)
		r := n.submit(t, n.client, n.officer, ledger.Entry{Key: key, Ops: []ledger.Op{transfer(from, to, 1000, ledger.Draw{Lot: lot, Amount: 1000})}})
		lot = ledger.LotID(ledger.MovementID(r.Entry, 0), 0)
		n.receipts = append(n.receipts, r)
	}
}

func (n *realNetwork) crowd(t *testing.T) {
	before := n.balance(t, "acct:net-b")
	txs := map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	begun := time.Now()
	for i := range 100 {
		wg.Go(func() {
			r, err := n.client.Submit(t.Context(), n.officer, ledger.Entry{Key: fmt.Sprint("crowd", i), Ops: []ledger.Op{transfer("acct:net-a", "acct:net-b", 10)}})
			if err != nil {
				t.Errorf("crowd%d: %v", i, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			txs[r.TxID]++
			n.receipts = append(n.receipts, r)
		})
	}
	wg.Wait()
	t.Logf("100 payments in %d transactions took %s", len(txs), time.Since(begun).Round(time.Millisecond))
	if len(txs) > 20 {
		t.Errorf("100 payments took %d transactions", len(txs))
	}
	if got := n.balance(t, "acct:net-b") - before; got != 1000 {
		t.Errorf("acct:net-b received %d, want 1000", got)
	}
}

func (n *realNetwork) twoGateways(t *testing.T) {
	other := n.connect(t, t.TempDir())
	defer other.Close()
	logins, err := local.Logins(n.Dir())
	if err != nil {
		t.Fatal(err)
	}
	var second *fabric.Identity
	for _, l := range logins {
		if l.Name == "officer2@finance" {
			if second, err = other.Enrol(t.Context(), "finance", l.Name, l.Password); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := n.balance(t, "acct:net-b")
	recorded := int64(0)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			c, by := n.client, n.officer
			if i%2 == 1 {
				c, by = other, second
			}
			_, err := c.Submit(t.Context(), by, ledger.Entry{Key: fmt.Sprint("two", i), Ops: []ledger.Op{transfer("acct:net-a", "acct:net-b", 10)}})
			mu.Lock()
			defer mu.Unlock()
			switch code := ledger.ErrorCode(err); {
			case err == nil:
				recorded += 10
			case code != fabric.Contention:
				t.Errorf("two%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if got := n.balance(t, "acct:net-b") - before; got != recorded {
		t.Errorf("acct:net-b received %d, and %d were acknowledged", got, recorded)
	}
	if recorded == 0 {
		t.Error("nobody got through")
	}
}

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
