package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/documents"
	"fundtrace/gateway/fabric"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/users"
	"fundtrace/network/sample"
)

// world is a gateway on a ledger in memory: the real contract, submitter, read model, users and documents.
type world struct {
	*Server
	t       *testing.T
	ledger  *memledger.Ledger
	db      *projection.DB
	channel *memChannel
	handler http.Handler
	tokens  map[string]string // by user
	logs    *bytes.Buffer
}

// memChannel lets the submitter write to the ledger in memory; each block is folded at once, unless held back.
type memChannel struct {
	ledger *memledger.Ledger
	db     *projection.DB

	mu       sync.Mutex
	open     map[string]*memledger.Tx
	statuses map[string]fabric.Status
	held     bool  // blocks are not folded
	down     error // answered instead of everything
}

func (m *memChannel) Endorse(_ context.Context, by *fabric.Identity, batch []byte) (*fabric.Transaction, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down != nil {
		return nil, m.down
	}
	tx, answer, err := m.ledger.Invoke(by.Caller(), "Apply", string(batch))
	if err != nil {
		return nil, err
	}
	m.open[tx.GetTxID()] = tx
	return &fabric.Transaction{ID: tx.GetTxID(), Signed: []byte(tx.GetTxID()), Result: answer}, nil
}

func (m *memChannel) Submit(_ context.Context, signed []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := string(signed)
	if _, done := m.statuses[id]; done {
		return nil
	}
	c := m.ledger.Commit(m.open[id])
	m.statuses[id] = fabric.Status{Block: c.Block, Code: c.Txs[0].Code}
	if m.held {
		return nil
	}
	return m.fold()
}

func (m *memChannel) fold() error { return m.db.Apply(m.ledger.Blocks()[m.db.Next():]...) }

func (m *memChannel) Status(_ context.Context, tx string) (fabric.Status, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.statuses[tx], nil
}

func (m *memChannel) Height(context.Context) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ledger.Height(), m.down
}

func (m *memChannel) Evaluate(_ context.Context, function string, args ...string) ([]byte, error) {
	return m.ledger.Evaluate(caller("viewer@finance"), function, args...)
}

// memLedger is the channel as the API uses it.
type memLedger struct {
	*fabric.Submitter
	channel *memChannel
}

func (m memLedger) Height(ctx context.Context) (uint64, error) { return m.channel.Height(ctx) }

func (m memLedger) Submit(ctx context.Context, by users.Identity, e ledger.Entry) (Receipt, error) {
	r, err := m.Submitter.Submit(ctx, fabricIdentity(by), e)
	return Receipt{Entry: r.Entry, TxID: r.TxID, Block: r.Block, Replayed: r.Replayed}, err
}

func (m memLedger) Check(ctx context.Context, by users.Identity, e ledger.Entry) error {
	return m.Submitter.Check(ctx, fabricIdentity(by), e)
}

func fabricIdentity(by users.Identity) *fabric.Identity {
	return &fabric.Identity{Name: by.User, Organisation: by.Organisation, MSP: by.MSP, Role: by.Role, Party: by.Party}
}

// desk enrols the demo users; every password is "secret of <user>".
type desk struct{ users map[string]users.Identity }

func (d desk) Enrol(_ context.Context, organisation, user, password string) (users.Identity, error) {
	id, ok := d.users[user]
	if !ok || id.Organisation != organisation || password != "secret of "+user {
		return users.Identity{}, users.ErrCredentials
	}
	return id, nil
}

func (d desk) Known(_ context.Context, user string) (users.Identity, bool) {
	id, ok := d.users[user]
	return id, ok
}

// everyUser are the demo users, and a viewer for the organisations that have none.
func everyUser() map[string]users.Identity {
	out := map[string]users.Identity{}
	for _, u := range sample.Users() {
		out[u.Name] = users.Identity{User: u.Name, Organisation: u.Organisation, MSP: u.MSP(), Role: u.Role, Party: u.Party}
	}
	for _, v := range []struct{ name, like string }{{"viewer@bank", "custodian@bank"}, {"viewer@manager", "shenyang@manager"}, {"viewer@enterprise", "e1@enterprise"}} {
		id := out[v.like]
		id.User, id.Role = v.name, ledger.RoleViewer
		out[v.name] = id
	}
	return out
}

func caller(user string) ledger.Caller { return everyUser()[user].Caller() }
func party(user string) string         { return everyUser()[user].Party }

// today is the day on which the tests play.
var today = time.Date(2025, 6, 30, 4, 0, 0, 0, time.UTC)

// newWorld makes an empty world.
func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	w := &world{t: t, tokens: map[string]string{}, logs: &bytes.Buffer{}}
	w.ledger = memledger.New(memledger.WithClock(func() time.Time { return today }))
	var err error
	w.db, err = projection.Open(filepath.Join(dir, "read.db"))
	must(err)
	w.channel = &memChannel{ledger: w.ledger, db: w.db, open: map[string]*memledger.Tx{}, statuses: map[string]fabric.Status{}}
	must(w.channel.fold())
	log := slog.New(slog.NewJSONHandler(&lockedWriter{w: w.logs}, nil))
	submitter, err := fabric.NewSubmitter(w.channel, filepath.Join(dir, "outbox.db"), fabric.Options{Lots: Picker{w.db}, Log: log})
	must(err)
	book, err := users.Open(filepath.Join(dir, "users.db"), desk{everyUser()}, users.Options{Cost: users.Cost{Memory: 64, Time: 1, Threads: 1}})
	must(err)
	papers, err := documents.Open(filepath.Join(dir, "documents"))
	must(err)
	page := fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>Fundtrace</title>")}, "assets/app-1.js": {Data: []byte("1")}}
	w.Server, err = New(Config{Ledger: memLedger{submitter, w.channel}, Store: w.db, Users: book, Documents: papers, Page: page, Log: log,
		Patience: 50 * time.Millisecond})
	must(err)
	w.handler = w.Handler()
	t.Cleanup(func() {
		submitter.Close()
		book.Close()
		w.db.Close()
	})
	return w
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// token signs a user in, once.
func (w *world) token(user string) string {
	w.t.Helper()
	if t, ok := w.tokens[user]; ok {
		return t
	}
	token, _, err := w.Users.SignIn(context.Background(), user, "secret of "+user, "192.0.2.1")
	if err != nil {
		w.t.Fatalf("sign in %s: %v", user, err)
	}
	w.tokens[user] = token
	return token
}

// do sends a request as a user, "" for nobody.
func (w *world) do(user, method, path string, body any, header ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case io.Reader:
		r = b
	case string:
		r = bytes.NewBufferString(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		r = bytes.NewReader(data)
	}
	req := httptest.NewRequest(method, path, r)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	if user != "" {
		req.Header.Set("Authorization", "Bearer "+w.token(user))
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)
	noteAnswer(w, method, path, rec.Code)
	return rec
}

// write posts a body and answers what was written; the test fails when it is refused.
func (w *world) write(user, path string, body any) Written {
	w.t.Helper()
	rec := w.do(user, http.MethodPost, Base+path, body)
	if rec.Code != http.StatusCreated {
		w.t.Fatalf("%s POST %s: %d %s", user, path, rec.Code, rec.Body)
	}
	return decode[Written](w.t, rec)
}

func decode[T any](t *testing.T, rec *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v in %s", err, rec.Body)
	}
	return v
}

// The scene: treasury → parent fund → Shenyang fund → e1 → spent; Dalian's fund is fed too and pays e2.
const (
	parentAccount   = "acct:parent"
	shenyangAccount = "acct:shenyang"
	dalianAccount   = "acct:dalian"
	e1Account       = "acct:e1"
	e2Account       = "acct:e2"
	treasuryAccount = "acct:treasury"
	openData        = "acct:published-a"
	openData2       = "acct:published-b"
)

// scene is what scenarios refer to.
type scene struct {
	root, toShenyang, toDalian, toE1, toE2, spent Written
	instructed                                    Written // by Shenyang's manager, waits for the banks
	document                                      string
}

// furnish registers everybody and lets money flow, through the API alone.
func (w *world) furnish() *scene {
	w.t.Helper()
	ops := func(user string, list ...ledger.Op) {
		w.t.Helper()
		w.write(user, "/entries", ledger.Entry{Ops: list})
	}
	register := func(id string, kind ledger.PartyKind, name, region string) ledger.Op {
		return ledger.Op{Type: ledger.PartyRegister, Party: &ledger.Party{ID: id, Kind: kind, Name: name, Region: region}}
	}
	ops("officer@finance",
		register(party("officer@finance"), ledger.Government, "省财政厅", "210000"),
		register(party("custodian@bank"), ledger.Bank, "托管银行", "210100"),
		register(party("custodian2@bank"), ledger.Bank, "企业银行", "210100"),
		register(party("parent@manager"), ledger.FundManager, "母基金管理人", "210000"),
		register(party("shenyang@manager"), ledger.FundManager, "沈阳管理人", "210100"),
		register(party("dalian@manager"), ledger.FundManager, "大连管理人", "210200"),
		register("other:parent-fund", ledger.FundEntity, "母基金", "210000"),
		register("other:shenyang-fund", ledger.FundEntity, "沈阳子基金", "210100"),
		register("other:dalian-fund", ledger.FundEntity, "大连子基金", "210200"),
		register(party("e1@enterprise"), ledger.Private, "沈阳机器人", "210100"),
		register(party("e2@enterprise"), ledger.Private, "大连装备", "210200"))
	account := func(id, owner, bank string, purpose ledger.AccountPurpose) ledger.Op {
		return ledger.Op{Type: ledger.AccountOpen, Account: &ledger.Account{ID: id, Owner: owner, Bank: bank, Currency: "CNY", Purpose: purpose}}
	}
	ops("custodian@bank", account(parentAccount, "other:parent-fund", party("custodian@bank"), ledger.Custody),
		account(shenyangAccount, "other:shenyang-fund", party("custodian@bank"), ledger.Custody),
		account(dalianAccount, "other:dalian-fund", party("custodian@bank"), ledger.Custody),
		account(treasuryAccount, party("officer@finance"), party("custodian@bank"), ledger.Treasury))
	ops("custodian2@bank", account(e1Account, party("e1@enterprise"), party("custodian2@bank"), ledger.Supervised),
		account(e2Account, party("e2@enterprise"), party("custodian2@bank"), ledger.Operating))
	ops("officer@finance", account(openData, party("e1@enterprise"), "", ledger.Published), account(openData2, party("e2@enterprise"), "", ledger.Published))
	fund := func(id, level, parent, manager, owner, acct string) ledger.Op {
		return ledger.Op{Type: ledger.FundEstablish, Fund: &ledger.Fund{ID: id, Party: owner, Level: level, Class: "INDUSTRY", Parent: parent,
			Manager: manager, Account: acct, Region: "210000", TermStart: "2020-01-01", TermEnd: "2030-01-01", Name: id}}
	}
	ops("officer@finance", fund("fund:parent", "PARENT", "", party("parent@manager"), "other:parent-fund", parentAccount),
		fund("fund:shenyang", "SUB", "fund:parent", party("shenyang@manager"), "other:shenyang-fund", shenyangAccount),
		fund("fund:dalian", "SUB", "fund:parent", party("dalian@manager"), "other:dalian-fund", dalianAccount),
		ledger.Op{Type: ledger.CommitmentSign, Commitment: &ledger.Commitment{ID: "cmt:province", Fund: "fund:parent", Investor: party("officer@finance"),
			Class: "GOV", Source: ledger.SpecialBond, Amount: 500_000_00, Currency: "CNY", Date: "2024-01-02"}})
	s := &scene{}
	s.root = w.write("custodian@bank", "/contributions", Payment{To: parentAccount, Amount: 100_000_00, Currency: "CNY", Date: "2024-01-05", BankRef: "R1",
		Commitment: "cmt:province", Origin: &ledger.Origin{Source: ledger.SpecialBond, Investor: party("officer@finance"), BudgetLine: "2024 bond 07"}})
	s.toShenyang = w.write("custodian@bank", "/contributions", Payment{From: parentAccount, To: shenyangAccount, Amount: 60_000_00, Currency: "CNY", Date: "2024-02-01", BankRef: "R2"})
	s.toDalian = w.write("custodian@bank", "/contributions", Payment{From: parentAccount, To: dalianAccount, Amount: 20_000_00, Currency: "CNY", Date: "2024-02-02", BankRef: "R3"})
	s.toE1 = w.write("custodian@bank", "/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 30_000_00, Currency: "CNY", Date: "2024-03-01", BankRef: "R4"})
	s.toE2 = w.write("custodian@bank", "/disbursements", Payment{From: dalianAccount, To: e2Account, Amount: 5_000_00, Currency: "CNY", Date: "2024-03-02", BankRef: "R5"})
	s.spent = w.write("custodian2@bank", "/uses", Payment{From: e1Account, Payee: party("e2@enterprise"), Purpose: ledger.PurposeRD, Amount: 1_234_56, Currency: "CNY", Date: "2024-04-01", BankRef: "R6"})
	s.instructed = w.write("shenyang@manager", "/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 10_000_00, Currency: "CNY", Date: "2024-05-01"})
	s.document = w.addPaper("shenyang@manager", s.toE1.Movement, "the agreement")
	return s
}

func (w *world) addPaper(user, subject, content string) string {
	w.t.Helper()
	rec := w.do(user, http.MethodPost, Base+"/documents?kind=AGREEMENT&subject="+subject, content, "Content-Type", "text/plain; charset=utf-8")
	if rec.Code != http.StatusCreated {
		w.t.Fatalf("add a document: %d %s", rec.Code, rec.Body)
	}
	return decode[Written](w.t, rec).ID
}

// lot is the only lot of a payment.
func (x Written) lot(t *testing.T) string {
	t.Helper()
	if len(x.Lots) != 1 {
		t.Fatalf("want one lot in %+v", x)
	}
	return x.Lots[0]
}

func pretty(b []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, b, "", " ") != nil {
		return string(b)
	}
	return fmt.Sprint(out.String())
}
