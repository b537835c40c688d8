package rtsp

// Registered returns how many sessions and SSRCs the server knows.
func (s *Server) Registered() (players, ssrcs int) {
	return len(s.players.All()), len(s.bySSRC.All())
}
