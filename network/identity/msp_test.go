package identity

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fundtrace/gateway/enrol"
)

// selfSigned makes a credential with a certificate for its own key.
func selfSigned(t *testing.T, name string) enrol.Credential {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return enrol.Credential{Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), Key: key}
}

func TestMembershipFolder(t *testing.T) {
	own := selfSigned(t, "peer@bank")
	dir := filepath.Join(t.TempDir(), "msp")
	if err := WriteMSP(dir, []byte("root"), &own); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"config.yaml", "cacerts/ca.pem", "tlscacerts/ca.pem", "signcerts/cert.pem", "keystore/key.pem"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", name, info.Mode().Perm())
		}
	}
	read, err := ReadMSP(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read.Certificate, own.Certificate) || !read.Key.Equal(own.Key) {
		t.Error("the credential came back changed")
	}
}

func TestSaveKeepsTheKeyPrivate(t *testing.T) {
	own := selfSigned(t, "x")
	dir := t.TempDir()
	certificate, key := filepath.Join(dir, "a", "cert.pem"), filepath.Join(dir, "a", "key.pem")
	if err := Save(own, certificate, key); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(key)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key has mode %v, want 0600", info.Mode().Perm())
	}
	if read, err := Load(certificate, key); err != nil || !read.Key.Equal(own.Key) {
		t.Errorf("the credential came back changed: %v", err)
	}
}

// TestSignerSignsBothWays checks that Sign (of a message) and SignDigest (of
// its hash) make signatures that the certificate's key verifies.
func TestSignerSignsBothWays(t *testing.T) {
	own := selfSigned(t, "x")
	signer, err := NewSigner(own, "BankMSP")
	if err != nil {
		t.Fatal(err)
	}
	if signer.MspID() != "BankMSP" {
		t.Errorf("the identity is of %s", signer.MspID())
	}
	block, _ := pem.Decode(own.Certificate)
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("a message")
	digest := sha256.Sum256(message)
	for name, sign := range map[string]func() ([]byte, error){
		"message": func() ([]byte, error) { return signer.Sign(message) },
		"digest":  func() ([]byte, error) { return signer.SignDigest(digest[:]) },
	} {
		signature, err := sign()
		if err != nil {
			t.Fatal(err)
		}
		if !ecdsa.VerifyASN1(certificate.PublicKey.(*ecdsa.PublicKey), digest[:], signature) {
			t.Errorf("%s: the signature does not verify", name)
		}
	}
}
