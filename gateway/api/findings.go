package api

import (
	"context"

	"fundtrace/gateway/findings"
	"fundtrace/gateway/projection"
)

// Findings evaluates the rules that warn and detect over what a reader may see.
type Findings func(ctx context.Context, s projection.Scope, asOf string, f findings.Filter) (*findings.Answer, error)

// Bounds of an answer of findings.
const (
	defaultFindings = 1000
	maxFindings     = 10_000
)

var findingFilters = []param{
	{name: "rule", about: "one of the rules that warn or detect", values: findings.Rules()},
	{name: "party", about: "answers for it, or is concerned otherwise; a bare unified social credit code is accepted"},
	{name: "severity", about: "of the rule", values: []string{"CRITICAL", "HIGH", "MEDIUM", "LOW"}},
	{name: "subject", about: "voucher, invoice, party or currency"},
	{name: "as_of", about: "day whose end is looked at, YYYY-MM-DD; today when absent", date: true},
	{name: "limit", about: "findings to list, 1 to 10000; 1000 when absent. total counts all", number: true},
}

func (s *Server) listFindings(c *call) (findings.Answer, error) {
	most, err := c.number("limit", defaultFindings, 1, maxFindings)
	if err != nil {
		return findings.Answer{}, err
	}
	asOf := c.query("as_of")
	if asOf == "" {
		asOf = s.today()
	}
	return found(s.Findings(c.ctx(), c.scope(), asOf, findings.Filter{Rule: c.query("rule"), Severity: c.query("severity"),
		Party: optionalParty(c.query("party")), Subject: c.query("subject"), Most: most}))
}
