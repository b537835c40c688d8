package mms

import "context"

// UseMedia has a running server send over UDP without reading: a reader in a
// system call would stop the clock of a synctest bubble.
func (s *Server) UseMedia(m *Media) { s.opt.Media = m }

// Times that tests wait for.
const (
	PingTime  = pingTime
	PongTime  = pongTime
	LeaveTime = leaveTime
	EndGrace  = endGrace
)

// ShutdownWith is Shutdown with another farewell than to all players.
func (s *Server) ShutdownWith(ctx context.Context, farewell func()) error {
	return s.acceptor.Shutdown(ctx, farewell)
}

// Players returns how many players are known by their Client-ID.
func (s *Server) Players() int { return len(s.players.All()) }
