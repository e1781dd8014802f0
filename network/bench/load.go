package bench

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

// load runs clients side by side, each calling call again and again until the duration is over. call answers how many
// records it committed. A first part of the time warms up and is not counted.
func load(ctx context.Context, name string, clients int, warm, duration time.Duration, call func(ctx context.Context, client, n int) (int, error)) (Figures, error) {
	start := time.Now().Add(warm)
	end := start.Add(duration)
	var mu sync.Mutex
	var latencies []time.Duration
	f := Figures{Name: name, Clients: clients}
	last := start
	var group sync.WaitGroup
	for c := range clients {
		group.Go(func() {
			for n := 0; ctx.Err() == nil && time.Now().Before(end); n++ {
				began := time.Now()
				records, err := call(ctx, c, n)
				done := time.Now()
				if began.Before(start) {
					continue
				}
				mu.Lock()
				if err != nil {
					if f.Failed++; f.FirstFailure == "" {
						f.FirstFailure = err.Error()
					}
				} else {
					f.Transactions++
					f.Records += records
					latencies = append(latencies, done.Sub(began))
				}
				if done.After(last) {
					last = done
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return f, err
	}
	f.Seconds = last.Sub(start).Seconds()
	f.TPS = float64(f.Transactions) / f.Seconds
	f.RecordsPerS = float64(f.Records) / f.Seconds
	slices.Sort(latencies)
	f.P50, f.P95, f.P99 = percentile(latencies, 50), percentile(latencies, 95), percentile(latencies, 99)
	return f, nil
}

// percentile answers the p-th percentile in milliseconds of sorted durations, by nearest rank.
func percentile(sorted []time.Duration, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := (len(sorted)*p+99)/100 - 1
	return float64(sorted[max(i, 0)]) / float64(time.Millisecond)
}
