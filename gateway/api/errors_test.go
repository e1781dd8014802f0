package api

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/documents"
	"fundtrace/gateway/users"
)

// codesIn lists the values of all constants of type Code (or ledger.Code) that a package's files declare.
func codesIn(t *testing.T, dir string) []ledger.Code {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []ledger.Code
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || !isCode(spec.Type) {
				return true
			}
			for _, v := range spec.Values {
				if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					s, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					out = append(out, ledger.Code(s))
				}
			}
			return true
		})
	}
	return out
}

func isCode(t ast.Expr) bool {
	switch x := t.(type) {
	case *ast.Ident:
		return x.Name == "Code"
	case *ast.SelectorExpr:
		return x.Sel.Name == "Code"
	}
	return false
}

// Codes are an API: each is listed in docs/errors.md with what to do about it.
func TestEveryCodeIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"../../chaincode/ledger", "../../chaincode/contract", "../fabric", "../ubl", "../fingerprint", "../jobs", "../trace/attribution", "."} {
		for _, code := range codesIn(t, dir) {
			if !strings.Contains(string(text), "`"+string(code)+"`") {
				t.Errorf("docs/errors.md does not mention %s", code)
			}
		}
	}
}

func TestEveryCodeHasAStatus(t *testing.T) {
	for dir, least := range map[string]int{"../../chaincode/ledger": 40, "../../chaincode/contract": 1, "../fabric": 8, "../projection": 0, "../trace": 0, "../trace/attribution": 1, "../bulk": 0, "../ubl": 1, "../fingerprint": 0, "../jobs": 2, ".": 20} {
		codes := codesIn(t, dir)
		if len(codes) < least {
			t.Errorf("%s: found %d codes, expected at least %d: does this test still read them?", dir, len(codes), least)
		}
		for _, code := range codes {
			r, ok := reasons[code]
			if !ok {
				t.Errorf("%s of %s has no status: add it to reasons", code, dir)
				continue
			}
			if r.Title == "" || r.Status != statusClientClosed && http.StatusText(r.Status) == "" {
				t.Errorf("%s: %+v", code, r)
			}
		}
	}
}

func TestExplain(t *testing.T) {
	overdrawn := ledger.Refuse(ledger.LotOverdrawn, "too much", "left", "1")
	for _, tc := range []struct {
		name   string
		err    error
		status int
		code   ledger.Code
	}{
		{"refusal", overdrawn, 409, ledger.LotOverdrawn},
		{"wrapped refusal", fmt.Errorf("submit: %w", overdrawn), 409, ledger.LotOverdrawn},
		{"unknown in the body", ledger.Refuse(ledger.LotUnknown, "no lot"), 422, ledger.LotUnknown},
		{"unknown in the address", missingIs404(ledger.Refuse(ledger.LotUnknown, "no lot")), 404, ledger.LotUnknown},
		{"refused otherwise at an address", missingIs404(overdrawn), 409, ledger.LotOverdrawn},
		{"code of tomorrow", ledger.Refuse("SOMETHING_NEW", "…"), 422, "SOMETHING_NEW"},
		{"wrong password", users.ErrCredentials, 401, CodeCredentials},
		{"wrong password as the authority says it", fmt.Errorf("%w: %w", users.ErrCredentials, ledger.Refuse(codeNoOrganisation, "secret")), 401, CodeCredentials},
		{"no session", users.ErrNoSession, 401, CodeNoSession},
		{"too often", &users.TooManyAttempts{Wait: time.Second}, 429, CodeTooManyAttempts},
		{"body", &http.MaxBytesError{Limit: 1}, 413, CodeBodyTooLarge},
		{"document", documents.ErrTooLarge, 413, CodeBodyTooLarge},
		{"content", documents.ErrUnknown, 404, CodeContentMissing},
		{"went away", context.Canceled, 499, CodeCancelled},
		{"took long", fmt.Errorf("x: %w", context.DeadlineExceeded), 504, CodeTimeout},
		{"fault", errors.New("disk /secret/path is full"), 500, CodeInternal},
	} {
		status, refusal := explain(tc.err)
		if status != tc.status || refusal.Code != tc.code || refusal.Message == "" {
			t.Errorf("%s: %d %s %q", tc.name, status, refusal.Code, refusal.Message)
		}
		if strings.Contains(refusal.JSON(), "secret") {
			t.Errorf("%s: shows what it must not: %s", tc.name, refusal.JSON())
		}
	}
}

func TestProblemListsRows(t *testing.T) {
	p := problemOf(&ledger.Error{Code: ledger.BatchRefused, Message: "m", RowsOmitted: 3,
		Rows: []ledger.RowError{{Op: 7, Code: ledger.LotUnknown, Message: "no lot", Detail: map[string]string{"lot": "x"}}}}, "id")
	if len(p.Errors) != 1 || p.Errors[0].Row != 7 || p.Errors[0].Code != ledger.LotUnknown || p.Errors[0].Values["lot"] != "x" || p.ErrorsOmitted != 3 {
		t.Fatalf("%+v", p)
	}
	if p.Type != Base+"/problems/BATCH_REFUSED" || p.Status != 422 || p.RequestID != "id" {
		t.Fatalf("%+v", p)
	}
}
