package main

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Figures are what one workload measured.
type Figures struct {
	Name         string  `json:"name"`
	Clients      int     `json:"clients"`
	Transactions int     `json:"transactions"` // calls that were answered well
	Records      int     `json:"records"`      // assets or movements that these recorded
	Failed       int     `json:"failed"`       // calls that were not
	FirstFailure string  `json:"first_failure,omitempty"`
	Seconds      float64 `json:"seconds"`
	TPS          float64 `json:"tps"` // transactions per second
	RecordsPerS  float64 `json:"records_per_second"`
	P50          float64 `json:"p50_ms"` // from call to committed answer
	P95          float64 `json:"p95_ms"`
	P99          float64 `json:"p99_ms"`
}

// tally gathers the calls of a workload.
type tally struct {
	Figures
	mu        sync.Mutex
	latencies []time.Duration
}

func (t *tally) add(latency time.Duration, records int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		if t.Failed++; t.FirstFailure == "" {
			t.FirstFailure = err.Error()
		}
		return
	}
	t.Transactions++
	t.Records += records
	t.latencies = append(t.latencies, latency)
}

// figures closes the tally over the time that the calls took together.
func (t *tally) figures(took time.Duration) Figures {
	f := t.Figures
	f.Seconds = took.Seconds()
	f.TPS = float64(f.Transactions) / f.Seconds
	f.RecordsPerS = float64(f.Records) / f.Seconds
	slices.Sort(t.latencies)
	f.P50, f.P95, f.P99 = percentile(t.latencies, 50), percentile(t.latencies, 95), percentile(t.latencies, 99)
	return f
}

// load runs clients side by side, each calling call again and again until the duration is over. call answers how many
// records it committed. A first part of the time warms up: what is answered in it is not counted.
func load(ctx context.Context, name string, clients int, warm, duration time.Duration, call func(ctx context.Context, client, n int) (int, error)) (Figures, error) {
	t := &tally{Figures: Figures{Name: name, Clients: clients}}
	start := time.Now().Add(warm)
	// Counting what ends inside the window, not what begins in it, keeps the slow last calls from stretching the time that
	// the fast ones are divided by.
	window, shut := context.WithDeadline(ctx, start.Add(duration))
	defer shut()
	var group sync.WaitGroup
	for c := range clients {
		group.Go(func() {
			for n := 0; window.Err() == nil; n++ {
				began := time.Now()
				records, err := call(ctx, c, n)
				if done := time.Now(); done.After(start) && window.Err() == nil {
					t.add(done.Sub(began), records, err)
				}
			}
		})
	}
	<-window.Done()
	took := time.Since(start)
	group.Wait()
	return t.figures(took), ctx.Err()
}

// percentile answers the p-th percentile in milliseconds of sorted durations, by nearest rank.
func percentile(sorted []time.Duration, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := (len(sorted)*p+99)/100 - 1
	return float64(sorted[max(i, 0)]) / float64(time.Millisecond)
}
