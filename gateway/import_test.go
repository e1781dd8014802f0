package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/bulk"
)

// recorder is the part of a gateway that import needs, over a ledger in memory.
type recorder struct {
	ledger *memledger.Ledger
	by     ledger.Caller
	got    *[]string // files that it was sent
}

func (s recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := func(status int, v any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
	switch path := strings.TrimPrefix(r.URL.Path, "/api/v1"); {
	case path == "/sessions":
		answer(http.StatusCreated, map[string]string{"token": "t", "user": s.by.Name, "msp": s.by.MSP, "role": s.by.Role, "party": s.by.Party})
	case path == "/entries":
		var e ledger.Entry
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			answer(http.StatusBadRequest, map[string]string{"code": "MALFORMED", "detail": err.Error()})
			return
		}
		got, err := s.ledger.Submit(s.by, e)
		var refused *ledger.Error
		if errors.As(err, &refused) {
			var rows []map[string]any
			for _, row := range refused.Rows {
				rows = append(rows, map[string]any{"row": row.Op, "code": row.Code, "detail": row.Message})
			}
			answer(http.StatusConflict, map[string]any{"code": refused.Code, "detail": refused.Message, "errors": rows})
			return
		}
		answer(http.StatusCreated, map[string]any{"entry": got.Entry, "replayed": got.Replayed})
	case path == "/rules":
		answer(http.StatusOK, s.rules())
	case path == "/calendars":
		answer(http.StatusOK, s.calendars())
	case path == "/invoices/import", path == "/vouchers/transfers/bulk":
		s.files(w, r)
	case strings.HasPrefix(path, "/accounts/"):
		raw, _ := s.ledger.Read([]string{ledger.AccountRoom + strings.TrimPrefix(path, "/accounts/")})
		if raw[0] == nil {
			answer(http.StatusNotFound, map[string]string{"code": "ACCOUNT_UNKNOWN", "detail": "no such account"})
			return
		}
		_, _ = w.Write(raw[0])
	default:
		answer(http.StatusNotFound, map[string]string{"code": "NOT_FOUND", "detail": path})
	}
}

// run executes the command against a gateway of its own and answers what it prints.
func runImport(t *testing.T, s recorder, args ...string) (string, error) {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	t.Setenv(passwordVariable, "secret")
	c := importCommand()
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&bytes.Buffer{})
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(append(args, "--server", server.URL))
	err := c.ExecuteContext(context.Background())
	return out.String(), err
}

func TestImportIATI(t *testing.T) {
	s := recorder{memledger.New(), ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: "other:finance", Name: "officer@finance"}, nil}
	const file = "iati/testdata/two.xml"
	out, err := runImport(t, s, "iati", file, "--dry-run")
	if err != nil || !strings.Contains(out, "6 read = 6 recorded + 0 refused") || len(s.ledger.Keys("")) != 0 {
		t.Fatalf("%v\n%s", err, out)
	}
	for i, replayed := range []bool{false, true} {
		out, err = runImport(t, s, "iati", file, "--json")
		if err != nil {
			t.Fatal(err)
		}
		var r struct {
			Read, Recorded, Refused int
			Entries                 []struct{ Recorded, Replayed bool }
		}
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		if r.Read != 6 || r.Recorded != 6 || len(r.Entries) != 2 || !r.Entries[1].Recorded || r.Entries[1].Replayed != replayed {
			t.Errorf("import %d: %+v", i+1, r)
		}
	}
	s.by = ledger.Caller{MSP: ledger.AuditMSP, Role: ledger.RoleAuditor, Party: "other:audit", Name: "auditor@audit"}
	if _, err := runImport(t, s, "iati", file); ledger.ErrorCode(err) != ledger.NotPermitted {
		t.Errorf("an auditor imports: %v", err)
	}
	broken := filepath.Join(t.TempDir(), "broken.xml")
	if err := os.WriteFile(broken, []byte("<iati-activities>\n<iati-activity>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := runImport(t, s, "iati", broken, "--dry-run"); ledger.ErrorCode(err) != ledger.Malformed || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a broken file: %v", err)
	}
}

func TestImportCSV(t *testing.T) {
	s := recorder{memledger.New(), ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: "other:finance", Name: "officer@finance"}, nil}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	parties := write("parties.csv", "主体标识,主体类型,名称\nother:a,政府,甲\nother:b,民营,乙\n")
	out, err := runImport(t, s, "csv", "parties", parties, "--dry-run")
	if err != nil || len(s.ledger.Keys("")) != 0 || !strings.Contains(out, "2 rows in utf-8") {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err = runImport(t, s, "csv", "parties", parties); err != nil || len(s.ledger.Keys(ledger.PartyRoom)) != 2 {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err = runImport(t, s, "csv", "parties", parties); err != nil || !strings.Contains(out, "recorded before") {
		t.Fatalf("%v\n%s", err, out)
	}

	again := write("again.csv", "party,kind\n\nother:c,GOV\nother:a,GOV\n")
	_, err = runImport(t, s, "csv", "parties", again)
	var refused *ledger.Error
	if !errors.As(err, &refused) || len(refused.Rows) != 1 || refused.Rows[0].Op != 4 || refused.Rows[0].Code != ledger.AlreadyExists {
		t.Errorf("a refused row is told by its line: %+v", refused)
	}

	wrong := write("wrong.csv", "party,kind\nother:c,GOV\nother:d,王\n")
	out, err = runImport(t, s, "csv", "parties", wrong, "--json")
	if !errors.Is(err, errAnswerNo) || !strings.Contains(out, `"row": 3`) || len(s.ledger.Keys(ledger.PartyRoom)) != 2 {
		t.Errorf("%v\n%s", err, out)
	}

	// An officer declares between published accounts.
	accounts := write("accounts.csv", "account,owner,purpose\nacct:a,other:a,PUBLISHED\nacct:b,other:b,公开数据\n")
	if _, err := runImport(t, s, "csv", "accounts", accounts); err != nil {
		t.Fatal(err)
	}
	contribution := write("contributions.csv", "to,source,investor,amount (yuan),date\nacct:a,SOCIAL_CAPITAL,other:b,12.34,2025-01-01\n")
	if _, err := runImport(t, s, "csv", string(bulk.Contributions), contribution); err != nil {
		t.Fatal(err)
	}
	if held := s.ledger.Keys(ledger.HoldRoom + "acct:a"); len(held) != 1 {
		t.Errorf("the account holds %v", held)
	}

	if _, err := runImport(t, s, "csv", "parties"); !errors.As(err, new(usageError)) {
		t.Errorf("an argument is missing: %v", err)
	}
}
