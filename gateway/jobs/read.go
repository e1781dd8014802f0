package jobs

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
)

// find answers an owner's job. The caller holds the lock.
func (d *Desk) find(owner, id string) (*entry, error) {
	d.forget()
	e := d.jobs[id]
	if e == nil || e.owner != owner {
		return nil, ledger.Refuse(CodeUnknown, "there is no such job of yours: results are kept for a while only, send it again", "job", id[:min(len(id), 60)])
	}
	return e, nil
}

// Get answers a job of an owner as it stands, with its result when it is done. Errors: JOB_UNKNOWN.
func (d *Desk) Get(owner, id string) (Job, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, err := d.find(owner, id)
	if err != nil {
		return Job{}, err
	}
	return e.job, nil
}

// List answers the jobs of an owner without their results, the newest first.
func (d *Desk) List(owner string) []Job {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forget()
	out := []Job{}
	for _, e := range d.jobs {
		if e.owner == owner {
			job := e.job
			job.Result = nil
			out = append(out, job)
		}
	}
	slices.SortFunc(out, func(x, y Job) int { return cmp.Or(y.Created.Compare(x.Created), strings.Compare(x.ID, y.ID)) })
	return out
}

// Cancel ends a job; one that has ended is thrown away with its result. Errors: JOB_UNKNOWN.
func (d *Desk) Cancel(owner, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, err := d.find(owner, id)
	if err != nil {
		return err
	}
	if e.job.State.Final() {
		delete(d.jobs, id)
		return nil
	}
	d.stop(e)
	d.queue = slices.DeleteFunc(d.queue, func(q *entry) bool { return q == e })
	return nil
}

// Wait answers a job when it has ended, or as it stands when the context ends. Errors: JOB_UNKNOWN.
func (d *Desk) Wait(ctx context.Context, owner, id string) (Job, error) {
	d.mu.Lock()
	e, err := d.find(owner, id)
	d.mu.Unlock()
	if err != nil {
		return Job{}, err
	}
	select {
	case <-e.done:
	case <-ctx.Done():
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return e.job, nil
}
