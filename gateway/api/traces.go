package api

import (
	"context"
	"math"

	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
)

// tracing is the query of every trace.
var tracing = []param{
	{name: "depth", about: "how many steps to list; no limit when absent. Totals are always over everything", number: true},
	{name: "limit", about: "rows of a page, 1 to 2000; 200 when absent", number: true},
	{name: "cursor", about: "next of the page before"},
	{name: "as_of", about: "value date, YYYY-MM-DD: only what was true by then counts, and ages are counted to it", date: true},
	{name: "known_at", about: "block: only what blocks up to it tell counts; everything when absent", number: true},
}

// Bounds of a trace's listing.
const (
	defaultTraceRows = 200
	maxTraceRows     = 2000
	maxTraceDepth    = 100_000
)

func (c *call) traceOptions() (trace.Options, error) {
	depth, err := c.number("depth", 0, 0, maxTraceDepth)
	if err != nil {
		return trace.Options{}, err
	}
	limit, err := c.number("limit", defaultTraceRows, 1, maxTraceRows)
	return trace.Options{Depth: depth, Limit: limit, Cursor: c.query("cursor"), AsOf: c.query("as_of")}, err
}

// traced runs one tracing question on a snapshot of what the caller may see.
func traced[A any](c *call, ask func(context.Context, trace.Forest, trace.Options) (*A, error)) (A, error) {
	var zero A
	o, err := c.traceOptions()
	if err != nil {
		return zero, err
	}
	moment, err := c.moment(o.AsOf)
	if err != nil {
		return zero, err
	}
	defer moment.Close()
	return found(ask(c.ctx(), moment, o))
}

// moment is the record as of a value date and as known at a block.
func (c *call) moment(asOf string) (*projection.Moment, error) {
	var known *uint64
	if c.query("known_at") != "" {
		n, err := c.number("known_at", 0, 0, math.MaxInt)
		if err != nil {
			return nil, err
		}
		block := uint64(n)
		known = &block
	}
	return c.server.Store.At(c.ctx(), c.scope(), asOf, known)
}

func (s *Server) traceLot(c *call) (LotTrace, error) {
	if c.query("method") != "" || c.query("compare") != "" {
		return s.lotByConvention(c)
	}
	for _, name := range []string{"target", "inside", "order"} {
		if c.query(name) != "" {
			return LotTrace{}, badQuery(name, "given with method, or with compare=all")
		}
	}
	recorded, err := traced(c, func(ctx context.Context, f trace.Forest, o trace.Options) (*trace.Answer, error) {
		if c.query("direction") == "backward" {
			return trace.Backward(ctx, f, c.param("id"), o)
		}
		if c.query("totals") == "true" {
			return trace.Total(ctx, f, c.param("id"))
		}
		return trace.Forward(ctx, f, c.param("id"), o)
	})
	return LotTrace{Answer: recorded}, err
}

func (s *Server) traceParty(c *call) (trace.Sources, error) {
	return traced(c, func(ctx context.Context, f trace.Forest, o trace.Options) (*trace.Sources, error) {
		return trace.ForParty(ctx, f, partyID(c.param("id")), o)
	})
}

func (s *Server) traceFund(c *call) (trace.FundAnswer, error) {
	return traced(c, func(ctx context.Context, f trace.Forest, o trace.Options) (*trace.FundAnswer, error) {
		return trace.ForFund(ctx, f, c.param("id"), o)
	})
}
