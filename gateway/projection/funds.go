package projection

import (
	"context"
	"database/sql"
	"encoding/json"

	"fundtrace/chaincode/ledger"
)

// Fund is an established fund.
type Fund struct {
	ledger.Fund
	Recorded
}

// FundFilter narrows a list of funds. Empty fields do not narrow.
type FundFilter struct {
	Level   string // PARENT, SUB, DIRECT
	Class   string // INDUSTRY, VC, ANGEL
	Manager string // party
	Parent  string // fund
	Region  string // GB/T 2260 prefix
}

// funds is the condition under which the fund "f" is seen: the reader manages it, sees its account or has dealt with it.
func (s Scope) funds() (string, []any) {
	if s.kind == seesNothing || s.kind == seesEverything {
		return s.accounts()
	}
	accounts, args := s.accounts()
	own, mine := s.ownAccounts()
	cond := "(f.manager = ? OR f.account IN (SELECT a.id FROM account a WHERE " + accounts + ")" +
		" OR f.party IN (SELECT party FROM dealing WHERE account IN (" + own + ")))"
	return cond, append(append([]any{s.party}, args...), mine...)
}

func (s Scope) fundQuery() *query {
	q := &query{text: `SELECT f.id, f.party, f.level, f.class, f.name, f.parent, f.manager, f.account, f.region, f.term_start, f.term_end, f.mandate,
x.id, x.ref FROM fund f JOIN tx x ON x.ref = f.tx`}
	cond, args := s.funds()
	return q.where(cond, args...)
}

func scanFund(r *sql.Rows) (Fund, error) {
	var f Fund
	var tx int64
	var mandate []byte
	if err := r.Scan(&f.ID, &f.Party, &f.Level, &f.Class, &f.Name, &f.Parent, &f.Manager, &f.Account, &f.Region, &f.TermStart, &f.TermEnd, &mandate,
		&f.Tx, &tx); err != nil {
		return f, err
	}
	f.Block = blockOf(tx)
	return f, json.Unmarshal(mandate, &f.Mandate)
}

// Funds lists funds by identifier.
func (db *DB) Funds(ctx context.Context, s Scope, f FundFilter, l List) (*Page[Fund], error) {
	q := s.fundQuery().equal("f.level", f.Level).equal("f.class", f.Class).equal("f.manager", f.Manager).equal("f.parent", f.Parent)
	if f.Region != "" {
		q.where(`f.region LIKE ? ESCAPE '\'`, escapeLike(f.Region)+"%")
	}
	var id string
	if next, err := l.after(&id); err != nil {
		return nil, err
	} else if next {
		q.where("f.id > ?", id)
	}
	return paged(ctx, db.reader, q.page("f.id", l), l, scanFund, func(f *Fund) []any { return []any{f.ID} })
}

// Fund answers one fund. Errors: FUND_UNKNOWN.
func (db *DB) Fund(ctx context.Context, s Scope, id string) (*Fund, error) {
	found, err := collect(ctx, db.reader, s.fundQuery().where("f.id = ?", id), scanFund)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.FundUnknown, "fund", id)
	}
	return &found[0], nil
}

// Commitment is a signed commitment and what has been called of it.
type Commitment struct {
	ledger.Commitment
	Called int64 `json:"called,string"` // minor units, calls that are under way included
	Left   int64 `json:"left,string"`
	Recorded
}

// CommitmentFilter narrows a list of commitments. Empty fields do not narrow.
type CommitmentFilter struct {
	Fund     string
	Investor string // party
}

// commitmentQuery sees the commitments of funds whose account the reader sees, and those that the reader itself signed.
func (s Scope) commitmentQuery() *query {
	q := &query{text: `SELECT c.id, c.fund, c.investor, c.class, c.source, c.amount, c.called, c.currency, c.date, c.document, c.lot, e.id, x.id, x.ref, c.account
FROM commitment c JOIN entry e ON e.ref = c.lot >> 29 JOIN tx x ON x.ref = c.tx`}
	cond, args := s.accounts()
	return q.where("(c.investor = ? OR EXISTS (SELECT 1 FROM account a WHERE (a.fund = c.fund AND c.fund <> '' OR a.id = c.account) AND "+cond+"))", append([]any{s.investor()}, args...)...)
}

// investor is whose commitments the reader sees beside those of its funds.
func (s Scope) investor() string {
	if s.kind == seesNothing {
		return ""
	}
	return s.party
}

func scanCommitment(r *sql.Rows) (Commitment, error) {
	var c Commitment
	var lot, tx int64
	var entry string
	err := r.Scan(&c.ID, &c.Fund, &c.Investor, &c.Class, &c.Source, &c.Amount, &c.Called, &c.Currency, &c.Date, &c.Document, &lot, &entry, &c.Tx, &tx, &c.Account)
	c.Left, c.Lot, c.Block = c.Amount-c.Called, lotName(entry, lot), blockOf(tx)
	return c, err
}

// Commitments lists commitments by identifier.
func (db *DB) Commitments(ctx context.Context, s Scope, f CommitmentFilter, l List) (*Page[Commitment], error) {
	q := s.commitmentQuery().equal("c.fund", f.Fund).equal("c.investor", f.Investor)
	var id string
	if next, err := l.after(&id); err != nil {
		return nil, err
	} else if next {
		q.where("c.id > ?", id)
	}
	return paged(ctx, db.reader, q.page("c.id", l), l, scanCommitment, func(c *Commitment) []any { return []any{c.ID} })
}

// Commitment answers one commitment. Errors: COMMITMENT_UNKNOWN.
func (db *DB) Commitment(ctx context.Context, s Scope, id string) (*Commitment, error) {
	found, err := collect(ctx, db.reader, s.commitmentQuery().where("c.id = ?", id), scanCommitment)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.CommitmentUnknown, "commitment", id)
	}
	return &found[0], nil
}
