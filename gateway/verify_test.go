package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"fundtrace/gateway/evidence"
)

const oldPack = "evidence/testdata/trace.zip"

func invoked(t *testing.T, c *cobra.Command, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetArgs(args)
	c.SilenceErrors, c.SilenceUsage = true, true
	err := c.ExecuteContext(t.Context())
	return out.String(), err
}

func TestVerifyCommand(t *testing.T) {
	hash, err := os.ReadFile("evidence/testdata/trace.genesis")
	if err != nil {
		t.Fatal(err)
	}
	genesis := strings.TrimSpace(string(hash))
	text, err := invoked(t, verifyCommand(), oldPack, "--genesis-hash", genesis)
	if err != nil || report(err) != exitDone || !strings.Contains(text, "EVERYTHING HOLDS") || !strings.Contains(text, "block 0 of the hash that you named") {
		t.Errorf("%v:\n%s", err, text)
	}
	text, err = invoked(t, verifyCommand(), oldPack)
	if err != nil || !strings.Contains(text, "Ask two of its organisations") {
		t.Errorf("not pinned: %v:\n%s", err, text)
	}
	text, err = invoked(t, verifyCommand(), oldPack, "--json")
	var r evidence.Report
	if err != nil || json.Unmarshal([]byte(text), &r) != nil || !r.OK || r.Genesis != genesis {
		t.Errorf("%v:\n%s", err, text)
	}
	text, err = invoked(t, verifyCommand(), oldPack, "--genesis-hash", strings.Repeat("0", 64))
	if report(err) != exitFailed || !strings.Contains(text, "REFUSED (GENESIS_MISMATCH)") {
		t.Errorf("another channel: %v:\n%s", err, text)
	}
	text, err = invoked(t, verifyCommand(), oldPack, "--genesis-hash", strings.Repeat("0", 64), "--json")
	if report(err) != exitFailed || json.Unmarshal([]byte(text), &r) != nil || r.OK || r.Reason != "GENESIS_MISMATCH" {
		t.Errorf("another channel: %v:\n%s", err, text)
	}
	var usage usageError
	for _, args := range [][]string{{}, {oldPack, oldPack}, {oldPack, "--genesis-hash", "x"}} {
		if _, err := invoked(t, verifyCommand(), args...); !errors.As(err, &usage) {
			t.Errorf("%v: %v, want wrong usage", args, err)
		}
	}
	if _, err := invoked(t, verifyCommand(), filepath.Join(t.TempDir(), "none.zip")); report(err) != exitFailed {
		t.Errorf("no pack: %v", err)
	}
	spoilt := filepath.Join(t.TempDir(), "spoilt.zip")
	if err := os.WriteFile(spoilt, []byte("no zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := invoked(t, verifyCommand(), spoilt); report(err) != exitFailed || !strings.Contains(text, "REFUSED (NO_PACK)") {
		t.Errorf("spoilt: %v:\n%s", err, text)
	}
}

func TestEvidenceCommandNeedsOneQuestion(t *testing.T) {
	var usage usageError
	for _, args := range [][]string{{}, {"--movement", "a", "--trace", "b"}, {"--movement", "a", "--direction", "backward"}, {"more"},
		{"--fund", "f", "--part"}, {"--movement", "a", "--as-of", "2025-01-01"}, {"--fund", "f", "--trace", "b"}, {"--fund", "f", "--user", "u", "--config", "c"}} {
		if _, err := invoked(t, evidenceCommand(), args...); !errors.As(err, &usage) {
			t.Errorf("%v: %v, want wrong usage", args, err)
		}
	}
	if _, err := invoked(t, evidenceCommand(), "--trace", "a", "--config", filepath.Join(t.TempDir(), "none.yaml")); err == nil || errors.As(err, &usage) {
		t.Errorf("no configuration: %v", err)
	}
}
