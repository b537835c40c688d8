// Package udp sends and receives datagrams in batches: many for one system
// call, and on Linux many for one pass through the kernel (UDP_SEGMENT).
package udp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
)

const (
	// MaxDatagram is the longest payload that IPv4 carries, in bytes.
	MaxDatagram = 65535 - 20 - 8
	// MaxParts is how many pieces one datagram may be made of.
	MaxParts = 16
	// sendBuffer is what is asked of the system for a socket's outgoing
	// bytes: what does not fit is lost, and a shard's batch is large.
	sendBuffer = 4 << 20
)

var (
	// ErrConnected says that the socket sends to one peer only.
	ErrConnected = errors.New("udp: socket is connected")
	// ErrTooLong says that a datagram has more than MaxDatagram bytes or
	// more than MaxParts parts.
	ErrTooLong = errors.New("udp: datagram too long")
	// ErrDestination says that the socket cannot reach a kind of address.
	ErrDestination = errors.New("udp: no destination for this socket")
)

// Capabilities is what the system was found to do for a Sender.
type Capabilities struct {
	Batches    bool // many datagrams for a system call (sendmmsg)
	Segments   bool // many datagrams for a message (UDP_SEGMENT)
	SendBuffer int  // bytes that may wait in the socket; 0 is not known
}

// Counters is what a Sender has done since it was made.
type Counters struct {
	Sent    uint64 // datagrams that the system has taken
	Dropped uint64 // datagrams that it has not
	Bytes   uint64 // payload of those sent
	Calls   uint64 // system calls
	Grouped uint64 // datagrams of those sent that shared a segmented message
	Refused uint64 // segmented messages that had to go out one by one
}

// Sender queues datagrams and sends them together. It belongs to one
// goroutine, but for Capabilities and Counters. Several may share a socket:
// they do not wait for each other.
type Sender struct {
	batch *batch // nil where the system has no form of it
	plain plain
	caps  Capabilities
	tally tally
	close func() error // of a socket of its own

	sent, dropped, bytes, calls, grouped, refused atomic.Uint64
}

// tally is what has come of the datagrams since the last Flush.
type tally struct {
	sent, dropped                  int
	bytes, calls, grouped, refused uint64
	err                            error // the first
}

// lose counts n datagrams that nobody gets; err is nil if the socket was full.
func (t *tally) lose(n int, err error) {
	t.dropped += n
	if t.err == nil {
		t.err = err
	}
}

// NewSender asks the system what it can do and returns a Sender on c, which
// is not connected. Reading from c and closing it stay with the caller. It
// makes the socket's buffer for outgoing bytes as large as the system allows,
// up to 4 MB.
func NewSender(c *net.UDPConn) (*Sender, error) {
	if c.RemoteAddr() != nil {
		return nil, ErrConnected
	}
	s := &Sender{plain: plain{c: c}}
	c.SetWriteBuffer(sendBuffer) // as far as the system lets us
	var err error
	if s.batch, s.caps, err = newBatch(c); err != nil {
		return nil, fmt.Errorf("udp: %w", err)
	}
	return s, nil
}

// OwnSender is NewSender for a socket that nobody reads, which belongs to the Sender
// from then on: Close closes it, even if there is an error now. It is cheaper than
// one that somebody waits for.
func OwnSender(c *net.UDPConn) (*Sender, error) {
	s, err := NewSender(c)
	if err == nil {
		s.close, err = s.batch.own(c)
	}
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("udp: %w", err)
	}
	return s, nil
}

// Close closes the socket of an OwnSender, behind the last Flush.
func (s *Sender) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}

// Queue adds a datagram, the parts one after the other. The parts have to
// stay as they are until Flush returns. A full queue is sent at once.
// Datagrams to one destination leave in the order of the calls; runs of one
// length to one destination, the last of which may be shorter, cost the least.
func (s *Sender) Queue(dst netip.AddrPort, parts ...[]byte) {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	switch {
	case size > MaxDatagram || len(parts) > MaxParts:
		s.tally.lose(1, ErrTooLong)
	case !dst.IsValid() || dst.Port() == 0:
		s.tally.lose(1, ErrDestination)
	case s.batch != nil:
		s.batch.queue(dst, size, parts, &s.tally)
	default:
		s.plain.queue(dst, size, parts, &s.tally)
	}
}

// Flush sends what is queued and tells what has become of everything since
// the last Flush. What the socket does not take at once is dropped; on systems
// other than Linux net may wait for it. The error is the first that is not a
// full socket; it does not keep other datagrams from being sent.
func (s *Sender) Flush() (sent, dropped int, err error) {
	if s.batch != nil {
		s.batch.flush(&s.tally)
	} else {
		s.plain.flush(&s.tally)
	}
	t := s.tally
	s.tally = tally{}
	if t.sent == 0 && t.dropped == 0 {
		return 0, 0, nil
	}
	s.sent.Add(uint64(t.sent))
	s.dropped.Add(uint64(t.dropped))
	s.bytes.Add(t.bytes)
	s.calls.Add(t.calls)
	s.grouped.Add(t.grouped)
	s.refused.Add(t.refused)
	return t.sent, t.dropped, t.err
}

// DisableSegments has the Sender leave UDP_SEGMENT alone. It comes before the
// first Queue.
func (s *Sender) DisableSegments() {
	s.caps.Segments = false
	if s.batch != nil {
		s.batch.disableSegments()
	}
}

// Capabilities returns what the system can do. Any goroutine may ask.
func (s *Sender) Capabilities() Capabilities { return s.caps }

// Counters returns the sums as of the last Flush. Any goroutine may ask.
func (s *Sender) Counters() Counters {
	return Counters{
		Sent: s.sent.Load(), Dropped: s.dropped.Load(), Bytes: s.bytes.Load(),
		Calls: s.calls.Load(), Grouped: s.grouped.Load(), Refused: s.refused.Load(),
	}
}
