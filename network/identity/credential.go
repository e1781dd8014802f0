// Package identity obtains certificates from a Fabric CA and lays them out as
// the folders that Fabric nodes read.
package identity

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"path/filepath"

	gateway "github.com/hyperledger/fabric-gateway/pkg/identity"
)

// Credential is a certificate with its private key, both PEM.
type Credential struct {
	Certificate []byte
	Key         []byte
}

// Signer is an identity of a member organisation that can sign: what the
// Fabric client and administration libraries ask for.
type Signer struct {
	*gateway.X509Identity
	sign gateway.Sign
}

// Sign signs a message: the digest is computed here, as the administration
// library expects.
func (s *Signer) Sign(message []byte) ([]byte, error) {
	return s.sign(digest(message))
}

// SignDigest signs a digest, as the gateway library expects.
func (s *Signer) SignDigest(digest []byte) ([]byte, error) { return s.sign(digest) }

// Signer binds the credential to the membership service provider mspID.
func (c Credential) Signer(mspID string) (*Signer, error) {
	certificate, err := gateway.CertificateFromPEM(c.Certificate)
	if err != nil {
		return nil, fmt.Errorf("read the certificate: %w", err)
	}
	id, err := gateway.NewX509Identity(mspID, certificate)
	if err != nil {
		return nil, fmt.Errorf("make the identity: %w", err)
	}
	key, err := c.privateKey()
	if err != nil {
		return nil, err
	}
	sign, err := gateway.NewPrivateKeySign(key)
	if err != nil {
		return nil, fmt.Errorf("use the private key: %w", err)
	}
	return &Signer{X509Identity: id, sign: sign}, nil
}

func (c Credential) privateKey() (crypto.PrivateKey, error) {
	key, err := gateway.PrivateKeyFromPEM(c.Key)
	if err != nil {
		return nil, fmt.Errorf("read the private key: %w", err)
	}
	return key, nil
}

// Save writes the credential as two files, the key readable by its owner only.
func (c Credential) Save(certificate, key string) error {
	for _, f := range []struct {
		path string
		text []byte
		mode os.FileMode
	}{{certificate, c.Certificate, 0o644}, {key, c.Key, 0o600}} {
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
func Load(certificate, key string) (Credential, error) {
	cert, err := os.ReadFile(certificate)
	if err != nil {
		return Credential{}, fmt.Errorf("read a certificate: %w", err)
	}
	private, err := os.ReadFile(key)
	if err != nil {
		return Credential{}, fmt.Errorf("read a private key: %w", err)
	}
	return Credential{Certificate: cert, Key: private}, nil
}

// newRequest makes a P-256 key and a certificate signing request for it.
// P-256 because verification of larger curves costs nine times as much on
// every transaction.
func newRequest(name string, hosts []string) (request, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	template := &x509.CertificateRequest{
		Subject:            pkix.Name{CommonName: name},
		SignatureAlgorithm: x509.ECDSAWithSHA256,
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, private)
	if err != nil {
		return nil, nil, fmt.Errorf("make a certificate request: %w", err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, fmt.Errorf("encode a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), nil
}
