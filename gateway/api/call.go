package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/users"
)

// call is one request on its way through a route.
type call struct {
	gin    *gin.Context
	server *Server
	route  *Route
	id     string        // request id
	who    users.Session // zero when the route is open to anyone
	token  string        // of the session

	purposes map[string]ledger.AccountPurpose // of accounts looked up, see published

	// Of a route that is noted in the read log; see note.
	held       *held
	export     string      // identifier of the answer
	sent       []byte      // JSON body of the request
	understood any         // what was read from it; nil where it was refused
	refused    ledger.Code // the answer is a refusal
	rows       int64       // that the answer lists, -1: none
}

func (c *call) ctx() context.Context { return c.gin.Request.Context() }

// param answers a part of the path.
func (c *call) param(name string) string { return c.gin.Param(name) }

// query answers a query parameter.
func (c *call) query(name string) string { return c.gin.Query(name) }

// flag reads a query parameter that is true or false. Errors: QUERY_INVALID.
func (c *call) flag(name string) (bool, error) {
	switch v := c.query(name); v {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, badQuery(name, "true or false")
}

// number reads a whole number within bounds, or the default. Errors: QUERY_INVALID.
func (c *call) number(name string, def, low, high int) (int, error) {
	v := c.query(name)
	if v == "" {
		return def, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		return 0, badQuery(name, "a whole number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
	}
	return n, nil
}

func badQuery(name, want string) *ledger.Error {
	return ledger.Refuse(CodeQueryInvalid, "the query parameter "+name+" must be "+want, "parameter", name)
}

// checkQuery refuses parameters that the route does not know, and values that a parameter does not take: a misspelt
// filter must not look like an unfiltered answer. Errors: QUERY_INVALID.
func (c *call) checkQuery() error {
	for name, values := range c.gin.Request.URL.Query() {
		i := slices.IndexFunc(c.route.query, func(p param) bool { return p.name == name })
		if i < 0 {
			return ledger.Refuse(CodeQueryInvalid, "there is no query parameter of that name here: see GET "+Base+"/openapi.json", "parameter", clip(name))
		}
		p := c.route.query[i]
		if len(values) > 1 {
			return badQuery(name, "given once")
		}
		if len(p.values) > 0 && values[0] != "" && !slices.Contains(p.values, values[0]) {
			return ledger.Refuse(CodeQueryInvalid, "the query parameter "+name+" takes another value", "parameter", name, "value", clip(values[0]))
		}
		if _, err := time.Parse(time.DateOnly, values[0]); p.date && values[0] != "" && err != nil {
			return badQuery(name, "a calendar date YYYY-MM-DD")
		}
	}
	for _, p := range c.route.query {
		if p.required && c.query(p.name) == "" {
			return ledger.Refuse(CodeQueryInvalid, "the query parameter "+p.name+" is missing: give it a value", "parameter", p.name)
		}
	}
	return nil
}

// decode reads the JSON body strictly. Errors: MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE, MALFORMED.
func (c *call) decode(v any) error {
	kind, _, err := mime.ParseMediaType(c.gin.GetHeader("Content-Type"))
	if err != nil || kind != "application/json" {
		return ledger.Refuse(CodeMediaType, "send the body as application/json")
	}
	data, err := c.body()
	if err != nil {
		return err
	}
	c.sent = data
	if err := ledger.DecodeStrict(data, v); err != nil {
		return err
	}
	c.understood = v
	return nil
}

// body reads the whole body within the route's limit. Errors: BODY_TOO_LARGE, MALFORMED.
func (c *call) body() ([]byte, error) {
	data, err := io.ReadAll(c.gin.Request.Body)
	var large *http.MaxBytesError
	if err != nil && !errors.As(err, &large) {
		return nil, ledger.Refuse(ledger.Malformed, "the body ended before it was complete: send it again")
	}
	return data, err
}

// finish writes the answer of a handler.
func (c *call) finish(r reply[any], err error) {
	if err != nil {
		c.fail(err)
		return
	}
	c.rows = rowsOf(r.body)
	if r.status == 0 {
		r.status = c.route.status
	}
	if r.location != "" {
		c.gin.Header("Location", r.location)
	}
	if r.status == http.StatusNoContent {
		c.gin.Status(r.status)
		c.gin.Writer.WriteHeaderNow()
		return
	}
	c.gin.JSON(r.status, r.body)
}

// clip keeps hostile values from filling an answer.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
