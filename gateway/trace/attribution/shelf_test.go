package attribution

import (
	"sync"
	"testing"

	"fundtrace/gateway/trace"
)

// A shelf is shared by many readers: each question is answered from the scene of its own moment, and scenes are used again.
func TestShelfIsShared(t *testing.T) {
	w, gov := golden(t)
	var s Shelf
	first := w.now()
	var all sync.WaitGroup
	for range 8 {
		r := w.now()
		all.Go(func() {
			if _, err := s.Compare(t.Context(), r, r.lot(gov), Target{"1", []trace.Ref{1}}, Options{}); err != nil {
				t.Error(err)
			}
			if _, err := s.Table(t.Context(), r, r.lot(gov), Options{}, 0); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(s.scenes); n < 2 || n > maxScenes {
		t.Errorf("%d scenes are kept", n)
	}
	w.pay("2026-07-04", 1, 2, 100_000_000)
	before, err := s.Table(t.Context(), first, first.lot(gov), Options{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	later := w.record(w.moment())
	after, err := s.Table(t.Context(), later, later.lot(gov), Options{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if before.Payments != 9 || after.Payments != 10 {
		t.Errorf("%d payments before and %d after", before.Payments, after.Payments)
	}
	for known := range uint64(2 * maxScenes) {
		m := w.moment()
		m.Known = known + 1
		r := w.record(m)
		if _, err := s.Table(t.Context(), r, r.lot(gov), Options{}, 0); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.scenes) != maxScenes {
		t.Errorf("%d scenes are kept, want %d", len(s.scenes), maxScenes)
	}
}
