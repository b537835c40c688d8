package mms

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
