package local

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"fundtrace/gateway/enrol"
	"fundtrace/network/identity"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// Endpoint is where a peer is reached and what to trust there.
type Endpoint struct {
	Organisation string
	MSP          string
	Address      string // host:port
	TLSRootFile  string // PEM file
	TLSRoot      []byte // its content
}

// maxMessage is the largest message to or from a peer: the nodes' own limit.
const maxMessage = 100 << 20

// Topology returns what the network consists of.
func (n *Network) Topology() Topology { return *n.topology }

// Dir returns the directory of the network.
func (n *Network) Dir() string { return n.paths.join() }

// Peer returns the peer of an organisation.
func (n *Network) Peer(organisation string) (Endpoint, error) {
	o, err := n.topology.organisation(organisation)
	if err != nil {
		return Endpoint{}, err
	}
	for _, p := range n.topology.Peers {
		if p.Organisation != organisation {
			continue
		}
		file := n.paths.root(organisation)
		root, err := os.ReadFile(file)
		if err != nil {
			return Endpoint{}, fmt.Errorf("read the root certificate of %s: %w", organisation, err)
		}
		return Endpoint{Organisation: organisation, MSP: o.MSP, Address: p.Address, TLSRootFile: file, TLSRoot: root}, nil
	}
	return Endpoint{}, fmt.Errorf("the organisation %q runs no peer in this network", organisation)
}

// Dial connects to the peer of an organisation. The caller closes the
// connection.
func (n *Network) Dial(organisation string) (*grpc.ClientConn, error) {
	peer, err := n.Peer(organisation)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(peer.TLSRoot) {
		return nil, fmt.Errorf("%s holds no certificate", peer.TLSRootFile)
	}
	connection, err := grpc.NewClient(peer.Address,
		grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(roots, "")),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)),
		// A loopback address has no use for a proxy, and a proxy has none for it.
		grpc.WithNoProxy())
	if err != nil {
		return nil, fmt.Errorf("connect to the peer of %s: %w", organisation, err)
	}
	return connection, nil
}

// Enrol returns the credential of a client identity, registering it first
// when it is new: id is its name, as in "custodian@bank", and the attributes
// role and party go into its certificate. Each call makes a new key and a new
// certificate; attributes of an identity that exists already stay as they were.
func (n *Network) Enrol(ctx context.Context, organisation, id string, attributes ...enrol.Attribute) (*identity.Signer, enrol.Credential, error) {
	o, err := n.topology.organisation(organisation)
	if err != nil {
		return nil, enrol.Credential{}, err
	}
	secret, err := n.secrets.of(id)
	if err != nil {
		return nil, enrol.Credential{}, err
	}
	ca, err := n.CA(organisation)
	if err != nil {
		return nil, enrol.Credential{}, err
	}
	if err := n.register(ctx, ca, o, id, secret, attributes); err != nil {
		return nil, enrol.Credential{}, err
	}
	own, err := ca.Enrol(ctx, enrol.Wanted{ID: id}, secret)
	if err != nil {
		return nil, enrol.Credential{}, err
	}
	signer, err := identity.NewSigner(own, o.MSP)
	return signer, own, err
}

// register makes a client identity known to its organisation's authority,
// unless it is.
func (n *Network) register(ctx context.Context, ca *enrol.Authority, o Organisation, id, secret string, attributes []enrol.Attribute) error {
	boss, err := n.registrar(ctx, ca, o.Name)
	if err != nil {
		return err
	}
	err = ca.Register(ctx, boss, enrol.Registration{ID: id, Secret: secret, Type: "client", Attributes: attributes})
	if errors.Is(err, enrol.ErrRegistered) {
		return nil
	}
	return err
}

// Admin returns the administrator of an organisation, who may submit
// transactions and change the organisation's nodes.
func (n *Network) Admin(organisation string) (*identity.Signer, error) { return n.admin(organisation) }
