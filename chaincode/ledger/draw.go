package ledger

import (
	"fmt"
	"strconv"
)

func amount(v int64) string { return strconv.FormatInt(v, 10) }

// checkDraws verifies that the named lots lie in the payer's account, are live and cover the amount exactly. This one
// check is "no overdraft", "no double spend" and "no more than was received". It changes nothing and answers the
// states of the lots in the order of the draws.
func (a *applier) checkDraws(m *Movement) ([]*LotState, error) {
	if m.From == "" {
		if len(m.Draws) > 0 {
			return nil, Refuse(FieldInvalid, "money that enters from outside draws on no lot", "field", "movement.draws")
		}
		return nil, nil
	}
	if len(m.Draws) == 0 {
		return nil, Refuse(DrawsMissing, "name the lots that are drawn: read the account's lots first", "account", m.From)
	}
	if len(m.Draws) > MaxDraws {
		return nil, Refuse(TooLarge, fmt.Sprintf("a movement draws on at most %d lots: split it", MaxDraws))
	}
	states := make([]*LotState, len(m.Draws))
	sum := int64(0)
	for i, d := range m.Draws {
		if err := checkAmount("movement.draws.amount", d.Amount); err != nil {
			return nil, err
		}
		for _, earlier := range m.Draws[:i] {
			if earlier.Lot == d.Lot && m.Kind != VoucherSplit {
				return nil, Refuse(LotNamedTwice, "lot "+quote(d.Lot)+" is named twice: add its amounts", "lot", d.Lot)
			}
		}
		st, err := a.checkDraw(m, d)
		if err != nil {
			return nil, err
		}
		states[i] = st
		var ok bool
		if sum, ok = plus(sum, d.Amount); !ok {
			return nil, Refuse(AmountInvalid, "the draws add up to more than an amount can hold")
		}
	}
	if sum != m.Amount {
		return nil, Refuse(DrawsUnbalanced, "the draws add up to "+amount(sum)+", the movement is "+amount(m.Amount)+": make them equal",
			"draws", amount(sum), "amount", amount(m.Amount))
	}
	return states, nil
}

// checkDraw verifies one draw. Errors: LOT_UNKNOWN, LOT_NOT_OWNED, LOT_NOT_LIVE, LOT_OVERDRAWN.
func (a *applier) checkDraw(m *Movement, d Draw) (*LotState, error) {
	if m.Kind.OfClaims() {
		return a.checkClaimDraw(m, d)
	}
	origin, k, bad := SplitLotID(d.Lot)
	if bad != nil {
		return nil, bad
	}
	src, _, state, err := a.movement(origin)
	if ErrorCode(err) == MovementUnknown {
		return nil, Refuse(LotUnknown, "there is no lot "+quote(d.Lot), "lot", clip(d.Lot))
	}
	if err != nil {
		return nil, err
	}
	size, ok := src.yield(k)
	if !ok {
		return nil, Refuse(LotUnknown, "there is no lot "+quote(d.Lot), "lot", clip(d.Lot))
	}
	if src.Owner() != m.From {
		return nil, notOwned(d.Lot, m.From)
	}
	if state.Stage != Credited {
		return nil, Refuse(LotNotLive, "lot "+quote(d.Lot)+" cannot be drawn: its movement is "+string(state.Stage), "lot", d.Lot, "stage", string(state.Stage))
	}
	st, err := a.lotState(d.Lot)
	if err != nil {
		return nil, err
	}
	if left := size - st.Drawn; d.Amount > left {
		return nil, overdrawn(d.Lot, left)
	}
	return st, nil
}

// checkClaimDraw verifies one draw on a claim lot. Its voucher says who holds it and how much of it is gone, and every
// step has read the voucher: page and lot need not be read as well, which in bulk costs the peers more than all the
// rest. Errors: VOUCHER_UNKNOWN, LOT_NOT_OWNED, LOT_OVERDRAWN.
func (a *applier) checkClaimDraw(m *Movement, d Draw) (*LotState, error) {
	n, err := a.knownVoucher(d.Lot)
	if err != nil {
		return nil, err
	}
	if ClaimsAccount(n.Holder) != m.From {
		return nil, notOwned(d.Lot, m.From)
	}
	st := a.lots[LotRoom+d.Lot]
	if st == nil {
		st = &LotState{Drawn: n.Settled}
		a.lots[LotRoom+d.Lot] = st
	}
	if left := n.Face - st.Drawn; d.Amount > left {
		return nil, overdrawn(d.Lot, left)
	}
	return st, nil
}

func notOwned(lot, account string) *Error {
	return Refuse(LotNotOwned, "lot "+quote(lot)+" does not lie in account "+quote(account), "lot", lot, "account", clip(account))
}

func overdrawn(lot string, left int64) *Error {
	return Refuse(LotOverdrawn, "lot "+quote(lot)+" holds "+amount(left)+": draw at most that", "lot", lot, "left", amount(left))
}

// yield answers the amount of the k-th lot of the movement.
func (m *Movement) yield(k int) (int64, bool) {
	if m.From == "" {
		return m.Amount, k == 0
	}
	if k >= len(m.Draws) {
		return 0, false
	}
	return m.Draws[k].Amount, true
}

// release gives the drawn lots and the called commitment back. Every caller has checked that the yields are untouched.
func (a *applier) release(m *Movement) error {
	states := make([]*LotState, len(m.Draws))
	for i, d := range m.Draws {
		st, err := a.lotState(d.Lot)
		if err != nil {
			return err
		}
		states[i] = st
	}
	if m.Commitment != "" {
		c, err := a.commitment(m.Commitment)
		if err != nil {
			return err
		}
		if c == nil {
			return fmt.Errorf("commitment %s of a recorded movement is gone", m.Commitment)
		}
		st, err := a.lotState(c.Lot)
		if err != nil {
			return err
		}
		st.Drawn -= m.Amount
		a.touch(LotRoom+c.Lot, st)
	}
	for i, d := range m.Draws {
		states[i].Drawn -= d.Amount
		a.touch(LotRoom+d.Lot, states[i])
	}
	return nil
}

// useBankRef claims a bank's reference, so that one line of a statement is recorded once.
// Errors: FIELD_MISSING, BANK_REFERENCE_USED.
func (a *applier) useBankRef(bank, direction, ref, movement string) error {
	if ref == "" {
		return missing("bank_ref")
	}
	if err := checkText("bank_ref", ref); err != nil {
		return err
	}
	key := bankRefKey(bank, direction, ref)
	used, ok := a.refs[key]
	if !ok {
		raw, err := a.get(key)
		if err != nil {
			return err
		}
		ok, used = raw != nil, string(raw)
	}
	if ok {
		return Refuse(BankReferenceUsed, "the bank has recorded "+direction+" "+quote(ref)+" already: look at that movement", "bank_ref", clip(ref), "movement", trimQuotes(used))
	}
	a.refs[key] = movement
	a.touch(key, movement)
	return nil
}

func trimQuotes(s string) string {
	if len(s) > 1 && s[0] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}
