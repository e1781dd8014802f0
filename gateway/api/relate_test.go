package api

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/analytics/relate"
	"fundtrace/gateway/jobs"
)

// indicators is a panel of provinces with flows into half of them, and no effect of flows.
func indicators(first, last int) (panel, flows string) {
	r := rand.New(rand.NewPCG(3, 1))
	var in, out strings.Builder
	in.WriteString("region,year,vc,alone,vc_score\n")
	out.WriteString("region,year,amount\n")
	for i, p := range flow.Provinces()[:20] {
		for year := first; year <= last; year++ {
			alone := 0
			if i%2 == 0 && year > first+2+i%3 {
				alone = 1 + r.IntN(3)
				fmt.Fprintf(&out, "%s,%d,%d\n", p.Code, year, int64(1+r.IntN(500))*1_000_000)
			}
			fmt.Fprintf(&in, "%s,%d,%d,%d,%.2f\n", p.Chinese, year, alone+int(40*math.Exp(0.3*r.NormFloat64())), alone, 100*r.Float64())
		}
	}
	return in.String(), out.String()
}

func relation(t *testing.T, panel string, request Relation) Analysis {
	t.Helper()
	text, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return Analysis{Data: panel, Request: text}
}

func TestRelateOverHTTP(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	panel, flows := indicators(2010, 2020)
	asked := relate.Request{Outcome: "vc", Alone: "alone", Bootstrap: 199}
	score := relate.Request{Outcome: "vc_score", LeaveOut: true}
	now, _ := indicators(2020, 2026)
	var id string
	newest := func(t *testing.T, w *world) jobs.Job {
		t.Helper()
		list := decode[Jobs](t, w.do("auditor@audit", http.MethodGet, Base+"/analytics/jobs", nil))
		return decode[jobs.Job](t, w.do("auditor@audit", http.MethodGet, Base+"/analytics/jobs/"+list.Items[0].ID+"?wait=20", nil))
	}
	play(t, w, []scenario{
		{name: "flows of a table, for anybody", user: "e1@enterprise", method: "POST", path: "/analytics/relate", body: relation(t, panel, Relation{Request: asked, FlowTable: flows}), status: 202, has: []string{`"kind":"relate"`}},
		{name: "flows of the ledger, not for a firm", user: "e1@enterprise", method: "POST", path: "/analytics/relate", body: relation(t, panel, Relation{Request: asked}), status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
		{name: "flows of the ledger", user: "auditor@audit", method: "POST", path: "/analytics/relate", body: relation(t, now, Relation{Request: asked, Flows: FlowsAsked{Query: flow.Query{Class: flow.Public}, Methods: true}}), status: 202,
			after: func(t *testing.T, w *world) {
				job := newest(t, w)
				if job.State != jobs.Done {
					t.Fatalf("%+v", job)
				}
				var r relate.Report
				if err := json.Unmarshal(job.Result, &r); err != nil {
					t.Fatal(err)
				}
				// One region, one year: the ledger's own 35,000 yuan, all of the treasury; each method is there.
				if r.Flows.Total != 35_000_00 || r.Flows.Block == nil || r.Flows.Class != "PUBLIC" || len(r.Methods) != len(flow.Methods())-1 || r.Sample.WithFlow != 1 {
					t.Errorf("flows %+v, %d methods, sample %+v", r.Flows, len(r.Methods), r.Sample)
				}
				id = job.ID
			}},
		{name: "a score", user: "auditor@audit", method: "POST", path: "/analytics/relate", body: relation(t, panel, Relation{Request: score, FlowTable: flows}), status: 202,
			after: func(t *testing.T, w *world) {
				if job := newest(t, w); job.State != jobs.Failed || job.Error.Code != "DESIGN_REFUSED" {
					t.Errorf("%+v", job)
				}
			}},
		{name: "no such flows", user: "auditor@audit", method: "POST", path: "/analytics/relate", body: relation(t, panel, Relation{Request: asked, Flows: FlowsAsked{AsOf: "2001-01-01"}}), status: 202,
			after: func(t *testing.T, w *world) {
				if job := newest(t, w); job.State != jobs.Failed || job.Error.Code != "FIELD_INVALID" {
					t.Errorf("%+v", job)
				}
			}},
		{name: "no such stage", user: "auditor@audit", method: "POST", path: "/analytics/relate", body: relation(t, panel, Relation{Request: asked, Flows: FlowsAsked{Query: flow.Query{Stage: "LOST"}}}), status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "a table of flows that is none", user: "auditor@audit", method: "POST", path: "/analytics/relate", body: relation(t, panel, Relation{Request: asked, FlowTable: "region\n21"}), status: 422, has: []string{`"code":"FIELD_MISSING"`}},
	})
	play(t, w, []scenario{
		{name: "its readable report", user: "auditor@audit", method: "GET", path: "/analytics/jobs/" + id + "/report", status: 200, has: []string{"被追踪的资金", "<svg"}},
		{name: "in English", user: "auditor@audit", method: "GET", path: "/analytics/jobs/" + id + "/report?language=en", status: 200, has: []string{"Traced money"}},
		{name: "to nobody else", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/" + id + "/report", status: 404, has: []string{`"code":"JOB_UNKNOWN"`}},
	})
}

func TestOtherAnalysesOverHTTP(t *testing.T) {
	w := newWorld(t)
	panel, _ := indicators(2010, 2020)
	ask := func(name, data, request string) scenario {
		return scenario{name: name, user: "viewer@finance", method: "POST", path: "/analytics/" + name, body: Analysis{Data: data, Request: []byte(request)}, status: 202,
			after: func(t *testing.T, w *world) {
				list := decode[Jobs](t, w.do("viewer@finance", http.MethodGet, Base+"/analytics/jobs", nil))
				job := decode[jobs.Job](t, w.do("viewer@finance", http.MethodGet, Base+"/analytics/jobs/"+list.Items[0].ID+"?wait=20", nil))
				if job.State != jobs.Done || job.Kind != name || len(job.Result) < 100 {
					t.Errorf("%s: %s %+v %.200s", name, job.State, job.Error, job.Result)
				}
				rec := w.do("viewer@finance", http.MethodGet, Base+"/analytics/jobs/"+job.ID+"/report", nil)
				if rec.Code != http.StatusOK && rec.Code != http.StatusNotFound {
					t.Errorf("%s: the report answers %d %s", name, rec.Code, rec.Body)
				}
			}}
	}
	started := strings.Builder{}
	started.WriteString("region,year,y,start\n")
	r := rand.New(rand.NewPCG(5, 1))
	for i := range 24 {
		for year := 2010; year <= 2016; year++ {
			fmt.Fprintf(&started, "r%d,%d,%.4f,%d\n", i, year, r.NormFloat64(), []int{0, 2013, 2014}[i%3])
		}
	}
	play(t, w, []scenario{
		ask("panel", panel, `{"y":"vc","x":["alone"],"entity":"region","time":"year","effects":["entity","time"],"cluster":["entity"]}`),
		ask("panel-causality", panel, `{"y":"vc","x":"vc_score","entity":"region","time":"year","lags":1}`),
		ask("event-study", started.String(), `{"columns":{"unit":"region","time":"year","outcome":"y","start":"start"},"options":{}}`),
		ask("synthetic-control", started.String(), `{"columns":{"unit":"region","time":"year","outcome":"y"},"options":{"treated":"r3","start":2014}}`),
		ask("paper", "", `{}`),
		ask("diagnose", "", `{"source":"paper"}`),
	})
}
