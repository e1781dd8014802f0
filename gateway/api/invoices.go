package api

import (
	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/fingerprint"
	"fundtrace/gateway/projection"
)

// InvoiceParticulars is an invoice as somebody has it in hand. Code and number stay in the gateway: what goes to the
// ledger is the fingerprint, by which whoever has the same invoice in hand finds it again.
type InvoiceParticulars struct {
	Seller   string `json:"seller"` // party; a bare unified social credit code is accepted
	Buyer    string `json:"buyer"`  // party
	Type     string `json:"type" enum:"DIGITAL,VAT_SPECIAL,VAT_ORDINARY,OTHER"`
	Code     string `json:"code,omitempty"` // 发票代码: 10 or 12 digits of a VAT invoice of the older kinds
	Number   string `json:"number"`         // 发票号码: 20 digits of a fully digitalised invoice, 8 of the older kinds
	Date     string `json:"date"`           // of issue
	Amount   int64  `json:"amount,string"`  // payable, tax included, minor units
	Currency string `json:"currency"`
	Due      string `json:"due,omitempty"`      // last day of payment
	Document string `json:"document,omitempty"` // SHA-256 of the file
}

func (p *InvoiceParticulars) particulars() fingerprint.Particulars {
	return fingerprint.Particulars{Seller: p.Seller, Buyer: p.Buyer, Type: p.Type, Code: p.Code, Number: p.Number, Date: p.Date, Amount: p.Amount, Currency: p.Currency}
}

// RegisteredInvoice answers the registration of an invoice. State, Duplicate and Near are as of the block that recorded
// it, and empty where reads do not show it yet.
type RegisteredInvoice struct {
	Written
	Fingerprint string              `json:"fingerprint"`
	State       ledger.InvoiceState `json:"state,omitempty"`
	Duplicate   bool                `json:"duplicate"` // somebody else had registered it before
	Near        []NearInvoices      `json:"near"`      // other invoices that agree in what should tell invoices apart
}

// NearInvoices are invoices that share some particulars with the one in hand and are not the same.
type NearInvoices struct {
	Agree    []string `json:"agree"`    // the particulars
	Invoices []string `json:"invoices"` // fingerprints of those that the reader may see
	Hidden   int64    `json:"hidden"`   // how many others there are
}

// InvoiceStatus is what the registry knows of an invoice in hand: enough to keep from financing it twice, and not who
// else has to do with it.
type InvoiceStatus struct {
	Fingerprint string              `json:"fingerprint"`
	Registered  bool                `json:"registered"`
	State       ledger.InvoiceState `json:"state,omitempty"`
	Duplicate   bool                `json:"duplicate"`   // more than one party has registered it
	Left        int64               `json:"left,string"` // neither claimed nor financed, minor units; all of it where it is not registered
	Near        []NearInvoices      `json:"near"`
}

// name makes of an invoice in hand what the ledger keeps of it. Errors: CONSORTIUM_KEY_MISSING and those of the
// particulars.
func (s *Server) name(p fingerprint.Particulars, due, document string) (*ledger.Invoice, error) {
	if len(s.Consortium) == 0 {
		return nil, ledger.Refuse(CodeNoConsortiumKey, "this gateway has no key to name invoices with: its operator sets consortium_key_file")
	}
	p, err := p.Normal()
	if err != nil {
		return nil, err
	}
	id, near, err := s.Consortium.Of(p)
	return &ledger.Invoice{Fingerprint: id, Near: near, Seller: p.Seller, Buyer: p.Buyer, Type: p.Type, Date: p.Date, Due: due,
		Amount: p.Amount, Currency: p.Currency, Document: document}, err
}

func (s *Server) registerInvoice(c *call, p InvoiceParticulars) (reply[RegisteredInvoice], error) {
	i, err := s.name(p.particulars(), p.Due, p.Document)
	if err != nil {
		return reply[RegisteredInvoice]{}, err
	}
	r, err := c.recordAs(i.Fingerprint, "/invoices/", ledger.Op{Type: ledger.InvoiceRegister, Invoice: i})
	if err != nil {
		return reply[RegisteredInvoice]{}, err
	}
	answer, err := c.registered(r.body, i)
	return reply[RegisteredInvoice]{r.status, r.location, answer}, err
}

// registered tells what became of a registration, where reads show it.
func (c *call) registered(w Written, i *ledger.Invoice) (RegisteredInvoice, error) {
	answer := RegisteredInvoice{Written: w, Fingerprint: i.Fingerprint, Near: []NearInvoices{}}
	if w.Outcome != Visible {
		return answer, nil
	}
	now, err := c.server.Store.Invoice(c.ctx(), everything, i.Fingerprint)
	if err != nil {
		return answer, err
	}
	answer.State = now.State
	for _, r := range now.Registrations {
		if r.Writer.Party == c.who.Party {
			answer.Duplicate = r.Duplicate
		}
	}
	answer.Near, err = c.near(i)
	return answer, err
}

// near lists invoices that share a partial fingerprint with one and are others.
func (c *call) near(i *ledger.Invoice) ([]NearInvoices, error) {
	groups, err := c.server.Store.NearTo(c.ctx(), c.scope(), i.Fingerprint, i.Near)
	out := make([]NearInvoices, 0, len(groups))
	for _, g := range groups {
		n := NearInvoices{Agree: g.Agree, Invoices: make([]string, len(g.Invoices)), Hidden: g.Hidden}
		for k := range g.Invoices {
			n.Invoices[k] = g.Invoices[k].Fingerprint
		}
		out = append(out, n)
	}
	return out, err
}

// lookUpInvoice answers what the registry knows of an invoice in hand. Who can state all of an invoice's particulars has
// it; so the answer does not ask who it is. It is no write: nothing is recorded.
func (s *Server) lookUpInvoice(c *call, p InvoiceParticulars) (reply[InvoiceStatus], error) {
	var none reply[InvoiceStatus]
	i, err := s.name(p.particulars(), p.Due, p.Document)
	if err != nil {
		return none, err
	}
	answer := InvoiceStatus{Fingerprint: i.Fingerprint, Left: i.Amount}
	if answer.Near, err = c.near(i); err != nil {
		return none, err
	}
	now, err := s.Store.Invoice(c.ctx(), everything, i.Fingerprint)
	switch {
	case err == nil:
		answer.Registered, answer.State, answer.Duplicate, answer.Left = true, now.State, len(now.Registrations) > 1, now.Left
	case ledger.ErrorCode(err) != ledger.InvoiceUnknown:
		return none, err
	}
	return reply[InvoiceStatus]{body: answer}, nil
}

func (s *Server) invoices(c *call) (projection.Page[projection.Invoice], error) {
	return page(c, func(l projection.List) (*projection.Page[projection.Invoice], error) {
		return s.Store.Invoices(c.ctx(), c.scope(), projection.InvoiceFilter{Seller: optionalParty(c.query("seller")), Buyer: optionalParty(c.query("buyer")),
			Party: optionalParty(c.query("party")), State: c.query("state")}, l)
	})
}

func (s *Server) nearDuplicates(c *call) (projection.Page[projection.NearGroup], error) {
	return page(c, func(l projection.List) (*projection.Page[projection.NearGroup], error) {
		return s.Store.NearDuplicates(c.ctx(), c.scope(), l)
	})
}

func (s *Server) invoice(c *call) (projection.InvoiceDetail, error) {
	return found(s.Store.Invoice(c.ctx(), c.scope(), c.param("fingerprint")))
}

// TaxCheck is what the tax authority said of an invoice when somebody asked.
type TaxCheck struct {
	Status string `json:"status" enum:"VALID,VOID,CORRECTED"`
	Source string `json:"source"` // where it was asked
	Date   string `json:"date"`   // when
}

// NewReservation keeps a part of an invoice for the funder that writes.
type NewReservation struct {
	Amount  int64  `json:"amount,string"` // minor units
	Expires string `json:"expires"`       // last day on which it may be financed
}

// ReservationFinancing marks a reserved part of an invoice as financed.
type ReservationFinancing struct {
	Date         string               `json:"date"`
	Registration *ledger.Registration `json:"registration,omitempty"` // at the movable-asset registry (中登网)
	Document     string               `json:"document,omitempty"`     // SHA-256
}

// ReservationRelease frees a reserved or financed part of an invoice.
type ReservationRelease struct {
	Date     string `json:"date"`
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"` // SHA-256
}

// Remark is why somebody does what the address says, and the paper for it.
type Remark struct {
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"` // SHA-256
}

func (s *Server) checkInvoice(c *call, t TaxCheck) (reply[Written], error) {
	return c.recordInvoiceStep(ledger.InvoiceCheck, ledger.InvoiceStep{Status: t.Status, Source: t.Source, Date: t.Date})
}

// reserveInvoice answers the reservation's identifier as id.
func (s *Server) reserveInvoice(c *call, n NewReservation) (reply[Written], error) {
	r, err := c.recordInvoiceStep(ledger.InvoiceReserve, ledger.InvoiceStep{Amount: n.Amount, Expires: n.Expires})
	if err == nil {
		r.body.ID = ledger.MovementID(r.body.Entry, 0)
	}
	return r, err
}

func (s *Server) financeReservation(c *call, f ReservationFinancing) (reply[Written], error) {
	return c.recordInvoiceStep(ledger.InvoiceFinance, ledger.InvoiceStep{Reservation: c.param("reservation"), Date: f.Date, Registration: f.Registration, Document: f.Document})
}

func (s *Server) releaseReservation(c *call, f ReservationRelease) (reply[Written], error) {
	return c.recordInvoiceStep(ledger.InvoiceRelease, ledger.InvoiceStep{Reservation: c.param("reservation"), Date: f.Date, Reason: f.Reason, Document: f.Document})
}

func (s *Server) cancelInvoice(c *call, x Remark) (reply[Written], error) {
	return c.recordInvoiceStep(ledger.InvoiceCancel, ledger.InvoiceStep{Reason: x.Reason, Document: x.Document})
}

// recordInvoiceStep records a step of the invoice that the address names.
func (c *call) recordInvoiceStep(op ledger.OpType, s ledger.InvoiceStep) (reply[Written], error) {
	s.Fingerprint = c.param("fingerprint")
	r, err := c.recordAs(s.Fingerprint, "/invoices/", ledger.Op{Type: op, InvoiceStep: &s})
	return r, unknownHere(err, ledger.InvoiceUnknown)
}

// unknownHere makes a 404 of a code for something unknown that the address names.
func unknownHere(err error, code ledger.Code) error {
	if err != nil && ledger.ErrorCode(err) == code {
		return absent{err}
	}
	return err
}
