package sample

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"fundtrace/chaincode/ledger"
)

// Load may interleave entries: whatever order the dependencies allow, the ledger ends in the same state.
func TestLoad(t *testing.T) {
	want := ledgerState(t)
	got := state{}
	var mu sync.Mutex
	last := 0
	err := Load(t.Context(), testPlace, func(_ context.Context, user string, e ledger.Entry) error {
		mu.Lock()
		defer mu.Unlock()
		return got.apply(user, e)
	}, func(done, total int) {
		if done != last+1 || total != len(entries()) {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d keys, want %d", len(got), len(want))
	}
	for k, v := range want {
		if !bytes.Equal(got[k], v) {
			t.Fatalf("%s differs: %s, want %s", k, got[k], v)
		}
	}
}

func TestLoadStopsAtTheFirstRefusal(t *testing.T) {
	broken := errors.New("no network")
	calls := 0
	var mu sync.Mutex
	err := Load(t.Context(), testPlace, func(context.Context, string, ledger.Entry) error {
		mu.Lock()
		defer mu.Unlock()
		calls++
		return broken
	}, nil)
	first := 0 // entries that wait for no other; those may go side by side
	for _, p := range told().parcels {
		if len(p.after) == 0 {
			first++
		}
	}
	if !errors.Is(err, broken) || calls < 1 || calls > first {
		t.Errorf("got %v after %d calls, want a refusal after at most %d", err, calls, first)
	}
}

// Entries that may go side by side touch nothing in common: what one writes, the other neither reads nor writes.
func TestParallelEntriesDoNotConflict(t *testing.T) {
	s := state{}
	parcels := told().parcels
	before := make([]map[int]bool, len(parcels))
	reads, writes := make([]map[string]bool, len(parcels)), make([]map[string]bool, len(parcels))
	pairs := 0
	for i, e := range entries() {
		before[i] = map[int]bool{}
		for _, j := range parcels[i].after {
			before[i][j] = true
			for k := range before[j] {
				before[i][k] = true
			}
		}
		seen := &watched{state: s, keys: map[string]bool{}}
		w, _, err := ledger.Apply(&ledger.Batch{Entries: []ledger.Entry{e.Entry}}, user(e.User).Caller(), loadedAt, seen)
		if err != nil {
			t.Fatal(err)
		}
		reads[i], writes[i] = seen.keys, map[string]bool{}
		for _, x := range w {
			s[x.Key], writes[i][x.Key] = x.Value, true
		}
		for j := range i {
			if before[i][j] {
				continue
			}
			pairs++
			for k := range writes[j] {
				if reads[i][k] || writes[i][k] {
					t.Errorf("entries %d and %d may go side by side, and both touch %s", j, i, k)
				}
			}
			for k := range writes[i] {
				if reads[j][k] {
					t.Errorf("entries %d and %d may go side by side, and %d changes %s that %d reads", j, i, i, k, j)
				}
			}
		}
	}
	if pairs == 0 {
		t.Error("no entries may go side by side")
	}
}

type watched struct {
	state
	keys map[string]bool
}

func (w *watched) Read(keys []string) ([][]byte, error) {
	for _, k := range keys {
		w.keys[k] = true
	}
	return w.state.Read(keys)
}
