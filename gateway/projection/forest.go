package projection

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/trace"
)

// Forest is the record as one reader sees it at one moment: a snapshot of whole blocks, which does not change while
// it is traced. It is for one goroutine. Close it soon: an open snapshot keeps the database from tidying its log.
type Forest struct {
	db    *DB
	scope Scope
	tx    *sql.Tx
}

var _ trace.Forest = (*Forest)(nil)

// Forest opens a snapshot for a reader.
func (db *DB) Forest(ctx context.Context, s Scope) (*Forest, error) {
	tx, err := db.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("open a snapshot of the read model: %w", err)
	}
	return &Forest{db: db, scope: s, tx: tx}, nil
}

// Close ends the snapshot.
func (f *Forest) Close() error { return f.tx.Rollback() }

// list spells references as a JSON array, which SQL takes as one argument of any length.
func list(refs []trace.Ref) string {
	b := []byte{'['}
	for i, r := range refs {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(r), 10)
	}
	return string(append(b, ']'))
}

// lots selects what tracing needs of lots, and whether the reader may see each.
func (f *Forest) lots(ctx context.Context, where string, args ...any) ([]trace.Lot, error) {
	cond, scoped := f.scope.lots()
	q := &query{text: "SELECT l.ref, coalesce(l.parent, 0), l.root, l.account, l.amount, l.drawn, l.state, " + cond + " IS TRUE FROM lot l WHERE " + where + " ORDER BY l.ref",
		args: append(append([]any{}, scoped...), args...)}
	return collect(ctx, f.tx, q, func(r *sql.Rows) (trace.Lot, error) {
		var l trace.Lot
		var seen bool
		err := r.Scan(&l.Ref, &l.Parent, &l.Root, &l.Account, &l.Amount, &l.Drawn, &l.Standing, &seen)
		l.Movement, l.Hidden = trace.Ref(movementOf(int64(l.Ref))), !seen
		return l, err
	})
}

// Find answers the lot of that identifier. Errors: LOT_UNKNOWN; FIELD_INVALID for the lot of a commitment and for a
// voucher, which carry no money.
func (f *Forest) Find(ctx context.Context, lot string) (trace.Lot, error) {
	ref, err := lotRefIn(ctx, f.tx, lot)
	if err != nil {
		return trace.Lot{}, err
	}
	found, err := f.lots(ctx, "l.ref = ?", ref)
	if err != nil {
		return trace.Lot{}, err
	}
	if len(found) == 1 && !found[0].Hidden {
		return found[0], nil
	}
	if v, err := collect(ctx, f.tx, f.scope.voucherQuery().where("v.ref = ?", ref), scanVoucher); err != nil {
		return trace.Lot{}, err
	} else if len(v) == 1 {
		return trace.Lot{}, ledger.Refuse(ledger.FieldInvalid, "the lot is a voucher, a claim and not money: look at its tree, or trace the payments against it", "field", "lot", "voucher", lot)
	}
	q := f.scope.commitmentQuery()
	promised, err := collect(ctx, f.tx, q.where("c.lot = ?", ref), scanCommitment)
	if err == nil && len(promised) == 1 {
		err = ledger.Refuse(ledger.FieldInvalid, "the lot belongs to commitment "+promised[0].ID+
			", a promise and not money: trace the contributions that call it", "field", "lot", "commitment", promised[0].ID)
	}
	if err == nil {
		err = unknown(ledger.LotUnknown, "lot", lot)
	}
	return trace.Lot{}, err
}

// Lots answers lots in ascending order.
func (f *Forest) Lots(ctx context.Context, lots []trace.Ref) ([]trace.Lot, error) {
	return f.lots(ctx, "l.ref IN (SELECT value FROM json_each(?))", list(lots))
}

// Children answers the lots that were drawn from any of the parents.
func (f *Forest) Children(ctx context.Context, parents []trace.Ref) ([]trace.Lot, error) {
	return f.lots(ctx, "l.parent IN (SELECT value FROM json_each(?))", list(parents))
}

// Held answers every lot that was ever yielded to any of the accounts, with its date.
func (f *Forest) Held(ctx context.Context, accounts []trace.Ref) ([]trace.Lot, error) {
	cond, scoped := f.scope.lots()
	q := &query{text: "SELECT l.ref, coalesce(l.parent, 0), l.root, l.account, l.amount, l.drawn, l.state, l.date, " + cond +
		" IS TRUE FROM lot l WHERE l.account IN (SELECT value FROM json_each(?)) ORDER BY l.ref", args: append(append([]any{}, scoped...), list(accounts))}
	return collect(ctx, f.tx, q, func(r *sql.Rows) (trace.Lot, error) {
		var l trace.Lot
		var seen bool
		err := r.Scan(&l.Ref, &l.Parent, &l.Root, &l.Account, &l.Amount, &l.Drawn, &l.Standing, &l.Date, &seen)
		l.Movement, l.Hidden = trace.Ref(movementOf(int64(l.Ref))), !seen
		return l, err
	})
}

// Accounts answers accounts and sinks, labelled by fund or owner.
func (f *Forest) Accounts(ctx context.Context, accounts []trace.Ref) ([]trace.Account, error) {
	q := &query{text: `SELECT a.ref, a.id, a.place, coalesce(nullif(f.name, ''), nullif(p.name, ''), ''), a.owner, a.fund, a.currency
FROM account a LEFT JOIN fund f ON f.id = a.fund LEFT JOIN party p ON p.id = a.owner
WHERE a.ref IN (SELECT value FROM json_each(?)) ORDER BY a.ref`, args: []any{list(accounts)}}
	return collect(ctx, f.tx, q, func(r *sql.Rows) (trace.Account, error) {
		var a trace.Account
		return a, r.Scan(&a.Ref, &a.ID, &a.Place, &a.Label, &a.Owner, &a.Fund, &a.Currency)
	})
}

// Facts answers what may be told about lots and the movements that yielded them.
func (f *Forest) Facts(ctx context.Context, lots []trace.Ref) ([]trace.Fact, error) {
	q := &query{text: "SELECT " + lotColumns + ", m.kind, m.payee, m.purpose, m.voucher, ve.id" + lotTables + " LEFT JOIN entry ve ON ve.ref = m.voucher >> 29 WHERE l.ref IN (SELECT value FROM json_each(?)) ORDER BY l.ref",
		args: []any{list(lots)}}
	return collect(ctx, f.tx, q, func(r *sql.Rows) (trace.Fact, error) {
		var t trace.Fact
		var voucher named
		l, err := scanLotAnd(r, &t.Kind, &t.Payee, &t.Purpose, &voucher.ref, &voucher.entry)
		t.Voucher = voucher.lot()
		t.Ref, t.Lot, t.Parent, t.ID, t.Stage, t.Level, t.Date = trace.Ref(l.ref), l.ID, l.Parent, l.Movement, l.Stage, l.Level, l.Date
		t.From, t.To, t.Origin = l.From, l.Account, l.Origin
		return t, err
	})
}

// OwnedBy answers the accounts of a party that the reader may see. A bare unified social credit code is accepted.
// Errors: PARTY_UNKNOWN.
func (f *Forest) OwnedBy(ctx context.Context, party string) ([]trace.Ref, error) {
	id := fullPartyID(party)
	cond, args := f.scope.accounts()
	q := &query{text: "SELECT a.ref FROM account a"}
	owned, err := collect(ctx, f.tx, q.where("a.owner = ? AND a.place <> 'CLAIMS'", id).where(cond, args...), func(r *sql.Rows) (trace.Ref, error) {
		var ref trace.Ref
		return ref, r.Scan(&ref)
	})
	if err != nil || len(owned) > 0 {
		return owned, err
	}
	cond, args = f.scope.parties()
	q = &query{text: "SELECT p.id FROM party p"}
	known, err := collect(ctx, f.tx, q.where("p.id = ?", id).where(cond, args...), func(r *sql.Rows) (string, error) {
		var id string
		return id, r.Scan(&id)
	})
	if err == nil && len(known) == 0 {
		err = unknown(ledger.PartyUnknown, "party", party)
	}
	return nil, err
}

// AccountOf answers the account of a fund. Errors: FUND_UNKNOWN.
func (f *Forest) AccountOf(ctx context.Context, fund string) (trace.Ref, error) {
	cond, args := f.scope.accounts()
	q := &query{text: "SELECT a.ref FROM account a"}
	found, err := collect(ctx, f.tx, q.where("a.fund = ?", fund).where(cond, args...), func(r *sql.Rows) (trace.Ref, error) {
		var ref trace.Ref
		return ref, r.Scan(&ref)
	})
	if err == nil && len(found) == 0 {
		err = unknown(ledger.FundUnknown, "fund", fund)
	}
	if err != nil {
		return 0, err
	}
	return found[0], nil
}
