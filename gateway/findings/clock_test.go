package findings_test

import (
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestPaymentClock(t *testing.T) {
	for name, c := range map[string]struct {
		plant func(*rows, *ledger.Claim)
		want  []string
	}{
		"promised on the 60th day, a Saturday": {func(s *rows, c *ledger.Claim) {
			s.issued("v", c, 20_000, "2026-09-10", "2026-10-31") // a Saturday: due on Monday, the 62nd day
		}, []string{"S-TRM-03 v 2026-09-10 CASH 62>60 days"}},
		"promised on the 60th day, a business day": {func(s *rows, c *ledger.Claim) {
			c.DeliveryDate = "2026-08-31"
			s.issued("v", c, 20_000, "2026-09-10", "2026-10-30")
		}, nil},
		"promised late": {func(s *rows, c *ledger.Claim) {
			s.issued("v", c, 20_000, "2026-09-10", "2027-03-10")
		}, []string{"S-TRM-03 v 2026-09-10 CASH 190>60 days"}},
		"sold to a funder at the supplier's cost": {func(s *rows, c *ledger.Claim) {
			s.sold(s.issued("v", c, 20_000, "2026-09-10", "2027-03-10"), "factor", "2026-09-20", 36_000, "2026-09-20")
		}, []string{"S-TRM-03 v 2026-09-10 CASH 190>60 days"}},
		"paid on the 60th day in two parts": {func(s *rows, c *ledger.Claim) {
			parts := s.split(s.issued("v", c, 20_000, "2026-09-10", "2026-10-26"), "2026-09-11", 10_000, 10_000)
			paid(parts[0], 10_000, "2026-10-26", "2026-10-26")
			paid(parts[1], 10_000, "2026-10-26", "2026-10-26")
		}, nil},
		"unpaid until now": {func(s *rows, c *ledger.Claim) {
			c.DeliveryDate = "2026-08-20"
			parts := s.split(s.issued("v", c, 20_000, "2026-09-10", "2026-10-12"), "2026-09-11", 10_000, 10_000)
			paid(parts[0], 10_000, "2026-10-12", "2026-10-12")
		}, []string{"S-SET-01 v.1 2026-10-30 18>0 days", "S-TRM-03 v 2026-09-10 CASH 71>60 days"}},
		"given the voucher late, and paid at once": {func(s *rows, c *ledger.Claim) {
			c.DeliveryDate = "2026-07-01"
			s.issued("v", c, 20_000, "2026-09-10", "2026-09-11").State = ledger.VoucherActive
			paid(s.vouchers[len(s.vouchers)-1], 20_000, "2026-09-11", "2026-09-11")
		}, []string{"S-TRM-03 v 2026-09-10 CASH 72>60 days"}},
		"the creditor is large": {func(s *rows, c *ledger.Claim) {
			c.CreditorSize = "LARGE"
			s.issued("v", c, 20_000, "2026-09-10", "2027-03-10")
		}, nil},
		"the debtor is not": {func(s *rows, c *ledger.Claim) {
			c.DebtorSize = "MEDIUM"
			s.issued("v", c, 20_000, "2026-09-10", "2027-03-10")
		}, nil},
		"cancelled": {func(s *rows, c *ledger.Claim) {
			event(s.issued("v", c, 20_000, "2026-09-10", "2027-03-10"), ledger.VoucherCancel, ledger.VoucherCancelled, "2026-09-12")
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			planted(t, func(s *rows) { c.plant(s, s.claim("claim", "supplier", "issuer1", 100_000, "2026-09-01")) }, c.want...)
		})
	}
}

// Where only the day of issue has a limit, or the payment keeps its own, the issue is held against it.
func TestPaymentClockOfIssue(t *testing.T) {
	s := clean()
	s.issued("v", s.claim("claim", "supplier", "issuer1", 100_000, "2026-07-01"), 20_000, "2026-09-10", "2026-11-10")
	rules := pack()
	rules["S-TRM-03"].Versions[0].Parameters = map[string]int64{"issue_days": 60}
	a := evaluate(t, s, rules, today, filter("S-TRM-03"))
	if len(a.Findings) != 1 || summary(a.Findings[0]) != "S-TRM-03 v 2026-09-10 ISSUE 71>60 days" {
		t.Errorf("found %+v", a.Findings)
	}
}
