package api

import (
	"context"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/analytics/relate"
	"fundtrace/gateway/analytics/table"
	"fundtrace/gateway/jobs"
)

// Relation is the request of relate. Flows are taken from the ledger, or from a table of their own.
type Relation struct {
	relate.Request
	Flows     FlowsAsked `json:"flows"`                // of the ledger
	FlowTable string     `json:"flow_table,omitempty"` // instead of it: CSV with region, year, amount in minor units
	Deals     string     `json:"deals,omitempty"`      // CSV with firm, region, year, traced: the outcome is counted from it
}

// FlowsAsked says which flows of the ledger are related.
type FlowsAsked struct {
	flow.Query
	AsOf    string  `json:"as_of,omitempty"`
	KnownAt *uint64 `json:"known_at,omitempty"`
	// Methods repeats the primary estimate with money divided by every other convention.
	Methods bool `json:"methods,omitempty"`
}

// relateFlows prepares the job that relates flows to indicators. Errors: NOT_PERMITTED, and what is wrong with the tables.
func relateFlows(c *call, a Analysis) (jobs.Work, error) {
	r, err := asked[Relation](a)
	if err != nil {
		return nil, err
	}
	var in relate.Input
	if in.Indicators, err = a.table(); err != nil {
		return nil, err
	}
	if r.Deals != "" {
		if in.Deals, err = table.Read(strings.NewReader(r.Deals)); err != nil {
			return nil, err
		}
	}
	if r.FlowTable != "" {
		t, err := table.Read(strings.NewReader(r.FlowTable))
		if err != nil {
			return nil, err
		}
		if in.Flows, err = relate.ReadSeries(t, relate.Columns{Region: "region", Year: "year", Amount: "amount", New: "new_firms"}); err != nil {
			return nil, err
		}
		return func(ctx context.Context, p func(string, int, int)) (any, error) {
			return relate.Run(ctx, in, r.Request, p)
		}, nil
	}
	if err := c.onlyWhole(); err != nil {
		return nil, err
	}
	q, err := r.Flows.Complete()
	if err != nil {
		return nil, err
	}
	server := c.server
	return func(ctx context.Context, p func(string, int, int)) (any, error) {
		if err := server.relateLedger(ctx, &in, r, q, p); err != nil {
			return nil, err
		}
		return relate.Run(ctx, in, r.Request, p)
	}, nil
}

// relateLedger reads the flows, and the same under other conventions, from one book: nothing but the convention differs.
func (s *Server) relateLedger(ctx context.Context, in *relate.Input, r Relation, q flow.Query, p func(string, int, int)) error {
	sensitivity := r.Flows.Methods && q.Stage != flow.Committed
	book, err := s.flowBook(ctx, everything, r.Flows.AsOf, r.Flows.KnownAt, q.Whole() || sensitivity)
	if err != nil {
		return err
	}
	t, err := flow.Cells(ctx, book, q)
	if err != nil {
		return err
	}
	if len(t.Cells) == 0 {
		return ledger.Refuse(ledger.FieldInvalid, "the ledger has no such flows: ask for another stage, class or time, or wait until there are some", "field", "flows")
	}
	in.Flows = relate.FromTable(t)
	if !sensitivity {
		return nil
	}
	methods := flow.Methods()
	for i, m := range methods {
		p("flows by convention", i, len(methods))
		if m == q.Method {
			continue
		}
		other := relate.Alternative{Method: string(m)}
		again := q
		again.Method = m
		if t, err := flow.Cells(ctx, book, again); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			other.Err = err
		} else {
			other.Flows = relate.FromTable(t)
		}
		in.Others = append(in.Others, other)
	}
	return nil
}
