package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/statement"
	"fundtrace/gateway/evidence/testchannel"
	"fundtrace/gateway/readlog"
)

// memEvidence makes evidence from the blocks of a signed world.
type memEvidence struct{ w *world }

func (m memEvidence) Pack(ctx context.Context, w io.Writer, r evidence.Request) (*evidence.Manifest, error) {
	if m.w.chain == nil {
		return nil, errNoEvidence()
	}
	return evidence.Build(ctx, w, evidence.Blocks(m.w.chain.Blocks()), r)
}

// Statement answers what was asked for: that peers sign it is tested with the network.
func (m memEvidence) Statement(_ context.Context, r statement.Request) ([]byte, error) {
	return json.Marshal(r)
}

func (m memEvidence) Channel(context.Context) (channel, chaincode string, genesis []byte, err error) {
	if m.w.chain == nil {
		return "", "", nil, errNoEvidence()
	}
	return testchannel.Name, testchannel.Chaincode, m.w.chain.Genesis(), nil
}

// verified checks a pack that was answered, and answers the report.
func verified(t *testing.T, w *world, rec *httptest.ResponseRecorder) *evidence.Report {
	t.Helper()
	if rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != "application/zip" {
		t.Fatalf("%d %s %s", rec.Code, rec.Header().Get("Content-Type"), rec.Body)
	}
	r, err := evidence.Verify(context.Background(), bytes.NewReader(rec.Body.Bytes()), int64(rec.Body.Len()), evidence.Options{GenesisHash: w.chain.Genesis()})
	if err != nil {
		t.Fatal(err)
	}
	export := rec.Header().Get(exportHeader)
	if r.Export != export || !strings.Contains(rec.Header().Get("Content-Disposition"), packName(export)) {
		t.Errorf("the pack bears the mark %q, the header %q, the name is %s", r.Export, export, rec.Header().Get("Content-Disposition"))
	}
	page, _, err := w.noted.Page(t.Context(), readlog.Filter{Export: export}, "", 10)
	if err != nil || len(page) != 1 {
		t.Fatalf("noted %d times, %v", len(page), err)
	}
	sum := sha256.Sum256(rec.Body.Bytes())
	if n := page[0]; n.SHA256 != hex.EncodeToString(sum[:]) || n.Bytes != int64(rec.Body.Len()) || n.Status != 200 || n.Block+1 != w.db.Next() || n.Route != "makeEvidence" {
		t.Errorf("noted as %+v", n.Read)
	}
	return r
}

func TestEvidence(t *testing.T) {
	w := newSignedWorld(t)
	s := w.furnish()
	ask := func(user, query string, subject evidence.Subject) *httptest.ResponseRecorder {
		return w.do(user, "POST", Base+"/evidence"+query, subject)
	}
	trace := evidence.Subject{Kind: evidence.OfTrace, Lot: s.root.lot(t), Direction: evidence.Forward}
	r := verified(t, w, ask("auditor@audit", "", trace))
	if r.Coverage != evidence.Whole || r.Figure.Traced != 100_000_00 || r.Figure.Spent != 1_234_56 || r.LastBlock+1 != w.db.Next() {
		t.Errorf("%+v %+v", r, r.Figure)
	}
	part := verified(t, w, ask("officer@finance", "?coverage=part", trace))
	if part.Coverage != evidence.Part || *part.Figure != *r.Figure {
		t.Errorf("%+v %+v", part, part.Figure)
	}
	back := verified(t, w, ask("auditor@audit", "", evidence.Subject{Kind: evidence.OfTrace, Lot: s.spent.lot(t), Direction: evidence.Backward}))
	if back.Movements != 4 {
		t.Errorf("%d movements up to the root", back.Movements)
	}
	if m := verified(t, w, ask("auditor@audit", "", evidence.Subject{Kind: evidence.OfMovement, Movement: s.toE1.Movement})); m.Movements != 1 ||
		strings.Contains(strings.Join(m.Limits, " "), "document") {
		t.Errorf("a movement with its document: %+v", m)
	}
	if days := verified(t, w, ask("auditor@audit", "", evidence.Subject{Kind: evidence.OfRange, Since: "2024-02-01", Until: "2024-03-01"})); days.Movements != 3 {
		t.Errorf("a range: %+v", days)
	}
	figure := verified(t, w, ask("auditor@audit", "", evidence.Subject{Kind: evidence.OfFigure, Fund: "fund:shenyang", AsOf: "2024-03-31"}))
	if f := figure.Fund; f.In != 60_000_00 || f.IdleHere != 30_000_00 || f.Reached != 30_000_00 || f.Spent != 0 {
		t.Errorf("a figure: %+v", f)
	}
	// As of an earlier block: what was known before the last write.
	w.write("custodian@bank", "/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 1_00, Currency: "CNY", Date: "2024-06-01", BankRef: "R9"})
	past := verifiedAt(t, w, ask("auditor@audit", "?known_at="+strconv.FormatUint(r.LastBlock, 10), trace))
	if past.LastBlock != r.LastBlock || *past.Figure != *r.Figure {
		t.Errorf("%+v %+v", past, past.Figure)
	}
}

// verifiedAt is verified for a pack as of an earlier block than the last.
func verifiedAt(t *testing.T, w *world, rec *httptest.ResponseRecorder) *evidence.Report {
	t.Helper()
	r, err := evidence.Verify(context.Background(), bytes.NewReader(rec.Body.Bytes()), int64(rec.Body.Len()), evidence.Options{GenesisHash: w.chain.Genesis()})
	if err != nil {
		t.Fatalf("%d %v", rec.Code, err)
	}
	return r
}

func TestEvidenceRefused(t *testing.T) {
	w := newSignedWorld(t)
	s := w.furnish()
	lot := s.root.lot(t)
	whole := evidence.Subject{Kind: evidence.OfTrace, Lot: lot, Direction: evidence.Forward}
	nobody := "0123456789abcdef0123.0"
	play(t, w, []scenario{
		{name: "a manager", user: "shenyang@manager", method: "POST", path: "/evidence", body: whole, status: 403, has: []string{`"code":"NOT_PERMITTED"`, "/statements"}},
		{name: "a bank", user: "custodian@bank", method: "POST", path: "/evidence", body: whole, status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
		{name: "a viewer of the bureau", user: "viewer@finance", method: "POST", path: "/evidence", body: whole, status: 403},
		{name: "nobody", method: "POST", path: "/evidence", body: whole, status: 401},
		{name: "no kind", user: "auditor@audit", method: "POST", path: "/evidence", body: evidence.Subject{Lot: lot}, status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "no direction", user: "auditor@audit", method: "POST", path: "/evidence", body: evidence.Subject{Kind: evidence.OfTrace, Lot: lot}, status: 422, has: []string{"direction"}},
		{name: "two questions", user: "auditor@audit", method: "POST", path: "/evidence", body: evidence.Subject{Kind: evidence.OfTrace, Lot: lot, Direction: "forward", Fund: "fund:parent"}, status: 422},
		{name: "no such lot", user: "auditor@audit", method: "POST", path: "/evidence", body: evidence.Subject{Kind: evidence.OfTrace, Lot: nobody + ".0", Direction: "forward"}, status: 422,
			has: []string{`"code":"LOT_UNKNOWN"`}, after: noted(422, "LOT_UNKNOWN")},
		{name: "no such movement", user: "auditor@audit", method: "POST", path: "/evidence", body: evidence.Subject{Kind: evidence.OfMovement, Movement: nobody}, status: 422, has: []string{`"code":"MOVEMENT_UNKNOWN"`}},
		{name: "no such fund", user: "auditor@audit", method: "POST", path: "/evidence", body: evidence.Subject{Kind: evidence.OfFigure, Fund: "fund:x"}, status: 422, has: []string{`"code":"FUND_UNKNOWN"`}},
		{name: "no such day", user: "auditor@audit", method: "POST", path: "/evidence", body: evidence.Subject{Kind: evidence.OfFigure, Fund: "fund:parent", AsOf: "2024-02-30"}, status: 422, has: []string{`"code":"DATE_INVALID"`}},
		{name: "days the wrong way round", user: "auditor@audit", method: "POST", path: "/evidence", body: evidence.Subject{Kind: evidence.OfRange, Since: "2024-02-02", Until: "2024-02-01"}, status: 422},
		{name: "a part of a figure", user: "auditor@audit", method: "POST", path: "/evidence?coverage=part", body: evidence.Subject{Kind: evidence.OfFigure, Fund: "fund:parent"}, status: 422, has: []string{`"code":"FIELD_INVALID"`, "coverage"}},
		{name: "half of it", user: "auditor@audit", method: "POST", path: "/evidence?coverage=half", body: whole, status: 400},
		{name: "a block of tomorrow", user: "auditor@audit", method: "POST", path: "/evidence?known_at=99999", body: whole, status: 422, has: []string{`"code":"FIELD_INVALID"`, "known_at"}},
		{name: "before the beginning", user: "auditor@audit", method: "POST", path: "/evidence?known_at=1", body: whole, status: 422, has: []string{`"code":"LOT_UNKNOWN"`}},
		{name: "the channel", method: "GET", path: "/channel", status: 200, has: []string{`"genesis":"` + hex.EncodeToString(w.chain.Genesis()) + `"`, `"channel":"fundtrace"`, `"last_block":`}},
	})
	// A read model that differs from the blocks makes no pack: a movement that the blocks do not have.
	m := memEvidence{w}
	w.Evidence = shortEvidence{m, 8}
	rec := w.do("auditor@audit", "POST", Base+"/evidence", whole)
	if rec.Code != http.StatusBadGateway || !strings.Contains(rec.Body.String(), `"code":"EVIDENCE_UNPROVEN"`) || rec.Header().Get("Content-Disposition") != "" ||
		rec.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %v %s", rec.Code, rec.Header(), rec.Body)
	}
	w.Evidence = nil
	if rec := w.do("auditor@audit", "POST", Base+"/evidence", whole); rec.Code != 503 || !strings.Contains(rec.Body.String(), string(codeLedgerDown)) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.do("", "GET", Base+"/channel", nil); rec.Code != 503 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

// shortEvidence makes packs from fewer blocks than it is asked for.
type shortEvidence struct {
	memEvidence
	last uint64
}

func (s shortEvidence) Pack(ctx context.Context, w io.Writer, r evidence.Request) (*evidence.Manifest, error) {
	r.Last = s.last
	return s.memEvidence.Pack(ctx, w, r)
}

// noted checks the latest note of the read log.
func noted(status int, code ledger.Code) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		page, _, err := w.noted.Page(t.Context(), readlog.Filter{}, "", 1)
		if err != nil || len(page) != 1 || page[0].Status != status || page[0].Code != string(code) {
			t.Errorf("%+v %v", page, err)
		}
	}
}
