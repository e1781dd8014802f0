package local

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// Status is how one process of a network is doing.
type Status struct {
	Name    string        `json:"name"`
	PID     int           `json:"pid,omitempty"`
	Address string        `json:"address"`
	Running bool          `json:"running"`
	Healthy bool          `json:"healthy"`
	Problem string        `json:"problem,omitempty"` // why it is not healthy
	Uptime  time.Duration `json:"uptime,omitempty"`  // nanoseconds
	Memory  int64         `json:"memory,omitempty"`  // resident bytes; 0 if unknown
}

// Inspect asks every process of the network in dir how it is doing. The
// error is os.ErrNotExist when the directory holds no network.
func Inspect(ctx context.Context, dir string) ([]Status, error) {
	t, err := LoadTopology(dir)
	if err != nil {
		return nil, err
	}
	running := map[string]ProcessState{}
	pid, err := Supervisor(dir)
	if err != nil {
		return nil, err
	}
	if pid != 0 { // otherwise a recorded state is left over from a crash
		state, err := loadState(dir)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if state != nil {
			for _, p := range state.Processes {
				running[p.Name] = p
			}
		}
	}
	all := t.checks(paths(dir))
	if _, run := running[t.Gateway.Name]; len(running) > 0 && !run {
		all = all[:len(all)-1] // a network without a gateway was asked for
	}
	statuses := make([]Status, len(all))
	var wait sync.WaitGroup
	for i, c := range all {
		wait.Go(func() { statuses[i] = c.status(ctx, running[c.name]) })
	}
	wait.Wait()
	return statuses, nil
}

// check is how to find out whether one process is well.
type check struct {
	name, address string
	ask           func(context.Context) error
}

// checks lists the processes of the network in the order they start.
func (t *Topology) checks(p paths) []check {
	health := func(operations string) func(context.Context) error {
		return func(ctx context.Context) error { return healthy(ctx, operations) }
	}
	all := []check{{t.CA.Name, t.CA.Address, health(t.CA.Operations)}}
	for _, o := range t.Orderers {
		all = append(all, check{o.Name, o.Address, health(o.Operations)})
	}
	for _, peer := range t.Peers {
		all = append(all, check{peer.Name, peer.Address, health(peer.Operations)})
	}
	chaincode := func(ctx context.Context) error {
		certificate, key := tlsFiles(p.node("peers", t.Peers[0].Name))
		return handshake(ctx, t.ChaincodeNode.Address, p.root("finance"), certificate, key)
	}
	gateway := func(ctx context.Context) error { return answers(ctx, "http://"+t.Gateway.Address+"/readyz") }
	return append(all,
		check{t.ChaincodeNode.Name, t.ChaincodeNode.Address, chaincode},
		// Last, because not every network runs one.
		check{t.Gateway.Name, t.Gateway.Address, gateway})
}

func (c check) status(ctx context.Context, p ProcessState) Status {
	s := Status{Name: c.name, Address: c.address}
	if p.PID == 0 || !alive(p.PID) {
		s.Problem = "not running"
		return s
	}
	s.PID, s.Running, s.Uptime, s.Memory = p.PID, true, time.Since(p.Started).Round(time.Second), memory(p.PID)
	if err := c.ask(ctx); err != nil {
		s.Problem = err.Error()
		return s
	}
	s.Healthy = true
	return s
}
