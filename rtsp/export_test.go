package rtsp

// Registered returns how many sessions and SSRCs the server knows.
func (s *Server) Registered() (players, ssrcs int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.players), len(s.bySSRC)
}
