package local

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A gateway that calls itself ready is not current while blocks wait.
func TestCurrent(t *testing.T) {
	for _, c := range []struct {
		name, body string
		status     int
		current    bool
	}{
		{"nothing waits", `{"status":"ready","height":61,"next":61,"lag":0}`, 200, true},
		{"blocks wait", `{"status":"ready","height":61,"next":0,"lag":61}`, 200, false},
		{"not ready", `{"status":"not ready","lag":0}`, 503, false},
		{"another program", `{}`, 200, false},
		{"no JSON", `ok`, 200, false},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		if err := current(context.Background(), server.URL); (err == nil) != c.current {
			t.Errorf("%s: %v", c.name, err)
		}
		server.Close()
	}
}
