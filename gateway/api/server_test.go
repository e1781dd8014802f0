package api

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"fundtrace/chaincode/ledger"
)

// answered counts the good answers of each route over all tests of the package.
var answered struct {
	sync.Mutex
	routes map[string]bool
	all    []string
}

func noteAnswer(w *world, method, path string, status int) {
	if status >= 300 {
		return
	}
	path, _, _ = strings.Cut(strings.TrimPrefix(path, Base), "?")
	answered.Lock()
	defer answered.Unlock()
	if answered.routes == nil {
		answered.routes = map[string]bool{}
		for i := range w.routes {
			answered.all = append(answered.all, w.routes[i].Method+" "+w.routes[i].Path)
		}
	}
	best, least := "", 99
	for i := range w.routes {
		r := &w.routes[i]
		if n := strings.Count(r.Path, "{"); r.Method == method && matches(r.Path, path) && n < least {
			best, least = r.Method+" "+r.Path, n
		}
	}
	answered.routes[best] = true
}

// TestMain fails the package when a route was never answered well by any test.
func TestMain(m *testing.M) {
	code := m.Run()
	if f := flag.Lookup("test.run"); code == 0 && f.Value.String() == "" && flag.Lookup("test.fuzz").Value.String() == "" {
		for _, r := range answered.all {
			if !answered.routes[r] {
				fmt.Printf("no test has seen a good answer of %s\n", r)
				code = 1
			}
		}
	}
	os.Exit(code)
}

func TestReadiness(t *testing.T) {
	w := newWorld(t)
	ready := func() (int, Readiness) {
		rec := w.do("", "GET", "/readyz", nil)
		return rec.Code, decode[Readiness](t, rec)
	}
	if code, r := ready(); code != 200 || r.Status != "ready" || r.Lag != 0 || r.Next != r.Height {
		t.Fatalf("%d %+v", code, r)
	}
	w.channel.down = ledger.Refuse(codeLedgerDown, "no peer at 10.1.2.3")
	if code, r := ready(); code != 503 || r.Status != "not ready" || strings.Contains(r.Reason, "10.1.2.3") {
		t.Fatalf("without a ledger: %d %+v", code, r)
	}
	rec := w.do("officer@finance", "POST", Base+"/parties", ledger.Party{ID: "other:x", Kind: ledger.Private})
	if rec.Code != 503 || rec.Header().Get("Retry-After") == "" || !strings.Contains(rec.Body.String(), `"code":"LEDGER_UNAVAILABLE"`) {
		t.Fatalf("a write without a ledger: %d %s", rec.Code, rec.Body)
	}
	if rec := w.do("officer@finance", "GET", Base+"/parties", nil); rec.Code != 200 {
		t.Fatalf("reads go on: %d", rec.Code)
	}
	w.channel.down = nil
	w.Stopped = func() error { return errors.New("block 7 does not follow block 6") }
	if code, r := ready(); code != 503 || !strings.Contains(r.Reason, "block 7") {
		t.Fatalf("a broken chain: %d %+v", code, r)
	}
	w.Stopped = func() error { return nil }
	w.channel.held = true
	for i := range mostLag + 1 {
		if _, err := w.ledger.Submit(caller("officer@finance"), ledger.Entry{Key: fmt.Sprint("lag", i),
			Ops: []ledger.Op{{Type: ledger.PartyRegister, Party: &ledger.Party{ID: fmt.Sprint("other:lag", i), Kind: ledger.Private}}}}); err != nil {
			t.Fatal(err)
		}
	}
	if code, r := ready(); code != 503 || r.Lag != mostLag+1 {
		t.Fatalf("far behind: %d %+v", code, r)
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/healthz", "/metrics", Base + "/parties", Base + "/openapi.json", "/nothing.txt"} {
		h := w.do("", "GET", path, nil).Header()
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "script-src 'self';") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: other sites may not read", path)
		}
		if strings.HasPrefix(path, "/api") && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, h.Get("Cache-Control"))
		}
	}
	if h := w.do("", "GET", "/assets/app-1.js", nil).Header(); !strings.Contains(h.Get("Cache-Control"), "immutable") || !strings.HasPrefix(h.Get("Content-Type"), "text/javascript") {
		t.Errorf("assets: %v", h)
	}
}

func TestRequestID(t *testing.T) {
	w := newWorld(t)
	for _, tc := range []struct {
		sent string
		kept bool
	}{{"trace-1.a_B", true}, {"", false}, {"with space", false}, {"new\nline", false}, {strings.Repeat("x", 65), false}} {
		rec := w.do("", "GET", Base+"/session", nil, requestHeader, tc.sent)
		got := rec.Header().Get(requestHeader)
		if got == "" || (got == tc.sent) != tc.kept || decode[Problem](t, rec).RequestID != got {
			t.Errorf("%q: %q in %s", tc.sent, got, rec.Body)
		}
	}
}

func TestLogHoldsNoSecret(t *testing.T) {
	w := newWorld(t)
	token := w.token("officer@finance")
	w.do("", "POST", Base+"/sessions", SignIn{"officer@finance", "secret of officer@finance"})
	w.do("", "POST", Base+"/sessions", SignIn{"officer@finance", "hunter2"})
	w.do("officer@finance", "GET", Base+"/parties?q=confidential", nil, "Cookie", "fundtrace=cookie-value")
	log := w.logs.String()
	for _, secret := range []string{token, "secret of", "hunter2", "confidential", "cookie-value"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	for _, want := range []string{`"route":"/api/v1/parties"`, `"user":"officer@finance"`, `"status":401`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s in\n%s", want, log)
		}
	}
}

func TestMetrics(t *testing.T) {
	w := newWorld(t)
	w.do("auditor@audit", "GET", Base+"/parties/other:nobody", nil)
	w.do("", "PROPFIND", "/x", nil)
	body := w.do("", "GET", "/metrics", nil).Body.String()
	for _, want := range []string{`fundtrace_http_requests_total{method="GET",route="/api/v1/parties/:id",status="404"} 1`,
		`fundtrace_http_requests_total{method="other",route="page",status="404"} 1`, "fundtrace_http_request_seconds_bucket", "fundtrace_read_model_next_block", "fundtrace_transactions_pending 0", "go_goroutines"} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(body, "nobody") {
		t.Error("labels must not hold identifiers")
	}
}

func TestPanicBecomesAProblem(t *testing.T) {
	w := newWorld(t)
	w.engine.GET("/panics", func(*gin.Context) { panic("with a secret") })
	rec := w.do("", "GET", "/panics", nil)
	if rec.Code != 500 || !strings.Contains(rec.Body.String(), `"code":"INTERNAL"`) || strings.Contains(rec.Body.String(), "secret") {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if log := w.logs.String(); !strings.Contains(log, "with a secret") || !strings.Contains(log, "server_test.go") {
		t.Fatalf("the log has message and stack: %s", log)
	}
}

func TestShutdownLetsRequestsFinish(t *testing.T) {
	w := newWorld(t)
	started, release := make(chan struct{}), make(chan struct{})
	w.engine.GET("/slow", func(g *gin.Context) { close(started); <-release; g.String(200, "done") })
	srv := httptest.NewUnstartedServer(nil)
	srv.Config = w.NewHTTP("")
	srv.Start()
	defer srv.Close()
	status := make(chan int, 1)
	go func() {
		res, err := http.Get(srv.URL + "/slow")
		if err != nil {
			status <- 0
			return
		}
		res.Body.Close()
		status <- res.StatusCode
	}()
	<-started
	stopped := make(chan error, 1)
	go func() { stopped <- srv.Config.Shutdown(context.Background()) }()
	close(release)
	if got := <-status; got != 200 {
		t.Fatalf("the running request got %d", got)
	}
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
}

func FuzzBodies(f *testing.F) {
	f.Add("/disbursements", `{"from":"acct:a","to":"acct:b","amount":"1","currency":"CNY","date":"2025-01-01"}`)
	f.Add("/entries", `{"key":"k","ops":[{"type":"party.register","party":{"id":"other:x","kind":"NGO"}}]}`)
	f.Add("/confirmations", `{"movement":"x","action":"void"}`)
	f.Add("/confirmations/bulk", `{"items":[{}]}`)
	f.Add("/commitments", `{"amount":"-1"}`)
	f.Add("/invoices", `{"seller":"uscc:91350100M000100Y43","buyer":"other:b","type":"OTHER","number":"|\\","date":"2025-01-01","amount":"1","currency":"CNY"}`)
	f.Add("/claims", `{"creditor":"other:a","invoices":[{"amount":"1"}],"amount":"1","currency":"CNY"}`)
	f.Add("/vouchers/{id}/settle", `{"from":"acct:a","to":"acct:b","date":"2025-01-01","amount":"9223372036854775807"}`)
	f.Add("/vouchers/{id}/apply", `{"financing":{"funder":"x","mode":"SALE","rate_ppm":-1}}`)
	f.Add("/vouchers/steps/bulk", `{"items":[{"voucher":"x","step":"fund","payment":{}},{"step":"split","pieces":[{"amount":"-1"}]}]}`)
	f.Add("/rules", `{"id":"S","version":1,"parameters":{"x":-1}}`)
	w := newWorld(f)
	for i := range w.routes {
		if user := w.routes[i].someUser(); user != "" {
			w.token(user)
		}
	}
	f.Fuzz(func(t *testing.T, path, body string) {
		w.t = t
		for i := range w.routes {
			if r := &w.routes[i]; r.Method == http.MethodPost && r.Path == path && path != "/sessions" {
				rec := w.do(r.someUser(), "POST", r.address(), body)
				if rec.Code >= 500 {
					t.Fatalf("%d %s", rec.Code, rec.Body)
				}
				if rec.Code >= 400 && !json.Valid(rec.Body.Bytes()) {
					t.Fatalf("no problem document: %q", rec.Body)
				}
			}
		}
	})
}

func FuzzQueries(f *testing.F) {
	f.Add("parties", "cursor=bm90aGluZw&limit=3")
	f.Add("movements", "cursor=WyIyMDI0LTAxLTA1IiwiMCJd&since=2025-01-01")
	f.Add("lots", "account=acct:a&cursor=W10")
	f.Add("lots/0123456789abcdef0123.0.0/trace", "cursor=OTk5OTk5OTk5OTk5&depth=1")
	f.Add("parties/other:x/sources", "cursor=LTE&as_of=2025-01-01")
	f.Add("documents", "cursor=eyJ9")
	f.Add("vouchers", "cursor=WzFd&maturity_from=2025-01-01&live=true&events=true")
	f.Add("invoices/near-duplicates", "cursor=WyJ4IiwxXQ")
	f.Add("vouchers/0123456789abcdef0123.0.0/quote", "rate_ppm=999999999999999999999&date=9999-12-31")
	f.Add("findings", "as_of=0001-01-01&limit=10000")
	w := newWorld(f)
	token := w.token("auditor@audit")
	f.Fuzz(func(t *testing.T, path, query string) {
		req, err := http.NewRequest(http.MethodGet, Base+"/"+path+"?"+query, nil)
		if err != nil || strings.ContainsAny(path+query, "\r\n \x00#") {
			return
		}
		req.Header.Set("Authorization", "Bearer "+token)
		rec := httptest.NewRecorder()
		w.handler.ServeHTTP(rec, req)
		if rec.Code >= 500 {
			t.Fatalf("%s?%s: %d %s", path, query, rec.Code, rec.Body)
		}
	})
}
