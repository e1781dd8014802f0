package proof

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// identity is somebody with a certificate, as one configuration sees them.
type identity struct {
	of   *membership
	cert *x509.Certificate
	path []byte // digest of the certification path
	flaw error  // why it is no valid member; nil: it is one
}

// newIdentity judges a certificate against a membership.
func newIdentity(m *membership, pemText []byte) (*identity, error) {
	cert, err := certificate(pemText)
	if err != nil {
		return nil, err
	}
	id := &identity{of: m, cert: cert}
	id.flaw = id.judge()
	return id, nil
}

func (id *identity) judge() error {
	switch id.cert.PublicKeyAlgorithm {
	case x509.ECDSA:
	case x509.Ed25519:
		if !id.of.ed25519 {
			return errors.New("Ed25519 keys need the channel capability V3_0")
		}
	default:
		return fmt.Errorf("keys of kind %s are not members'", id.cert.PublicKeyAlgorithm)
	}
	if id.cert.IsCA {
		return errors.New("an authority is no member")
	}
	path, err := id.of.path(id.cert)
	if err != nil {
		return err
	}
	if len(path) < 2 || id.of.inner[string(path[1].Raw)] {
		return errors.New("its issuer certifies authorities, not members")
	}
	id.path = digestOf(path[1:])
	if err := id.of.checkRevoked(id.cert, path[1]); err != nil {
		return err
	}
	return id.judgeUnits()
}

// judgeUnits checks the organisational units: one of those that the organisation demands, and exactly one role.
func (id *identity) judgeUnits() error {
	mine := id.cert.Subject.OrganizationalUnit
	if len(id.of.units) > 0 && !slices.ContainsFunc(mine, func(name string) bool {
		return slices.ContainsFunc(id.of.units[name], func(path []byte) bool { return bytes.Equal(path, id.path) })
	}) {
		return errors.New("it is in none of the units that the organisation recognises")
	}
	if !id.of.tellsRoles {
		return nil
	}
	count := 0
	for _, name := range mine {
		for _, u := range id.of.roles {
			if u.name != name {
				continue
			}
			if u.path != nil && !bytes.Equal(u.path, id.path) {
				return fmt.Errorf("unit %s comes by another certification path", name)
			}
			count++
			break
		}
	}
	if count != 1 {
		return fmt.Errorf("it has %d roles, and a member has one", count)
	}
	return nil
}

func (id *identity) has(role msp.MSPRole_MSPRoleType) bool {
	u, known := id.of.roles[role]
	return id.of.tellsRoles && known && slices.Contains(id.cert.Subject.OrganizationalUnit, u.name)
}

// satisfies reports whether the identity is whom a policy's principal describes.
func (id *identity) satisfies(p *msp.MSPPrincipal) bool {
	switch p.GetPrincipalClassification() {
	case msp.MSPPrincipal_ROLE:
		var r msp.MSPRole
		if proto.Unmarshal(p.GetPrincipal(), &r) != nil || r.GetMspIdentifier() != id.of.id {
			return false
		}
		switch r.GetRole() {
		case msp.MSPRole_MEMBER:
			return id.flaw == nil
		case msp.MSPRole_ADMIN:
			return id.of.admins[fingerprint(id.cert)] || id.flaw == nil && id.has(msp.MSPRole_ADMIN)
		}
		return id.flaw == nil && id.has(r.GetRole())
	case msp.MSPPrincipal_IDENTITY:
		var s msp.SerializedIdentity
		if proto.Unmarshal(p.GetPrincipal(), &s) != nil || s.GetMspid() != id.of.id {
			return false
		}
		cert, err := certificate(s.GetIdBytes())
		return err == nil && id.flaw == nil && fingerprint(cert) == fingerprint(id.cert)
	case msp.MSPPrincipal_ORGANIZATION_UNIT:
		var u msp.OrganizationUnit
		return proto.Unmarshal(p.GetPrincipal(), &u) == nil && u.GetMspIdentifier() == id.of.id && id.flaw == nil &&
			slices.Contains(id.cert.Subject.OrganizationalUnit, u.GetOrganizationalUnitIdentifier()) &&
			bytes.Equal(u.GetCertifiersIdentifier(), id.path)
	}
	return false // combined and anonymous principals: nobody is believed to be one
}

// verify checks a signature over a message.
func (id *identity) verify(message, signature []byte) error {
	switch key := id.cert.PublicKey.(type) {
	case *ecdsa.PublicKey:
		var s struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(signature, &s); err != nil {
			return fmt.Errorf("the signature cannot be read: %w", err)
		}
		// Of the two forms of an ECDSA signature Fabric takes the one with the low S only.
		if s.R.Sign() <= 0 || s.S.Sign() <= 0 || s.S.Cmp(new(big.Int).Rsh(key.Params().N, 1)) > 0 {
			return errors.New("the signature is not in its low form")
		}
		sum := sha256.Sum256(message)
		if !ecdsa.Verify(key, sum[:], s.R, s.S) {
			return errors.New("the signature does not fit")
		}
		return nil
	case ed25519.PublicKey:
		if !ed25519.Verify(key, message, signature) {
			return errors.New("the signature does not fit")
		}
		return nil
	}
	return errors.New("the key is of no kind that members have")
}
