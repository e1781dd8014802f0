package memledger

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// member is somebody with a certificate: a client or a peer of an organisation.
type member struct {
	creator []byte // serialised msp.SerializedIdentity
	sign    identity.Sign
}

// signature signs the SHA-256 of the message, with a low S as Fabric demands.
func (m *member) signature(message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	return m.sign(digest[:])
}

// authority is the certificate authority of one organisation.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// registry enrols callers on first sight: tests name a ledger.Caller and nothing else.
type registry struct {
	authorities map[string]*authority // by MSP
	clients     map[ledger.Caller]*member
	peers       map[string]*member // by MSP
	serial      int64
}

func newRegistry() *registry {
	return &registry{authorities: map[string]*authority{}, clients: map[ledger.Caller]*member{}, peers: map[string]*member{}}
}

// attributes is the certificate extension in which a Fabric CA writes attributes.
var attributes = asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1}

// client answers the member that acts as the caller. Empty attributes are left out, as an enrolment without them does.
func (r *registry) client(c ledger.Caller) *member {
	if m, ok := r.clients[c]; ok {
		return m
	}
	attrs := map[string]string{"hf.EnrollmentID": c.Name, "hf.Type": "client"}
	if c.Role != "" {
		attrs["role"] = c.Role
	}
	if c.Party != "" {
		attrs["party"] = c.Party
	}
	m := must(r.enrol(c.MSP, c.Name, "client", attrs))
	r.clients[c] = m
	return m
}

func (r *registry) peer(mspID string) *member {
	if m, ok := r.peers[mspID]; ok {
		return m
	}
	m := must(r.enrol(mspID, "peer0", "peer", nil))
	r.peers[mspID] = m
	return m
}

func (r *registry) enrol(mspID, name, unit string, attrs map[string]string) (*member, error) {
	ca, err := r.authority(mspID)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	template := r.template(pkix.Name{CommonName: name, OrganizationalUnit: []string{unit}})
	template.KeyUsage = x509.KeyUsageDigitalSignature
	if attrs != nil {
		value, err := json.Marshal(map[string]any{"attrs": attrs})
		if err != nil {
			return nil, fmt.Errorf("encode attributes: %w", err)
		}
		template.ExtraExtensions = []pkix.Extension{{Id: attributes, Value: value}}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, &key.PublicKey, ca.key)
	if err != nil {
		return nil, fmt.Errorf("issue certificate of %s: %w", name, err)
	}
	creator, err := proto.Marshal(&msp.SerializedIdentity{Mspid: mspID,
		IdBytes: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})})
	if err != nil {
		return nil, fmt.Errorf("encode identity: %w", err)
	}
	sign, err := identity.NewPrivateKeySign(key)
	if err != nil {
		return nil, fmt.Errorf("make signer: %w", err)
	}
	return &member{creator: creator, sign: sign}, nil
}

func (r *registry) authority(mspID string) (*authority, error) {
	if a, ok := r.authorities[mspID]; ok {
		return a, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	template := r.template(pkix.Name{CommonName: "ca." + mspID})
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("issue certificate of %s: %w", mspID, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read certificate of %s: %w", mspID, err)
	}
	a := &authority{cert: cert, key: key}
	r.authorities[mspID] = a
	return a, nil
}

func (r *registry) template(subject pkix.Name) *x509.Certificate {
	r.serial++
	return &x509.Certificate{SerialNumber: big.NewInt(r.serial), Subject: subject,
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// must panics on errors that only a fault of this package can cause: all inputs are its own.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
