package pace

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// maxBase is how much a Base keeps of what its connection does not take, bytes: a
// record, and what TLS says of itself.
const maxBase = 64 << 10

// Base is the connection under a TLS connection. While it is held, what TLS writes
// does not wait: what there is no room for stays here until somebody flushes it.
type Base struct {
	net.Conn

	held atomic.Bool
	mu   sync.Mutex
	rest []byte // that the connection has not taken
	raw  rawBase
}

// NewBase returns a Base on c, which tls.Server or tls.Client makes a connection of.
// It is not held.
func NewBase(c net.Conn) *Base {
	b := &Base{Conn: c}
	b.raw.init(c)
	return b
}

// Hold has writes not wait from now on, where the system can do that; deadlines of
// writes count no more. Release ends it. No write may be under way.
func (b *Base) Hold() {
	if b.raw.works() {
		b.Conn.SetWriteDeadline(time.Time{})
		b.held.Store(true)
	}
}

// Release has writes wait again.
func (b *Base) Release() { b.held.Store(false) }

// Write is for TLS.
func (b *Base) Write(p []byte) (int, error) {
	if !b.held.Load() {
		if err := b.settle(); err != nil {
			return 0, err
		}
		return b.Conn.Write(p)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	if len(b.rest) == 0 {
		var err error
		if n, err = b.raw.write(p); err != nil {
			return n, err
		}
	}
	if len(b.rest)+len(p)-n > maxBase {
		return n, ErrQueueFull
	}
	b.rest = append(b.rest, p[n:]...)
	return len(p), nil
}

// settle writes what is left and waits for it.
func (b *Base) settle() error {
	b.mu.Lock()
	rest := b.rest
	b.rest = nil
	b.mu.Unlock()
	if len(rest) == 0 {
		return nil
	}
	_, err := b.Conn.Write(rest)
	return err
}

// flush writes what is left and says whether that was all.
func (b *Base) flush() (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.rest) == 0 {
		return true, nil
	}
	n, err := b.raw.write(b.rest)
	b.rest = b.rest[:copy(b.rest, b.rest[n:])]
	if len(b.rest) == 0 {
		b.rest = nil
	}
	return len(b.rest) == 0, err
}

// empty says that nothing is left.
func (b *Base) empty() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.rest) == 0
}

// SetDeadline is that of reads while writes do not wait.
func (b *Base) SetDeadline(t time.Time) error {
	if b.held.Load() {
		return b.Conn.SetReadDeadline(t)
	}
	return b.Conn.SetDeadline(t)
}

// SetWriteDeadline does nothing while writes do not wait.
func (b *Base) SetWriteDeadline(t time.Time) error {
	if b.held.Load() {
		return nil
	}
	return b.Conn.SetWriteDeadline(t)
}
