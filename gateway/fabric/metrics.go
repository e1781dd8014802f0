package fabric

import (
	"errors"
	"fmt"

	"fundtrace/chaincode/ledger"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics of the write path.
type metrics struct {
	entries  *prometheus.CounterVec // outcome
	txs      *prometheus.CounterVec // validation code
	retries  *prometheus.CounterVec // reason
	group    prometheus.Histogram
	commit   prometheus.Histogram
	pending  prometheus.Gauge
	failures prometheus.Counter
}

// newMetrics makes the metrics and registers them; r may be nil.
func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		entries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fundtrace_entries_total",
			Help: "Entries answered, by outcome: recorded, replayed, or the code of the refusal."}, []string{"outcome"}),
		txs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fundtrace_transactions_total",
			Help: "Transactions whose outcome became known, by validation code."}, []string{"code"}),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fundtrace_retries_total",
			Help: "New attempts, by reason: conflict (another writer committed first), lots (chosen lots were drawn by others), peers (endorsers at different blocks)."}, []string{"reason"}),
		group: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "fundtrace_group_entries",
			Help: "Entries that share a transaction.", Buckets: prometheus.ExponentialBuckets(1, 2, 11)}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "fundtrace_commit_seconds",
			Help: "From storing a transaction in the outbox to knowing its outcome.", Buckets: prometheus.ExponentialBuckets(0.025, 2, 12)}),
		pending: prometheus.NewGauge(prometheus.GaugeOpts{Name: "fundtrace_outbox_pending",
			Help: "Transactions in the outbox whose outcome is not known yet."}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "fundtrace_outbox_write_failures_total",
			Help: "Outcomes that could not be written to the outbox; they are asked for again after a restart."}),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.entries, m.txs, m.retries, m.group, m.commit, m.pending, m.failures} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("register the metrics of the write path: %w", err)
		}
	}
	return m, nil
}

// answered counts an entry.
func (m *metrics) answered(r Receipt, err error) {
	var e *ledger.Error
	switch {
	case errors.As(err, &e):
		m.entries.WithLabelValues(string(e.Code)).Inc()
	case err != nil:
		m.entries.WithLabelValues("failed").Inc()
	case r.Replayed:
		m.entries.WithLabelValues("replayed").Inc()
	default:
		m.entries.WithLabelValues("recorded").Inc()
	}
}
