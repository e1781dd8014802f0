package api

import (
	"context"

	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/ways"
)

// onTheWay opens the record at the moment asked for and runs a question about ways on it.
func onTheWay[A any](c *call, ask func(context.Context, *projection.Statements, ways.Options) (*A, error)) (A, error) {
	var zero A
	hops, err := c.number("hops", ways.DefaultHops, 1, ways.MaxHops)
	if err != nil {
		return zero, err
	}
	limit, err := c.number("limit", ways.DefaultWays, 1, ways.MaxWays)
	if err != nil {
		return zero, err
	}
	days, err := c.number("days", 0, 1, 36500)
	if err != nil {
		return zero, err
	}
	moment, err := c.moment(c.query("as_of"))
	if err != nil {
		return zero, err
	}
	defer moment.Close()
	return found(ask(c.ctx(), moment.Statements(), ways.Options{Hops: hops, Days: days, Limit: limit}))
}

func (s *Server) paths(c *call) (ways.Answer, error) {
	return onTheWay(c, func(ctx context.Context, r *projection.Statements, o ways.Options) (*ways.Answer, error) {
		from, err := r.Target(ctx, c.query("from"))
		if err != nil {
			return nil, err
		}
		to, err := r.Target(ctx, c.query("to"))
		if err != nil {
			return nil, err
		}
		out, err := ways.Between(ctx, r, from.Accounts, to.Accounts, o)
		if err == nil {
			out.From, out.To = from.Name, to.Name
		}
		return out, err
	})
}

func (s *Server) circles(c *call) (ways.Circles, error) {
	return onTheWay(c, func(ctx context.Context, r *projection.Statements, o ways.Options) (*ways.Circles, error) {
		var home []trace.Ref
		if c.query("party") != "" {
			party, err := r.Target(ctx, c.query("party"))
			if err != nil {
				return nil, err
			}
			home = party.Accounts
		}
		return ways.Returned(ctx, r, home, o)
	})
}
