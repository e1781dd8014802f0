package local

import (
	"bytes"
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fundtrace/gateway/fingerprint"

	"gopkg.in/yaml.v3"
)

func TestPlan(t *testing.T) {
	for name, test := range map[string]struct {
		options         Options
		orderers, peers int
		refused         bool
	}{
		"default":         {Options{}, 1, 3, false},
		"three orderers":  {Options{Orderers: 3}, 3, 3, false},
		"endorsers only":  {Options{Peers: []string{"finance", "bank"}}, 1, 2, false},
		"two orderers":    {Options{Orderers: 2}, 0, 0, true},
		"without a bank":  {Options{Peers: []string{"finance"}}, 0, 0, true},
		"unknown members": {Options{Peers: []string{"finance", "bank", "nobody"}}, 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := plan(test.options, nil)
			if (err != nil) != test.refused {
				t.Fatalf("got %v", err)
			}
			if test.refused {
				return
			}
			if len(p.Orderers) != test.orderers || len(p.Peers) != test.peers {
				t.Errorf("%d orderers and %d peers, want %d and %d", len(p.Orderers), len(p.Peers), test.orderers, test.peers)
			}
			seen := map[string]bool{}
			for _, a := range p.addresses() {
				if seen[a] {
					t.Errorf("%s is given twice", a)
				}
				seen[a] = true
			}
		})
	}
}

// addresses are all addresses of a topology.
func (t *Topology) addresses() []string {
	all := []string{t.CA.Address, t.CA.Operations, t.ChaincodeNode.Address, t.Gateway.Address}
	for _, o := range t.Orderers {
		all = append(all, o.Address, o.Admin, o.Operations)
	}
	for _, p := range t.Peers {
		all = append(all, p.Address, p.Chaincode, p.Operations)
	}
	return all
}

func listen(t *testing.T, address string) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
}

func TestTakenPorts(t *testing.T) {
	t.Run("one that only we know is replaced", func(t *testing.T) {
		p, err := plan(Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		before := p.ChaincodeNode.Address
		listen(t, before)
		if err := p.claimPorts(false); err != nil {
			t.Fatal(err)
		}
		if p.ChaincodeNode.Address == before {
			t.Error("the chaincode keeps an address that is taken")
		}
	})
	t.Run("one that the channel names is not", func(t *testing.T) {
		p, err := plan(Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		listen(t, p.Peers[1].Address)
		err = p.claimPorts(false)
		if err == nil || !strings.Contains(err.Error(), p.Peers[1].Address) || !strings.Contains(err.Error(), p.Peers[1].Name) {
			t.Errorf("got %v, want an error naming the peer and its address", err)
		}
	})
}

func TestTopologyIsKept(t *testing.T) {
	dir := t.TempDir()
	first, err := loadOrPlan(dir, Options{}, map[string]string{"go": "x"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := loadOrPlan(dir, Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if first.Peers[0] != second.Peers[0] || second.Versions["go"] != "x" {
		t.Error("the second start made another plan")
	}
	if _, err := loadOrPlan(dir, Options{Orderers: 3}, nil); err == nil {
		t.Error("the number of ordering nodes was changed")
	}
	if err := os.WriteFile(filepath.Join(dir, topologyFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadOrPlan(dir, Options{}, nil); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged plan: got %v", err)
	}
}

func TestSecrets(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "ca"), 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := openSecrets(dir)
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.of("peer@bank")
	if err != nil {
		t.Fatal(err)
	}
	password, err := s.password("officer@finance")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}$`).MatchString(password) {
		t.Errorf("the password is %q", password)
	}
	reopened, err := openSecrets(dir)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := reopened.of("peer@bank"); err != nil || again != first {
		t.Error("a secret changed when it was read again")
	}
	info, err := os.Stat(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the secrets have mode %v, want 0600", info.Mode().Perm())
	}
}

func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	original, result := filepath.Join(dir, "original.yaml"), filepath.Join(dir, "result.yaml")
	if err := os.WriteFile(original, []byte("peer:\n  id: jdoe\n  tls:\n    enabled: false\n    key: k\nvm:\n  endpoint: docker\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	changes := object{"peer": object{"id": "bank", "tls": object{"enabled": true}, "new": 1}, "vm": object{"endpoint": ""}}
	if err := overlay(original, result, changes); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(result)
	if err != nil {
		t.Fatal(err)
	}
	got := object{}
	if err := yaml.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	peer := got["peer"].(object)
	tls := peer["tls"].(object)
	if peer["id"] != "bank" || peer["new"] != 1 || tls["enabled"] != true || tls["key"] != "k" || got["vm"].(object)["endpoint"] != "" {
		t.Errorf("got %v", got)
	}
}

func TestLock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	unlock, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock(dir); !errors.Is(err, ErrRunning) {
		t.Errorf("a second lock: got %v, want ErrRunning", err)
	}
	if pid, err := Supervisor(dir); err != nil || pid != os.Getpid() {
		t.Errorf("the supervisor is said to be %d (%v), want this process", pid, err)
	}
	unlock()
	if pid, err := Supervisor(dir); err != nil || pid != 0 {
		t.Errorf("after unlocking, the supervisor is said to be %d (%v)", pid, err)
	}
	if stopped, err := Down(t.Context(), dir); stopped || err != nil {
		t.Errorf("stopping what does not run: %v, %v", stopped, err)
	}
}

// TestResetSpares checks that a directory that is no network is left alone.
func TestResetSpares(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "thesis.txt")
	if err := os.WriteFile(precious, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Reset(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want a refusal", err)
	}
	if !exists(precious) {
		t.Error("the file is gone")
	}
}

func TestInspectWithoutNetwork(t *testing.T) {
	if _, err := Inspect(t.Context(), t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want os.ErrNotExist", err)
	}
}

func TestConsortiumKeyIsMadeOnce(t *testing.T) {
	n := &Network{paths: paths(t.TempDir())}
	var keys []fingerprint.Key
	for range 2 {
		if err := n.makeConsortiumKey(); err != nil {
			t.Fatal(err)
		}
		key, err := fingerprint.LoadKey(n.ConsortiumKeyFile()) // refuses a file that others can read
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	if !bytes.Equal(keys[0], keys[1]) {
		t.Error("the second start made another key")
	}
	other := &Network{paths: paths(t.TempDir())}
	if err := other.makeConsortiumKey(); err != nil {
		t.Fatal(err)
	}
	if key, err := fingerprint.LoadKey(other.ConsortiumKeyFile()); err != nil || bytes.Equal(key, keys[0]) {
		t.Errorf("another network has the same key (%v)", err)
	}
}
