package api

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/readlog"
)

// exportHeader carries the identifier under which the read log has the answer.
const exportHeader = "X-Export-Id"

// ReadLog is where the gateway notes who asked for what; *readlog.Log is one.
type ReadLog interface {
	Append(ctx context.Context, r readlog.Read) (int64, error)
	Page(ctx context.Context, f readlog.Filter, cursor string, limit int) (page []readlog.Record, next string, err error)
	Head() (readlog.Head, error)
}

// notedTags are the parts of the API whose answers show what somebody did with money, or leave the house as a file.
var notedTags = []string{tagTrace, tagEvidence}

// noted reports whether the read log has the route's answers: traces, evidence, and whatever is a file. A route cannot
// forget it: the tag decides. Others ask for it with inReadLog.
func (r *Route) noted() bool {
	return r.who.signedIn && (r.asksNote || slices.Contains(notedTags, r.Tag) || len(r.binary) > 0)
}

// inReadLog has a route's answers noted whatever its tag.
func (r Route) inReadLog() Route {
	r.asksNote = true
	return r
}

// note makes the answer of a noted route, a refusal too, notes it, and sends it when the note is on the disk. What cannot be
// noted is not answered. Errors: READ_LOG_UNAVAILABLE.
func (c *call) note(answer func()) {
	out := hold(c.gin.Writer)
	c.held, c.export, c.rows = out, readlog.NewExport(), -1
	out.before.Set(exportHeader, c.export)
	out.Header().Set(exportHeader, c.export)
	c.gin.Writer = out
	made := false
	defer func() { // also when the handler panics: what it has made so far is nobody's
		if !made {
			out.reset()
		}
		c.gin.Writer = out.ResponseWriter
		if err := out.close(); err != nil {
			c.server.log.Warn("a temporary file is left", slog.String("error", err.Error()))
		}
	}()
	answer()
	made = true
	_, err := c.server.readLog().Append(c.ctx(), c.asked())
	if out.failed != nil {
		err = errors.Join(err, out.failed)
	}
	c.gin.Writer = out.ResponseWriter
	if err != nil {
		out.reset()
		if errors.Is(err, readlog.ErrUnavailable) {
			c.server.metrics.unnoted.Inc()
			c.server.log.Error("ALARM: nothing can be noted in the read log, so traces and exports are refused", slog.String("error", err.Error()))
			err = ledger.Refuse(CodeReadLog, "who asked cannot be noted now, and nothing is shown that is not noted: try again, and tell the gateway's operator")
		}
		c.fail(err)
		return
	}
	if err := out.send(); err != nil {
		c.server.log.Info("an answer was cut off", slog.String("request", c.id), slog.String("error", err.Error()))
	}
}

// unsent takes back what was made of an answer, so that a refusal can take its place.
func (c *call) unsent() {
	if c.held != nil {
		c.held.reset()
	}
}

// asked describes the question and its answer.
func (c *call) asked() readlog.Read {
	r := readlog.Read{Export: c.export, Request: c.id, User: c.who.User, MSP: c.who.MSP, Role: c.who.Role, Party: c.who.Party,
		Route: c.route.Name, Asked: map[string]string{}, Status: c.held.status, Code: string(c.refused), Rows: c.rows,
		Bytes: c.held.size, SHA256: hex.EncodeToString(c.held.sum.Sum(nil)), Body: c.spelled()}
	if next := c.server.Store.Next(); next > 0 {
		r.Block = next - 1
	}
	const most = 200
	for _, p := range c.gin.Params {
		r.Asked[p.Key] = readlog.Clip(p.Value, most)
	}
	for _, p := range c.route.query { // others are refused and may be anything
		if v := c.query(p.name); v != "" {
			r.Asked[p.name] = readlog.Clip(v, most)
		}
	}
	return r
}

// rowsOf counts what an answer lists; -1 where it lists nothing.
func rowsOf(answer any) int64 {
	v := reflect.Indirect(reflect.ValueOf(answer))
	if v.Kind() != reflect.Struct {
		return -1
	}
	for _, name := range []string{"Rows", "Items"} {
		if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.Slice {
			return int64(f.Len())
		}
	}
	return -1
}

// noReadLog is the read log of a gateway that has none: it notes nothing, and so nothing is shown.
type noReadLog struct{}

func (noReadLog) Append(context.Context, readlog.Read) (int64, error) {
	return 0, readlog.ErrUnavailable
}

func (noReadLog) Page(context.Context, readlog.Filter, string, int) ([]readlog.Record, string, error) {
	return nil, "", readlog.ErrUnavailable
}

func (noReadLog) Head() (readlog.Head, error) { return readlog.Head{}, readlog.ErrUnavailable }

func (s *Server) readLog() ReadLog {
	if s.ReadLog == nil {
		return noReadLog{}
	}
	return s.ReadLog
}

// allow gives the route's answer the time that the route takes, where that is longer than the server's own limits.
func (c *call) allow(limit time.Duration) {
	if err := http.NewResponseController(c.gin.Writer).SetWriteDeadline(time.Now().Add(limit + time.Minute)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		c.server.log.Warn("a long answer may be cut off", slog.String("error", err.Error()))
	}
}
