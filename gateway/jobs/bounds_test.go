package jobs

import (
	"context"
	"strings"
	"testing"
	"time"
)

// A job may be cancelled at any moment, also while it is about to begin.
func TestAJobIsCancelledWhileItBegins(t *testing.T) {
	d := New(Options{})
	defer d.Close()
	for range 200 {
		j := submit(t, d, "a", func(context.Context, func(string, int, int)) (any, error) { return 1, nil })
		if err := d.Cancel("a", j.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// Results that are kept take a bounded room, of one owner and of all together, and the newest are kept.
func TestResultsTakeABoundedRoom(t *testing.T) {
	const largest = 1000
	now := time.Date(2025, 6, 30, 4, 0, 0, 0, time.UTC)
	d := New(Options{Largest: largest, Now: func() time.Time { return now }})
	defer d.Close()
	make := func(owner string, size int) string {
		now = now.Add(time.Second)
		id := submit(t, d, owner, func(context.Context, func(string, int, int)) (any, error) { return strings.Repeat("x", size-2), nil }).ID
		if j := wait(t, d, owner, id); j.State != Done || len(j.Result) != size {
			t.Fatalf("%+v", j)
		}
		return id
	}
	first := make("a", largest)
	second, third := make("a", largest), make("a", largest)
	if list := d.List("a"); len(list) != 2 || list[0].ID != third || list[1].ID != second {
		t.Errorf("of one owner %v are kept, without %s", list, first)
	}
	for n := range 9 {
		make(string(rune('b'+n)), largest)
	}
	kept := 0
	for _, e := range d.jobs {
		kept += len(e.job.Result)
	}
	if kept != 8*largest || len(d.List("a")) != 0 || len(d.List("j")) != 1 {
		t.Errorf("%d bytes are kept, of the oldest owner %d jobs", kept, len(d.List("a")))
	}
}

// A job that runs for too long is ended and says so; the next one begins.
func TestAJobThatRunsTooLongIsEnded(t *testing.T) {
	d := New(Options{Longest: time.Millisecond})
	defer d.Close()
	started := make(chan struct{}, 1)
	j := wait(t, d, "a", submit(t, d, "a", hold(started, nil)).ID)
	if j.State != Failed || j.Error.Code != codeTimeout || !strings.Contains(j.Error.Message, "1ms") {
		t.Errorf("%+v %+v", j, j.Error)
	}
	<-started
	if j := wait(t, d, "b", submit(t, d, "b", func(context.Context, func(string, int, int)) (any, error) { return 1, nil }).ID); j.State != Done {
		t.Errorf("the next: %+v", j)
	}
}
