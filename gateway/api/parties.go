package api

import (
	"net/url"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// partyKinds lists the kinds for the query parameter.
var partyKinds = []string{string(ledger.Government), string(ledger.StateOwned), string(ledger.Private), string(ledger.Foreign),
	string(ledger.Bank), string(ledger.FundEntity), string(ledger.FundManager), string(ledger.NonProfit), string(ledger.Person),
	string(ledger.Organisation), string(ledger.Platform)}

func (s *Server) parties(c *call) (projection.Page[projection.Party], error) {
	return page(c, func(l projection.List) (*projection.Page[projection.Party], error) {
		return s.Store.Parties(c.ctx(), c.scope(), projection.PartyFilter{Kind: c.query("kind"), Region: c.query("region"), Query: c.query("q")}, l)
	})
}

func (s *Server) party(c *call) (projection.PartyDetail, error) {
	return found(s.Store.Party(c.ctx(), c.scope(), partyID(c.param("id"))))
}

// partyID takes a bare unified social credit code for a party identifier.
func partyID(id string) string {
	if strings.Contains(id, ":") {
		return id
	}
	return ledger.SchemeUSCC + ":" + id
}

func (s *Server) registerParty(c *call, p ledger.Party) (reply[Written], error) {
	return c.recordAs(p.ID, "/parties/", ledger.Op{Type: ledger.PartyRegister, Party: &p})
}

// reviseParty takes the identifier from the address; a body that names another party is refused.
func (s *Server) reviseParty(c *call, p ledger.Party) (reply[Written], error) {
	id := partyID(c.param("id"))
	if p.ID == "" {
		p.ID = id
	}
	if p.ID != id {
		return reply[Written]{}, ledger.Refuse(ledger.FieldInvalid, "the body names another party than the address: leave party.id out", "field", "party.id")
	}
	return c.recordAs(p.ID, "/parties/", ledger.Op{Type: ledger.PartyRevise, Party: &p})
}

// recordAs records one thing that carries its own identifier and lives under the given path.
func (c *call) recordAs(id, under string, op ledger.Op) (reply[Written], error) {
	r, err := c.record(c.key(), op)
	if err == nil {
		r.body.ID = id
		r.location = Base + under + url.PathEscape(id)
	}
	return r, err
}
