package api

import (
	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

func (s *Server) claims(c *call) (projection.Page[projection.Claim], error) {
	return page(c, func(l projection.List) (*projection.Page[projection.Claim], error) {
		return s.Store.Claims(c.ctx(), c.scope(), projection.ClaimFilter{Creditor: optionalParty(c.query("creditor")), Debtor: optionalParty(c.query("debtor")),
			Party: optionalParty(c.query("party")), State: c.query("state")}, l)
	})
}

func (s *Server) claim(c *call) (projection.Claim, error) {
	return found(s.Store.Claim(c.ctx(), c.scope(), c.param("id")))
}

// NewClaim is a receivable to be registered: what the debtor owes the creditor for something delivered, and the papers
// that show it.
type NewClaim struct {
	Creditor     string              `json:"creditor"` // party
	Debtor       string              `json:"debtor"`   // party
	Amount       int64               `json:"amount,string"`
	Currency     string              `json:"currency"`
	Invoices     []ledger.InvoiceUse `json:"invoices"`           // their amounts add up to the claim's
	Contract     string              `json:"contract,omitempty"` // SHA-256
	ContractDate string              `json:"contract_date,omitempty"`
	Delivery     string              `json:"delivery,omitempty"` // SHA-256 of what proves the delivery
	DeliveryDate string              `json:"delivery_date,omitempty"`
	CreditorSize string              `json:"creditor_size,omitempty" enum:"LARGE,MEDIUM,SMALL,MICRO"` // at signing
	DebtorSize   string              `json:"debtor_size,omitempty" enum:"LARGE,MEDIUM,SMALL,MICRO"`
	Memo         string              `json:"memo,omitempty"`
}

func (s *Server) registerClaim(c *call, n NewClaim) (reply[Written], error) {
	r, err := c.record(c.key(), ledger.Op{Type: ledger.ClaimRegister, Claim: &ledger.Claim{Creditor: optionalParty(n.Creditor), Debtor: optionalParty(n.Debtor), Amount: n.Amount,
		Currency: n.Currency, Invoices: n.Invoices, Contract: n.Contract, ContractDate: n.ContractDate, Delivery: n.Delivery, DeliveryDate: n.DeliveryDate,
		CreditorSize: n.CreditorSize, DebtorSize: n.DebtorSize, Memo: n.Memo}})
	if err == nil {
		r.body.ID = ledger.MovementID(r.body.Entry, 0)
		r.location = Base + "/claims/" + r.body.ID
	}
	return r, err
}

func (s *Server) confirmClaim(c *call, x Remark) (reply[Written], error) {
	return c.recordClaimStep(ledger.ClaimConfirm, x)
}

func (s *Server) cancelClaim(c *call, x Remark) (reply[Written], error) {
	return c.recordClaimStep(ledger.ClaimCancel, x)
}

func (c *call) recordClaimStep(op ledger.OpType, x Remark) (reply[Written], error) {
	id := c.param("id")
	r, err := c.recordAs(id, "/claims/", ledger.Op{Type: op, ClaimStep: &ledger.ClaimStep{Claim: id, Reason: x.Reason, Document: x.Document}})
	return r, unknownHere(err, ledger.ClaimUnknown)
}
