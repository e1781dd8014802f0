package projection

import (
	"context"
	"database/sql"
	"encoding/json"

	"fundtrace/chaincode/ledger"
)

// The states of claims.
const (
	ClaimOpen      = "OPEN" // registered; the debtor has yet to confirm
	ClaimConfirmed = "CONFIRMED"
	ClaimCancelled = "CANCELLED"
)

// ClaimFilter narrows a list of claims. Empty fields do not narrow.
type ClaimFilter struct {
	Creditor string // party
	Debtor   string // party
	Party    string // creditor or debtor
	State    string // OPEN, CONFIRMED, CANCELLED
}

// Claim is a receivable as it stands now. Who only holds a voucher of it is not told its papers.
type Claim struct {
	ledger.Claim
	State string `json:"state"`
	Used  int64  `json:"used,string"` // by vouchers, minor units
	Left  int64  `json:"left,string"`
	Recorded
	ref int64
}

const claimColumns = `c.ref, c.state, c.used, c.body, x.id, x.ref`

const claimTables = ` FROM claim c JOIN tx x ON x.ref = c.tx`

func (s Scope) claimQuery() *query {
	cond, args := s.claims()
	q := &query{text: "SELECT " + claimColumns + claimTables}
	return q.where(cond, args...)
}

func scanClaim(r *sql.Rows) (Claim, error) { return scanClaimAnd(r) }

func scanClaimAnd(r *sql.Rows, more ...any) (Claim, error) {
	var c Claim
	var body []byte
	var tx int64
	if err := r.Scan(append([]any{&c.ref, &c.State, &c.Used, &body, &c.Tx, &tx}, more...)...); err != nil {
		return c, err
	}
	err := json.Unmarshal(body, &c.Claim)
	c.Left, c.Block = c.Amount-c.Used, blockOf(tx)
	return c, err
}

// Claims lists claims, the last registered first.
func (db *DB) Claims(ctx context.Context, s Scope, f ClaimFilter, l List) (*Page[Claim], error) {
	q := s.claimQuery().equal("c.creditor", f.Creditor).equal("c.debtor", f.Debtor).equal("c.state", f.State)
	if f.Party != "" {
		q.where("(c.creditor = ? OR c.debtor = ?)", f.Party, f.Party)
	}
	var last int64
	if next, err := l.after(&last); err != nil {
		return nil, err
	} else if next {
		q.where("c.ref < ?", last)
	}
	return paged(ctx, db.reader, q.page("c.ref DESC", l), l, scanClaim, func(c *Claim) []any { return []any{c.ref} })
}

// Claim answers one claim. Errors: CLAIM_UNKNOWN.
func (db *DB) Claim(ctx context.Context, s Scope, id string) (*Claim, error) {
	entry, n, err := splitMovement(id)
	if err != nil {
		return nil, unknown(ledger.ClaimUnknown, "claim", id)
	}
	found, err := collect(ctx, db.reader, s.claimQuery().where("c.ref = (SELECT ref FROM entry WHERE id = ?) << 20 | ?", entry, n), scanClaim)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.ClaimUnknown, "claim", id)
	}
	return &found[0], nil
}

// claimBehind answers the claim of a voucher that the reader sees. Who does not see the claim by itself is told between
// whom it is and that it is confirmed, not its papers or its size.
func (db *DB) claimBehind(ctx context.Context, s Scope, id string) (*Claim, error) {
	entry, n, err := splitMovement(id)
	if err != nil {
		return nil, err
	}
	cond, args := s.claims()
	q := &query{text: "SELECT " + claimColumns + ", " + cond + " IS TRUE" + claimTables, args: append([]any{}, args...)}
	found, err := collect(ctx, db.reader, q.where("c.ref = (SELECT ref FROM entry WHERE id = ?) << 20 | ?", entry, n), func(r *sql.Rows) (Claim, error) {
		var seen bool
		c, err := scanClaimAnd(r, &seen)
		if !seen {
			c = Claim{Claim: ledger.Claim{ID: c.ID, Creditor: c.Creditor, Debtor: c.Debtor, Currency: c.Currency}, State: c.State, Recorded: c.Recorded, ref: c.ref}
		}
		return c, err
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}
