package api

import (
	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

var (
	movementKinds = []string{string(ledger.Contribution), string(ledger.Disbursement), string(ledger.OwnFunds), string(ledger.Use),
		string(ledger.Return), string(ledger.Distribution), string(ledger.Fee), string(ledger.Transfer), string(ledger.UnknownOrigin),
		string(ledger.Financing), string(ledger.Settlement), string(ledger.Recourse), string(ledger.VoucherIssue), string(ledger.VoucherSplit),
		string(ledger.VoucherTransfer), string(ledger.VoucherFinance), string(ledger.VoucherRecourse), string(ledger.VoucherSettle)}
	movementStages = []string{string(ledger.Instructed), string(ledger.Debited), string(ledger.Credited), string(ledger.Returned),
		string(ledger.Voided), string(ledger.Expired), string(ledger.Reversed)}
	purposes = []string{string(ledger.PurposeRD), string(ledger.PurposeEquipment), string(ledger.PurposePayroll), string(ledger.PurposeMaterial),
		string(ledger.PurposeRent), string(ledger.PurposeTax), string(ledger.PurposeDebt), string(ledger.PurposeTransfer),
		string(ledger.PurposeFee), string(ledger.PurposePayout), string(ledger.PurposeOther)}
)

// movementFilters are the query of lists and totals of movements.
var movementFilters = []param{
	{name: "kind", about: "what the movement is for", values: movementKinds},
	{name: "of", about: "what moves; money when absent, unless kind or voucher says otherwise", values: []string{projection.Money, projection.Claims, projection.Any}},
	{name: "stage", about: "where it stands", values: movementStages},
	{name: "voucher", about: "money paid against the voucher, and what became of it"},
	{name: "from", about: "account of the payer"},
	{name: "to", about: "account of the payee"},
	{name: "party", about: "payer, payee or investor; a bare unified social credit code is accepted"},
	{name: "fund", about: "fund that pays or is paid"},
	{name: "since", about: "first value date, YYYY-MM-DD", date: true},
	{name: "until", about: "last value date, YYYY-MM-DD", date: true},
	{name: "purpose", about: "of uses", values: purposes},
	{name: "commitment", about: "the commitment that is called"},
	{name: "min_level", about: "least attestation level, 0 to 3", number: true},
}

func (c *call) movementFilter() (projection.MovementFilter, error) {
	level, err := c.number("min_level", 0, 0, int(ledger.WithReceipt))
	return projection.MovementFilter{Kind: c.query("kind"), Stage: c.query("stage"), From: c.query("from"), To: c.query("to"),
		Party: optionalParty(c.query("party")), Fund: c.query("fund"), Since: c.query("since"), Until: c.query("until"),
		Purpose: c.query("purpose"), Commitment: c.query("commitment"), MinLevel: level, Of: c.query("of"), Voucher: c.query("voucher")}, err
}

func (s *Server) movements(c *call) (projection.Page[projection.Movement], error) {
	f, err := c.movementFilter()
	if err != nil {
		return projection.Page[projection.Movement]{}, err
	}
	return page(c, func(l projection.List) (*projection.Page[projection.Movement], error) {
		return s.Store.Movements(c.ctx(), c.scope(), f, l)
	})
}

// Totals answers the sums of a filter, one for each currency.
type Totals struct {
	Totals []projection.Total `json:"totals"`
}

func (s *Server) movementTotals(c *call) (Totals, error) {
	f, err := c.movementFilter()
	if err != nil {
		return Totals{}, err
	}
	t, err := s.Store.MovementTotals(c.ctx(), c.scope(), f)
	if t == nil {
		t = []projection.Total{}
	}
	return Totals{t}, err
}

func (s *Server) movement(c *call) (projection.MovementDetail, error) {
	return found(s.Store.Movement(c.ctx(), c.scope(), c.param("id")))
}

func (s *Server) transaction(c *call) (projection.Transaction, error) {
	t, err := s.Store.Transaction(c.ctx(), c.scope(), c.param("tx"))
	if ledger.ErrorCode(err) == ledger.FieldInvalid {
		return projection.Transaction{}, absent{err}
	}
	return found(t, err)
}
