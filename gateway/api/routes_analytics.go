package api

// analyticsRoutes are those of analyses.
func (s *Server) analyticsRoutes() []Route {
	return nil
}
