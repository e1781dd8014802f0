package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Names of the channel and of the chaincode on it.
const (
	ChannelName   = "fundtrace"
	ChaincodeName = "fundtrace"
)

// Organisation is a member of the network.
type Organisation struct {
	Name string // short name, as in "finance"; users are name@organisation
	MSP  string // membership service provider, as in "FinanceMSP"
	Peer bool   // runs a peer; the others have clients only
}

// organisations are the members of the channel. Money moves when the bank's
// and the finance bureau's peers agree; the audit office's peer validates and
// keeps a copy of its own.
var organisations = []Organisation{
	{Name: "finance", MSP: "FinanceMSP", Peer: true},
	{Name: "bank", MSP: "BankMSP", Peer: true},
	{Name: "audit", MSP: "AuditMSP", Peer: true},
	{Name: "manager", MSP: "ManagerMSP"},
	{Name: "enterprise", MSP: "EnterpriseMSP"},
}

// orderingOrganisation runs the ordering nodes and nothing else.
var orderingOrganisation = Organisation{Name: "orderer", MSP: "OrdererMSP"}

// endorsementPolicy is what a movement of money needs.
const endorsementPolicy = "AND('BankMSP.peer','FinanceMSP.peer')"

// Topology is what a network consists of and where it listens. It is decided
// once, when the network is made, and kept in network.json.
type Topology struct {
	Channel       string            `json:"channel"`
	Chaincode     string            `json:"chaincode"`
	Created       time.Time         `json:"created"`
	Versions      map[string]string `json:"versions"` // of the nodes that made it
	Loading       bool              `json:"loading"`  // first records are still to be loaded
	Loaded        bool              `json:"loaded"`   // first records have been loaded
	Organisations []Organisation    `json:"organisations"`
	CA            CANode            `json:"ca"`
	Orderers      []OrdererNode     `json:"orderers"`
	Peers         []PeerNode        `json:"peers"`
	ChaincodeNode Listener          `json:"chaincodeNode"`
	Gateway       Listener          `json:"gateway"`
}

// Listener is a process with one address.
type Listener struct {
	Name    string `json:"name"`
	Address string `json:"address"` // host:port
}

// CANode is the certificate authority server: one process, one authority per
// organisation.
type CANode struct {
	Name       string `json:"name"`
	Address    string `json:"address"`
	Operations string `json:"operations"` // /healthz and /metrics
}

// OrdererNode is one ordering node.
type OrdererNode struct {
	Name       string `json:"name"`
	Address    string `json:"address"`    // written into the channel: cannot change
	Admin      string `json:"admin"`      // channel participation
	Operations string `json:"operations"` // /healthz and /metrics
}

// PeerNode is the peer of an organisation.
type PeerNode struct {
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Address      string `json:"address"`    // written into the channel: cannot change
	Chaincode    string `json:"chaincode"`  // where chaincodes could call back
	Operations   string `json:"operations"` // /healthz and /metrics
}

// topologyFile is where the topology is kept in the network's directory.
const topologyFile = "network.json"

// loadOrPlan reads the topology of the network in dir, or plans one for a
// directory without a network.
func loadOrPlan(dir string, o Options, versions map[string]string) (*Topology, error) {
	t, err := LoadTopology(dir)
	if err == nil {
		if o.Orderers != 0 && o.Orderers != len(t.Orderers) {
			return nil, fmt.Errorf("this network was made with %d ordering node(s) and that cannot be changed by starting it: leave the number out, or reset the network first", len(t.Orderers))
		}
		return t, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if t, err = plan(o, versions); err != nil {
		return nil, err
	}
	return t, saveJSON(filepath.Join(dir, topologyFile), t, 0o644)
}

// LoadTopology reads the topology of the network in dir. The error is
// os.ErrNotExist when there is none.
func LoadTopology(dir string) (*Topology, error) {
	text, err := os.ReadFile(filepath.Join(dir, topologyFile))
	if err != nil {
		return nil, fmt.Errorf("read the network's topology: %w", err)
	}
	t := &Topology{}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("%s in %s is damaged; reset the network to make a new one: %w", topologyFile, dir, err)
	}
	return t, nil
}

// plan chooses free ports for everything that the options ask for.
func plan(o Options, versions map[string]string) (*Topology, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	orderers := max(1, o.Orderers)
	members, err := o.members()
	if err != nil {
		return nil, err
	}
	peers := 0
	for _, m := range members {
		if m.Peer {
			peers++
		}
	}
	addresses, err := freeAddresses(2 + 3*orderers + 3*peers + 2)
	if err != nil {
		return nil, err
	}
	next := func() string {
		a := addresses[0]
		addresses = addresses[1:]
		return a
	}
	t := &Topology{
		Channel: ChannelName, Chaincode: ChaincodeName,
		Created: time.Now().UTC().Truncate(time.Second), Versions: versions,
		Loading:       o.Load != nil,
		Organisations: members,
		CA:            CANode{Name: "ca", Address: next(), Operations: next()},
	}
	for i := range orderers {
		t.Orderers = append(t.Orderers, OrdererNode{Name: fmt.Sprintf("orderer%d", i+1), Address: next(), Admin: next(), Operations: next()})
	}
	for _, m := range members {
		if m.Peer {
			t.Peers = append(t.Peers, PeerNode{Name: "peer." + m.Name, Organisation: m.Name, Address: next(), Chaincode: next(), Operations: next()})
		}
	}
	t.ChaincodeNode = Listener{Name: "chaincode", Address: next()}
	t.Gateway = Listener{Name: "gateway", Address: next()}
	return t, nil
}

// organisation returns the member of that short name, the ordering
// organisation included.
func (t *Topology) organisation(name string) (Organisation, error) {
	if name == orderingOrganisation.Name {
		return orderingOrganisation, nil
	}
	for _, o := range t.Organisations {
		if o.Name == name {
			return o, nil
		}
	}
	return Organisation{}, fmt.Errorf("there is no organisation %q in this network", name)
}

// peerMSPs are the members that run a peer.
func (t *Topology) peerMSPs() []string {
	var msps []string
	for _, o := range t.Organisations {
		if o.Peer {
			msps = append(msps, o.MSP)
		}
	}
	return msps
}

// saveJSON writes a value so that readers see the old file or the new one,
// never half of it.
func saveJSON(path string, value any, mode os.FileMode) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", filepath.Base(path), err)
	}
	if err := os.WriteFile(path+".new", append(text, '\n'), mode); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}
