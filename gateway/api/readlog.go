package api

import (
	"errors"
	"math"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/readlog"
)

// ReadLogPage is a page of the read log, and where the log stands.
type ReadLogPage struct {
	Items []readlog.Record `json:"items"` // newest first
	Next  string           `json:"next"`
	Head  readlog.Head     `json:"head"` // held against the ledger's anchors by gateway readlog verify
}

// Anchors are a page of the anchors that the ledger has of logs kept outside it.
type Anchors struct {
	Items []projection.Anchor `json:"items"`
}

// anchorQuery asks for anchors.
var anchorQuery = []param{
	{name: "stream", about: "organisation/name, such as FinanceMSP/gateway; the latest of every stream when absent"},
	{name: "after", about: "the stream's anchors behind this number; from the first when absent", number: true},
	{name: "limit", about: "anchors of a page, 1 to 500; 50 when absent", number: true},
}

func (s *Server) anchors(c *call) (Anchors, error) {
	limit, err := c.number("limit", DefaultLimit, 1, MaxLimit)
	if err != nil {
		return Anchors{}, err
	}
	after, err := c.number("after", 0, 0, math.MaxInt)
	if err != nil {
		return Anchors{}, err
	}
	var a Anchors
	if stream := c.query("stream"); stream != "" {
		a.Items, err = s.Store.Anchors(c.ctx(), stream, int64(after), limit)
	} else {
		a.Items, err = s.Store.AnchorStreams(c.ctx())
	}
	if a.Items == nil {
		a.Items = []projection.Anchor{}
	}
	return a, err
}

// readLogFilters are the query of the read log.
var readLogFilters = []param{
	{name: "user", about: "who asked"},
	{name: "msp", about: "organisation of who asked"},
	{name: "route", about: "what was asked, by its operation here, such as lotTrace"},
	{name: "export", about: "identifier of one answer"},
	{name: "about", about: "identifier of a lot, movement, fund, party or account that was asked about"},
	{name: "since", about: "first day in China, YYYY-MM-DD", date: true},
	{name: "until", about: "last day in China, YYYY-MM-DD", date: true},
}

func (s *Server) readLogPage(c *call) (ReadLogPage, error) {
	var p ReadLogPage
	l, err := c.list()
	if err != nil {
		return p, err
	}
	if p.Head, err = s.readLog().Head(); err == nil {
		f := readlog.Filter{User: c.query("user"), MSP: c.query("msp"), Route: c.query("route"), Export: c.query("export"), About: c.query("about"),
			Since: c.query("since"), Until: c.query("until")}
		p.Items, p.Next, err = s.readLog().Page(c.ctx(), f, l.Cursor, l.Limit)
	}
	if errors.Is(err, readlog.ErrCursor) {
		err = ledger.Refuse(ledger.FieldInvalid, "cursor is not one that this list answered: take next of the page before", "field", "cursor")
	}
	return p, err
}
