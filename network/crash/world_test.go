package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/api"
	"fundtrace/gateway/client"
	"fundtrace/gateway/config"
	"fundtrace/network/local"
	"fundtrace/network/process"

	"gopkg.in/yaml.v3"
)

// The parties, under identifiers that no register issues.
const (
	bureau  = "other:crash-bureau"
	bank    = "other:crash-bank"
	manager = "other:crash-manager"
)

// Who signs in.
const (
	officer   = "officer@finance"
	custodian = "custodian@bank"
	director  = "manager@manager"
	auditor   = "auditor@audit"
)

// users registers them with their organisations.
func users() []local.User {
	return []local.User{
		{Name: officer, Organisation: "finance", Role: ledger.RoleOfficer, Party: bureau},
		{Name: custodian, Organisation: "bank", Role: ledger.RoleCustodian, Party: bank},
		{Name: director, Organisation: "manager", Role: ledger.RoleManager, Party: manager},
		{Name: auditor, Organisation: "audit", Role: ledger.RoleAuditor, Party: "other:crash-audit"},
	}
}

// mspOf is the organisation under which a user signs.
var mspOf = map[string]string{officer: ledger.FinanceMSP, custodian: ledger.BankMSP, director: ledger.ManagerMSP, auditor: ledger.AuditMSP}

// payees is how many enterprises are paid, in turn.
const payees = 12

func payeeAccount(i int) string { return fmt.Sprintf("acct:payee-%d", i%payees) }

// fund is a fund's account and the lots of capital in it.
type fund struct {
	account string
	lots    []string
	capital int64 // fen, of all lots
}

// world is a running network, its gateways, and what was recorded on it before the load.
type world struct {
	*testing.T
	n     *local.Network
	house *gateway          // the network's own
	known map[string]bool   // entries that the world itself recorded
	funds []fund            // all that were established
	peers map[string]*eyes  // by organisation
	loads []*load           // every load that ran
	seats map[string]string // passwords
}

// gateway is a gateway process and the sessions at it.
type gateway struct {
	name, config, address string
	clients               map[string]*client.Client // by user
}

// newWorld starts a network and registers parties and accounts.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := launch(t, users())
	w.register()
	return w
}

// launch starts a network with the two endorsing peers and a gateway, at which the users sign in.
func launch(t *testing.T, users []local.User) *world {
	t.Helper()
	dir := t.TempDir()
	n, err := local.Start(t.Context(), local.Options{Dir: dir, Peers: []string{"finance", "bank"}, Gateway: true, Users: users})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	})
	w := &world{T: t, n: n, known: map[string]bool{}, peers: map[string]*eyes{}, seats: map[string]string{}}
	list, err := client.Credentials(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		w.seats[c.User] = c.Password
	}
	w.house = &gateway{name: n.Topology().Gateway.Name, config: filepath.Join(dir, "gateway.yaml"), address: n.Topology().Gateway.Address}
	w.signIn(w.house)
	for _, organisation := range []string{"finance", "bank"} {
		w.peers[organisation] = open(w, organisation)
	}
	return w
}

// signIn opens a session of every user at the gateway.
func (w *world) signIn(g *gateway) {
	w.Helper()
	g.clients = map[string]*client.Client{}
	for user, password := range w.seats {
		c := client.New("http://" + g.address)
		if err := c.SignIn(w.Context(), user, password); err != nil {
			w.Fatal(err)
		}
		g.clients[user] = c
	}
}

// record records an entry of the world's own.
func (w *world) record(user, key string, ops ...ledger.Op) {
	w.Helper()
	written, err := w.house.clients[user].PostEntry(w.Context(), ledger.Entry{Key: key, Ops: ops})
	if err != nil {
		w.Fatal(err)
	}
	w.known[written.Entry] = true
}

func (w *world) register() {
	var parties, accounts []ledger.Op
	add := func(id string, kind ledger.PartyKind) {
		parties = append(parties, ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: id, Kind: kind}})
	}
	add(bureau, ledger.Government)
	add(bank, ledger.Bank)
	add(manager, ledger.FundManager)
	for i := range payees {
		enterprise := fmt.Sprintf("other:crash-enterprise-%d", i)
		add(enterprise, ledger.Private)
		accounts = append(accounts, openAccount(payeeAccount(i), enterprise, ledger.Supervised))
	}
	w.record(officer, "parties", parties...)
	w.record(custodian, "accounts", accounts...)
}

func openAccount(id, owner string, purpose ledger.AccountPurpose) ledger.Op {
	return ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: id, Owner: owner, Bank: bank, Currency: "CNY", Purpose: purpose}}
}

// establish makes a fund whose capital came in lots of these amounts, in fen.
func (w *world) establish(name string, amounts ...int64) fund {
	w.Helper()
	f := fund{account: "acct:fund-" + name}
	owner := "other:crash-fund-" + name
	w.record(officer, "party-"+name, ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: owner, Kind: ledger.FundEntity}})
	w.record(custodian, "account-"+name, openAccount(f.account, owner, ledger.Custody))
	w.record(officer, "fund-"+name, ledger.Op{Type: ledger.FundEstablish, Fund: &ledger.Fund{ID: "fund:crash-" + name, Party: owner, Level: "PARENT",
		Class: "VC", Manager: manager, Account: f.account, TermStart: "2020-01-01", TermEnd: "2035-01-01"}})
	var capital []ledger.Op
	entry := ledger.EntryID(ledger.BankMSP, custodian, "capital-"+name)
	for i, amount := range amounts {
		capital = append(capital, ledger.Op{Type: ledger.MovementSettle, Movement: &ledger.Movement{Kind: ledger.Contribution, To: f.account, Amount: amount,
			Currency: "CNY", Date: "2020-01-01", BankRef: fmt.Sprint("capital-", name, "-", i),
			Origin: &ledger.Origin{Source: ledger.GeneralBudget, Investor: bureau, BudgetLine: "2020 test"}}})
		f.lots = append(f.lots, ledger.LotID(ledger.MovementID(entry, i), 0))
		f.capital += amount
	}
	w.record(custodian, "capital-"+name, capital...)
	w.funds = append(w.funds, f)
	return f
}

// rival starts a second gateway on the same channel: another process with another data folder, for the same users.
func (w *world) rival() (*gateway, *process.Process) {
	w.Helper()
	cfg, err := config.Load(w.house.config)
	if err != nil {
		w.Fatal(err)
	}
	dir := w.TempDir()
	cfg.Listen, cfg.Data, cfg.WalletKeyFile = freeAddress(w), dir, filepath.Join(dir, "wallet.key")
	text, err := yaml.Marshal(cfg)
	if err != nil {
		w.Fatal(err)
	}
	g := &gateway{name: "rival", config: filepath.Join(dir, "gateway.yaml"), address: cfg.Listen}
	if err := os.WriteFile(g.config, text, 0o600); err != nil {
		w.Fatal(err)
	}
	p, err := process.Start(process.Spec{Name: g.name, Path: w.program(), Args: []string{"serve", "--config", g.config}, Dir: dir,
		Env: environment(dir), Log: filepath.Join(dir, "log"),
		Ready: func(ctx context.Context) error { _, err := g.readiness(ctx); return err }})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if err := p.Stop(); err != nil {
			w.Error(err)
		}
	})
	if err := p.Wait(w.Context(), patience); err != nil {
		w.Fatal(err)
	}
	w.signIn(g)
	return g, p
}

// program is the gateway that the network built.
func (w *world) program() string { return filepath.Join(w.n.Dir(), "bin", "gateway") }

func environment(home string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "HOME=" + home}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// readiness asks the gateway whether it serves, and how far it is.
func (g *gateway) readiness(ctx context.Context) (r api.Readiness, err error) {
	body, err := g.fetch(ctx, "/readyz")
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(body, &r)
}

// fetch reads a page outside the API; anything but 200 is an error.
func (g *gateway) fetch(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+g.address+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}
