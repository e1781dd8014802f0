package main

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// What is answered while the load warms up is not counted, and the window shuts when a client runs out of work.
func TestLoadEndsWhenWorkRunsOut(t *testing.T) {
	var calls atomic.Int64
	f, err := load(t.Context(), "work", 2, 0, time.Hour, func(context.Context, int, int) (int, error) {
		if calls.Add(1) > 100 {
			return 0, errExhausted
		}
		return 3, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// The last call of the other client may end after the window.
	if f.Transactions < 99 || f.Transactions > 100 || f.Records != 3*f.Transactions || f.Failed != 0 {
		t.Errorf("100 calls came to %+v", f)
	}
	if want := float64(f.Records) / f.Seconds; f.RecordsPerS != want {
		t.Errorf("%.1f records/s, want %.1f", f.RecordsPerS, want)
	}
	if _, err := load(t.Context(), "work", 1, time.Hour, time.Hour, func(context.Context, int, int) (int, error) { return 0, errExhausted }); err == nil || !strings.Contains(err.Error(), "work") {
		t.Errorf("nothing was measured, and it says %v", err)
	}
}

func TestLoadCountsFailures(t *testing.T) {
	n := 0
	f, err := load(t.Context(), "work", 1, 0, time.Hour, func(context.Context, int, int) (int, error) {
		switch n++; {
		case n > 10:
			return 0, errExhausted
		case n%2 == 0:
			return 0, errors.New("refused")
		}
		return 1, nil
	})
	if err != nil || f.Failed != 5 || f.Records != 5 || f.FirstFailure != "refused" {
		t.Errorf("%+v, %v", f, err)
	}
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

func TestBatchesIn(t *testing.T) {
	got := batches{{{"a", "b", "c"}, {"d"}}, {{"e"}}, nil}.in(2)
	want := batches{{{"a", "b"}, {"c", "d"}}, {{"e"}}, nil}
	if !slices.EqualFunc(got, want, func(x, y [][]string) bool { return slices.EqualFunc(x, y, slices.Equal) }) {
		t.Errorf("got %v, want %v", got, want)
	}
}
