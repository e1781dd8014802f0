package fabric

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// carry takes jobs of one lane through to their answers. It runs in their turn.
func (s *Submitter) carry(jobs []*job) {
	for len(jobs) > 0 {
		e := s.propose(s.ctx, jobs)
		if e == nil {
			return
		}
		jobs = s.commit(e)
	}
}

// commit submits an endorsed transaction and answers its jobs. It returns those that must be proposed anew. An outcome
// that stays unknown is left to resolve.
func (s *Submitter) commit(e *endorsed) (again []*job) {
	by := e.jobs[0].by
	t := &openTx{ID: e.tx.ID, Signer: by.MSP + " " + by.Name, Signed: e.tx.Signed, Batch: e.batch}
	for _, j := range e.jobs {
		t.IDs = append(t.IDs, j.id)
	}
	begun := time.Now()
	if err := s.outbox.store(t); err != nil {
		answerAll(e.jobs, unavailable(err))
		return nil
	}
	for _, j := range e.jobs {
		j.tx.Store(t.ID)
	}
	s.metrics.group.Observe(float64(len(e.jobs)))
	s.begin(t)
	st, err := s.send(t)
	switch {
	case errors.Is(err, errRejected):
		s.close(t, stateRejected, 0, err.Error())
		answerAll(e.jobs, ledger.Refuse(TransactionRejected, "the orderer rejected the transaction, nothing was recorded: sign in again if the certificate ran out",
			"tx", t.ID, "reason", cause(err)))
		return nil
	case err != nil:
		s.log.Warn("outcome of a transaction is unknown", "tx", t.ID, "error", err)
		s.work.Add(1)
		s.setUnresolved(t)
		go s.resolve(t, e.jobs)
		return nil
	}
	s.metrics.commit.Observe(time.Since(begun).Seconds())
	return s.settle(t, st, e.jobs)
}

// send submits a stored transaction for the first time and waits for its outcome.
func (s *Submitter) send(t *openTx) (Status, error) {
	ctx, cancel := context.WithTimeout(s.ctx, s.limits.Submit)
	defer cancel()
	if err := s.channel.Submit(ctx, t.Signed); err != nil {
		return Status{}, err
	}
	return s.status(t.ID, s.limits.Commit)
}

// status asks what became of a transaction, for a bounded time. A transaction that was submitted twice is on the ledger
// twice; the first one counts.
func (s *Submitter) status(tx string, limit time.Duration) (Status, error) {
	ctx, cancel := context.WithTimeout(s.ctx, limit)
	defer cancel()
	for {
		st, err := s.channel.Status(ctx, tx)
		if err != nil || st.Code != peer.TxValidationCode_DUPLICATE_TXID {
			return st, err
		}
		s.pause(ctx, 1)
		if ctx.Err() != nil {
			return Status{}, ctx.Err()
		}
	}
}

// settle keeps a known outcome and answers the jobs. It returns those that lost against another writer and may be
// proposed anew: their transaction is on the ledger as invalid and can change nothing any more.
func (s *Submitter) settle(t *openTx, st Status, jobs []*job) (again []*job) {
	code := st.Code.String()
	s.metrics.txs.WithLabelValues(code).Inc()
	switch st.Code {
	case peer.TxValidationCode_VALID:
		s.close(t, stateRecorded, st.Block, code)
		for _, j := range jobs {
			j.finish(Receipt{Entry: j.id, TxID: t.ID, Block: st.Block}, nil)
		}
	case peer.TxValidationCode_MVCC_READ_CONFLICT, peer.TxValidationCode_PHANTOM_READ_CONFLICT:
		s.close(t, stateInvalid, st.Block, code)
		again = s.retry(st, jobs)
	default:
		s.close(t, stateInvalid, st.Block, code)
		answerAll(jobs, ledger.Refuse(TransactionRejected, fmt.Sprintf("the peers found the transaction invalid (%s), nothing was recorded: tell the operator", code),
			"tx", t.ID, "reason", code))
	}
	return again
}

// retry lets the jobs go again, a bounded number of times, once the read model knows what they lost against.
func (s *Submitter) retry(st Status, jobs []*job) (again []*job) {
	most := 0
	for _, j := range jobs {
		j.tx.Store("")
		if j.attempts++; j.attempts > s.limits.Attempts {
			j.finish(Receipt{}, contention(st.Code.String()))
			continue
		}
		again = append(again, j)
		most = max(most, j.attempts)
	}
	if len(again) == 0 {
		return nil
	}
	s.metrics.retries.WithLabelValues("conflict").Inc()
	s.pause(s.ctx, most)
	if s.lots != nil {
		ctx, cancel := context.WithTimeout(s.ctx, catchUpTime)
		defer cancel()
		if err := s.lots.Wait(ctx, st.Block); err != nil {
			s.log.Warn("the read model does not reach the ledger", "block", st.Block, "error", err)
		}
	}
	return again
}

// begin counts a transaction whose outcome is open and remembers what it draws.
func (s *Submitter) begin(t *openTx) {
	s.pending.Add(1)
	s.metrics.pending.Inc()
	if s.lots != nil {
		s.drawn.forget(s.lots.Next())
		s.drawn.add(t.ID, &t.Batch)
	}
}

// close keeps the outcome of a transaction. When the outbox cannot be written the answer is still right: after a restart
// the peer is asked again.
func (s *Submitter) close(t *openTx, state string, block uint64, code string) {
	if state == stateRecorded {
		s.drawn.committed(t.ID, block)
	} else {
		s.drawn.drop(t.ID)
	}
	if err := s.outbox.resolve(t.ID, state, block, code); err != nil {
		s.metrics.failures.Inc()
		s.log.Error("outbox cannot be written", "error", err)
	}
	s.pending.Add(-1)
	s.metrics.pending.Dec()
}
