package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const good = `
data: data
channel: fundtrace
chaincode: fundtrace
peer: {endpoint: "127.0.0.1:7051", tls_ca: ca.pem}
service: {msp: FinanceMSP, certificate: cert.pem, key: key.pem}
endorsers: [BankMSP, FinanceMSP]
organisations:
  - name: finance
    msp: FinanceMSP
    ca: {url: "https://127.0.0.1:7054", name: ca-finance, tls_ca: ca.pem}
`

// write puts the text beside the files that it names and answers its path.
func write(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"gateway.yaml": text, "ca.pem": "", "cert.pem": "", "key.pem": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "gateway.yaml")
}

func TestLoadCompletes(t *testing.T) {
	path := write(t, good+"\nconsortium_key_file: key.pem\n")
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(path)
	for name, pair := range map[string][2]string{
		"listen default":      {c.Listen, "127.0.0.1:8080"},
		"data is absolute":    {c.Data, filepath.Join(dir, "data")},
		"wallet key default":  {c.WalletKeyFile, filepath.Join(dir, "data", "wallet.key")},
		"consortium key":      {c.ConsortiumKeyFile, filepath.Join(dir, "key.pem")},
		"peer file absolute":  {c.Peer.TLSCA, filepath.Join(dir, "ca.pem")},
		"authority's file":    {c.Organisations[0].CA.TLSCA, filepath.Join(dir, "ca.pem")},
		"endorsers as listed": {strings.Join(c.Endorsers, ","), "BankMSP,FinanceMSP"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %q, want %q", name, pair[0], pair[1])
		}
	}
	if o, ok := c.Organisation("finance"); !ok || o.MSP != "FinanceMSP" {
		t.Errorf("Organisation(finance) = %+v, %v", o, ok)
	}
	if _, ok := c.Organisation("Finance"); ok {
		t.Error("an organisation was found under a name that nobody has")
	}
}

func TestLoadRefuses(t *testing.T) {
	drop := func(line string) string {
		if !strings.Contains(good, line) {
			t.Fatalf("the good file has no line %q", line)
		}
		return strings.Replace(good, line, "", 1)
	}
	for name, c := range map[string]struct{ text, says string }{
		"empty file":          {"", "is empty"},
		"unknown key":         {good + "\nchanel: x\n", "chanel"},
		"unknown nested key":  {strings.Replace(good, "tls_ca: ca.pem}", "tls_ca: ca.pem, port: 1}", 1), "port"},
		"two documents":       {good + "\n---\nlisten: x\n", "more than one document"},
		"no data":             {drop("data: data"), "data is missing"},
		"no channel":          {drop("channel: fundtrace"), "channel is missing"},
		"no chaincode":        {drop("chaincode: fundtrace"), "chaincode is missing"},
		"no peer":             {drop(`peer: {endpoint: "127.0.0.1:7051", tls_ca: ca.pem}`), "peer.tls_ca is missing"},
		"no service":          {drop("service: {msp: FinanceMSP, certificate: cert.pem, key: key.pem}"), "service.msp is missing"},
		"no endorsers":        {drop("endorsers: [BankMSP, FinanceMSP]"), "endorsers is missing"},
		"endorser twice":      {strings.Replace(good, "[BankMSP, FinanceMSP]", "[BankMSP, BankMSP]", 1), `lists "BankMSP" twice`},
		"bad port":            {strings.Replace(good, "127.0.0.1:7051", "127.0.0.1", 1), "peer.endpoint"},
		"bad listen":          {good + "\nlisten: here\n", `listen is "here"`},
		"unencrypted CA":      {strings.Replace(good, "https:", "http:", 1), "organisations[0].ca.url"},
		"no such file":        {strings.Replace(good, "key.pem", "no.pem", 1), "service.key cannot be opened"},
		"no consortium key":   {good + "\nconsortium_key_file: no.key\n", "consortium_key_file cannot be opened"},
		"a bad stream":        {good + "\nread_log_stream: a/b\n", `read_log_stream is "a/b"`},
		"a folder for a file": {strings.Replace(good, "key.pem", ".", 1), "service.key is a folder"},
		"no organisations":    {good[:strings.Index(good, "organisations:")], "organisations is missing"},
		"organisation twice": {good + "  - name: finance\n    msp: X\n    ca: {url: \"https://h:1\", name: x, tls_ca: ca.pem}\n",
			`organisations[1].name is "finance" again`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(write(t, c.text))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, want an error that says %q", err, c.says)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml")); err == nil {
		t.Error("a file that does not exist was loaded")
	}
}

func TestLoadNamesEverythingAtOnce(t *testing.T) {
	_, err := Load(write(t, "listen: 127.0.0.1:1\n"))
	if err == nil {
		t.Fatal("an empty configuration was accepted")
	}
	for _, part := range []string{"data", "channel", "chaincode", "peer.endpoint", "service.key", "endorsers", "organisations"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not mention %s: %v", part, err)
		}
	}
}
