package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fundtrace/gateway/readlog"
)

// someLog writes a read log of a few records.
func someLog(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "readlog")
	l, err := readlog.Open(dir, readlog.Options{Now: func() time.Time { return time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := l.Append(t.Context(), readlog.Read{Export: readlog.NewExport(), User: "auditor@audit", Route: "lotTrace", Status: 200}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestReadLogVerifyCommand(t *testing.T) {
	dir := someLog(t)
	text, err := invoked(t, readLogCommand(), "verify", "--folder", dir, "--without-ledger")
	if err != nil || !strings.Contains(text, "4 records of 1 days") || !strings.Contains(text, "THE LOG HOLDS") || !strings.Contains(text, "the ledger was not asked") {
		t.Errorf("%v:\n%s", err, text)
	}
	text, err = invoked(t, readLogCommand(), "verify", "--folder", dir, "--without-ledger", "--json")
	var r readlog.Report
	if err != nil || json.Unmarshal([]byte(text), &r) != nil || !r.OK || r.Records != 4 {
		t.Errorf("%v:\n%s", err, text)
	}
	path := filepath.Join(dir, "2026-11-23.jsonl")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(whole), "auditor@audit", "nobody@audit", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err = invoked(t, readLogCommand(), "verify", "--folder", dir, "--without-ledger")
	if report(err) != exitFailed || !strings.Contains(text, "REFUSED (RECORD_CHANGED)") || !strings.Contains(text, "2026-11-23.jsonl, line 3") {
		t.Errorf("%v:\n%s", err, text)
	}
	text, err = invoked(t, readLogCommand(), "verify", "--folder", dir, "--without-ledger", "--json")
	if report(err) != exitFailed || json.Unmarshal([]byte(text), &r) != nil || r.OK || r.Break.Reason != readlog.Changed || r.Break.N != 2 {
		t.Errorf("%v:\n%s", err, text)
	}
}

func TestReadLogCommandUsage(t *testing.T) {
	var usage usageError
	for _, args := range [][]string{{}, {"verify", "more"}, {"anchor", "more"}} {
		if _, err := invoked(t, readLogCommand(), args...); !errors.As(err, &usage) {
			t.Errorf("%v: %v, want wrong usage", args, err)
		}
	}
	none := filepath.Join(t.TempDir(), "none.yaml")
	for _, args := range [][]string{{"verify", "--config", none}, {"anchor", "--config", none}, {"verify", "--without-ledger", "--folder", none}} {
		if _, err := invoked(t, readLogCommand(), args...); err == nil || errors.As(err, &usage) {
			t.Errorf("%v: %v", args, err)
		}
	}
}
