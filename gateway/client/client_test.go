package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	places := newGateway(t, says(422, `{"detail":"d","code":"BATCH_REFUSED","errors":[{"row":2,"code":"AMOUNT_INVALID","detail":"too fine","file":"a.csv","column":"amount"}]}`))
	if err := New(places.URL).Post(context.Background(), "/invoices/import", entry, nil); !errors.As(err, &e) || e.Rows[0].Message != "a.csv: amount: too fine" {
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

func TestRecordKeepsItsKey(t *testing.T) {
	g := newGateway(t, refuses(503, "CONTENTION"), says(201, `{"entry":"e","id":"v2","vouchers":["v2"],"outcome":"VISIBLE"}`))
	w, err := New(g.URL).Record(context.Background(), "/vouchers/v1/take", "k1", map[string]string{"date": "2025-06-30"})
	if err != nil || w.ID != "v2" || len(w.Vouchers) != 1 {
		t.Fatalf("%+v %v", w, err)
	}
	for _, r := range g.seen {
		if r.URL.Path != "/api/v1/vouchers/v1/take" || r.Header.Get("Idempotency-Key") != "k1" {
			t.Errorf("%s %v", r.URL, r.Header)
		}
	}
	if _, err := New(g.URL).Record(context.Background(), "/vouchers", "", nil); ledger.ErrorCode(err) != ledger.FieldMissing {
		t.Errorf("a write without key: %v", err)
	}
}

func TestPostFiles(t *testing.T) {
	var got []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/vouchers/transfers/bulk" {
			body, _ := io.ReadAll(r.Body)
			got = append(got, r.Header.Get("Content-Type")+" "+r.Header.Get("Idempotency-Key")+" "+string(body))
			return
		}
		form, err := r.MultipartReader()
		if err != nil {
			t.Error(err)
			return
		}
		for {
			part, err := form.NextPart()
			if err != nil {
				break
			}
			body, _ := io.ReadAll(part)
			got = append(got, part.FileName()+"="+string(body))
		}
		fmt.Fprint(w, `{"entry":"e"}`)
	}))
	defer srv.Close()
	c := New(srv.URL)
	var w Written
	if err := c.PostFiles(context.Background(), "/invoices/import", "k", []File{{"a.xml", []byte("<a/>")}, {"发票\"1\".csv", []byte("x,y")}}, &w); err != nil || w.Entry != "e" {
		t.Fatal(err)
	}
	if err := c.PostFile(context.Background(), "/vouchers/transfers/bulk", "k2", "text/csv", []byte("a"), nil); err != nil {
		t.Fatal(err)
	}
	if want := []string{"a.xml=<a/>", "发票\"1\".csv=x,y", "text/csv k2 a"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

func TestItems(t *testing.T) {
	g := newGateway(t, says(200, `{"items":[1,2],"next":"a=b"}`), says(200, `{"items":[3],"next":""}`), refuses(400, "QUERY_INVALID"))
	c := New(g.URL)
	var got []int
	for n, err := range Items[int](context.Background(), c, "/vouchers?live=true") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, n)
	}
	if !reflect.DeepEqual(got, []int{1, 2, 3}) || g.seen[0].URL.RawQuery != "live=true&limit=500" || g.seen[1].URL.RawQuery != "live=true&limit=500&cursor=a%3Db" {
		t.Errorf("%v %s %s", got, g.seen[0].URL, g.seen[1].URL)
	}
	for _, err := range Items[int](context.Background(), c, "/rules") {
		if ledger.ErrorCode(err) != "QUERY_INVALID" || g.seen[2].URL.RawQuery != "limit=500" {
			t.Errorf("%v %s", err, g.seen[2].URL)
		}
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
