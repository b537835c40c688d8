package pace

import (
	"net"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxVector is the kernel's limit for one vectored write (UIO_MAXIOV).
const maxVector = 1024

// maxUnsent is how much media the kernel keeps, bytes, that a peer has no room for:
// else that would be megabytes for each player that does not read.
const maxUnsent = 256 << 10

// vector is what a shard hands to the kernel, or to TLS; one call at a time uses it.
type vector struct {
	iov    [maxVector]syscall.Iovec
	record []byte // made when it is first used
}

// rawWriter writes a TCP connection's descriptor without ever waiting.
type rawWriter struct {
	c      *net.TCPConn
	rc     syscall.RawConn
	shard  *Shard
	closed atomic.Bool
	watch  watch

	// The call under way; the closure is made once, so that a write does not
	// allocate.
	used   int // of the shard's vector
	n      int
	errno  error
	writev func(fd uintptr) bool
}

func newRawWriter(c net.Conn, s *Shard) Writer {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	rc, err := t.SyscallConn()
	if err != nil {
		return nil
	}
	w := &rawWriter{c: t, rc: rc, shard: s, watch: watch{poller: writePoller, events: syscall.EPOLLOUT}}
	w.writev = w.callWritev
	return w
}

// BoundUnsent has the kernel take less from now on for a peer that does not read.
func (w *rawWriter) BoundUnsent() {
	w.rc.Control(func(fd uintptr) { // where it fails all is as it was
		unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, maxUnsent)
	})
}

func (w *rawWriter) Writev(bufs [][]byte) (int, error) {
	total := 0
	for len(bufs) > 0 {
		rest, size := w.load(bufs)
		if size == 0 {
			return total, nil
		}
		n, err := w.call(w.writev)
		clear(w.shard.vector.iov[:w.used])
		total += n
		if err != nil || n < size {
			return total, err
		}
		bufs = rest
	}
	return total, nil
}

// load fills the shard's vector and returns what did not fit, and the bytes
// that did.
func (w *rawWriter) load(bufs [][]byte) (rest [][]byte, size int) {
	iov := &w.shard.vector.iov
	w.used = 0
	for len(bufs) > 0 && w.used < len(iov) {
		if b := bufs[0]; len(b) > 0 {
			iov[w.used].Base = &b[0]
			iov[w.used].SetLen(len(b))
			w.used++
			size += len(b)
		}
		bufs = bufs[1:]
	}
	return bufs, size
}

// callWritev does not tell the scheduler that the system is called: the call never
// waits, and a scheduler that finds a shard in one gives its processor to others.
func (w *rawWriter) callWritev(fd uintptr) bool {
	n, _, e := syscall.RawSyscall(syscall.SYS_WRITEV, fd, uintptr(unsafe.Pointer(&w.shard.vector.iov[0])), uintptr(w.used))
	w.result(int(n), e)
	return true
}

func (w *rawWriter) result(n int, e syscall.Errno) {
	w.n, w.errno = n, nil
	switch e {
	case 0:
	case syscall.EAGAIN, syscall.EINTR:
		w.n = 0
	default:
		w.n, w.errno = 0, e
	}
}

// call runs f on the descriptor; f always says that it is done, so the
// runtime never makes us wait.
func (w *rawWriter) call(f func(uintptr) bool) (int, error) {
	if w.closed.Load() {
		return 0, ErrClosed
	}
	if err := w.rc.Write(f); err != nil {
		return 0, err
	}
	return w.n, w.errno
}

func (w *rawWriter) Notify(f func()) {
	if w.closed.Load() || !w.watch.arm(w.rc, f) {
		go f()
	}
}

func (w *rawWriter) CloseWrite() error { return w.c.CloseWrite() }

func (w *rawWriter) Close() error {
	if w.closed.Swap(true) {
		return nil
	}
	w.watch.cancel()
	return w.c.Close()
}
