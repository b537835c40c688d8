package wmsp

import (
	"context"
	"io"

	"caracal/internal/head"
	"caracal/internal/pull"
)

// StreamEventKind says what Stream.Next returns.
type StreamEventKind = pull.Kind

const (
	GotHeader = pull.GotHeader // Header and Metadata: the first of all, and behind each change
	GotPacket = pull.GotPacket // Packet; Data as it was sent, good until the next call of Next
	GotEnd    = pull.GotEnd    // Reason: ReasonDone, ReasonEntryDone ...; More
	GotChange = pull.GotChange // Reason: ReasonChangeForward, ReasonChangeReceding
)

// StreamEvent is what comes next in a stream.
type StreamEvent struct {
	pull.Event
	Metadata *Metadata // that came before the header; nil for none
	AtOnce   bool      // the next packet follows at once
	Reason   uint32    // HRESULT
}

// Stream is what a Play request began. It belongs to one goroutine.
type Stream struct {
	Response *Response // of Play, then of the last PlayNextEntry or SelectStream
	Startup  *head.StartupProfile

	d        *Description
	ctx      context.Context
	release  func()
	conn     *clientConn // nil when closed
	frames   *frameReader
	assembly headerAssembly
	over     bool // $E has said that nothing follows
}

func newStream(ctx context.Context, d *Description, conn *clientConn, resp *Response) *Stream {
	s := &Stream{d: d, ctx: ctx, conn: conn, release: conn.bind(ctx)}
	s.begin(resp)
	return s
}

// begin takes a response whose body has packets.
func (s *Stream) begin(resp *Response) {
	s.Response, s.Startup = resp, nil
	if p, ok := head.ParseStartupProfile(resp.Header.Get("X-StartupProfile")); ok {
		s.Startup = &p
	}
	s.frames = newFrameReader(s.conn.body)
}

// Description returns what the stream's session is about, for another Play
// after Stop.
func (s *Stream) Description() *Description { return s.d }

// Next waits for what comes next: at first the header. It returns io.EOF after
// an end with nothing to follow, io.ErrUnexpectedEOF when the server ends
// without one, the context's cause, or a *ParseError.
func (s *Stream) Next() (StreamEvent, error) {
	if s.conn == nil || s.over {
		return StreamEvent{}, io.EOF
	}
	for {
		f, err := s.frames.next()
		if err == io.EOF && len(s.conn.pending) > 0 {
			if err = s.nextResponse(); err == nil {
				continue
			}
		}
		if err != nil {
			return StreamEvent{}, contextError(s.ctx, endsEarly(err))
		}
		event, ok, err := s.take(&f)
		if ok || err != nil {
			return event, err
		}
	}
}

// Receive is Next for who takes streams of any protocol.
func (s *Stream) Receive() (pull.Event, error) {
	e, err := s.Next()
	return e.Event, err
}

// take turns a packet into an event; ok is false for the first pieces of a
// header.
func (s *Stream) take(f *Frame) (event StreamEvent, ok bool, err error) {
	switch f.ID {
	case FrameData:
		packet := pull.Event{Kind: GotPacket, Packet: f.Location, HasPacket: true, Data: f.Payload}
		return StreamEvent{Event: packet, AtOnce: f.More}, true, nil
	case FrameEnd:
		s.over = f.Reason != ReasonEntryDone
		return StreamEvent{Event: pull.Event{Kind: GotEnd, More: !s.over}, Reason: f.Reason}, true, nil
	case FrameChange:
		s.over = f.Reason == ReasonChangeReceding
		return StreamEvent{Event: pull.Event{Kind: GotChange}, Reason: f.Reason}, true, nil
	}
	done, err := s.assembly.add(f)
	if !done {
		return StreamEvent{}, false, err
	}
	event = StreamEvent{Event: pull.Event{Kind: GotHeader, Header: s.assembly.header}, Metadata: s.assembly.metadata}
	if event.Metadata != nil {
		s.d.session.genID = event.Metadata.PlaylistGenID
	}
	s.assembly = headerAssembly{}
	return event, true, nil
}

// nextResponse reads responses, in the order of their requests, up to one with
// packets in its body.
func (s *Stream) nextResponse() error {
	resp, p, err := s.conn.readResponse()
	if err != nil {
		return err
	}
	if resp.Status >= 300 {
		return s.refused(resp, p)
	}
	if err := s.d.session.learn(resp); err != nil {
		return err
	}
	if p.kind == SelectStream || p.kind == PlayNextEntry {
		s.begin(resp)
		return nil
	}
	s.frames = newFrameReader(s.conn.body)
	return nil
}

// refused answers the challenge to a request in a stream, and waits for the next
// response; the error is a *StatusError if it was none.
func (s *Stream) refused(resp *Response, p clientPending) error {
	again, why := s.conn.challenged(resp, p.sent)
	p.rounds++
	if !again || p.again == nil || p.rounds == pull.MaxAuthRounds || !s.conn.skipBody(resp) {
		return &StatusError{resp, why}
	}
	if err := s.d.session.send(s.conn, p); err != nil {
		return err
	}
	return s.nextResponse()
}

// Close ends the stream by closing its connection. In pipelined mode Stop ends
// it and keeps the connection.
func (s *Stream) Close() error {
	if s.conn == nil {
		return nil
	}
	s.release()
	err := s.conn.Close()
	s.conn = nil
	return err
}
