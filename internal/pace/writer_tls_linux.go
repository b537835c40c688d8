package pace

import (
	"crypto/tls"
	"net"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// maxRecord is how much a record of TLS carries, bytes.
const maxRecord = 16 << 10

// tlsWriter writes a TLS connection whose Base does not wait. Bytes that are in a
// record cannot be taken back: while a part of it waits in the Base, the last byte
// of the record is said not to be written, and skipped when it comes again.
type tlsWriter struct {
	c      *tls.Conn
	base   *Base
	shard  *Shard
	owed   bool // the next byte has been sent
	closed atomic.Bool
}

// newTLSWriter returns nil for what is no TLS connection on a Base that can be held.
func newTLSWriter(c net.Conn, s *Shard) Writer {
	t, ok := c.(*tls.Conn)
	if !ok {
		return nil
	}
	b, ok := t.NetConn().(*Base)
	if !ok || !b.raw.works() {
		return nil
	}
	return &tlsWriter{c: t, base: b, shard: s}
}

// BoundUnsent is rawWriter's.
func (w *tlsWriter) BoundUnsent() {
	w.base.raw.rc.Control(func(fd uintptr) {
		unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, maxUnsent)
	})
}

func (w *tlsWriter) Writev(bufs [][]byte) (int, error) {
	if w.closed.Load() {
		return 0, ErrClosed
	}
	if all, err := w.base.flush(); err != nil || !all {
		return 0, err
	}
	total, at := 0, 0
	if w.owed && len(bufs) > 0 {
		total, at = 1, 1 // Out comes with the byte first
		w.owed = false
	}
	record := w.shard.vector.room()
	for {
		n := 0
		bufs, at, n = gather(record, bufs, at)
		if n == 0 {
			return total, nil
		}
		if _, err := w.c.Write(record[:n]); err != nil {
			return total, err
		}
		total += n
		if !w.base.empty() {
			w.owed = true
			return total - 1, nil
		}
	}
}

// room is where what goes into one record is gathered.
func (v *vector) room() []byte {
	if v.record == nil {
		v.record = make([]byte, maxRecord)
	}
	return v.record
}

// gather copies bufs from byte at of the first one on, as much as there is room for,
// and returns where it stopped.
func gather(to []byte, bufs [][]byte, at int) (rest [][]byte, stop, n int) {
	for len(bufs) > 0 && n < len(to) {
		k := copy(to[n:], bufs[0][at:])
		n += k
		if at += k; at == len(bufs[0]) {
			bufs, at = bufs[1:], 0
		}
	}
	return bufs, at, n
}

func (w *tlsWriter) Notify(f func()) {
	if w.closed.Load() || w.base.empty() || !w.base.raw.watch.arm(w.base.raw.rc, f) {
		go f()
	}
}

// CloseWrite says it in TLS and, if that has left, in TCP.
func (w *tlsWriter) CloseWrite() error {
	if err := w.c.CloseWrite(); err != nil || !w.base.empty() {
		return err
	}
	return w.base.raw.tcp.CloseWrite()
}

func (w *tlsWriter) Close() error {
	if w.closed.Swap(true) {
		return nil
	}
	w.base.raw.watch.cancel()
	return w.c.Close()
}
