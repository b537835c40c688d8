package msbd

import "context"

// Times that tests wait for.
const (
	PingTime  = pingTime
	LeaveTime = leaveTime
	TurnGrace = turnGrace
	Silence   = clientSilence
	Answer    = clientAnswerTimeout
)

// ShutdownWith is Shutdown of the connections, with something that happens when all
// clients have just been told.
func (s *Server) ShutdownWith(ctx context.Context, then func()) error {
	return s.Acceptor.Shutdown(ctx, func() { s.farewell(); then() })
}

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
