package api

import (
	"cmp"
	"math"

	"fundtrace/gateway/projection"
)

// onMoment runs a question about the record as of a value date and as known at a block.
func onMoment[A any](c *call, ask func(m *projection.Moment) (*A, error)) (A, error) {
	var zero A
	m, err := c.moment(c.query("as_of"))
	if err != nil {
		return zero, err
	}
	defer m.Close()
	return found(ask(m))
}

// until is the day up to which days are counted: the one that was asked for, the value date, or today.
func (c *call) until() string { return cmp.Or(c.query("until"), c.query("as_of"), c.server.today()) }

func (s *Server) totals(c *call) (projection.Totals, error) {
	return onMoment(c, func(m *projection.Moment) (*projection.Totals, error) { return m.Totals(c.ctx(), c.query("level")) })
}

func (s *Server) fundTotals(c *call) (projection.FundTotals, error) {
	return onMoment(c, func(m *projection.Moment) (*projection.FundTotals, error) {
		return m.FundTotals(c.ctx(), c.param("id"))
	})
}

func (s *Server) fundTiming(c *call) (projection.FundTiming, error) {
	return onMoment(c, func(m *projection.Moment) (*projection.FundTiming, error) {
		return m.Timing(c.ctx(), c.param("id"), c.until())
	})
}

func (s *Server) fundIdle(c *call) (projection.FundIdle, error) {
	l, err := c.list()
	if err != nil {
		return projection.FundIdle{}, err
	}
	return onMoment(c, func(m *projection.Moment) (*projection.FundIdle, error) {
		return m.Idle(c.ctx(), c.param("id"), c.until(), l)
	})
}

// restatement compares what was known at two blocks.
func (s *Server) restatement(c *call) (projection.Restatement, error) {
	var zero projection.Restatement
	l, err := c.list()
	if err != nil {
		return zero, err
	}
	from, err := c.number("from_block", 0, 0, math.MaxInt)
	if err != nil {
		return zero, err
	}
	var known *uint64
	if c.query("to_block") != "" {
		n, err := c.number("to_block", 0, 0, math.MaxInt)
		if err != nil {
			return zero, err
		}
		block := uint64(n)
		known = &block
	}
	m, err := s.Store.At(c.ctx(), c.scope(), c.query("as_of"), known)
	if err != nil {
		return zero, err
	}
	defer m.Close()
	return found(m.Restatement(c.ctx(), uint64(from), l))
}
