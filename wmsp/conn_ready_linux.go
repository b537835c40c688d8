package wmsp

import (
	"net"
	"syscall"
)

// readiness returns a function that waits, within the connection's read
// deadline, until there is something to read, and reads nothing.
func readiness(c net.Conn) func() error {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	rc, err := t.SyscallConn()
	if err != nil {
		return nil
	}
	peek := func(fd uintptr) bool {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		return err != syscall.EAGAIN && err != syscall.EINTR
	}
	return func() error { return rc.Read(peek) }
}
