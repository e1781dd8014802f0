package fabric

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"fundtrace/chaincode/ledger"

	"github.com/prometheus/client_golang/prometheus"
)

// Options of Connect and NewSubmitter. The zero value works.
type Options struct {
	Lots    LotPicker             // nil: every payment must name its lots
	Metrics prometheus.Registerer // nil: none
	Log     *slog.Logger          // nil: slog.Default()
	Limits  Limits
}

// Limits bound how long the parts of a write may take. Zero values take the defaults given here.
type Limits struct {
	Endorse  time.Duration // 30 s
	Submit   time.Duration // 15 s, to reach an orderer
	Commit   time.Duration // 30 s, from the orderer to the peer; then the outcome counts as unknown
	Patience time.Duration // 60 s, that a caller waits at most
	Attempts int           // 5 new attempts against other writers

	look  time.Duration // 2 s, to find a transaction that is committed already
	pause time.Duration // 25 ms, before a new attempt; doubled each time
}

func (l Limits) orDefaults() Limits {
	for d, def := range map[*time.Duration]time.Duration{&l.Endorse: 30 * time.Second, &l.Submit: 15 * time.Second,
		&l.Commit: 30 * time.Second, &l.Patience: 60 * time.Second, &l.look: 2 * time.Second, &l.pause: 25 * time.Millisecond} {
		if *d == 0 {
			*d = def
		}
	}
	if l.Attempts == 0 {
		l.Attempts = 5
	}
	return l
}

// Receipt says where an entry is recorded.
type Receipt struct {
	Entry    string // ledger.EntryID
	TxID     string // "" when another gateway recorded it
	Block    uint64 // 0 when another gateway recorded it
	Replayed bool   // it had been recorded before
}

// Submitter records entries over a channel: once each, whatever crashes.
type Submitter struct {
	channel Channel
	lots    LotPicker
	limits  Limits
	log     *slog.Logger
	metrics *metrics
	outbox  *outbox
	queue   *queue
	drawn   *drawn
	pending atomic.Int64

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	work sync.WaitGroup // callers and everything under way

	mu         sync.Mutex
	closed     bool
	unresolved map[string]string // entry: transaction of unknown outcome
}

// NewSubmitter opens the outbox file, making it on first use, and begins to resolve what an earlier run left open.
func NewSubmitter(ch Channel, outboxFile string, o Options) (*Submitter, error) {
	m, err := newMetrics(o.Metrics)
	if err != nil {
		return nil, err
	}
	box, err := openOutbox(outboxFile)
	if err != nil {
		return nil, err
	}
	s := &Submitter{channel: ch, lots: o.Lots, limits: o.Limits.orDefaults(), log: o.Log, metrics: m, outbox: box,
		drawn: newDrawn(), unresolved: map[string]string{}}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.queue = newQueue(func(group []*job) {
		s.work.Add(1)
		go s.turn(group)
	})
	if err := s.recoverOpen(); err != nil {
		return nil, errors.Join(fmt.Errorf("recover: %w", err), s.Close())
	}
	return s, nil
}

// Submit records the entry as the identity, once: an entry whose key was recorded before is answered as replayed. Payments
// that name no lots get them from Options.Lots. It waits for the commit, at most until ctx or Limits.Patience ends; then
// the answer is LEDGER_UNAVAILABLE when nothing was submitted and OUTCOME_UNKNOWN otherwise.
//
// Errors are *ledger.Error: those of the chaincode, and LEDGER_UNAVAILABLE, OUTCOME_UNKNOWN, CONTENTION,
// TRANSACTION_REJECTED.
func (s *Submitter) Submit(ctx context.Context, by *Identity, entry ledger.Entry) (Receipt, error) {
	if err := s.enter(); err != nil {
		return Receipt{}, err
	}
	defer s.work.Done()
	if err := checkSize(&entry); err != nil {
		return Receipt{}, err
	}
	j := newJob(by, entry)
	s.queue.add(j)
	patience := time.NewTimer(s.limits.Patience)
	defer patience.Stop()
	select {
	case <-j.done:
	case <-ctx.Done():
	case <-patience.C:
	case <-s.ctx.Done():
	}
	r, err := s.outcome(j)
	s.metrics.answered(r, err)
	return r, err
}

// outcome is the job's answer, or what is known of it when its caller waits no longer.
func (s *Submitter) outcome(j *job) (Receipt, error) {
	if j.finished() {
		return j.receipt, j.err
	}
	j.gone.Store(true)
	if s.queue.leave(j) {
		s.mu.Lock()
		tx, open := s.unresolved[j.id]
		s.mu.Unlock()
		if open {
			return Receipt{}, outcomeUnknown(j.id, tx)
		}
		return Receipt{}, unavailable(fmt.Errorf("its turn did not come in time"))
	}
	if j.finished() {
		return j.receipt, j.err
	}
	return Receipt{}, outcomeUnknown(j.id, j.submitted())
}

// Check asks the peers what they would say of the entry, and records nothing. nil means that it would be recorded now, or
// has been. Errors: as Submit.
func (s *Submitter) Check(ctx context.Context, by *Identity, entry ledger.Entry) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.work.Done()
	if err := checkSize(&entry); err != nil {
		return err
	}
	j := newJob(by, entry)
	if s.propose(ctx, []*job{j}) == nil {
		return j.err
	}
	return nil
}

// Pending is the number of transactions whose outcome is not known yet.
func (s *Submitter) Pending() int { return int(s.pending.Load()) }

// Close ends what is under way and closes the outbox. Callers that still wait get their answer.
func (s *Submitter) Close() error {
	s.mu.Lock()
	already := s.closed
	s.closed = true
	s.mu.Unlock()
	if already {
		return nil
	}
	s.stop()
	s.work.Wait()
	return s.outbox.close()
}

// enter counts a caller in, unless the submitter is closed.
func (s *Submitter) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return unavailable(fmt.Errorf("the gateway is stopping"))
	}
	s.work.Add(1)
	return nil
}

// checkSize refuses what no transaction can hold. Errors: TOO_LARGE.
func checkSize(e *ledger.Entry) error {
	if len(e.Ops) > ledger.MaxOps {
		return ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the entry holds %d operations: send at most %d at a time", len(e.Ops), ledger.MaxOps))
	}
	return nil
}

// turn carries a group through and gives back what it held.
func (s *Submitter) turn(group []*job) {
	defer s.work.Done()
	s.carry(group)
	var keys []string
	for _, j := range group {
		keys = append(keys, j.needs...)
	}
	s.queue.free(keys...)
}

func answerAll(jobs []*job, err error) {
	for _, j := range jobs {
		j.finish(Receipt{}, err)
	}
}
