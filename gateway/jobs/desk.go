package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"fundtrace/chaincode/ledger"
)

// Options bound a Desk. Zero values take the defaults.
type Options struct {
	Workers  int           // jobs that run at once; default 1
	PerOwner int           // jobs of one owner that wait or run; default 4
	Waiting  int           // jobs of everybody that wait; default 32
	Kept     int           // finished jobs of one owner whose results are kept, the newest; default 20
	Age      time.Duration // for which they are kept; default 1 h
	Largest  int           // bytes of a result; default 64 MiB. Of one owner 2 times as much is kept, of everybody 8 times
	Longest  time.Duration // that a job may run, so that nobody keeps others waiting for ever; default 1 h
	Now      func() time.Time
	Log      *slog.Logger
}

// Work computes a result that JSON can spell. It ends soon after its context does, and says how far it has come.
type Work func(ctx context.Context, progress func(stage string, done, total int)) (any, error)

// Desk takes jobs and runs them in the order in which they came.
type Desk struct {
	o     Options
	mu    sync.Mutex
	jobs  map[string]*entry
	queue []*entry
	busy  int
	end   context.CancelFunc
	all   context.Context
}

// entry is a job with what is needed to run it.
type entry struct {
	job    Job
	owner  string
	work   Work
	cancel context.CancelFunc
	done   chan struct{} // closed at the final state
}

// New makes a desk.
func New(o Options) *Desk {
	o.Workers, o.PerOwner, o.Waiting, o.Kept = cmp.Or(o.Workers, 1), cmp.Or(o.PerOwner, 4), cmp.Or(o.Waiting, 32), cmp.Or(o.Kept, 20)
	o.Age, o.Largest, o.Longest, o.Log = cmp.Or(o.Age, time.Hour), cmp.Or(o.Largest, 64<<20), cmp.Or(o.Longest, time.Hour), cmp.Or(o.Log, slog.Default())
	if o.Now == nil {
		o.Now = time.Now
	}
	d := &Desk{o: o, jobs: map[string]*entry{}}
	d.all, d.end = context.WithCancel(context.Background())
	return d
}

// Close cancels everything. Jobs are refused afterwards.
func (d *Desk) Close() {
	d.end()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range d.jobs {
		d.stop(e)
	}
}

// Submit takes a job of an owner. Errors: JOBS_FULL.
func (d *Desk) Submit(owner, kind string, work Work) (Job, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forget()
	if err := d.room(owner); err != nil {
		return Job{}, err
	}
	e := &entry{job: Job{ID: uuid.NewString(), Kind: kind, State: Queued, Created: d.o.Now().UTC()}, owner: owner, work: work, done: make(chan struct{})}
	d.jobs[e.job.ID] = e
	d.queue = append(d.queue, e)
	d.next()
	return e.job, nil
}

// Room refuses an owner from whom Submit would take no job now, so that a request need not be read for nothing. It promises
// nothing: others may come first. Errors: JOBS_FULL.
func (d *Desk) Room(owner string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.room(owner)
}

// room is Room for who holds the lock.
func (d *Desk) room(owner string) error {
	open := 0
	for _, e := range d.jobs {
		if e.owner == owner && !e.job.State.Final() {
			open++
		}
	}
	if open >= d.o.PerOwner || len(d.queue) >= d.o.Waiting || d.all.Err() != nil {
		return ledger.Refuse(CodeFull, fmt.Sprintf("%d of your jobs wait or run already, and %d of everybody's wait: wait for one to end, or cancel one", open, len(d.queue)))
	}
	return nil
}

// next starts what waits while workers are free. The caller holds the lock.
func (d *Desk) next() {
	for d.busy < d.o.Workers && len(d.queue) > 0 {
		e := d.queue[0]
		d.queue = d.queue[1:]
		if e.job.State.Final() {
			continue
		}
		var ctx context.Context
		ctx, e.cancel = context.WithTimeout(d.all, d.o.Longest)
		now := d.o.Now().UTC()
		e.job.State, e.job.Started = Running, &now
		d.busy++
		go d.run(ctx, e, e.work) // who cancels it takes e.work away
	}
}

// run computes a job.
func (d *Desk) run(ctx context.Context, e *entry, work Work) {
	defer e.cancel()
	result, err := d.compute(ctx, e, work)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.busy--
	if !e.job.State.Final() {
		switch {
		case err == nil:
			e.job.State, e.job.Result = Done, result
		case errors.Is(err, context.Canceled):
			e.job.State = Cancelled
		default:
			e.job.State, e.job.Error = Failed, d.fault(e, err)
		}
		d.finish(e)
		d.forget()
	}
	d.next()
}

func (d *Desk) compute(ctx context.Context, e *entry, work Work) (text json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	result, err := work(ctx, func(stage string, done, total int) {
		d.mu.Lock()
		defer d.mu.Unlock()
		e.job.Progress = Progress{Stage: stage, Done: done, Total: total}
	})
	if err != nil {
		return nil, err
	}
	if text, err = json.Marshal(result); err != nil {
		return nil, fmt.Errorf("spell the result: %w", err)
	}
	if len(text) > d.o.Largest {
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the result has %d MiB, more than the %d that are kept: ask for less", len(text)>>20, d.o.Largest>>20))
	}
	return text, nil
}

// fault explains an error to the owner; what is no refusal goes to the log.
func (d *Desk) fault(e *entry, err error) *Fault {
	var refusal *ledger.Error
	if errors.As(err, &refusal) {
		return &Fault{refusal.Code, refusal.Message, refusal.Detail}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Fault{Code: codeTimeout, Message: fmt.Sprintf("the computation took longer than %s and was ended: ask for less", d.o.Longest)}
	}
	d.o.Log.Error("a job failed", slog.String("job", e.job.ID), slog.String("kind", e.job.Kind), slog.String("error", err.Error()))
	return &Fault{Code: codeFault, Message: "the computation failed: give the job's id when you report it"}
}

// finish closes a job that has reached a final state. The caller holds the lock.
func (d *Desk) finish(e *entry) {
	now := d.o.Now().UTC()
	e.job.Ended = &now
	e.work = nil
	close(e.done)
}

// stop cancels a job. The caller holds the lock.
func (d *Desk) stop(e *entry) {
	if e.job.State.Final() {
		return
	}
	if e.cancel != nil {
		e.cancel()
	}
	e.job.State = Cancelled
	d.finish(e)
}

// forget throws away old results. The caller holds the lock.
func (d *Desk) forget() {
	kept, held, all := map[string]int{}, map[string]int{}, 0
	finished := make([]*entry, 0, len(d.jobs))
	for _, e := range d.jobs {
		if e.job.State.Final() {
			finished = append(finished, e)
		}
	}
	slices.SortFunc(finished, func(x, y *entry) int { return y.job.Ended.Compare(*x.job.Ended) })
	oldest := d.o.Now().Add(-d.o.Age)
	for _, e := range finished {
		size := len(e.job.Result)
		if kept[e.owner]++; kept[e.owner] > d.o.Kept || e.job.Ended.Before(oldest) || held[e.owner]+size > 2*d.o.Largest || all+size > 8*d.o.Largest {
			delete(d.jobs, e.job.ID)
			continue
		}
		held[e.owner], all = held[e.owner]+size, all+size
	}
}
