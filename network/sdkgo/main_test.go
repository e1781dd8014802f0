package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAgainstRunningNetwork starts a real network with its gateway and sample data and drives the program against it: it
// enrols, reads a lot, logs a disbursement, and the gateway sees what the SDK wrote.
func TestAgainstRunningNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a real network")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "network")
	network := filepath.Join(t.TempDir(), "network-command")
	command(t, root, "go", "build", "-buildvcs=false", "-o", network, "./network")
	t.Cleanup(func() { command(t, root, network, "down", "--dir", dir) })
	command(t, root, network, "up", "-d", "--dir", dir, "--port", "0")

	const user = "custodian@bank"
	g := signIn(t, dir, user)
	lot, from := "", ""
	for _, account := range g.items("/accounts?purpose=CUSTODY&limit=200") {
		for _, l := range g.items("/lots?live=true&limit=5&account=" + account["id"].(string)) {
			lot, from = l["lot"].(string), account["id"].(string)
		}
	}
	if lot == "" {
		t.Fatal("the sample leaves no live lot in a custody account of this bank")
	}
	to := g.items("/accounts?purpose=SUPERVISED&limit=1")[0]["id"].(string)

	out := program(t, "--dir", dir, "--user", user, "--lot", lot)
	if !strings.Contains(out, "lot "+lot+" in "+from+" holds ") {
		t.Fatalf("reading the lot printed %q", out)
	}
	out = program(t, "--dir", dir, "--user", user, "--lot", lot, "--to", to, "--amount", "1", "--reference", "sdkgo-test-1")
	if !strings.Contains(out, "disbursed 1 to "+to) {
		t.Fatalf("disbursing printed %q", out)
	}
	found := false
	for _, m := range g.items("/movements?kind=DISBURSEMENT&limit=200&to=" + to) {
		found = found || m["bank_ref"] == "sdkgo-test-1" && m["amount"] == "1" && m["stage"] == "CREDITED"
	}
	if !found {
		t.Error("the gateway does not see the disbursement that the SDK logged")
	}
	// The same bank reference again is refused with the ledger's own code.
	text, err := exec.Command(self(t), "--dir", dir, "--user", user, "--lot", lot, "--to", to, "--amount", "1", "--reference", "sdkgo-test-1").CombinedOutput()
	if err == nil || !bytes.Contains(text, []byte("BANK_REFERENCE_USED")) {
		t.Errorf("a repeated bank reference gave %v: %s", err, text)
	}
}

func command(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
}

var built string

func self(t *testing.T) string {
	t.Helper()
	if built == "" {
		built = filepath.Join(t.TempDir(), "sdkgo")
		command(t, ".", "go", "build", "-buildvcs=false", "-o", built, ".")
	}
	return built
}

func program(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(self(t), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("sdkgo %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// gateway is a signed-in user of the gateway's HTTP interface.
type gateway struct {
	t           *testing.T
	base, token string
}

func signIn(t *testing.T, dir, user string) *gateway {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "network.json"))
	if err != nil {
		t.Fatal(err)
	}
	var network struct{ Gateway struct{ Address string } }
	if err := json.Unmarshal(text, &network); err != nil {
		t.Fatal(err)
	}
	password, err := passwordOf(dir, user)
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{t: t, base: "http://" + network.Gateway.Address + "/api/v1"}
	body, err := json.Marshal(map[string]string{"user": user, "password": password})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(g.base+"/sessions", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var session struct{ Token string }
	if err := json.NewDecoder(answer.Body).Decode(&session); err != nil || session.Token == "" {
		t.Fatalf("sign in answered %s: %v", answer.Status, err)
	}
	g.token = session.Token
	return g
}

func (g *gateway) items(path string) []map[string]any {
	g.t.Helper()
	request, err := http.NewRequest(http.MethodGet, g.base+path, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+g.token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		g.t.Fatal(err)
	}
	defer answer.Body.Close()
	var page struct{ Items []map[string]any }
	if err := json.NewDecoder(answer.Body).Decode(&page); err != nil || answer.StatusCode != http.StatusOK {
		g.t.Fatal(fmt.Errorf("GET %s answered %s: %w", path, answer.Status, err))
	}
	return page.Items
}
