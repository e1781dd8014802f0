package proof

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// ca is an authority, or a member, of a test's organisation.
type ca struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

var serial int64

func issue(t *testing.T, by *ca, name string, authority bool, public any, units ...string) *ca {
	t.Helper()
	serial++
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if public == nil {
		public = &key.PublicKey
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, OrganizationalUnit: units},
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC), // long over
		IsCA: authority, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature}
	if authority {
		template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &ca{cert, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

func encoded(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMembers(t *testing.T) {
	root, other := issue(t, nil, "root", true, nil), issue(t, nil, "root", true, nil)
	middle := issue(t, root, "middle", true, nil)
	low := issue(t, middle, "low", true, nil)
	unit := func(name string, by *ca) *msp.FabricOUIdentifier {
		u := &msp.FabricOUIdentifier{OrganizationalUnitIdentifier: name}
		if by != nil {
			u.Certificate = by.pem
		}
		return u
	}
	config := func(change func(*msp.FabricMSPConfig)) []byte {
		c := &msp.FabricMSPConfig{Name: "OrgMSP", RootCerts: [][]byte{root.pem}, IntermediateCerts: [][]byte{middle.pem, low.pem},
			FabricNodeOus: &msp.FabricNodeOUs{Enable: true, ClientOuIdentifier: unit("client", nil), PeerOuIdentifier: unit("peer", low),
				AdminOuIdentifier: unit("admin", nil)}}
		if change != nil {
			change(c)
		}
		return encoded(t, &msp.MSPConfig{Config: encoded(t, c)})
	}
	revoked := issue(t, low, "revoked", false, nil, "client")
	crl, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Unix(0, 0), NextUpdate: time.Unix(1, 0),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: revoked.cert.SerialNumber, RevocationTime: time.Unix(0, 0)}}}, low.cert, low.key)
	if err != nil {
		t.Fatal(err)
	}
	edPublic, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	m, err := newMembership(config(func(c *msp.FabricMSPConfig) { c.RevocationList = [][]byte{crl} }), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		who  *ca
		flaw string
	}{
		{"a client whose certificate is long over", issue(t, low, "c", false, nil, "client"), ""},
		{"a peer by the path that peers come by", issue(t, low, "p", false, nil, "peer"), ""},
		{"an Ed25519 key", issue(t, low, "e", false, edPublic, "client"), ""},
		{"an RSA key", issue(t, low, "r", false, &rsaKey.PublicKey, "client"), "keys of kind RSA"},
		{"an authority", issue(t, low, "a", true, nil, "client"), "an authority is no member"},
		{"from an authority that certifies authorities", issue(t, middle, "m", false, nil, "client"), "certifies authorities"},
		{"from the root", issue(t, root, "r", false, nil, "client"), "certifies authorities"},
		{"from another root of the same name", issue(t, other, "o", false, nil, "client"), "x509"},
		{"signed by itself", issue(t, nil, "s", false, nil, "client"), "x509"},
		{"no role", issue(t, low, "n", false, nil), "0 roles"},
		{"two roles", issue(t, low, "t", false, nil, "client", "admin"), "2 roles"},
		{"revoked", revoked, "revoked"},
	} {
		id, err := newIdentity(m, c.who.pem)
		if err != nil {
			t.Fatal(err)
		}
		if (id.flaw == nil) != (c.flaw == "") || id.flaw != nil && !strings.Contains(id.flaw.Error(), c.flaw) {
			t.Errorf("%s: %v, want %q", c.name, id.flaw, c.flaw)
		}
	}
	ed, err := newIdentity(m, issue(t, low, "e", false, edPublic, "client").pem)
	if err != nil || ed.verify([]byte("m"), ed25519.Sign(edKey, []byte("m"))) != nil || ed.verify([]byte("n"), ed25519.Sign(edKey, []byte("m"))) == nil {
		t.Errorf("Ed25519 signatures are judged wrongly, %v", err)
	}
	if before, err := newMembership(config(nil), false); err != nil {
		t.Error(err)
	} else if id, _ := newIdentity(before, issue(t, low, "e", false, edPublic, "client").pem); id.flaw == nil {
		t.Error("an Ed25519 key before capability V3_0")
	}
	units, err := newMembership(config(func(c *msp.FabricMSPConfig) {
		c.FabricNodeOus = nil
		c.OrganizationalUnitIdentifiers = []*msp.FabricOUIdentifier{unit("desk", low)}
	}), false)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"desk": true, "other": false} {
		if id, _ := newIdentity(units, issue(t, low, "u", false, nil, name).pem); (id.flaw == nil) != want {
			t.Errorf("unit %s: %v", name, id.flaw)
		}
	}
	for name, change := range map[string]func(*msp.FabricMSPConfig){
		"no root":                   func(c *msp.FabricMSPConfig) { c.RootCerts = nil },
		"a root that is a member":   func(c *msp.FabricMSPConfig) { c.RootCerts = [][]byte{revoked.pem} },
		"a root that is text":       func(c *msp.FabricMSPConfig) { c.RootCerts = [][]byte{[]byte("root")} },
		"an intermediate of nobody": func(c *msp.FabricMSPConfig) { c.IntermediateCerts = [][]byte{issue(t, other, "x", true, nil).pem} },
		"a list that is text":       func(c *msp.FabricMSPConfig) { c.RevocationList = [][]byte{[]byte("list")} },
		"an administrator of text":  func(c *msp.FabricMSPConfig) { c.Admins = [][]byte{[]byte("admin")} },
		"a unit of nobody":          func(c *msp.FabricMSPConfig) { c.FabricNodeOus.ClientOuIdentifier = unit("client", other) },
		"another hash":              func(c *msp.FabricMSPConfig) { c.CryptoConfig = &msp.FabricCryptoConfig{SignatureHashFamily: "SHA3"} },
	} {
		if _, err := newMembership(config(change), false); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := newMembership(encoded(t, &msp.MSPConfig{Type: 1}), false); err == nil {
		t.Error("an Idemix membership was taken")
	}
}

func TestPrincipals(t *testing.T) {
	root := issue(t, nil, "root", true, nil)
	boss := issue(t, root, "boss", false, nil, "client")
	m, err := newMembership(encoded(t, &msp.MSPConfig{Config: encoded(t, &msp.FabricMSPConfig{Name: "OrgMSP", RootCerts: [][]byte{root.pem}, Admins: [][]byte{boss.pem},
		FabricNodeOus: &msp.FabricNodeOUs{Enable: true, ClientOuIdentifier: &msp.FabricOUIdentifier{OrganizationalUnitIdentifier: "client"},
			PeerOuIdentifier: &msp.FabricOUIdentifier{OrganizationalUnitIdentifier: "peer"}}})}), false)
	if err != nil {
		t.Fatal(err)
	}
	is := func(c *ca) *identity {
		id, err := newIdentity(m, c.pem)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	client, peer, chief := is(issue(t, root, "c", false, nil, "client")), is(issue(t, root, "p", false, nil, "peer")), is(boss)
	role := func(of string, r msp.MSPRole_MSPRoleType) *msp.MSPPrincipal {
		return &msp.MSPPrincipal{Principal: encoded(t, &msp.MSPRole{MspIdentifier: of, Role: r})}
	}
	path := sha256.Sum256(root.cert.Raw)
	named := &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_IDENTITY, Principal: encoded(t, &msp.SerializedIdentity{Mspid: "OrgMSP", IdBytes: boss.pem})}
	unit := &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_ORGANIZATION_UNIT, Principal: encoded(t, &msp.OrganizationUnit{
		MspIdentifier: "OrgMSP", OrganizationalUnitIdentifier: "peer", CertifiersIdentifier: path[:]})}
	for _, c := range []struct {
		name  string
		p     *msp.MSPPrincipal
		whose []*identity
	}{
		{"member", role("OrgMSP", msp.MSPRole_MEMBER), []*identity{client, peer, chief}},
		{"client", role("OrgMSP", msp.MSPRole_CLIENT), []*identity{client, chief}},
		{"peer", role("OrgMSP", msp.MSPRole_PEER), []*identity{peer}},
		{"admin by name", role("OrgMSP", msp.MSPRole_ADMIN), []*identity{chief}},
		{"orderer", role("OrgMSP", msp.MSPRole_ORDERER), nil},
		{"member of another", role("OtherMSP", msp.MSPRole_MEMBER), nil},
		{"one certificate", named, []*identity{chief}},
		{"unit", unit, []*identity{peer}},
		{"anonymous", &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_ANONYMITY}, nil},
	} {
		for _, id := range []*identity{client, peer, chief} {
			want := false
			for _, w := range c.whose {
				want = want || w == id
			}
			if id.satisfies(c.p) != want {
				t.Errorf("%s is %s: want %t", id.cert.Subject.CommonName, c.name, want)
			}
		}
	}

	// A signer counts once: one peer is not two of (peer, peer), and a client that is needed is not spent on "any member".
	by := func(i int32) *common.SignaturePolicy {
		return &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: i}}
	}
	of := func(n int32, rules ...*common.SignaturePolicy) *common.SignaturePolicy {
		return &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: &common.SignaturePolicy_NOutOf{N: n, Rules: rules}}}
	}
	principals := []*msp.MSPPrincipal{role("OrgMSP", msp.MSPRole_PEER), role("OrgMSP", msp.MSPRole_MEMBER)}
	for _, c := range []struct {
		name string
		rule *common.SignaturePolicy
		by   []*identity
		want bool
	}{
		{"peer and peer by one", of(2, by(0), by(0)), []*identity{peer}, false},
		{"peer and member by one", of(2, by(0), by(1)), []*identity{peer}, false},
		{"peer and member by two", of(2, by(0), by(1)), []*identity{peer, client}, true},
		{"one of them by a client", of(1, by(0), by(1)), []*identity{client}, true},
		{"nested", of(1, of(2, by(0), by(0)), of(2, by(0), by(1))), []*identity{client, peer}, true},
		{"none", of(0), nil, true},
		{"nobody", by(0), nil, false},
		{"a principal that is not there", by(2), []*identity{peer}, false},
		{"a negative one", by(-1), []*identity{peer}, false},
		{"no rule", nil, []*identity{peer}, false},
	} {
		if got := signatureSatisfied(&common.SignaturePolicyEnvelope{Rule: c.rule, Identities: principals}, c.by); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
	if got := Spell(&common.SignaturePolicyEnvelope{Rule: of(1, by(0), of(2, by(1), by(7))), Identities: principals}); got != "OutOf(1, OrgMSP.peer, OutOf(2, OrgMSP.member, ?))" {
		t.Errorf("spelled %s", got)
	}
}
