package api

// totalsRoutes are those of totals, timing and restatement.
func (s *Server) totalsRoutes() []Route {
	return nil
}
