package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/api"
	"fundtrace/gateway/client"
	"fundtrace/gateway/config"
	"fundtrace/gateway/evidence/proof"
	"fundtrace/gateway/evidence/statement"
	"fundtrace/gateway/readlog"
	"fundtrace/network/local"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

const netBureau = "uscc:110000000000010117"

// Evidence over HTTP on a real network, from the question to the anchored note that it was asked: a pack and a statement
// that verify offline, and a read log that the ledger answers for.
func TestEvidenceOnRealNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts real Fabric nodes, and builds them the first time")
	}
	n, err := local.Start(t.Context(), local.Options{Dir: t.TempDir(), Users: []local.User{
		{Name: "officer@finance", Organisation: "finance", Role: ledger.RoleOfficer, Party: netBureau},
		{Name: "auditor@audit", Organisation: "audit", Role: ledger.RoleAuditor, Party: "uscc:1100000000000102XY"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	})
	path, address := serving(t, n)
	officer, auditor := signedIn(t, n, address, "officer@finance"), signedIn(t, n, address, "auditor@audit")
	lot := published(t, officer)

	var facts api.ChannelFacts
	if err := auditor.Get(t.Context(), "/channel", &facts); err != nil || facts.Genesis != genesisOn(t, n) {
		t.Fatalf("%+v %v, want %s", facts, err, genesisOn(t, n))
	}
	out := filepath.Join(t.TempDir(), "trace.zip")
	t.Setenv(passwordVariable, passwordOf(t, n, "auditor@audit"))
	text, err := invoked(t, evidenceCommand(), "--trace", lot, "--server", address, "--user", "auditor@audit", "--out", out)
	if err != nil || !strings.Contains(text, ", export x") {
		t.Fatalf("%v:\n%s", err, text)
	}
	text, err = invoked(t, verifyCommand(), out, "--genesis-hash", facts.Genesis)
	if err != nil || !strings.Contains(text, "600 idle, 0 in transit, 400 reached") {
		t.Errorf("%v:\n%s", err, text)
	}
	attest(t, auditor, facts.Genesis, lot)
	anchored(t, path, auditor)
}

// attest asks for a statement and verifies it.
func attest(t *testing.T, auditor *client.Client, genesis, lot string) {
	t.Helper()
	pinned, err := hex.DecodeString(genesis)
	if err != nil {
		t.Fatal(err)
	}
	movement, _, bad := ledger.SplitLotID(lot)
	if bad != nil {
		t.Fatal(bad)
	}
	for _, r := range []statement.Request{{Lots: []string{lot}, Movements: []string{movement}}, {Disclose: movement}} {
		var file strings.Builder
		if _, err := auditor.Download(t.Context(), "/statements", r, &file); err != nil {
			t.Fatalf("%s: %v", r.String(), err)
		}
		report, err := statement.Verify([]byte(file.String()), statement.Options{GenesisHash: pinned})
		if err != nil || !report.OK || len(report.SignedBy) != len(statement.Organisations) {
			t.Fatalf("%s: %+v %v", r.String(), report, err)
		}
		if s := report.Statement; r.Disclose == "" && (len(s.Lots) != 1 || s.Lots[0].Lot != lot || s.Lots[0].Remaining != 600 || s.Movements[0].ID != movement) ||
			r.Disclose != "" && (report.Leaf.ID != movement || report.Leaf.Movement.Amount != 1000) {
			t.Errorf("%s: %+v %+v", r.String(), s, report.Leaf)
		}
		t.Logf("%s: %d bytes", r.String(), file.Len())
	}
}

// anchored anchors the read log, verifies it against the ledger, and shows that a log written anew is found out.
func anchored(t *testing.T, path string, auditor *client.Client) {
	t.Helper()
	for range 2 { // a second anchor follows the first
		var page api.ReadLogPage
		if err := auditor.Get(t.Context(), "/readlog?limit=10", &page); err != nil || len(page.Items) < 3 {
			t.Fatalf("%+v %v", page, err)
		}
		if text, err := invoked(t, readLogCommand(), "anchor", "--config", path); err != nil || !strings.Contains(text, "FinanceMSP/gateway") {
			t.Fatalf("%v:\n%s", err, text)
		}
	}
	text, err := invoked(t, readLogCommand(), "verify", "--config", path)
	if err != nil || !strings.Contains(text, "2 anchors on the ledger agree") || !strings.Contains(text, "THE LOG HOLDS") {
		t.Fatalf("%v:\n%s", err, text)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	anew := filepath.Join(t.TempDir(), "readlog")
	l, err := readlog.Open(anew, readlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if _, err := l.Append(t.Context(), readlog.Read{Export: readlog.NewExport(), User: "nobody@audit", Route: "lotTrace", Status: 200}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	text, err = invoked(t, readLogCommand(), "verify", "--config", path, "--folder", anew)
	if report(err) != exitFailed || !strings.Contains(text, "REFUSED (ANCHOR_DIFFERS)") {
		t.Errorf("another log of %s: %v:\n%s", cfg.ReadLogStream, err, text)
	}
}

// serving starts the gateway and answers its configuration and address.
func serving(t *testing.T, n *local.Network) (path, address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if path, err = n.WriteGatewayConfig(listen); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, serveOptions{config: path}) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	address = "http://" + listen
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if res, err := http.Get(address + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return path, address
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("the gateway does not become ready")
		}
	}
}

func passwordOf(t *testing.T, n *local.Network, user string) string {
	t.Helper()
	logins, err := local.Logins(n.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range logins {
		if l.Name == user {
			return l.Password
		}
	}
	t.Fatalf("the network has no %s", user)
	return ""
}

func signedIn(t *testing.T, n *local.Network, address, user string) *client.Client {
	t.Helper()
	c := client.New(address)
	if err := c.SignIn(t.Context(), user, passwordOf(t, n, user)); err != nil {
		t.Fatal(err)
	}
	return c
}

// published has the officer publish figures: 1,000 of unknown origin, 400 of which go on. It answers the lot of the 1,000.
func published(t *testing.T, officer *client.Client) string {
	t.Helper()
	ops := []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: netBureau, Kind: ledger.Government, Name: "Bureau"}}}
	for _, a := range []string{"acct:net-a", "acct:net-b"} {
		ops = append(ops, ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: a, Owner: netBureau, Purpose: ledger.Published, Currency: "CNY"}})
	}
	ops = append(ops, ledger.Op{Type: ledger.MovementDeclare, Movement: &ledger.Movement{Kind: ledger.UnknownOrigin, To: "acct:net-a", Amount: 1000, Currency: "CNY",
		Date: "2026-03-02", Origin: &ledger.Origin{Source: ledger.UnknownSource}}})
	w, err := officer.PostEntry(t.Context(), ledger.Entry{Key: "founding", Ops: ops})
	if err != nil {
		t.Fatal(err)
	}
	lot := ledger.LotID(ledger.MovementID(w.Entry, 3), 0)
	for i := range 2 {
		if _, err := officer.PostEntry(t.Context(), ledger.Entry{Key: fmt.Sprintf("on-%d", i), Ops: []ledger.Op{{Type: ledger.MovementDeclare,
			Movement: &ledger.Movement{Kind: ledger.Transfer, From: "acct:net-a", To: "acct:net-b", Amount: 200, Currency: "CNY", Date: "2026-03-03",
				Draws: []ledger.Draw{{Lot: lot, Amount: 200}}}}}}); err != nil {
			t.Fatal(err)
		}
	}
	var answer json.RawMessage
	if err := officer.Get(t.Context(), "/lots/"+url.PathEscape(lot)+"/trace", &answer); err != nil {
		t.Fatal(err)
	}
	return lot
}

// genesisOn is the hash of block 0 as an organisation knows it: from the file with which its peer joined.
func genesisOn(t *testing.T, n *local.Network) string {
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
	return hex.EncodeToString(hash)
}
