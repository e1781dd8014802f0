// Package report answers a whole request for a synthetic control in one call and makes its page.
package report

import (
	"context"

	"fundtrace/gateway/analytics/software"
	"fundtrace/gateway/analytics/synthetic"
	"fundtrace/gateway/analytics/table"
)

// Request is what the command line and the API send.
type Request struct {
	Columns synthetic.Columns `json:"columns"`
	Options synthetic.Options `json:"options"`
}

// Report is the answer.
type Report struct {
	Columns synthetic.Columns `json:"columns"`
	*synthetic.Result
	Software string `json:"software"` // version of the program
}

// Run reads the panel from a table and estimates. progress may be nil. Errors: those of synthetic.FromTable and synthetic.Estimate.
func Run(ctx context.Context, t *table.Table, q Request, progress func(stage string, done, total int)) (*Report, error) {
	d, err := synthetic.FromTable(t, q.Columns, q.Options.Predictors)
	if err != nil {
		return nil, err
	}
	result, err := synthetic.Estimate(ctx, d, q.Options, progress)
	if err != nil {
		return nil, err
	}
	return &Report{Columns: q.Columns, Result: result, Software: software.Version()}, nil
}
