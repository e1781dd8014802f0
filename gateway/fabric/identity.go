package fabric

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/attrmgr"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
)

// Identity is a user who can sign, as the user's certificate says. The private key stays inside: it signs proposals and
// leaves the process only into the sealed wallet.
type Identity struct {
	Name         string    // common name of the certificate, such as custodian@bank
	Organisation string    // short name, such as bank
	MSP          string    // such as BankMSP
	Role         string    // certificate attribute role
	Party        string    // certificate attribute party: whom the user acts for
	Expires      time.Time // end of the certificate

	issued      time.Time
	certificate []byte // PEM
	key         *ecdsa.PrivateKey
}

// Caller is how the chaincode sees the user.
func (i *Identity) Caller() ledger.Caller {
	return ledger.Caller{MSP: i.MSP, Role: i.Role, Party: i.Party, Name: i.Name}
}

// EntryID is the identifier that an entry of the user with this key has, or will have, on the ledger.
func (i *Identity) EntryID(key string) string { return ledger.EntryID(i.MSP, i.Name, key) }

// newIdentity reads what the certificate says of the user and checks that the key belongs to it.
func newIdentity(organisation, msp string, certificate []byte, key *ecdsa.PrivateKey) (*Identity, error) {
	block, _ := pem.Decode(certificate)
	if block == nil {
		return nil, errors.New("the certificate is not PEM")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the certificate: %w", err)
	}
	if !key.PublicKey.Equal(cert.PublicKey) {
		return nil, errors.New("the certificate belongs to another key")
	}
	id := &Identity{Name: cert.Subject.CommonName, Organisation: organisation, MSP: msp, Expires: cert.NotAfter,
		issued: cert.NotBefore, certificate: certificate, key: key}
	attributes, err := attrmgr.New().GetAttributesFromCert(cert)
	if err != nil {
		return nil, fmt.Errorf("read the attributes in the certificate of %s: %w", id.Name, err)
	}
	if id.Role, _, err = attributes.Value("role"); err != nil {
		return nil, fmt.Errorf("read role in the certificate of %s: %w", id.Name, err)
	}
	if id.Party, _, err = attributes.Value("party"); err != nil {
		return nil, fmt.Errorf("read party in the certificate of %s: %w", id.Name, err)
	}
	return id, nil
}

// signer makes what the Fabric client signs with.
func (i *Identity) signer() (*identity.X509Identity, identity.Sign, error) {
	if i.key == nil {
		return nil, nil, fmt.Errorf("%s has no key here: enrol first", i.Name)
	}
	cert, err := identity.CertificateFromPEM(i.certificate)
	if err != nil {
		return nil, nil, fmt.Errorf("read the certificate of %s: %w", i.Name, err)
	}
	id, err := identity.NewX509Identity(i.MSP, cert)
	if err != nil {
		return nil, nil, fmt.Errorf("make the identity of %s: %w", i.Name, err)
	}
	sign, err := identity.NewPrivateKeySign(i.key)
	if err != nil {
		return nil, nil, fmt.Errorf("use the key of %s: %w", i.Name, err)
	}
	return id, sign, nil
}

// due reports whether the certificate is in the last quarter of its life and should be renewed.
func (i *Identity) due(now time.Time) bool {
	return i.Expires.Sub(now) < i.Expires.Sub(i.issued)/4
}

// sealedIdentity is an identity as the wallet keeps it.
type sealedIdentity struct {
	Organisation string `json:"organisation"`
	MSP          string `json:"msp"`
	Certificate  string `json:"certificate"` // PEM
	Key          []byte `json:"key"`         // PKCS #8, DER
}

func (i *Identity) marshal() ([]byte, error) {
	key, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		return nil, fmt.Errorf("encode the key of %s: %w", i.Name, err)
	}
	return json.Marshal(sealedIdentity{Organisation: i.Organisation, MSP: i.MSP, Certificate: string(i.certificate), Key: key})
}

func unmarshalIdentity(data []byte) (*Identity, error) {
	var s sealedIdentity
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("decode the identity: %w", err)
	}
	key, err := x509.ParsePKCS8PrivateKey(s.Key)
	if err != nil {
		return nil, fmt.Errorf("decode the key: %w", err)
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key is a %T, not ECDSA", key)
	}
	return newIdentity(s.Organisation, s.MSP, []byte(s.Certificate), ec)
}
