package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/api"
)

// gateway is an HTTP server that answers as told and keeps what it was asked.
type gateway struct {
	*httptest.Server
	seen    []*http.Request
	bodies  []string
	answers []func(http.ResponseWriter)
}

func newGateway(t *testing.T, answers ...func(http.ResponseWriter)) *gateway {
	g := &gateway{answers: answers}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body json.RawMessage
		if r.ContentLength > 0 {
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				t.Errorf("the body is no JSON: %v", err)
			}
		}
		g.seen, g.bodies = append(g.seen, r), append(g.bodies, string(body))
		n := min(len(g.seen), len(g.answers)) - 1
		g.answers[n](w)
	}))
	t.Cleanup(g.Close)
	return g
}

func says(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func refuses(status int, code string) func(http.ResponseWriter) {
	return says(status, `{"type":"x","title":"t","status":1,"detail":"do this","code":"`+code+`","values":{"left":"5"},"errors":[{"row":3,"code":"LOT_UNKNOWN","detail":"no lot"}],"errors_omitted":2}`)
}

var entry = ledger.Entry{Key: "k", Ops: []ledger.Op{{Type: ledger.MovementVoid, Step: &ledger.Step{Movement: "m"}}}}

func TestSignInThenBearer(t *testing.T) {
	g := newGateway(t, says(201, `{"token":"tok","user":"u@finance","msp":"FinanceMSP","role":"officer"}`), says(200, `{"items":[1]}`), says(204, ``), says(200, `{}`))
	c := New(g.URL + "/")
	ctx := context.Background()
	if err := c.SignIn(ctx, "u@finance", "p"); err != nil {
		t.Fatal(err)
	}
	if g.seen[0].URL.Path != "/api/v1/sessions" || g.bodies[0] != `{"password":"p","user":"u@finance"}` || c.Session().Role != "officer" {
		t.Fatalf("%s %s %+v", g.seen[0].URL, g.bodies[0], c.Session())
	}
	var out struct{ Items []int }
	if err := c.Get(ctx, "/lots?account=a", &out); err != nil || len(out.Items) != 1 {
		t.Fatal(out, err)
	}
	if g.seen[1].Header.Get("Authorization") != "Bearer tok" || g.seen[1].URL.RawQuery != "account=a" {
		t.Fatalf("%+v", g.seen[1])
	}
	if err := c.SignOut(ctx); err != nil || c.Session() != (Session{}) {
		t.Fatal(err)
	}
	if err := c.Get(ctx, "/lots", nil); err != nil || g.seen[3].Header.Get("Authorization") != "" {
		t.Fatal("the token outlived the session")
	}
}

func TestRefusalBecomesALedgerError(t *testing.T) {
	g := newGateway(t, refuses(409, "BATCH_REFUSED"))
	err := New(g.URL).Post(context.Background(), "/entries", entry, nil)
	var e *ledger.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	want := &ledger.Error{Code: "BATCH_REFUSED", Message: "do this", Detail: map[string]string{"left": "5"}, RowsOmitted: 2,
		Rows: []ledger.RowError{{Op: 3, Code: ledger.LotUnknown, Message: "no lot"}}}
	if !reflect.DeepEqual(e, want) {
		t.Fatalf("%+v", e)
	}
	other := newGateway(t, says(502, "<html>bad gateway"))
	if err := New(other.URL).Get(context.Background(), "/lots", nil); err == nil || ledger.ErrorCode(err) != "" || !strings.Contains(err.Error(), "problem document") {
		t.Fatal(err)
	}
}

func TestPostEntrySendsAgainUnderTheSameKey(t *testing.T) {
	done := says(201, `{"entry":"e","outcome":"VISIBLE","replayed":true}`)
	for _, tc := range []struct {
		name    string
		answers []func(http.ResponseWriter)
		sent    int
		code    ledger.Code
	}{
		{"at once", []func(http.ResponseWriter){done}, 1, ""},
		{"the ledger was away", []func(http.ResponseWriter){refuses(503, "LEDGER_UNAVAILABLE"), done}, 2, ""},
		{"others were faster", []func(http.ResponseWriter){refuses(503, "CONTENTION"), done}, 2, ""},
		{"unknown", []func(http.ResponseWriter){says(202, `{"entry":"e","outcome":"UNKNOWN"}`), done}, 2, ""},
		{"recorded, not visible", []func(http.ResponseWriter){says(202, `{"entry":"e","outcome":"RECORDED"}`)}, 1, ""},
		{"refused", []func(http.ResponseWriter){refuses(409, "LOT_OVERDRAWN"), done}, 1, ledger.LotOverdrawn},
		{"signed out", []func(http.ResponseWriter){refuses(401, "NO_SESSION"), done}, 1, "NO_SESSION"},
	} {
		g := newGateway(t, tc.answers...)
		w, err := New(g.URL).PostEntry(context.Background(), entry)
		if ledger.ErrorCode(err) != tc.code || len(g.seen) != tc.sent {
			t.Errorf("%s: %v after %d requests", tc.name, err, len(g.seen))
		}
		if tc.code == "" && (w == nil || w.Entry != "e") {
			t.Errorf("%s: %+v", tc.name, w)
		}
		for _, b := range g.bodies {
			if b != g.bodies[0] {
				t.Errorf("%s: sent %s and %s", tc.name, g.bodies[0], b)
			}
		}
	}
	if _, err := New("http://127.0.0.1:1").PostEntry(context.Background(), ledger.Entry{}); ledger.ErrorCode(err) != ledger.FieldMissing {
		t.Errorf("an entry without key cannot be sent again: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := New("http://127.0.0.1:1").PostEntry(ctx, entry); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestTypesAreTheGatewaysOwn: what the client reads has the names that the gateway writes.
func TestTypesAreTheGatewaysOwn(t *testing.T) {
	for _, tc := range []struct{ ours, theirs reflect.Type }{
		{reflect.TypeFor[Written](), reflect.TypeFor[api.Written]()},
		{reflect.TypeFor[Session](), reflect.TypeFor[api.Session]()},
	} {
		fields := map[string]reflect.Type{}
		for i := range tc.theirs.NumField() {
			f := tc.theirs.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			fields[name] = f.Type
		}
		for i := range tc.ours.NumField() {
			f := tc.ours.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if fields[name] != f.Type {
				t.Errorf("%s.%s is %v here and %v there", tc.ours.Name(), f.Name, f.Type, fields[name])
			}
		}
		if tc.ours.NumField() != len(fields) {
			t.Errorf("%s has %d fields here and %d there", tc.ours.Name(), tc.ours.NumField(), len(fields))
		}
	}
}

func TestFromDir(t *testing.T) {
	g := newGateway(t, says(201, `{"token":"tok","user":"auditor@audit"}`))
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	if _, err := FromDir(ctx, dir, "auditor@audit"); err == nil || !strings.Contains(err.Error(), "network up") {
		t.Errorf("no network: %v", err)
	}
	write("credentials.json", `[{"user":"auditor@audit","password":"secret","organisation":"audit","role":"auditor"}]`)
	write("gateway.yaml", "listen: "+strings.TrimPrefix(g.URL, "http://")+"\ndata: /x\n")
	c, err := FromDir(ctx, dir, "auditor@audit")
	if err != nil || c.Address() != g.URL || g.bodies[0] != `{"password":"secret","user":"auditor@audit"}` {
		t.Fatalf("%v %v", err, g.bodies)
	}
	if _, err := FromDir(ctx, dir, "nobody@audit"); err == nil || !strings.Contains(err.Error(), "nobody@audit") {
		t.Errorf("no such user: %v", err)
	}
	for listen, want := range map[string]string{"0.0.0.0:80": "http://127.0.0.1:80", ":8080": "http://127.0.0.1:8080", "'[::]:81'": "http://127.0.0.1:81", "10.0.0.1:1": "http://10.0.0.1:1"} {
		write("gateway.yaml", "listen: "+listen+"\n")
		if got, err := AddressOf(dir); err != nil || got != want {
			t.Errorf("%s: %s, %v", listen, got, err)
		}
	}
	write("gateway.yaml", "listen: nonsense\n")
	if _, err := AddressOf(dir); err == nil {
		t.Error("no address must be an error")
	}
}

func FuzzRefusal(f *testing.F) {
	f.Add([]byte(`{"code":"X","errors":[{"row":1}]}`))
	f.Add([]byte(`{"code":1}`))
	res := &http.Response{Status: "400 Bad Request", Request: httptest.NewRequest(http.MethodGet, "http://x/", nil)}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := refusal(res, data); err == nil || err.Error() == "" {
			t.Fatalf("%q gives no error", data)
		}
	})
}
