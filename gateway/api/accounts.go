package api

import (
	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

var accountPurposes = []string{string(ledger.Custody), string(ledger.Supervised), string(ledger.Operating), string(ledger.Treasury),
	string(ledger.Published)}

func (s *Server) accounts(c *call) (projection.Page[projection.Account], error) {
	return page(c, func(l projection.List) (*projection.Page[projection.Account], error) {
		return s.Store.Accounts(c.ctx(), c.scope(), projection.AccountFilter{Owner: optionalParty(c.query("owner")),
			Bank: optionalParty(c.query("bank")), Purpose: c.query("purpose"), Fund: c.query("fund")}, l)
	})
}

// optionalParty is partyID for a filter that may be absent.
func optionalParty(id string) string {
	if id == "" {
		return ""
	}
	return partyID(id)
}

func (s *Server) account(c *call) (projection.Account, error) {
	return found(s.Store.Account(c.ctx(), c.scope(), c.param("id")))
}

func (s *Server) openAccount(c *call, a ledger.Account) (reply[Written], error) {
	return c.recordAs(a.ID, "/accounts/", ledger.Op{Type: ledger.AccountOpen, Account: &a})
}

func (s *Server) accountLots(c *call) (projection.LotPage, error) {
	if _, err := s.Store.Account(c.ctx(), c.scope(), c.param("id")); err != nil {
		return projection.LotPage{}, missingIs404(err)
	}
	return s.lotsOf(c, c.param("id"))
}
