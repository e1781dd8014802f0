package api

// evidenceRoutes are those of evidence packs, statements and the read log.
func (s *Server) evidenceRoutes() []Route {
	return nil
}
