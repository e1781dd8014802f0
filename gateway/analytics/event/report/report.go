// Package report answers a whole request for an event study in one call and makes its page.
package report

import (
	"context"

	"fundtrace/gateway/analytics/event"
	"fundtrace/gateway/analytics/software"
	"fundtrace/gateway/analytics/table"
)

// Request is what the command line and the API send.
type Request struct {
	Columns event.Columns `json:"columns"`
	Options event.Options `json:"options"`
}

// Report is the answer.
type Report struct {
	Columns event.Columns `json:"columns"`
	*event.Result
	Software string `json:"software"` // version of the program
}

// Run reads the panel from a table and estimates. progress may be nil. Errors: those of event.FromTable and event.Estimate.
func Run(ctx context.Context, t *table.Table, q Request, progress func(stage string, done, total int)) (*Report, error) {
	d, err := event.FromTable(t, q.Columns)
	if err != nil {
		return nil, err
	}
	result, err := event.Estimate(ctx, d, q.Options, progress)
	if err != nil {
		return nil, err
	}
	return &Report{Columns: q.Columns, Result: result, Software: software.Version()}, nil
}
