package udp

import (
	"net"
	"net/netip"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	maxMessages = 256  // for one system call; the kernel's limit is 1024
	maxVector   = 2048 // parts in all of them
	// The kernel's limits for one segmented message (UDP_MAX_SEGMENTS, and
	// the length of an IP packet).
	maxSegments = 64
	maxGroup    = MaxDatagram
)

// message is the kernel's struct mmsghdr.
type message struct {
	unix.Msghdr
	size uint32 // all bytes; the kernel writes the same when it has sent it
}

// segmentControl is the control message that has a payload cut up.
type segmentControl struct {
	unix.Cmsghdr
	size uint16 // of all segments; the last may be shorter
}

// batch is what the kernel gets in one call. Nothing in it moves, so that its
// messages point into it.
type batch struct {
	rc       controller
	v6       bool // the socket's family
	segments bool // the kernel cuts
	zones    zones

	messages [maxMessages]message
	names    [maxMessages]unix.RawSockaddrInet6
	controls [maxMessages]segmentControl
	vector   [maxVector]unix.Iovec
	used     int // messages
	parts    int // of the vector

	// The last message, as long as another datagram may join it.
	open  bool
	dst   netip.AddrPort
	first int // bytes of its first datagram
	count int

	transmitter
}

// newBatch finds out what the kernel can do for c.
func newBatch(c *net.UDPConn) (*batch, Capabilities, error) {
	var caps Capabilities
	rc, err := c.SyscallConn()
	if err != nil {
		return nil, caps, err
	}
	b := &batch{rc: rc}
	var domain int
	controlErr := rc.Control(func(fd uintptr) {
		domain, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN)
		_, segments := unix.GetsockoptInt(int(fd), unix.IPPROTO_UDP, unix.UDP_SEGMENT)
		_, _, batches := unix.Syscall6(unix.SYS_SENDMMSG, fd, uintptr(unsafe.Pointer(&b.messages[0])), 0, unix.MSG_DONTWAIT, 0, 0)
		caps = Capabilities{Batches: batches == 0, Segments: segments == nil, SendBuffer: growSendBuffer(int(fd))}
	})
	if controlErr != nil {
		return nil, caps, controlErr
	}
	if err != nil {
		return nil, caps, os.NewSyscallError("getsockopt", err)
	}
	b.v6, b.segments = domain == unix.AF_INET6, caps.Segments
	b.transmitter.init(caps.Batches)
	return b, caps, nil
}

// growSendBuffer goes past the system's usual limit where the program may,
// and returns what there is. The kernel tells twice what was asked for.
func growSendBuffer(fd int) int {
	n, _ := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF)
	if n/2 >= sendBuffer || unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUFFORCE, sendBuffer) != nil {
		return n / 2
	}
	n, _ = unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF)
	return n / 2
}

// controller gives out a descriptor; a syscall.RawConn does.
type controller interface{ Control(func(fd uintptr)) error }

// descriptor is one that the runtime's poller does not watch.
type descriptor int

func (d descriptor) Control(f func(fd uintptr)) error {
	f(uintptr(d))
	return nil
}

// own takes the socket away from the runtime's poller, which is told otherwise
// whenever a datagram has left.
func (b *batch) own(c *net.UDPConn) (func() error, error) {
	var fd int
	var err error
	if controlErr := b.rc.Control(func(old uintptr) { fd, err = unix.FcntlInt(old, unix.F_DUPFD_CLOEXEC, 0) }); controlErr != nil {
		return nil, controlErr
	}
	if err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	c.Close()
	b.rc = descriptor(fd)
	return func() error { return unix.Close(fd) }, nil
}

func (b *batch) disableSegments() { b.segments = false }

func (b *batch) queue(dst netip.AddrPort, size int, parts [][]byte, t *tally) {
	if b.parts+len(parts) >= len(b.vector) {
		b.flush(t)
	}
	if !b.join(dst, size) {
		if b.used == len(b.messages) {
			b.flush(t)
		}
		if !b.begin(dst, size) {
			t.lose(1, ErrDestination)
			return
		}
	}
	m := &b.messages[b.used-1]
	m.size += uint32(size)
	start := b.parts
	for _, p := range parts {
		if len(p) > 0 {
			v := &b.vector[b.parts]
			v.Base = &p[0]
			v.SetLen(len(p))
			b.parts++
		}
	}
	m.SetIovlen(int(m.Iovlen) + b.parts - start)
}

// join makes the datagram a segment of the last message, if it can be one.
func (b *batch) join(dst netip.AddrPort, size int) bool {
	if !b.open || size > b.first || size == 0 || dst != b.dst || b.count == maxSegments {
		return false
	}
	m := &b.messages[b.used-1]
	if int(m.size)+size > maxGroup {
		return false
	}
	if b.count == 1 {
		c := &b.controls[b.used-1]
		c.Level, c.Type, c.size = unix.IPPROTO_UDP, unix.UDP_SEGMENT, uint16(b.first)
		c.SetLen(unix.CmsgLen(2))
		m.Control = (*byte)(unsafe.Pointer(c))
		m.SetControllen(unix.CmsgSpace(2))
	}
	b.count++
	b.open = size == b.first
	return true
}

// begin starts a message; false means that this socket has no such address.
func (b *batch) begin(dst netip.AddrPort, size int) bool {
	name := &b.names[b.used]
	n := putSockaddr(name, dst, b.v6, &b.zones)
	if n == 0 {
		return false
	}
	b.messages[b.used] = message{Msghdr: unix.Msghdr{
		Name: (*byte)(unsafe.Pointer(name)), Namelen: n, Iov: &b.vector[b.parts],
	}}
	b.used++
	b.open = b.segments && size > 0 && !b.paused()
	b.dst, b.first, b.count = dst, size, 1
	return true
}

// flush sends all messages and keeps nothing of what was queued.
func (b *batch) flush(t *tally) {
	b.push(b.rc, b.messages[:b.used], t)
	clear(b.vector[:b.parts])
	b.used, b.parts, b.open = 0, 0, false
}
