package pace

import (
	"net"
	"syscall"
	"unsafe"
)

// rawBase writes a TCP connection's descriptor without ever waiting.
type rawBase struct {
	tcp   *net.TCPConn // nil: it is another connection
	rc    syscall.RawConn
	watch watch

	// The call under way; the closure is made once.
	from  []byte
	n     int
	errno error
	call  func(fd uintptr) bool
}

func (r *rawBase) init(c net.Conn) {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return
	}
	rc, err := t.SyscallConn()
	if err != nil {
		return
	}
	r.tcp, r.rc, r.watch = t, rc, watch{poller: writePoller, events: syscall.EPOLLOUT}
	r.call = r.callWrite
}

func (r *rawBase) works() bool { return r.tcp != nil }

// write writes what fits now.
func (r *rawBase) write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	r.from = p
	err := r.rc.Write(r.call)
	r.from = nil
	if err != nil {
		return 0, err
	}
	return r.n, r.errno
}

// callWrite is silent to the scheduler, as rawWriter's is.
func (r *rawBase) callWrite(fd uintptr) bool {
	n, _, e := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(&r.from[0])), uintptr(len(r.from)))
	r.n, r.errno = int(n), nil
	switch e {
	case 0:
	case syscall.EAGAIN, syscall.EINTR:
		r.n = 0
	default:
		r.n, r.errno = 0, e
	}
	return true
}
