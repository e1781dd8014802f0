package identity

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
)

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
	if !bytes.Equal(read.Certificate, own.Certificate) || !bytes.Equal(read.Key, own.Key) {
		t.Error("the credential came back changed")
	}
}

func TestSaveKeepsTheKeyPrivate(t *testing.T) {
	own := selfSigned(t, "x")
	dir := t.TempDir()
	certificate, key := filepath.Join(dir, "a", "cert.pem"), filepath.Join(dir, "a", "key.pem")
	if err := own.Save(certificate, key); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(key)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key has mode %v, want 0600", info.Mode().Perm())
	}
	if _, err := Load(certificate, key); err != nil {
		t.Error(err)
	}
}

// TestSignerSignsBothWays checks that Sign (of a message) and SignDigest (of
// its hash) make signatures that the certificate's key verifies.
func TestSignerSignsBothWays(t *testing.T) {
	own := selfSigned(t, "x")
	signer, err := own.Signer("BankMSP")
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
	for name, sign := range map[string]func() ([]byte, error){
		"message": func() ([]byte, error) { return signer.Sign(message) },
		"digest":  func() ([]byte, error) { return signer.SignDigest(digest(message)) },
	} {
		signature, err := sign()
		if err != nil {
			t.Fatal(err)
		}
		if !ecdsa.VerifyASN1(certificate.PublicKey.(*ecdsa.PublicKey), digest(message), signature) {
			t.Errorf("%s: the signature does not verify", name)
		}
	}
}
