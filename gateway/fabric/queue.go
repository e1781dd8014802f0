package fabric

import (
	"sync"

	"fundtrace/chaincode/ledger"
)

// maxGroupBytes keeps a transaction well below what an orderer takes and what a block prefers (2 MB).
const maxGroupBytes = 1_500_000

// queue lets entries go: at once when nothing that they need is under way, otherwise as soon as it is free, and then
// together with what else waits for the same payer and is signed by the same user. Nobody waits for a timer, and nobody
// overtakes an earlier entry that needs the same.
type queue struct {
	mu      sync.Mutex
	waiting []*job
	held    map[string]int // what transactions under way hold for themselves
	start   func([]*job)
}

func newQueue(start func([]*job)) *queue { return &queue{held: map[string]int{}, start: start} }

// add puts a job in line.
func (q *queue) add(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, j)
	if q.freeFor(j, nil) { // otherwise nothing can go that could not before
		q.dispatch()
	}
}

// leave takes a job out of line. It answers false when the job is under way already.
func (q *queue) leave(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, w := range q.waiting {
		if w == j {
			q.waiting = append(q.waiting[:i:i], q.waiting[i+1:]...)
			q.dispatch() // what kept its place behind j may go now
			return true
		}
	}
	return false
}

// hold takes keys that a transaction from before a restart needs.
func (q *queue) hold(keys ...string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.take(keys)
}

// free gives keys back and lets go what waited for them.
func (q *queue) free(keys ...string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, k := range keys {
		if q.held[k]--; q.held[k] <= 0 {
			delete(q.held, k)
		}
	}
	q.dispatch()
}

func (q *queue) take(keys []string) {
	for _, k := range keys {
		q.held[k]++
	}
}

// dispatch starts every group that can go. The caller holds the lock.
func (q *queue) dispatch() {
	for {
		group := q.next()
		if group == nil {
			return
		}
		for _, j := range group {
			q.take(j.needs)
		}
		q.start(group)
	}
}

// next takes the first group that can go out of the line, or answers nil.
func (q *queue) next() []*job {
	claimed := map[string]struct{}{} // by jobs that have to stay: nobody behind them may have it
	var group []*job
	var stay []*job
	ops, bytes := 0, 0
	entries := map[string]struct{}{}
	for _, j := range q.waiting {
		fits := q.freeFor(j, claimed)
		if fits && group != nil {
			_, twice := entries[j.id] // one batch cannot hold an entry twice
			fits = !twice && j.lane == group[0].lane && ops+len(j.entry.Ops) <= ledger.MaxOps && bytes+j.size <= maxGroupBytes
		}
		if !fits {
			for _, k := range j.needs {
				claimed[k] = struct{}{}
			}
			stay = append(stay, j)
			continue
		}
		group = append(group, j)
		entries[j.id] = struct{}{}
		ops, bytes = ops+len(j.entry.Ops), bytes+j.size
	}
	if group != nil {
		q.waiting = stay
	}
	return group
}

func (q *queue) freeFor(j *job, claimed map[string]struct{}) bool {
	for _, k := range j.needs {
		if _, taken := claimed[k]; taken || q.held[k] > 0 {
			return false
		}
	}
	return true
}
