package proof

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// membership says who belongs to an organisation, as the channel's configuration states it: Fabric's membership service
// provider for X.509 certificates, in the meaning of its versions 1.4.3 and 3.0.
type membership struct {
	id                         string
	roots, intermediates       []*x509.Certificate
	rootPool, intermediatePool *x509.CertPool
	inner                      map[string]bool // raw certificates of authorities that certify authorities: they certify no members
	revoked                    []*x509.RevocationList
	units                      map[string][][]byte // organisational units that a member must have one of; empty: none needed
	roles                      map[msp.MSPRole_MSPRoleType]unit
	tellsRoles                 bool // node OUs are enforced
	admins                     map[[32]byte]bool
	ed25519                    bool // members may have Ed25519 keys: capability V3_0
}

// unit is an organisational unit and, unless empty, the digest of the certification path that it must come by.
type unit struct {
	name string
	path []byte
}

// newMembership reads an organisation's configuration.
func newMembership(raw []byte, ed25519 bool) (*membership, error) {
	var outer msp.MSPConfig
	if err := proto.Unmarshal(raw, &outer); err != nil {
		return nil, fmt.Errorf("its membership cannot be read: %w", err)
	}
	if outer.GetType() != 0 {
		return nil, fmt.Errorf("its membership is of type %d, not of X.509 certificates", outer.GetType())
	}
	var c msp.FabricMSPConfig
	if err := proto.Unmarshal(outer.GetConfig(), &c); err != nil {
		return nil, fmt.Errorf("its membership cannot be read: %w", err)
	}
	m := &membership{id: c.GetName(), rootPool: x509.NewCertPool(), intermediatePool: x509.NewCertPool(), inner: map[string]bool{},
		units: map[string][][]byte{}, roles: map[msp.MSPRole_MSPRoleType]unit{}, admins: map[[32]byte]bool{}, ed25519: ed25519}
	if f := c.GetCryptoConfig().GetSignatureHashFamily(); f != "" && f != "SHA2" {
		return nil, fmt.Errorf("%s signs digests of family %s; only SHA2 is understood", m.id, f)
	}
	if f := c.GetCryptoConfig().GetIdentityIdentifierHashFunction(); f != "" && f != "SHA256" {
		return nil, fmt.Errorf("%s identifies members by %s; only SHA256 is understood", m.id, f)
	}
	if err := m.readAuthorities(&c); err != nil {
		return nil, fmt.Errorf("%s: %w", m.id, err)
	}
	if err := m.readUnits(&c); err != nil {
		return nil, fmt.Errorf("%s: %w", m.id, err)
	}
	for _, a := range c.GetAdmins() {
		cert, err := certificate(a)
		if err != nil {
			return nil, fmt.Errorf("%s: an administrator's certificate: %w", m.id, err)
		}
		m.admins[fingerprint(cert)] = true
	}
	return m, nil
}

func (m *membership) readAuthorities(c *msp.FabricMSPConfig) error {
	if len(c.GetRootCerts()) == 0 {
		return errors.New("it has no root certificate")
	}
	for _, list := range []struct {
		raw  [][]byte
		into *[]*x509.Certificate
		pool *x509.CertPool
	}{{c.GetRootCerts(), &m.roots, m.rootPool}, {c.GetIntermediateCerts(), &m.intermediates, m.intermediatePool}} {
		for _, raw := range list.raw {
			cert, err := certificate(raw)
			if err != nil {
				return fmt.Errorf("a certificate of an authority: %w", err)
			}
			if !cert.IsCA || len(cert.SubjectKeyId) == 0 {
				return fmt.Errorf("%s is no authority with a key identifier", cert.Subject)
			}
			*list.into = append(*list.into, cert)
			list.pool.AddCert(cert)
		}
	}
	for _, raw := range c.GetRevocationList() {
		if block, _ := pem.Decode(raw); block != nil {
			raw = block.Bytes
		}
		crl, err := x509.ParseRevocationList(raw)
		if err != nil {
			return fmt.Errorf("a revocation list cannot be read: %w", err)
		}
		m.revoked = append(m.revoked, crl)
	}
	for _, cert := range m.intermediates {
		path, err := m.path(cert)
		if err != nil {
			return fmt.Errorf("the authority %s: %w", cert.Subject, err)
		}
		for _, above := range path[1:] {
			m.inner[string(above.Raw)] = true
		}
	}
	for _, cert := range append(m.roots[:len(m.roots):len(m.roots)], m.intermediates...) {
		path, err := m.path(cert)
		if err == nil && len(path) > 1 {
			err = m.checkRevoked(cert, path[1])
		}
		if err != nil {
			return fmt.Errorf("the authority %s: %w", cert.Subject, err)
		}
	}
	return nil
}

func (m *membership) readUnits(c *msp.FabricMSPConfig) error {
	for _, u := range c.GetOrganizationalUnitIdentifiers() {
		path, err := m.pathOf(u)
		if err != nil {
			return err
		}
		m.units[u.GetOrganizationalUnitIdentifier()] = append(m.units[u.GetOrganizationalUnitIdentifier()], path)
	}
	n := c.GetFabricNodeOus()
	for role, u := range map[msp.MSPRole_MSPRoleType]*msp.FabricOUIdentifier{msp.MSPRole_CLIENT: n.GetClientOuIdentifier(),
		msp.MSPRole_PEER: n.GetPeerOuIdentifier(), msp.MSPRole_ADMIN: n.GetAdminOuIdentifier(), msp.MSPRole_ORDERER: n.GetOrdererOuIdentifier()} {
		if u == nil {
			continue
		}
		path, err := m.pathOf(u)
		if err != nil {
			return err
		}
		m.roles[role] = unit{u.GetOrganizationalUnitIdentifier(), path}
	}
	m.tellsRoles = n.GetEnable() && len(m.roles) > 0
	return nil
}

// pathOf answers the digest of the certification path that a unit names, nil when it names none.
func (m *membership) pathOf(u *msp.FabricOUIdentifier) ([]byte, error) {
	if len(u.GetCertificate()) == 0 {
		return nil, nil
	}
	cert, err := certificate(u.GetCertificate())
	if err != nil {
		return nil, fmt.Errorf("the authority of unit %s: %w", u.GetOrganizationalUnitIdentifier(), err)
	}
	for _, known := range append(m.roots[:len(m.roots):len(m.roots)], m.intermediates...) {
		if known.Equal(cert) {
			path, err := m.path(known)
			return digestOf(path), err
		}
	}
	return nil, fmt.Errorf("unit %s names an authority that the organisation does not have", u.GetOrganizationalUnitIdentifier())
}

// path answers the one certification path from a certificate to a root. Like Fabric it asks whether the certificate was
// valid at the beginning of its own life: blocks carry no time, and what was signed stays signed.
func (m *membership) path(cert *x509.Certificate) ([]*x509.Certificate, error) {
	paths, err := cert.Verify(x509.VerifyOptions{Roots: m.rootPool, Intermediates: m.intermediatePool,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, CurrentTime: cert.NotBefore.Add(time.Second)})
	if err != nil {
		return nil, err
	}
	if len(paths) != 1 {
		return nil, fmt.Errorf("%d certification paths lead to it, and one is needed", len(paths))
	}
	return paths[0], nil
}

// checkRevoked refuses a certificate that its issuer has revoked. Revocation counts from the moment the channel's
// configuration holds the list, whatever date the list gives.
func (m *membership) checkRevoked(cert, issuer *x509.Certificate) error {
	for _, crl := range m.revoked {
		if !bytes.Equal(crl.AuthorityKeyId, issuer.SubjectKeyId) {
			continue
		}
		for _, r := range crl.RevokedCertificateEntries {
			if r.SerialNumber.Cmp(cert.SerialNumber) == 0 &&
				issuer.CheckSignature(crl.SignatureAlgorithm, crl.RawTBSRevocationList, crl.Signature) == nil {
				return fmt.Errorf("certificate %x is revoked", cert.SerialNumber)
			}
		}
	}
	return nil
}

// certificate reads the first certificate of PEM text.
func certificate(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("it is no PEM text")
	}
	return x509.ParseCertificate(block.Bytes)
}

// fingerprint identifies a certificate by what is certified, not by the signature: an ECDSA signature has two forms.
func fingerprint(cert *x509.Certificate) [32]byte { return sha256.Sum256(cert.RawTBSCertificate) }

// digestOf is the digest of a certification path.
func digestOf(path []*x509.Certificate) []byte {
	h := sha256.New()
	for _, c := range path {
		h.Write(c.Raw)
	}
	return h.Sum(nil)
}
