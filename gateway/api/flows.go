package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"math"
	"strconv"
	"sync"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace/convention"
)

// flowQuery is the query of flows.
var flowQuery = []param{
	{name: "stage", about: "when money counts; DISBURSED (credited to the enterprise) when absent", values: texts(flow.Stages())},
	{name: "class", about: "whose money it was when it entered; ALL when absent", values: texts(flow.Classes())},
	{name: "method", about: "convention that divides commingled money among classes; RECORDED when absent", values: texts(flow.Methods())},
	{name: "level", about: "how finely regions are told apart; PROVINCE when absent", values: texts(flow.Levels())},
	{name: "currency", about: "ISO 4217; needed where the ledger holds several"},
	{name: "fund", about: "only what this fund paid, or was promised"},
	{name: "from", about: "first year", number: true},
	{name: "to", about: "last year", number: true},
	{name: "as_of", about: "value date, YYYY-MM-DD: only what was true by then counts", date: true},
	{name: "known_at", about: "block: only what blocks up to it tell counts; everything when absent", number: true},
}

// lineQuery is the query of the movements behind a cell.
var lineQuery = append(append([]param{}, flowQuery...),
	param{name: "region", about: "of the cell: a code of the level, or the name of a province; every region when absent"},
	param{name: "year", about: "of the cell; every year when absent", number: true},
	param{name: "unplaced", about: "true: what is in no cell, because nobody stated the enterprise's region as finely", values: flags})

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// LinePage is one page of the movements behind a cell. Total is over all pages: the cell's own figures.
type LinePage struct {
	Items []flow.Line `json:"items"`
	Total flow.Sum    `json:"total"`
	Next  string      `json:"next"`
}

// flowsAsked reads the query of flows. Errors: QUERY_INVALID, FIELD_INVALID.
func (c *call) flowsAsked() (flow.Query, *uint64, error) {
	q := flow.Query{Stage: flow.Stage(c.query("stage")), Class: flow.Class(c.query("class")), Method: convention.Method(c.query("method")),
		Level: flow.Level(c.query("level")), Currency: c.query("currency"), Fund: c.query("fund")}
	var err error
	if q.From, err = c.number("from", 0, 0, 9999); err != nil {
		return q, nil, err
	}
	if q.To, err = c.number("to", 0, 0, 9999); err != nil {
		return q, nil, err
	}
	known, err := c.number("known_at", -1, 0, math.MaxInt)
	if err != nil {
		return q, nil, err
	}
	if q, err = q.Complete(); err != nil || known < 0 {
		return q, nil, err
	}
	block := uint64(known)
	return q, &block, nil
}

func (s *Server) flows(c *call) (flow.Table, error) {
	q, known, err := c.flowsAsked()
	if err != nil {
		return flow.Table{}, err
	}
	book, err := s.flowBook(c.ctx(), c.scope(), c.query("as_of"), known, q.Whole())
	if err != nil {
		return flow.Table{}, err
	}
	return found(flow.Cells(c.ctx(), book, q))
}

func (s *Server) flowLines(c *call) (LinePage, error) {
	q, known, err := c.flowsAsked()
	if err != nil {
		return LinePage{}, err
	}
	l, err := c.list()
	if err != nil {
		return LinePage{}, err
	}
	year, err := c.number("year", 0, 0, 9999)
	if err != nil {
		return LinePage{}, err
	}
	unplaced, err := c.flag("unplaced")
	if err != nil {
		return LinePage{}, err
	}
	from := 0
	if l.Cursor != "" {
		text, err := base64.RawURLEncoding.DecodeString(l.Cursor)
		if err == nil {
			from, err = strconv.Atoi(string(text))
		}
		if err != nil || from < 0 {
			return LinePage{}, ledger.Refuse(ledger.FieldInvalid, "cursor is not one that this list answered: take next of the page before", "field", "cursor")
		}
	}
	book, err := s.flowBook(c.ctx(), c.scope(), c.query("as_of"), known, q.Whole())
	if err != nil {
		return LinePage{}, err
	}
	p, err := flow.Drill(c.ctx(), book, q, c.query("region"), year, unplaced, from, cmp.Or(l.Limit, DefaultLimit))
	if err != nil {
		return LinePage{}, err
	}
	page := LinePage{Items: p.Items, Total: p.Total}
	if p.Next > 0 {
		page.Next = base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(p.Next)))
	}
	return page, nil
}

// flowShelf keeps the books that were read last: drilling down asks the same one again and again.
type flowShelf struct {
	mu    sync.Mutex
	books []shelved
}

// shelved is a book with what it was read for.
type shelved struct {
	next  uint64 // blocks that were folded
	asOf  string
	known uint64
	whole bool
	book  *flow.Book
}

// flowBooks is how many books are kept.
const flowBooks = 2

// flowBook reads the book of flows, or takes it from the shelf. Who may not see everything is refused before the shelf is
// looked at. Errors: NOT_PERMITTED, FIELD_INVALID.
func (s *Server) flowBook(ctx context.Context, scope projection.Scope, asOf string, known *uint64, whole bool) (*flow.Book, error) {
	if scope != everything {
		return s.Store.FlowBook(ctx, scope, asOf, known, whole)
	}
	key := shelved{next: s.Store.Next(), asOf: asOf, known: math.MaxUint64, whole: whole}
	if known != nil {
		key.known = *known
	}
	s.shelf.mu.Lock()
	for _, b := range s.shelf.books {
		if b.next == key.next && b.asOf == asOf && b.known == key.known && (b.whole || !whole) {
			s.shelf.mu.Unlock()
			return b.book, nil
		}
	}
	s.shelf.mu.Unlock()
	book, err := s.Store.FlowBook(ctx, scope, asOf, known, whole)
	if err != nil {
		return nil, err
	}
	if known == nil && book.Block+1 != key.next { // a block came in between: what was read is of a later moment
		return book, nil
	}
	key.book = book
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	s.shelf.books = append([]shelved{key}, s.shelf.books[:min(len(s.shelf.books), flowBooks-1)]...)
	return book, nil
}
