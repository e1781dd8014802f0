package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the gateway's figures for Prometheus. Labels hold routes and statuses, never identifiers.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	unnoted  prometheus.Counter
}

func newMetrics(registry *prometheus.Registry, l Ledger, store Store) *metrics {
	m := &metrics{
		registry: registry,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fundtrace_http_requests_total",
			Help: "Requests answered, by method, route and status."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "fundtrace_http_request_seconds",
			Help:    "Time from the first byte of a request to the last of its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, []string{"method", "route"}),
	}
	m.unnoted = prometheus.NewCounter(prometheus.CounterOpts{Name: "fundtrace_read_log_refused_total",
		Help: "Traces and files that were refused because the read log could not note them."})
	registry.MustRegister(m.requests, m.seconds, m.unnoted, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "fundtrace_read_model_next_block",
			Help: "First block that the read model has not folded."}, func() float64 { return float64(store.Next()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "fundtrace_transactions_pending",
			Help: "Transactions of unknown outcome."}, func() float64 { return float64(l.Pending()) }))
	return m
}

// methods are the ones that label a figure; a hostile method must not make a new series.
var methods = map[string]bool{http.MethodGet: true, http.MethodHead: true, http.MethodPost: true, http.MethodDelete: true}

func (m *metrics) request(method, route string, status int, took time.Duration) {
	if !methods[method] {
		method = "other"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(method, route).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
