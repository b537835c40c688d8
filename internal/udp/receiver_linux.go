package udp

import (
	"net"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// receiveBatch is what the kernel fills in one call (recvmmsg).
type receiveBatch struct {
	rc       syscall.RawConn
	messages []message
	names    []unix.RawSockaddrInet6
	vector   []unix.Iovec
	buf      []byte
	size     int // of each message's part of buf
	zones    zones

	// The call under way; the closure is made once, so that a call does not
	// allocate.
	n     int
	errno syscall.Errno
	run   func(fd uintptr) bool
}

// newReceiveBatch returns nil where the kernel has no recvmmsg.
func newReceiveBatch(c *net.UDPConn, count, size int) (*receiveBatch, error) {
	rc, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	b := &receiveBatch{
		rc: rc, size: size,
		messages: make([]message, count),
		names:    make([]unix.RawSockaddrInet6, count),
		vector:   make([]unix.Iovec, count),
		buf:      make([]byte, count*size),
	}
	for i := range b.messages {
		v, m := &b.vector[i], &b.messages[i]
		v.Base = &b.buf[i*size]
		v.SetLen(size)
		m.Name, m.Iov = (*byte)(unsafe.Pointer(&b.names[i])), v
		m.SetIovlen(1)
	}
	b.run = b.receive
	var missing syscall.Errno
	err = rc.Control(func(fd uintptr) { _, missing = b.recvmmsg(fd, 0) })
	if missing != 0 {
		return nil, err
	}
	return b, err
}

func (b *receiveBatch) recvmmsg(fd uintptr, n int) (int, syscall.Errno) {
	got, _, e := unix.Syscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&b.messages[0])), uintptr(n), unix.MSG_DONTWAIT, 0, 0)
	if e != 0 {
		return 0, e
	}
	return int(got), 0
}

// receive says false when there is nothing: the runtime then waits.
func (b *receiveBatch) receive(fd uintptr) bool {
	for i := range b.messages {
		m := &b.messages[i]
		m.Namelen, m.Flags = unix.SizeofSockaddrInet6, 0
		b.names[i].Family = unix.AF_UNSPEC
	}
	for {
		b.n, b.errno = b.recvmmsg(fd, len(b.messages))
		if b.errno != unix.EINTR {
			return b.errno != unix.EAGAIN
		}
	}
}

func (b *receiveBatch) read(to []Datagram) (int, error) {
	if err := b.rc.Read(b.run); err != nil {
		return 0, err
	}
	if b.errno != 0 {
		return 0, os.NewSyscallError("recvmmsg", b.errno)
	}
	for i := range to[:b.n] {
		m := &b.messages[i]
		start := i * b.size
		end := start + int(m.size)
		to[i] = Datagram{
			From:      sockaddr(&b.names[i], &b.zones),
			Payload:   b.buf[start:end:end],
			Truncated: m.Flags&unix.MSG_TRUNC != 0,
		}
	}
	return b.n, nil
}
