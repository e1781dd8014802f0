// Package jobs runs long computations beside requests: each reports how far it has come, can be cancelled, and keeps its
// result for a while for who asked for it. Nothing is written to disk: a job is a pure function of what was sent, so that
// after a restart it is sent again.
package jobs

import (
	"encoding/json"
	"time"

	"fundtrace/chaincode/ledger"
)

// Codes of refusals.
const (
	CodeUnknown ledger.Code = "JOB_UNKNOWN" // no such job, or somebody else's, or its result has been thrown away
	CodeFull    ledger.Code = "JOBS_FULL"   // too many jobs wait or run
)

// codeFault is what a job fails with that failed for no fault of its owner's; the log has the cause. It is the gateway's own.
const codeFault = "INTERNAL"

// codeTimeout is what a job fails with that ran for too long. It is the gateway's own.
const codeTimeout = "TIMEOUT"

// State is where a job stands.
type State string

// The states. The last three are final.
const (
	Queued    State = "QUEUED"
	Running   State = "RUNNING"
	Done      State = "DONE"
	Failed    State = "FAILED"
	Cancelled State = "CANCELLED"
)

// Final reports whether the job will change no more.
func (s State) Final() bool { return s == Done || s == Failed || s == Cancelled }

// Progress says how far a job has come: of the stage that it is in, so many of so many steps.
type Progress struct {
	Stage string `json:"stage,omitempty"`
	Done  int    `json:"done"`
	Total int    `json:"total"`
}

// Job is one computation as it stands.
type Job struct {
	ID       string          `json:"id"`
	Kind     string          `json:"kind"`
	State    State           `json:"state" enum:"QUEUED,RUNNING,DONE,FAILED,CANCELLED"`
	Progress Progress        `json:"progress"`
	Created  time.Time       `json:"created"`
	Started  *time.Time      `json:"started,omitempty"`
	Ended    *time.Time      `json:"ended,omitempty"`
	Error    *Fault          `json:"error,omitempty"`  // of a job that failed
	Result   json.RawMessage `json:"result,omitempty"` // of a job that is done
}

// Fault is why a job failed.
type Fault struct {
	Code    ledger.Code       `json:"code"`
	Message string            `json:"message"`
	Detail  map[string]string `json:"values,omitempty"`
}
