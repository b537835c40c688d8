package wmsp

import (
	"errors"
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
	"caracal/internal/point"
)

// The bounds of one run of a sender and of what waits behind a stream.
const (
	maxRunPackets = 256
	maxRunBytes   = 512 << 10
	maxPending    = 64 // responses behind a stream, [MS-WMSP] 3.2.1 Pending-Responses

	// A stream's wake-ups are rounded up to a sixteenth of its batch
	// interval, within these.
	minGrain = 5 * time.Millisecond
	maxGrain = 50 * time.Millisecond
)

// Why a stream or a connection ended, for the events.
const (
	reasonStopped  = "stopped by the player"
	reasonReplaced = "replaced by a new Play"
	reasonGone     = "connection lost"
	reasonStalled  = "the player did not read"
)

var errTooManyPending = errors.New("wmsp: too many requests behind a stream")

// sender is the half of a connection that its shard owns: the ordered
// out-queue, the Play that feeds it and the responses that wait for its end.
type sender struct {
	conn *conn
	task *pace.Task
	out  *pace.Out
	mem  *pace.Scratch

	stream  *stream // nil: nothing is streaming
	pending [][]byte
	closing bool // nothing more is accepted
	closed  bool
	parked  time.Time // when the connection became full; zero: it is not
	test    *pipelineTest
}

func newSender(c *conn, shard *pace.Shard) *sender {
	s := &sender{conn: c, mem: &shard.Scratch}
	s.task = shard.NewTask(s.run)
	s.out = pace.NewOut(shard.NewWriter(c.net), s.task.Kick)
	return s
}

// run is the shard's turn: it writes what waits, then what is due.
func (s *sender) run(now time.Time) time.Time {
	if s.closed {
		return time.Time{}
	}
	if err := s.out.Resume(); err != nil {
		s.fail(reasonGone)
		return time.Time{}
	}
	if s.out.Parked() {
		return s.stall(now)
	}
	s.parked = time.Time{}
	if s.closing && s.stream == nil {
		s.hangUp()
		return time.Time{}
	}
	if s.stream == nil {
		return time.Time{}
	}
	next := s.drain(now)
	if s.out.Parked() {
		return s.stall(now)
	}
	return next
}

// stall says how long a full connection may stay so.
func (s *sender) stall(now time.Time) time.Time {
	if s.parked.IsZero() {
		s.parked = now
	}
	limit := s.parked.Add(s.conn.srv.opt.WriteTimeout)
	if now.Before(limit) {
		return limit
	}
	s.fail(reasonStalled)
	return time.Time{}
}

// endOfStream sends $E and what has to follow it, [MS-WMSP] 3.2.4.1.
func (s *sender) endOfStream(why point.EndReason) {
	reason := ReasonDone
	if why == point.EndReceding {
		reason = ReasonEndReceding
	}
	e := AppendE(nil, reason)
	chunked := s.stream.chunked
	if chunked {
		e = appendChunk(nil, e)
		e = append(e, lastChunk...)
	}
	s.send(e)
	s.finishStream(why.String())
	s.afterStream(chunked)
}

// afterStream goes on with what waited for the stream: a chunked reply has
// ended in the connection's order, any other ends with the connection.
func (s *sender) afterStream(chunked bool) {
	if !chunked {
		s.pending = nil
		s.close()
		return
	}
	s.sendPending()
	s.conn.awaitRequest()
}

// finishStream forgets the Play and tells the world.
func (s *sender) finishStream(why string) {
	st := s.stream
	s.stream = nil
	st.play.Stop()
	st.play.Entry().Close()
	st.client.stopped(s.conn, st)
	s.conn.srv.opt.Bus.Publish(event.Stopped{
		Player: st.client.session.Player, Reason: why, Packets: st.packets, Bytes: st.bytes,
		Late: st.play.Late, Elapsed: time.Since(st.began),
	})
}

func (s *sender) sendPending() {
	for _, b := range s.pending {
		s.send(b)
	}
	s.pending = nil
}

// send writes control bytes in their order.
func (s *sender) send(b []byte) {
	if s.closed {
		return
	}
	if err := s.out.Send(b); err != nil {
		s.fail(reasonGone)
		return
	}
	if s.out.Parked() {
		s.task.Wake() // run keeps the time
	}
}

// close ends the connection when all that waits is out.
func (s *sender) close() {
	s.closing = true
	s.task.Wake()
}

// hangUp closes our direction; the connection's goroutine reads until the
// peer has closed too, so that nothing sent is lost to a reset.
func (s *sender) hangUp() {
	if s.closed {
		return
	}
	s.closed = true
	s.task.Stop()
	if s.test != nil {
		s.test.timer.Stop()
	}
	s.out.Writer().CloseWrite()
	s.conn.linger()
}

// fail ends the connection at once.
func (s *sender) fail(why string) {
	if s.closed {
		return
	}
	s.closed = true
	s.task.Stop()
	if s.test != nil {
		s.test.timer.Stop()
	}
	if s.stream != nil {
		s.finishStream(why)
	}
	s.out.Drop()
	s.pending = nil
	s.out.Writer().Close()
	s.conn.unpark()
}
