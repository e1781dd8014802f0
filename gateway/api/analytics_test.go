package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/jobs"
)

func TestFlowsOverHTTP(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	all := []string{`"region":"21"`, `"year":2024`, `"amount":"3500000"`, `"movements":2`, `"firms":2`, `"new_firms":2`, `"convention":"RECORDED"`, `"currency":"CNY"`}
	play(t, w, []scenario{
		{name: "by province", user: "auditor@audit", method: "GET", path: "/analytics/flows", status: 200, has: all},
		{name: "by city", user: "officer@finance", method: "GET", path: "/analytics/flows?level=CITY", status: 200, has: []string{`"region":"2101"`, `"amount":"3000000"`, `"region":"2102"`, `"amount":"500000"`}},
		{name: "ordered", user: "viewer@finance", method: "GET", path: "/analytics/flows?stage=INSTRUCTED", status: 200, has: []string{`"amount":"4500000"`}},
		{name: "as of a day", user: "auditor@audit", method: "GET", path: "/analytics/flows?as_of=2024-03-01", status: 200, has: []string{`"amount":"3000000"`, `"as_of":"2024-03-01"`}},
		{name: "before anything", user: "auditor@audit", method: "GET", path: "/analytics/flows?known_at=0", status: 200, has: []string{`"cells":[]`, `"block":0`}},
		{name: "promised", user: "auditor@audit", method: "GET", path: "/analytics/flows?stage=COMMITTED&class=PUBLIC", status: 200, has: []string{`"amount":"50000000"`}},
		{name: "spent under a convention", user: "auditor@audit", method: "GET", path: "/analytics/flows?stage=SPENT&method=PRO_RATA", status: 200, has: []string{`"amount":"123456"`, `PRO_RATA/`}},
		{name: "reached", user: "auditor@audit", method: "GET", path: "/analytics/flows?stage=REACHED", status: 200, has: []string{`"amount":"3500000"`}},
		{name: "no such stage", user: "auditor@audit", method: "GET", path: "/analytics/flows?stage=LOST", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "no such method", user: "auditor@audit", method: "GET", path: "/analytics/flows?method=POISON", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
		{name: "a block to come", user: "auditor@audit", method: "GET", path: "/analytics/flows?known_at=9999", status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "years the wrong way", user: "auditor@audit", method: "GET", path: "/analytics/flows?from=2025&to=2024", status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "not for a manager", user: "shenyang@manager", method: "GET", path: "/analytics/flows", status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
		{name: "not for a firm", user: "e1@enterprise", method: "GET", path: "/analytics/flows/lines", status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
		{name: "what a cell is made of", user: "auditor@audit", method: "GET", path: "/analytics/flows/lines?region=%E8%BE%BD%E5%AE%81&year=2024", status: 200,
			has: []string{s.toE1.Movement, s.toE2.Movement, `"total":{"amount":"3500000"`, `"next":""`}},
		{name: "its first page", user: "auditor@audit", method: "GET", path: "/analytics/flows/lines?limit=1", status: 200, has: []string{s.toE1.Movement}, hasNot: []string{s.toE2.Movement, `"next":""`}},
		{name: "nothing unplaced", user: "auditor@audit", method: "GET", path: "/analytics/flows/lines?unplaced=true", status: 200, has: []string{`"items":[]`}},
		{name: "no cursor", user: "auditor@audit", method: "GET", path: "/analytics/flows/lines?cursor=x", status: 422, has: []string{`"code":"FIELD_INVALID"`}},
	})
	first := decode[LinePage](t, w.do("auditor@audit", http.MethodGet, Base+"/analytics/flows/lines?limit=1", nil))
	second := decode[LinePage](t, w.do("auditor@audit", http.MethodGet, Base+"/analytics/flows/lines?limit=1&cursor="+first.Next, nil))
	if len(second.Items) != 1 || second.Items[0].Movement != s.toE2.Movement || second.Next != "" || second.Total != first.Total {
		t.Errorf("the second page: %+v after %+v", second, first)
	}
	// A book on the shelf is not shown once there are more blocks, nor to who may not see it.
	before := decode[flow.Table](t, w.do("auditor@audit", http.MethodGet, Base+"/analytics/flows", nil))
	w.write("custodian@bank", "/disbursements", Payment{From: shenyangAccount, To: e1Account, Amount: 1_00, Currency: "CNY", Date: "2024-06-01", BankRef: "R9"})
	after := decode[flow.Table](t, w.do("auditor@audit", http.MethodGet, Base+"/analytics/flows", nil))
	if after.Total.Amount != before.Total.Amount+1_00 || after.Block <= before.Block {
		t.Errorf("after a payment: %+v, before %+v", after.Total, before.Total)
	}
}

// provinces is a small table with every indicator of the default profile.
func provinces() string {
	names := []string{"new_enterprises", "outside_investment", "venture_capital", "invention", "utility", "design", "trademarks", "software"}
	var b strings.Builder
	b.WriteString("region,year," + strings.Join(names, ",") + "\n")
	for r := range 5 {
		for y := range 3 {
			fmt.Fprintf(&b, "r%d,%d", r, 2018+y)
			for i := range names {
				fmt.Fprintf(&b, ",%d", 10+r*r*3+y*7+i*(r+1))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestAnalysesOverHTTP(t *testing.T) {
	w := newWorld(t)
	request := func(text string) Analysis { return Analysis{Data: provinces(), Request: []byte(text)} }
	var done jobs.Job
	play(t, w, []scenario{
		{name: "an index", user: "e1@enterprise", method: "POST", path: "/analytics/index", body: request(`{"entity":"region","time":"year"}`), status: 202,
			has: []string{`"state":"DONE"`, `"kind":"index"`, `"rank"`},
			after: func(t *testing.T, w *world) {
				list := decode[Jobs](t, w.do("e1@enterprise", http.MethodGet, Base+"/analytics/jobs", nil))
				if len(list.Items) != 1 || list.Items[0].Result != nil {
					t.Fatalf("jobs: %+v", list)
				}
				done = list.Items[0]
			}},
		{name: "of a table without the column", user: "e1@enterprise", method: "POST", path: "/analytics/index", body: request(`{"entity":"province","time":"year"}`), status: 202,
			has: []string{`"state":"FAILED"`, `"code":"FIELD_MISSING"`}},
		{name: "of no table", user: "e1@enterprise", method: "POST", path: "/analytics/index", body: Analysis{}, status: 422, has: []string{`"code":"FIELD_MISSING"`}},
		{name: "of a table that is none", user: "e1@enterprise", method: "POST", path: "/analytics/index", body: Analysis{Data: "a,a\n1,2"}, status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "with an option that is none", user: "e1@enterprise", method: "POST", path: "/analytics/index", body: request(`{"entitty":"region"}`), status: 400, has: []string{`"code":"MALFORMED"`}},
		{name: "no such job", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/x", status: 404, has: []string{`"code":"JOB_UNKNOWN"`}},
		{name: "no such job to cancel", user: "e1@enterprise", method: "DELETE", path: "/analytics/jobs/x", status: 404, has: []string{`"code":"JOB_UNKNOWN"`}},
		{name: "too long a wait", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/x?wait=31", status: 400, has: []string{`"code":"QUERY_INVALID"`}},
	})
	play(t, w, []scenario{
		{name: "its result later", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/" + done.ID, status: 200, has: []string{`"state":"DONE"`, `"result":{`}},
		{name: "to nobody else", user: "officer@finance", method: "GET", path: "/analytics/jobs/" + done.ID, status: 404, has: []string{`"code":"JOB_UNKNOWN"`}},
		{name: "its readable report", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/" + done.ID + "/report?language=en", status: 200, has: []string{"<svg", "</html>"}},
		{name: "thrown away", user: "e1@enterprise", method: "DELETE", path: "/analytics/jobs/" + done.ID, status: 204},
		{name: "gone", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/" + done.ID, status: 404, has: []string{`"code":"JOB_UNKNOWN"`}},
	})
}

func TestAnAnalysisWithoutRoomIsNotRead(t *testing.T) {
	w := newWorld(t)
	const user = "e1@enterprise"
	for w.jobs.Room(user) == nil {
		if _, err := w.jobs.Submit(user, "index", func(ctx context.Context, _ func(string, int, int)) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}); err != nil {
			t.Fatal(err)
		}
	}
	play(t, w, []scenario{
		{name: "no room", user: user, method: "POST", path: "/analytics/index", body: unread{t}, status: 429, has: []string{`"code":"JOBS_FULL"`}},
		{name: "nor for what the read log notes", user: user, method: "POST", path: "/analytics/relate", body: unread{t}, status: 429, has: []string{`"code":"JOBS_FULL"`}},
		{name: "but for somebody else", user: "officer@finance", method: "POST", path: "/analytics/index", body: Analysis{Data: provinces(), Request: []byte(`{"entitty":"region"}`)}, status: 400, has: []string{`"code":"MALFORMED"`}},
	})
}

func TestAPanelHasAReport(t *testing.T) {
	w := newWorld(t)
	job := decode[jobs.Job](t, w.do("e1@enterprise", http.MethodPost, Base+"/analytics/panel", Analysis{Data: provinces(),
		Request: []byte(`{"y":"venture_capital","x":["invention"],"entity":"region","time":"year","effects":["entity"],"cluster":["entity"]}`)}))
	play(t, w, []scenario{
		{name: "done", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/" + job.ID + "?wait=20", status: 200, has: []string{`"state":"DONE"`}},
		{name: "in Chinese", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/" + job.ID + "/report", status: 200, has: []string{"面板回归", "invention", "<svg"}},
		{name: "in English", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/" + job.ID + "/report?language=en", status: 200, has: []string{"Panel regression", "Rows of the table"}},
	})
}

func TestALongAnalysisIsCancelled(t *testing.T) {
	w := newWorld(t)
	started := make(chan struct{})
	job, err := w.jobs.Submit("e1@enterprise", "index", func(ctx context.Context, progress func(string, int, int)) (any, error) {
		progress("uncertainty", 3, 10)
		close(started)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	<-started
	play(t, w, []scenario{
		{name: "how far it is", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/" + job.ID, status: 200, has: []string{`"state":"RUNNING"`, `"progress":{"stage":"uncertainty","done":3,"total":10}`}},
		{name: "cancel it", user: "e1@enterprise", method: "DELETE", path: "/analytics/jobs/" + job.ID, status: 204},
		{name: "cancelled", user: "e1@enterprise", method: "GET", path: "/analytics/jobs/" + job.ID + "?wait=5", status: 200, has: []string{`"state":"CANCELLED"`}, hasNot: []string{`"result"`}},
	})
}
