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
	LoginTime = loginTime
)

// MaxChallenges bounds a login.
const MaxChallenges = maxChallenges

// ShutdownWith is Shutdown, with something that happens when all players have just
// been told.
func (s *Server) ShutdownWith(ctx context.Context, then func()) error {
	return s.Acceptor.Shutdown(ctx, func() { s.farewell(); then() })
}

// Players returns how many players are known by their Client-ID.
func (s *Server) Players() int { return len(s.players.All()) }
