package findings_test

import (
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/findings"
)

func TestQuota(t *testing.T) {
	for name, c := range map[string]struct {
		amount, face int64
		delivery     string
		change       func(*ledger.Claim)
		want         []string
	}{
		"four fifths":              {100_000, 80_000, "2026-09-05", nil, nil},
		"a fen more":               {100_000, 80_001, "2026-09-05", nil, []string{"S-ISS-01 x 2026-10-30 VOLUME 80001>80000 fen"}},
		"on the window's first":    {100_000, 80_000, "2025-10-31", nil, nil},
		"delivered before it":      {100_000, 50_000, "2025-10-30", nil, []string{"S-ISS-01 x 2026-10-30 VOLUME 50000>0 fen"}},
		"dated by the contract":    {100_000, 50_000, "2026-09-05", func(c *ledger.Claim) { c.DeliveryDate = "" }, nil},
		"the claim was withdrawn":  {100_000, 1_000, "2026-09-05", func(c *ledger.Claim) { c.Cancelled = &ledger.Signature{} }, []string{"S-ISS-01 x 2026-10-30 VOLUME 1000>0 fen"}},
		"the claim is unconfirmed": {100_000, 1_000, "2026-09-05", func(c *ledger.Claim) { c.Confirmed = nil }, []string{"S-ISS-01 x 2026-10-30 VOLUME 1000>0 fen"}},
		"a sum beyond an int64":    {1<<63 - 1, 1<<62 + 1<<61 + 1<<60, "2026-09-05", nil, []string{"S-ISS-01 x 2026-10-30 VOLUME 8070450532247928832>7378697629483820645 fen"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			claim := s.claim("claim", "supplier9", "x", c.amount, c.delivery)
			if c.change != nil {
				c.change(claim)
			}
			s.issued("v", claim, c.face, "2026-09-06", "2026-11-04")
			expect(t, s, "S-ISS-01", c.want...)
		})
	}
}

// Paid, passed on and divided vouchers are not counted twice, drafts not at all; many large ones overflow nothing.
func TestOutstanding(t *testing.T) {
	s := &rows{}
	claim := s.claim("claim", "supplier9", "x", 100, "2026-09-05")
	parts := s.split(s.issued("a", claim, 1_000, "2026-09-06", "2026-10-28"), "2026-09-07", 600, 400)
	s.passed(parts[0], "deeper", "2026-09-08", "document")
	paid(parts[1], 150, "2026-10-28", "2026-10-28")
	draft := s.issued("b", claim, 7, "2026-09-06", "2026-11-04")
	draft.Events, draft.State = draft.Events[:1], ledger.VoucherDrafted
	expect(t, s, "S-ISS-01", "S-ISS-01 x 2026-10-30 VOLUME 850>80 fen")
	for _, lot := range []string{"c", "d", "e"} {
		s.issued(lot, claim, 1<<62, "2026-09-06", "2026-11-04")
	}
	expect(t, s, "S-ISS-01", "S-ISS-01 x 2026-10-30 VOLUME 13835058055282164562>80 fen")
}

func TestFixedLimit(t *testing.T) {
	rules := pack()
	rules["S-ISS-01"].Versions[0].Parameters = map[string]int64{"limit_fen": 499_999}
	s := clean()
	dollars := s.claim("dollars", "supplier9", "x", 1_000_000, "2026-09-05")
	dollars.Currency = "USD" // the limit is in yuan
	s.issued("v", dollars, 900_000, "2026-09-06", "2026-11-04")
	a := evaluate(t, s, rules, today, filter("S-ISS-01"))
	if len(a.Findings) != 5 || summary(a.Findings[4]) != "S-ISS-01 issuer5 2026-10-30 LIMIT 500000>499999 fen" {
		t.Errorf("found %+v", a.Findings)
	}
	rules["S-ISS-01"].Versions[0].Parameters = map[string]int64{"most_ppm": 1}
	if a := evaluate(t, s, rules, today, filter("S-ISS-01")); len(a.Findings) > 0 || len(a.Skipped) != 1 || a.Skipped[0] != (findings.Skip{Rule: "S-ISS-01", Reason: findings.ParameterMissing, What: "window_months", Facts: 1}) {
		t.Errorf("without a window: %+v", a)
	}
}
