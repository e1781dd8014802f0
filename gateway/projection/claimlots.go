package projection

import (
	"context"
	"database/sql"
	"strings"

	"fundtrace/chaincode/ledger"
)

// lotOf shows a voucher as the claim lot that it is.
func lotOf(v *Voucher) Lot {
	l := Lot{ID: v.Lot, Kind: ClaimLot, Parent: v.Parent, Movement: v.movement(), Account: ledger.ClaimsAccount(v.Holder), Amount: v.Face,
		Drawn: v.drawn, Remaining: v.Unpaid, Currency: v.Currency, Date: v.since(), Stage: ledger.Credited, State: v.State,
		Recorded: v.Recorded, ref: v.ref}
	if v.whose != "" {
		l.From = ledger.ClaimsAccount(v.whose)
	}
	return l
}

// since is the day on which the voucher lies with its holder: from the issue on, until it is accepted.
func (v *Voucher) since() string {
	if v.Acquired == "" {
		return v.Issued
	}
	return v.Acquired
}

func (v *Voucher) movement() string { return v.Lot[:strings.LastIndexByte(v.Lot, '.')] }

// claimLots lists the vouchers that a party holds or held as lots of its claims account, oldest first. Who may see the
// account may see all that lies in it. Errors: ACCOUNT_UNKNOWN.
func (db *DB) claimLots(ctx context.Context, s Scope, f LotFilter, l List) (*LotPage, error) {
	account := &query{text: "SELECT a.owner FROM account a"}
	account.where("a.id = ? AND a.place = 'CLAIMS'", f.Account)
	switch s.kind {
	case seesEverything:
	case seesKept:
		account.where("(a.owner = ? OR a.owner IN ("+clients+"))", s.party, s.party)
	case seesNothing:
		account.where("0")
	default:
		account.where("a.owner = ?", s.party)
	}
	owner, err := collect(ctx, db.reader, account, func(r *sql.Rows) (string, error) {
		var owner string
		return owner, r.Scan(&owner)
	})
	if err != nil {
		return nil, err
	}
	if len(owner) == 0 {
		return nil, unknown(ledger.AccountUnknown, "account", f.Account)
	}
	const date = "CASE v.acquired WHEN '' THEN v.issued ELSE v.acquired END"
	q := s.voucherQuery().where("v.holder = ?", owner[0])
	if f.Live {
		q.where("v.open > 0")
	}
	var after string
	var last int64
	if next, err := l.after(&after, &last); err != nil {
		return nil, err
	} else if next {
		q.where("("+date+", v.ref) > (?, ?)", after, last)
	}
	p, err := paged(ctx, db.reader, q.page(date+", v.ref", l), l, scanVoucher, func(v *Voucher) []any { return []any{v.since(), v.ref} })
	if err != nil {
		return nil, err
	}
	out := &LotPage{Page: Page[Lot]{Items: make([]Lot, len(p.Items)), Next: p.Next}}
	for i := range p.Items {
		out.Items[i] = lotOf(&p.Items[i])
	}
	return out, nil
}

// claimLot answers a voucher as a lot, or the lot of claims that a payment extinguished; nil where neither is seen.
func (db *DB) claimLot(ctx context.Context, s Scope, ref int64) (*Lot, error) {
	found, err := collect(ctx, db.reader, s.voucherQuery().where("v.ref = ?", ref), scanVoucher)
	if err != nil {
		return nil, err
	}
	if len(found) == 1 {
		l := lotOf(&found[0])
		return &l, nil
	}
	if ref != lotRef(movementOf(ref), 0) {
		return nil, nil
	}
	cond, args := s.movements()
	q := &query{text: "SELECT " + movementColumns + movementTables}
	q.where("m.ref = ? AND m.kind = ?", movementOf(ref), string(ledger.VoucherSettle)).where(cond, args...)
	settled, err := collect(ctx, db.reader, q, scanMovement)
	if err != nil || len(settled) == 0 {
		return nil, err
	}
	l := settled[0].extinguished()
	return &l, nil
}

// extinguished is the lot in which the claim of a settlement ends.
func (m *Movement) extinguished() Lot {
	return Lot{ID: ledger.LotID(m.ID, 0), Kind: ClaimLot, Parent: m.Voucher, Movement: m.ID, Account: m.Owner(), Amount: m.Amount,
		Currency: m.Currency, Date: m.Date, Stage: m.Stage, State: ledger.VoucherSettled, From: m.From, Recorded: m.Recorded, ref: lotRef(m.ref, 0)}
}

// claimYields adds draws and yields of a movement of claims.
func (db *DB) claimYields(ctx context.Context, s Scope, d *MovementDetail) error {
	if d.Kind == ledger.VoucherSettle {
		d.yield(d.extinguished(), true)
		return nil
	}
	cond, args := s.vouchers()
	q := &query{text: "SELECT " + voucherColumns + ", 1, " + cond + " IS TRUE" + voucherTables + " WHERE v.ref BETWEEN ? << 9 AND ? << 9 | 511 ORDER BY v.ref",
		args: append(append([]any{}, args...), d.ref, d.ref)}
	_, err := collect(ctx, db.reader, q, func(r *sql.Rows) (struct{}, error) {
		var seen bool
		v, err := scanVoucherAnd(r, &seen)
		d.yield(lotOf(&v), seen)
		return struct{}{}, err
	})
	return err
}
