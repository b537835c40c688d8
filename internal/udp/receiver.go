package udp

import (
	"fmt"
	"net"
	"net/netip"
)

const (
	// MaxBatch is how many datagrams one Read returns at most.
	MaxBatch = 64
	maxRead  = 65535 // no datagram is longer
)

// Datagram is one that has come. Its Payload is good until the next Read.
type Datagram struct {
	From      netip.AddrPort // IPv4 as such, also from a socket of both families
	Payload   []byte
	Truncated bool // it was longer than the Receiver's buffers
}

// Receiver reads datagrams in batches. It belongs to one goroutine.
type Receiver struct {
	c     *net.UDPConn
	batch *receiveBatch // nil where the system has no form of it
	buf   []byte        // for one datagram, without a batch
	size  int
	got   []Datagram
}

// NewReceiver returns a Receiver on c that reads up to count datagrams (1 to
// MaxBatch) of up to size bytes (1 to 65,535) at a time; other values are
// brought within these. Its buffers take count times size bytes. Closing c
// and its read deadline stay with the caller.
func NewReceiver(c *net.UDPConn, count, size int) (*Receiver, error) {
	count, size = min(max(count, 1), MaxBatch), min(max(size, 1), maxRead)
	r := &Receiver{c: c, size: size, got: make([]Datagram, count)}
	var err error
	if r.batch, err = newReceiveBatch(c, count, size); err != nil {
		return nil, fmt.Errorf("udp: %w", err)
	}
	return r, nil
}

// Read waits for a datagram and returns it with those that have come besides.
// The error is that of the socket: net.ErrClosed, os.ErrDeadlineExceeded.
func (r *Receiver) Read() ([]Datagram, error) {
	var n int
	var err error
	if r.batch != nil {
		n, err = r.batch.read(r.got)
	} else {
		n, err = r.readOne()
	}
	if err != nil {
		return nil, fmt.Errorf("udp: %w", err)
	}
	return r.got[:n], nil
}

func (r *Receiver) readOne() (int, error) {
	if r.buf == nil {
		r.buf = make([]byte, maxRead)
	}
	n, from, err := r.c.ReadFromUDPAddrPort(r.buf)
	if err != nil {
		return 0, err
	}
	r.got[0] = Datagram{
		From:      netip.AddrPortFrom(from.Addr().Unmap(), from.Port()),
		Payload:   r.buf[:min(n, r.size)],
		Truncated: n > r.size,
	}
	return 1, nil
}
