package pace

import (
	"net"
	"syscall"
)

// Readiness tells when a connection has something to read, without a
// goroutine that waits for it.
type Readiness struct {
	rc    syscall.RawConn
	watch watch
}

// NewReadiness returns nil for a connection that cannot be watched.
func NewReadiness(c net.Conn) *Readiness {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	rc, err := t.SyscallConn()
	if err != nil {
		return nil
	}
	return &Readiness{rc: rc, watch: watch{poller: readPoller, events: syscall.EPOLLIN}}
}

// Notify calls f once, from another goroutine, when there is something to
// read, the peer has closed or the connection has failed. It does not tell
// when this side closes it. It returns false when it cannot watch.
func (r *Readiness) Notify(f func()) bool { return r.watch.arm(r.rc, f) }

// Cancel forgets the last Notify.
func (r *Readiness) Cancel() { r.watch.cancel() }

// Wait returns when there is something to read, within the connection's read
// deadline; it reads nothing and needs no buffer.
func (r *Readiness) Wait() error { return r.rc.Read(peek) }

func peek(fd uintptr) bool {
	var b [1]byte
	_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	return err != syscall.EAGAIN && err != syscall.EINTR
}
