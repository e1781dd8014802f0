package findings_test

import (
	"fmt"
	"math/big"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/findings"

	"pgregory.net/rapid"
)

// market is a world in which issuers i0, i1, … owe the amounts, those with a group belong to it.
func market(owed []int64, groups map[string]string) *rows {
	s := &rows{}
	for k, v := range owed {
		issuer := fmt.Sprint("i", k)
		s.party(issuer, groups[issuer])
		s.issued(fmt.Sprint("v", k), s.claim(fmt.Sprint("c", k), "supplier", issuer, v, "2026-10-05"), v, "2026-10-06", "2026-11-04")
	}
	return s
}

func TestConcentration(t *testing.T) {
	for name, c := range map[string]struct {
		owed   []int64
		groups map[string]string
		want   []string
	}{
		"nothing":                {nil, nil, nil},
		"four alike: 2500":       {[]int64{25, 25, 25, 25}, nil, nil},
		"thirty in a hundred":    {[]int64{30, 20, 20, 15, 15}, nil, nil},
		"a millionth more":       {[]int64{300_001, 200_000, 200_000, 150_000, 149_999}, nil, []string{"S-CON-01 i0 2026-10-30 ISSUER_SHARE 300001>300000 ppm"}},
		"50, 30 and 20: 3800":    {[]int64{50, 30, 20}, nil, []string{"S-CON-01 CNY 2026-10-30 ISSUER_HHI 380000>250000 ppm", "S-CON-01 i0 2026-10-30 ISSUER_SHARE 500000>300000 ppm"}},
		"one has all":            {[]int64{7}, nil, []string{"S-CON-01 CNY 2026-10-30 ISSUER_HHI 1000000>250000 ppm", "S-CON-01 i0 2026-10-30 ISSUER_SHARE 1000000>300000 ppm"}},
		"five alike, two as one": {[]int64{20, 20, 20, 20, 20}, map[string]string{"i0": "g", "i4": "g"}, []string{"S-CON-01 CNY 2026-10-30 GROUP_HHI 280000>250000 ppm"}},
		"three as one":           {[]int64{20, 20, 20, 20, 20}, map[string]string{"i0": "g", "i4": "g", "i2": "i0"}, []string{"S-CON-01 CNY 2026-10-30 GROUP_HHI 440000>250000 ppm", "S-CON-01 g 2026-10-30 GROUP_SHARE 600000>400000 ppm"}},
		"a group of one":         {[]int64{30, 20, 20, 15, 15}, map[string]string{"i1": "g"}, nil},
		"too large for an int64": {[]int64{1 << 62, 1 << 62, 1 << 62, 1 << 62, 1 << 62}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) { expect(t, market(c.owed, c.groups), "S-CON-01", c.want...) })
	}
}

// Each currency is a market of its own.
func TestConcentrationByCurrency(t *testing.T) {
	s := market([]int64{20, 20, 20, 20, 20}, nil)
	dollars := s.claim("dollars", "supplier", "i0", 1, "2026-10-05")
	dollars.Currency = "USD"
	s.issued("dollars", dollars, 1, "2026-10-06", "2026-11-04")
	a := evaluate(t, s, pack(), today, filter("S-CON-01"))
	if len(a.Findings) != 2 || a.Findings[0].Subject != "USD" || a.Findings[0].Detail["hhi_points"] != "10000" || a.Findings[1].Detail["currency"] != "USD" {
		t.Errorf("found %+v", a.Findings)
	}
}

// The index against its definition in fractions, and its bounds: 1/n for n alike, 1 for one alone.
func TestHerfindahl(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Int64Range(1, 1<<62), 1, 20).Draw(t, "parts")
		list, sum := make([]*big.Int, len(parts)), new(big.Rat)
		for i, p := range parts {
			list[i] = big.NewInt(p)
			sum.Add(sum, new(big.Rat).SetInt64(p))
		}
		want := new(big.Rat)
		for _, p := range parts {
			share := new(big.Rat).Quo(new(big.Rat).SetInt64(p), sum)
			want.Add(want, share.Mul(share, share))
		}
		squares, whole := findings.Herfindahl(list)
		got := new(big.Rat).SetFrac(squares, whole)
		if got.Cmp(want) != 0 || got.Cmp(big.NewRat(1, int64(len(parts)))) < 0 || got.Cmp(big.NewRat(1, 1)) > 0 {
			t.Fatalf("%v gives %v, want %v", parts, got, want)
		}
	})
	if squares, whole := findings.Herfindahl(nil); squares.Sign() != 0 || whole.Sign() != 0 {
		t.Error("of nothing there is no index")
	}
}

// Frozen and overdue vouchers are owed as well; drafts, settled and cancelled ones are not.
func TestWhatIsOutstanding(t *testing.T) {
	for state, owed := range map[ledger.VoucherState]bool{
		ledger.VoucherDrafted: false, ledger.VoucherIssued: true, ledger.VoucherActive: true, ledger.VoucherFrozen: true, ledger.VoucherOverdue: true, ledger.InRecourse: true,
		ledger.VoucherPledged: true, ledger.VoucherFinanced: true, ledger.VoucherSettled: false, ledger.VoucherCancelled: false, ledger.VoucherWrittenOff: false,
	} {
		s := market([]int64{100}, nil)
		event(s.vouchers[0], ledger.VoucherFreeze, state, "2026-10-07")
		if a := evaluate(t, s, pack(), today, filter("S-CON-01")); (a.Total > 0) != owed {
			t.Errorf("%s counts: %v", state, a.Total > 0)
		}
	}
}
