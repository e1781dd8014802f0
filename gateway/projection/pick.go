package projection

import (
	"context"
	"fmt"
	"strconv"

	"fundtrace/chaincode/ledger"
)

// PickLots chooses the lots of an account that an amount (minor units) is drawn from, oldest first: by the value date
// on which they arrived, lots of one day in the order of the ledger. The account's policy OLDEST_FIRST means this.
//
// It reads what is folded. Whoever submits the draws is told by the ledger when somebody else was faster.
// Errors: ACCOUNT_UNKNOWN; AMOUNT_INVALID; DRAWS_MISSING when the account's policy is NAMED: its payer must name the
// tranche; LOT_OVERDRAWN when the account holds less; TOO_LARGE when more than ledger.MaxDraws lots are needed.
func (db *DB) PickLots(ctx context.Context, s Scope, account string, amount int64) ([]ledger.Draw, error) {
	if amount <= 0 {
		return nil, ledger.Refuse(ledger.AmountInvalid, "amount must be positive, in minor units (fen)", "field", "amount")
	}
	cond, args := s.accounts()
	var ref int64
	var policy string
	found, err := db.one(ctx, "SELECT a.ref, a.policy FROM account a WHERE a.id = ? AND a.place NOT IN ('SINK', 'CLAIMS') AND "+cond, append([]any{account}, args...), &ref, &policy)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, unknown(ledger.AccountUnknown, "account", account)
	}
	if ledger.DrawPolicy(policy) == ledger.Named {
		return nil, ledger.Refuse(ledger.DrawsMissing, "payments from "+account+" must name the lots they draw on: the account's policy is NAMED", "account", account)
	}
	cond, args = s.lots()
	rows, err := db.reader.QueryContext(ctx, `SELECT l.ref, l.remaining, e.id FROM lot l JOIN entry e ON e.ref = l.ref >> 29
WHERE l.account = ? AND l.remaining > 0 AND `+cond+" ORDER BY l.date, l.ref LIMIT ?", append(append([]any{ref}, args...), ledger.MaxDraws)...)
	if err != nil {
		return nil, fmt.Errorf("pick lots of %s: %w", account, err)
	}
	defer rows.Close()
	var draws []ledger.Draw
	missing := amount
	for missing > 0 && rows.Next() {
		var lot, remaining int64
		var entry string
		if err := rows.Scan(&lot, &remaining, &entry); err != nil {
			return nil, fmt.Errorf("pick lots of %s: %w", account, err)
		}
		take := min(remaining, missing)
		draws = append(draws, ledger.Draw{Lot: lotName(entry, lot), Amount: take})
		missing -= take
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("pick lots of %s: %w", account, err)
	}
	if missing == 0 {
		return draws, nil
	}
	if len(draws) == ledger.MaxDraws {
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the payment needs more than %d lots of %s: split it; the oldest %d lots hold %d",
			ledger.MaxDraws, account, ledger.MaxDraws, amount-missing), "left", strconv.FormatInt(amount-missing, 10))
	}
	left := strconv.FormatInt(amount-missing, 10)
	return nil, ledger.Refuse(ledger.LotOverdrawn, account+" holds "+left+": pay at most that", "account", account, "left", left)
}
