package api

import (
	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// Rules lists every rule with its versions.
type Rules struct {
	Rules []projection.RuleRecord `json:"rules"`
}

func (s *Server) rules(c *call) (Rules, error) {
	list, err := s.Store.Rules(c.ctx())
	if list == nil {
		list = []projection.RuleRecord{}
	}
	return Rules{list}, err
}

func (s *Server) rule(c *call) (projection.RuleRecord, error) {
	return found(s.Store.Rule(c.ctx(), c.param("id")))
}

func (s *Server) publishRule(c *call, r ledger.Rule) (reply[Written], error) {
	return c.recordAs(r.ID, "/rules/", ledger.Op{Type: ledger.RulePublish, Rule: &r})
}

// Calendars lists the latest calendar of each year.
type Calendars struct {
	Calendars []projection.Calendar `json:"calendars"`
}

func (s *Server) calendars(c *call) (Calendars, error) {
	list, err := s.Store.Calendars(c.ctx())
	if list == nil {
		list = []projection.Calendar{}
	}
	return Calendars{list}, err
}

func (s *Server) publishCalendar(c *call, x ledger.Calendar) (reply[Written], error) {
	r, err := c.record(c.key(), ledger.Op{Type: ledger.CalendarPublish, Calendar: &x})
	if err == nil {
		r.location = Base + "/calendars"
	}
	return r, err
}

func (s *Server) issuer(c *call) (projection.Issuer, error) {
	return found(s.Store.Issuer(c.ctx(), c.scope(), partyID(c.param("party"))))
}

// Flagging sets or clears what keeps an issuer from issuing.
type Flagging struct {
	Flag     string `json:"flag" enum:"BILL_OVERDUE,BOND_DEFAULT,WRITTEN_OFF"`
	Set      bool   `json:"set"`                // false: clear it
	Source   string `json:"source"`             // who says so
	Document string `json:"document,omitempty"` // SHA-256
}

func (s *Server) flagIssuer(c *call, f Flagging) (reply[Written], error) {
	party := partyID(c.param("party"))
	r, err := c.recordAs(party, "/issuers/", ledger.Op{Type: ledger.IssuerFlag,
		Flag: &ledger.IssuerFlagging{Party: party, Flag: f.Flag, Set: f.Set, Source: f.Source, Document: f.Document}})
	return r, unknownHere(err, ledger.PartyUnknown)
}
