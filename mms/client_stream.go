package mms

import (
	"context"
	"io"
)

// StreamEventKind says what Stream.Next returns.
type StreamEventKind uint8

const (
	GotPacket StreamEventKind = iota + 1 // Data, Packet, Sequence
	GotGap                               // Lost
	GotEnd                               // HR, More
	GotChange                            // Change: another entry of a playlist
	GotHeader                            // Header of that entry
)

// StreamEvent is what comes next in a stream.
type StreamEvent struct {
	Kind     StreamEventKind
	Data     []byte   // an ASF packet; the receiver's own
	Packet   uint32   // LocationId: the number of the ASF packet
	Sequence Sequence // AFFlags, counted on

	// Lost is how many data packets never came before what follows, or how many
	// Next did not take in time.
	Lost uint32

	HR   HRESULT
	More bool // ReportStreamChange follows

	Change ReportStreamChange
	Header []byte // Header Object and the first 50 bytes of the Data Object
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
func (s *Stream) Next() (StreamEvent, error) {
	c := s.d.session
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.queue) == 0 {
		if c.play.over {
			return StreamEvent{}, io.EOF
		}
		if c.err != nil {
			return StreamEvent{}, c.err
		}
		c.changed.Wait()
	}
	event := c.queue[0]
	c.queue[0] = StreamEvent{}
	c.queue = c.queue[1:]
	c.changed.Broadcast()
	return event, nil
}

// Waiting is how many events Next returns without waiting.
func (s *Stream) Waiting() int {
	s.d.session.mu.Lock()
	defer s.d.session.mu.Unlock()
	return len(s.d.session.queue)
}

// Close closes the connection, so that the server ends the session in its own
// time.
func (s *Stream) Close() error {
	s.stop()
	s.d.session.close()
	return nil
}
