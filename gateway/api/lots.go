package api

import "fundtrace/gateway/projection"

func (s *Server) lots(c *call) (projection.LotPage, error) { return s.lotsOf(c, c.query("account")) }

// lotsOf lists lots of one account, or of all accounts when it is empty, oldest first.
func (s *Server) lotsOf(c *call, account string) (projection.LotPage, error) {
	live, err := c.flag("live")
	if err != nil {
		return projection.LotPage{}, err
	}
	return page(c, func(l projection.List) (*projection.LotPage, error) {
		return s.Store.Lots(c.ctx(), c.scope(), projection.LotFilter{Account: account, Live: live}, l)
	})
}

func (s *Server) lot(c *call) (projection.Lot, error) {
	return found(s.Store.Lot(c.ctx(), c.scope(), c.param("id")))
}
