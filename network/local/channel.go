package local

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fundtrace/network/channel"

	"github.com/hyperledger/fabric-gateway/pkg/client"
)

// makeChannel makes the first block of the channel, or reads it if it was
// made before. It is made once: the channel is what the first block says.
func (n *Network) makeChannel(ctx context.Context) error {
	block, err := os.ReadFile(n.paths.genesis())
	if err == nil {
		n.genesis = block
		return nil
	}
	n.options.report("making the channel " + n.topology.Channel)
	config := channel.Config{
		Name:       n.topology.Channel,
		OrdererMSP: orderingOrganisation.MSP, OrdererMSPDir: n.paths.msp(orderingOrganisation.Name),
		LifecyclePolicy:  channel.Majority(n.topology.peerMSPs()),
		EndorsementRules: channel.Majority(n.topology.peerMSPs()),
	}
	for _, o := range n.topology.Organisations {
		member := channel.Organisation{MSP: o.MSP, MSPDir: n.paths.msp(o.Name)}
		for _, p := range n.topology.Peers {
			if p.Organisation == o.Name {
				member.Peer = p.Address
			}
		}
		config.Organisations = append(config.Organisations, member)
	}
	for _, o := range n.topology.Orderers {
		certificate, _ := tlsFiles(n.paths.node("orderers", o.Name))
		config.Orderers = append(config.Orderers, channel.Orderer{Address: o.Address, Certificate: certificate})
	}
	work := n.paths.join("channel", "new")
	if n.genesis, err = config.Genesis(ctx, n.programs.Configtxgen, work); err != nil {
		return err
	}
	return os.Rename(filepath.Join(work, n.topology.Channel+".block"), n.paths.genesis())
}

func (n *Network) joinOrderer(o OrdererNode) error {
	roots, own, err := n.ordererAdmin(o)
	if err != nil {
		return err
	}
	return channel.JoinOrderer(o.Admin, roots, own, n.topology.Channel, n.genesis)
}

func (n *Network) joinPeer(ctx context.Context, p PeerNode) error {
	member, done, err := n.member(p)
	if err != nil {
		return err
	}
	defer done()
	return channel.JoinPeer(ctx, member.Peer, member.Admin, n.topology.Channel, n.genesis)
}

// member connects to a peer as its organisation's administrator.
func (n *Network) member(p PeerNode) (m channel.Member, done func(), err error) {
	admin, err := n.admin(p.Organisation)
	if err != nil {
		return m, nil, err
	}
	connection, err := n.Dial(p.Organisation)
	if err != nil {
		return m, nil, err
	}
	return channel.Member{Peer: connection, Admin: admin}, func() { _ = connection.Close() }, nil
}

// deploy makes this version of the chaincode the one in force.
func (n *Network) deploy(ctx context.Context, version string) error {
	pack, err := channel.Pack(packageLabel(version))
	if err != nil {
		return err
	}
	var members []channel.Member
	for _, p := range n.topology.Peers {
		member, done, err := n.member(p)
		if err != nil {
			return err
		}
		defer done()
		members = append(members, member)
	}
	return channel.Deploy(ctx, members, channel.Chaincode{
		Channel: n.topology.Channel, Name: n.topology.Chaincode,
		Version: version, Policy: endorsementPolicy, Package: pack,
	})
}

// Heartbeat commits a small transaction that the bank's and the finance
// bureau's peers endorsed, waiting for as long as ctx allows while the nodes
// are still finding each other.
func (n *Network) Heartbeat(ctx context.Context) error {
	admin, err := n.admin("finance")
	if err != nil {
		return err
	}
	connection, err := n.Dial("finance")
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	gateway, err := client.Connect(admin, client.WithSign(admin.SignDigest), client.WithClientConnection(connection),
		client.WithEndorseTimeout(15*time.Second), client.WithSubmitTimeout(15*time.Second), client.WithCommitStatusTimeout(30*time.Second))
	if err != nil {
		return fmt.Errorf("connect to the finance peer: %w", err)
	}
	defer func() { _ = gateway.Close() }()
	contract := gateway.GetNetwork(n.topology.Channel).GetContract(n.topology.Chaincode)
	return channel.Settle(ctx, func(ctx context.Context) error {
		_, err := contract.SubmitWithContext(ctx, "Heartbeat", client.WithEndorsingOrganizations("BankMSP", "FinanceMSP"))
		if err != nil {
			return fmt.Errorf("commit a heartbeat: %w", err)
		}
		return nil
	})
}

// clientBundle collects the root certificates of all organisations with a
// peer: whom the chaincode accepts connections from.
func (n *Network) clientBundle() ([]byte, error) {
	var roots [][]byte
	for _, p := range n.topology.Peers {
		root, err := os.ReadFile(n.paths.root(p.Organisation))
		if err != nil {
			return nil, fmt.Errorf("read the root certificate of %s: %w", p.Organisation, err)
		}
		roots = append(roots, bytes.TrimSpace(root))
	}
	return append(bytes.Join(roots, []byte("\n")), '\n'), nil
}
