package readlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
)

func verified(t *testing.T, dir string, records int64) *Report {
	t.Helper()
	r, err := Verify(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Records != records {
		t.Errorf("%d records, want %d", r.Records, records)
	}
	return r
}

func TestReopen(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	l := open(t, dir, c)
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrInUse) {
		t.Errorf("opened twice: %v", err)
	}
	ask(t, l, "a", "x")
	before, err := l.Head()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.Close(), l.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(t.Context(), question("a", "y")); !errors.Is(err, ErrUnavailable) {
		t.Errorf("closed: %v", err)
	}
	c.at = c.at.AddDate(0, 0, 3)
	again := open(t, dir, c)
	if h, err := again.Head(); err != nil || h != before {
		t.Errorf("%+v %v, want %+v", h, err, before)
	}
	if h, err := HeadOf(dir); err != nil || h != before {
		t.Errorf("%+v %v, want %+v", h, err, before)
	}
	ask(t, again, "a", "y")
	c.at = c.at.AddDate(0, 0, -2) // a clock that is set back
	ask(t, again, "a", "z")
	if r := verified(t, dir, 4); r.Days != 2 {
		t.Errorf("%+v", r)
	}
}

// Records asked for at once are all there, each once, and each caller learns its number.
func TestTogether(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, newClock())
	const many = 200
	var mu sync.Mutex
	syncs := 0
	l.syncFile = func(f *os.File) error {
		mu.Lock()
		defer mu.Unlock()
		syncs++
		time.Sleep(time.Millisecond) // a slow disk: others come meanwhile
		return f.Sync()
	}
	seen := map[int64]bool{}
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			n, err := l.Append(context.Background(), question("u", fmt.Sprint(i)))
			mu.Lock()
			defer mu.Unlock()
			if err != nil || seen[n] {
				t.Errorf("record %d: %v", n, err)
			}
			seen[n] = true
		})
	}
	all.Wait()
	verified(t, dir, many+1)
	if syncs >= many {
		t.Errorf("%d records took %d writes", many, syncs)
	}
}

// Wherever a crash cuts the last write, the next start goes on, says what was left, and loses no whole record.
func TestCrashAnywhere(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	l := open(t, dir, c)
	ask(t, l, "a", "x")
	ask(t, l, "b", "y")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	whole := bytes.Join(lines(t, dir, "2026-11-22"), nil)
	ends := map[int]int64{0: 0}
	for i, b := range whole {
		if b == '\n' {
			ends[i+1] = int64(len(ends))
		}
	}
	for cut := range len(whole) {
		crashed := t.TempDir()
		put(t, crashed, "2026-11-22", whole[:cut])
		var before int64 // whole records, with a line end or only lacking it
		for end, n := range ends {
			if end <= cut+1 && n > before {
				before = n
			}
		}
		_, clean := ends[cut]
		_, onlyEnd := ends[cut+1]
		torn := !clean && !onlyEnd
		again := open(t, crashed, c)
		n, err := again.Append(t.Context(), question("c", "z"))
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
		want := before + 1
		if torn || before == 0 { // a record that says so, or that the log begins
			want++
		}
		r, err := Verify(t.Context(), crashed, nil)
		if err != nil || r.Records != want || n != want || (r.Mended == 1) != torn {
			t.Fatalf("cut at %d (torn %t): record %d, want %d; %+v %v", cut, torn, n, want, r, err)
		}
		text, err := os.ReadFile(dayFile(crashed, "2026-11-22"))
		if err != nil || !bytes.HasPrefix(text, whole[:cut]) {
			t.Fatalf("cut at %d: what was there was changed", cut)
		}
	}
}

// A crash while a torn line is being closed is mended too.
func TestCrashWhileMending(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	l := open(t, dir, c)
	ask(t, l, "a", "x")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	whole := bytes.Join(lines(t, dir, "2026-11-22"), nil)
	for _, left := range []string{"{\"n\":3\n", "{\"n\":3\n{\"n\":3,\"prev\":\"", "\x00\x00\x00\x00", "{\"n\":3\n\x00\x00", "\n"} {
		crashed := t.TempDir()
		put(t, crashed, "2026-11-22", append(bytes.Clone(whole), left...))
		if r, err := Verify(t.Context(), crashed, nil); err != nil || r.Torn == nil || r.Torn.Bytes != int64(len(left)) {
			t.Errorf("%q: %+v %v", left, r, err)
		}
		again := open(t, crashed, c)
		ask(t, again, "b", "y")
		if r := verified(t, crashed, 4); r.Mended != 1 || r.Torn != nil {
			t.Errorf("%q: %+v", left, r)
		}
	}
}

// A disk that fails answers nobody, and the log goes on when the disk does.
func TestDiskFails(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, newClock())
	ask(t, l, "a", "x")
	full := errors.New("no space left on device")
	l.syncFile = func(*os.File) error { return full }
	for range 2 {
		if _, err := l.Append(t.Context(), question("a", "y")); !errors.Is(err, ErrUnavailable) || !errors.Is(err, full) {
			t.Errorf("%v", err)
		}
	}
	l.syncFile = (*os.File).Sync
	ask(t, l, "a", "z")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	verified(t, dir, 4) // what could not be made sure of stands there: it was asked, and not answered; what came then was not written
}

func TestHostileValues(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, newClock())
	ask(t, l, "a\n{\"n\":9}\xff", "<x>\u2028")
	if _, err := l.Append(t.Context(), question("a", strings.Repeat("y", maxLine))); !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v", err)
	}
	ask(t, l, "b", "after")
	verified(t, dir, 3)
	if got := Clip("沈阳", 4); got != "沈…" {
		t.Errorf("%q", got)
	}
}

func TestKeep(t *testing.T) {
	dir, c, anchors := t.TempDir(), newClock(), &chainOf{}
	l := open(t, dir, c)
	ask(t, l, "a", "x")
	step := func(anchored, want string, count int) {
		t.Helper()
		day, err := l.keep(t.Context(), anchors, "gateway", anchored)
		if err != nil || day != want || len(anchors.anchors) != count {
			t.Fatalf("%q %v, %d anchors", day, err, len(anchors.anchors))
		}
	}
	step("", "2026-11-22", 1)
	ask(t, l, "a", "y")
	step("2026-11-22", "2026-11-22", 1) // the day has its anchor
	step("", "2026-11-22", 1)           // also after a new start
	c.at = time.Date(2026, 11, 22, 16, 0, 1, 0, time.UTC)
	step("2026-11-22", "2026-11-23", 2) // midnight in China
	c.at = c.at.AddDate(0, 0, 1)
	step("2026-11-23", "2026-11-24", 3) // a day on which nobody asked
	if a := anchors.anchors; a[0].Count != 2 || a[1].Count != 3 || a[2].Head != a[1].Head || a[2].Previous != a[1].Head {
		t.Errorf("%+v", anchors.anchors)
	}
	if r, err := Verify(t.Context(), dir, anchors.anchors); err != nil || r.Anchors != 3 || r.Anchored != 3 {
		t.Errorf("%+v %v", r, err)
	}
	c.at = c.at.AddDate(0, 0, 1)
	anchors.down = errors.New("the peer is away")
	if _, err := l.keep(t.Context(), anchors, "gateway", ""); !errors.Is(err, anchors.down) {
		t.Errorf("%v", err)
	}
	other := open(t, t.TempDir(), c) // another log cannot take the stream over
	anchors.down = nil
	if _, err := other.keep(t.Context(), anchors, "gateway", ""); ledger.ErrorCode(err) != ledger.AnchorBroken {
		t.Errorf("%v", err)
	}
}

// What an end that was not made durable has left is made so before the log goes on from it: it may be anchored next.
func TestWhatIsGoneOnFromIsDurable(t *testing.T) {
	l := open(t, t.TempDir(), newClock())
	ask(t, l, "a", "x")
	l.syncFile = func(*os.File) error { return errors.New("the disk is away") }
	if _, err := l.Append(t.Context(), question("a", "y")); !errors.Is(err, ErrUnavailable) {
		t.Fatal(err)
	}
	if _, err := l.Head(); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a head that is not on the disk: %v", err)
	}
	synced := 0
	l.syncFile = func(f *os.File) error { synced++; return f.Sync() }
	if h, err := l.Head(); err != nil || h.Count != 3 || synced != 1 {
		t.Errorf("%+v %v, made durable %d times", h, err, synced)
	}
}
