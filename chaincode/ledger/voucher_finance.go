package ledger

import "strconv"

// askFunder applies to a funder. Errors: FUNDER_UNLICENSED, SELF_DEALING, VOUCHER_MATURED and those of the terms.
func (c *voucherChange) askFunder() error {
	t := c.step.Financing
	if err := first(oneOf("financing.mode", t.Mode, Sale, Pledge), oneOf("financing.day_count", t.DayCount, Actual360, Actual365)); err != nil {
		return err
	}
	if t.RatePPM < 0 || t.RatePPM > 1_000_000 {
		return invalid("financing.rate_ppm", strconv.FormatInt(t.RatePPM, 10), "0 to 1000000 ppm a year")
	}
	if err := c.notMatured(); err != nil {
		return err
	}
	if t.Funder == c.now.Holder || t.Funder == c.now.Issuer {
		return Refuse(SelfDealing, "a funder is neither the holder nor the issuer", "party", t.Funder)
	}
	if err := c.mustKnow(t.Funder); err != nil {
		return err
	}
	if err := c.funderAllowed(t.Funder); err != nil {
		return err
	}
	c.next.Pending = &Pending{To: t.Funder, Recourse: t.Recourse, Financing: t, Document: c.step.Document}
	return nil
}

func (c *voucherChange) funderAllowed(funder string) error {
	licensed, err := c.licensed(funder, c.event.Date)
	if err != nil {
		return err
	}
	var broken *Error
	if !licensed {
		broken = unlicensed(funder, c.event.Date)
	}
	return c.obey(RuleLicence, c.event.Date, broken)
}

// licensed reports whether the party may finance receivables on the day.
func (b *book) licensed(party, date string) (bool, error) {
	p, err := b.party(party)
	return err == nil && p != nil && p.Kind != Platform && p.Licence != nil && p.Licence.Until >= date, err
}

// mustBeLicensed refuses a funder without a licence where the rule blocks. Errors: FUNDER_UNLICENSED.
func (a *applier) mustBeLicensed(party, date string) error {
	licensed, err := a.licensed(party, date)
	if err != nil || licensed {
		return err
	}
	return a.enforce(RuleLicence, date, unlicensed(party, date))
}

func unlicensed(party, date string) *Error {
	return Refuse(FunderUnlicensed, quote(party)+" has no licence to finance receivables on "+date+": let the finance bureau record it", "party", clip(party))
}

func (r *Registration) check() *Error {
	if r.Number == "" {
		return missing("registration.number")
	}
	return first(checkText("registration.number", r.Number), checkDate("registration.date", r.Date), checkSHA256("registration.description", r.Description),
		optional(checkDate, "registration.searched", r.Searched), optional(checkSHA256, "registration.search", r.Search))
}

// mustBeRegistered refuses a financing that was not registered on or before its day where the rule blocks.
func (a *applier) mustBeRegistered(r *Registration, date string) error {
	if r != nil {
		if err := r.check(); err != nil {
			return err
		}
	}
	return a.enforce(RuleRegistration, date, unregistered(r, date))
}

func unregistered(r *Registration, date string) *Error {
	if r != nil && r.Date <= date {
		return nil
	}
	return Refuse(RegistrationMissing, "the financing is not registered at the movable-asset registry on or before "+date+": register it first")
}

// register attaches the registry's number to the application, and is the funder's agreement to its terms. It is given
// once: to correct it the funder refuses the application, and the holder applies again.
func (c *voucherChange) register() error {
	if c.now.Pending.Registration != nil {
		return Refuse(VoucherConflict, "the financing is registered: refuse it and let the holder apply again to register anew",
			"voucher", c.now.Lot, "state", string(c.now.State))
	}
	r := c.step.Registration
	if err := first(r.check(), c.checkPast("registration.date", r.Date)); err != nil {
		return err
	}
	p := *c.now.Pending
	p.Registration = r
	c.next.Pending = &p
	return nil
}

// fund is delivery versus payment: the funder's cash goes to the holder, the voucher to the funder (or into its pledge),
// in one transaction. Errors: PAYMENT_UNMATCHED, MONEY_PATH (S-FIN-04), REGISTRATION_MISSING (S-FIN-01),
// FUNDER_UNLICENSED (S-FIN-05), INVOICE_VOID, VOUCHER_MATURED.
func (c *voucherChange) fund() error {
	p := c.now.Pending
	terms := p.Financing
	cash, err := c.payment(Financing, terms.Funder, c.now.Holder, RuleMoneyPath, MoneyPath)
	if err != nil {
		return err
	}
	if err := c.notMatured(); err != nil {
		return err
	}
	if err := c.funderAllowed(terms.Funder); err != nil {
		return err
	}
	if p.Registration == nil { // the funder agrees by registering, whatever the rule's mode
		return unregistered(nil, c.event.Date)
	}
	if err := c.obey(RuleRegistration, c.event.Date, unregistered(p.Registration, c.event.Date)); err != nil {
		return err
	}
	if err := c.invoicesStand(); err != nil {
		return err
	}
	due, err := c.dueDate(c.now.Maturity)
	if err != nil {
		return err
	}
	f := &Facts{Terms: *terms, Registration: *p.Registration, Date: c.event.Date, Days: Days(c.event.Date, due), Net: cash.Amount, Cash: c.step.Cash}
	c.next.Pending = nil
	if terms.Mode == Pledge {
		if cash.Amount > c.now.Face {
			return unmatched("a loan on a pledge is at most the voucher's face", c.now.Face, cash.Amount)
		}
		c.next.State, c.next.Pledgee, c.next.Financing = VoucherPledged, terms.Funder, f
		return nil
	}
	f.Discount = Discount(c.now.Face, terms.RatePPM, f.Days, terms.DayCount)
	if net := c.now.Face - f.Discount; net != cash.Amount {
		return unmatched("the price is the face less the discount", net, cash.Amount)
	}
	if err := c.passOn(Movement{Kind: VoucherFinance, To: ClaimsAccount(terms.Funder), Draws: c.whole()}); err != nil {
		return err
	}
	child := c.child(0, c.now.Face, VoucherFinanced)
	child.Holder, child.Financing = terms.Funder, f
	child.Via, child.From, child.FromLot, child.Recourse = "FINANCE", c.now.Holder, c.now.Lot, terms.Recourse
	c.putVoucher(child)
	c.next.State = VoucherPassedOn
	return nil
}

// invoicesStand refuses to finance a voucher whose invoices have been voided since. Errors: INVOICE_VOID.
func (c *voucherChange) invoicesStand() error {
	claim, err := c.knownClaim(c.now.Claim)
	if err != nil {
		return err
	}
	for _, u := range claim.Invoices {
		i, err := c.knownInvoice(u.Fingerprint)
		if err != nil {
			return err
		}
		if err := i.standing(); err != nil {
			return err
		}
	}
	return c.obey(RuleDoubleFinance, c.event.Date, nil)
}

// unpledge frees the voucher once the loan is repaid, before its maturity or after it: what the issuer pays from then on
// is the holder's, and so is the recourse.
func (c *voucherChange) unpledge() error {
	c.next.Pledgee, c.next.State = "", c.now.State
	if c.now.State == VoucherPledged {
		c.next.State = VoucherActive
	}
	return nil
}

// notPledged refuses a step that would dispose of what secures a loan. Errors: VOUCHER_CONFLICT.
func (c *voucherChange) notPledged() error {
	if c.now.Pledgee == "" {
		return nil
	}
	return Refuse(VoucherConflict, "the voucher is pledged to "+quote(c.now.Pledgee)+": let the pledgee free it first", "voucher", c.now.Lot,
		"state", string(c.now.State), "pledgee", c.now.Pledgee)
}
