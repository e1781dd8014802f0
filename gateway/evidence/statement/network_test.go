package statement_test

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/config"
	"fundtrace/gateway/evidence/statement"
	"fundtrace/gateway/fabric"
	"fundtrace/network/local"
)

// On a real network the peers of three organisations sign a statement and a disclosure, which verify when the network is
// gone; and the gateway's own identity anchors its log, and can do nothing else.
func TestRealNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts real Fabric nodes, and builds them the first time")
	}
	n, err := local.Start(t.Context(), local.Options{Dir: t.TempDir(), Users: []local.User{
		{Name: "officer@finance", Organisation: "finance", Role: ledger.RoleOfficer, Party: bureau}}})
	if err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop := func() {
		if !stopped {
			stopped = true
			if err := n.Stop(); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(stop)
	client := connect(t, n)
	defer client.Close()
	entry := payments(t, n, client)
	anchored(t, client)
	movement := ledger.MovementID(entry, 4)
	files := map[string][]byte{}
	for name, r := range map[string]statement.Request{
		"stated": {Lots: []string{ledger.LotID(movement, 0)}, Movements: []string{movement}},
		"shown":  {Disclose: movement},
	} {
		p, err := statement.Make(t.Context(), client, r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if files[name], err = p.Encode(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", name, len(files[name]))
	}
	if _, err := statement.Make(t.Context(), client, statement.Request{Lots: []string{ledger.LotID(movement, 1)}}); ledger.ErrorCode(err) != ledger.LotUnknown {
		t.Errorf("an unknown lot: %v", err)
	}
	if err := client.Close(); err != nil {
		t.Error(err)
	}
	stop()
	var genesis string
	for name, file := range files {
		r, err := statement.Verify(file, statement.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		signed := strings.Join(r.SignedBy, " ")
		for _, msp := range statement.Organisations {
			if !strings.Contains(signed, msp) {
				t.Errorf("%s is signed by %s", name, signed)
			}
		}
		if name == "stated" && (r.Statement.Lots[0].Amount != 4 || r.Statement.Movements[0].Movement.Amount != 4 || len(r.Statement.Roots) != 1) ||
			name == "shown" && (r.Leaf.Movement.Amount != 4 || r.Disclosure.Size != 5 || len(r.Leaf.Salt) != 64) {
			t.Errorf("%s says %+v", name, r)
		}
		if len(file) > 20_000 {
			t.Errorf("%s has %d bytes", name, len(file))
		}
		genesis = r.Genesis
	}
	pinned, err := hex.DecodeString(genesis)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := statement.Verify(files["shown"], statement.Options{GenesisHash: pinned}); err != nil {
		t.Error(err)
	}
	if _, err := statement.Verify(files["shown"], statement.Options{GenesisHash: make([]byte, 32)}); err == nil {
		t.Error("another channel was believed")
	}
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

// payments has the officer publish five figures in one entry, the n-th operation one of n fen. It answers the entry.
func payments(t *testing.T, n *local.Network, c *fabric.Client) string {
	t.Helper()
	logins, err := local.Logins(n.Dir())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(logins, func(l local.Login) bool { return l.Name == "officer@finance" })
	if i < 0 {
		t.Fatal("the network has no officer")
	}
	officer, err := c.Enrol(t.Context(), "finance", logins[i].Name, logins[i].Password)
	if err != nil {
		t.Fatal(err)
	}
	ops := []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: bureau, Kind: ledger.Government, Name: "Bureau"}}}
	for range 5 {
		ops = append(ops, ledger.Op{Type: ledger.MovementDeclare, Movement: &ledger.Movement{Kind: ledger.UnknownOrigin, To: "acct:net", Amount: int64(len(ops)),
			Currency: "CNY", Date: "2026-03-02", Origin: &ledger.Origin{Source: ledger.UnknownSource}}})
	}
	submit := func(key string, ops ...ledger.Op) string {
		r, err := c.Submit(t.Context(), officer, ledger.Entry{Key: key, Ops: ops})
		if err != nil {
			t.Fatal(err)
		}
		return r.Entry
	}
	submit("founding", ops[0], ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: "acct:net", Owner: bureau, Purpose: ledger.Published, Currency: "CNY"}})
	ops[0] = ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: "other:late", Kind: ledger.Private}}
	return submit("figures", ops...)
}

// anchored has the gateway's own identity anchor a log.
func anchored(t *testing.T, c *fabric.Client) {
	t.Helper()
	if c.Service().Role != ledger.RoleService {
		t.Fatalf("the gateway is enrolled as %q", c.Service().Role)
	}
	submit := func(key string, ops ...ledger.Op) error {
		_, err := c.Submit(t.Context(), c.Service(), ledger.Entry{Key: key, Ops: ops})
		return err
	}
	anchor := ledger.Anchor{Stream: "gateway", Day: "2026-03-02", Sequence: 1, Head: strings.Repeat("a", 64), Count: 3}
	if err := submit("a1", ledger.Op{Type: ledger.AnchorRecord, Anchor: &anchor}); err != nil {
		t.Fatal(err)
	}
	if err := submit("a2", ledger.Op{Type: ledger.AnchorRecord, Anchor: &anchor}); ledger.ErrorCode(err) != ledger.AnchorBroken {
		t.Errorf("the same anchor again: %v", err)
	}
	if err := submit("p", ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: "other:x", Kind: ledger.Private}}); ledger.ErrorCode(err) != ledger.NotPermitted {
		t.Errorf("a party by the gateway itself: %v", err)
	}
	answer, err := c.Evaluate(t.Context(), "Anchor", ledger.StreamID(c.Service().MSP, "gateway"))
	if err != nil {
		t.Fatal(err)
	}
	var got ledger.AnchorRecorded
	if err := json.Unmarshal(answer, &got); err != nil || got.Anchor != anchor || got.Writer.Role != ledger.RoleService {
		t.Errorf("the ledger holds %s, %v", answer, err)
	}
}
