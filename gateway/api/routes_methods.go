package api

// methodRoutes are those of conventions of tracing, paths and circles.
func (s *Server) methodRoutes() []Route {
	return nil
}
