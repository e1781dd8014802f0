package readlog

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
)

// clock is a clock that tests set.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newClock() *clock { return &clock{time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)} }

func open(t testing.TB, dir string, c *clock) *Log {
	t.Helper()
	l, err := Open(dir, Options{Now: c.now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func ask(t testing.TB, l *Log, user, about string) int64 {
	t.Helper()
	n, err := l.Append(context.Background(), question(user, about))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func question(user, about string) Read {
	return Read{Export: NewExport(), Request: "r", User: user, MSP: ledger.AuditMSP, Role: ledger.RoleAuditor, Route: "lotTrace",
		Asked: map[string]string{"id": about}, Status: 200, Rows: 3, Bytes: 10, SHA256: Digest{}.String(), Block: 7}
}

// chainOf is a stream of anchors in memory; it takes what the ledger takes.
type chainOf struct {
	anchors []ledger.Anchor
	down    error
}

func (s *chainOf) Last(context.Context) (*ledger.Anchor, error) {
	if len(s.anchors) == 0 || s.down != nil {
		return nil, s.down
	}
	return &s.anchors[len(s.anchors)-1], nil
}

func (s *chainOf) Record(_ context.Context, a ledger.Anchor) error {
	var last ledger.Anchor
	if n := len(s.anchors); n > 0 {
		last = s.anchors[n-1]
	}
	if a.Sequence != last.Sequence+1 || a.Previous != last.Head || a.Day < last.Day || a.Count < last.Count || a.Count == last.Count && a.Head != last.Head {
		return ledger.Refuse(ledger.AnchorBroken, "the anchor does not continue the stream")
	}
	s.anchors = append(s.anchors, a)
	return nil
}

// written is a log of three days: three records on each, and an anchor each day but the last.
func written(t testing.TB) (dir string, anchors *chainOf) {
	t.Helper()
	dir, anchors = t.TempDir(), &chainOf{}
	c := newClock()
	l := open(t, dir, c)
	for day := range 3 {
		for i := range 3 {
			ask(t, l, "auditor@audit", fmt.Sprintf("lot-%d-%d", day, i))
		}
		if day < 2 {
			if _, err := l.keep(t.Context(), anchors, "gateway", ""); err != nil {
				t.Fatal(err)
			}
		}
		c.at = c.at.AddDate(0, 0, 1)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, anchors
}

// lines are a file's lines, each with its line end.
func lines(t testing.TB, dir, day string) [][]byte {
	t.Helper()
	raw, err := os.ReadFile(dayFile(dir, day))
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.SplitAfter(raw, []byte{'\n'})
	return out[:len(out)-1]
}

func put(t testing.TB, dir, day string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, day+suffix), content, 0o600); err != nil {
		t.Fatal(err)
	}
}
