package local

import (
	"context"
	"fmt"
	"slices"
)

// Options say what to run.
type Options struct {
	// Dir holds everything of the network: keys, ledgers, logs. It is made if
	// it does not exist; a network that is in it is started again.
	Dir string
	// Orderers is the number of ordering nodes of a new network: 1 (also for
	// 0) or 3. For an existing network, 0 takes what there is.
	Orderers int
	// Peers are the short names of the organisations of a new network that
	// run a peer. Empty means finance, bank and audit. Finance and bank
	// endorse money and cannot be left out.
	Peers []string
	// Gateway starts the gateway too.
	Gateway bool
	// GatewayAddress is where the gateway listens; "" keeps the network's own
	// free port.
	GatewayAddress string
	// Chaincode is a ready chaincode program to run. "" builds ./chaincode.
	Chaincode string
	// ChaincodeVersion identifies that program. "" is allowed only together
	// with an empty Chaincode: the version is then taken from the source.
	ChaincodeVersion string
	// Users are registered with their organisations' authorities, and their
	// passwords written to credentials.json.
	Users []User
	// Load fills a new network with its first records: it is called once the
	// network commits transactions and has registered its users, and before
	// the gateway starts. A network that was made without Load is never
	// filled; one whose Load failed or was interrupted is filled at the next
	// start, so Load must be able to go on where it stopped.
	Load func(context.Context, *Network) error
	// Revive starts a process again that ended although nobody asked it to.
	Revive bool
	// Report is told what is being done, in the order it happens. It may be
	// called from several goroutines. nil is silent.
	Report func(step string)
}

// User is a person who can sign in at the gateway.
type User struct {
	Name         string `json:"user"`            // as in "officer@finance"
	Organisation string `json:"organisation"`    // short name, as in "finance"
	Role         string `json:"role"`            // certificate attribute "role"
	Party        string `json:"party,omitempty"` // certificate attribute "party": who the user acts for
	Title        string `json:"title,omitempty"` // what the user is, for people
}

// members applies the choice of peers to the organisations.
func (o Options) members() ([]Organisation, error) {
	members := slices.Clone(organisations)
	if len(o.Peers) == 0 {
		return members, nil
	}
	for _, needed := range []string{"finance", "bank"} {
		if !slices.Contains(o.Peers, needed) {
			return nil, fmt.Errorf("%s endorses every movement of money: it needs a peer", needed)
		}
	}
	chosen := 0
	for i := range members {
		members[i].Peer = slices.Contains(o.Peers, members[i].Name)
		if members[i].Peer {
			chosen++
		}
	}
	if chosen != len(o.Peers) {
		return nil, fmt.Errorf("peers were asked for of %v, but not all of these are different organisations of the network", o.Peers)
	}
	return members, nil
}

// check refuses options that cannot be met, before anything takes time.
func (o Options) check() error {
	if !slices.Contains([]int{0, 1, 3}, o.Orderers) {
		return fmt.Errorf("%d ordering nodes were asked for: choose 1, or 3 to survive the loss of one", o.Orderers)
	}
	_, err := o.members()
	return err
}

func (o Options) report(step string) {
	if o.Report != nil {
		o.Report(step)
	}
}
