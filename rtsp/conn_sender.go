package rtsp

import (
	"sync/atomic"
	"time"

	"caracal/internal/front"
	"caracal/internal/point"
)

const (
	reasonPaused   = "paused by the player"
	reasonReplaced = "replaced by a new Play"
	reasonMoved    = "the player came back on another connection"
	reasonRefused  = "refused"
)

// sender is the half of a connection that its shard owns.
type sender struct {
	*front.Sender
	conn   *conn
	stream *stream      // nil: nothing is streaming
	cseq   atomic.Int64 // of our last request; the connection's goroutine reads it

	past   *stream   // that has ended and whose packets may be asked for again
	pastAt time.Time // when it is forgotten
	leave  time.Time // when a player that does not react to the end is left; zero: none
}

// drain takes from the Play what is due and sends it together.
func (s *sender) drain(now time.Time) time.Time {
	st := s.stream
	if st == nil {
		return s.rest(now)
	}
	s.agePast(now)
	switch {
	case !st.ending.IsZero():
		return s.conclude(now)
	case st.turn.next != nil:
		return s.stepTurn(now)
	case now.Before(st.held):
		return st.held
	}
	size, last := st.play.Run(now, s.Mem, point.MaxRunBytes, func(it *point.Step) int { return st.carry(s.Mem, it) })
	if size > 0 {
		s.flush(st, size, now)
	}
	switch {
	case last.Kind != point.End || s.stream != st:
	case last.Next != nil:
		return s.beginTurn(last.Next, now)
	default:
		st.over, st.failure, st.ending = last.Reason, last.Err, st.endAt(now)
		return s.conclude(now)
	}
	return last.At
}

// flush sends what a run has gathered.
func (s *sender) flush(st *stream, size int, now time.Time) {
	st.tally.Count(st.play, st.player.ses, size)
	s.report(st, now)
	if c := st.carriers[LowerUDP]; c != nil {
		st.player.ses.Parity.Add(c.takeParity())
		st.layout.media.rtp.Flush()
	}
	if st.carriers[LowerTCP] != nil && len(s.Mem.Vector) > 0 {
		s.SendVector(s.Mem.Vector)
	}
}

// finishStream forgets the Play and tells the world.
func (s *sender) finishStream(why string) {
	st := s.stream
	if st == nil {
		return
	}
	s.stream = nil
	st.play.Stop()
	st.abandon()
	s.conn.Streams(-1)
	st.player.stopped(st)
	s.remember(st)
	s.conn.srv.opt.Bus.Publish(st.tally.Stopped(st.play, st.player.ses.Who(), why, st.failure))
	if st.ended != "" {
		st.player.closed(s.conn, st.ended)
	}
}

// suspendOf is suspend if it is this player's.
func (s *sender) suspendOf(p *player, why string) {
	if s.stream != nil && s.stream.player == p {
		s.suspend(why)
	}
}
