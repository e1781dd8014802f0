package ledger

// Invoice is a trade invoice as the registry keeps it. Who shares the consortium's key can tell whether an invoice in
// hand is the same: the fingerprint is a keyed hash of its canonical particulars. Numbers and codes are not recorded.
type Invoice struct {
	Fingerprint string   `json:"fingerprint"`    // HMAC-SHA-256, 64 hexadecimal digits
	Near        []string `json:"near,omitempty"` // keyed hashes of parts of the particulars, for near-duplicates
	Seller      string   `json:"seller"`
	Buyer       string   `json:"buyer"`
	Type        string   `json:"type"` // DIGITAL (数电票), VAT_SPECIAL, VAT_ORDINARY, OTHER
	Date        string   `json:"date"`
	Due         string   `json:"due,omitempty"`
	Amount      int64    `json:"amount,string"` // payable, minor units
	Currency    string   `json:"currency"`
	Document    string   `json:"document,omitempty"` // SHA-256 of the file

	// Set by the ledger.
	Lot           string        `json:"lot,omitempty"` // what claims and reservations draw on
	Registrations []Registrant  `json:"registrations,omitempty"`
	Checks        []TaxCheck    `json:"checks,omitempty"` // newest last; the last one counts
	Reservations  []Reservation `json:"reservations,omitempty"`
	Cancelled     *Signature    `json:"cancelled,omitempty"`
}

// Registrant is who registered the invoice. Only the first of them did not meet a duplicate.
type Registrant struct {
	Writer    Writer `json:"writer"`
	At        string `json:"at"`
	Duplicate bool   `json:"duplicate,omitempty"`
}

// Signature is who did something, when and why.
type Signature struct {
	Writer   Writer `json:"writer"`
	At       string `json:"at"`
	Date     string `json:"date,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"`
}

// TaxCheck is what the tax authority said of the invoice, as somebody asked it.
type TaxCheck struct {
	Status string `json:"status"` // VALID, VOID (作废), CORRECTED (红冲)
	Source string `json:"source"` // where it was asked
	Date   string `json:"date"`
	Writer Writer `json:"writer"`
}

// ReservationState is where a reservation stands.
type ReservationState string

// The states of reservations.
const (
	Reserved ReservationState = "RESERVED"
	Financed ReservationState = "FINANCED"
	Released ReservationState = "RELEASED"
)

// Reservation is a part of an invoice that a funder finances outside a voucher: reserved first, so that no other can.
type Reservation struct {
	ID           string           `json:"id"` // the operation that made it
	Funder       string           `json:"funder"`
	Amount       int64            `json:"amount,string"` // minor units
	Expires      string           `json:"expires"`       // last day on which it may be financed
	State        ReservationState `json:"state"`
	Registration *Registration    `json:"registration,omitempty"`
	Date         string           `json:"date,omitempty"` // of the last step
}

// InvoiceStep is what happens to a registered invoice.
type InvoiceStep struct {
	Fingerprint  string        `json:"fingerprint"`
	Status       string        `json:"status,omitempty"`       // check
	Source       string        `json:"source,omitempty"`       // check
	Amount       int64         `json:"amount,string,omitzero"` // reserve, minor units
	Expires      string        `json:"expires,omitempty"`      // reserve
	Reservation  string        `json:"reservation,omitempty"`  // finance, release
	Registration *Registration `json:"registration,omitempty"` // finance
	Date         string        `json:"date,omitempty"`
	Reason       string        `json:"reason,omitempty"`   // release, cancel
	Document     string        `json:"document,omitempty"` // SHA-256
}

// InvoiceState is where an invoice stands as a whole, in the words of invoice registries.
type InvoiceState string

// The states of invoices. A refused second financing leaves no state behind: it answers INVOICE_OVERUSED.
const (
	InvoiceRegistered InvoiceState = "REGISTERED"
	InvoiceDuplicate  InvoiceState = "REGISTERED_DUPLICATE" // somebody else registered it too; not financed
	InvoiceReserved   InvoiceState = "RESERVED"
	InvoiceClaimed    InvoiceState = "CLAIMED" // a receivable with vouchers stands on it
	InvoiceFinanced   InvoiceState = "FINANCED"
	InvoiceVoided     InvoiceState = "VOID" // by the tax authority's word
	InvoiceCancelled  InvoiceState = "CANCELLED"
)

// State derives the invoice's state; used is what claims and reservations have drawn, in minor units.
func (i *Invoice) State(used int64) InvoiceState {
	if i.Cancelled != nil {
		return InvoiceCancelled
	}
	if i.void() {
		return InvoiceVoided
	}
	reserved := int64(0)
	for _, r := range i.Reservations {
		switch r.State {
		case Financed:
			return InvoiceFinanced
		case Reserved:
			reserved += r.Amount
		}
	}
	switch {
	case reserved > 0:
		return InvoiceReserved
	case used > 0:
		return InvoiceClaimed
	case len(i.Registrations) > 1:
		return InvoiceDuplicate
	}
	return InvoiceRegistered
}

// void reports whether the tax authority last said that the invoice does not hold.
func (i *Invoice) void() bool {
	return len(i.Checks) > 0 && i.Checks[len(i.Checks)-1].Status != "VALID"
}

const (
	maxRegistrants  = 100
	maxChecks       = 100
	maxReservations = 100
	maxNear         = 4
)

// registerInvoice records an invoice, or that somebody else registers the same one. Errors: ALREADY_EXISTS,
// INVOICE_MISMATCH, SELF_DEALING, NOT_OWNER, PARTY_UNKNOWN and those of its fields.
func (a *applier) registerInvoice(i Invoice) error {
	if err := i.check(); err != nil {
		return err
	}
	if err := first(a.checkPast("invoice.date", i.Date)); err != nil {
		return err
	}
	for _, p := range []string{i.Seller, i.Buyer} {
		if err := a.mustKnow(p); err != nil {
			return err
		}
	}
	if a.by.MSP != BankMSP && a.by.Party != i.Seller && a.by.Party != i.Buyer {
		if licensed, err := a.licensed(a.by.Party, a.today); err != nil {
			return err
		} else if !licensed {
			return Refuse(NotOwner, "an invoice is registered by its seller, its buyer or a funder", "seller", i.Seller)
		}
	}
	old, err := a.invoice(i.Fingerprint)
	if err != nil {
		return err
	}
	who := Registrant{Writer: a.by.writer(), At: a.at, Duplicate: old != nil}
	if old == nil {
		i.Lot = LotID(MovementID(a.entry, a.n), 0)
		i.Registrations = []Registrant{who}
		a.putInvoice(&i)
		return nil
	}
	for _, r := range old.Registrations {
		if r.Writer.Party == a.by.Party {
			return Refuse(AlreadyExists, "the invoice is registered by the same party: look at it", "fingerprint", i.Fingerprint)
		}
	}
	if old.Seller != i.Seller || old.Buyer != i.Buyer || old.Date != i.Date || old.Amount != i.Amount || old.Currency != i.Currency {
		return Refuse(InvoiceMismatch, "the invoice is registered with other particulars: compare the two", "fingerprint", i.Fingerprint)
	}
	if len(old.Registrations) == maxRegistrants {
		return Refuse(TooLarge, "an invoice is registered by at most 100 parties")
	}
	next := *old
	next.Registrations = append(old.Registrations[:len(old.Registrations):len(old.Registrations)], who)
	a.putInvoice(&next)
	return nil
}

func (i *Invoice) check() *Error {
	if i.Lot != "" || i.Registrations != nil || i.Checks != nil || i.Reservations != nil || i.Cancelled != nil {
		return Refuse(FieldInvalid, "lot, registrations, checks, reservations and cancelled are set by the ledger: leave them out", "field", "invoice")
	}
	if err := first(checkSHA256("invoice.fingerprint", i.Fingerprint), oneOf("invoice.type", i.Type, "DIGITAL", "VAT_SPECIAL", "VAT_ORDINARY", "OTHER"),
		checkAmount("invoice.amount", i.Amount), checkCurrency(i.Currency), optional(checkDate, "invoice.due", i.Due),
		optional(checkSHA256, "invoice.document", i.Document)); err != nil {
		return err
	}
	if len(i.Near) > maxNear {
		return Refuse(TooLarge, "an invoice carries at most 4 partial fingerprints")
	}
	for _, n := range i.Near {
		if err := checkSHA256("invoice.near", n); err != nil {
			return err
		}
	}
	if i.Seller == i.Buyer {
		return Refuse(SelfDealing, "seller and buyer are one party", "party", clip(i.Seller))
	}
	return nil
}

// optional checks a value where there is one.
func optional(check func(field, v string) *Error, field, v string) *Error {
	if v == "" {
		return nil
	}
	return check(field, v)
}

func (b *book) invoice(fingerprint string) (*Invoice, error) {
	return load(b, b.bills, InvoiceRoom+fingerprint)
}

func (a *applier) putInvoice(i *Invoice) {
	a.bills[InvoiceRoom+i.Fingerprint] = i
	a.touch(InvoiceRoom+i.Fingerprint, i)
}

// knownInvoice answers an invoice. Errors: INVOICE_UNKNOWN, FIELD_INVALID.
func (b *book) knownInvoice(fingerprint string) (*Invoice, error) {
	if err := checkSHA256("fingerprint", fingerprint); err != nil {
		return nil, err
	}
	i, err := b.invoice(fingerprint)
	if err != nil {
		return nil, err
	}
	if i == nil {
		return nil, Refuse(InvoiceUnknown, "there is no invoice with this fingerprint: register it first", "fingerprint", fingerprint)
	}
	return i, nil
}

// standing refuses an invoice that was cancelled or that the tax authority calls void. Errors: INVOICE_VOID.
func (i *Invoice) standing() *Error {
	if i.Cancelled != nil || i.void() {
		return Refuse(InvoiceVoid, "the invoice is cancelled, or void or corrected at the tax authority: it backs nothing", "fingerprint", i.Fingerprint)
	}
	return nil
}

// useInvoice draws an amount of the invoice. Errors: INVOICE_VOID, INVOICE_OVERUSED (S-FIN-03).
func (a *applier) useInvoice(i *Invoice, v int64) (*LotState, error) {
	if err := i.standing(); err != nil {
		return nil, err
	}
	lot, err := a.lotState(i.Lot)
	if err != nil {
		return nil, err
	}
	if left := i.Amount - lot.Drawn; v > left {
		// Not softened by the rule's mode: the invoice's lot cannot give more than it has.
		return nil, Refuse(InvoiceOverused, "the invoice has "+amount(left)+" that is neither claimed nor financed: somebody has financed or claimed the rest",
			"fingerprint", i.Fingerprint, "left", amount(left), "rule", RuleDoubleFinance)
	}
	return lot, nil
}
