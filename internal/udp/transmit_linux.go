package udp

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Some interfaces and routes cut no segments (no checksum offload, IPsec, a
// segment longer than the path takes), which only sending tells. After
// maxRefused such messages in a row, the next pauseMessages go as they are.
const (
	maxRefused    = 16
	pauseMessages = 1 << 16
)

// transmitter makes the system calls of a batch. None of them waits.
type transmitter struct {
	// system sends some of the messages and says how many.
	system  func(fd uintptr, m []message) (int, syscall.Errno)
	refused int
	pause   int
	pieces  [maxSegments]message // of a message that the kernel did not cut

	// The call under way; the closure is made once, so that a call does not
	// allocate.
	m     []message
	n     int
	errno syscall.Errno
	run   func(fd uintptr)
}

func (x *transmitter) init(batches bool) {
	x.system = sendmsg
	if batches {
		x.system = sendmmsg
	}
	x.run = func(fd uintptr) { x.n, x.errno = x.system(fd, x.m) }
}

func sendmmsg(fd uintptr, m []message) (int, syscall.Errno) {
	n, _, e := unix.Syscall6(unix.SYS_SENDMMSG, fd, uintptr(unsafe.Pointer(&m[0])), uintptr(len(m)), unix.MSG_DONTWAIT, 0, 0)
	if e != 0 {
		return 0, e
	}
	return int(n), 0
}

// sendmsg is for kernels and sandboxes that lack sendmmsg.
func sendmsg(fd uintptr, m []message) (int, syscall.Errno) {
	if _, _, e := unix.Syscall(unix.SYS_SENDMSG, fd, uintptr(unsafe.Pointer(&m[0].Msghdr)), unix.MSG_DONTWAIT); e != 0 {
		return 0, e
	}
	return 1, 0
}

// push sends the messages, in order. One that cannot be sent does not keep
// back those after it.
func (x *transmitter) push(rc controller, m []message, t *tally) {
	for len(m) > 0 {
		// Not rc.Write: that would make the socket's senders wait for each other.
		x.m = m
		err := rc.Control(x.run)
		x.m = nil
		if err != nil {
			err = fmt.Errorf("udp: %w", err)
			for i := range m {
				t.lose(m[i].datagrams(), err)
			}
			return
		}
		t.calls++
		for i := range m[:x.n] {
			x.count(&m[i], t)
		}
		m = m[x.n:]
		if x.errno != 0 && x.errno != unix.EINTR {
			x.fail(rc, &m[0], x.errno, t)
			m = m[1:]
		}
	}
}

// count books a message that has been sent.
func (x *transmitter) count(m *message, t *tally) {
	n := m.datagrams()
	t.sent += n
	t.bytes += uint64(m.size)
	if n > 1 {
		t.grouped += uint64(n)
		x.refused = 0
	}
}

// fail does what is left to do for a message that the kernel did not take.
func (x *transmitter) fail(rc controller, m *message, e syscall.Errno, t *tally) {
	switch e {
	case unix.EAGAIN, unix.ENOBUFS:
		t.lose(m.datagrams(), nil)
		return
	case unix.EINVAL, unix.EMSGSIZE, unix.EIO:
		if m.datagrams() > 1 {
			x.split(rc, m, t)
			return
		}
	}
	t.lose(m.datagrams(), fmt.Errorf("udp: %w", os.NewSyscallError("sendmsg", e)))
}

// split sends the segments of a message one by one.
func (x *transmitter) split(rc controller, m *message, t *tally) {
	size := int(m.control().size)
	vector := unsafe.Slice(m.Iov, int(m.Iovlen))
	n := 0
	for len(vector) > 0 {
		used, length := 0, 0
		for used < len(vector) && length < size {
			length += int(vector[used].Len)
			used++
		}
		p := &x.pieces[n]
		*p = message{Msghdr: unix.Msghdr{Name: m.Name, Namelen: m.Namelen, Iov: &vector[0]}, size: uint32(length)}
		p.SetIovlen(used)
		vector = vector[used:]
		n++
	}
	before := t.sent
	x.push(rc, x.pieces[:n], t)
	if t.sent == before {
		return // it was not the cutting
	}
	t.refused++
	if x.refused++; x.refused >= maxRefused {
		x.pause = pauseMessages
	}
}

// paused says that the next message stays a datagram, and counts it.
func (x *transmitter) paused() bool {
	if x.pause == 0 {
		return false
	}
	x.pause--
	return true
}

// control is only there for a message of several datagrams.
func (m *message) control() *segmentControl {
	return (*segmentControl)(unsafe.Pointer(m.Control))
}

func (m *message) datagrams() int {
	c := m.control()
	if c == nil {
		return 1
	}
	return (int(m.size) + int(c.size) - 1) / int(c.size)
}
