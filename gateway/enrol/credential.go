package enrol

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
)

// Credential is a certificate with its private key.
type Credential struct {
	Certificate []byte // PEM
	Key         *ecdsa.PrivateKey
}

// authorise proves to the authority that the holder of the certificate made the request: with a signature over method,
// path, body and certificate.
func (c Credential) authorise(r *http.Request, body []byte) error {
	encode := base64.StdEncoding.EncodeToString
	certificate := encode(c.Certificate)
	digest := sha256.Sum256([]byte(strings.Join([]string{r.Method, encode([]byte(r.URL.Path)), encode(body), certificate}, ".")))
	sign, err := identity.NewPrivateKeySign(c.Key) // low-S, as the authority demands
	if err != nil {
		return fmt.Errorf("use the key of who asks: %w", err)
	}
	signature, err := sign(digest[:])
	if err != nil {
		return fmt.Errorf("sign the request: %w", err)
	}
	r.Header.Set("Authorization", certificate+"."+encode(signature))
	return nil
}

// newRequest makes a P-256 key and a certificate signing request (PEM) for it. P-256 because verification of larger curves
// costs nine times as much on every transaction.
func newRequest(name string, hosts []string) (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	template := &x509.CertificateRequest{Subject: pkix.Name{CommonName: name}, SignatureAlgorithm: x509.ECDSAWithSHA256}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		return nil, nil, err
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), nil
}
