package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/network/local"
	"fundtrace/network/sample"
)

// execute runs the command line and returns what it printed.
func execute(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := command()
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func TestHelpTeaches(t *testing.T) {
	for _, name := range []string{"", "up", "down", "status", "logs", "reset"} {
		args := []string{"--help"}
		if name != "" {
			args = []string{name, "--help"}
		}
		out, err := execute(t, args...)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out, "Examples:") || !strings.Contains(out, "go run ./network") {
			t.Errorf("the help of %q shows no example", name)
		}
		if strings.Contains(out, "report-to") {
			t.Errorf("the help of %q shows a flag for internal use", name)
		}
	}
}

func TestWithoutNetwork(t *testing.T) {
	dir := t.TempDir()
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"status":       {[]string{"status"}, "make one with"},
		"logs":         {[]string{"logs", "gateway"}, "holds no logs"},
		"reset":        {[]string{"reset", "--yes"}, "nothing was deleted"},
		"two orderers": {[]string{"up", "--orderers", "2"}, "choose 1, or 3"},
		"unknown":      {[]string{"start"}, "unknown command"},
		"argument":     {[]string{"up", "now"}, "unknown command"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := execute(t, append(test.args, "--dir", dir)...)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it to say %q", err, test.want)
			}
		})
	}
}

func TestLogs(t *testing.T) {
	dir := t.TempDir()
	logs := filepath.Join(dir, "logs")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(logs, "peer.bank.log"), []byte("one\ntwo\nthree\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := execute(t, "logs", "peer.bank", "-n", "2", "--dir", dir); err != nil || out != "two\nthree\n" {
		t.Errorf("got %q, %v", out, err)
	}
	if _, err := execute(t, "logs", "../secret", "--dir", dir); err == nil || !strings.Contains(err.Error(), "there are: peer.bank") {
		t.Errorf("an unknown log: got %v, want the names there are", err)
	}
}

// signalling ends a wait when a text has been written to it.
type signalling struct {
	bytes.Buffer
	until string
	done  func()
}

func (s *signalling) Write(p []byte) (int, error) {
	n, err := s.Buffer.Write(p)
	if strings.Contains(s.String(), s.until) {
		s.done()
	}
	return n, err
}

func TestLogsAreFollowed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.log")
	if err := os.WriteFile(path, []byte("old line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	appended := false
	out := &signalling{until: "new line"}
	out.done = cancel
	// The first write shows the end of the log: only then append to it.
	first := &signalling{until: "old line"}
	first.done = func() {
		if appended {
			return
		}
		appended = true
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			cancel()
			return
		}
		defer f.Close()
		io.WriteString(f, "new line\n")
	}
	if err := tail(ctx, io.MultiWriter(first, out), path, 10); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "old line") || !strings.Contains(got, "new line") {
		t.Errorf("got %q", got)
	}
}

func TestFollow(t *testing.T) {
	for name, test := range map[string]struct {
		lines, shows, fails string
	}{
		"ready":  {"{\"step\":\"starting\"}\n{\"welcome\":\"at home\"}\n", "at home", ""},
		"failed": {"{\"step\":\"starting\"}\n{\"error\":\"peer.bank ended\"}\n", "starting", "peer.bank ended"},
		"killed": {"{\"step\":\"starting\"}\n", "starting", "see the.log"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := follow(strings.NewReader(test.lines), newConsole(&out), "the.log")
			if !strings.Contains(out.String(), test.shows) {
				t.Errorf("shows %q, want %q in it", out.String(), test.shows)
			}
			if test.fails == "" && err != nil || test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)) {
				t.Errorf("got %v, want %q", err, test.fails)
			}
		})
	}
}

func TestVerdict(t *testing.T) {
	well, ill := local.Status{Running: true, Healthy: true}, local.Status{Running: true, Problem: "x"}
	for name, test := range map[string]struct {
		statuses []local.Status
		want     string
	}{
		"all well": {[]local.Status{well, well}, ""},
		"one ill":  {[]local.Status{well, ill}, "1 of 2"},
		"stopped":  {[]local.Status{{}, {}}, "stopped"},
	} {
		err := verdict(test.statuses)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

func TestGreeting(t *testing.T) {
	login := local.Login{User: local.User{Name: "officer@finance", Role: "officer"}, Password: "abcd-efgh-2345"}
	supplier := local.Login{User: local.User{Name: "s202@enterprise", Role: "enterprise"}, Password: "wxyz-wxyz-wxyz"}
	topology := local.Topology{Gateway: local.Listener{Address: "127.0.0.1:8080"}, Loaded: true}
	lot, _ := sample.ReadyTrace()
	_, voucher, _ := sample.ReadyVoucherTrace()
	got := start{dir: "/x"}.greeting(topology, []local.Login{login, supplier})
	for _, want := range []string{"http://127.0.0.1:8080\n", "officer@finance", "abcd-efgh-2345", lot, voucher, "and 1 suppliers' users", "/x/credentials.json"} {
		if !strings.Contains(got, want) {
			t.Errorf("the greeting lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, supplier.Password) {
		t.Error("the greeting lists the many suppliers")
	}
	topology.Loaded = false
	if got := (start{dir: "/x"}).greeting(topology, nil); strings.Contains(got, "Trace") {
		t.Error("a network without the sample is told to trace it")
	}
}
