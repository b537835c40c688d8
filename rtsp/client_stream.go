package rtsp

import (
	"context"
	"io"
	"time"

	"caracal/internal/head"
	"caracal/internal/pull"
)

// StreamEventKind says what Stream.Next returns.
type StreamEventKind = pull.Kind

const (
	GotPacket = pull.GotPacket // Data, which is the receiver's own, SendTime, Key, Packet
	GotEnd    = pull.GotEnd    // Reason, More
	GotHeader = pull.GotHeader // SDP, Header, Selected: the next entry of a playlist
	GotGap    = pull.GotGap    // Lost: RTP packets that never came, or ASF packets
)

// StreamEvent is what comes next in a stream.
type StreamEvent struct {
	pull.Event
	SendTime uint32 // ms
	Key      bool

	Reason EndReason

	SDP      *SDP      // of an Announce request
	Selected []RTPInfo // streams that the server has selected already
	GenID    uint32    // of the entry, X-Playlist-Gen-Id
	Receding bool      // the entry before, not the next one
	came     time.Time // of the Announce

	rtpOrigin // of a packet
}

// rtpOrigin is the RTP packet with which an ASF packet was complete.
type rtpOrigin struct {
	ssrc uint32
	seq  uint16
}

func gapEvent(lost uint32) StreamEvent {
	return StreamEvent{Event: pull.Event{Kind: GotGap, Lost: lost}}
}

// ClientStats counts what came over RTP.
type ClientStats struct {
	Packets    uint64 // RTP packets of media, each once
	Lost       uint64 // never came
	Asked      uint64 // sequence numbers in NACKs
	Resent     uint64 // came on the retransmission stream, and were missing
	Repaired   uint64 // made again from FEC packets
	Duplicates uint64 // and packets that came too late
	Broken     uint64 // ASF packets that could not be put together
	Strange    uint64 // of an unknown channel, SSRC or form
	Pairs      uint64 // packet-pair packets
	Overflow   uint64 // ASF packets that Next did not take in time

	// Rendering says that what was played is reported apart from what was
	// streamed: Speed was asked for, and the server wants such reports, [MS-RTSP]
	// 3.1.4.7 and 3.1.4.9.
	Rendering bool
}

// Stream is what a Play request began. Next belongs to one goroutine, the other
// methods can be called from others meanwhile.
type Stream struct {
	Response *Response // of the first Play
	Startup  *head.StartupProfile
	Measured *Measurement // nil: not asked for, or the server has none

	d       *Description
	ctx     context.Context // of the stream's life
	opt     PlayOptions     // of the first Play
	release func() bool
}

// bind lets the session end with the stream's context.
func (s *Stream) bind(c *clientSession) {
	s.release = context.AfterFunc(s.ctx, func() { c.shut(context.Cause(s.ctx)) })
}

func (s *Stream) session() *clientSession { return s.d.session }

// Description returns what the stream's session is about.
func (s *Stream) Description() *Description { return s.d }

// Stats returns the counts so far.
func (s *Stream) Stats() ClientStats {
	s.session().mu.Lock()
	defer s.session().mu.Unlock()
	return s.session().stats
}

// Next waits for what comes next. It returns io.EOF after an end with nothing
// to follow, until Play starts again; io.ErrUnexpectedEOF when the server closes
// the connection before it; the cause when the context of Play ends.
func (s *Stream) Next() (StreamEvent, error) { return s.session().queue.Next(s.session().finished) }

// Receive is Next for who takes streams of any protocol.
func (s *Stream) Receive() (pull.Event, error) {
	e, err := s.Next()
	return e.Event, err
}

// finished is why nothing comes behind what is in the queue.
func (s *clientSession) finished() error {
	if s.over {
		return io.EOF
	}
	return s.err
}

// Waiting is how many events Next returns without waiting.
func (s *Stream) Waiting() int { return s.session().queue.Waiting() }

// push takes an event for Next. The caller holds mu.
func (s *clientSession) push(event StreamEvent) {
	if !s.queue.Push(event, event.Kind == GotPacket) {
		s.stats.Overflow++
	}
}

// Pause stops the stream, [MS-RTSP] 3.1.4.7; Play goes on. What was received
// before the response stays for Next.
func (s *Stream) Pause(ctx context.Context) error {
	c := s.session()
	_, err := c.do(ctx, ClientRequest{Method: MethodPause}, func(*Response) {
		if c.playing {
			c.paused = true
			c.submitLog(LogPlay)
		}
		c.stopReceivers()
		c.rearm()
	})
	return err
}

// Do sends any request that changes nothing that the Stream knows of: logs,
// events, packet pairs.
func (s *Stream) Do(ctx context.Context, r ClientRequest) (*Response, error) {
	return s.session().do(ctx, r, nil)
}

// Teardown ends the session, [MS-RTSP] 3.1.4.10, and closes.
func (s *Stream) Teardown(ctx context.Context) error {
	_, err := s.session().do(ctx, ClientRequest{Method: MethodTeardown}, nil)
	s.Close()
	return err
}

// Close closes the connection, so that the server ends the session in its own
// time.
func (s *Stream) Close() error {
	s.release()
	s.session().close()
	return nil
}
