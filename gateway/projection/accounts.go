package projection

import (
	"context"
	"database/sql"

	"fundtrace/chaincode/ledger"
)

// Hidden is what the reader may not see, as one closed figure.
type Hidden struct {
	Lots   int64 `json:"lots"`
	Amount int64 `json:"amount,string"` // minor units
}

// Balance is what an account holds, as far as the reader may see its lots.
type Balance struct {
	Remaining int64  `json:"remaining,string"`  // can be drawn now
	InTransit int64  `json:"in_transit,string"` // drawn by payments that are instructed or debited
	Arriving  int64  `json:"arriving,string"`   // of payments to the account that are instructed or debited
	Lots      int64  `json:"lots"`              // with something remaining
	Hidden    Hidden `json:"hidden"`            // remaining in lots that the reader may not see
}

// Account is an account with its balance.
type Account struct {
	ledger.Account
	Place   string  `json:"place"` // FUND, ENTERPRISE, TREASURY, PUBLISHED, UNASSIGNED
	Balance Balance `json:"balance"`
	Recorded
	ref int64
}

// AccountFilter narrows a list of accounts. Empty fields do not narrow.
type AccountFilter struct {
	Owner   string // party
	Bank    string // party
	Purpose string // ledger.AccountPurpose
	Fund    string
}

const accountColumns = `a.ref, a.id, a.owner, a.bank, a.currency, a.purpose, a.policy, a.fund, a.place, x.id, x.ref`

func scanAccount(r *sql.Rows) (Account, error) {
	var a Account
	var tx int64
	err := r.Scan(&a.ref, &a.ID, &a.Owner, &a.Bank, &a.Currency, &a.Purpose, &a.Policy, &a.Fund, &a.Place, &a.Tx, &tx)
	a.Block = blockOf(tx)
	return a, err
}

func (s Scope) accountQuery() *query {
	q := &query{text: "SELECT " + accountColumns + " FROM account a JOIN tx x ON x.ref = a.tx"}
	cond, args := s.accounts()
	return q.where(cond, args...)
}

// Accounts lists accounts by identifier, each with its balance.
func (db *DB) Accounts(ctx context.Context, s Scope, f AccountFilter, l List) (*Page[Account], error) {
	q := s.accountQuery().equal("a.owner", f.Owner).equal("a.bank", f.Bank).equal("a.purpose", f.Purpose).equal("a.fund", f.Fund)
	var id string
	if next, err := l.after(&id); err != nil {
		return nil, err
	} else if next {
		q.where("a.id > ?", id)
	}
	p, err := paged(ctx, db.reader, q.page("a.id", l), l, scanAccount, func(a *Account) []any { return []any{a.ID} })
	if err != nil {
		return nil, err
	}
	for i := range p.Items {
		if err := db.balance(ctx, s, &p.Items[i]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Account answers one account with its balance. Errors: ACCOUNT_UNKNOWN.
func (db *DB) Account(ctx context.Context, s Scope, id string) (*Account, error) {
	a, err := db.AccountRecord(ctx, s, id)
	if err != nil {
		return nil, err
	}
	return a, db.balance(ctx, s, a)
}

// AccountRecord answers one account without its balance, which costs a sum over everything that is live in it.
// Errors: ACCOUNT_UNKNOWN.
func (db *DB) AccountRecord(ctx context.Context, s Scope, id string) (*Account, error) {
	found, err := collect(ctx, db.reader, s.accountQuery().where("a.id = ?", id), scanAccount)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.AccountUnknown, "account", id)
	}
	return &found[0], nil
}

// balance sums the live lots of the account, and the payments from and to it that are under way.
func (db *DB) balance(ctx context.Context, s Scope, a *Account) error {
	b := &a.Balance
	cond, args := s.lots()
	if _, err := db.one(ctx, `SELECT coalesce(sum(CASE WHEN seen THEN remaining END), 0), count(CASE WHEN seen THEN 1 END),
coalesce(sum(CASE WHEN NOT seen THEN remaining END), 0), count(CASE WHEN NOT seen THEN 1 END)
FROM (SELECT l.remaining, `+cond+` IS TRUE AS seen FROM lot l WHERE l.account = ? AND l.remaining > 0)`,
		append(append([]any{}, args...), a.ref), &b.Remaining, &b.Lots, &b.Hidden.Amount, &b.Hidden.Lots); err != nil {
		return err
	}
	cond, args = s.payments()
	_, err := db.one(ctx, `SELECT
(SELECT coalesce(sum(m.amount), 0) FROM movement m WHERE m.from_account = ? AND m.stage IN ('INSTRUCTED', 'DEBITED') AND `+cond+`),
(SELECT coalesce(sum(l.amount), 0) FROM lot l WHERE l.account = ? AND l.state = 0 AND `+lotsOf(s)+`)`,
		append(append(append([]any{a.ref}, args...), a.ref), lotArgs(s)...), &b.InTransit, &b.Arriving)
	return err
}

func lotsOf(s Scope) string { cond, _ := s.lots(); return cond }
func lotArgs(s Scope) []any { _, args := s.lots(); return args }
