// Package identity keeps credentials of a Fabric CA in files, laid out as the
// folders that Fabric nodes read, and signs with them.
package identity

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	"fundtrace/gateway/enrol"

	gateway "github.com/hyperledger/fabric-gateway/pkg/identity"
)

// Signer is an identity of a member organisation that can sign: what the
// Fabric client and administration libraries ask for.
type Signer struct {
	*gateway.X509Identity
	sign gateway.Sign
}

// Sign signs a message: the digest is computed here, as the administration
// library expects.
func (s *Signer) Sign(message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	return s.sign(digest[:])
}

// SignDigest signs a digest, as the gateway library expects.
func (s *Signer) SignDigest(digest []byte) ([]byte, error) { return s.sign(digest) }

// NewSigner binds the credential to the membership service provider mspID.
func NewSigner(c enrol.Credential, mspID string) (*Signer, error) {
	certificate, err := gateway.CertificateFromPEM(c.Certificate)
	if err != nil {
		return nil, fmt.Errorf("read the certificate: %w", err)
	}
	id, err := gateway.NewX509Identity(mspID, certificate)
	if err != nil {
		return nil, fmt.Errorf("make the identity: %w", err)
	}
	sign, err := gateway.NewPrivateKeySign(c.Key)
	if err != nil {
		return nil, fmt.Errorf("use the private key: %w", err)
	}
	return &Signer{X509Identity: id, sign: sign}, nil
}

// Save writes the credential as two files, the key readable by its owner only.
func Save(c enrol.Credential, certificate, key string) error {
	private, err := encodeKey(c.Key)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		path string
		text []byte
		mode os.FileMode
	}{{certificate, c.Certificate, 0o644}, {key, private, 0o600}} {
		if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
			return fmt.Errorf("make the folder of a credential: %w", err)
		}
		if err := os.WriteFile(f.path, f.text, f.mode); err != nil {
			return fmt.Errorf("save a credential: %w", err)
		}
	}
	return nil
}

// Load reads a credential that Save wrote.
func Load(certificate, key string) (enrol.Credential, error) {
	cert, err := os.ReadFile(certificate)
	if err != nil {
		return enrol.Credential{}, fmt.Errorf("read a certificate: %w", err)
	}
	text, err := os.ReadFile(key)
	if err != nil {
		return enrol.Credential{}, fmt.Errorf("read a private key: %w", err)
	}
	private, err := gateway.PrivateKeyFromPEM(text)
	if err != nil {
		return enrol.Credential{}, fmt.Errorf("read the private key %s: %w", key, err)
	}
	ec, ok := private.(*ecdsa.PrivateKey)
	if !ok {
		return enrol.Credential{}, fmt.Errorf("the private key %s is a %T, not ECDSA", key, private)
	}
	return enrol.Credential{Certificate: cert, Key: ec}, nil
}

// encodeKey is the key as Fabric nodes read it: PKCS #8 in PEM.
func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode a private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}
