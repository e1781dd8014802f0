package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/api"
	"fundtrace/gateway/config"
	"fundtrace/gateway/documents"
	"fundtrace/gateway/fabric"
	"fundtrace/gateway/findings"
	"fundtrace/gateway/findings/readmodel"
	"fundtrace/gateway/fingerprint"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/readlog"
	"fundtrace/gateway/users"
	"fundtrace/web"
)

// drainTime is how long running requests may take to finish at shutdown.
const drainTime = 20 * time.Second

// serveOptions are the flags of serve.
type serveOptions struct {
	config, listen           string
	certificate, key         string
	behindHTTPS, plain, loud bool
}

func serveCommand() *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve --config FILE",
		Short: "Serve the API and the page",
		Long: `serve connects to the Fabric channel that the configuration names, follows its blocks into the read model, and answers
HTTP: the page at /, the API under /api/v1 (described at /api/v1/openapi.json), /healthz, /readyz and /metrics.

It starts without the ledger and keeps trying: /readyz says whether writes can be recorded and reads are current. When
the chain of blocks is broken the read model stops with an alarm, and /readyz fails until it is folded again.

Who asks for a trace, for evidence or for a file is noted in the read log first, and refused where that fails. The log is
anchored on the ledger once a day: see gateway readlog.

On SIGINT or SIGTERM it stops taking requests, lets running ones finish, and leaves nothing half done: what was submitted
with an unknown outcome is resolved at the next start.`,
		Example: `  gateway serve --config .fundtrace/gateway.yaml
  gateway serve --config /etc/fundtrace/gateway.yaml --tls-certificate cert.pem --tls-key key.pem`,
		Args: exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error { return serve(c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.config, "config", filepath.Join(".fundtrace", "gateway.yaml"), "configuration `FILE`")
	f.StringVar(&o.listen, "listen", "", "`ADDRESS` to listen on instead of the configured one")
	f.StringVar(&o.certificate, "tls-certificate", "", "PEM `FILE`: serve https with this certificate")
	f.StringVar(&o.key, "tls-key", "", "PEM `FILE` with the certificate's key")
	f.BoolVar(&o.behindHTTPS, "behind-https", false, "a proxy in front serves https: mark cookies Secure")
	f.BoolVar(&o.plain, "log-text", false, "log as text instead of JSON")
	f.BoolVar(&o.loud, "verbose", false, "log health checks and details too")
	return c
}

func (o *serveOptions) logger() *slog.Logger {
	level := slog.LevelInfo
	if o.loud {
		level = slog.LevelDebug
	}
	if o.plain {
		return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

func serve(ctx context.Context, o serveOptions) error {
	if (o.certificate == "") != (o.key == "") {
		return usageError{errors.New("--tls-certificate and --tls-key go together"), "gateway serve"}
	}
	cfg, err := config.Load(o.config)
	if err != nil {
		return err
	}
	if o.listen != "" {
		cfg.Listen = o.listen
	}
	log := o.logger()
	slog.SetDefault(log)
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return fmt.Errorf("make the gateway's folder: %w", err)
	}
	// The address first: a port that is taken must not cost a start of everything else.
	listener, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w: stop what uses the port, or set another one", cfg.Listen, err)
	}
	defer listener.Close()
	h, err := open(ctx, cfg, o, log)
	if err != nil {
		return err
	}
	return errors.Join(h.run(ctx, listener, o, log), h.close())
}

// house is everything that a serving gateway holds open.
type house struct {
	store  *projection.DB
	client *fabric.Client
	users  *users.Book
	asked  *readlog.Log
	prover *prover
	server *api.Server
	stream string                // of the read log's anchors
	alarm  atomic.Pointer[error] // why the read model has stopped
}

// open opens what serve needs, in the order in which one thing needs the other.
func open(ctx context.Context, cfg *config.Config, o serveOptions, log *slog.Logger) (h *house, err error) {
	h = &house{}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if h.store, err = projection.Open(readModelPath(cfg)); err != nil {
		return h, err
	}
	var consortium fingerprint.Key
	if cfg.ConsortiumKeyFile != "" {
		if consortium, err = fingerprint.LoadKey(cfg.ConsortiumKeyFile); err != nil {
			return h, err
		}
	}
	metrics := prometheus.NewRegistry()
	if h.client, err = fabric.Connect(ctx, cfg, fabric.Options{Lots: api.Picker{Store: h.store}, Metrics: metrics, Log: log}); err != nil {
		return h, err
	}
	if h.users, err = users.Open(filepath.Join(cfg.Data, "users.db"), authority{h.client}, users.Options{}); err != nil {
		return h, err
	}
	if h.asked, err = readlog.Open(readLogPath(cfg), readlog.Options{Log: log}); err != nil {
		return h, err
	}
	h.prover, h.stream = newProver(cfg, h.client, log), cfg.ReadLogStream
	papers, err := documents.Open(filepath.Join(cfg.Data, "documents"))
	if err != nil {
		return h, err
	}
	page, err := fs.Sub(web.Dist, "dist")
	if err != nil {
		return h, fmt.Errorf("open the page: %w", err)
	}
	h.server, err = api.New(api.Config{Ledger: channel{h.client}, Store: h.store, Users: h.users, Documents: papers, Page: page, Log: log,
		Metrics: metrics, Secure: o.behindHTTPS || o.certificate != "", Stopped: h.stopped, Consortium: consortium, Findings: evaluation(h.store),
		ReadLog: h.asked, Evidence: h.prover})
	return h, err
}

// evaluation lets the API evaluate the rules that warn and detect over the read model.
func evaluation(store *projection.DB) api.Findings {
	return func(ctx context.Context, s projection.Scope, asOf string, f findings.Filter) (*findings.Answer, error) {
		rules, err := readmodel.Rules(ctx, store)
		if err != nil {
			return nil, err
		}
		return findings.Evaluate(ctx, readmodel.New(store, s), rules, asOf, f)
	}
}

// readModelPath is where the read model lies.
func readModelPath(cfg *config.Config) string {
	if cfg.ReadModel != "" {
		return cfg.ReadModel
	}
	return filepath.Join(cfg.Data, "readmodel.db")
}

// stopped answers why the read model does not follow the ledger any more.
func (h *house) stopped() error {
	if err := h.alarm.Load(); err != nil {
		return *err
	}
	return nil
}

func (h *house) close() error {
	var failed []error
	if h.prover != nil {
		failed = append(failed, h.prover.close())
	}
	if h.asked != nil {
		failed = append(failed, h.asked.Close())
	}
	if h.users != nil {
		failed = append(failed, h.users.Close())
	}
	if h.client != nil {
		failed = append(failed, h.client.Close())
	}
	if h.store != nil {
		failed = append(failed, h.store.Close())
	}
	return errors.Join(failed...)
}

// followAgain is the pause before a read model that failed for a passing reason (a full disk, say) tries again.
const followAgain = 5 * time.Second

// follow folds blocks until ctx ends. A broken chain stops it for good: what comes after cannot be trusted. Whatever else
// fails is tried again; until it works the server is not ready.
func (h *house) follow(ctx context.Context, log *slog.Logger) {
	for ctx.Err() == nil {
		earlier := h.alarm.Load()
		watch := time.AfterFunc(followAgain, func() { h.alarm.CompareAndSwap(earlier, nil) }) // it has worked for a while
		err := h.store.Follow(ctx, h.client.Blocks)
		watch.Stop()
		if err == nil || ctx.Err() != nil {
			return
		}
		h.alarm.Store(&err)
		var broken *projection.Alarm
		if errors.As(err, &broken) {
			log.Error("ALARM: the chain of blocks is broken; the read model has stopped and reads show the past", slog.String("error", err.Error()))
			return
		}
		log.Error("the read model failed, trying again", slog.String("error", err.Error()))
		select {
		case <-time.After(followAgain):
		case <-ctx.Done():
		}
	}
}

// run follows the blocks and answers requests until ctx ends.
func (h *house) run(ctx context.Context, listener net.Listener, o serveOptions, log *slog.Logger) error {
	followed := make(chan struct{})
	following, halt := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(followed)
		h.follow(following, log)
	}()
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		h.asked.Keep(following, anchorStream{h.client, ledger.StreamID(h.client.Service().MSP, h.stream)}, h.stream)
	}()
	defer func() { halt(); <-followed; <-kept }()

	server := h.server.NewHTTP(listener.Addr().String())
	failed := make(chan error, 1)
	go func() {
		if o.certificate != "" {
			failed <- server.ServeTLS(listener, o.certificate, o.key)
		} else {
			failed <- server.Serve(listener)
		}
	}()
	log.Info("serving", slog.String("address", listener.Addr().String()), slog.Uint64("next_block", h.store.Next()))
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	// The read model keeps following while running writes wait for their blocks.
	log.Info("stopping")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		err = errors.Join(err, server.Close())
		log.Warn("some requests were cut off", slog.String("error", err.Error()))
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	log.Info("stopped")
	return nil
}
