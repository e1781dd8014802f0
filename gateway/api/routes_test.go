package api

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

// unread fails the test when a request's body is read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Helper()
	u.t.Error("the body was read before the request was let in")
	return 0, errors.New("not to be read")
}

// sample addresses: every path parameter gets some value.
func (r *Route) address() string {
	p := Base + r.Path
	for {
		i := strings.IndexByte(p, '{')
		if i < 0 {
			return p
		}
		p = p[:i] + "x" + p[strings.IndexByte(p, '}')+1:]
	}
}

func TestEveryRouteAsksForASession(t *testing.T) {
	w := newWorld(t)
	for i := range w.routes {
		r := &w.routes[i]
		if !r.who.signedIn {
			continue
		}
		for _, header := range [][]string{nil, {"Authorization", "Bearer nonsense"}, {"Authorization", "Basic x"}, {"Cookie", "fundtrace=nonsense"}} {
			rec := w.do("", r.Method, r.address(), unread{t}, header...)
			if rec.Code != http.StatusUnauthorized || !strings.Contains(rec.Body.String(), `"code":"NO_SESSION"`) {
				t.Errorf("%s %s with %v: %d %s", r.Method, r.Path, header, rec.Code, rec.Body)
			}
			if rec.Header().Get("WWW-Authenticate") == "" {
				t.Errorf("%s %s: 401 without WWW-Authenticate", r.Method, r.Path)
			}
		}
	}
}

func TestEveryRouteRefusesRolesBeforeTheBody(t *testing.T) {
	w := newWorld(t)
	refused := 0
	for i := range w.routes {
		r := &w.routes[i]
		for user, id := range everyUser() {
			if !r.who.signedIn || r.who.allows(id.Caller()) {
				continue
			}
			refused++
			rec := w.do(user, r.Method, r.address(), unread{t})
			if rec.Code != http.StatusForbidden || !strings.Contains(rec.Body.String(), `"code":"NOT_PERMITTED"`) {
				t.Errorf("%s: %s %s: %d %s", user, r.Method, r.Path, rec.Code, rec.Body)
			}
		}
	}
	if refused < 50 {
		t.Fatalf("only %d refusals were tried", refused)
	}
}

// TestWhoMayWrite states the table of writes by role once more, independently of the grants that the routes follow.
func TestWhoMayWrite(t *testing.T) {
	want := map[string]string{ // O officer, C custodian, A auditor, M manager, E enterprise
		"registerParty": "OCM", "reviseParty": "OCM", "openAccount": "OC", "establishFund": "OM", "signCommitment": "OM",
		"confirm": "OCME", "confirmMany": "OCME", "proposeReversal": "OCME", "approveReversal": "OCM", "postEntry": "OCAME",
		"addDocument": "OCAME", "signIn": "OCAMEV", "bulk-parties": "OCM", "bulk-accounts": "OC", "bulk-funds": "OM", "bulk-commitments": "OM",

		"registerInvoice": "CE", "lookUpInvoice": "OCAMEV", "importInvoices": "CE", "checkInvoice": "CE", "reserveInvoice": "CE", "financeReservation": "CE",
		"releaseReservation": "CE", "cancelInvoice": "E", "registerClaim": "E", "confirmClaim": "E", "cancelClaim": "E",
		"draftVoucher": "E", "bulk-vouchers": "E", "bulk-voucher-transfers": "E", "stepMany": "OCAE",
		"voucher-issue": "E", "voucher-accept": "E", "voucher-reject": "E", "voucher-lapse": "OCE", "voucher-split": "E", "voucher-offer": "E",
		"voucher-take": "E", "voucher-decline": "E", "voucher-apply": "E", "voucher-registration": "CE", "voucher-fund": "C", "voucher-refuse-financing": "CE",
		"voucher-unpledge": "CE", "voucher-freeze": "OA", "voucher-unfreeze": "OA", "voucher-mature": "OCE", "voucher-settle": "C", "voucher-default": "OCE",
		"voucher-claim-recourse": "CE", "voucher-pay-recourse": "C", "voucher-write-off": "CE", "voucher-cancel": "E",
		"analyse-index": "OCAMEV", "analyse-panel": "OCAMEV", "analyse-panel-causality": "OCAMEV", "analyse-event-study": "OCAMEV", "analyse-synthetic-control": "OCAMEV",
		"analyse-paper": "OCAMEV", "analyse-diagnose": "OCAMEV", "analyse-relate": "OCAMEV",
		"makeEvidence": "OA", "makeStatement": "OCAMEV",
		"publishRule": "O", "publishCalendar": "O", "flagIssuer": "O",
	}
	letters := map[string]string{"O": "officer@finance", "C": "custodian@bank", "A": "auditor@audit", "M": "shenyang@manager", "E": "e1@enterprise", "V": "viewer@bank"}
	w := newWorld(t)
	for i := range w.routes {
		r := &w.routes[i]
		if r.Method != http.MethodPost {
			continue
		}
		expect, ok := want[r.Name]
		if !ok { // payments
			if !strings.HasPrefix(r.Name, "record-") && !strings.HasPrefix(r.Name, "bulk-") {
				t.Errorf("%s is missing from this table", r.Name)
			}
			expect = "OCME"
		}
		for letter, user := range letters {
			if got := r.who.allows(caller(user)); got != strings.Contains(expect, letter) {
				t.Errorf("%s: %s allowed is %v", r.Name, user, got)
			}
		}
	}
}

func TestEveryJSONBodyIsReadStrictly(t *testing.T) {
	w := newWorld(t)
	for i := range w.routes {
		r := &w.routes[i]
		if r.body == nil {
			continue
		}
		user := r.someUser()
		for _, tc := range []struct {
			name, body, media string
			status            int
			code              ledger.Code
		}{
			{"broken", `{"a":`, "application/json", 400, ledger.Malformed},
			{"empty", ``, "application/json", 400, ledger.Malformed},
			{"unknown field", `{"no_such_field":1}`, "application/json", 400, ledger.Malformed},
			{"two values", `{}{}`, "application/json", 400, ledger.Malformed},
			{"an array", `[]`, "application/json", 400, ledger.Malformed},
			{"a form", `a=b`, "application/x-www-form-urlencoded", 415, CodeMediaType},
			{"no media type", `{}`, "", 415, CodeMediaType},
			{"too large", `{"x":"` + strings.Repeat("y", int(r.limit)) + `"}`, "application/json", 413, CodeBodyTooLarge},
		} {
			rec := w.do(user, r.Method, r.address(), tc.body, "Content-Type", tc.media)
			if rec.Code != tc.status || !strings.Contains(rec.Body.String(), `"code":"`+string(tc.code)+`"`) {
				t.Errorf("%s, %s: %d %s", r.Name, tc.name, rec.Code, rec.Body)
			}
		}
	}
}

func TestEveryQueryIsChecked(t *testing.T) {
	w := newWorld(t)
	for i := range w.routes {
		r := &w.routes[i]
		user := r.someUser()
		if r.Name == "signOut" {
			continue
		}
		for _, q := range []string{"nonsense=1", "limit=0", "limit=501x", "limit=1&limit=2", "live=perhaps", "kind=NONSENSE", "min_level=9", "depth=-1", "direction=sideways"} {
			rec := w.do(user, r.Method, r.address()+"?"+q, "{}")
			name, _, _ := strings.Cut(q, "=")
			if r.takes(name) && rec.Code == http.StatusNotFound { // the address names nothing: said first
				continue
			}
			if rec.Code != http.StatusBadRequest {
				t.Errorf("%s ?%s: %d %s", r.Name, q, rec.Code, rec.Body)
			}
		}
	}
}

// someUser is a user who may call the route, nobody where nobody needs to sign in.
func (r *Route) someUser() string {
	for _, user := range []string{"officer@finance", "custodian@bank", "e1@enterprise", "shenyang@manager", "auditor@audit"} {
		if r.who.signedIn && r.who.allows(caller(user)) {
			return user
		}
	}
	return ""
}

func (r *Route) takes(name string) bool {
	for _, q := range r.query {
		if q.name == name {
			return true
		}
	}
	return false
}

func TestAddressesThatNobodyServes(t *testing.T) {
	w := newWorld(t)
	for _, tc := range []struct {
		method, path string
		status       int
		has          string
	}{
		{"GET", "/api/v1/nothing", 404, `"code":"NOT_FOUND"`},
		{"GET", "/api", 404, `"code":"NOT_FOUND"`},
		{"GET", "/api/v2/lots", 404, `"code":"NOT_FOUND"`},
		{"PUT", "/api/v1/parties", 405, `"code":"METHOD_NOT_ALLOWED"`},
		{"DELETE", "/api/v1/lots/x", 405, `"code":"METHOD_NOT_ALLOWED"`},
		{"POST", "/", 404, `"code":"NOT_FOUND"`},
		{"GET", "/", 200, "<title>Fundtrace"},
		{"GET", "/lots/1234", 200, "<title>Fundtrace"},
		{"GET", "/trace/0123456789abcdef0123.0.0", 200, "<title>Fundtrace"},
		{"GET", "/assets/app-3.0", 404, `"code":"NOT_FOUND"`},
		{"GET", "/assets/app-1.js", 200, "1"},
		{"GET", "/assets/app-2.js", 404, `"code":"NOT_FOUND"`},
		{"GET", "/../../etc/passwd", 200, "<title>Fundtrace"},
		{"GET", "/healthz", 200, `"ok"`},
	} {
		var header []string
		if strings.HasSuffix(tc.path, ".0") { // a browser that navigates
			header = []string{"Accept", "text/html,application/xhtml+xml"}
		}
		rec := w.do("", tc.method, tc.path, nil, header...)
		if rec.Code != tc.status || !strings.Contains(rec.Body.String(), tc.has) {
			t.Errorf("%s %s: %d %s", tc.method, tc.path, rec.Code, rec.Body)
		}
		if rec.Code >= 400 && rec.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %s", tc.method, tc.path, rec.Header().Get("Content-Type"))
		}
	}
}
