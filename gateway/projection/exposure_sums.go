package projection

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// exposer sums the vouchers of one party that a reader may see. The first failure is kept and ends the work.
type exposer struct {
	ctx    context.Context
	from   rows
	scope  Scope
	party  string
	failed error
}

// tally sums the vouchers of one currency, month of maturity, tier and other party.
type tally struct {
	currency, month, other string
	tier                   int
	open, late             VoucherSum // late: of open, in default
	drafted, issued        VoucherSum
	pledged, bought        VoucherSum // of open, as somebody's pledge; as bought by who holds it
	settled, interest      int64
	cancelled, writtenOff  int64
}

// Drafts bind nobody: only what was signed a second time is issued, and pieces only come of that.
const (
	isOpen   = "v.open > 0 AND v.state <> 'DRAFT'"
	isIssued = "v.signed <> ''"
)

// tallies answers the sums over the vouchers "v" that match and that the reader sees. In where ?1 is the party.
func (x *exposer) tallies(other, where string) []tally {
	if x.failed != nil {
		return nil
	}
	columns := []string{}
	for _, s := range []struct{ when, amount string }{
		{isOpen, "v.open"}, {isOpen + " AND v.defaulted <> ''", "v.open"},
		{"v.parent IS NULL AND v.state = 'DRAFT'", "v.face"}, {"v.parent IS NULL AND " + isIssued, "v.face"},
		{isOpen + " AND v.pledgee <> ''", "v.open"}, {isOpen + " AND v.pledgee = '' AND v.made = 'VOUCHER_FINANCE'", "v.open"},
	} {
		columns = append(columns, "count(CASE WHEN "+s.when+" THEN 1 END), coalesce(sum(CASE WHEN "+s.when+" THEN "+s.amount+" END), 0)")
	}
	const rest = "coalesce(sum(CASE WHEN v.state = '%s' AND (v.parent IS NOT NULL OR " + isIssued + ") THEN v.face - v.settled END), 0)"
	cond, args := x.scope.vouchers()
	q := &query{text: "SELECT v.currency, substr(v.maturity, 1, 7), v.tier, " + other + ", " + strings.Join(columns, ", ") + ", sum(v.settled), sum(v.interest), " +
		fmt.Sprintf(rest, "CANCELLED") + ", " + fmt.Sprintf(rest, "WRITTEN_OFF") + " FROM voucher v WHERE " + where + " AND " + cond + " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
		args: append([]any{x.party}, args...)}
	out, err := collect(x.ctx, x.from, q, func(r *sql.Rows) (tally, error) {
		var t tally
		return t, r.Scan(&t.currency, &t.month, &t.tier, &t.other, &t.open.Vouchers, &t.open.Amount, &t.late.Vouchers, &t.late.Amount, &t.drafted.Vouchers,
			&t.drafted.Amount, &t.issued.Vouchers, &t.issued.Amount, &t.pledged.Vouchers, &t.pledged.Amount, &t.bought.Vouchers, &t.bought.Amount,
			&t.settled, &t.interest, &t.cancelled, &t.writtenOff)
	})
	x.failed = err
	return out
}

// paid sums the payments of a kind against vouchers, by currency, as far as the reader sees them; account is the column
// of the account that is the party's.
func (x *exposer) paid(kind, account string) map[string]VoucherSum {
	out := map[string]VoucherSum{}
	cond, args := x.scope.payments()
	x.byCurrency("SELECT m.currency, count(*), sum(m.amount) FROM movement m WHERE m.claims = 0 AND m.kind = '"+kind+"' AND "+account+
		" IN (SELECT ref FROM account WHERE owner = ?1) AND "+cond+" GROUP BY 1", args, out)
	return out
}

// discounts sums what the party kept on vouchers that it bought, by currency.
func (x *exposer) discounts() map[string]VoucherSum {
	out := map[string]VoucherSum{}
	cond, args := x.scope.vouchers()
	x.byCurrency("SELECT v.currency, count(*), sum(v.discount) FROM voucher v WHERE v.funder = ?1 AND v.funder <> '' AND "+cond+" GROUP BY 1", args, out)
	return out
}

func (x *exposer) byCurrency(text string, args []any, out map[string]VoucherSum) {
	if x.failed != nil {
		return
	}
	_, x.failed = collect(x.ctx, x.from, &query{text: text, args: append([]any{x.party}, args...)}, func(r *sql.Rows) (struct{}, error) {
		var currency string
		var s VoucherSum
		err := r.Scan(&currency, &s.Vouchers, &s.Amount)
		out[currency] = s
		return struct{}{}, err
	})
}

// groups sums issuers by the party at the top of their group.
func (x *exposer) groups(issuers []PartySum) []PartySum {
	top := map[string]string{}
	for _, p := range issuers {
		top[p.Party] = p.Party
	}
	for range mostGroupLevels {
		above := x.tops(top)
		moved := false
		for issuer, t := range top {
			if up := above[t]; up != "" && up != t {
				top[issuer], moved = up, true
			}
		}
		if !moved {
			break
		}
	}
	var out []PartySum
	for _, p := range issuers {
		out = addTo(out, func(s *PartySum) bool { return s.Party == top[p.Party] }, PartySum{Party: top[p.Party]}, func(s *PartySum) { s.add(p.VoucherSum) })
	}
	return out
}

// mostGroupLevels bounds how far up a group is followed: parties that name each other as top have none.
const mostGroupLevels = 10

// tops answers who stands above parties in their groups.
func (x *exposer) tops(of map[string]string) map[string]string {
	out := map[string]string{}
	if x.failed != nil || len(of) == 0 {
		return out
	}
	ids := make([]string, 0, len(of))
	for _, t := range of {
		ids = append(ids, t)
	}
	list, err := json.Marshal(ids)
	if err != nil {
		x.failed = fmt.Errorf("encode identifiers: %w", err)
		return out
	}
	q := &query{text: "SELECT id, top FROM party WHERE top <> '' AND id IN (SELECT value FROM json_each(?))", args: []any{string(list)}}
	_, x.failed = collect(x.ctx, x.from, q, func(r *sql.Rows) (struct{}, error) {
		var id, top string
		err := r.Scan(&id, &top)
		out[id] = top
		return struct{}{}, err
	})
	return out
}

// largest orders parties by amount, gives each its name and its share of the whole and keeps the first mostParties.
func (x *exposer) largest(all []PartySum, whole int64) []PartySum {
	slices.SortStableFunc(all, func(p, q PartySum) int {
		return cmp.Or(cmp.Compare(q.Amount, p.Amount), strings.Compare(p.Party, q.Party))
	})
	out := append([]PartySum{}, all[:min(len(all), mostParties)]...)
	ids := make([]string, len(out))
	for i := range out {
		out[i].SharePPM = sharePPM(out[i].Amount, whole)
		ids[i] = out[i].Party
	}
	if x.failed != nil {
		return out
	}
	var names map[string]string
	names, x.failed = namesOf(x.ctx, x.from, ids)
	for i := range out {
		out[i].Name = names[out[i].Party]
	}
	return out
}

// sharePPM is part of whole in millionths, rounded half up.
func sharePPM(part, whole int64) int64 {
	if whole <= 0 {
		return 0
	}
	n := new(big.Int).Mul(big.NewInt(part), big.NewInt(2_000_000))
	n.Add(n, big.NewInt(whole))
	return n.Quo(n, new(big.Int).Lsh(big.NewInt(whole), 1)).Int64()
}
