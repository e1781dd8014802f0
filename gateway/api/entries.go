package api

import (
	"fundtrace/chaincode/ledger"
)

// postEntry records any operations as one entry: all of them or none. Rows of a refusal count the operations from 0. The
// key may stand in the body, in the header Idempotency-Key, or in neither.
func (s *Server) postEntry(c *call, e ledger.Entry) (reply[Written], error) {
	header := c.gin.GetHeader(idempotencyHeader)
	if e.Key != "" && header != "" && header != e.Key {
		return reply[Written]{}, ledger.Refuse(ledger.FieldInvalid, "the body and the header name different keys: name one", "field", "key")
	}
	if e.Key == "" {
		e.Key = c.key()
	}
	if len(e.Ops) == 0 {
		return reply[Written]{}, ledger.Refuse(ledger.FieldMissing, "ops is missing: give it at least one operation", "field", "ops")
	}
	return c.recordEntry(e)
}
