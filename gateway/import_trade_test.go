package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/api"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/rulepack"
)

// rules answers what is published, as a gateway does.
func (s recorder) rules() api.Rules {
	var out api.Rules
	for _, key := range s.ledger.Keys(ledger.RuleRoom) {
		raw, _ := s.ledger.Read([]string{key})
		var h ledger.RuleHistory
		_ = json.Unmarshal(raw[0], &h)
		r := projection.RuleRecord{ID: h.Versions[0].ID}
		for _, v := range h.Versions {
			r.Versions = append(r.Versions, projection.RuleVersion{Rule: v})
		}
		out.Rules = append(out.Rules, r)
	}
	return out
}

func (s recorder) calendars() api.Calendars {
	var out api.Calendars
	for _, key := range s.ledger.Keys(ledger.CalendarRoom) {
		raw, _ := s.ledger.Read([]string{key})
		var c projection.Calendar
		_ = json.Unmarshal(raw[0], &c.Calendar)
		out.Calendars = append(out.Calendars, c)
	}
	return out
}

// files keeps what it is sent: "name=content" of each file of a form, or the body.
func (s recorder) files(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "text/csv") {
		body, _ := io.ReadAll(r.Body)
		*s.got = append(*s.got, r.Header.Get("Idempotency-Key")[:4]+string(body))
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"entry":"e1","ops":3}`)
		return
	}
	form, err := r.MultipartReader()
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			break
		}
		body, _ := io.ReadAll(part)
		*s.got = append(*s.got, part.FileName()+"="+string(body))
	}
	if r.URL.Query().Get("preview") == "true" {
		fmt.Fprint(w, `{"recordable":false,"rows":1,"totals":[],"ops":[],"errors":[{"row":3,"code":"AMOUNT_INVALID","detail":"too fine","file":"b.csv","column":"amount"}]}`)
		return
	}
	w.WriteHeader(http.StatusCreated)
	fmt.Fprint(w, `{"entry":"e1","invoices":[{"file":"a.xml","row":1,"fingerprint":"f1","state":"REGISTERED_DUPLICATE","duplicate":true,"near":[{"agree":["seller","number","type"],"invoices":["f2"],"hidden":1}]}]}`)
}

func officer() recorder {
	return recorder{memledger.New(), ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: "other:finance", Name: "officer@finance"}, &[]string{}}
}

func TestImportRules(t *testing.T) {
	s := officer()
	all := len(rulepack.Ops())
	out, err := runImport(t, s, "rules", "--dry-run")
	if err != nil || !strings.Contains(out, fmt.Sprintf("%d versions would be published, 0 are already", all)) || len(s.ledger.Keys("")) != 0 {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err = runImport(t, s, "rules"); err != nil || !strings.Contains(out, fmt.Sprintf("%d versions were published", all)) || !strings.Contains(out, "S-TRM-01@1") {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err = runImport(t, s, "rules"); err != nil || !strings.Contains(out, fmt.Sprintf("Everything is published already (%d versions)", all)) {
		t.Fatalf("again: %v\n%s", err, out)
	}
	write := func(p pack) string {
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "rules.json")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cut := ledger.Rule{ID: "S-TRM-01", Version: 2, EffectiveFrom: "2026-10-01", Mode: ledger.Block, Parameters: map[string]int64{"cap_months": 6}, Source: "a notice"}
	if out, err = runImport(t, s, "rules", write(pack{Rules: append(rulepack.SCF(), cut)}), "--json"); err != nil || !strings.Contains(out, `"S-TRM-01@2"`) || !strings.Contains(out, fmt.Sprintf(`"known": %d`, len(rulepack.SCF()))) {
		t.Fatalf("the next version: %v\n%s", err, out)
	}
	cut.Parameters["cap_months"] = 7
	if _, err = runImport(t, s, "rules", write(pack{Rules: []ledger.Rule{cut}})); ledger.ErrorCode(err) != ledger.VersionConflict || !strings.Contains(err.Error(), "S-TRM-01@2") {
		t.Errorf("a version that says something else: %v", err)
	}
	year := rulepack.Calendars()[0]
	year.Version = 2
	if _, err = runImport(t, s, "rules", write(pack{Calendars: []ledger.Calendar{year}})); err != nil {
		t.Errorf("a calendar's next version: %v", err)
	}
	if out, err = runImport(t, s, "rules"); err != nil || !strings.Contains(out, "published already") {
		t.Errorf("the pack after later versions: %v\n%s", err, out)
	}
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(`{"rule":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = runImport(t, s, "rules", broken); ledger.ErrorCode(err) != ledger.Malformed {
		t.Errorf("a misspelt file: %v", err)
	}
	if _, err = runImport(t, s, "rules", "a", "b"); !errors.As(err, new(usageError)) {
		t.Errorf("two files: %v", err)
	}
}

func TestImportInvoiceFiles(t *testing.T) {
	s := officer()
	dir := t.TempDir()
	var paths []string
	for name, text := range map[string]string{"a.xml": "<a/>", "b.csv": "x"} {
		paths = append(paths, filepath.Join(dir, name))
		if err := os.WriteFile(paths[len(paths)-1], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := runImport(t, s, append([]string{"invoices"}, paths...)...)
	if err != nil || len(*s.got) != 2 || !strings.Contains(out, "registered by somebody else before; 2 others agree in [seller number type]") || !strings.Contains(out, "1 invoices in entry e1") {
		t.Fatalf("%v %v\n%s", err, *s.got, out)
	}
	out, err = runImport(t, s, "invoices", paths[0], "--dry-run")
	if !errors.Is(err, errAnswerNo) || !strings.Contains(out, "b.csv:3") || !strings.Contains(out, "too fine") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err = runImport(t, s, "invoices"); !errors.As(err, new(usageError)) {
		t.Errorf("no file: %v", err)
	}
	if _, err = runImport(t, s, "invoices", filepath.Join(dir, "none.xml")); err == nil {
		t.Error("a file that is not there")
	}
}

// Tables that the gateway turns into operations are sent as they are, and checked first.
func TestImportTransfers(t *testing.T) {
	s := officer()
	path := filepath.Join(t.TempDir(), "transfers.csv")
	const table = "voucher,to,amount (yuan)\n0123456789abcdef0123.0.0,other:a,1.00\n"
	for text, sent := range map[string]int{table: 1, table + "x,other:a,1\n": 0} {
		*s.got = nil
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := runImport(t, s, "csv", "voucher-transfers", path)
		if (err == nil) != (sent == 1) || len(*s.got) != sent || sent == 1 && ((*s.got)[0] != "csv-"+text || !strings.Contains(out, "Recorded in entry e1")) {
			t.Errorf("%v %q\n%s", err, *s.got, out)
		}
	}
}
