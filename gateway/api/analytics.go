package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"fundtrace/chaincode/ledger"
	htmlpage "fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/table"
	"fundtrace/gateway/jobs"
)

// LimitAnalysis bounds the body of an analysis, in bytes.
const LimitAnalysis = 32 << 20

// analysisPatience is how long the request that starts a job waits for its end, so that short computations answer at once.
const analysisPatience = 700 * time.Millisecond

// mostWait is for how many seconds a request may wait for a job: less than a read may take.
const mostWait = 20

// Analysis asks for a computation over a table.
type Analysis struct {
	Data    string          `json:"data,omitempty"`    // the table, as CSV with a header; where the analysis takes one
	Request json.RawMessage `json:"request,omitempty"` // what to compute, as the page of the method in docs/analytics says
}

// Jobs lists jobs.
type Jobs struct {
	Items []jobs.Job `json:"items"`
}

// analysis is a computation that runs as a job. prepare reads the request and refuses what is wrong with it at once.
type analysis struct {
	name, summary string
	prepare       func(c *call, a Analysis) (jobs.Work, error)
	page          func(result []byte, language string) (*htmlpage.Page, error) // makes the readable report; nil where there is none
	reads         bool                                                         // what funds paid: the read log notes who asked
}

// asked decodes what an analysis is asked to compute. Errors: MALFORMED.
func asked[R any](a Analysis) (R, error) {
	var r R
	if len(a.Request) == 0 {
		return r, nil
	}
	return r, ledger.DecodeStrict(a.Request, &r)
}

// table reads the table of an analysis. Errors: FIELD_MISSING, and what is wrong with the table, with row and column.
func (a Analysis) table() (*table.Table, error) {
	if strings.TrimSpace(a.Data) == "" {
		return nil, ledger.Refuse(ledger.FieldMissing, "send the table as CSV with a header, in data", "field", "data")
	}
	return table.Read(strings.NewReader(a.Data))
}

// overTable makes an analysis that is a function of a table and a request.
func overTable[R, A any](run func(ctx context.Context, t *table.Table, r R, progress func(stage string, done, total int)) (A, error)) func(*call, Analysis) (jobs.Work, error) {
	return func(_ *call, a Analysis) (jobs.Work, error) {
		r, err := asked[R](a)
		if err != nil {
			return nil, err
		}
		t, err := a.table()
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, progress func(string, int, int)) (any, error) {
			return run(ctx, t, r, progress)
		}, nil
	}
}

// roomForJob refuses whose job would not be taken, before up to LimitAnalysis are read. Errors: JOBS_FULL.
func (s *Server) roomForJob(c *call) error { return s.jobs.Room(c.who.User) }

// analyse takes a job and answers it, done where it is done soon.
func (s *Server) analyse(a analysis) func(*call, Analysis) (reply[jobs.Job], error) {
	return func(c *call, body Analysis) (reply[jobs.Job], error) {
		work, err := a.prepare(c, body)
		if err != nil {
			return reply[jobs.Job]{}, err
		}
		job, err := s.jobs.Submit(c.who.User, a.name, work)
		if err != nil {
			return reply[jobs.Job]{}, err
		}
		ctx, cancel := context.WithTimeout(c.ctx(), analysisPatience)
		defer cancel()
		job, err = s.jobs.Wait(ctx, c.who.User, job.ID)
		return reply[jobs.Job]{location: Base + "/analytics/jobs/" + job.ID, body: job}, err
	}
}

func (s *Server) listJobs(c *call) (Jobs, error) { return Jobs{s.jobs.List(c.who.User)}, nil }

func (s *Server) job(c *call) (jobs.Job, error) {
	seconds, err := c.number("wait", 0, 0, mostWait)
	if err != nil || seconds == 0 {
		if err == nil {
			return s.jobs.Get(c.who.User, c.param("id"))
		}
		return jobs.Job{}, err
	}
	ctx, cancel := context.WithTimeout(c.ctx(), time.Duration(seconds)*time.Second)
	defer cancel()
	return s.jobs.Wait(ctx, c.who.User, c.param("id"))
}

// jobReport answers the readable report of a job that is done: one HTML file with plots.
func (s *Server) jobReport(c *call) {
	job, err := s.jobs.Get(c.who.User, c.param("id"))
	if err != nil {
		c.fail(err)
		return
	}
	i := slices.IndexFunc(analyses, func(a analysis) bool { return a.name == job.Kind })
	if i < 0 || analyses[i].page == nil || job.State != jobs.Done {
		c.fail(absent{ledger.Refuse(jobs.CodeUnknown, "this job has no readable report, or none yet: it is "+string(job.State), "job", job.ID)})
		return
	}
	var text bytes.Buffer
	doc, err := analyses[i].page(job.Result, cmp.Or(c.query("language"), "zh"))
	if err == nil {
		err = doc.Write(&text)
	}
	if err != nil {
		c.fail(err)
		return
	}
	c.gin.Data(http.StatusOK, "text/html; charset=utf-8", text.Bytes())
}

func (s *Server) cancelJob(c *call) {
	if err := s.jobs.Cancel(c.who.User, c.param("id")); err != nil {
		c.fail(err)
		return
	}
	c.finish(reply[any]{status: http.StatusNoContent}, nil)
}
