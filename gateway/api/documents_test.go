package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
)

func TestDocuments(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	pdf := []string{"Content-Type", "application/pdf"}
	at := "/documents?subject=" + s.toE1.Movement
	play(t, w, []scenario{
		{name: "the furnished one", user: "auditor@audit", method: "GET", path: "/documents?subject=" + s.toE1.Movement, status: 200, has: []string{s.document, `"kind":"AGREEMENT"`, `"media_type":"text/plain"`, `"salted":false`}},
		{name: "what the ledger says", user: "e1@enterprise", method: "GET", path: "/documents/" + s.document + "/record", status: 200, has: []string{`"size":13`}},
		{name: "its content", user: "e1@enterprise", method: "GET", path: "/documents/" + s.document, status: 200, has: []string{"the agreement"}},
		{name: "not its content", user: "e2@enterprise", method: "GET", path: "/documents/" + s.document, status: 404, has: []string{`"code":"DOCUMENT_UNKNOWN"`}},
		{name: "no content", user: "auditor@audit", method: "GET", path: "/documents/" + strings.Repeat("0", 64), status: 404, has: []string{`"code":"DOCUMENT_UNKNOWN"`}},
		{name: "no digest", user: "auditor@audit", method: "GET", path: "/documents/..%2F..%2Fusers.db", status: 404},
		{name: "without subject", user: "e1@enterprise", method: "POST", path: "/documents", body: "x", header: pdf, status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "of somebody else's movement", user: "e2@enterprise", method: "POST", path: at, body: "x", header: pdf, status: 422, has: []string{`"code":"MOVEMENT_UNKNOWN"`}},
		{name: "of somebody else's fund", user: "shenyang@manager", method: "POST", path: "/documents?subject=fund:dalian", body: "x", header: pdf, status: 422, has: []string{`"code":"FUND_UNKNOWN"`}},
		{name: "of no commitment", user: "shenyang@manager", method: "POST", path: "/documents?subject=cmt:none", body: "x", header: pdf, status: 422, has: []string{`"code":"COMMITMENT_UNKNOWN"`}},
		{name: "of no party", user: "shenyang@manager", method: "POST", path: "/documents?subject=other:none", body: "x", header: pdf, status: 422, has: []string{`"code":"PARTY_UNKNOWN"`}},
		{name: "empty", user: "e1@enterprise", method: "POST", path: at, body: "", header: pdf, status: 422, has: []string{`"code":"FIELD_MISSING"`}},
		{name: "of no media type", user: "e1@enterprise", method: "POST", path: at, body: "x", header: []string{"Content-Type", "nonsense;;"}, status: 415, has: []string{`"code":"MEDIA_TYPE_UNSUPPORTED"`}},
		{name: "of no kind", user: "e1@enterprise", method: "POST", path: at + "&kind=POEM", body: "x", header: pdf, status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "a broken form", user: "e1@enterprise", method: "POST", path: at, body: "x", header: []string{"Content-Type", "multipart/form-data"}, status: 400, has: []string{`"code":"MALFORMED"`}},
		{name: "a form without file", user: "e1@enterprise", method: "POST", path: at, body: "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n", header: []string{"Content-Type", "multipart/form-data; boundary=b"}, status: 400, has: []string{`"code":"MALFORMED"`}},
		{name: "a receipt", user: "e1@enterprise", method: "POST", path: at + "&kind=RECEIPT", body: "a receipt", header: pdf, status: 201, has: []string{`"id":"` + digestOf("a receipt")}},
		{name: "the same again", user: "e1@enterprise", method: "POST", path: at + "&kind=RECEIPT", body: "a receipt", header: pdf, status: 409, has: []string{`"code":"ALREADY_EXISTS"`}},
		{name: "too large", user: "e1@enterprise", method: "POST", path: at, body: strings.Repeat("x", LimitDocument+1), header: pdf, status: 413, has: []string{`"code":"BODY_TOO_LARGE"`}},
		{name: "far too large", user: "e1@enterprise", method: "POST", path: at, body: strings.Repeat("x", LimitDocument+1<<17), header: pdf, status: 413, has: []string{`"code":"BODY_TOO_LARGE"`}},
	})
	rec := w.do("e1@enterprise", "GET", Base+"/documents/"+s.document, nil)
	h := rec.Header()
	if h.Get("Content-Disposition") == "" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("Content-Type") != "text/plain" || h.Get(saltHeader) != "" {
		t.Errorf("a user's content must not run in the page: %v", h)
	}
}

func digestOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func TestSaltedDocument(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	send := func(key string) Written {
		t.Helper()
		rec := w.do("e1@enterprise", "POST", Base+"/documents?salted=true&subject="+s.toE1.Movement, "yes", "Content-Type", "text/plain", "Idempotency-Key", key)
		if rec.Code != 201 {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		return decode[Written](t, rec)
	}
	first, again, other := send("a"), send("a"), send("b")
	if first.ID == digestOf("yes") || again.ID != first.ID || !again.Replayed || other.ID == first.ID {
		t.Fatalf("first %+v\nagain %+v\nother %+v", first, again, other)
	}
	rec := w.do("e1@enterprise", "GET", Base+"/documents/"+first.ID, nil)
	salt, err := hex.DecodeString(rec.Header().Get(saltHeader))
	if err != nil || len(salt) != 32 || digestOf(string(salt)+"yes") != first.ID {
		t.Fatalf("salt %x, %v: whoever is shown the content can check the digest", salt, err)
	}
}

func TestDocumentInAForm(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "agreement.pdf")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, "in a form")
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	rec := w.do("shenyang@manager", "POST", Base+"/documents?subject=fund:shenyang", &body, "Content-Type", form.FormDataContentType())
	if rec.Code != 201 || decode[Written](t, rec).ID != digestOf("in a form") {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	rec = w.do("shenyang@manager", "GET", Base+"/documents?subject=fund:shenyang", nil)
	if !strings.Contains(rec.Body.String(), `"media_type":"application/octet-stream"`) {
		t.Fatalf("%s", rec.Body)
	}
	_ = s
}

func TestTables(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	csv := []string{"Content-Type", "text/csv"}
	good := "付款账户,收款账户,金额(元),日期\n" + shenyangAccount + "," + e1Account + ",100.00,2025-01-01\n" + shenyangAccount + "," + e1Account + ",0.01,2025-01-02\n"
	bad := "from,to,amount (yuan),date\n" + shenyangAccount + "," + e1Account + ",1.234,2025-01-01\n" + shenyangAccount + "," + e1Account + ",5,2025-01-02\n"
	over := "from,to,amount (fen),date\n" + shenyangAccount + "," + e1Account + ",1,2025-01-01\n" + "acct:nowhere," + e1Account + ",5,2025-01-02\n"
	later := "from,to,amount (fen),date\n" + shenyangAccount + "," + e1Account + ",1,2025-01-01\n" + shenyangAccount + ",acct:nowhere,5,2025-01-02\n"
	play(t, w, []scenario{
		{name: "preview", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk?preview=true", body: good, header: csv, status: 200,
			has: []string{`"recordable":true`, `"rows":2`, `"amount":"10001"`, `"unit":"yuan"`, `"errors":[]`, `"row":2`}},
		{name: "preview of a bad cell", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk?preview=true", body: bad, header: csv, status: 200,
			has: []string{`"recordable":false`, `"row":2`, `"column":"amount (yuan)"`, `"code":"AMOUNT_INVALID"`, `"rows":1`}},
		{name: "a bad cell", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk", body: bad, header: csv, status: 422, has: []string{`"code":"BATCH_REFUSED"`, `"row":2`, `"code":"AMOUNT_INVALID"`}},
		{name: "preview of what the ledger refuses", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk?preview=true", body: later, header: csv, status: 200,
			has: []string{`"recordable":false`, `"row":3`, `"code":"ACCOUNT_UNKNOWN"`}},
		{name: "what the ledger refuses", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk", body: later, header: csv, status: 422, has: []string{`"code":"BATCH_REFUSED"`, `"row":3`, `"code":"ACCOUNT_UNKNOWN"`}},
		{name: "a payer that is not there", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk", body: over, header: csv, status: 422, has: []string{`"code":"ACCOUNT_UNKNOWN"`}},
		{name: "nothing was recorded", user: "auditor@audit", method: "GET", path: "/movements?since=2025-01-01", status: 200, has: []string{`"items":[]`}},
		{name: "record", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk", body: good, header: append(csv, "Idempotency-Key", "table-1"), status: 201, has: []string{`"ops":2`, `"replayed":false`}},
		{name: "record again", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk", body: good, header: append(csv, "Idempotency-Key", "table-1"), status: 201, has: []string{`"ops":2`, `"replayed":true`}},
		{name: "twice two", user: "auditor@audit", method: "GET", path: "/movements/totals?since=2025-01-01", status: 200, has: []string{`"movements":2`, `"amount":"10001"`}},
		{name: "a header of nothing", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk", body: "a,b\n1,2\n", header: csv, status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "empty", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk", body: "", header: csv, status: 400, has: []string{`"code":"MALFORMED"`}},
		{name: "as JSON", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk", body: "{}", status: 415, has: []string{`"code":"MEDIA_TYPE_UNSUPPORTED"`}},
		{name: "too large", user: "shenyang@manager", method: "POST", path: "/disbursements/bulk", body: strings.Repeat("x", LimitCSV+1), header: csv, status: 413, has: []string{`"code":"BODY_TOO_LARGE"`}},
		{name: "parties", user: "officer@finance", method: "POST", path: "/parties/bulk", body: "party,kind,name\nother:t1,PRIVATE,One\nother:t2,PRIVATE,Two\n", header: csv, status: 201, has: []string{`"ops":2`}},
	})
	// Every example in a template can be read back by the route that it belongs to.
	for _, op := range []string{"parties", "accounts", "funds", "commitments", "contributions", "disbursements", "uses", "returns", "distributions", "fees", "own-funds", "transfers", "confirmations"} {
		template := w.do("", "GET", Base+"/templates/"+op+".csv?encoding=gb18030", nil).Body.String()
		user := "officer@finance"
		rec := w.do(user, "POST", Base+"/"+op+"/bulk?preview=true", template, csv...)
		if rec.Code != 200 || !strings.Contains(rec.Body.String(), `"rows":1`) {
			t.Errorf("%s: %d %s", op, rec.Code, rec.Body)
		}
		loadDescription(t, w).check(t, "POST", "/"+op+"/bulk", rec)
	}
}
