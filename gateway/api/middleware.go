package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"fundtrace/chaincode/ledger"
)

// How long a request may take before it is answered TIMEOUT. A write may wait its turn behind other payments of one account.
const (
	readTime  = 30 * time.Second
	writeTime = 2 * time.Minute
)

// cookieName is the session cookie's name.
const cookieName = "fundtrace"

// requestHeader carries the request id both ways.
const requestHeader = "X-Request-Id"

// policy is the page's content security policy: nothing from elsewhere, no inline scripts, no frames around it. Inline
// styles are needed by the chart library, data: images by its icons.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// identify gives the request an id, kept from the caller when it is a sane one, and sets the security headers.
func (s *Server) identify(g *gin.Context) {
	id := g.GetHeader(requestHeader)
	if !saneID(id) {
		id = uuid.NewString()
	}
	g.Set(requestHeader, id)
	h := g.Writer.Header()
	h.Set(requestHeader, id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", policy)
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if strings.HasPrefix(g.Request.URL.Path, "/api/") {
		h.Set("Cache-Control", "no-store")
	}
	g.Next()
}

func saneID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	return !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	})
}

// observe writes the access log and the metrics. The log has the route, never the query or a header: they may hold secrets.
func (s *Server) observe(g *gin.Context) {
	start := time.Now()
	g.Next()
	took := time.Since(start)
	route := g.FullPath()
	if route == "" {
		route = "page"
	}
	status := g.Writer.Status()
	s.metrics.request(g.Request.Method, route, status, took)
	level := slog.LevelInfo
	switch {
	case status >= 500:
		level = slog.LevelWarn
	case route == "/healthz", route == "/readyz", route == "/metrics":
		level = slog.LevelDebug
	}
	s.log.LogAttrs(g.Request.Context(), level, "request", slog.String("request", g.GetString(requestHeader)),
		slog.String("method", g.Request.Method), slog.String("route", route), slog.Int("status", status),
		slog.Int("bytes", max(0, g.Writer.Size())), slog.Duration("took", took), slog.String("user", g.GetString("user")))
}

// recover turns a panic into INTERNAL with its stack in the log.
func (s *Server) recover(g *gin.Context) {
	defer func() {
		if p := recover(); p != nil {
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			s.log.Error("panic", slog.String("request", g.GetString(requestHeader)), slog.String("panic", fmt.Sprint(p)),
				slog.String("stack", string(debug.Stack())))
			if !g.Writer.Written() {
				s.callOf(g, &Route{Path: g.FullPath()}).fail(fmt.Errorf("panic: %v", p))
			}
		}
	}()
	g.Next()
}

func (s *Server) callOf(g *gin.Context, r *Route) *call {
	return &call{gin: g, server: s, route: r, id: g.GetString(requestHeader)}
}

// enter leads a request through session, role, origin, query and body limit to the route's handler.
func (s *Server) enter(r *Route) gin.HandlerFunc {
	return func(g *gin.Context) {
		c := s.callOf(g, r)
		if r.who.signedIn {
			if err := c.admit(); err != nil {
				if c.who.User != "" && r.noted() { // who tried to see what is not theirs to see
					c.note(func() { c.fail(err) })
					return
				}
				c.fail(err)
				return
			}
		}
		limit := readTime
		if r.Method != http.MethodGet {
			limit = writeTime
		}
		if r.time > limit {
			limit = r.time
			c.allow(limit)
		}
		ctx, cancel := context.WithTimeout(g.Request.Context(), limit)
		defer cancel()
		g.Request = g.Request.WithContext(ctx)
		g.Request.Body = http.MaxBytesReader(g.Writer, g.Request.Body, r.limit)
		if r.noted() {
			c.note(c.answer)
			return
		}
		c.answer()
	}
}

// tracesAtOnce bounds the traces that are computed side by side: each is busy with a processor and holds what it visits.
func tracesAtOnce() int { return 2 * max(2, runtime.NumCPU()) }

// answer checks the query and runs the route's handler, a trace when it is its turn.
func (c *call) answer() {
	if err := c.checkQuery(); err != nil {
		c.fail(err)
		return
	}
	if c.route.Tag == tagTrace {
		select {
		case c.server.turns <- struct{}{}:
			defer func() { <-c.server.turns }()
		case <-c.ctx().Done():
			c.fail(c.ctx().Err())
			return
		}
	}
	c.route.run(c)
}

// admit finds the session and checks role and origin. Errors: NO_SESSION, NOT_PERMITTED, CROSS_SITE.
func (c *call) admit() error {
	byCookie := false
	if bearer, ok := strings.CutPrefix(c.gin.GetHeader("Authorization"), "Bearer "); ok {
		c.token = bearer
	} else if cookie, err := c.gin.Request.Cookie(cookieName); err == nil {
		c.token, byCookie = cookie.Value, true
	}
	if c.token == "" {
		return ledger.Refuse(CodeNoSession, "sign in with POST "+Base+"/sessions first")
	}
	session, err := c.server.Users.Session(c.token)
	if err != nil {
		return err
	}
	c.who = session
	c.gin.Set("user", session.User)
	if !c.route.who.allows(session.Caller()) {
		return ledger.Refuse(ledger.NotPermitted, "role "+session.Role+" of "+session.MSP+" may not do this: "+cmp.Or(c.route.who.instead, "ask an organisation that may"),
			"role", session.Role, "msp", session.MSP)
	}
	if byCookie && c.gin.Request.Method != http.MethodGet && c.gin.Request.Method != http.MethodHead && !c.sameSite() {
		return ledger.Refuse(CodeCrossSite, "send the header X-Requested-With: fundtrace with writes that are signed in by cookie")
	}
	return nil
}

// sameSite reports whether a write by cookie comes from the page: by a header that other sites cannot set without being
// asked first, or by the origin that the browser states.
func (c *call) sameSite() bool {
	if c.gin.GetHeader("X-Requested-With") == "fundtrace" {
		return true
	}
	origin, err := url.Parse(c.gin.GetHeader("Origin"))
	return err == nil && origin.Host != "" && origin.Host == c.gin.Request.Host
}
