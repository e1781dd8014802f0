// Package api is the gateway's HTTP side: one resource per file, all routes in routes.go, all statuses in errors.go.
//
// A request passes in this order: request id and headers, access log and metrics, session (401), role (403), origin of
// writes by cookie (403), query, body limit, body, handler. What a handler answers or refuses is written in one place.
package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/documents"
	"fundtrace/gateway/fingerprint"
	"fundtrace/gateway/jobs"
	"fundtrace/gateway/users"
)

// Receipt says where an entry is recorded.
type Receipt struct {
	Entry    string // identifier of the entry
	TxID     string // empty when an earlier record's place is unknown here
	Block    uint64 // 0 when an earlier record's place is unknown here
	Replayed bool   // it was recorded before
}

// Ledger is the channel as the API uses it.
type Ledger interface {
	// Submit records the entry once, signed by the user. Movements from an account without draws get them by the
	// account's policy. Errors are *ledger.Error where something refused.
	Submit(ctx context.Context, by users.Identity, entry ledger.Entry) (Receipt, error)
	// Check answers what the ledger would refuse, and records nothing.
	Check(ctx context.Context, by users.Identity, entry ledger.Entry) error
	// Height is how many blocks the peer has.
	Height(ctx context.Context) (uint64, error)
	// Pending is how many transactions have an unknown outcome.
	Pending() int
}

// Config is what a Server needs.
type Config struct {
	Ledger    Ledger
	Store     Store
	Users     *users.Book
	Documents *documents.Store
	Page      fs.FS                // the built web page, nil for none
	Log       *slog.Logger         // default slog.Default()
	Metrics   *prometheus.Registry // default a new one
	Secure    bool                 // the address is reached by https: cookies are marked so
	// Stopped answers why the read model has stopped following the ledger, nil while it follows.
	Stopped func() error
	// Consortium is the key that invoices are named with; without it there is no invoice registry here.
	Consortium fingerprint.Key
	Findings   Findings
	// ReadLog notes who asked for traces, evidence and files. Without one they are refused.
	ReadLog ReadLog
	// Evidence makes packs and statements; without it there are none here.
	Evidence Evidence
	// Now is the clock by which the gateway says which day it is in China; default time.Now.
	Now func() time.Time
	// Patience bounds how long a write waits to be seen by reads; default 5 s. After it the answer is 202.
	Patience time.Duration
}

// Server answers HTTP requests.
type Server struct {
	Config
	log     *slog.Logger
	engine  *gin.Engine
	metrics *metrics
	routes  []Route
	openapi []byte
	jobs    *jobs.Desk
	shelf   flowShelf
	turns   chan struct{} // taken by each trace that is being computed
}

// New makes a server. It serves nothing until its Handler is given to an http.Server.
func New(cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Metrics == nil {
		cfg.Metrics = prometheus.NewRegistry()
	}
	if cfg.Patience == 0 {
		cfg.Patience = 5 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Stopped == nil {
		cfg.Stopped = func() error { return nil }
	}
	s := &Server{Config: cfg, log: cfg.Log, jobs: jobs.New(jobs.Options{Log: cfg.Log}), turns: make(chan struct{}, tracesAtOnce())}
	s.metrics = newMetrics(cfg.Metrics, cfg.Ledger, cfg.Store)
	s.routes = s.table()
	doc, err := s.describe()
	if err != nil {
		return nil, err
	}
	s.openapi = doc
	s.engine, err = s.build()
	return s, err
}

// Handler answers every address of the gateway.
func (s *Server) Handler() http.Handler { return s.engine }

func (s *Server) build() (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.UseRawPath = true // identifiers may hold an escaped slash
	e.UnescapePathValues = true
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.ContextWithFallback = true
	if err := e.SetTrustedProxies(nil); err != nil { // the address of the connection is the caller's
		return nil, err
	}
	e.Use(s.identify, s.observe, s.recover)
	for i := range s.routes {
		r := &s.routes[i]
		e.Handle(r.Method, Base+r.pattern(), s.enter(r))
	}
	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz)
	e.GET("/metrics", gin.WrapH(s.metrics.handler()))
	e.NoMethod(func(g *gin.Context) {
		s.callOf(g, &Route{}).fail(ledger.Refuse(CodeMethod, "this address does not take "+clip(g.Request.Method)))
	})
	e.NoRoute(s.page)
	return e, nil
}

// NewHTTP makes the HTTP server around Handler, with time limits on every phase of a connection. The caller serves and shuts
// it down.
func (s *Server) NewHTTP(address string) *http.Server {
	return &http.Server{
		Addr:              address,
		Handler:           s.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute, // a document of 32 MiB over a slow line
		WriteTimeout:      3 * time.Minute, // a bulk entry waits for its block
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}
