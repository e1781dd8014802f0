package projection

import (
	"context"

	"fundtrace/gateway/trace"
)

// figures compares the statement of each fund, and of all funds together, at two moments.
func (m *Moment) figures(ctx context.Context, earlier *Moment) (funds, all []FundChange, err error) {
	before, err := earlier.everyFund(ctx)
	if err != nil {
		return nil, nil, err
	}
	after, err := m.everyFund(ctx)
	if err != nil {
		return nil, nil, err
	}
	funds, all = []FundChange{}, []FundChange{}
	for _, key := range after.order {
		c := FundChange{FundHead: after.heads[key], Before: before.of[key], After: after.of[key]}
		if c.Before == c.After {
			continue
		}
		if c.Difference = c.After.Less(&c.Before); c.Fund == "" {
			all = append(all, c)
		} else {
			funds = append(funds, c)
		}
	}
	return funds, all, nil
}

// everyStatement holds the statements of all funds by identifier, and those of each currency.
type everyStatement struct {
	order []string
	heads map[string]FundHead
	of    map[string]trace.Statement
}

func (e *everyStatement) put(key string, h FundHead, s trace.Statement) {
	e.order = append(e.order, key)
	e.heads[key], e.of[key] = h, s
}

func (m *Moment) everyFund(ctx context.Context) (*everyStatement, error) {
	heads, err := m.fundHeads(ctx)
	if err != nil {
		return nil, err
	}
	out := &everyStatement{heads: map[string]FundHead{}, of: map[string]trace.Statement{}}
	for part := range byCurrency(heads) {
		b, err := m.books(part)
		if err != nil {
			return nil, err
		}
		members := make([]int, len(part))
		for i, h := range part {
			members[i] = i
			out.put(h.Fund, h, b.flows.Funds[i])
		}
		out.put("in "+part[0].Currency, FundHead{Currency: part[0].Currency}, b.flows.Group(members))
	}
	return out, nil
}
