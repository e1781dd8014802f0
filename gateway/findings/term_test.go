package findings_test

import (
	"testing"

	"fundtrace/gateway/findings"
)

func TestLongTerm(t *testing.T) {
	for name, c := range map[string]struct {
		issued, maturity string
		want             []string
	}{
		"six months to the day":         {"2026-10-01", "2027-04-01", nil},
		"a day more":                    {"2026-10-01", "2027-04-02", []string{"S-TRM-02 long 2026-10-01 183>182 days"}},
		"from the last day of a month":  {"2026-08-31", "2027-02-28", nil},
		"and a day more than that":      {"2026-08-31", "2027-03-01", []string{"S-TRM-02 long 2026-08-31 182>181 days"}},
		"before the rule was in force":  {"2025-06-14", "2026-06-14", nil},
		"on the day that it came to be": {"2025-06-15", "2025-12-16", []string{"S-TRM-02 long 2025-06-15 184>183 days"}},
	} {
		t.Run(name, func(t *testing.T) {
			plant := func(s *rows) {
				claim := s.claim("claim", "supplier", "issuer1", 100_000, "2026-08-01")
				claim.DebtorSize = "MEDIUM" // whose clock no rule watches
				n := s.issued("long", claim, 10_000, c.issued, c.maturity)
				if c.maturity < today {
					paid(n, 10_000, c.maturity, c.maturity)
				}
			}
			planted(t, plant, c.want...)
		})
	}
}

// An older draft that is signed later is judged by the rules of the day of signing, from its own date on.
func TestDraftIsJudgedWhenItIsSigned(t *testing.T) {
	s := clean()
	n := s.issued("v", s.claim("claim", "supplier9", "issuer1", 100_000, "2026-07-01"), 10_000, "2026-08-01", "2026-11-30")
	for i := range n.Events[1:] {
		n.Events[1+i].Date = "2026-10-05"
	}
	rules := pack()
	next := rules["S-TRM-02"].Versions[0]
	next.Version, next.EffectiveFrom, next.Parameters = 2, "2026-10-05", map[string]int64{"usual_months": 3}
	rules["S-TRM-02"].Versions = append(rules["S-TRM-02"].Versions, next)
	rules["S-TRM-03"].Versions[0].Parameters = map[string]int64{"issue_days": 60}
	var got []string
	for _, f := range evaluate(t, s, rules, today, findings.Filter{Subject: "v"}).Findings {
		got = append(got, summary(f))
	}
	compare(t, got, []string{"S-TRM-02 v 2026-10-05 121>92 days", "S-TRM-03 v 2026-10-05 ISSUE 96>60 days"})
}
