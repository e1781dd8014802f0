package api

import (
	"net/http"

	"fundtrace/gateway/evidence/statement"
)

// sendStatement answers a statement: a small file in which peers of three organisations sign what the ledger says of lots
// and movements that the caller may see.
func (s *Server) sendStatement(c *call) {
	file, err := s.statement(c)
	if err != nil {
		c.fail(err)
		return
	}
	c.gin.Header("Content-Disposition", `attachment; filename="statement-`+c.export+`.json"`)
	c.gin.Data(http.StatusOK, "application/json", file)
}

// statement asks the peers only for what the reads show the caller: the peers would tell everything. Errors: those of
// statement.Make; LOT_UNKNOWN, MOVEMENT_UNKNOWN also for what the caller may not see.
func (s *Server) statement(c *call) ([]byte, error) {
	if s.Evidence == nil {
		return nil, errNoEvidence()
	}
	var r statement.Request
	if err := c.decode(&r); err != nil {
		return nil, err
	}
	if err := r.Check(); err != nil {
		return nil, err
	}
	for _, id := range r.Lots {
		if _, err := s.Store.Lot(c.ctx(), c.scope(), id); err != nil {
			return nil, err
		}
	}
	movements := r.Movements
	if r.Disclose != "" {
		movements = append(movements, r.Disclose)
	}
	for _, id := range movements {
		if _, err := s.Store.Movement(c.ctx(), c.scope(), id); err != nil {
			return nil, err
		}
	}
	c.rows = int64(len(r.Lots) + len(movements))
	return s.Evidence.Statement(c.ctx(), r)
}
