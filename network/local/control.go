package local

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"

	"fundtrace/network/process"

	"golang.org/x/sync/errgroup"
)

// run starts a process of the network and waits until it is ready.
func (n *Network) run(ctx context.Context, spec process.Spec) error {
	spec.Log = n.paths.log(spec.Name)
	n.mu.Lock()
	if n.stopping {
		n.mu.Unlock()
		return fmt.Errorf("start %s: the network is stopping", spec.Name)
	}
	p, err := process.Start(spec)
	if err == nil {
		n.processes = slices.DeleteFunc(n.processes, func(old *process.Process) bool { return old.Name == spec.Name })
		n.processes = append(n.processes, p)
		err = n.saveState()
	}
	supervised := n.started && n.options.Revive
	n.mu.Unlock()
	if err != nil {
		return err
	}
	if supervised {
		go n.watch(p) //nolint:contextcheck // watching goes on after the call that started the process
	}
	return p.Wait(ctx, readyLimit)
}

// process returns the process of that name.
func (n *Network) process(name string) (*process.Process, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.processes {
		if p.Name == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("this network runs no process %q", name)
}

// Signal sends a signal to the named process, as crash tests do.
func (n *Network) Signal(name string, signal syscall.Signal) error {
	p, err := n.process(name)
	if err != nil {
		return err
	}
	return p.Signal(signal)
}

// Kill ends the named process with SIGKILL and returns when it is gone.
func (n *Network) Kill(name string) error {
	p, err := n.process(name)
	if err != nil {
		return err
	}
	n.intend(p)
	if err := p.Signal(syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill %s: %w", name, err)
	}
	<-p.Done()
	return nil
}

// Restart stops the named process if it still runs, starts it again as it was
// and waits until it is ready.
func (n *Network) Restart(ctx context.Context, name string) error {
	p, err := n.process(name)
	if err != nil {
		return err
	}
	n.intend(p)
	if err := p.Stop(); err != nil {
		return err
	}
	return n.run(ctx, p.Spec)
}

// stages is the order in which processes stop: first those that others do not
// need any more.
var stages = []func(t *Topology, name string) bool{
	func(t *Topology, name string) bool { return name == t.Gateway.Name },
	func(t *Topology, name string) bool { return name == t.ChaincodeNode.Name },
	func(t *Topology, name string) bool {
		return slices.ContainsFunc(t.Peers, func(p PeerNode) bool { return p.Name == name })
	},
	func(t *Topology, name string) bool {
		return slices.ContainsFunc(t.Orderers, func(o OrdererNode) bool { return o.Name == name })
	},
	func(*Topology, string) bool { return true },
}

// Stop ends all processes in order and gives the directory free. It returns
// when none is left. Stopping twice is allowed.
func (n *Network) Stop() error {
	n.mu.Lock()
	if !n.stopping {
		n.stopping = true
		close(n.closing)
	}
	left := slices.Clone(n.processes)
	n.mu.Unlock()
	var failures []error
	for _, stage := range stages {
		var group errgroup.Group
		left = slices.DeleteFunc(left, func(p *process.Process) bool {
			now := stage(n.topology, p.Name)
			if now {
				group.Go(p.Stop)
			}
			return now
		})
		failures = append(failures, group.Wait())
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.unlock != nil {
		failures = append(failures, n.clearState())
		n.unlock()
		n.unlock = nil
	}
	return errors.Join(failures...)
}
