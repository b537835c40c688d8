package wmsp

import (
	"errors"

	"caracal/internal/front"
	"caracal/internal/point"
)

// The bounds of what waits behind a stream.
const (
	maxPending = 64 // responses behind a stream, [MS-WMSP] 3.2.1 Pending-Responses
	// A Describe there waits with all of its header; one more than this.
	maxPendingBytes = 256 << 10
)

// Why a stream or a connection ended, for the events.
const (
	reasonStopped  = "stopped by the player"
	reasonReplaced = "replaced by a new Play"
	reasonRefused  = "refused"
)

var errTooManyPending = errors.New("wmsp: too many requests behind a stream")

// sender is the half of a connection that its shard owns: the Play that feeds
// the out-queue and the responses that wait for its end.
type sender struct {
	*front.Sender
	conn    *conn
	stream  *stream // nil: nothing is streaming
	pending [][]byte
	waiting int  // bytes, in pending
	last    bool // the connection ends behind pending
	test    *pipelineTest
}

// endOfStream sends $E and what has to follow it, [MS-WMSP] 3.2.4.1.
func (s *sender) endOfStream(why point.EndReason) {
	reason := ReasonDone
	if why == point.EndReceding {
		reason = ReasonEndReceding
	}
	chunked := s.stream.chunked
	s.sendEnd(reason)
	s.finishStream(why.String())
	s.afterStream(chunked)
}

// sendEnd sends $E and the end of the body that it stands in. The connection
// may fail at that, and the stream with it.
func (s *sender) sendEnd(reason uint32) {
	e := AppendE(nil, reason)
	if s.stream.chunked {
		e = append(appendChunk(nil, e), lastChunk...)
	}
	s.Send(e)
}

// afterStream goes on with what waited for the stream: a chunked reply has
// ended in the connection's order, any other ends with the connection.
func (s *sender) afterStream(chunked bool) {
	if !chunked {
		s.pending, s.waiting = nil, 0
		s.Close()
		return
	}
	s.sendPending()
}

// finishStream forgets the Play and tells the world.
func (s *sender) finishStream(why string) {
	st := s.stream
	if st == nil {
		return // the connection was lost in the meantime
	}
	s.stream = nil
	st.play.Stop()
	st.play.Entry().Close()
	st.client.stopped(s.conn, st)
	s.conn.srv.opt.Bus.Publish(st.tally.Stopped(st.play, st.client.session.Who(), why, st.failure))
}

func (s *sender) sendPending() {
	for _, b := range s.pending {
		s.Send(b)
	}
	s.pending, s.waiting = nil, 0
	if s.last {
		s.Close()
	}
}

// lost lets go of everything: the connection is gone.
func (s *sender) lost(why string) {
	if s.test != nil {
		s.test.timer.Stop()
	}
	s.finishStream(why)
	s.pending, s.waiting = nil, 0
}
