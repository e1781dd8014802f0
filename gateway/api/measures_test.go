package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/remedy"
)

// The gateway's measures are what a plan reads as they are: every measure of the catalogue, over both windows.
func TestMeasuresOverHTTP(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	play(t, w, []scenario{
		{name: "for the auditor", user: "auditor@audit", method: "GET", path: "/analytics/measures?before=2023-12-31&after=2024-12-31", status: 200,
			has: []string{`"currency":"CNY"`, `"measure":"days-to-enterprise"`, `"from":"2024-01-02"`, `"from":"2023-01-01"`}},
		{name: "short windows", user: "viewer@finance", method: "GET", path: "/analytics/measures?before=2023-12-31&after=2024-12-31&days=30", status: 200, has: []string{`"from":"2024-12-02"`}},
		{name: "not for a manager", user: "shenyang@manager", method: "GET", path: "/analytics/measures?before=2023-12-31&after=2024-12-31", status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
		{name: "no day", user: "auditor@audit", method: "GET", path: "/analytics/measures?before=2023-12-31", status: 422, has: []string{`"code":"FIELD_MISSING"`, "after="}},
		{name: "no date", user: "auditor@audit", method: "GET", path: "/analytics/measures?before=yesterday&after=2024-12-31", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "too long", user: "auditor@audit", method: "GET", path: "/analytics/measures?before=2023-12-31&after=2024-12-31&days=9999", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
	})
	rec := w.do("auditor@audit", http.MethodGet, Base+"/analytics/measures?before=2023-12-31&after=2024-12-31", nil)
	var read remedy.Recorded
	if err := ledger.DecodeStrict(rec.Body.Bytes(), &read); err != nil {
		t.Fatalf("%v in %s", err, rec.Body)
	}
	windows, err := read.Windows()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range remedy.Builtin().Measures {
		got, err := read.Measure(t.Context(), m.ID, windows.After)
		if err != nil || got.Unit != m.Unit {
			t.Errorf("%s in %s: %+v, %v", m.ID, m.Unit, got, err)
		}
	}
	if len(read.After) != len(remedy.Builtin().Measures) {
		t.Errorf("%d measures", len(read.After))
	}
	request, err := json.Marshal(map[string]any{"measures": read})
	if err != nil {
		t.Fatal(err)
	}
	play(t, w, []scenario{{name: "in a diagnosis", user: "auditor@audit", method: "POST", path: "/analytics/diagnose", body: Analysis{Request: request}, status: 202,
		has: []string{`"answer":"no data"`, `"before":{"measure":"days-to-enterprise"`},
		after: func(t *testing.T, w *world) {
			if rec := w.do("auditor@audit", http.MethodGet, Base+"/analytics/jobs", nil); !strings.Contains(rec.Body.String(), `"kind":"diagnose"`) {
				t.Errorf("jobs: %s", rec.Body)
			}
		}}})
}
