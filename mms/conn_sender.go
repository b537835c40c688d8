package mms

import (
	"time"

	"caracal/internal/front"
	"caracal/internal/point"
)

// Why a stream or a connection ended, for the events.
const (
	reasonStopped  = "stopped by the player"
	reasonReplaced = "replaced by a new Play"
	reasonClosed   = "closed by the player"
	reasonSilent   = "the player did not answer"
	reasonIdle     = "silent after the end"
	reasonRefused  = "refused"
	reasonMoved    = "sent elsewhere"
)

// sender is the half of a connection that its shard owns: the Play that feeds
// the out-queue, and the numbers that go on from one Play to the next.
type sender struct {
	*front.Sender
	conn   *conn
	player *player    // nil before Connect
	stream *stream    // nil: nothing is streaming
	header *headerOut // what is left of a header over UDP; nil: nothing

	seq     uint16    // of the next TcpMessageHeader
	began   time.Time // when the first one was sent
	next    Sequence  // of the next ASF packet
	resends resends

	asked time.Time // when the first Ping was sent that is not answered; zero: all are
	pings time.Time // when the last one was sent
	leave time.Time // when a player that does not react to the end is left; zero: none
	why   string    // why the connection is ended; "": it is lost
}

// say sends a message in a packet and a write of its own: VLC drops what comes in
// parts, and MPlayer reads one message at a time.
func (s *sender) say(m Appender) {
	if !s.Ending() {
		s.Send(s.packet(m))
	}
}

// packet numbers a message.
func (s *sender) packet(m Appender) []byte {
	now := time.Now()
	if s.began.IsZero() {
		s.began = now
	}
	s.seq++
	return AppendPacket(nil, s.seq-1, uint64(now.Sub(s.began).Milliseconds()), m)
}

// drain does what is due and says when more will be.
func (s *sender) drain(now time.Time) time.Time {
	if s.player == nil || s.Ending() {
		return time.Time{}
	}
	next := s.keepAlive(now)
	if s.header != nil {
		next = earlier(next, s.sendHeader(now))
	}
	next = earlier(next, s.turn(now))
	switch {
	case s.Closed():
	case s.stream != nil:
		next = earlier(next, s.feed(now))
	case s.leave.IsZero():
	case !now.Before(s.leave):
		s.leaves(reasonIdle)
	default:
		next = earlier(next, s.leave)
	}
	return next
}

// earlier returns the earlier of two times, of which zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// feed takes from the Play what is due and sends it together.
func (s *sender) feed(now time.Time) time.Time {
	st := s.stream
	if !st.ending.IsZero() {
		return s.conclude(now)
	}
	if st.turn.next != nil {
		return s.stepTurn(now)
	}
	if now.Before(st.rest) {
		return st.rest
	}
	size, last := st.play.Run(now, s.Mem, st.limit.most, func(it *point.Step) int { return s.carry(st, it, now) })
	if size > 0 {
		s.flush(st, size)
	}
	switch {
	case last.Kind == point.End && s.stream == st && last.Next != nil:
		return s.beginTurn(last.Next, now)
	case last.Kind == point.End && s.stream == st:
		st.over, st.failure, st.ending = last.Reason, last.Err, now.Add(st.grace())
		return s.conclude(now)
	case size >= st.limit.most && st.out != nil:
		st.rest = now.Add(st.limit.restOf(size))
		return st.rest
	}
	return last.At
}

// flush sends what a run has gathered.
func (s *sender) flush(st *stream, size int) {
	st.tally.Count(st.play, st.player.ses, size)
	if st.out != nil {
		st.out.Flush() // what the socket does not take is lost, and asked for again
		return
	}
	s.SendVector(s.Mem.Vector)
}

// carry puts an ASF packet, whole and with its padding, into a data packet.
func (s *sender) carry(st *stream, it *point.Step, now time.Time) (size int) {
	head := AppendDataHead(s.Mem.Grab(DataHeadSize)[:0], uint32(it.Number), st.incarnation, s.next.AFFlags(), len(it.Data))
	if st.out != nil {
		st.out.Queue(st.dst, head, it.Data)
		s.resends.note(s.next, Sent{Packet: it.Number, Keep: it.Keep, At: now, Incarnation: st.incarnation}, st.play.Entry())
	} else {
		s.Mem.Vector = append(s.Mem.Vector, head, it.Data)
	}
	s.next++
	st.tally.Packets++
	return len(head) + len(it.Data)
}

// finishStream forgets the Play and tells the world.
func (s *sender) finishStream(why string) {
	st := s.stream
	if st == nil {
		return
	}
	s.stream = nil
	st.play.Stop()
	s.conn.Streams(-1)
	st.stopped()
	s.conn.srv.opt.Bus.Publish(st.tally.Stopped(st.play, s.player.ses.Who(), why, st.failure))
}

// lost lets go of everything: the connection is gone.
func (s *sender) lost(why string) {
	if s.why != "" {
		why = s.why
	}
	s.finishStream(why)
	s.header = nil
	if s.player != nil {
		s.player.close(why)
	}
}
