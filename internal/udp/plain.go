package udp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

const (
	plainCount = 64       // datagrams that wait for a flush
	plainBytes = 64 << 10 // and their bytes
)

// plain sends with what every system has: one call for each datagram. It
// copies. Where a system makes net wait for a full socket, it waits: a write
// deadline also passes while others have the processor, and would lose
// datagrams that there is room for.
type plain struct {
	c     *net.UDPConn
	buf   []byte
	waits []waiting
}

// waiting is a datagram: the part of the buffer that ends there.
type waiting struct {
	dst netip.AddrPort
	end int
}

func (p *plain) queue(dst netip.AddrPort, size int, parts [][]byte, t *tally) {
	if len(p.waits) == plainCount || len(p.waits) > 0 && len(p.buf)+size > plainBytes {
		p.flush(t)
	}
	for _, b := range parts {
		p.buf = append(p.buf, b...)
	}
	p.waits = append(p.waits, waiting{dst, len(p.buf)})
}

func (p *plain) flush(t *tally) {
	start := 0
	for _, w := range p.waits {
		b := p.buf[start:w.end]
		start = w.end
		t.calls++
		if _, err := p.c.WriteToUDPAddrPort(b, w.dst); err != nil {
			t.lose(1, plainError(err))
			continue
		}
		t.sent++
		t.bytes += uint64(len(b))
	}
	p.buf, p.waits = p.buf[:0], p.waits[:0]
}

// plainError is nil for a full socket.
func plainError(err error) error {
	if errors.Is(err, syscall.ENOBUFS) {
		return nil
	}
	return fmt.Errorf("udp: %w", err)
}
