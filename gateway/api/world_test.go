package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	"fundtrace/gateway/evidence/testchannel"
	"fundtrace/gateway/fabric"
	"fundtrace/gateway/findings"
	"fundtrace/gateway/findings/readmodel"
	"fundtrace/gateway/fingerprint"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/readlog"
	"fundtrace/gateway/users"
	"fundtrace/network/sample"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// world is a gateway on a ledger in memory: the real contract, submitter, read model, users and documents.
type world struct {
	*Server
	t       testing.TB
	ledger  *memledger.Ledger
	db      *projection.DB
	channel *memChannel
	handler http.Handler
	tokens  map[string]string // by user
	logs    *bytes.Buffer
	clock   time.Time            // of ledger and gateway
	chain   *testchannel.Channel // signed blocks, see newSignedWorld; nil otherwise
	noted   *readlog.Log
	dir     string
}

// memChannel lets the submitter write to the ledger in memory; each block is folded at once, unless held back.
type memChannel struct {
	ledger *memledger.Ledger
	db     *projection.DB
	blocks func() []*common.Block // what is folded

	mu       sync.Mutex
	open     map[string]*memledger.Tx
	statuses map[string]fabric.Status
	held     bool  // blocks are not folded
	down     error // answered instead of everything

	onRefusal func(*ledger.Error) // told of what the contract refuses
}

func (m *memChannel) Endorse(_ context.Context, by *fabric.Identity, batch []byte) (*fabric.Transaction, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down != nil {
		return nil, m.down
	}
	tx, answer, err := m.ledger.Invoke(by.Caller(), "Apply", string(batch))
	if err != nil {
		var refused *ledger.Error
		if m.onRefusal != nil && errors.As(err, &refused) {
			m.onRefusal(refused)
		}
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

func (m *memChannel) fold() error { return m.db.Apply(m.blocks()[m.db.Next():]...) }

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
	for _, u := range traders {
		out[u.User] = u
	}
	return out
}

func caller(user string) ledger.Caller { return everyUser()[user].Caller() }
func party(user string) string         { return everyUser()[user].Party }

// today is the day on which the tests play.
var today = time.Date(2025, 6, 30, 4, 0, 0, 0, time.UTC)

// consortium is the key that the invoices of these tests are named with.
var consortium = fingerprint.Key("the consortium's key of the tests")[:fingerprint.KeySize]

// newWorld makes an empty world.
func newWorld(t testing.TB) *world {
	t.Helper()
	return makeWorld(t, nil)
}

// newSignedWorld makes an empty world whose blocks are those of a channel, with every signature that they need: slower,
// and fit for evidence.
func newSignedWorld(t testing.TB) *world {
	t.Helper()
	return makeWorld(t, testchannel.New())
}

func makeWorld(t testing.TB, chain *testchannel.Channel) *world {
	t.Helper()
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	w := &world{t: t, tokens: map[string]string{}, logs: &bytes.Buffer{}, clock: today, chain: chain, dir: dir}
	w.ledger = memledger.New(memledger.WithClock(func() time.Time { return w.clock }))
	var err error
	w.db, err = projection.Open(filepath.Join(dir, "read.db"))
	must(err)
	w.channel = &memChannel{ledger: w.ledger, db: w.db, blocks: w.ledger.Blocks, open: map[string]*memledger.Tx{}, statuses: map[string]fabric.Status{}}
	if chain != nil {
		w.channel.blocks = func() []*common.Block {
			chain.Follow(w.ledger)
			return chain.Blocks()
		}
	}
	must(w.channel.fold())
	log := slog.New(slog.NewJSONHandler(&lockedWriter{w: w.logs}, nil))
	submitter, err := fabric.NewSubmitter(w.channel, filepath.Join(dir, "outbox.db"), fabric.Options{Lots: Picker{w.db}, Log: log})
	must(err)
	book, err := users.Open(filepath.Join(dir, "users.db"), desk{everyUser()}, users.Options{Cost: users.Cost{Memory: 64, Time: 1, Threads: 1}})
	must(err)
	papers, err := documents.Open(filepath.Join(dir, "documents"))
	must(err)
	w.noted, err = readlog.Open(filepath.Join(dir, "readlog"), readlog.Options{Now: func() time.Time { return w.clock }, Log: log})
	must(err)
	page := fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>Fundtrace</title>")}, "assets/app-1.js": {Data: []byte("1")}}
	w.Server, err = New(Config{Ledger: memLedger{submitter, w.channel}, Store: w.db, Users: book, Documents: papers, Page: page, Log: log,
		ReadLog: w.noted, Evidence: memEvidence{w}, Patience: 50 * time.Millisecond, Consortium: consortium, Now: func() time.Time { return w.clock },
		Findings: func(ctx context.Context, s projection.Scope, asOf string, f findings.Filter) (*findings.Answer, error) {
			rules, err := readmodel.Rules(ctx, w.db)
			if err != nil {
				return nil, err
			}
			return findings.Evaluate(ctx, readmodel.New(w.db, s), rules, asOf, f)
		}})
	must(err)
	w.handler = w.Handler()
	t.Cleanup(func() {
		submitter.Close()
		w.noted.Close()
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

func decode[T any](t testing.TB, rec *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v in %s", err, rec.Body)
	}
	return v
}

func pretty(b []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, b, "", " ") != nil {
		return string(b)
	}
	return fmt.Sprint(out.String())
}

func jsonInto(rec *httptest.ResponseRecorder, v any) error {
	return json.Unmarshal(rec.Body.Bytes(), v)
}

// everyUserOf is the party of a demo user, for what is made before everyUser can be asked.
func everyUserOf(user string) string {
	for _, u := range sample.Users() {
		if u.Name == user {
			return u.Party
		}
	}
	panic("no user " + user)
}
