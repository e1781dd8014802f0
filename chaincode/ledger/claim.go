package ledger

// Claim is a receivable that vouchers may be issued on: what the debtor owes the creditor for goods or services that
// were delivered, as contract, delivery and invoices show. It draws on its invoices, and its vouchers draw on it.
type Claim struct {
	ID           string       `json:"id,omitempty"` // set by the ledger: the operation that registered it
	Creditor     string       `json:"creditor"`
	Debtor       string       `json:"debtor"`
	Amount       int64        `json:"amount,string"` // minor units
	Currency     string       `json:"currency"`
	Invoices     []InvoiceUse `json:"invoices"`
	Contract     string       `json:"contract,omitempty"` // SHA-256
	ContractDate string       `json:"contract_date,omitempty"`
	Delivery     string       `json:"delivery,omitempty"` // SHA-256 of what proves the delivery
	DeliveryDate string       `json:"delivery_date,omitempty"`
	CreditorSize string       `json:"creditor_size,omitempty"` // at signing: LARGE, MEDIUM, SMALL, MICRO (Order 802 Art. 3)
	DebtorSize   string       `json:"debtor_size,omitempty"`
	Memo         string       `json:"memo,omitempty"`

	// Set by the ledger.
	Lot       string     `json:"lot,omitempty"` // what vouchers draw on
	Confirmed *Signature `json:"confirmed,omitempty"`
	Cancelled *Signature `json:"cancelled,omitempty"`
}

// InvoiceUse is the part of an invoice that a claim stands on.
type InvoiceUse struct {
	Fingerprint string `json:"fingerprint"`
	Amount      int64  `json:"amount,string"` // minor units
}

// ClaimStep is what happens to a registered claim.
type ClaimStep struct {
	Claim    string `json:"claim"`
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"` // SHA-256
}

const maxInvoices = 100

func (b *book) claim(id string) (*Claim, error) { return load(b, b.claims, ClaimRoom+id) }

// knownClaim answers a claim. Errors: CLAIM_UNKNOWN.
func (b *book) knownClaim(id string) (*Claim, error) {
	if _, _, bad := SplitMovementID(id); bad != nil {
		return nil, Refuse(ClaimUnknown, "there is no claim "+quote(id)+": register it first", "claim", clip(id))
	}
	c, err := b.claim(id)
	if err == nil && c == nil {
		err = Refuse(ClaimUnknown, "there is no claim "+quote(id)+": register it first", "claim", id)
	}
	return c, err
}

func (a *applier) putClaim(c *Claim) {
	a.claims[ClaimRoom+c.ID] = c
	a.touch(ClaimRoom+c.ID, c)
}

// registerClaim records a receivable on its invoices. Errors: SELF_DEALING, INVOICE_UNKNOWN, INVOICE_MISMATCH,
// INVOICE_VOID, INVOICE_OVERUSED, DRAWS_UNBALANCED and those of its fields.
func (a *applier) registerClaim(c Claim) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := a.by.mustBe(c.Creditor, "the claim", false); err != nil {
		return err
	}
	for _, id := range []string{c.Creditor, c.Debtor} {
		if p, err := a.party(id); err != nil {
			return err
		} else if p == nil {
			return unknownParty(id)
		} else if p.Kind == Platform {
			return noPlatform(id)
		}
	}
	lots := make([]*LotState, len(c.Invoices))
	sum := int64(0)
	for k, u := range c.Invoices {
		if err := checkAmount("claim.invoices.amount", u.Amount); err != nil {
			return err
		}
		for _, earlier := range c.Invoices[:k] {
			if earlier.Fingerprint == u.Fingerprint {
				return Refuse(LotNamedTwice, "the claim names one invoice twice: add its amounts", "fingerprint", clip(u.Fingerprint))
			}
		}
		i, err := a.knownInvoice(u.Fingerprint)
		if err != nil {
			return err
		}
		if i.Seller != c.Creditor || i.Buyer != c.Debtor || i.Currency != c.Currency {
			return Refuse(InvoiceMismatch, "the invoice is not one of this creditor to this debtor in this currency", "fingerprint", u.Fingerprint)
		}
		if lots[k], err = a.useInvoice(i, u.Amount); err != nil {
			return err
		}
		var ok bool
		if sum, ok = plus(sum, u.Amount); !ok {
			return Refuse(AmountInvalid, "the invoices add up to more than an amount can hold")
		}
	}
	if sum != c.Amount {
		return Refuse(DrawsUnbalanced, "the invoices add up to "+amount(sum)+", the claim is "+amount(c.Amount)+": make them equal", "draws", amount(sum), "amount", amount(c.Amount))
	}
	for k, u := range c.Invoices {
		lots[k].Drawn += u.Amount
		a.touch(LotRoom+a.bills[InvoiceRoom+u.Fingerprint].Lot, lots[k])
	}
	c.ID = MovementID(a.entry, a.n)
	c.Lot = LotID(c.ID, 0)
	a.putClaim(&c)
	return nil
}

func (c *Claim) check() *Error {
	if c.ID != "" || c.Lot != "" || c.Confirmed != nil || c.Cancelled != nil {
		return Refuse(FieldInvalid, "id, lot, confirmed and cancelled are set by the ledger: leave them out", "field", "claim")
	}
	if err := first(checkAmount("claim.amount", c.Amount), checkCurrency(c.Currency), checkText("claim.memo", c.Memo),
		optional(checkSHA256, "claim.contract", c.Contract), optional(checkSHA256, "claim.delivery", c.Delivery),
		optional(checkDate, "claim.contract_date", c.ContractDate), optional(checkDate, "claim.delivery_date", c.DeliveryDate),
		optional(checkSize, "claim.creditor_size", c.CreditorSize), optional(checkSize, "claim.debtor_size", c.DebtorSize)); err != nil {
		return err
	}
	if len(c.Invoices) == 0 {
		return missing("claim.invoices")
	}
	if len(c.Invoices) > maxInvoices {
		return Refuse(TooLarge, "a claim stands on at most 100 invoices")
	}
	if c.Creditor == c.Debtor {
		return Refuse(SelfDealing, "creditor and debtor are one party", "party", clip(c.Creditor))
	}
	return nil
}

func checkSize(field, v string) *Error { return oneOf(field, v, "LARGE", "MEDIUM", "SMALL", "MICRO") }

// stepClaim records that the debtor confirms a claim, or that its creditor withdraws it.
func (a *applier) stepClaim(op OpType, s ClaimStep) error {
	if err := first(checkText("claim_step.reason", s.Reason), optional(checkSHA256, "claim_step.document", s.Document)); err != nil {
		return err
	}
	c, err := a.knownClaim(s.Claim)
	if err != nil {
		return err
	}
	if c.Cancelled != nil {
		return Refuse(ClaimConflict, "the claim is cancelled: register a new one", "claim", c.ID)
	}
	next := *c
	by := &Signature{Writer: a.by.writer(), At: a.at, Date: a.today, Reason: s.Reason, Document: s.Document}
	if op == ClaimConfirm {
		if err := a.by.mustBe(c.Debtor, "what the claim demands", false); err != nil {
			return err
		}
		if c.Confirmed != nil {
			return Refuse(ClaimConflict, "the claim is confirmed already", "claim", c.ID)
		}
		next.Confirmed = by
	} else {
		if err := a.cancelClaim(c); err != nil {
			return err
		}
		next.Cancelled = by
	}
	a.putClaim(&next)
	return nil
}

// cancelClaim gives the invoices back that a claim stands on, when no voucher stands on it.
func (a *applier) cancelClaim(c *Claim) error {
	if err := a.by.mustBe(c.Creditor, "the claim", false); err != nil {
		return err
	}
	lot, err := a.lotState(c.Lot)
	if err != nil {
		return err
	}
	if lot.Drawn > 0 {
		return Refuse(ClaimConflict, "vouchers of "+amount(lot.Drawn)+" stand on the claim", "claim", c.ID, "used", amount(lot.Drawn))
	}
	for _, u := range c.Invoices {
		i, err := a.knownInvoice(u.Fingerprint)
		if err != nil {
			return err
		}
		lot, err := a.lotState(i.Lot)
		if err != nil {
			return err
		}
		lot.Drawn -= u.Amount
		a.touch(LotRoom+i.Lot, lot)
	}
	return nil
}
