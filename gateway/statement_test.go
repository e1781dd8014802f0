package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/statement"
)

const (
	stated = "evidence/statement/testdata/stated.json"
	shown  = "evidence/statement/testdata/shown.json"
)

func genesisOfStatements(t *testing.T) string {
	t.Helper()
	hash, err := os.ReadFile("evidence/statement/testdata/genesis")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(hash))
}

// verify tells a statement from a pack, prints what it says, and refuses one of another channel.
func TestVerifyCommandTakesStatements(t *testing.T) {
	genesis := genesisOfStatements(t)
	for _, c := range []struct {
		args []string
		has  []string
		exit int
	}{
		{[]string{stated, "--genesis-hash", genesis}, []string{"EVERYTHING HOLDS", " and 2 movements", "10.00 CNY, in acct:a", "can be drawn 7.90", "TRANSFER 0.08 CNY on 2026-03-01, acct:a → acct:b",
			"recorded by officer@finance of FinanceMSP", "peer0 of AuditMSP, peer0 of BankMSP, peer0 of FinanceMSP", "has the root", "hash that you named"}, exitDone},
		{[]string{stated}, []string{"EVERYTHING HOLDS", "Ask two of its organisations"}, exitDone},
		{[]string{shown, "--genesis-hash", genesis}, []string{"EVERYTHING HOLDS", "as recorded", "TRANSFER 0.08 CNY", "under the root", "number 8 of its 20 movements"}, exitDone},
		{[]string{shown, "--genesis-hash", strings.Repeat("0", 64)}, []string{"REFUSED (GENESIS_MISMATCH): do not rely on this statement."}, exitFailed},
	} {
		text, err := invoked(t, verifyCommand(), c.args...)
		if report(err) != c.exit {
			t.Errorf("%v: %v", c.args, err)
		}
		for _, want := range c.has {
			if !strings.Contains(text, want) {
				t.Errorf("%v: %q is missing in\n%s", c.args, want, text)
			}
		}
		if c.exit != exitDone && strings.Contains(text, "TRANSFER") {
			t.Errorf("%v: what a refused statement says is printed:\n%s", c.args, text)
		}
	}
	text, err := invoked(t, verifyCommand(), stated, "--json")
	var r statement.Report
	if err != nil || json.Unmarshal([]byte(text), &r) != nil || !r.OK || r.Genesis != genesis || len(r.Statement.Lots) != 1 {
		t.Errorf("%v:\n%s", err, text)
	}
	file, err := os.ReadFile(stated)
	if err != nil {
		t.Fatal(err)
	}
	spoilt := filepath.Join(t.TempDir(), "spoilt.json")
	if err := os.WriteFile(spoilt, file[:len(file)-9], 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := invoked(t, verifyCommand(), spoilt); report(err) != exitFailed || !strings.Contains(text, "REFUSED (NO_STATEMENT)") {
		t.Errorf("spoilt: %v:\n%s", err, text)
	}
}

// statement writes what the gateway answers once it verifies, and nothing else.
func TestStatementCommand(t *testing.T) {
	file, err := os.ReadFile(stated)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "statement.json")
	dir, asked := localGateway(t, json.RawMessage(file))
	text, err := invoked(t, statementCommand(), "--lots", "0123456789abcdef0123.0.0", "-o", out, "--dir", dir)
	if err != nil || !strings.Contains(text, genesisOfStatements(t)) || len(*asked) != 1 || (*asked)[0] != "/api/v1/statements?" {
		t.Errorf("asked %v, %v:\n%s", *asked, err, text)
	}
	if text, err := invoked(t, verifyCommand(), out); err != nil || !strings.Contains(text, "EVERYTHING HOLDS") {
		t.Errorf("%v:\n%s", err, text)
	}
	for name, body := range map[string]any{"refused": ledger.Refuse(ledger.LotUnknown, "there is no lot"), "forged": map[string]string{"format": "x"}} {
		none := filepath.Join(t.TempDir(), "none.json")
		dir, _ := localGateway(t, body)
		if _, err := invoked(t, statementCommand(), "--disclose", "0123456789abcdef0123.0", "-o", none, "--dir", dir); report(err) != exitFailed {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(none); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: a file was written", name)
		}
	}
	var usage usageError
	for _, args := range [][]string{{}, {"more"}, {"--lots", "x"}, {"--disclose", "0123456789abcdef0123.0", "--lots", "0123456789abcdef0123.0.0"}} {
		if _, err := invoked(t, statementCommand(), args...); !errors.As(err, &usage) {
			t.Errorf("%v: %v, want wrong usage", args, err)
		}
	}
}
