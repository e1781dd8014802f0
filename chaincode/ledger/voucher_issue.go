package ledger

// draftVoucher records a draft on a confirmed claim: the claim's lot is drawn by the face. Errors: CLAIM_UNKNOWN,
// CLAIM_UNCONFIRMED, CLAIM_CONFLICT, CLAIM_EXCEEDED, CURRENCY_MISMATCH and those of its fields.
func (a *applier) draftVoucher(v Voucher) error {
	if err := first(checkAmount("voucher.amount", v.Amount), a.checkPast("voucher.date", v.Date), checkDate("voucher.maturity", v.Maturity),
		checkDate("voucher.accept_by", v.AcceptBy), checkText("voucher.memo", v.Memo), optional(checkSHA256, "voucher.document", v.Document)); err != nil {
		return err
	}
	if v.Maturity <= v.Date || v.AcceptBy < v.Date || v.AcceptBy >= v.Maturity {
		return Refuse(DateInvalid, "the dates run: date of issue, last day for acceptance, maturity", "field", "voucher.maturity")
	}
	c, err := a.knownClaim(v.Claim)
	if err != nil {
		return err
	}
	if err := a.by.mustBe(c.Debtor, "what the claim demands", false); err != nil {
		return err
	}
	if c.Cancelled != nil {
		return Refuse(ClaimConflict, "the claim is cancelled", "claim", c.ID)
	}
	if c.Confirmed == nil {
		return Refuse(ClaimUnconfirmed, "the debtor has not confirmed the claim: confirm it first", "claim", c.ID)
	}
	if v.Currency != c.Currency {
		return currencyMismatch(v.Currency, c.Currency)
	}
	used, err := a.lotState(c.Lot)
	if err != nil {
		return err
	}
	if left := c.Amount - used.Drawn; v.Amount > left {
		return Refuse(ClaimExceeded, "the claim has "+amount(left)+" left for vouchers: draft at most that", "claim", c.ID, "left", amount(left))
	}
	used.Drawn += v.Amount
	a.touch(LotRoom+c.Lot, used)
	m := Movement{N: a.n, Kind: VoucherIssue, To: ClaimsAccount(c.Creditor), Amount: v.Amount, Currency: v.Currency, Date: v.Date,
		Document: v.Document, Memo: v.Memo, Stage: Credited}
	a.carry(m, nil)
	lot := LotID(MovementID(a.entry, a.n), 0)
	a.putVoucher(&VoucherNode{Lot: lot, Root: lot, Claim: c.ID, Issuer: c.Debtor, Holder: c.Creditor, Face: v.Amount, Currency: v.Currency,
		Issued: v.Date, Maturity: v.Maturity, AcceptBy: v.AcceptBy, Tier: 1, Via: "ISSUE", State: VoucherDrafted,
		Events: []VoucherEvent{{Seq: 1, Op: VoucherDraft, State: VoucherDrafted, Date: v.Date, Writer: a.by.writer(), At: a.at, Document: v.Document}}})
	return nil
}

// issue checks what the law asks of an issue. The rules of the day of signing count: a draft made before a cap was cut
// is no way around it. Errors: TERM_EXCEEDED, ISSUER_BLOCKED, TRADE_EVIDENCE, INVOICE_VOID, RULE_MISSING, VOUCHER_CONFLICT.
func (c *voucherChange) issue() error {
	if err := c.stillAcceptable(); err != nil {
		return err
	}
	term, err := c.rule(RuleTerm, c.event.Date)
	if err != nil {
		return err
	}
	var broken *Error
	if last := term.lastMaturity(c.now.Issued); last != "" && c.now.Maturity > last {
		broken = Refuse(TermExceeded, "the term of "+amount(Days(c.now.Issued, c.now.Maturity))+" days is longer than the cap in force: mature by "+last,
			"days", amount(Days(c.now.Issued, c.now.Maturity)), "last", last, "version", amount(int64(term.Version)))
	}
	if err := c.obey(RuleTerm, c.event.Date, broken); err != nil {
		return err
	}
	issuer, err := c.issuer(c.now.Issuer)
	if err != nil {
		return err
	}
	if broken = nil; issuer.Blocked() {
		broken = Refuse(IssuerBlocked, "the issuer has overdue vouchers or is flagged: it may issue again once they are paid and the flags cleared",
			"party", c.now.Issuer, "overdue", amount(int64(issuer.Overdue)))
	}
	if err := c.obey(RuleIssuerBlocked, c.event.Date, broken); err != nil {
		return err
	}
	claim, err := c.knownClaim(c.now.Claim)
	if err != nil {
		return err
	}
	if broken, err = c.evidence(claim); err != nil {
		return err
	}
	return c.obey(RuleTradeEvidence, c.event.Date, broken)
}

// lastMaturity is the last day that the cap allows: cap_months or cap_days after the issue; "" where it sets neither.
func (r *Rule) lastMaturity(issued string) string {
	if m, ok := r.Parameters["cap_months"]; ok {
		return AddMonths(issued, int(min(m, 1200)))
	}
	if d, ok := r.Parameters["cap_days"]; ok {
		return addDays(issued, d)
	}
	return ""
}

// evidence refuses a claim without contract, delivery or filed invoices, or with dates out of order.
func (c *voucherChange) evidence(claim *Claim) (*Error, error) {
	lacks := func(what string) (*Error, error) {
		return Refuse(TradeEvidence, "the claim lacks "+what+": a voucher stands on a contract, its delivery and invoices", "claim", claim.ID, "lacks", what), nil
	}
	switch {
	case claim.Contract == "" || claim.ContractDate == "":
		return lacks("the contract and its date")
	case claim.Delivery == "" || claim.DeliveryDate == "":
		return lacks("the proof of delivery and its date")
	case claim.ContractDate > claim.DeliveryDate:
		return lacks("dates in order: the contract comes before the delivery")
	case claim.DeliveryDate > c.now.Issued:
		return lacks("dates in order: the delivery comes before the issue")
	}
	for _, u := range claim.Invoices {
		i, err := c.knownInvoice(u.Fingerprint)
		if err != nil {
			return nil, err
		}
		if err := i.standing(); err != nil {
			return nil, err
		}
		if i.Document == "" {
			return lacks("the file of an invoice")
		}
		if i.Date < claim.ContractDate {
			return lacks("dates in order: the contract comes before the invoice")
		}
	}
	return nil, nil
}

// accept is the payee's consent, in time.
func (c *voucherChange) accept() error { return c.stillAcceptable() }

// stillAcceptable refuses what comes after the last day for acceptance. Errors: VOUCHER_CONFLICT.
func (c *voucherChange) stillAcceptable() error {
	if c.event.Date > c.now.AcceptBy {
		return Refuse(VoucherConflict, "the voucher could be accepted until "+c.now.AcceptBy+": draft a new one", "voucher", c.now.Lot, "state", string(c.now.State))
	}
	return nil
}

// lapse ends a voucher that nobody accepted in time. Errors: NOT_DUE.
func (c *voucherChange) lapse() error {
	if c.event.Date <= c.now.AcceptBy {
		return Refuse(NotDue, "the voucher may be accepted until "+c.now.AcceptBy, "accept_by", c.now.AcceptBy)
	}
	return c.reopen()
}

// reopen gives the face back to the claim.
func (c *voucherChange) reopen() error {
	claim, err := c.knownClaim(c.now.Claim)
	if err != nil {
		return err
	}
	lot, err := c.lotState(claim.Lot)
	if err != nil {
		return err
	}
	lot.Drawn -= c.now.Face
	c.touch(LotRoom+claim.Lot, lot)
	return nil
}

// cancel withdraws a draft by its issuer alone, and an accepted voucher that is still its payee's by issuer and payee, each
// in turn. What came back by recourse has been passed on once, and its issuer has defaulted.
func (c *voucherChange) cancel() error {
	if c.now.State == VoucherDrafted {
		if err := c.by.mustBe(c.now.Issuer, "the draft", false); err != nil {
			return err
		}
		c.next.State = VoucherCancelled
		return c.reopen()
	}
	if c.now.Via != "ISSUE" || c.now.Defaulted != "" {
		return Refuse(VoucherConflict, "a voucher that was passed on or financed cannot be cancelled", "voucher", c.now.Lot, "state", string(c.now.State))
	}
	if c.now.Cancels == c.by.Party {
		return Refuse(VoucherConflict, "the same party has asked to cancel already: the other side answers", "voucher", c.now.Lot, "state", string(c.now.State))
	}
	if c.now.Cancels == "" {
		c.next.State, c.next.Cancels = c.now.State, c.by.Party
		return nil
	}
	c.next.State = VoucherCancelled
	return c.reopen()
}
