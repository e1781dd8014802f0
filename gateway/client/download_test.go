package client

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestDownload(t *testing.T) {
	g := newGateway(t, says(201, `{"token":"tok"}`), func(w http.ResponseWriter) {
		w.Header().Set("X-Export-Id", "x1")
		w.Header().Set("Content-Type", "application/zip")
		if _, err := w.Write([]byte("PK\x00")); err != nil {
			t.Error(err)
		}
	}, refuses(403, "NOT_PERMITTED"))
	c := New(g.URL)
	if err := c.SignIn(t.Context(), "u", "p"); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	header, err := c.Download(t.Context(), "/evidence?coverage=part", map[string]string{"kind": "movement"}, &out)
	if err != nil || header.Get("X-Export-Id") != "x1" || out.String() != "PK\x00" {
		t.Errorf("%v %q %v", header, out.String(), err)
	}
	if r := g.seen[1]; r.URL.RequestURI() != "/api/v1/evidence?coverage=part" || r.Header.Get("Authorization") != "Bearer tok" || g.bodies[1] != `{"kind":"movement"}` {
		t.Errorf("%s %v %s", r.URL, r.Header, g.bodies[1])
	}
	out.Reset()
	_, err = c.Download(t.Context(), "/evidence", nil, &out)
	var refused *ledger.Error
	if !errors.As(err, &refused) || refused.Code != ledger.NotPermitted || out.Len() > 0 {
		t.Errorf("%v %q", err, out.String())
	}
	g.Close()
	if _, err := c.Download(t.Context(), "/evidence", nil, &out); err == nil {
		t.Error("a gateway that is gone answered")
	}
}
