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
	reasonShutdown = "server shutdown"
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

// stream is a Play under way on a connection.
type stream struct {
	play    *point.Play
	client  *client
	chunked bool
	batch   time.Duration
	mark    bool // packets of a Fast Start have their B bit set
	seq     byte // of the next $D packet
	began   time.Time
	packets uint64
	bytes   uint64
	counted uint64     // packets that the session knows of
	late    uint64     // likewise
	frames  *frameFile // nil: not shared
}

// count brings the session's figures up to date; once a batch.
func (st *stream) count(size int) {
	ses := st.client.session
	ses.Packets.Add(st.packets - st.counted)
	ses.Bytes.Add(uint64(size))
	ses.Late.Add(st.play.Late - st.late)
	st.bytes += uint64(size)
	st.counted, st.late = st.packets, st.play.Late
}

// close gives back what the stream holds.
func (st *stream) close() {
	st.play.Entry().Close()
	if st.frames != nil {
		st.frames.release()
	}
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

// batch is what one run of a sender sends.
type batch struct {
	first int64 // packet number
	size  int   // bytes of heads and packets
	plain bool  // packets in a row, whole, numbered as everybody's
}

// drain takes from the Play what is due and sends it in one write.
func (s *sender) drain(now time.Time) time.Time {
	st := s.stream
	var it point.Step
	var next time.Time
	var b batch
	ended := false
	vec := append(s.mem.Vector, nil) // room for the chunk's head
	for n := 0; ; n++ {
		if n == maxRunPackets || b.size >= maxRunBytes {
			next = now
			break
		}
		st.play.Next(now, s.mem, &it)
		if it.Kind != point.Packet {
			next, ended = it.At, it.Kind == point.End
			break
		}
		vec = s.frame(vec, &it, &b)
	}
	st.play.Rest()
	s.mem.Vector = vec
	if b.size > 0 {
		s.flush(vec, b)
	}
	if ended && !s.closed {
		s.endOfStream(it.Reason)
	}
	return next
}

// frame appends a packet and the head that goes before it.
func (s *sender) frame(vec [][]byte, it *point.Step, b *batch) [][]byte {
	st := s.stream
	more := st.mark && it.Ahead
	if b.size == 0 {
		b.first, b.plain = it.Number, true
	}
	b.plain = b.plain && it.Whole && !more && byte(it.Number) == st.seq && it.Number == b.first+int64(len(vec)-1)/2
	head := AppendD(s.mem.Grab(DataHeadSize)[:0], more, uint32(it.Number), 0, st.seq, len(it.Data))
	st.seq++
	st.packets++
	b.size += len(head) + len(it.Data)
	return append(vec, head, it.Data)
}

// flush sends a batch: from the frames that everybody shares if it can, else
// its vector, as one chunk if the reply is chunked.
func (s *sender) flush(vec [][]byte, b batch) {
	st := s.stream
	st.count(b.size)
	if b.plain && st.frames != nil {
		sent, err := st.frames.send(s.out, b.first, vec[1:], s.mem)
		if err != nil {
			s.fail(reasonGone)
		}
		if sent {
			return
		}
	}
	if st.chunked {
		vec[0] = appendChunkHead(s.mem.Grab(maxChunkHead)[:0], b.size)
		vec = append(vec, crlf)
	}
	s.mem.Vector = vec
	if err := s.out.SendVector(vec); err != nil {
		s.fail(reasonGone)
	}
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
	st.close()
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
