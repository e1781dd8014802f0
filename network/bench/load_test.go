package main

import (
	"context"
	"errors"
	"testing"
	"time"
)

// Every call that is answered in the window is counted once: what it recorded when it went well, its reason when not.
func TestLoad(t *testing.T) {
	f, err := load(t.Context(), "work", 2, 0, 20*time.Millisecond, func(_ context.Context, client, _ int) (int, error) {
		time.Sleep(time.Millisecond)
		if client == 1 {
			return 0, errors.New("refused")
		}
		return 3, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if f.Records != 3*f.Transactions || f.Failed == 0 || f.FirstFailure != "refused" || f.RecordsPerS != float64(f.Records)/f.Seconds {
		t.Errorf("got %+v", f)
	}
}

func TestLoadLeavesOutTheWarmUp(t *testing.T) {
	f, err := load(t.Context(), "work", 1, time.Hour, -time.Hour+10*time.Millisecond, func(context.Context, int, int) (int, error) { return 1, nil })
	if err != nil || f.Transactions != 0 {
		t.Errorf("%+v, %v", f, err)
	}
}
