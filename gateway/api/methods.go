package api

import (
	"context"
	"slices"
	"strings"

	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/trace/convention"
)

// inquiry is a question about conventions on its way: the record at the moment asked for, and how it is asked.
type inquiry struct {
	*projection.Statements
	options attribution.Options
	list    trace.Options
	methods []convention.Method // none: all
}

// inquire opens the record at the moment asked for and runs a question on it.
func inquire[A any](c *call, ask func(context.Context, *inquiry) (*A, error)) (A, error) {
	var zero A
	q := &inquiry{options: attribution.Options{Method: convention.Method(c.query("method")), Inside: convention.Inside(c.query("inside")),
		Order: convention.Order(c.query("order")), Protected: c.query("protected"), By: attribution.By(c.query("by")), Currency: c.query("currency")}}
	if text := c.query("methods"); text != "" {
		for _, name := range strings.Split(text, ",") {
			m := convention.Method(strings.TrimSpace(name))
			if !slices.Contains(convention.Methods(), m) || slices.Contains(q.methods, m) {
				return zero, badQuery("methods", "some of "+strings.Join(texts(convention.Methods()), ",")+", each once")
			}
			q.methods = append(q.methods, m)
		}
	}
	var err error
	if q.list, err = c.traceOptions(); err != nil {
		return zero, err
	}
	moment, err := c.moment(q.list.AsOf)
	if err != nil {
		return zero, err
	}
	defer moment.Close()
	q.Statements = moment.Statements()
	return found(ask(c.ctx(), q))
}

// LotTrace is the recorded trace of a lot and, where a convention was asked for, what that says: then the recorded one
// shows its totals alone.
type LotTrace struct {
	trace.Answer
	ByConvention *attribution.Answer     `json:"by_convention,omitempty"` // with method
	Table        *attribution.Table      `json:"table,omitempty"`         // with compare=all
	Comparison   *attribution.Comparison `json:"comparison,omitempty"`    // with compare=all and target
}

// lotByConvention answers what one convention, or all of them, say of a lot, beside the totals of the record.
func (s *Server) lotByConvention(c *call) (LotTrace, error) {
	if c.query("direction") == "backward" {
		return LotTrace{}, badQuery("method", "left out with direction=backward: ask GET "+Base+"/accounts/{id}/composition, or /traces/comparison with the lot's account as target")
	}
	return inquire(c, func(ctx context.Context, q *inquiry) (*LotTrace, error) {
		recorded, err := q.Total(ctx, c.param("id"))
		if err != nil {
			return nil, err
		}
		source, err := q.Source(ctx, c.param("id"))
		if err != nil {
			return nil, err
		}
		out := &LotTrace{Answer: *recorded}
		switch target := c.query("target"); {
		case c.query("compare") == "":
			out.ByConvention, err = q.Shelf().Forward(ctx, q, *source, q.options, q.list)
		case target == "":
			out.Table, err = q.Shelf().Table(ctx, q, *source, q.options, q.list.Depth)
		default:
			out.Comparison, err = q.compare(ctx, source, target)
		}
		return out, err
	})
}

func (q *inquiry) compare(ctx context.Context, source *attribution.Source, target string) (*attribution.Comparison, error) {
	goal, err := q.Target(ctx, target)
	if err != nil {
		return nil, err
	}
	return q.Shelf().Compare(ctx, q, *source, *goal, q.options, q.methods...)
}

func (s *Server) traceSource(c *call) (attribution.Answer, error) {
	return inquire(c, func(ctx context.Context, q *inquiry) (*attribution.Answer, error) {
		source, err := q.Source(ctx, c.query("source"))
		if err != nil {
			return nil, err
		}
		return q.Shelf().Forward(ctx, q, *source, q.options, q.list)
	})
}

func (s *Server) tableSource(c *call) (attribution.Table, error) {
	return inquire(c, func(ctx context.Context, q *inquiry) (*attribution.Table, error) {
		source, err := q.Source(ctx, c.query("source"))
		if err != nil {
			return nil, err
		}
		return q.Shelf().Table(ctx, q, *source, q.options, q.list.Depth, q.methods...)
	})
}

func (s *Server) compareSource(c *call) (attribution.Comparison, error) {
	return inquire(c, func(ctx context.Context, q *inquiry) (*attribution.Comparison, error) {
		source, err := q.Source(ctx, c.query("source"))
		if err != nil {
			return nil, err
		}
		return q.compare(ctx, source, c.query("target"))
	})
}

func (s *Server) composition(c *call) (attribution.Composition, error) {
	return inquire(c, func(ctx context.Context, q *inquiry) (*attribution.Composition, error) {
		account, err := q.Account(ctx, c.param("id"))
		if err != nil {
			return nil, err
		}
		return attribution.Compose(ctx, q, account, q.options)
	})
}
