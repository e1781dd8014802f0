package evidence_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/config"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/fabric"
	"fundtrace/network/local"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// verifyVariable makes the test program verify the pack that it names, and nothing else.
const verifyVariable = "EVIDENCE_TEST_VERIFY"

func TestMain(m *testing.M) {
	if path := os.Getenv(verifyVariable); path != "" {
		os.Exit(verifyAlone(path, os.Args[1]))
	}
	os.Exit(m.Run())
}

func verifyAlone(path, hash string) int {
	genesis, err := evidence.ParseGenesisHash(hash)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	r, err := evidence.VerifyFile(context.Background(), path, evidence.Options{GenesisHash: genesis})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		return 2
	}
	return 0
}

// Packs of a real network, made from what a real peer delivers, verify in another process when the network is gone.
func TestRealNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts real Fabric nodes, and builds them the first time")
	}
	dir := t.TempDir()
	n, err := local.Start(t.Context(), local.Options{Dir: t.TempDir(), Peers: []string{"finance", "bank"}, Users: []local.User{
		{Name: "officer@finance", Organisation: "finance", Role: ledger.RoleOfficer, Party: bureau}}})
	if err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	client := connect(t, n)
	defer client.Close()
	entry := record(t, n, client)
	height, err := client.Height(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	source, err := evidence.NewSpool(t.Context(), dir, height-1, client.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	genesis := genesisOf(t, n)
	if err := client.Close(); err != nil {
		t.Error(err)
	}
	stop()
	for name, r := range map[string]evidence.Request{
		"trace": {Subject: evidence.Subject{Kind: evidence.OfTrace, Lot: ledger.LotID(ledger.MovementID(entry, 3), 0), Direction: evidence.Forward}, Whole: true},
		"part":  {Subject: evidence.Subject{Kind: evidence.OfTrace, Lot: ledger.LotID(ledger.MovementID(entry, 3), 0), Direction: evidence.Forward}},
		"range": {Subject: evidence.Subject{Kind: evidence.OfRange, Since: "2026-03-01", Until: "2026-03-31"}, Whole: true},
	} {
		r.Last = height - 1
		var out bytes.Buffer
		if _, err := evidence.Build(t.Context(), &out, source, r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		path := filepath.Join(dir, name+".zip")
		if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := alone(t, path, genesis)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if name != "range" && (report.Figure.Traced != 1000 || report.Figure.Reached != 400 || report.Figure.Idle != 600) {
			t.Errorf("%s: %+v", name, report.Figure)
		}
		if _, err := alone(t, path, make([]byte, 32)); err == nil {
			t.Errorf("%s: another channel was believed", name)
		}
	}
}

// alone verifies a pack in a process of its own, with an empty environment.
func alone(t *testing.T, path string, genesis []byte) (*evidence.Report, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, hex.EncodeToString(genesis))
	cmd.Env = []string{verifyVariable + "=" + path}
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, failed.String())
	}
	var r evidence.Report
	return &r, json.Unmarshal(out.Bytes(), &r)
}

// genesisOf is the hash of block 0 as an organisation knows it: from the file with which its peer joined.
func genesisOf(t *testing.T, n *local.Network) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(n.Dir(), "channel", n.Topology().Channel+".block"))
	if err != nil {
		t.Fatal(err)
	}
	b := &common.Block{}
	if err := proto.Unmarshal(raw, b); err != nil {
		t.Fatal(err)
	}
	hash, err := proof.HeaderHash(b.Header)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func connect(t *testing.T, n *local.Network) *fabric.Client {
	t.Helper()
	path, err := n.WriteGatewayConfig("127.0.0.1:8080")
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := fabric.Connect(t.Context(), cfg, fabric.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// record has the officer publish figures: money of unknown origin, part of which goes on. It answers the entry with the
// first of them.
func record(t *testing.T, n *local.Network, c *fabric.Client) string {
	t.Helper()
	logins, err := local.Logins(n.Dir())
	if err != nil {
		t.Fatal(err)
	}
	var officer *fabric.Identity
	for _, l := range logins {
		if l.Name == "officer@finance" {
			if officer, err = c.Enrol(t.Context(), "finance", l.Name, l.Password); err != nil {
				t.Fatal(err)
			}
		}
	}
	if officer == nil {
		t.Fatal(errors.New("the network has no officer"))
	}
	submit := func(key string, ops ...ledger.Op) string {
		r, err := c.Submit(t.Context(), officer, ledger.Entry{Key: key, Ops: ops})
		if err != nil {
			t.Fatal(err)
		}
		return r.Entry
	}
	ops := []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: bureau, Kind: ledger.Government, Name: "Bureau"}}}
	for _, a := range []string{"acct:net-a", "acct:net-b"} {
		ops = append(ops, ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: a, Owner: bureau, Purpose: ledger.Published, Currency: "CNY"}})
	}
	entry := submit("founding", append(ops, ledger.Op{Type: ledger.MovementDeclare, Movement: &ledger.Movement{Kind: ledger.UnknownOrigin, To: "acct:net-a",
		Amount: 1000, Currency: "CNY", Date: "2026-03-02", Origin: &ledger.Origin{Source: ledger.UnknownSource}}})...)
	submit("going-on", ledger.Op{Type: ledger.MovementDeclare, Movement: &ledger.Movement{Kind: ledger.Transfer, From: "acct:net-a", To: "acct:net-b", Amount: 400,
		Currency: "CNY", Date: "2026-03-03", Draws: []ledger.Draw{{Lot: ledger.LotID(ledger.MovementID(entry, 3), 0), Amount: 400}}}})
	submit("late", ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: "other:late", Kind: ledger.Private, Name: "late"}})
	return entry
}
