package projection

import (
	"context"
	"database/sql"
	"errors"

	"fundtrace/chaincode/ledger"
)

// Movement is a movement as it stands now. Its stage and level are the present ones. Of a movement of claims Voucher is
// the voucher that it draws on; of an issue, the one that it makes.
type Movement struct {
	ID string `json:"movement"`
	ledger.Movement
	Level    ledger.Level  `json:"level"`
	Settled  string        `json:"settled,omitempty"` // value date of the credit
	FromFund string        `json:"from_fund,omitempty"`
	ToFund   string        `json:"to_fund,omitempty"`
	Entry    string        `json:"entry"`
	Writer   ledger.Writer `json:"writer"`
	At       string        `json:"at"` // claimed time of the transaction, RFC 3339
	Recorded
	ref int64
}

// MovementFilter narrows a list of movements. Empty fields do not narrow.
type MovementFilter struct {
	Of         string // Money, Claims or Any; empty: money, or what Kind or Voucher names
	Kind       string
	Stage      string
	From       string // account
	To         string // account
	Party      string // owner of either account, or the payee
	Fund       string // whose account pays or is paid
	Since      string // first date, YYYY-MM-DD: of the credit, or as recorded while there is none
	Until      string // last date
	Purpose    string
	Commitment string
	MinLevel   int
	Voucher    string // claim lot: money paid against it, and movements that draw on it or issued it
}

// What movements move.
const (
	Money  = "MONEY"
	Claims = "CLAIMS"
	Any    = "ANY" // money and claims; never summed into one figure
)

// of answers what the filter asks for.
func (f *MovementFilter) of() string {
	switch {
	case f.Of != "":
		return f.Of
	case f.Kind != "" && ledger.Kind(f.Kind).OfClaims():
		return Claims
	case f.Voucher != "":
		return Any
	}
	return Money
}

// Total sums movements of one currency, of money or of claims. Hidden sums those that match but may not be seen.
type Total struct {
	Of        string         `json:"of"` // MONEY or CLAIMS
	Currency  string         `json:"currency"`
	Movements int64          `json:"movements"`
	Amount    int64          `json:"amount,string"` // minor units
	Hidden    HiddenMovement `json:"hidden"`
}

// HiddenMovement is what the reader may not see of a list of movements, as one closed figure.
type HiddenMovement struct {
	Movements int64 `json:"movements"`
	Amount    int64 `json:"amount,string"` // minor units
}

const movementColumns = `m.ref, e.id, m.kind, coalesce(f.id, ''), CASE t.place WHEN 'SINK' THEN '' ELSE t.id END, m.payee, m.amount, m.currency,
m.purpose, m.date, m.settled, m.expires, m.bank_ref, m.document, m.memo, m.commitment, m.origin_source, m.origin_investor, m.origin_budget_line,
m.stage, m.level, coalesce(f.fund, ''), t.fund, m.voucher, ve.id, m.cash, ce.id, e.msp, e.role, e.party, e.name, e.at, x.id, x.ref`

const movementTables = ` FROM movement m JOIN entry e ON e.ref = m.ref >> 20 JOIN tx x ON x.ref = e.tx
LEFT JOIN account f ON f.ref = m.from_account JOIN account t ON t.ref = m.to_account
LEFT JOIN entry ve ON ve.ref = m.voucher >> 29 LEFT JOIN entry ce ON ce.ref = m.cash >> 20`

func scanMovement(r *sql.Rows) (Movement, error) {
	var m Movement
	var o ledger.Origin
	var tx int64
	var voucher, cash named
	err := r.Scan(&m.ref, &m.Entry, &m.Kind, &m.From, &m.To, &m.Payee, &m.Amount, &m.Currency, &m.Purpose, &m.Date, &m.Settled, &m.Expires,
		&m.BankRef, &m.Document, &m.Memo, &m.Commitment, &o.Source, &o.Investor, &o.BudgetLine, &m.Stage, &m.Level, &m.FromFund, &m.ToFund,
		&voucher.ref, &voucher.entry, &cash.ref, &cash.entry, &m.Writer.MSP, &m.Writer.Role, &m.Writer.Party, &m.Writer.Name, &m.At, &m.Tx, &tx)
	m.ID, m.N, m.Block = movementName(m.Entry, m.ref), opOf(m.ref), blockOf(tx)
	m.Voucher, m.Cash = voucher.lot(), cash.movement()
	if o.Source != "" {
		m.Origin = &o
	}
	return m, err
}

// seen is the condition under which the movements that the filter asks for are seen.
func (f *MovementFilter) seen(s Scope) (string, []any) {
	if f.of() == Money {
		return s.payments()
	}
	return s.movements()
}

// where adds the filter's conditions on the movement "m".
func (f *MovementFilter) where(q *query) error {
	switch f.of() {
	case Money:
		q.where("m.claims = 0")
	case Claims:
		q.where("m.claims = 1")
	case Any:
	default:
		return ledger.Refuse(ledger.FieldInvalid, "of is MONEY, CLAIMS or ANY", "field", "of")
	}
	if f.Voucher != "" {
		d, err := splitLot(f.Voucher)
		if err != nil {
			return unknown(ledger.VoucherUnknown, "voucher", f.Voucher)
		}
		q.where("m.voucher = ((SELECT ref FROM entry WHERE id = ?) << 20 | ?) << 9 | ?", d.entry, d.n, d.k)
	}
	q.equal("m.kind", f.Kind).equal("m.stage", f.Stage).equal("m.purpose", f.Purpose).equal("m.commitment", f.Commitment)
	if f.From != "" {
		q.where("m.from_account = (SELECT ref FROM account WHERE id = ?)", f.From)
	}
	if f.To != "" {
		q.where("m.to_account = (SELECT ref FROM account WHERE id = ?)", f.To)
	}
	if f.Party != "" {
		const owned = "(SELECT ref FROM account WHERE owner = ?)"
		q.where("(m.from_account IN "+owned+" OR m.to_account IN "+owned+" OR m.payee = ?)", f.Party, f.Party, f.Party)
	}
	if f.Fund != "" {
		const of = "(SELECT ref FROM account WHERE fund = ?)"
		q.where("(m.from_account IN "+of+" OR m.to_account IN "+of+")", f.Fund, f.Fund)
	}
	const date = "CASE m.settled WHEN '' THEN m.date ELSE m.settled END"
	if f.Since != "" {
		q.where(date+" >= ?", f.Since)
	}
	if f.Until != "" {
		q.where(date+" <= ?", f.Until)
	}
	if f.MinLevel > 0 {
		q.where("m.level >= ?", f.MinLevel)
	}
	return nil
}

// Movements lists movements, the last recorded first: of money unless the filter asks for others.
// Errors: FIELD_INVALID, VOUCHER_UNKNOWN.
func (db *DB) Movements(ctx context.Context, s Scope, f MovementFilter, l List) (*Page[Movement], error) {
	q := &query{text: "SELECT " + movementColumns + movementTables}
	if err := f.where(q); err != nil {
		return nil, err
	}
	cond, args := f.seen(s)
	q.where(cond, args...)
	var last int64
	if next, err := l.after(&last); err != nil {
		return nil, err
	} else if next {
		q.where("m.ref < ?", last)
	}
	return paged(ctx, db.reader, q.page("m.ref DESC", l), l, scanMovement, func(m *Movement) []any { return []any{m.ref} })
}

// MovementTotals sums the movements that match, by currency, money and claims apart. Where the filter names an account, a party or a fund that
// the reader may not see, nothing is counted as hidden: a closed figure must not answer what a list would refuse.
func (db *DB) MovementTotals(ctx context.Context, s Scope, f MovementFilter) ([]Total, error) {
	closed, err := db.mayCountHidden(ctx, s, &f)
	if err != nil {
		return nil, err
	}
	cond, args := f.seen(s)
	inner := &query{text: "SELECT m.claims, m.currency, m.amount, " + cond + " IS TRUE AS seen FROM movement m", args: args}
	if err := f.where(inner); err != nil {
		return nil, err
	}
	q := &query{text: `SELECT CASE claims WHEN 1 THEN 'CLAIMS' ELSE 'MONEY' END, currency, count(CASE WHEN seen THEN 1 END), coalesce(sum(CASE WHEN seen THEN amount END), 0),
count(CASE WHEN NOT seen THEN 1 END), coalesce(sum(CASE WHEN NOT seen THEN amount END), 0) FROM (` + inner.String() + `) GROUP BY claims, currency ORDER BY claims, currency`, args: inner.args}
	all, err := collect(ctx, db.reader, q, func(r *sql.Rows) (Total, error) {
		var t Total
		err := r.Scan(&t.Of, &t.Currency, &t.Movements, &t.Amount, &t.Hidden.Movements, &t.Hidden.Amount)
		return t, err
	})
	if err != nil || closed {
		return all, err
	}
	seen := all[:0]
	for _, t := range all {
		t.Hidden = HiddenMovement{}
		if t.Movements > 0 {
			seen = append(seen, t)
		}
	}
	return seen, nil
}

// mayCountHidden reports whether everything that the filter names is the reader's to see.
func (db *DB) mayCountHidden(ctx context.Context, s Scope, f *MovementFilter) (bool, error) {
	if s.kind == seesNothing {
		return false, nil
	}
	if f.Commitment != "" {
		if _, err := db.Commitment(ctx, s, f.Commitment); err != nil {
			return false, unlessUnknown(err)
		}
	}
	if f.Voucher != "" {
		if _, err := db.voucherRow(ctx, s, f.Voucher); err != nil {
			return false, unlessUnknown(err)
		}
	}
	cond, args := s.accounts()
	for _, named := range []struct{ column, value string }{{"a.id", f.From}, {"a.id", f.To}, {"a.owner", f.Party}, {"a.fund", f.Fund}} {
		if named.value == "" || named.column == "a.owner" && named.value == s.party {
			continue
		}
		var one int
		found, err := db.one(ctx, "SELECT 1 FROM account a WHERE "+named.column+" = ? AND "+cond+" LIMIT 1", append([]any{named.value}, args...), &one)
		if err != nil || !found {
			return false, err
		}
	}
	return true, nil
}

// unlessUnknown drops the answer "there is no such thing" and keeps failures.
func unlessUnknown(err error) error {
	var refused *ledger.Error
	if errors.As(err, &refused) {
		return nil
	}
	return err
}
