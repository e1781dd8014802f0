package ledger

import "slices"

// stepInvoice records what happens to a registered invoice.
func (a *applier) stepInvoice(op OpType, s InvoiceStep) error {
	if err := first(checkText("invoice_step.source", s.Source), checkText("invoice_step.reason", s.Reason),
		optional(checkSHA256, "invoice_step.document", s.Document)); err != nil {
		return err
	}
	i, err := a.knownInvoice(s.Fingerprint)
	if err != nil {
		return err
	}
	next := *i
	switch op {
	case InvoiceCheck:
		err = a.checkTax(&next, s)
	case InvoiceReserve:
		err = a.reserve(&next, s)
	case InvoiceFinance:
		err = a.finance(&next, s)
	case InvoiceRelease:
		err = a.releaseReservation(&next, s)
	case InvoiceCancel:
		err = a.cancelInvoice(&next, s)
	}
	if err != nil {
		return err
	}
	a.putInvoice(&next)
	return nil
}

func (a *applier) checkTax(i *Invoice, s InvoiceStep) error {
	if err := first(oneOf("invoice_step.status", s.Status, "VALID", "VOID", "CORRECTED"), a.checkPast("invoice_step.date", s.Date)); err != nil {
		return err
	}
	if s.Source == "" {
		return missing("invoice_step.source")
	}
	if a.by.MSP != BankMSP && a.by.Party != i.Buyer {
		if err := a.mustBeLicensed(a.by.Party, a.today); err != nil {
			return err
		}
	}
	kept := i.Checks
	if n := len(kept); n > 0 && s.Date < kept[n-1].Date {
		return Refuse(DateInvalid, "the invoice was last checked on "+kept[n-1].Date+": an earlier answer does not replace that one", "field", "invoice_step.date")
	}
	// A full list drops its oldest check: nobody can fill it to keep a later answer out.
	kept = kept[max(0, len(kept)+1-maxChecks):]
	i.Checks = append(slices.Clone(kept), TaxCheck{Status: s.Status, Source: s.Source, Date: s.Date, Writer: a.by.writer()})
	return nil
}

// reserve keeps an amount of the invoice for the funder that writes, as long as S-FIN-03 allows at most. Errors:
// INVOICE_OVERUSED, INVOICE_VOID, FUNDER_UNLICENSED, SELF_DEALING, TOO_LARGE and those of its fields.
func (a *applier) reserve(i *Invoice, s InvoiceStep) error {
	if err := first(checkAmount("invoice_step.amount", s.Amount), checkDate("invoice_step.expires", s.Expires)); err != nil {
		return err
	}
	if s.Expires < a.today {
		return invalid("invoice_step.expires", s.Expires, "a day that is not over")
	}
	if most, ok, err := a.parameter(RuleDoubleFinance, "reservation_days", a.today); err != nil {
		return err
	} else if last := addDays(a.today, most); ok && s.Expires > last {
		return invalid("invoice_step.expires", s.Expires, "a day up to "+last)
	}
	if a.by.Party == i.Seller || a.by.Party == i.Buyer {
		return Refuse(SelfDealing, "a funder is neither the seller nor the buyer", "party", a.by.Party)
	}
	if err := a.mustBeLicensed(a.by.Party, a.today); err != nil {
		return err
	}
	kept := slices.Clone(i.Reservations)
	if len(kept) >= maxReservations { // those that are over make room: they stay in the history of the state
		kept = slices.DeleteFunc(kept, func(r Reservation) bool { return r.State == Released })
	}
	if len(kept) >= maxReservations {
		return Refuse(TooLarge, "an invoice carries at most 100 reservations")
	}
	lot, err := a.useInvoice(i, s.Amount)
	if err != nil {
		return err
	}
	lot.Drawn += s.Amount
	a.touch(LotRoom+i.Lot, lot)
	i.Reservations = append(kept, Reservation{ID: MovementID(a.entry, a.n),
		Funder: a.by.Party, Amount: s.Amount, Expires: s.Expires, State: Reserved, Date: a.today})
	return nil
}

// finance marks a reserved amount as financed. Errors: RESERVATION_CONFLICT, REGISTRATION_MISSING, INVOICE_VOID.
func (a *applier) finance(i *Invoice, s InvoiceStep) error {
	if err := first(a.checkPast("invoice_step.date", s.Date), i.standing()); err != nil {
		return err
	}
	r, err := a.reservation(i, s.Reservation, Reserved)
	if err != nil {
		return err
	}
	if err := a.by.mustBe(r.Funder, "the reservation", false); err != nil {
		return err
	}
	if s.Date > r.Expires {
		return Refuse(ReservationConflict, "the reservation held until "+r.Expires+": release it and reserve again", "reservation", r.ID)
	}
	if err := a.mustBeLicensed(r.Funder, s.Date); err != nil {
		return err
	}
	if err := a.mustBeRegistered(s.Registration, s.Date); err != nil {
		return err
	}
	r.State, r.Date, r.Registration = Financed, s.Date, s.Registration
	return nil
}

// releaseReservation frees a reserved or financed amount: by the funder, or by the seller once a reservation has expired.
func (a *applier) releaseReservation(i *Invoice, s InvoiceStep) error {
	if err := a.checkPast("invoice_step.date", s.Date); err != nil {
		return err
	}
	r, err := a.reservation(i, s.Reservation, Reserved, Financed)
	if err != nil {
		return err
	}
	sellers := r.State == Reserved && s.Date > r.Expires && a.by.Party == i.Seller
	if a.by.Party != r.Funder && !sellers {
		return Refuse(NotOwner, "a reservation is released by its funder, or by the seller once it has expired", "party", r.Funder)
	}
	lot, err := a.lotState(i.Lot)
	if err != nil {
		return err
	}
	lot.Drawn -= r.Amount
	a.touch(LotRoom+i.Lot, lot)
	r.State, r.Date = Released, s.Date
	return nil
}

// reservation answers one reservation of the invoice, in a copy of the list that may be changed.
func (a *applier) reservation(i *Invoice, id string, in ...ReservationState) (*Reservation, error) {
	i.Reservations = slices.Clone(i.Reservations)
	for k := range i.Reservations {
		if r := &i.Reservations[k]; r.ID == id && slices.Contains(in, r.State) {
			return r, nil
		}
	}
	return nil, Refuse(ReservationConflict, "the invoice has no reservation "+quote(id)+" whose state allows this: read the invoice again", "reservation", clip(id))
}

// cancelInvoice withdraws an invoice on which nothing stands. Errors: NOT_OWNER, INVOICE_VOID, INVOICE_OVERUSED.
func (a *applier) cancelInvoice(i *Invoice, s InvoiceStep) error {
	if err := first(a.by.mustBe(i.Seller, "the invoice", false), i.standing()); err != nil {
		return err
	}
	lot, err := a.lotState(i.Lot)
	if err != nil {
		return err
	}
	if lot.Drawn > 0 {
		return Refuse(InvoiceOverused, "claims or financings stand on the invoice: cancel or release them first", "fingerprint", i.Fingerprint, "used", amount(lot.Drawn))
	}
	i.Cancelled = &Signature{Writer: a.by.writer(), At: a.at, Date: a.today, Reason: s.Reason, Document: s.Document}
	return nil
}
