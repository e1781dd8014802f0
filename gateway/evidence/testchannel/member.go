package testchannel

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// Member is somebody with a certificate of an organisation.
type Member struct {
	MSP     string
	Creator []byte // serialised identity
	Cert    *x509.Certificate
	sign    identity.Sign
}

// Sign signs the SHA-256 of a message, with a low S.
func (m *Member) Sign(message []byte) []byte {
	sum := sha256.Sum256(message)
	return must(m.sign(sum[:]))
}

// Organisation is a member of the channel with its certificate authority.
type Organisation struct {
	MSP    string
	Root   *x509.Certificate
	key    *ecdsa.PrivateKey
	serial int64
}

// NewOrganisation makes an organisation with a root certificate of its own.
func NewOrganisation(mspID string) *Organisation {
	o := &Organisation{MSP: mspID, key: must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))}
	t := o.template(pkix.Name{CommonName: "ca." + mspID})
	t.IsCA, t.BasicConstraintsValid, t.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	o.Root = must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, t, t, &o.key.PublicKey, o.key))))
	return o
}

func (o *Organisation) template(subject pkix.Name) *x509.Certificate {
	o.serial++
	return &x509.Certificate{SerialNumber: big.NewInt(o.serial), Subject: subject,
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// Enrol issues a certificate. The unit says what the member is: client, peer, admin or orderer.
func (o *Organisation) Enrol(name, unit string, extensions ...pkix.Extension) *Member {
	return o.EnrolUntil(time.Time{}, name, unit, extensions...)
}

// EnrolUntil issues a certificate that runs out; the zero time is as late as its authority's.
func (o *Organisation) EnrolUntil(until time.Time, name, unit string, extensions ...pkix.Extension) *Member {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	t := o.template(pkix.Name{CommonName: name, OrganizationalUnit: []string{unit}})
	if !until.IsZero() {
		t.NotAfter = until
	}
	t.KeyUsage, t.ExtraExtensions = x509.KeyUsageDigitalSignature, extensions
	der := must(x509.CreateCertificate(rand.Reader, t, o.Root, &key.PublicKey, o.key))
	return &Member{MSP: o.MSP, Cert: must(x509.ParseCertificate(der)), sign: must(identity.NewPrivateKeySign(key)),
		Creator: marshal(&msp.SerializedIdentity{Mspid: o.MSP, IdBytes: pemOf(der)})}
}

// Revoke makes a revocation list of the members' certificates.
func (o *Organisation) Revoke(members ...*Member) []byte {
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NextUpdate: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, m := range members {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: m.Cert.SerialNumber,
			RevocationTime: list.ThisUpdate})
	}
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: must(x509.CreateRevocationList(rand.Reader, list, o.Root, o.key))})
}

func pemOf(der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}) }

func marshal(m proto.Message) []byte {
	return must(proto.MarshalOptions{Deterministic: true}.Marshal(m))
}

// must panics on what only a fault of this package can cause.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// read decodes what this package or memledger encoded.
func read[T proto.Message](raw []byte, m T) T {
	if err := proto.Unmarshal(raw, m); err != nil {
		panic(err)
	}
	return m
}
