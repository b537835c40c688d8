package wmsp

import "context"

// ShutdownWith is Shutdown of what streams, with something that happens when all
// players have just been told.
func (s *Server) ShutdownWith(ctx context.Context, then func()) error {
	return s.Acceptor.Shutdown(ctx, func() { s.farewell(); then() })
}
