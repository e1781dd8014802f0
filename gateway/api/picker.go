package api

import (
	"context"
	"math"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// Picker chooses the lots that a payment without draws takes, by the policy of the payer's account, from the read model.
type Picker struct{ Store Store }

// Next is the first block that Pick does not know.
func (p Picker) Next() uint64 { return p.Store.Next() }

// Wait returns once Pick knows the block.
func (p Picker) Wait(ctx context.Context, block uint64) error { return p.Store.Wait(ctx, block) }

// Pick answers draws on the oldest live lots of the account that cover the amount. taken is what payments under way have
// drawn beyond what the read model shows, by lot, in minor units. Errors: ACCOUNT_UNKNOWN, DRAWS_MISSING where the
// account's policy wants its tranches named, LOT_OVERDRAWN.
//
// The amount may be that of many payments together: how many lots one of them may draw on is for the ledger to say.
func (p Picker) Pick(ctx context.Context, account string, amount int64, taken map[string]int64) ([]ledger.Draw, error) {
	if amount <= 0 {
		return nil, ledger.Refuse(ledger.AmountInvalid, "movement.amount must be positive, in minor units (fen)", "field", "movement.amount")
	}
	if draws, ok, err := p.fast(ctx, account, amount, taken); ok || err != nil {
		return draws, err
	}
	var draws []ledger.Draw
	need := amount
	list := projection.List{Limit: MaxLimit}
	for {
		page, err := p.Store.Lots(ctx, everything, projection.LotFilter{Account: account, Live: true}, list)
		if err != nil {
			return nil, err
		}
		for _, l := range page.Items {
			if draws, need = draw(draws, need, l.ID, l.Remaining-taken[l.ID]); need == 0 {
				return draws, nil
			}
		}
		if page.Next == "" {
			return nil, ledger.Refuse(ledger.LotOverdrawn, "the account holds "+strconv.FormatInt(amount-need, 10)+" that can be drawn: pay at most that",
				"account", account, "left", strconv.FormatInt(amount-need, 10))
		}
		list.Cursor = page.Next
	}
}

// fast asks the read model for enough lots to cover what is taken too, in one query, and for whether the account lets
// anybody choose. It answers false when that does not settle the matter: many lots are needed, or what is taken lies in
// lots that the read model does not show.
func (p Picker) fast(ctx context.Context, account string, amount int64, taken map[string]int64) ([]ledger.Draw, bool, error) {
	sum := amount
	for _, t := range taken {
		sum += min(t, math.MaxInt64-sum)
	}
	lots, err := p.Store.PickLots(ctx, everything, account, sum)
	switch ledger.ErrorCode(err) {
	case ledger.LotOverdrawn, ledger.TooLarge:
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	var draws []ledger.Draw
	need := amount
	for _, l := range lots {
		if draws, need = draw(draws, need, l.Lot, l.Amount-taken[l.Lot]); need == 0 {
			return draws, true, nil
		}
	}
	return nil, false, nil
}

// draw takes what is needed from a lot that has something left.
func draw(draws []ledger.Draw, need int64, lot string, left int64) ([]ledger.Draw, int64) {
	if left <= 0 || need == 0 {
		return draws, need
	}
	take := min(left, need)
	return append(draws, ledger.Draw{Lot: lot, Amount: take}), need - take
}
