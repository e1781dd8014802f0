package api

import "fundtrace/chaincode/ledger"

// Reversal proposes to correct a movement. Another organisation approves it.
type Reversal struct {
	Movement string `json:"movement"`
	Reason   string `json:"reason" enum:"TYPO,BANK_RETURN,DUPLICATE,FRAUD,COURT,RULE_CHANGE"`
	Document string `json:"document,omitempty"` // SHA-256
}

// Approval is the second organisation's agreement to a reversal.
type Approval struct {
	Document string `json:"document,omitempty"` // SHA-256
}

func (s *Server) proposeReversal(c *call, r Reversal) (reply[Written], error) {
	return c.recordStep(ledger.Op{Type: ledger.ReversalPropose, Step: &ledger.Step{Movement: r.Movement, Reason: r.Reason, Document: r.Document}})
}

func (s *Server) approveReversal(c *call, a Approval) (reply[Written], error) {
	return c.recordStep(ledger.Op{Type: ledger.ReversalApprove, Step: &ledger.Step{Movement: c.param("movement"), Document: a.Document}})
}
