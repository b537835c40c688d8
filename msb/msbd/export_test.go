package msbd

// Times that tests wait for.
const (
	PingTime  = pingTime
	LeaveTime = leaveTime
	TurnGrace = turnGrace
	Silence   = clientSilence
	Answer    = clientAnswerTimeout
)

// Known is how many clients the server keeps.
func (s *Server) Known() int { return len(s.clients.All()) }

// Silent says that nothing is sent to the group, and nobody listens.
func (g *Group) Silent() bool {
	silent := make(chan bool)
	g.shard.Post(func() { silent <- g.play == nil && len(g.members) == 0 })
	return <-silent
}

// MaxGap is the largest gap that is believed.
const MaxGap = maxGap
