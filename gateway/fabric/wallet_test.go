package fabric

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
)

// certify makes a certificate with attributes as a Fabric CA writes them.
func certify(t testing.TB, name string, key *ecdsa.PublicKey, by *ecdsa.PrivateKey, life time.Duration) []byte {
	t.Helper()
	attrs, err := json.Marshal(map[string]any{"attrs": map[string]string{"role": "custodian", "party": owner, "hf.EnrollmentID": name}})
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(life),
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1}, Value: attrs}}}
	issuer := &x509.Certificate{Subject: pkix.Name{CommonName: "ca"}}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key, by)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func someone(t testing.TB, name string) *Identity {
	t.Helper()
	key := newKey(t)
	id, err := newIdentity("bank", ledger.BankMSP, certify(t, name, &key.PublicKey, newKey(t), 24*time.Hour), key)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func newWallet(t *testing.T) (w *wallet, keyFile string) {
	t.Helper()
	dir := t.TempDir()
	keyFile = filepath.Join(dir, "wallet.key")
	w, err := openWallet(filepath.Join(dir, "wallet"), keyFile)
	if err != nil {
		t.Fatal(err)
	}
	return w, keyFile
}

func TestWalletKeepsIdentities(t *testing.T) {
	w, keyFile := newWallet(t)
	id := someone(t, "custodian@bank")
	if err := w.put(id); err != nil {
		t.Fatal(err)
	}
	w, err := openWallet(w.dir, keyFile) // after a restart
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.get("custodian@bank")
	if err != nil {
		t.Fatal(err)
	}
	if got.Caller() != (ledger.Caller{MSP: ledger.BankMSP, Role: "custodian", Party: owner, Name: "custodian@bank"}) || got.Organisation != "bank" || !got.key.Equal(id.key) {
		t.Errorf("got %+v", got)
	}
	for _, path := range []string{keyFile, w.path("custodian@bank")} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	data, err := os.ReadFile(w.path("custodian@bank"))
	if err != nil {
		t.Fatal(err)
	}
	scalar, err := id.key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range [][]byte{scalar, id.certificate, []byte(owner)} {
		if bytes.Contains(data, secret) {
			t.Errorf("the file shows %q", secret)
		}
	}
	if _, err := w.get("nobody@bank"); ledger.ErrorCode(err) != IdentityUnknown {
		t.Errorf("an unknown user: %v", err)
	}
}

func TestWalletRefusesWhatWasTamperedWith(t *testing.T) {
	w, _ := newWallet(t)
	for _, name := range []string{"a@bank", "b@bank"} {
		if err := w.put(someone(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	good, err := os.ReadFile(w.path("a@bank"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(w.path("b@bank"))
	if err != nil {
		t.Fatal(err)
	}
	variants := map[string][]byte{"empty": {}, "cut": good[:len(good)-1], "longer": append(bytes.Clone(good), 0), "only the format": good[:4],
		"another user's file": other}
	for i := 0; i < len(good); i += 7 {
		flipped := bytes.Clone(good)
		flipped[i] ^= 1
		variants["bit in byte "+string(rune('0'+i%10))+" "+time.Duration(i).String()] = flipped
	}
	for name, data := range variants {
		if err := os.WriteFile(w.path("a@bank"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := w.get("a@bank"); ledger.ErrorCode(err) != WalletTampered {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.WriteFile(w.path("a@bank"), good, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.get("a@bank"); err != nil {
		t.Errorf("untouched: %v", err)
	}
	stranger, _ := newWallet(t) // another key
	stranger.dir = w.dir
	if _, err := stranger.get("a@bank"); ledger.ErrorCode(err) != WalletTampered {
		t.Errorf("another key: %v", err)
	}
}

func TestWalletKeyFile(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		says    string
	}{
		"readable by others": {strings.Repeat("ab", 32), 0o644, "chmod 600"},
		"too short":          {strings.Repeat("ab", 31), 0o600, "64 hexadecimal digits"},
		"not hexadecimal":    {strings.Repeat("zz", 32), 0o600, "64 hexadecimal digits"},
	} {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		if err := os.WriteFile(path, []byte(c.content), c.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
		_, err := openWallet(filepath.Join(dir, "wallet"), path)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), c.content) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
}

func TestWalletNamesStayInside(t *testing.T) {
	w, _ := newWallet(t)
	for _, name := range []string{"../out@bank", "a/b@bank", "..", ".", "名@bank", "a\x00b"} {
		if dir := filepath.Dir(w.path(name)); dir != w.dir {
			t.Errorf("%q leads to %s", name, dir)
		}
	}
}

func TestIdentityBelongsToItsKey(t *testing.T) {
	key := newKey(t)
	cert := certify(t, "a@bank", &key.PublicKey, newKey(t), time.Hour)
	if _, err := newIdentity("bank", ledger.BankMSP, cert, newKey(t)); err == nil {
		t.Error("a certificate of another key was taken")
	}
	if _, err := newIdentity("bank", ledger.BankMSP, []byte("no PEM"), key); err == nil {
		t.Error("no certificate at all was taken")
	}
}

func TestIdentityIsRenewedInTime(t *testing.T) {
	key := newKey(t)
	id, err := newIdentity("bank", ledger.BankMSP, certify(t, "a@bank", &key.PublicKey, newKey(t), 3*time.Hour), key) // issued an hour ago
	if err != nil {
		t.Fatal(err)
	}
	for ahead, due := range map[time.Duration]bool{0: false, 119 * time.Minute: false, 121 * time.Minute: true, 4 * time.Hour: true} {
		if got := id.due(time.Now().Add(ahead)); got != due {
			t.Errorf("due in %s: %v", ahead, got)
		}
	}
}
