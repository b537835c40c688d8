package mms

import (
	"context"
	"io"

	"caracal/internal/pull"
)

// StreamEventKind says what Stream.Next returns.
type StreamEventKind = pull.Kind

const (
	GotPacket = pull.GotPacket // Data, which is the receiver's own, Packet, Sequence
	GotGap    = pull.GotGap    // Lost
	GotEnd    = pull.GotEnd    // HR; More says that ReportStreamChange follows
	GotChange = pull.GotChange // Change: another entry of a playlist
	GotHeader = pull.GotHeader // Header of that entry, with the first 50 bytes of the Data Object
)

// StreamEvent is what comes next in a stream.
type StreamEvent struct {
	pull.Event
	Sequence Sequence // AFFlags, counted on
	HR       HRESULT
	Change   ReportStreamChange
}

func gapEvent(lost uint32) StreamEvent {
	return StreamEvent{Event: pull.Event{Kind: GotGap, Lost: lost}}
}

// ClientStats counts data packets with ASF packets since the stream was first
// asked for, if nothing else is said.
type ClientStats struct {
	Packets    uint64 // each once
	Bytes      uint64 // of ASF packets
	Lost       uint64 // never came
	Longest    uint32 // most that were lost in a row
	Asked      uint64 // numbers that were asked for again
	Requests   uint64 // datagrams that asked
	Resent     uint64 // came after they were asked for
	Duplicates uint64 // and packets that came too late
	Stale      uint64 // packets and messages of a stream that was stopped
	Strange    uint64 // datagrams, packets and messages that do not belong here
	Pairs      uint64 // packets of packet pairs
	Pings      uint64 // that were answered
	Overflow   uint64 // packets that Next did not take in time
}

// Stream is what Play began. Next belongs to one goroutine, the other methods
// can be called from others meanwhile. If the context of one of these ends
// before the answer is there, the session is over: nothing in a later answer
// would say what it belongs to.
type Stream struct {
	d    *Description
	stop func() bool
}

func newStream(ctx context.Context, d *Description) *Stream {
	s := d.session
	return &Stream{d: d, stop: context.AfterFunc(ctx, func() { s.shut(context.Cause(ctx)) })}
}

// Description returns what the stream's session is about.
func (s *Stream) Description() *Description { return s.d }

// Stats returns the counts so far.
func (s *Stream) Stats() ClientStats {
	s.d.session.mu.Lock()
	defer s.d.session.mu.Unlock()
	return s.d.session.stats
}

// Next waits for what comes next. It returns io.EOF after an end with nothing
// to follow, or after Stop, until Play starts again; io.ErrUnexpectedEOF when
// the server closes the connection before it; the cause when the context of
// Play ends.
func (s *Stream) Next() (StreamEvent, error) { return s.d.session.queue.Next(s.d.session.finished) }

// Receive is Next for who takes streams of any protocol.
func (s *Stream) Receive() (pull.Event, error) {
	e, err := s.Next()
	return e.Event, err
}

// finished is why nothing comes behind what is in the queue.
func (s *clientSession) finished() error {
	if s.play.over {
		return io.EOF
	}
	return s.err
}

// Waiting is how many events Next returns without waiting.
func (s *Stream) Waiting() int { return s.d.session.queue.Waiting() }

// Close closes the connection, so that the server ends the session in its own
// time.
func (s *Stream) Close() error {
	s.stop()
	s.d.session.close()
	return nil
}
