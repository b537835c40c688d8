package msbd

import (
	"math"
	"time"

	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/msb"
)

// Why a stream or a connection ended, for the events.
const (
	reasonClosed  = "closed by the client"
	reasonSilent  = "the client did not answer"
	reasonLate    = "did not close after the end"
	reasonRefused = "refused"
)

// sender is the half of a connection that its shard owns: the Play that feeds the
// out-queue, or the group that packets come from instead, and the pings.
type sender struct {
	*front.Sender
	conn   *conn
	client *client // nil before ReqConnect was answered
	stream *stream // nil: nothing is streaming over TCP
	member *member // of the group; nil: of none
	info   *StreamInfo

	pings time.Time // when the last Ping was sent, or the client began
	asked bool      // it has not been answered
	leave time.Time // when a client that stays after the end is left; zero: none
	why   string    // why the connection is ended; "": it is lost
}

// stream is a Play under way. It belongs to its sender.
type stream struct {
	entry point.Entry // the first one, which is to be closed
	play  *point.Play
	batch time.Duration

	count int    // streams that there were, the present one too
	next  uint32 // dwPacketId of the next packet
	tally point.Tally
}

// The Ping timer, [MS-MSBD] 2.2.3 and 3.1.6.
const (
	pingTime = 2 * time.Minute
	// leaveTime is how long a client may take to close after the end, which is its
	// part, 4.1.
	leaveTime = 30 * time.Second
)

// accept answers a ReqConnect. What follows are the stream's packets, over TCP or
// from the group.
func (s *sender) accept(who *client, info *StreamInfo, r ConnectResponse) {
	s.client, s.info, s.pings = who, info, time.Now()
	s.client.ses.SetState(session.Streaming)
	s.Send(r.Append(nil))
	s.describe(IndStreamInfo)
	s.Wake()
}

// refuse answers a ReqConnect with a failure; a client that was admitted already
// goes with the connection.
func (s *sender) refuse(who *client, hr HRESULT) {
	if s.Ending() {
		if who != nil {
			who.close(reasonClosed)
		}
		return
	}
	s.client = who
	s.Send((&ConnectResponse{HR: hr}).Append(nil))
	s.leaves(reasonRefused)
}

// play begins to stream: the answer, the header and what is due at once.
func (s *sender) play(who *client, st *stream, start point.Start, begun event.Playing) {
	if s.Ending() { // it was lost before it began
		s.conn.Streams(-1)
		st.entry.Close()
		who.close(reasonClosed)
		return
	}
	s.stream, st.count = st, 1
	st.tally.Began = time.Now()
	s.Batch(st.batch)
	st.play.Begin(start, st.tally.Began)
	s.conn.srv.opt.Bus.Publish(begun)
	s.accept(who, describe(st.entry.Info(), nthStream(st.count)), ConnectResponse{})
}

// describe sends the present stream's description; an empty one if it is over.
func (s *sender) describe(id MessageID) {
	if !s.Ending() && s.info != nil {
		s.Send(s.info.Append(nil, id))
	}
}

// describe is the StreamInfo of an entry, as long as title and description fit
// beside the header.
func describe(info *point.Info, stream msb.StreamID) *StreamInfo {
	h := info.Header
	s := &StreamInfo{
		Stream: stream, PacketSize: uint16(info.PacketSize), BitRate: h.File().MaxBitRate,
		Duration: NoDuration, Header: info.HeaderBytes,
	}
	if !info.Broadcast && !info.Growing {
		s.Packets = uint32(min(info.Packets, math.MaxUint32))
		s.Duration = uint32(min(info.Duration.Milliseconds(), NoDuration-1))
	}
	s.Title = appendUTF16(nil, h.Title(), MaxBinary-s.binary())
	s.Description = appendUTF16(nil, h.Description(), MaxBinary-s.binary())
	return s
}

// drain does what is due and says when more will be.
func (s *sender) drain(now time.Time) time.Time {
	if s.client == nil || s.Ending() {
		return time.Time{}
	}
	if !s.leave.IsZero() {
		if now.Before(s.leave) {
			return s.leave
		}
		s.leaves(reasonLate)
		return time.Time{}
	}
	next := s.ping(now)
	if s.stream != nil && !s.Closed() {
		if due := s.feed(now); next.IsZero() || !due.IsZero() && due.Before(next) {
			next = due
		}
	}
	return next
}

// ping asks the client every two minutes whether it is there, and leaves one that
// has not answered by then. It says when to look again.
func (s *sender) ping(now time.Time) time.Time {
	if at := s.pings.Add(pingTime); now.Before(at) {
		return at
	}
	if s.asked {
		s.why = reasonSilent
		s.Fail(reasonSilent)
		return time.Time{}
	}
	s.asked, s.pings = true, now
	s.Send((&Message{ID: ReqPing}).Append(nil))
	return now.Add(pingTime)
}

// pong is told that the client is there.
func (s *sender) pong() { s.asked = false }

// feed takes from the Play what is due and sends it together.
func (s *sender) feed(now time.Time) time.Time {
	st := s.stream
	size, last := st.play.Run(now, s.Mem, point.MaxRunBytes, s.carry)
	if size > 0 {
		st.tally.Count(st.play, s.client.ses, size)
		s.SendVector(s.Mem.Vector)
	}
	switch {
	case s.stream == nil: // the connection failed
		return time.Time{}
	case last.Kind != point.End:
		return last.At
	case last.Reason == point.EndChange:
		return s.turn(last.Next, now)
	}
	s.over(last.Reason.String(), last.Err)
	return s.leave
}

// carry puts an ASF packet, whole and with its padding, into a message.
func (s *sender) carry(it *point.Step) int {
	st := s.stream
	head := AppendPacketHead(s.Mem.Grab(PacketHeadSize)[:0], st.next, s.info.Stream, len(it.Data))
	s.Mem.Vector = append(s.Mem.Vector, head, it.Data)
	st.next++
	st.tally.Packets++
	return len(head) + len(it.Data)
}

// turn goes on with what follows an entry: its header under another wStreamId,
// [MS-MSBD] 2.2.6 and 4.2. There is no EOS before it: 3.1.5.3 would have one, but
// 2.2.9 says that nothing follows an EOS.
func (s *sender) turn(next point.Entry, now time.Time) time.Time {
	st := s.stream
	if err := distributable(next.Info(), MaxASFPacket); err != nil {
		s.over(err.Error(), nil)
		return s.leave
	}
	st.count++
	s.info = describe(next.Info(), nthStream(st.count))
	s.describe(IndStreamInfo)
	if s.stream == nil { // the connection failed
		return time.Time{}
	}
	st.play.Turn(next)
	return now
}
