package local

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fundtrace/network/process"
)

// A process that keeps ending is left alone after this many revivals within
// this time: something is wrong that starting again does not cure.
const (
	revivals     = 5
	revivalSpan  = 10 * time.Minute
	revivalPause = time.Second
)

// intend marks the end of a process as wanted.
func (n *Network) intend(p *process.Process) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.killed[p] = true
}

// supervise begins to watch the processes; from here on, run does it for new
// ones.
func (n *Network) supervise() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.started = true
	if !n.options.Revive {
		return
	}
	for _, p := range n.processes {
		go n.watch(p)
	}
}

// watch waits for the end of a process and, unless that was wanted, starts
// the process again.
func (n *Network) watch(p *process.Process) {
	select {
	case <-n.closing:
		return
	case <-p.Done():
	}
	n.mu.Lock()
	wanted := n.killed[p] || n.stopping
	delete(n.killed, p)
	n.mu.Unlock()
	if wanted {
		return
	}
	n.options.report(p.Failure().Error())
	if !n.mayRevive(p.Name) {
		n.options.report(fmt.Sprintf("%s ended %d times within %s: leaving it stopped; see its log %s", p.Name, revivals, revivalSpan, p.Log))
		return
	}
	select {
	case <-n.closing:
		return
	case <-time.After(revivalPause):
	}
	if current, err := n.process(p.Name); err != nil || current != p {
		return // somebody else started it meanwhile
	}
	n.options.report("starting " + p.Name + " again")
	// A process that does not become ready but lives is watched on, so only
	// the report is needed here.
	if err := n.run(context.Background(), p.Spec); err != nil {
		n.options.report(err.Error())
	}
}

// mayRevive counts a revival of the named process and says whether it is
// still worth it.
func (n *Network) mayRevive(name string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	oldest := time.Now().Add(-revivalSpan)
	recent := slices.DeleteFunc(n.revived[name], func(t time.Time) bool { return t.Before(oldest) })
	n.revived[name] = append(recent, time.Now())
	return len(recent) < revivals
}
