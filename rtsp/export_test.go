package rtsp

import "context"

// SettleTime is what tests wait for.
const SettleTime = settleTime

// Registered returns how many sessions and SSRCs the server knows.
func (s *Server) Registered() (players, ssrcs int) {
	return len(s.players.All()), len(s.bySSRC.All())
}

// ShutdownWith is Shutdown, with something that happens when all players have just
// been told.
func (s *Server) ShutdownWith(ctx context.Context, then func()) error {
	return s.Acceptor.Shutdown(ctx, func() { s.farewell(); then() })
}
