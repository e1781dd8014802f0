package api

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/readlog"

	"github.com/gin-gonic/gin"
)

// lastNote is the newest record of the read log.
func lastNote(t *testing.T, w *world) readlog.Record {
	t.Helper()
	page, _, err := w.noted.Page(t.Context(), readlog.Filter{}, "", 1)
	if err != nil || len(page) != 1 {
		t.Fatalf("%d records, %v", len(page), err)
	}
	return page[0]
}

// Every trace, every piece of evidence and every file is noted before it is answered, whoever asks, refusals too.
func TestEveryTraceAndExportIsNoted(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	tried := 0
	for i := range w.routes {
		r := &w.routes[i]
		shows := r.Tag == tagTrace || r.Tag == tagEvidence || len(r.binary) > 0
		if r.noted() != (r.who.signedIn && shows || r.asksNote) {
			t.Errorf("%s: noted is %v", r.Name, r.noted())
		}
		if !r.noted() {
			continue
		}
		for _, user := range []string{"officer@finance", "viewer@finance", "custodian@bank", "auditor@audit", "shenyang@manager", "e1@enterprise"} {
			id := everyUser()[user]
			if !r.who.allows(id.Caller()) {
				continue
			}
			tried++
			rec := w.do(user, r.Method, r.address(), "{}")
			n := lastNote(t, w)
			sum := sha256.Sum256(rec.Body.Bytes())
			if n.Read == nil || n.User != user || n.MSP != id.MSP || n.Role != id.Role || n.Party != id.Party || n.Route != r.Name || n.Status != rec.Code ||
				n.Bytes != int64(rec.Body.Len()) || n.SHA256 != hex.EncodeToString(sum[:]) || n.Export != rec.Header().Get(exportHeader) ||
				n.Request != rec.Header().Get(requestHeader) || (rec.Code >= 400) != (n.Code != "") {
				t.Errorf("%s %s as %s: %d, noted as %+v", r.Method, r.Path, user, rec.Code, n.Read)
			}
			if strings.Contains(r.Path, "{id}") && n.Asked["id"] != "x" {
				t.Errorf("%s: asked about %v", r.Name, n.Asked)
			}
		}
	}
	if tried < 40 {
		t.Errorf("only %d questions were tried", tried)
	}
	if r, err := readlog.Verify(t.Context(), filepath.Join(w.dir, "readlog"), nil); err != nil || r.Records != int64(tried)+1 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestReadLog(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	lot := s.root.lot(t)
	play(t, w, []scenario{
		{name: "a trace", user: "shenyang@manager", method: "GET", path: "/lots/" + s.toShenyang.lot(t) + "/trace?direction=backward&as_of=2024-12-31", status: 200,
			after: func(t *testing.T, w *world) {
				n := lastNote(t, w)
				if n.Asked["id"] != s.toShenyang.lot(t) || n.Asked["direction"] != "backward" || n.Asked["as_of"] != "2024-12-31" || n.Rows < 1 || n.Block+1 != w.db.Next() {
					t.Errorf("%+v", n.Read)
				}
			}},
		{name: "what the manager may not see", user: "dalian@manager", method: "GET", path: "/lots/" + lot + "/trace", status: 404, after: noted(404, "LOT_UNKNOWN")},
		{name: "a misspelt filter", user: "auditor@audit", method: "GET", path: "/lots/" + lot + "/trace?secret=1", status: 400, after: noted(400, CodeQueryInvalid)},
		{name: "a document", user: "auditor@audit", method: "GET", path: "/documents/" + s.document, status: 200, has: []string{"the agreement"},
			after: func(t *testing.T, w *world) {
				sum := sha256.Sum256([]byte("the agreement"))
				if n := lastNote(t, w); n.Route != "documentContent" || n.SHA256 != hex.EncodeToString(sum[:]) {
					t.Errorf("%+v", n.Read)
				}
			}},
		{name: "what is no trace", user: "auditor@audit", method: "GET", path: "/lots/" + lot, status: 200,
			after: func(t *testing.T, w *world) {
				if n := lastNote(t, w); n.Route != "documentContent" {
					t.Errorf("%+v", n.Read)
				}
			}},
		{name: "the log", user: "auditor@audit", method: "GET", path: "/readlog?limit=1", status: 200,
			has: []string{`"user":"auditor@audit"`, `"route":"documentContent"`, `"next":"`, `"head":{"log":"`, `"count":`}, hasNot: []string{"dalian@manager", `"next":""`}},
		{name: "who looked at a lot", user: "auditor@audit", method: "GET", path: "/readlog?about=" + lot, status: 200, has: []string{"dalian@manager", `"code":"LOT_UNKNOWN"`}, hasNot: []string{"shenyang@manager"}},
		{name: "what somebody looked at", user: "auditor@audit", method: "GET", path: "/readlog?user=shenyang@manager&route=lotTrace&since=2025-06-30&until=2025-06-30", status: 200, has: []string{`"direction":"backward"`}, hasNot: []string{"dalian@manager"}},
		{name: "another day", user: "auditor@audit", method: "GET", path: "/readlog?since=2025-07-01", status: 200, has: []string{`"items":[]`, `"next":""`}},
		{name: "looking at the log is noted", user: "auditor@audit", method: "GET", path: "/readlog?route=readLog", status: 200, has: []string{`"about":"` + lot}},
		{name: "no page of this log", user: "auditor@audit", method: "GET", path: "/readlog?cursor=nonsense", status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "not for officers", user: "officer@finance", method: "GET", path: "/readlog?user=auditor@audit", status: 403, has: []string{"ask an auditor"},
			after: func(t *testing.T, w *world) {
				if n := lastNote(t, w); n.User != "officer@finance" || n.Status != 403 || n.Code != string(ledger.NotPermitted) || n.Asked["user"] != "auditor@audit" {
					t.Errorf("%+v", n.Read)
				}
			}},
		{name: "packs are not for managers", user: "shenyang@manager", method: "POST", path: "/evidence", body: "{}", status: 403, after: noted(403, ledger.NotPermitted)},
		{name: "not for banks", user: "custodian@bank", method: "GET", path: "/readlog", status: 403},
		{name: "not for viewers", user: "viewer@audit", method: "GET", path: "/readlog", status: 403},
	})
}

// Who cannot be noted is shown nothing, and nothing of the answer gets out.
func TestNothingIsShownThatIsNotNoted(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	lot := s.root.lot(t)
	refused := func(name string) {
		t.Helper()
		for _, path := range []string{"/lots/" + lot + "/trace", "/funds/fund:parent/trace", "/documents/" + s.document, "/readlog"} {
			rec := w.do("auditor@audit", "GET", Base+path, nil)
			if rec.Code != http.StatusServiceUnavailable || !strings.Contains(rec.Body.String(), `"code":"READ_LOG_UNAVAILABLE"`) ||
				strings.Contains(rec.Body.String(), "agreement") || strings.Contains(rec.Body.String(), lot) || rec.Header().Get("Content-Disposition") != "" {
				t.Errorf("%s: %s: %d %v %s", name, path, rec.Code, rec.Header(), rec.Body)
			}
		}
		if rec := w.do("auditor@audit", "GET", Base+"/lots/"+lot, nil); rec.Code != 200 {
			t.Errorf("%s: what needs no note: %d", name, rec.Code)
		}
	}
	// Somebody has taken a record out of today's file.
	if rec := w.do("auditor@audit", "GET", Base+"/lots/"+lot+"/trace", nil); rec.Code != 200 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.do("auditor@audit", "GET", Base+"/lots/"+lot+"/trace", nil); rec.Code != 200 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if err := w.noted.Close(); err != nil {
		t.Fatal(err)
	}
	refused("closed")
	path := filepath.Join(w.dir, "readlog", "2025-06-30.jsonl")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	if err := os.WriteFile(path, []byte(strings.Join(slices.Delete(lines, 1, 2), "")), 0o600); err != nil {
		t.Fatal(err)
	}
	broken, err := readlog.Open(filepath.Join(w.dir, "readlog"), readlog.Options{Log: w.log})
	if err != nil {
		t.Fatal(err)
	}
	defer broken.Close()
	w.ReadLog = broken
	refused("tampered")
	if !strings.Contains(w.logs.String(), "RECORD_MISSING") {
		t.Error("the alarm does not say why")
	}
	w.ReadLog = nil
	refused("none")
}

// A held answer keeps what is large in a file, and leaves none behind.
func TestHeldAnswer(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	rec := httptest.NewRecorder()
	g, _ := gin.CreateTestContext(rec)
	g.Header("X-Before", "1")
	h := hold(g.Writer)
	h.Header().Set("Content-Type", "text/plain")
	large := strings.Repeat("0123456789abcdef", heldInMemory/16)
	for _, part := range []string{"a", large, large, "z"} {
		if n, err := io.WriteString(h, part); err != nil || n != len(part) {
			t.Fatal(n, err)
		}
	}
	if rec.Body.Len() > 0 || !h.Written() || h.Size() != 2*heldInMemory+2 {
		t.Fatalf("%d bytes got out", rec.Body.Len())
	}
	h.reset()
	if h.Written() || h.Header().Get("Content-Type") != "" || h.Header().Get("X-Before") != "1" {
		t.Errorf("%v", h.Header())
	}
	h.WriteHeader(http.StatusTeapot)
	for _, part := range []string{"a", large, large, "z"} {
		if _, err := io.WriteString(h, part); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256([]byte("a" + large + large + "z"))
	if hex.EncodeToString(h.sum.Sum(nil)) != hex.EncodeToString(sum[:]) {
		t.Error("the digest is another")
	}
	if err := errors.Join(h.send(), h.close()); err != nil {
		t.Fatal(err)
	}
	if rec.Code != http.StatusTeapot || rec.Body.String() != "a"+large+large+"z" || rec.Header().Get("Content-Length") == "" {
		t.Errorf("%d, %d bytes", rec.Code, rec.Body.Len())
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
}

// Anchors that the ledger has are there for everybody who is signed in: they say nothing of what a log holds.
func TestAnchors(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	head := strings.Repeat("0a", 32)
	anchor := func(sequence int64, previous string) ledger.Entry {
		return ledger.Entry{Ops: []ledger.Op{{Type: ledger.AnchorRecord, Anchor: &ledger.Anchor{Stream: "gateway", Day: "2025-06-29", Sequence: sequence, Head: head, Count: 5, Previous: previous}}}}
	}
	w.write("officer@finance", "/entries", anchor(1, ""))
	w.write("officer@finance", "/entries", anchor(2, head))
	w.write("auditor@audit", "/entries", anchor(1, ""))
	play(t, w, []scenario{
		{name: "of every stream the latest", user: "e1@enterprise", method: "GET", path: "/anchors", status: 200,
			has: []string{`"id":"FinanceMSP/gateway"`, `"id":"AuditMSP/gateway"`, `"sequence":"2"`, head, `"block":`}},
		{name: "of one stream", user: "custodian@bank", method: "GET", path: "/anchors?stream=FinanceMSP/gateway", status: 200, has: []string{`"sequence":"1"`, `"sequence":"2"`}, hasNot: []string{"AuditMSP"}},
		{name: "behind the first", user: "custodian@bank", method: "GET", path: "/anchors?stream=FinanceMSP/gateway&after=1", status: 200, has: []string{`"sequence":"2"`}, hasNot: []string{`"sequence":"1"`}},
		{name: "of none", user: "custodian@bank", method: "GET", path: "/anchors?stream=x", status: 200, has: []string{`"items":[]`}},
		{name: "a gap", user: "officer@finance", method: "POST", path: "/entries", body: anchor(4, head), status: 409, has: []string{`"code":"ANCHOR_BROKEN"`}},
		{name: "nobody", method: "GET", path: "/anchors", status: 401},
	})
}
