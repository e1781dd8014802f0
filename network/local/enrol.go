package local

import (
	"context"
	"errors"
	"fmt"
	"os"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/enrol"
	"fundtrace/network/identity"

	"golang.org/x/sync/errgroup"
)

// hosts are the names that TLS certificates of the network are valid for.
var hosts = []string{"127.0.0.1", "localhost"}

// Names of the identities every organisation has besides its nodes.
const (
	adminName   = "admin"
	serviceName = "service" // the gateway itself: reads blocks and anchors its log
)

// enrolment is one identity that the network itself needs.
type enrolment struct {
	organisation string
	id           string // enrolment id, as in "peer.bank@bank"
	kind         string // client, admin, peer or orderer
	attributes   []enrol.Attribute
	// save is told the identity's certificate and, when tls is set, its TLS
	// certificate.
	save func(own enrol.Credential, tls *enrol.Credential) error
	tls  bool
	// present reports that an earlier start did all this.
	present string // a file that exists then
}

// enrolAll obtains every certificate of the network that is not there yet.
// Organisations are served side by side: hashing passwords is most of the work.
func (n *Network) enrolAll(ctx context.Context) error {
	root, err := os.ReadFile(n.paths.join("ca", "ca-cert.pem"))
	if err != nil {
		return fmt.Errorf("read the root certificate of the CA server: %w", err)
	}
	if err := os.WriteFile(n.paths.caRoot(), root, 0o644); err != nil {
		return fmt.Errorf("keep the root certificate of the CA server: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, o := range append([]Organisation{orderingOrganisation}, n.topology.Organisations...) {
		group.Go(func() error { return n.enrolOrganisation(ctx, o) })
	}
	return group.Wait()
}

func (n *Network) enrolOrganisation(ctx context.Context, o Organisation) error {
	ca, err := n.CA(o.Name)
	if err != nil {
		return err
	}
	if !exists(n.paths.msp(o.Name)) {
		root, err := ca.Root(ctx)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(n.paths.join("orgs", o.Name), 0o755); err != nil {
			return fmt.Errorf("make the folder of %s: %w", o.Name, err)
		}
		if err := identity.WriteMSP(n.paths.msp(o.Name), root, nil); err != nil {
			return err
		}
	}
	boss, err := n.registrar(ctx, ca, o.Name)
	if err != nil {
		return err
	}
	for _, e := range n.enrolments(o) {
		if exists(e.present) {
			continue
		}
		if err := n.enrol(ctx, ca, boss, e); err != nil {
			return err
		}
	}
	return nil
}

// registrar returns the credential that may register identities.
func (n *Network) registrar(ctx context.Context, ca *enrol.Authority, organisation string) (enrol.Credential, error) {
	certificate, key := n.paths.client(organisation, registrar)
	if exists(key) {
		return identity.Load(certificate, key)
	}
	secret, err := n.secrets.of(registrar + "@" + organisation)
	if err != nil {
		return enrol.Credential{}, err
	}
	own, err := ca.Enrol(ctx, enrol.Wanted{ID: registrar}, secret)
	if err != nil {
		return enrol.Credential{}, err
	}
	return own, identity.Save(own, certificate, key)
}

// enrol registers one identity, obtains its certificates and saves them.
func (n *Network) enrol(ctx context.Context, ca *enrol.Authority, boss enrol.Credential, e enrolment) error {
	secret, err := n.secrets.of(e.id)
	if err != nil {
		return err
	}
	err = ca.Register(ctx, boss, enrol.Registration{ID: e.id, Secret: secret, Type: e.kind, Attributes: e.attributes})
	if err != nil && !errors.Is(err, enrol.ErrRegistered) {
		return err
	}
	own, err := ca.Enrol(ctx, enrol.Wanted{ID: e.id}, secret)
	if err != nil {
		return err
	}
	if !e.tls {
		return e.save(own, nil)
	}
	tls, err := ca.Enrol(ctx, enrol.Wanted{ID: e.id, Profile: "tls", Hosts: hosts}, secret)
	if err != nil {
		return err
	}
	return e.save(own, &tls)
}

// enrolments lists what the network needs of an organisation.
func (n *Network) enrolments(o Organisation) []enrolment {
	all := []enrolment{n.clientEnrolment(o, adminName, "admin", nil)}
	for _, p := range n.topology.Peers {
		if p.Organisation == o.Name {
			all = append(all, n.nodeEnrolment(o, p.Name, "peer", n.paths.node("peers", p.Name)))
		}
	}
	switch o.Name {
	case orderingOrganisation.Name:
		for _, node := range n.topology.Orderers {
			all = append(all, n.nodeEnrolment(o, node.Name, "orderer", n.paths.node("orderers", node.Name)))
		}
	case "finance":
		role := []enrol.Attribute{{Name: "role", Value: ledger.RoleService, ECert: true}}
		service := n.clientEnrolment(o, serviceName, "client", role)
		chaincode := n.nodeEnrolment(o, n.topology.ChaincodeNode.Name, "client", n.paths.join("chaincode"))
		all = append(all, service, chaincode)
	}
	return all
}

// clientEnrolment is an identity with a certificate only.
func (n *Network) clientEnrolment(o Organisation, name, kind string, attributes []enrol.Attribute) enrolment {
	certificate, key := n.paths.client(o.Name, name)
	return enrolment{
		organisation: o.Name, id: name + "@" + o.Name, kind: kind, attributes: attributes, present: key,
		save: func(own enrol.Credential, _ *enrol.Credential) error { return identity.Save(own, certificate, key) },
	}
}

// nodeEnrolment is a node with a membership folder and a TLS certificate.
func (n *Network) nodeEnrolment(o Organisation, name, kind, home string) enrolment {
	msp := home + "/msp"
	return enrolment{
		organisation: o.Name, id: name + "@" + o.Name, kind: kind, tls: true, present: msp,
		save: func(own enrol.Credential, tls *enrol.Credential) error {
			// The membership folder comes last: its presence says that all is done.
			certificate, key := tlsFiles(home)
			if err := identity.Save(*tls, certificate, key); err != nil {
				return err
			}
			root, err := os.ReadFile(n.paths.root(o.Name))
			if err != nil {
				return fmt.Errorf("read the root certificate of %s: %w", o.Name, err)
			}
			return identity.WriteMSP(msp, root, &own)
		},
	}
}

// admin returns the administrator of an organisation.
func (n *Network) admin(organisation string) (*identity.Signer, error) {
	o, err := n.topology.organisation(organisation)
	if err != nil {
		return nil, err
	}
	own, err := identity.Load(n.paths.client(organisation, adminName))
	if err != nil {
		return nil, err
	}
	return identity.NewSigner(own, o.MSP)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
