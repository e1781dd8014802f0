package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDetect(t *testing.T) {
	for name, test := range map[string]struct {
		metadata string
		accepted bool
	}{
		"ours":      {`{"type":"ccaas","label":"x"}`, true},
		"uppercase": {`{"type":"CCAAS"}`, true},
		"golang":    {`{"type":"golang"}`, false},
		"damaged":   {`{"type":`, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "metadata.json", test.metadata)
			if err := run("detect", []string{t.TempDir(), dir}); (err == nil) != test.accepted {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestBuildAndRelease takes a package through the steps as a peer does.
func TestBuildAndRelease(t *testing.T) {
	source, built, released := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, source, "connection.json", `{"address":"{{.address}}","tls_required":true,"root_cert":"{{.root_cert}}"}`)
	certificate := "-----BEGIN CERTIFICATE-----\n\"quotes\" and \\ survive\n-----END CERTIFICATE-----\n"
	settings, err := json.Marshal(map[string]string{"address": "127.0.0.1:9999", "root_cert": certificate})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(settingsVariable, string(settings))
	if err := run("build", []string{source, t.TempDir(), built}); err != nil {
		t.Fatal(err)
	}
	if err := run("release", []string{built, released}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(released, "chaincode", "server", "connection.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Address     string `json:"address"`
		TLSRequired bool   `json:"tls_required"`
		RootCert    string `json:"root_cert"`
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Address != "127.0.0.1:9999" || !got.TLSRequired || got.RootCert != certificate {
		t.Errorf("got %+v", got)
	}
}

func TestRefusals(t *testing.T) {
	source := t.TempDir()
	write(t, source, "connection.json", `{"address":"{{.address}}"}`)
	for name, test := range map[string]struct {
		settings, step, want string
		args                 []string
	}{
		"setting missing":  {`{}`, "build", "field address", []string{source, "", t.TempDir()}},
		"settings damaged": {`{`, "build", "not a JSON object", []string{source, "", t.TempDir()}},
		"nothing built":    {`{}`, "release", "no connection.json", []string{t.TempDir(), t.TempDir()}},
		"few arguments":    {`{}`, "build", "takes 3", []string{source}},
		"other name":       {`{}`, "ccaas", "link it as", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(settingsVariable, test.settings)
			if err := run(test.step, test.args); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it to say %q", err, test.want)
			}
		})
	}
}
