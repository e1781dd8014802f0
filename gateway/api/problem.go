package api

import (
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/users"
)

// Problem is an error as it is answered: RFC 9457, media type application/problem+json. Code is stable, Detail is a
// sentence that says what to do.
type Problem struct {
	Type      string            `json:"type"`   // address that explains the code, relative to the gateway
	Title     string            `json:"title"`  // the same for every occurrence of the code
	Status    int               `json:"status"` // HTTP status
	Detail    string            `json:"detail"`
	Code      ledger.Code       `json:"code"`
	RequestID string            `json:"request_id"`
	Values    map[string]string `json:"values,omitempty"` // the values concerned
	Errors    []ProblemRow      `json:"errors,omitempty"` // refused operations of a batch
	// ErrorsOmitted counts refused operations that are not listed.
	ErrorsOmitted int `json:"errors_omitted,omitempty"`
}

// ProblemRow is one refused operation, or one refused line of a file.
type ProblemRow struct {
	Row    int               `json:"row"` // position in the request, from 0; for files the line number, from 1
	Code   ledger.Code       `json:"code"`
	Detail string            `json:"detail"`
	Column string            `json:"column,omitempty"` // of a file; in XML the element
	File   string            `json:"file,omitempty"`   // its name, where there are several
	Values map[string]string `json:"values,omitempty"`
}

// problemOf writes an error down as a problem.
func problemOf(err error, request string) Problem {
	status, e := explain(err)
	p := Problem{Type: Base + "/problems/" + string(e.Code), Title: reasons[e.Code].Title, Status: status, Detail: e.Message,
		Code: e.Code, RequestID: request, Values: e.Detail, ErrorsOmitted: e.RowsOmitted}
	if p.Title == "" {
		p.Title = string(e.Code)
	}
	for _, r := range e.Rows {
		p.Errors = append(p.Errors, ProblemRow{Row: r.Op, Code: r.Code, Detail: r.Message, Values: r.Detail})
	}
	return p
}

// fail answers an error and ends the request. Faults of the gateway go to the log with their cause.
func (c *call) fail(err error) {
	p := problemOf(err, c.id)
	c.refused = p.Code
	var rows fileRows
	if errors.As(err, &rows) {
		p.Errors = rows.rows
	}
	if p.Status >= http.StatusInternalServerError && p.Code != codeLedgerDown && p.Code != codeContention {
		c.server.log.LogAttrs(c.ctx(), slog.LevelError, "request failed", slog.String("request", c.id),
			slog.String("route", c.route.Path), slog.String("code", string(p.Code)), slog.String("error", err.Error()))
	}
	var many *users.TooManyAttempts
	switch {
	case errors.As(err, &many):
		c.gin.Header("Retry-After", strconv.Itoa(many.Seconds()))
	case p.Status == http.StatusServiceUnavailable:
		c.gin.Header("Retry-After", "2")
	case p.Status == http.StatusUnauthorized:
		c.gin.Header("WWW-Authenticate", `Bearer realm="fundtrace"`)
	}
	body, err := json.Marshal(p)
	if err != nil { // strings and numbers only: cannot happen
		c.gin.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.gin.Abort()
	c.gin.Data(p.Status, "application/problem+json", body)
}

// fileRows is a refusal of lines of a file.
type fileRows struct {
	error
	rows []ProblemRow
}

func (f fileRows) Unwrap() error { return f.error }

// ProblemType explains a code.
type ProblemType struct {
	Code   ledger.Code `json:"code"`
	Title  string      `json:"title"`
	Status int         `json:"status"`
}

// ProblemTypes lists the codes.
type ProblemTypes struct {
	Problems []ProblemType `json:"problems"`
}

func (s *Server) problemTypes(*call) (ProblemTypes, error) {
	var p ProblemTypes
	for _, code := range slices.Sorted(maps.Keys(reasons)) {
		p.Problems = append(p.Problems, ProblemType{Code: code, Title: reasons[code].Title, Status: reasons[code].Status})
	}
	return p, nil
}

func (s *Server) problemType(c *call) (ProblemType, error) {
	code := ledger.Code(c.param("code"))
	r, ok := reasons[code]
	if !ok {
		return ProblemType{}, ledger.Refuse(CodeNotFound, "there is no such code")
	}
	return ProblemType{Code: code, Title: r.Title, Status: r.Status}, nil
}
