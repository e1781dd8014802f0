package fabric

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"

	"fundtrace/chaincode/ledger"
)

// endorsed is a transaction that the peers would record, with the jobs in it.
type endorsed struct {
	tx    *Transaction
	batch ledger.Batch
	jobs  []*job
}

// propose has the jobs endorsed together. Those that are refused, or were recorded before, get their answer and leave; the
// rest is tried again without them. It answers nil when no job is left.
func (s *Submitter) propose(ctx context.Context, jobs []*job) *endorsed {
	for differ := 0; ; {
		var batch ledger.Batch
		batch, jobs = s.assemble(ctx, jobs)
		if len(jobs) == 0 {
			return nil
		}
		tx, err := s.endorse(ctx, jobs[0].by, &batch)
		var apart *disagreement
		var refusal *ledger.Error
		switch {
		case err == nil:
			e, err := s.sortOut(ctx, tx, batch, jobs)
			if err != nil {
				answerAll(jobs, err)
			}
			return e
		case errors.As(err, &apart):
			// One peer is behind the other: by a block as a rule, by seconds under a bulk load.
			if differ++; differ > 2*s.limits.Attempts {
				answerAll(jobs, contention(apart.Error())) // what one peer refuses is no refusal: it may know less than the others
				return nil
			}
			s.metrics.retries.WithLabelValues("peers").Inc()
			s.pause(ctx, differ)
		case errors.As(err, &refusal) && refusal.Code != Unavailable:
			jobs = s.sortRefused(ctx, jobs, refusal)
		default:
			answerAll(jobs, err)
			return nil
		}
	}
}

// assemble makes the batch of the jobs that have lots to draw. Those without get their answer.
func (s *Submitter) assemble(ctx context.Context, jobs []*job) (ledger.Batch, []*job) {
	var batch ledger.Batch
	var ready []*job
	draws := newTxDraws()
	for _, j := range jobs {
		if j.gone.Load() { // its caller was told that nothing is known to be recorded, and nothing will be
			j.finish(Receipt{}, unavailable(context.Canceled))
			continue
		}
		entry, err := s.choose(ctx, j, draws)
		if err != nil {
			var refusal *ledger.Error
			if !errors.As(err, &refusal) {
				err = unavailable(err)
			}
			j.finish(Receipt{}, err)
			continue
		}
		batch.Entries = append(batch.Entries, salted(entry))
		ready = append(ready, j)
	}
	return batch, ready
}

func (s *Submitter) endorse(ctx context.Context, by *Identity, batch *ledger.Batch) (*Transaction, error) {
	text, err := json.Marshal(batch)
	if err != nil {
		return nil, fmt.Errorf("encode the batch: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.limits.Endorse)
	defer cancel()
	return s.channel.Endorse(ctx, by, text)
}

// sortOut answers the jobs that the ledger has already. What is left is to be submitted.
func (s *Submitter) sortOut(ctx context.Context, tx *Transaction, batch ledger.Batch, jobs []*job) (*endorsed, error) {
	var result ledger.Result
	if err := json.Unmarshal(tx.Result, &result); err != nil || len(result.Entries) != len(jobs) {
		return nil, ledger.Refuse(Unavailable, "the chaincode's answer cannot be read, nothing was recorded: is the gateway's version that of the chaincode?")
	}
	e := &endorsed{tx: tx}
	for i, j := range jobs {
		if !result.Entries[i].Replayed {
			e.jobs = append(e.jobs, j)
			e.batch.Entries = append(e.batch.Entries, batch.Entries[i])
			continue
		}
		id, block, err := s.outbox.recorded(ctx, j.id)
		if err != nil { // that it is recorded is certain, only where is not
			s.log.Warn("outbox cannot be read", "error", err)
		}
		j.finish(Receipt{Entry: j.id, TxID: id, Block: block, Replayed: true}, nil)
	}
	if len(e.jobs) == 0 {
		return nil, nil
	}
	return e, nil
}

// sortRefused answers the jobs at fault and returns those to try again: the innocent, and those whose lots were chosen
// here and drawn by somebody else meanwhile.
func (s *Submitter) sortRefused(ctx context.Context, jobs []*job, refusal *ledger.Error) []*job {
	own, ok := blame(refusal, jobs)
	if !ok { // the refusal names nobody: each goes by itself
		if len(jobs) > 1 {
			s.divide(jobs)
			return nil
		}
		own = map[*job]*ledger.Error{jobs[0]: refusal}
	}
	var again []*job
	repick := false
	for _, j := range jobs {
		e, refused := own[j]
		switch {
		case !refused:
			again = append(again, j)
		case j.picked && onlyCodes(e, ledger.IdempotencyConflict) && s.recordedBefore(ctx, j):
			again = append(again, j)
		case j.picked && lotsGone(e):
			if j.attempts++; j.attempts > s.limits.Attempts {
				j.finish(Receipt{}, contention(e.Error()))
				continue
			}
			repick = true
			again = append(again, j)
		case e.RowsOmitted > 0 && len(jobs) > 1: // by itself it learns which of its operations are meant
			s.carry([]*job{j})
		default:
			j.finish(Receipt{}, e)
		}
	}
	if repick {
		s.metrics.retries.WithLabelValues("lots").Inc()
		s.pause(ctx, 1)
		if err := s.catchUp(ctx); err != nil {
			s.log.Warn("the read model does not reach the ledger", "error", err)
		}
	}
	return again
}

// recordedBefore is adopt where a failure to look counts as no.
func (s *Submitter) recordedBefore(ctx context.Context, j *job) bool {
	found, err := s.adopt(ctx, j)
	return err == nil && found
}

// divide sends each job through by itself, one after the other.
func (s *Submitter) divide(jobs []*job) {
	for _, j := range jobs {
		s.carry([]*job{j})
	}
}

func contention(why string) *ledger.Error {
	return ledger.Refuse(Contention, "others keep writing first, nothing was recorded: try again", "cause", why)
}

// pause waits before the n-th new attempt: longer each time, and never the same for two.
func (s *Submitter) pause(ctx context.Context, n int) {
	most := s.limits.pause << min(n, 6)
	sleep(ctx, most/2+rand.N(most/2))
}
