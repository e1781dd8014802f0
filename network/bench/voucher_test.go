package main

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// A step goes through every batch, counts what was recorded, and leaves to the next step what was.
func TestStep(t *testing.T) {
	before := batches{{{"a", "b"}, {"c"}}, {{"d"}, {"e", "f"}}}
	f, after, err := step(t.Context(), "a step", before, func(client int, key string, lots []string) (int, []string, error) {
		if key != "a-step-0" && key != "a-step-1" {
			t.Errorf("key %q", key)
		}
		if lots[0] == "d" {
			return 0, nil, errors.New("refused")
		}
		return 10 * len(lots), lots[:1], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if f.Transactions != 3 || f.Records != 50 || f.Failed != 1 || f.FirstFailure != "refused" || f.Clients != 2 {
		t.Errorf("got %+v", f)
	}
	if want := float64(f.Records) / f.Seconds; f.RecordsPerS != want {
		t.Errorf("%.1f records/s, want %.1f", f.RecordsPerS, want)
	}
	wantBatches(t, after, batches{{{"a"}, {"c"}}, {{"e"}}})
}

// A job's rate follows from the time that one voucher takes in all of its steps.
func TestTogether(t *testing.T) {
	at := func(rate float64) Figures { return Figures{RecordsPerS: rate} }
	for name, test := range map[string]struct {
		got               Together
		records, vouchers float64
	}{
		"three equal steps":     {together(1, part{1, at(300)}, part{1, at(300)}, part{1, at(300)}), 300, 100},
		"a slow step":           {together(1, part{1, at(1000)}, part{1, at(250)}), 400, 200},
		"four pieces: 5, 4 ops": {together(4, part{5, at(500)}, part{4, at(100)}), 9 / 0.05, 4 / 0.05},
	} {
		if math.Abs(test.got.RecordsPerS-test.records) > 1e-6 || math.Abs(test.got.VouchersPerS-test.vouchers) > 1e-6 {
			t.Errorf("%s: %+v, want %v records/s and %v vouchers/s", name, test.got, test.records, test.vouchers)
		}
	}
}

func TestBatches(t *testing.T) {
	all := batches{{{"a", "b", "c"}, {"d"}}, {{"e"}}, nil}
	wantBatches(t, all.in(2), batches{{{"a", "b"}, {"c", "d"}}, {{"e"}}, nil})
	wantBatches(t, all.first(2), batches{{{"a", "b"}}, {{"e"}}, {{}}})
	wantBatches(t, all.first(2).in(1), batches{{{"a"}, {"b"}}, {{"e"}}, nil})
}

func wantBatches(t *testing.T, got, want batches) {
	t.Helper()
	if !slices.EqualFunc(got, want, func(x, y [][]string) bool { return slices.EqualFunc(x, y, slices.Equal) }) {
		t.Errorf("got %v, want %v", got, want)
	}
}
