package api

import (
	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

func (s *Server) funds(c *call) (projection.Page[projection.Fund], error) {
	return page(c, func(l projection.List) (*projection.Page[projection.Fund], error) {
		return s.Store.Funds(c.ctx(), c.scope(), projection.FundFilter{Level: c.query("level"), Class: c.query("class"),
			Manager: optionalParty(c.query("manager")), Parent: c.query("parent"), Region: c.query("region")}, l)
	})
}

func (s *Server) fund(c *call) (projection.Fund, error) {
	return found(s.Store.Fund(c.ctx(), c.scope(), c.param("id")))
}

func (s *Server) establishFund(c *call, f ledger.Fund) (reply[Written], error) {
	return c.recordAs(f.ID, "/funds/", ledger.Op{Type: ledger.FundEstablish, Fund: &f})
}

func (s *Server) commitments(c *call) (projection.Page[projection.Commitment], error) {
	return page(c, func(l projection.List) (*projection.Page[projection.Commitment], error) {
		return s.Store.Commitments(c.ctx(), c.scope(), projection.CommitmentFilter{Fund: c.query("fund"),
			Investor: optionalParty(c.query("investor"))}, l)
	})
}

func (s *Server) commitment(c *call) (projection.Commitment, error) {
	return found(s.Store.Commitment(c.ctx(), c.scope(), c.param("id")))
}

func (s *Server) signCommitment(c *call, m ledger.Commitment) (reply[Written], error) {
	if m.Lot != "" {
		return reply[Written]{}, ledger.Refuse(ledger.FieldInvalid, "the ledger sets the commitment's lot: leave it out", "field", "commitment.lot")
	}
	return c.recordAs(m.ID, "/commitments/", ledger.Op{Type: ledger.CommitmentSign, Commitment: &m})
}
