package crash

import (
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// TestNetwork puts one network through everything: its parts build on one another, because a network takes a while to
// start.
func TestNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts real Fabric nodes, and builds them the first time")
	}
	w := newWorld(t)
	for _, part := range []struct {
		name string
		run  func(*world, *testing.T)
	}{
		{"endorsing peers a block apart", lag},
		{"every process ends in the midst of a load", crashes},
		{"two gateways compete for one lot", rivals},
	} {
		if !t.Run(part.name, func(t *testing.T) {
			w.T = t // whatever fails from here on fails this part
			part.run(w, t)
		}) {
			return
		}
	}
}

// verify is the oracle, once the loads have ended and everything runs: what clients were told is what the ledger says,
// before and after every request was sent once more, and both peers, the API and the read model say the same.
func (w *world) verify(t *testing.T, gateways ...*gateway) {
	t.Helper()
	for _, l := range w.loads {
		l.end()
		l.report(t)
	}
	r := w.agree(t, w.settle(gateways...))
	w.judge(t, r)
	w.repeat(t, r, gateways[0])
	r = w.agree(t, w.settle(gateways...))
	w.judge(t, r)
	w.count(t, r, gateways[0])
	w.look(t, gateways[0])
}

// retried reads from the gateway's metrics how often proposals were made anew because the peers differed.
func (w *world) retried(g *gateway) int {
	w.Helper()
	text, err := g.fetch(w.Context(), "/metrics")
	if err != nil {
		w.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^fundtrace_retries_total\{reason="peers"\} (\d+)$`).FindSubmatch(text)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(string(found[1]))
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// lag stops the bank's peer for a moment, again and again: it then endorses at an earlier block than the finance peer
// does. Proposals must be made anew until both agree, and no client may be told that its request is at fault.
func lag(w *world, t *testing.T) {
	funds := []fund{w.establish("lag-1", 20_000_000_00), w.establish("lag-2", 20_000_000_00)}
	l := startLoad(w, "lag", w.house, funds)
	l.await(t, crowd)
	limit := time.After(patience)
	for w.retried(w.house) < 3 {
		w.signal("peer.bank", syscall.SIGSTOP)
		time.Sleep(300 * time.Millisecond) // the fault itself
		w.signal("peer.bank", syscall.SIGCONT)
		l.await(t, 2)
		select {
		case <-limit:
			t.Fatal("the peers never endorsed at different blocks: this shows nothing")
		default:
		}
	}
	l.await(t, crowd)
	l.end()
	t.Logf("proposals made anew because the peers differed: %d", w.retried(w.house))
	w.verify(t, w.house)
}

func (w *world) signal(process string, s syscall.Signal) {
	w.Helper()
	if err := w.n.Signal(process, s); err != nil {
		w.Fatal(err)
	}
}

// crashes ends one process after the other under load and starts it again; clients and gateway must come through.
func crashes(w *world, t *testing.T) {
	// The capital of a fund lies in several lots, so that payments cross from one to the next.
	funds := []fund{w.establish("a", 200_000, 30_000_000), w.establish("b", 100_000, 100_000, 30_000_000), w.establish("c", 30_000_000)}
	l := startLoad(w, "crash", w.house, funds)
	pause := func(name string, length time.Duration) func() {
		return func() {
			w.signal(name, syscall.SIGSTOP)
			time.Sleep(length) // the fault itself
			w.signal(name, syscall.SIGCONT)
		}
	}
	kill := func(name string) func() {
		return func() {
			if err := w.n.Kill(name); err != nil {
				t.Fatal(err)
			}
			if err := w.n.Restart(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, fault := range []struct {
		name string
		do   func()
	}{
		{"kill -9 of the gateway", kill(w.house.name)},
		{"kill -9 of the chaincode", kill("chaincode")},
		{"kill -9 of the bank's peer", kill("peer.bank")},
		{"kill -9 of the gateway's own peer", kill("peer.finance")},
		{"kill -9 of the only orderer", kill("orderer1")},
		{"the gateway's own peer stands still", pause("peer.finance", 5*time.Second)},
		{"the bank's peer stands still", pause("peer.bank", 5*time.Second)},
		{"kill -9 of the gateway, once more", kill(w.house.name)},
	} {
		l.await(t, 2*crowd) // in full swing
		begun := time.Now()
		fault.do()
		l.await(t, crowd) // and again
		t.Logf("%s: the load went on after %v", fault.name, time.Since(begun).Round(time.Millisecond))
	}
	l.end() // in the midst of it
	w.verify(t, w.house)
	w.prove(t)
}

// prove folds all blocks anew and compares the digests, with the gateway stopped meanwhile.
func (w *world) prove(t *testing.T) {
	t.Helper()
	if err := w.n.Kill(w.house.name); err != nil {
		t.Fatal(err)
	}
	report := w.replay(t, w.house)
	t.Logf("re-projection: %+v", report)
	if err := w.n.Restart(t.Context(), w.house.name); err != nil {
		t.Fatal(err)
	}
}
