package projection

import (
	"context"
	"database/sql"
	"strings"

	"fundtrace/chaincode/ledger"
)

// Party is the latest version of a party.
type Party struct {
	ledger.Party
	Recorded
}

// PartyDetail is a party with its earlier versions, newest first, and those of its accounts that the reader may see.
type PartyDetail struct {
	Party
	Versions []Party   `json:"versions"`
	Accounts []Account `json:"accounts"`
}

// PartyFilter narrows a list of parties. Empty fields do not narrow.
type PartyFilter struct {
	Kind   string
	Region string // GB/T 2260 prefix
	Query  string // part of the name, or the beginning of the identifier with or without its scheme
}

// parties is the condition under which the party "p" is seen: public institutions; the reader itself; owners of
// accounts that it sees; and whom its accounts have dealt with, trade and vouchers included. A manager also sees whom its funds' money was paid to.
func (s Scope) parties() (string, []any) {
	if s.kind == seesNothing || s.kind == seesEverything {
		return s.accounts()
	}
	accounts, args := s.accounts()
	own, mine := s.ownAccounts()
	cond := "(p.kind IN ('GOV', 'BANK', 'FUND', 'MANAGER') OR p.id = ?" +
		" OR p.id IN (SELECT a.owner FROM account a WHERE " + accounts + ")" +
		" OR p.id IN (SELECT party FROM dealing WHERE account IN (" + own + "))"
	all := append(append([]any{s.party}, args...), mine...)
	if s.kind == seesManaged {
		cond += " OR p.id IN (SELECT payee FROM movement WHERE lineage <> 0 AND payee <> '' AND lineage IN (" + managedLineages + "))"
		all = append(all, s.party)
	}
	return cond + ")", all
}

const partyColumns = `p.id, p.kind, p.name, p.region, p.industry, p.size, p.size_date, p.top, p.licence, p.licensed_until, p.version,
p.effective_from, x.id, x.ref`

func scanParty(r *sql.Rows) (Party, error) {
	var p Party
	var tx int64
	var licence ledger.Licence
	err := r.Scan(&p.ID, &p.Kind, &p.Name, &p.Region, &p.Industry, &p.Size, &p.SizeDate, &p.Group, &licence.Kind, &licence.Until, &p.Version,
		&p.EffectiveFrom, &p.Tx, &tx)
	if p.Block = blockOf(tx); licence.Kind != "" {
		p.Licence = &licence
	}
	return p, err
}

// Parties lists parties by identifier.
func (db *DB) Parties(ctx context.Context, s Scope, f PartyFilter, l List) (*Page[Party], error) {
	q := &query{text: "SELECT " + partyColumns + " FROM party p JOIN tx x ON x.ref = p.tx"}
	q.equal("p.kind", f.Kind)
	if f.Region != "" {
		q.where(`p.region LIKE ? ESCAPE '\'`, escapeLike(f.Region)+"%")
	}
	if f.Query != "" {
		like := escapeLike(f.Query)
		q.where(`(p.name LIKE ? ESCAPE '\' OR p.id LIKE ? ESCAPE '\' OR p.id LIKE ? ESCAPE '\')`, "%"+like+"%", like+"%", "%:"+like+"%")
	}
	cond, args := s.parties()
	q.where(cond, args...)
	var id string
	if next, err := l.after(&id); err != nil {
		return nil, err
	} else if next {
		q.where("p.id > ?", id)
	}
	return paged(ctx, db.reader, q.page("p.id", l), l, scanParty, func(p *Party) []any { return []any{p.ID} })
}

// Party answers one party. A bare unified social credit code is accepted. Errors: PARTY_UNKNOWN.
func (db *DB) Party(ctx context.Context, s Scope, id string) (*PartyDetail, error) {
	full := fullPartyID(id)
	q := &query{text: "SELECT " + partyColumns + " FROM party p JOIN tx x ON x.ref = p.tx"}
	cond, args := s.parties()
	found, err := collect(ctx, db.reader, q.where("p.id = ?", full).where(cond, args...), scanParty)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.PartyUnknown, "party", id)
	}
	d := &PartyDetail{Party: found[0]}
	history := &query{text: "SELECT " + strings.Replace(partyColumns, "p.id", "p.party", 1) + " FROM party_version p JOIN tx x ON x.ref = p.tx WHERE p.party = ? ORDER BY p.version DESC", args: []any{full}}
	if d.Versions, err = collect(ctx, db.reader, history, scanParty); err != nil {
		return nil, err
	}
	accounts, err := db.Accounts(ctx, s, AccountFilter{Owner: full}, List{Limit: 500})
	if err != nil {
		return nil, err
	}
	d.Accounts = accounts.Items
	return d, nil
}

// fullPartyID adds the scheme to a bare unified social credit code.
func fullPartyID(id string) string {
	if strings.Contains(id, ":") {
		return id
	}
	return ledger.SchemeUSCC + ":" + id
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
