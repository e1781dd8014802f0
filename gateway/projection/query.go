package projection

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"fundtrace/chaincode/ledger"
)

// List asks for one page of a list.
type List struct {
	Limit  int    // rows of a page; 0 means 50, at most 500
	Cursor string // Next of the page before; empty for the first
}

// Page is one page of a list. Next continues it and is empty at the end.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// Recorded says which transaction recorded something.
type Recorded struct {
	Tx    string `json:"tx"`
	Block uint64 `json:"block"`
}

func (l List) limit() int {
	if l.Limit <= 0 {
		return 50
	}
	return min(l.Limit, 500)
}

// cursor packs the sort key of a page's last row; readers take it as it is.
func cursor(key ...any) string {
	b, err := json.Marshal(key)
	if err != nil { // strings and integers only: cannot happen
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// after unpacks a cursor into the parts of a sort key, each a *string or an *int64. It answers false for the first
// page. Errors: FIELD_INVALID.
func (l List) after(key ...any) (bool, error) {
	if l.Cursor == "" {
		return false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(l.Cursor)
	if err == nil {
		n := len(key)
		if err = json.Unmarshal(b, &key); err == nil && len(key) == n {
			return true, nil
		}
	}
	return false, ledger.Refuse(ledger.FieldInvalid, "cursor is not one that this list answered: take next of the page before", "field", "cursor")
}

// query is a SELECT under construction; conditions and their arguments are added together.
type query struct {
	text string
	cond []string
	args []any
}

func (q *query) where(cond string, args ...any) *query {
	q.cond, q.args = append(q.cond, cond), append(q.args, args...)
	return q
}

// equal adds a condition for a filter that is set.
func (q *query) equal(column, value string) *query {
	if value != "" {
		q.where(column+" = ?", value)
	}
	return q
}

// page adds order and limit, one row beyond the page so that its end is known.
func (q *query) page(order string, l List) *query {
	q.args = append(q.args, l.limit()+1)
	q.text = q.String() + " ORDER BY " + order + " LIMIT ?"
	q.cond = nil
	return q
}

func (q *query) String() string {
	if len(q.cond) == 0 {
		return q.text
	}
	return q.text + " WHERE " + strings.Join(q.cond, " AND ")
}

// rows is what reads: the pool of readers, or the snapshot of a forest.
type rows interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// collect reads every row of a query.
func collect[T any](ctx context.Context, from rows, q *query, scan func(*sql.Rows) (T, error)) ([]T, error) {
	r, err := from.QueryContext(ctx, q.String(), q.args...)
	if err != nil {
		return nil, fmt.Errorf("query the read model: %w", err)
	}
	defer r.Close()
	out := []T{}
	for r.Next() {
		v, err := scan(r)
		if err != nil {
			return nil, fmt.Errorf("read the read model: %w", err)
		}
		out = append(out, v)
	}
	if err := r.Err(); err != nil {
		return nil, fmt.Errorf("query the read model: %w", err)
	}
	return out, nil
}

// paged reads one page of a query that page completed; key answers the sort key of a row.
func paged[T any](ctx context.Context, from rows, q *query, l List, scan func(*sql.Rows) (T, error), key func(*T) []any) (*Page[T], error) {
	items, err := collect(ctx, from, q, scan)
	if err != nil {
		return nil, err
	}
	p := &Page[T]{Items: items}
	if n := l.limit(); len(items) > n {
		p.Items = items[:n]
		p.Next = cursor(key(&items[n-1])...)
	}
	return p, nil
}

// one reads a single row; found is false when there is none.
func (db *DB) one(ctx context.Context, text string, args []any, into ...any) (found bool, err error) {
	err = db.reader.QueryRowContext(ctx, text, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("query the read model: %w", err)
	}
	return true, nil
}

// unknown is the answer about what is not there and about what the reader may not see, so that one cannot be told
// from the other.
func unknown(code ledger.Code, what, id string) error {
	if r := []rune(id); len(r) > 60 {
		id = string(r[:60]) + "…"
	}
	return ledger.Refuse(code, "there is no "+what+" \""+id+"\" that you may see", what, id)
}
