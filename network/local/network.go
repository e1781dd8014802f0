// Package local runs a whole network on this machine: a certificate
// authority, ordering nodes, the organisations' peers, the chaincode and the
// gateway, all as child processes in one directory. It serves the network
// command and, from t.TempDir(), tests that want the real thing:
//
//	n, err := local.Start(ctx, local.Options{Dir: t.TempDir()})
//	defer n.Stop()
//	bank, _ := n.Peer("bank")                            // address and TLS roots
//	id, _ := n.Enrol(ctx, "bank", "custodian@bank", attributes...)
//
// Start returns when a transaction that two organisations endorsed has been
// committed, so whatever follows need not wait for anything.
package local

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"fundtrace/network/nodes"
	"fundtrace/network/process"

	"golang.org/x/sync/errgroup"
)

// Network is a running network. Its methods may be called from several
// goroutines.
type Network struct {
	paths    paths
	options  Options
	topology *Topology
	programs nodes.Programs
	secrets  *secrets
	genesis  []byte
	unlock   func()

	mu        sync.Mutex
	processes []*process.Process        // in the order they were started
	killed    map[*process.Process]bool // ended on purpose: not to be revived
	started   bool
	stopping  bool
	closing   chan struct{}          // closed when stopping begins
	revived   map[string][]time.Time // when processes were started again
	since     time.Time
}

// Time limits of start-up. They are far above what a slow machine takes, and
// only decide when to give up.
const (
	readyLimit  = 60 * time.Second
	settleLimit = 45 * time.Second
)

// Start runs the network in o.Dir, making it first if the directory holds
// none. When a step fails, everything that was started is stopped again and
// the error says which process failed and shows the end of its log.
func Start(ctx context.Context, o Options) (*Network, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("find the network's directory: %w", err)
	}
	o.Dir = dir
	n := &Network{paths: paths(dir), options: o, killed: map[*process.Process]bool{}, closing: make(chan struct{}), revived: map[string][]time.Time{}, since: time.Now()}
	if n.unlock, err = lock(dir); err != nil {
		return nil, err
	}
	if err := n.start(ctx); err != nil {
		return nil, errors.Join(err, n.Stop())
	}
	return n, nil
}

// start brings everything up, side by side where one thing does not need the
// other.
func (n *Network) start(ctx context.Context) error {
	if err := n.checkGatewayAddress(); err != nil {
		return err
	}
	root, err := nodes.SourceRoot()
	if err != nil {
		return err
	}
	if n.programs, err = nodes.Build(ctx, root, n.options.report); err != nil {
		return err
	}
	if n.secrets, err = openSecrets(n.paths.join()); err != nil {
		return err
	}
	if err := n.makeConsortiumKey(); err != nil {
		return err
	}
	if n.topology, err = loadOrPlan(n.paths.join(), n.options, n.programs.Versions); err != nil {
		return err
	}
	if err := n.topology.claimPorts(n.options.GatewayAddress != ""); err != nil {
		return err
	}
	if err := saveJSON(n.paths.join(topologyFile), n.topology, 0o644); err != nil {
		return err
	}

	// Compiling our own programs takes as long as starting the nodes.
	group, groupCtx := errgroup.WithContext(ctx)
	var version string
	group.Go(func() (err error) {
		version, err = n.buildOwn(groupCtx, root)
		return err
	})
	group.Go(func() error { return n.startNodes(groupCtx) })
	if err := group.Wait(); err != nil {
		return err
	}

	n.options.report("starting the chaincode " + version)
	if err := n.startChaincode(ctx, version); err != nil {
		return err
	}
	settle, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	if err := n.deploy(settle, version); err != nil {
		return err
	}
	n.options.report("waiting for a transaction endorsed by two organisations")
	if err := n.Heartbeat(settle); err != nil {
		return err
	}
	if err := n.load(ctx); err != nil {
		return err
	}
	if err := n.prepareGateway(); err != nil {
		return err
	}
	if n.options.Gateway {
		n.options.report("starting the gateway")
		if err := n.startGateway(ctx); err != nil {
			return err
		}
	}
	n.supervise() //nolint:contextcheck // watching goes on after the start
	return nil
}

// load fills a new network with its first records.
func (n *Network) load(ctx context.Context) error {
	if !n.topology.Loading || n.options.Load == nil {
		return nil
	}
	if err := n.options.Load(ctx, n); err != nil {
		return err
	}
	n.topology.Loading, n.topology.Loaded = false, true
	return saveJSON(n.paths.join(topologyFile), n.topology, 0o644)
}

// startNodes brings up the Fabric nodes and has them join the channel.
func (n *Network) startNodes(ctx context.Context) error {
	n.options.report("starting the certificate authority")
	if err := n.writeCAConfig(); err != nil {
		return err
	}
	if err := n.startCA(ctx); err != nil {
		return err
	}
	if err := n.enrolAll(ctx); err != nil {
		return err
	}
	if err := n.makeChannel(ctx); err != nil {
		return err
	}
	n.options.report(fmt.Sprintf("starting %d ordering node(s) and %d peers", len(n.topology.Orderers), len(n.topology.Peers)))
	group, ctx := errgroup.WithContext(ctx)
	// The authorities hash a password for each user; the nodes mostly wait for one another.
	group.Go(func() error { return n.registerUsers(ctx) })
	for _, o := range n.topology.Orderers {
		group.Go(func() error {
			if err := n.startOrderer(ctx, o); err != nil {
				return err
			}
			return n.joinOrderer(o)
		})
	}
	for _, p := range n.topology.Peers {
		group.Go(func() error {
			if err := n.startPeer(ctx, p); err != nil {
				return err
			}
			return n.joinPeer(ctx, p)
		})
	}
	return group.Wait()
}
