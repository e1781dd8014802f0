package findings_test

import (
	"fmt"
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestAbnormalSplitting(t *testing.T) {
	equal := func(n int, face int64) []int64 { return slices.Repeat([]int64{face}, n) }
	for name, c := range map[string]struct {
		plant func(*rows, *ledger.VoucherNode)
		want  []string
	}{
		"fifty pieces":   {func(s *rows, n *ledger.VoucherNode) { s.split(n, "2026-10-08", equal(50, 10_000)...) }, nil},
		"one more":       {func(s *rows, n *ledger.VoucherNode) { s.split(n, "2026-10-08", equal(51, 10_000)...) }, []string{"S-SPL-02 v 2026-10-08 PIECES 51>50 count"}},
		"a tiny piece":   {func(s *rows, n *ledger.VoucherNode) { s.split(n, "2026-10-08", 10_000, 9_999, 40_001) }, []string{"S-SPL-02 v 2026-10-08 TINY 9999>10000 fen"}},
		"too deep":       {splitAgain(10), []string{"S-SPL-02 v.0.0.0.0.0.0.0.0 2026-10-08 DEPTH 9>8 count", "S-SPL-02 v.0.0.0.0.0.0.0.0.0 2026-10-08 DEPTH 10>8 count"}},
		"just deep":      {splitAgain(8), nil},
		"of one already": {func(s *rows, n *ledger.VoucherNode) { s.passed(n, "deeper", "2026-10-08", "document") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			n := s.issued("v", s.claim("claim", "supplier9", "issuer1", 600_000, "2026-10-05"), 510_000, "2026-10-06", "2026-11-04")
			c.plant(s, n)
			expect(t, s, "S-SPL-02", c.want...)
		})
	}
}

func splitAgain(times int) func(*rows, *ledger.VoucherNode) {
	return func(s *rows, n *ledger.VoucherNode) {
		for range times {
			n = s.split(n, "2026-10-08", n.Face-20_000, 20_000)[0]
		}
	}
}

func TestManyNewHolders(t *testing.T) {
	for name, c := range map[string]struct {
		holders int
		since   string
		change  func(*rows)
		want    []string
	}{
		"six registered that day":  {6, "2026-10-09", nil, []string{"S-SPL-02 supplier9 2026-10-09 NEW_HOLDERS 6>5 count"}},
		"five":                     {5, "2026-10-09", nil, nil},
		"registered 90 days ago":   {6, "2026-07-11", nil, []string{"S-SPL-02 supplier9 2026-10-09 NEW_HOLDERS 6>5 count"}},
		"registered 91 days ago":   {6, "2026-07-10", nil, nil},
		"registered afterwards":    {6, "2026-10-10", nil, nil},
		"nobody knows when":        {6, "", nil, nil},
		"one of them is known old": {6, "2026-10-01", func(s *rows) { s.since["new3"] = "2020-01-01" }, nil},
		"one gets two":             {6, "2026-10-01", func(s *rows) { s.vouchers[len(s.vouchers)-1].Holder = "new0" }, nil},
		"one the next day":         {6, "2026-10-01", func(s *rows) { s.vouchers[len(s.vouchers)-1].Events[0].Date = "2026-10-10" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			n := s.issued("v", s.claim("claim", "supplier9", "issuer1", 600_000, "2026-10-05"), 600_000, "2026-10-06", "2026-11-04")
			for k, piece := range s.split(n, "2026-10-09", slices.Repeat([]int64{600_000 / int64(c.holders)}, c.holders)...) {
				holder := fmt.Sprint("new", k)
				s.passed(piece, holder, "2026-10-09", "document")
				s.since[holder] = c.since
			}
			if c.change != nil {
				c.change(s)
			}
			expect(t, s, "S-SPL-02", c.want...)
		})
	}
}
