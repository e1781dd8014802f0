package fabric

import (
	"context"
	"math/rand/v2"
	"time"

	"fundtrace/chaincode/ledger"
)

// How often an unknown outcome is asked for: at once, then ever more seldom.
const (
	firstWait   = 200 * time.Millisecond
	longestWait = 30 * time.Second
)

// recoverOpen takes up what an earlier run left open. Its entries are held until their outcome is known, so that nobody
// proposes them anew; its draws count as drawn.
func (s *Submitter) recoverOpen() error {
	list, err := s.outbox.open()
	if err != nil {
		return err
	}
	for _, t := range list {
		s.begin(t)
		s.work.Add(1)
		s.setUnresolved(t)
		go s.resolve(t, nil)
	}
	if len(list) > 0 {
		s.log.Info("resolving transactions of unknown outcome", "count", len(list))
	}
	return nil
}

// resolve learns the outcome of a transaction and answers the jobs that wait for it. Those that lost against another
// writer go back in line.
func (s *Submitter) resolve(t *openTx, jobs []*job) {
	defer s.work.Done()
	st, err := s.learn(t)
	if err != nil { // closing: the outbox keeps it for the next start
		for _, j := range jobs {
			j.finish(Receipt{}, outcomeUnknown(j.id, t.ID))
		}
		return
	}
	again := s.settle(t, st, jobs)
	s.setResolved(t)
	for _, j := range again {
		s.queue.add(j)
	}
}

// learn asks for the commit status and, as long as the transaction is not on the ledger, submits the same bytes again.
// The same bytes cannot be recorded twice: peers accept a transaction identifier once.
func (s *Submitter) learn(t *openTx) (Status, error) {
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		st, err := s.status(t.ID, s.limits.look)
		if err == nil {
			return st, nil
		}
		ctx, cancel := context.WithTimeout(s.ctx, s.limits.Submit)
		err = s.channel.Submit(ctx, t.Signed)
		cancel()
		if err == nil {
			if st, err = s.status(t.ID, s.limits.Commit); err == nil {
				return st, nil
			}
		}
		if s.ctx.Err() != nil {
			return Status{}, s.ctx.Err()
		}
		// A rejection now says nothing of the first submission, so it settles nothing.
		s.log.Warn("outcome of a transaction is still unknown", "tx", t.ID, "error", err)
		sleep(s.ctx, wait/2+rand.N(wait/2))
	}
}

// setUnresolved holds the entries of a transaction of unknown outcome.
func (s *Submitter) setUnresolved(t *openTx) {
	s.mu.Lock()
	for _, id := range t.IDs {
		s.unresolved[id] = t.ID
	}
	s.mu.Unlock()
	s.queue.hold(entryKeys(t)...)
}

// setResolved lets the entries go.
func (s *Submitter) setResolved(t *openTx) {
	s.mu.Lock()
	for _, id := range t.IDs {
		delete(s.unresolved, id)
	}
	s.mu.Unlock()
	s.queue.free(entryKeys(t)...)
}

func entryKeys(t *openTx) []string {
	keys := make([]string, len(t.IDs))
	for i, id := range t.IDs {
		keys[i] = entryKey(id)
	}
	return keys
}

func outcomeUnknown(entry, tx string) *ledger.Error {
	return ledger.Refuse(OutcomeUnknown, "the entry was submitted and may be recorded: send it again with the same key to learn the outcome",
		"entry", entry, "tx", tx)
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
