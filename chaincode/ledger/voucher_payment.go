package ledger

import (
	"math"
	"slices"
)

// payment answers the payment that the step goes against: recorded in the same entry before it, of the right kind, for
// this voucher, from an account of the payer to one of the payee. Each payment serves one step. A payee other than the
// given one answers the code, as the rule's mode says; a payer other than the given one MONEY_PATH.
// Errors: PAYMENT_UNMATCHED, MONEY_PATH, CURRENCY_MISMATCH and the code.
func (c *voucherChange) payment(kind Kind, payer, payee, rule string, code Code) (*Movement, error) {
	entry, n, bad := SplitMovementID(c.step.Cash)
	at := slices.Index(c.unmatched, n)
	if bad != nil || entry != c.entry || at < 0 {
		return nil, unpaired()
	}
	m := c.pages[PageKey(entry, n)].find(n)
	if m.Kind != kind || m.Voucher != c.now.Lot {
		return nil, Refuse(PaymentUnmatched, "the payment is of kind "+string(m.Kind)+" for voucher "+quote(m.Voucher)+": "+string(c.op)+
			" goes with a "+string(kind)+" for this voucher", "cash", c.step.Cash)
	}
	if m.Currency != c.now.Currency {
		return nil, currencyMismatch(m.Currency, c.now.Currency)
	}
	if err := c.settleDate(m.Date); err != nil {
		return nil, err
	}
	from, to, err := c.ends(m)
	if err != nil {
		return nil, err
	}
	if from.Owner != payer {
		return nil, Refuse(MoneyPath, "the payment comes from "+quote(from.Owner)+", and "+quote(payer)+" has to pay", "payer", payer, "rule", RuleMoneyPath)
	}
	var broken *Error
	if to.Owner != payee {
		broken = Refuse(code, "the payment goes to "+quote(to.Owner)+", and "+quote(payee)+" has to receive it", "payee", payee)
	}
	if err := c.obey(rule, c.event.Date, broken); err != nil {
		return nil, err
	}
	c.unmatched = slices.Delete(c.unmatched, at, at+1)
	c.event.Amount = m.Amount
	return m, nil
}

// unpaired is the refusal of a payment without its voucher's step, or of a step without its payment.
func unpaired() *Error {
	return Refuse(PaymentUnmatched, "a payment against a voucher and the voucher's step are recorded in one entry, the payment first: name its movement as cash")
}

func unmatched(why string, want, got int64) *Error {
	return Refuse(PaymentUnmatched, why+": "+amount(want)+", and the payment is "+amount(got), "want", amount(want), "payment", amount(got))
}

// mature makes the voucher due on its maturity, or the first business day after it. The step is dated on that day however
// late somebody says so: a payment of the due date must find the voucher due. Errors: NOT_DUE.
func (c *voucherChange) mature() error {
	due, err := c.dueDate(c.now.Maturity)
	if err != nil {
		return err
	}
	if c.event.Date < due {
		return Refuse(NotDue, "the voucher is due on "+due, "due", due)
	}
	c.event.Date = max(due, c.last())
	c.next.Due, c.next.Pending = due, nil
	return nil
}

// settle records what the issuer paid to who holds the voucher, and extinguishes so much of the claim.
// Errors: PAYMENT_UNMATCHED, MONEY_PATH, WRONG_PAYEE (S-SET-02).
func (c *voucherChange) settle() error {
	cash, err := c.payment(Settlement, c.now.Issuer, c.now.Beneficiary(), RulePayee, WrongPayee)
	if err != nil {
		return err
	}
	open := c.now.Open()
	if cash.Amount > open {
		return unmatched("at most what is open of the face can be settled", open, cash.Amount)
	}
	if cash.Amount < open && c.full() {
		return tooLong(c.now.Lot)
	}
	if err := c.lateness(open); err != nil {
		return err
	}
	if err := c.passOn(Movement{Kind: VoucherSettle, Purpose: PurposeSettled, Payee: c.now.Issuer, Draws: []Draw{{Lot: c.now.Lot, Amount: cash.Amount}}}); err != nil {
		return err
	}
	c.next.Settled += cash.Amount
	c.next.State = c.now.State
	switch {
	case cash.Amount == open:
		c.next.State = VoucherSettled
		if c.now.Defaulted != "" {
			return c.issuerPaid("")
		}
	case c.now.State == VoucherDue:
		c.next.State = PartiallySettled
	}
	return nil
}

// lateness notes how late a payment is and what interest the unpaid amount has borne since it was due, or since the
// payment before, whoever held the voucher then. Order 802: 0.05 % a day where nothing else is agreed; the rate is the
// rule's on the day of the payment.
func (c *voucherChange) lateness(open int64) error {
	if c.event.Date <= c.now.Due {
		return nil
	}
	c.event.DaysLate = Days(c.now.Due, c.event.Date)
	since := max(c.now.Due, c.now.InterestTo)
	rule, err := c.rule(RuleLate, c.event.Date)
	if err != nil {
		return err
	}
	c.event.Rules = append(c.event.Rules, rule.tag())
	c.event.Interest = LateInterest(open, rule.Parameters["interest_ppm_per_day"], Days(since, c.event.Date))
	sum, ok := plus(c.now.Interest, c.event.Interest)
	if !ok {
		sum = math.MaxInt64
	}
	c.next.Interest, c.next.InterestTo = sum, c.event.Date
	return nil
}

// fallOverdue states that the issuer has not paid within the grace. Errors: NOT_DUE.
func (c *voucherChange) fallOverdue() error {
	rule, err := c.rule(RuleLate, c.event.Date)
	if err != nil {
		return err
	}
	if last := addDays(c.now.Due, rule.Parameters["grace_days"]); c.event.Date <= last {
		return Refuse(NotDue, "the issuer may pay until "+last, "last", last)
	}
	c.event.Rules = append(c.event.Rules, rule.tag())
	if c.now.Defaulted != "" { // known already, from who held the voucher before
		return nil
	}
	c.next.Defaulted = c.event.Date
	issuer, err := c.issuer(c.now.Issuer)
	if err != nil {
		return err
	}
	issuer.Overdue++
	c.putIssuer(issuer)
	return nil
}

// claimRecourse demands the open amount from who passed the voucher on with recourse. Errors: RECOURSE_REFUSED,
// VOUCHER_CONFLICT.
func (c *voucherChange) claimRecourse() error {
	if err := c.notPledged(); err != nil {
		return err
	}
	if !c.now.Recourse || c.now.From == "" || c.step.Against != c.now.From {
		return Refuse(RecourseRefused, "the voucher came to its holder from "+quote(c.now.From)+", and only one who passed it on with recourse is liable",
			"from", c.now.From, "recourse", map[bool]string{true: "yes", false: "no"}[c.now.Recourse])
	}
	c.next.Against = c.step.Against
	return nil
}

// payRecourse lets who pays step into the holder's place (subrogation), with the recourse it had itself.
// Errors: PAYMENT_UNMATCHED, MONEY_PATH, WRONG_PAYEE.
func (c *voucherChange) payRecourse() error {
	cash, err := c.payment(Recourse, c.now.Against, c.now.Holder, RulePayee, WrongPayee)
	if err != nil {
		return err
	}
	if open := c.now.Open(); cash.Amount != open {
		return unmatched("recourse is for all that is open", open, cash.Amount)
	}
	former, err := c.knownVoucher(c.now.FromLot)
	if err != nil {
		return err
	}
	if err := c.passOn(Movement{Kind: VoucherRecourse, To: ClaimsAccount(c.now.Against), Draws: c.whole()}); err != nil {
		return err
	}
	child := c.child(0, c.now.Open(), VoucherActive)
	child.Holder, child.Tier = former.Holder, former.Tier
	child.Via, child.From, child.FromLot, child.Recourse = former.Via, former.From, former.FromLot, former.Recourse
	c.putVoucher(child)
	return nil
}

// writeOff gives the claim up. The issuer stays blocked by a flag until the finance bureau clears it. Errors: VOUCHER_CONFLICT.
func (c *voucherChange) writeOff() error {
	if err := c.notPledged(); err != nil {
		return err
	}
	return c.issuerPaid("WRITTEN_OFF")
}

// freeze stops everything until the same authorities lift it; the state before comes back.
func (c *voucherChange) freeze() error {
	c.next.Before = c.now.State
	return nil
}

func (c *voucherChange) thaw() error {
	c.next.State, c.next.Before = c.now.Before, ""
	return nil
}
