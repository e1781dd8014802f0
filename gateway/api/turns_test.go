package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A trace waits for its turn while others are computed, no longer than its caller does, and gives the turn back.
func TestTracesTakeTurns(t *testing.T) {
	w := newWorld(t)
	lot := w.furnish().toE1.lot(t)
	path := Base + "/lots/" + lot + "/trace"
	for range cap(w.turns) + 1 {
		if rec := w.do("auditor@audit", http.MethodGet, path, nil); rec.Code != http.StatusOK {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	}
	for range cap(w.turns) {
		w.turns <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	req.Header.Set("Authorization", "Bearer "+w.tokens["auditor@audit"])
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)
	if rec.Code == http.StatusOK {
		t.Errorf("answered out of turn: %s", rec.Body)
	}
	if other := w.do("auditor@audit", http.MethodGet, Base+"/funds", nil); other.Code != http.StatusOK {
		t.Errorf("what is no trace waits too: %d", other.Code)
	}
}
