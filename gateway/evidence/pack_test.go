package evidence_test

import (
	"bytes"
	"strings"
	"testing"

	"fundtrace/gateway/evidence"
)

func TestPacksVerify(t *testing.T) {
	w := newWorld(t)
	m := w.story()
	subjects := map[string]struct {
		evidence.Subject
		movements int
		spent     int64
	}{
		"movement": {evidence.Subject{Kind: evidence.OfMovement, Movement: m.toE1}, 1, 0},
		"forward":  {evidence.Subject{Kind: evidence.OfTrace, Lot: m.lot, Direction: evidence.Forward}, 6, 90_000 - 50_000},
		"backward": {evidence.Subject{Kind: evidence.OfTrace, Lot: m.spent + ".1", Direction: evidence.Backward}, 4, 0},
		"range":    {evidence.Subject{Kind: evidence.OfRange, Since: "2025-03-03", Until: "2025-04-01"}, 3, 0},
		"nothing":  {evidence.Subject{Kind: evidence.OfTrace, Lot: m.returned + ".0", Direction: evidence.Forward}, 1, 0},
	}
	for name, s := range subjects {
		for _, whole := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				pack := w.build(s.Subject, whole)
				r, err := verify(pack, w.c.Genesis())
				if err != nil {
					t.Fatal(err)
				}
				want := evidence.Part
				if whole {
					want = evidence.Whole
				}
				if !r.OK || !r.Pinned || r.Coverage != want || r.Movements != s.movements {
					t.Errorf("ok %t, pinned %t, %s with %d movements; want %s with %d", r.OK, r.Pinned, r.Coverage, r.Movements, want, s.movements)
				}
				if s.Direction == evidence.Forward && r.Figure.Spent != s.spent {
					t.Errorf("spent %d, want %d", r.Figure.Spent, s.spent)
				}
				for _, c := range r.Checks {
					t.Log(c.Name, c.Text)
				}
				if again := w.build(s.Subject, whole); !bytes.Equal(pack, again) {
					t.Error("the same question on the same blocks gave another pack")
				}
			})
		}
	}
}

func TestUnpinnedPackSaysWhatItRestsOn(t *testing.T) {
	w := newWorld(t)
	m := w.story()
	r, err := verify(w.build(evidence.Subject{Kind: evidence.OfMovement, Movement: m.gov}, false), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Pinned || !strings.Contains(strings.Join(r.RestsOn, " "), "Ask two of its organisations") {
		t.Errorf("pinned %t, rests on %q", r.Pinned, r.RestsOn)
	}
	if _, err := verify(w.build(evidence.Subject{Kind: evidence.OfMovement, Movement: m.gov}, false), make([]byte, 32)); evidence.ReasonOf(err) != "GENESIS_MISMATCH" {
		t.Errorf("another genesis: %v", err)
	}
}
