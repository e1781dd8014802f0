package trace

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What is kept of a diagram is what sorting by amount keeps, of equal amounts the first.
func TestTheLargestArrowsAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(1, 6), 2, 40).Draw(t, "amounts")
		most := rapid.IntRange(1, len(amounts)-1).Draw(t, "most")
		arrows := make([]arrow, len(amounts))
		for i, a := range amounts {
			arrows[i] = arrow{from: int32(i), to: int32(i) + 1, amount: a}
		}
		want := slices.Clone(arrows)
		slices.SortStableFunc(want, func(x, y arrow) int { return int(y.amount - x.amount) })
		want = want[:most]
		slices.SortFunc(want, func(x, y arrow) int { return int(x.from - y.from) })
		if got := largest(arrows, most); !slices.Equal(got, want) {
			t.Fatalf("%v of %v: %v, want %v", most, amounts, got, want)
		}
	})
}

// Means are exact and rounded to hundredths; quantiles are weighted by amount; what has no amount has no figures.
func TestSpells(t *testing.T) {
	for _, tc := range []struct {
		name string
		add  [][2]int64 // days, amount
		want Spell
	}{
		{"none", nil, Spell{}},
		{"one payment of 95 days", [][2]int64{{95, 3}}, Spell{Amount: 3, Lots: 1, Mean: 95, Median: 95, P90: 95, Least: 95, Most: 95}},
		{"a third", [][2]int64{{0, 2}, {1, 1}}, Spell{Amount: 3, Lots: 2, Mean: 0.33, Median: 0, P90: 1, Most: 1}},
		{"half of it is enough for the median", [][2]int64{{20, 5}, {10, 5}}, Spell{Amount: 10, Lots: 2, Mean: 15, Median: 10, P90: 20, Least: 10, Most: 20}},
		{"nine tenths are enough for the ninetieth percentile", [][2]int64{{1, 89}, {2, 1}, {3, 10}}, Spell{Amount: 100, Lots: 3, Mean: 1.21, Median: 1, P90: 2, Least: 1, Most: 3}},
		{"amounts that overflow when multiplied", [][2]int64{{4000, 1 << 61}, {2000, 1 << 61}}, Spell{Amount: 1 << 62, Lots: 2, Mean: 3000, Median: 2000, P90: 4000, Least: 2000, Most: 4000}},
		{"days that contradict themselves", [][2]int64{{-2, 1}, {-1, 1}}, Spell{Amount: 2, Lots: 2, Mean: -1.5, Median: -2, P90: -1, Least: -2, Most: -1}},
	} {
		var s spells
		for _, x := range tc.add {
			s.add(int(x[0]), x[1])
		}
		if got := s.spell(); got != tc.want {
			t.Errorf("%s: %+v, want %+v", tc.name, got, tc.want)
		}
	}
}

func TestAgesOfIdleMoney(t *testing.T) {
	var rest []Resting
	for _, days := range []int{0, 30, 31, 90, 91, 180, 181, 365, 366, 4000} {
		rest = append(rest, Resting{Amount: 10, Day: 20000 - days, First: 20000 - days - 200})
	}
	got := IdleOf(rest, 20000)
	want := []Age{{From: 0, To: 30, Amount: 20, Lots: 2}, {From: 31, To: 90, Amount: 20, Lots: 2}, {From: 91, To: 180, Amount: 20, Lots: 2},
		{From: 181, To: 365, Amount: 20, Lots: 2, InFunds: 50}, {From: 366, Amount: 20, Lots: 2, InFunds: 50}}
	if got.Amount != 100 || !slices.Equal(got.Ages, want) {
		t.Errorf("%+v\nwant %+v", got.Ages, want)
	}
}
