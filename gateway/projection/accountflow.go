package projection

import (
	"context"
	"database/sql"
	"fmt"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/arena"
	"fundtrace/gateway/trace/attribution"
)

// Statements is a moment read account by account, as bank statements are: what conventions of tracing go by. It is for one
// goroutine, and ends with its moment.
type Statements struct {
	*arena.Statements
	moment *Moment
}

var _ attribution.Record = (*Statements)(nil)

// Statements answers the moment's payments.
func (m *Moment) Statements() *Statements { return &Statements{m.View.Statements(), m} }

// Key names reader, moment and what the reader may see.
func (s *Statements) Key() string {
	asOf, known := s.moment.Moment()
	scope := s.moment.under.scope
	return fmt.Sprintf("%d %s|%d|%d|%d", scope.kind, scope.party, asOf, known, s.moment.next)
}

// Shelf keeps what questions about conventions need again.
func (s *Statements) Shelf() *attribution.Shelf { return &s.moment.under.db.shelf }

// Total answers the recorded totals of a lot's trace. Errors: LOT_UNKNOWN, FIELD_INVALID (a promise or a claim).
func (s *Statements) Total(ctx context.Context, lot string) (*trace.Answer, error) {
	return trace.Total(ctx, s.moment, lot)
}

// Facts answers what may be told about lots.
func (s *Statements) Facts(ctx context.Context, lots []trace.Ref) ([]trace.Fact, error) {
	return s.moment.Facts(ctx, lots)
}

// Terms answers what accounts and sinks are. An account is whole for those whose account it is by itself, whatever lies in
// it: of those that a manager's funds have fed it sees the lots that came from there only.
func (s *Statements) Terms(ctx context.Context, accounts []trace.Ref) ([]attribution.Terms, error) {
	scope := s.moment.under.scope
	whole, args := "1", []any{}
	switch scope.kind {
	case seesNothing:
		whole = "0"
	case seesEverything:
	default:
		var own string
		own, args = scope.ownAccounts()
		whole = "a.place = 'SINK' OR a.ref IN (" + own + ")"
	}
	seen, more := scope.accounts()
	args = append(append(append([]any{}, args...), more...), list(accounts))
	q := &query{text: `SELECT a.ref, a.id, a.place, coalesce(nullif(f.name, ''), nullif(p.name, ''), ''), a.owner, a.fund, a.currency, a.policy = 'NAMED', ` + whole + `, ` + seen + ` IS TRUE
FROM account a LEFT JOIN fund f ON f.id = a.fund LEFT JOIN party p ON p.id = a.owner
WHERE a.ref IN (SELECT value FROM json_each(?)) ORDER BY a.ref`, args: args}
	return collect(ctx, s.moment.under.tx, q, func(r *sql.Rows) (attribution.Terms, error) {
		var t attribution.Terms
		return t, r.Scan(&t.Ref, &t.ID, &t.Place, &t.Label, &t.Owner, &t.Fund, &t.Currency, &t.Named, &t.Whole, &t.Seen)
	})
}

// Origins answers where the money of root lots came from.
func (s *Statements) Origins(ctx context.Context, roots []trace.Ref) (map[trace.Ref]ledger.Origin, error) {
	given := s.Given(roots)
	q := &query{text: `SELECT l.ref, m.origin_source, m.origin_investor, m.origin_budget_line FROM lot l JOIN movement m ON m.ref = l.ref >> 9
WHERE l.ref IN (SELECT value FROM json_each(?)) AND l.parent IS NULL ORDER BY l.ref`, args: []any{list(given)}}
	out := make(map[trace.Ref]ledger.Origin, len(roots))
	at := make(map[trace.Ref]trace.Ref, len(roots))
	for i, ref := range given {
		at[ref] = roots[i]
	}
	_, err := collect(ctx, s.moment.under.tx, q, func(r *sql.Rows) (struct{}, error) {
		var ref trace.Ref
		var o ledger.Origin
		err := r.Scan(&ref, &o.Source, &o.Investor, &o.BudgetLine)
		out[at[ref]] = o
		return struct{}{}, err
	})
	return out, err
}
