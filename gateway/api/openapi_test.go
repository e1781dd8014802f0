package api

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// description is the OpenAPI document as a client reads it, and which of its operations have answered well in a test.
type description struct {
	*openapi3.T
}

func loadDescription(t *testing.T, w *world) *description {
	t.Helper()
	rec := w.do("", "GET", Base+"/openapi.json", nil)
	if rec.Code != 200 || rec.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%d %v", rec.Code, rec.Header())
	}
	doc, err := openapi3.NewLoader().LoadFromData(rec.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return &description{doc}
}

// operation finds the operation of a request. Fixed paths go before those with parameters, as in gin.
func (d *description) operation(method, path string) *openapi3.Operation {
	path, _, _ = strings.Cut(path, "?")
	var best *openapi3.Operation
	least := 99
	for pattern, item := range d.Paths.Map() {
		n := strings.Count(pattern, "{")
		if op := item.GetOperation(method); op != nil && n < least && matches(pattern, path) {
			best, least = op, n
		}
	}
	return best
}

func matches(pattern, path string) bool {
	p, q := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if p[i] != q[i] && !strings.HasPrefix(p[i], "{") {
			return false
		}
	}
	return true
}

// check validates an answer against the schema that the description promises for it.
func (d *description) check(t *testing.T, method, path string, rec *httptest.ResponseRecorder) {
	t.Helper()
	op := d.operation(method, path)
	if op == nil {
		if rec.Code != 404 && rec.Code != 405 {
			t.Errorf("%s %s is not described", method, path)
		}
		return
	}
	answered := op.Responses.Status(rec.Code)
	if answered == nil {
		if rec.Code < 400 {
			t.Errorf("%s: status %d is not described", op.OperationID, rec.Code)
			return
		}
		answered = op.Responses.Default()
	}
	media, _, _ := strings.Cut(rec.Header().Get("Content-Type"), ";")
	content := answered.Value.Content.Get(media)
	if content == nil {
		if len(answered.Value.Content) > 0 && answered.Value.Content.Get("application/json") != nil {
			t.Errorf("%s: media type %q is not described", op.OperationID, media)
		}
		return
	}
	if media != "application/json" && media != "application/problem+json" || content.Schema.Value.Format == "binary" {
		return
	}
	var v any
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	if err := content.Schema.Value.VisitJSON(v, openapi3.VisitAsResponse(), openapi3.MultiErrors()); err != nil {
		t.Errorf("%s: the answer does not fit its schema: %v\n%s", op.OperationID, err, pretty(rec.Body.Bytes()))
	}
	if left := undescribed(content.Schema.Value, v, ""); left != "" {
		t.Errorf("%s: the answer holds %s, which the schema does not know", op.OperationID, left)
	}
}

// undescribed finds a property that the schema does not have.
func undescribed(s *openapi3.Schema, v any, at string) string {
	switch x := v.(type) {
	case map[string]any:
		if s.AdditionalProperties.Schema != nil || s.AdditionalProperties.Has != nil {
			return ""
		}
		for k, inner := range x {
			p := s.Properties[k]
			if p == nil {
				return at + "." + k
			}
			if left := undescribed(p.Value, inner, at+"."+k); left != "" {
				return left
			}
		}
	case []any:
		for _, inner := range x {
			if s.Items == nil {
				return at + "[]"
			}
			if left := undescribed(s.Items.Value, inner, at+"[]"); left != "" {
				return left
			}
		}
	}
	return ""
}

func TestDescriptionAndRoutesAreTheSame(t *testing.T) {
	w := newWorld(t)
	d := loadDescription(t, w)
	described := map[string]bool{}
	for path, item := range d.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Summary == "" || op.OperationID == "" || len(op.Tags) == 0 {
				t.Errorf("%s %s lacks summary, name or tag", method, path)
			}
			described[method+" "+regexp.MustCompile(`\{(\w+)\}`).ReplaceAllString(Base+path, ":$1")] = true
		}
	}
	served := map[string]bool{}
	for _, r := range w.engine.Routes() {
		if strings.HasPrefix(r.Path, Base+"/") {
			served[r.Method+" "+r.Path] = true
		}
	}
	for r := range served {
		if !described[r] {
			t.Errorf("%s is served and not described", r)
		}
	}
	for r := range described {
		if !served[r] {
			t.Errorf("%s is described and not served", r)
		}
	}
	if len(served) < 40 {
		t.Errorf("only %d routes", len(served))
	}
}

func TestDescriptionOfAmounts(t *testing.T) {
	w := newWorld(t)
	d := loadDescription(t, w)
	amount := d.Components.Schemas["Payment"].Value.Properties["amount"].Value
	if !amount.Type.Is("string") || amount.Pattern == "" {
		t.Errorf("amounts are strings of digits: %+v", amount)
	}
	if got := d.Components.Schemas["Payment"].Value.Required; !strings.Contains(strings.Join(got, " "), "amount currency date") {
		t.Errorf("required of a payment: %v", got)
	}
	if path := os.Getenv("FUNDTRACE_WRITE_OPENAPI"); path != "" { // for looking at it
		if err := os.WriteFile(path, w.openapi, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
