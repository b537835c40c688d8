package wmsp

import (
	"context"
	"io"

	"caracal/internal/head"
)

// StreamEventKind says what Stream.Next returns.
type StreamEventKind uint8

const (
	GotHeader StreamEventKind = iota + 1 // Header and Metadata
	GotPacket                            // Packet and Data
	GotEnd                               // Reason: ReasonDone, ReasonEntryDone ...
	GotChange                            // Reason: ReasonChangeForward, ReasonChangeReceding
)

// StreamEvent is what comes next in a stream.
type StreamEvent struct {
	Kind     StreamEventKind
	Header   []byte    // Header Object and the beginning of the Data Object
	Metadata *Metadata // that came before the header; nil for none
	Packet   uint32    // LocationId: the number of the ASF packet
	Data     []byte    // the ASF packet as sent; good until the next call of Next
	More     bool      // the next packet follows at once
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

// take turns a packet into an event; ok is false for the first pieces of a
// header.
func (s *Stream) take(f *Frame) (event StreamEvent, ok bool, err error) {
	switch f.ID {
	case FrameData:
		return StreamEvent{Kind: GotPacket, Packet: f.Location, Data: f.Payload, More: f.More}, true, nil
	case FrameEnd:
		s.over = f.Reason != ReasonEntryDone
		return StreamEvent{Kind: GotEnd, Reason: f.Reason}, true, nil
	case FrameChange:
		s.over = f.Reason == ReasonChangeReceding
		return StreamEvent{Kind: GotChange, Reason: f.Reason}, true, nil
	}
	done, err := s.assembly.add(f)
	if !done {
		return StreamEvent{}, false, err
	}
	event = StreamEvent{Kind: GotHeader, Header: s.assembly.header, Metadata: s.assembly.metadata}
	if event.Metadata != nil {
		s.d.session.genID = event.Metadata.PlaylistGenID
	}
	s.assembly = headerAssembly{}
	return event, true, nil
}

// nextResponse reads responses, in the order of their requests, up to one with
// packets in its body.
func (s *Stream) nextResponse() error {
	resp, kind, err := s.conn.readResponse()
	if err != nil {
		return err
	}
	if resp.Status >= 300 {
		return &StatusError{resp}
	}
	if err := s.d.session.learn(resp); err != nil {
		return err
	}
	if kind == SelectStream || kind == PlayNextEntry {
		s.begin(resp)
		return nil
	}
	s.frames = newFrameReader(s.conn.body)
	return nil
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
