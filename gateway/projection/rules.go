package projection

import (
	"context"
	"database/sql"
	"encoding/json"

	"fundtrace/chaincode/ledger"
)

// RuleRecord is every version of a rule, oldest first.
type RuleRecord struct {
	ID       string        `json:"id"`
	Versions []RuleVersion `json:"versions"`
}

// RuleVersion is a version of a rule and the transaction that published it.
type RuleVersion struct {
	ledger.Rule
	Recorded
}

// History answers the versions as the ledger keeps them.
func (r *RuleRecord) History() *ledger.RuleHistory {
	h := &ledger.RuleHistory{Versions: make([]ledger.Rule, len(r.Versions))}
	for i := range r.Versions {
		h.Versions[i] = r.Versions[i].Rule
	}
	return h
}

// Calendar is the latest version of a year's calendar.
type Calendar struct {
	ledger.Calendar
	Recorded
}

// Issuer is what stands against an issuer.
type Issuer struct {
	ledger.Issuer
	Blocked bool `json:"blocked"` // it may not issue
	Recorded
}

// Rules lists every rule by its identifier. Rules are public.
func (db *DB) Rules(ctx context.Context) ([]RuleRecord, error) { return db.rules(ctx, &query{}) }

// Rule answers one rule. Errors: RULE_MISSING.
func (db *DB) Rule(ctx context.Context, id string) (*RuleRecord, error) {
	q := &query{}
	found, err := db.rules(ctx, q.where("r.id = ?", id))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ledger.Refuse(ledger.RuleMissing, "no version of this rule has been published: let the finance bureau publish one", "rule", id)
	}
	return &found[0], nil
}

func (db *DB) rules(ctx context.Context, q *query) ([]RuleRecord, error) {
	q.text = "SELECT r.body, x.id, x.ref FROM rule r JOIN tx x ON x.ref = r.tx"
	q.text, q.cond = q.String()+" ORDER BY r.id, r.version", nil
	out := []RuleRecord{}
	_, err := collect(ctx, db.reader, q, func(r *sql.Rows) (struct{}, error) {
		var v RuleVersion
		if err := scanBody(r, &v.Rule, &v.Recorded); err != nil {
			return struct{}{}, err
		}
		if n := len(out); n == 0 || out[n-1].ID != v.ID {
			out = append(out, RuleRecord{ID: v.ID})
		}
		last := &out[len(out)-1]
		last.Versions = append(last.Versions, v)
		return struct{}{}, nil
	})
	return out, err
}

// Calendars lists the present calendar of each year that has one. Calendars are public.
func (db *DB) Calendars(ctx context.Context) ([]Calendar, error) {
	q := &query{text: `SELECT c.body, x.id, x.ref FROM calendar c JOIN tx x ON x.ref = c.tx
WHERE c.version = (SELECT max(version) FROM calendar WHERE year = c.year) ORDER BY c.year`}
	return collect(ctx, db.reader, q, func(r *sql.Rows) (Calendar, error) {
		var c Calendar
		return c, scanBody(r, &c.Calendar, &c.Recorded)
	})
}

// scanBody reads a row of body, transaction and its reference, and further columns behind them.
func scanBody(r *sql.Rows, into any, by *Recorded, further ...any) error {
	var body []byte
	var tx int64
	if err := r.Scan(append([]any{&body, &by.Tx, &tx}, further...)...); err != nil {
		return err
	}
	by.Block = blockOf(tx)
	return json.Unmarshal(body, into)
}

// Issuer answers what stands against a party that issues, nothing where it is clean: who is offered its vouchers must
// be able to ask. A bare unified social credit code is accepted. Errors: PARTY_UNKNOWN.
func (db *DB) Issuer(ctx context.Context, s Scope, party string) (*Issuer, error) {
	cond, args := s.parties()
	q := &query{text: `SELECT p.id, coalesce(i.overdue, 0), coalesce(i.flags, 'null'), coalesce(x.id, ''), coalesce(x.ref, 0)
FROM party p LEFT JOIN issuer i ON i.party = p.id LEFT JOIN tx x ON x.ref = i.tx`}
	found, err := collect(ctx, db.reader, q.where("p.id = ?", fullPartyID(party)).where(cond, args...), func(r *sql.Rows) (Issuer, error) {
		var i Issuer
		var flags []byte
		var tx int64
		if err := r.Scan(&i.Party, &i.Overdue, &flags, &i.Tx, &tx); err != nil {
			return i, err
		}
		err := json.Unmarshal(flags, &i.Flags)
		i.Block, i.Blocked = blockOf(tx), i.Issuer.Blocked()
		return i, err
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.PartyUnknown, "party", party)
	}
	return &found[0], nil
}
