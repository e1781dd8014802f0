package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
)

func wait(t *testing.T, d *Desk, owner, id string) Job {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	j, err := d.Wait(ctx, owner, id)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func submit(t *testing.T, d *Desk, owner string, work Work) Job {
	t.Helper()
	j, err := d.Submit(owner, "test", work)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestAJobEnds(t *testing.T) {
	log := &strings.Builder{}
	d := New(Options{Log: slog.New(slog.NewTextHandler(log, nil)), Largest: 100})
	defer d.Close()
	for name, tc := range map[string]struct {
		work   Work
		state  State
		code   ledger.Code
		result string
	}{
		"done": {func(_ context.Context, p func(string, int, int)) (any, error) {
			p("half", 1, 2)
			return map[string]int{"x": 7}, nil
		}, Done, "", `{"x":7}`},
		"refused": {func(context.Context, func(string, int, int)) (any, error) {
			return nil, fmt.Errorf("wrapped: %w", ledger.Refuse(ledger.FieldInvalid, "no"))
		}, Failed, ledger.FieldInvalid, ""},
		"failed":       {func(context.Context, func(string, int, int)) (any, error) { return nil, errors.New("the secret cause") }, Failed, codeFault, ""},
		"panic":        {func(context.Context, func(string, int, int)) (any, error) { panic("the secret cause") }, Failed, codeFault, ""},
		"no JSON":      {func(context.Context, func(string, int, int)) (any, error) { return func() {}, nil }, Failed, codeFault, ""},
		"too large":    {func(context.Context, func(string, int, int)) (any, error) { return strings.Repeat("x", 200), nil }, Failed, ledger.TooLarge, ""},
		"cancelled in": {func(context.Context, func(string, int, int)) (any, error) { return nil, context.Canceled }, Cancelled, "", ""},
	} {
		j := wait(t, d, "a", submit(t, d, "a", tc.work).ID)
		code := ledger.Code("")
		if j.Error != nil {
			code = j.Error.Code
			if strings.Contains(j.Error.Message, "secret") {
				t.Errorf("%s: the owner is told %q", name, j.Error.Message)
			}
		}
		if j.State != tc.state || code != tc.code || string(j.Result) != tc.result || j.Started == nil || j.Ended == nil {
			t.Errorf("%s: %+v", name, j)
		}
		if name == "done" && j.Progress != (Progress{"half", 1, 2}) {
			t.Errorf("progress is %+v", j.Progress)
		}
	}
	if !strings.Contains(log.String(), "the secret cause") {
		t.Error("the log does not tell the cause")
	}
}

// hold makes work that runs until it is let go or cancelled.
func hold(started chan<- struct{}, release <-chan struct{}) Work {
	return func(ctx context.Context, _ func(string, int, int)) (any, error) {
		started <- struct{}{}
		select {
		case <-release:
			return "held", nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func TestJobsAreCancelledAndQueued(t *testing.T) {
	d := New(Options{PerOwner: 2, Waiting: 2})
	defer d.Close()
	started, release := make(chan struct{}, 9), make(chan struct{})
	first := submit(t, d, "a", hold(started, release))
	<-started
	if err := d.Room("a"); err != nil {
		t.Errorf("no room for a second job: %v", err)
	}
	second := submit(t, d, "a", hold(started, release))
	if err := d.Room("a"); ledger.ErrorCode(err) != CodeFull {
		t.Errorf("room for a third job of one owner: %v", err)
	}
	if err := d.Room("b"); err != nil {
		t.Errorf("no room for somebody else: %v", err)
	}
	if _, err := d.Submit("a", "test", hold(started, release)); ledger.ErrorCode(err) != CodeFull {
		t.Errorf("a third job of one owner: %v", err)
	}
	third := submit(t, d, "b", hold(started, release))
	if _, err := d.Submit("c", "test", hold(started, release)); ledger.ErrorCode(err) != CodeFull {
		t.Errorf("more waiting jobs than allowed: %v", err)
	}
	if j, err := d.Get("a", second.ID); err != nil || j.State != Queued {
		t.Errorf("the second is %v %v", j.State, err)
	}
	for _, foreign := range []string{first.ID, "nonsense"} {
		if _, err := d.Get("b", foreign); ledger.ErrorCode(err) != CodeUnknown {
			t.Errorf("somebody else's job: %v", err)
		}
		if err := d.Cancel("b", foreign); ledger.ErrorCode(err) != CodeUnknown {
			t.Errorf("cancelling somebody else's job: %v", err)
		}
	}
	if err := d.Cancel("a", second.ID); err != nil { // before it has begun
		t.Fatal(err)
	}
	if err := d.Cancel("a", first.ID); err != nil { // while it runs
		t.Fatal(err)
	}
	for _, id := range []string{first.ID, second.ID} {
		if j := wait(t, d, "a", id); j.State != Cancelled {
			t.Errorf("a cancelled job is %s", j.State)
		}
	}
	<-started // the third: the second was never begun
	close(release)
	if j := wait(t, d, "b", third.ID); j.State != Done || string(j.Result) != `"held"` {
		t.Errorf("the third: %+v", j)
	}
	if list := d.List("b"); len(list) != 1 || list[0].Result != nil {
		t.Errorf("list: %+v", list)
	}
	if err := d.Cancel("b", third.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Get("b", third.ID); ledger.ErrorCode(err) != CodeUnknown {
		t.Errorf("a result that was thrown away: %v", err)
	}
}

func TestResultsAreKeptForAWhile(t *testing.T) {
	now := time.Date(2025, 6, 30, 4, 0, 0, 0, time.UTC)
	d := New(Options{Kept: 2, Age: time.Hour, Now: func() time.Time { return now }})
	defer d.Close()
	var ids []string
	for n := range 3 {
		id := submit(t, d, "a", func(context.Context, func(string, int, int)) (any, error) { return n, nil }).ID
		wait(t, d, "a", id)
		ids = append(ids, id)
		now = now.Add(time.Minute)
	}
	if list := d.List("a"); len(list) != 2 || list[0].ID != ids[2] || list[1].ID != ids[1] {
		t.Errorf("kept %+v", list)
	}
	now = now.Add(time.Hour)
	if list := d.List("a"); len(list) != 0 {
		t.Errorf("kept after an hour: %+v", list)
	}
}

func TestACloseEndsEverything(t *testing.T) {
	d := New(Options{})
	started := make(chan struct{}, 1)
	j := submit(t, d, "a", hold(started, nil))
	<-started
	d.Close()
	if j := wait(t, d, "a", j.ID); j.State != Cancelled {
		t.Errorf("the job is %s", j.State)
	}
	if _, err := d.Submit("a", "test", hold(started, nil)); ledger.ErrorCode(err) != CodeFull {
		t.Errorf("a closed desk took a job: %v", err)
	}
	if err := d.Room("b"); ledger.ErrorCode(err) != CodeFull {
		t.Errorf("a closed desk has room: %v", err)
	}
	if text, err := json.Marshal(j); err != nil || !strings.Contains(string(text), `"progress"`) {
		t.Errorf("%s %v", text, err)
	}
}
