package projection

import (
	"context"
	"database/sql"
	"strings"

	"fundtrace/chaincode/ledger"
)

// The kinds of lots.
const (
	Cash             = "cash"
	CommittedCapital = "commitment" // a promise: what is called is drawn from it
	ClaimLot         = "claim"      // a voucher: what is split, passed on or settled is drawn from it
)

// Lot is a lot as it stands now.
type Lot struct {
	ID        string         `json:"lot"`
	Kind      string         `json:"kind"`             // cash, commitment or claim
	Parent    string         `json:"parent,omitempty"` // drawn lot; empty for roots
	Movement  string         `json:"movement"`         // for commitments: the operation that signed it
	Account   string         `json:"account"`          // owner: an account or a sink; for commitments the commitment
	Amount    int64          `json:"amount,string"`    // minor units, as yielded
	Drawn     int64          `json:"drawn,string"`     // reserved or gone
	Remaining int64          `json:"remaining,string"` // what can be drawn now
	Currency  string         `json:"currency"`
	Date      string         `json:"date"` // value date on which it arrived, or was instructed
	Stage     ledger.Stage   `json:"stage,omitempty"`
	Level     ledger.Level   `json:"level"`
	Origin    *ledger.Origin `json:"origin,omitempty"` // of roots
	From      string         `json:"from,omitempty"`   // account that paid it
	// State is the voucher's: whether a claim lot is live it says, not the stage of its movement.
	State ledger.VoucherState `json:"state,omitempty"`
	Recorded
	ref int64
}

// LotFilter narrows a list of lots.
type LotFilter struct {
	Account string // required
	Live    bool   // only those with something remaining
}

// LotPage is a page of the lots of an account. Hidden sums the lots of the account that the reader may not see: what
// remains of them where live lots were asked for, otherwise what they amounted to. It is the same on every page.
type LotPage struct {
	Page[Lot]
	Hidden Hidden `json:"hidden"`
}

const lotColumns = `l.ref, e.id, l.parent, pe.id, a.id, l.amount, l.drawn, l.remaining, m.currency, l.date, m.stage, m.level,
m.origin_source, m.origin_investor, m.origin_budget_line, coalesce(f.id, ''), x.id, x.ref`

const lotTables = ` FROM lot l JOIN movement m ON m.ref = l.ref >> 9 JOIN entry e ON e.ref = l.ref >> 29 JOIN tx x ON x.ref = e.tx
JOIN account a ON a.ref = l.account LEFT JOIN account f ON f.ref = m.from_account
LEFT JOIN entry pe ON pe.ref = l.parent >> 29`

func scanLot(r *sql.Rows) (Lot, error) { return scanLotAnd(r) }

// scanLotAnd reads a lot and what else the row holds after it.
func scanLotAnd(r *sql.Rows, more ...any) (Lot, error) {
	l := Lot{Kind: Cash}
	var tx int64
	var parent sql.NullInt64
	var entry string
	var parentEntry sql.NullString
	var o ledger.Origin
	err := r.Scan(append([]any{&l.ref, &entry, &parent, &parentEntry, &l.Account, &l.Amount, &l.Drawn, &l.Remaining, &l.Currency, &l.Date, &l.Stage,
		&l.Level, &o.Source, &o.Investor, &o.BudgetLine, &l.From, &l.Tx, &tx}, more...)...)
	l.ID, l.Movement, l.Block = lotName(entry, l.ref), movementName(entry, movementOf(l.ref)), blockOf(tx)
	if parent.Valid {
		l.Parent = lotName(parentEntry.String, parent.Int64)
	}
	if o.Source != "" {
		l.Origin = &o
	}
	return l, err
}

// Lots lists the lots of an account, oldest first: by value date, lots of one day in the order of the ledger.
// The account that holds a party's claims, ledger.ClaimsAccount, lists its vouchers. Errors: ACCOUNT_UNKNOWN.
func (db *DB) Lots(ctx context.Context, s Scope, f LotFilter, l List) (*LotPage, error) {
	if strings.HasPrefix(f.Account, ledger.ClaimsPrefix) {
		return db.claimLots(ctx, s, f, l)
	}
	a, err := db.AccountRecord(ctx, s, f.Account)
	if err != nil {
		return nil, err
	}
	which, size := "l.account = ? AND l.state IN (0, 1)", "l.amount"
	if f.Live {
		which, size = "l.account = ? AND l.remaining > 0", "l.remaining"
	}
	cond, args := s.lots()
	q := &query{text: "SELECT " + lotColumns + lotTables}
	q.where(which, a.ref).where(cond, args...)
	var date string
	var last int64
	if next, err := l.after(&date, &last); err != nil {
		return nil, err
	} else if next {
		q.where("(l.date, l.ref) > (?, ?)", date, last)
	}
	p, err := paged(ctx, db.reader, q.page("l.date, l.ref", l), l, scanLot, func(l *Lot) []any { return []any{l.Date, l.ref} })
	if err != nil {
		return nil, err
	}
	out := &LotPage{Page: *p}
	if s.kind != seesEverything {
		_, err = db.one(ctx, "SELECT count(*), coalesce(sum("+size+"), 0) FROM lot l WHERE "+which+" AND "+cond+" IS NOT TRUE",
			append([]any{a.ref}, args...), &out.Hidden.Lots, &out.Hidden.Amount)
	}
	return out, err
}

// Lot answers one lot, of cash, of claims or of a commitment. Errors: LOT_UNKNOWN.
func (db *DB) Lot(ctx context.Context, s Scope, id string) (*Lot, error) {
	ref, err := lotRefIn(ctx, db.reader, id)
	if err != nil {
		return nil, err
	}
	cond, args := s.lots()
	q := &query{text: "SELECT " + lotColumns + lotTables}
	found, err := collect(ctx, db.reader, q.where("l.ref = ?", ref).where(cond, args...), scanLot)
	if err != nil {
		return nil, err
	}
	if len(found) == 1 {
		return &found[0], nil
	}
	if l, err := db.claimLot(ctx, s, ref); err != nil || l != nil {
		return l, err
	}
	var name string
	if ok, err := db.one(ctx, "SELECT id FROM commitment WHERE lot = ?", []any{ref}, &name); err != nil {
		return nil, err
	} else if ok {
		if c, err := db.Commitment(ctx, s, name); err == nil {
			return &Lot{ID: id, Kind: CommittedCapital, Movement: c.Lot[:len(c.Lot)-len(".0")], Account: c.ID, Amount: c.Amount, Drawn: c.Called,
				Remaining: c.Left, Currency: c.Currency, Date: c.Date, Recorded: c.Recorded}, nil
		}
	}
	return nil, unknown(ledger.LotUnknown, "lot", id)
}

// lotRefIn answers the reference of a lot's identifier, whether or not there is such a lot in its entry.
// Errors: LOT_UNKNOWN.
func lotRefIn(ctx context.Context, from rows, id string) (int64, error) {
	d, err := splitLot(id)
	if err != nil {
		return 0, unknown(ledger.LotUnknown, "lot", id)
	}
	found, err := collect(ctx, from, &query{text: "SELECT ref FROM entry WHERE id = ?", args: []any{d.entry}}, func(r *sql.Rows) (int64, error) {
		var ref int64
		return ref, r.Scan(&ref)
	})
	if err != nil {
		return 0, err
	}
	if len(found) == 0 {
		return 0, unknown(ledger.LotUnknown, "lot", id)
	}
	return lotRef(movementRef(found[0], d.n), d.k), nil
}
