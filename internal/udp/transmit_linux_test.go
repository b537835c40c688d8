package udp

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func ways() []way {
	return []way{
		{"segments", func(*Sender) {}},
		{"batches", (*Sender).DisableSegments},
		{"segments one by one", func(s *Sender) { s.batch.transmitter.init(false) }},
		{"one by one", func(s *Sender) { s.batch.transmitter.init(false); s.batch.segments = false }},
		{"plain", func(s *Sender) { s.batch = nil }},
	}
}

// script makes the system calls fail as told, one after the other; 0 is the
// system's own answer, as for all that come later.
func script(s *Sender, errnos []syscall.Errno) {
	system := s.batch.system
	s.batch.system = func(fd uintptr, m []message) (int, syscall.Errno) {
		if len(errnos) == 0 {
			return system(fd, m)
		}
		e := errnos[0]
		errnos = errnos[1:]
		if e != 0 {
			return 0, e
		}
		return system(fd, m[:1])
	}
}

// Three groups go out: two datagrams, one, three.
func TestTransmitErrors(t *testing.T) {
	const full, cannot = unix.EAGAIN, unix.EIO
	tests := []struct {
		name    string
		errnos  []syscall.Errno
		arrive  string // the datagrams' letters
		refused uint64
		err     error
	}{
		{"none", nil, "aabccc", 0, nil},
		{"interrupted", []syscall.Errno{unix.EINTR, 0, unix.EINTR}, "aabccc", 0, nil},
		{"full at first", []syscall.Errno{full}, "bccc", 0, nil},
		{"full in the middle", []syscall.Errno{0, unix.ENOBUFS}, "aaccc", 0, nil},
		{"full at the end", []syscall.Errno{0, 0, full}, "aab", 0, nil},
		{"full all the time", []syscall.Errno{full, full, full}, "", 0, nil},
		{"forbidden", []syscall.Errno{0, unix.EPERM}, "aaccc", 0, unix.EPERM},
		{"too long for the path", []syscall.Errno{0, unix.EMSGSIZE}, "aaccc", 0, unix.EMSGSIZE},
		{"the first error is told", []syscall.Errno{unix.EACCES, unix.EPERM}, "ccc", 0, unix.EACCES},
		{"not cut", []syscall.Errno{cannot}, "aabccc", 1, nil},
		{"not cut twice", []syscall.Errno{unix.EINVAL, 0, 0, 0, unix.EMSGSIZE}, "aabccc", 2, nil},
		{"not cut, then full", []syscall.Errno{cannot, 0, full}, "abccc", 1, nil},
		{"not the cutting", []syscall.Errno{unix.EINVAL, unix.EINVAL, unix.EINVAL}, "bccc", 0, unix.EINVAL},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			to := listen(t, "udp4", "127.0.0.1:0")
			s := newSender(t, listen(t, "udp4", "127.0.0.1:0"), ways()[0])
			s.batch.segments = true // the script answers for the kernel
			script(s, tt.errnos)
			host := netip.MustParseAddr("127.0.0.1")
			sizes := []int{100, 90, 100, 100, 100, 40}
			for i, letter := range "aabccc" {
				s.Queue(netip.AddrPortFrom(host, port(to)), []byte(string(letter)), pattern(sizes[i], i))
				if i == 1 || i == 2 {
					s.batch.open = false // as another destination would
				}
			}
			sent, dropped, err := s.Flush()
			if sent != len(tt.arrive) || dropped != 6-sent || !errors.Is(err, tt.err) {
				t.Errorf("Flush: %d sent, %d dropped, %v; want %q, %v", sent, dropped, err, tt.arrive, tt.err)
			}
			got := ""
			for _, d := range receive(t, to, len(tt.arrive)) {
				got += string(d.Payload[:1])
			}
			if c := s.Counters(); got != tt.arrive || c.Refused != tt.refused || c.Sent+c.Dropped != 6 {
				t.Errorf("%q has come, want %q; %+v", got, tt.arrive, c)
			}
		})
	}
}

// The kernel cuts nothing for a socket without checksums: groups go out one
// by one, after some of them none is made for a while, then again.
func TestTransmitWithoutSegments(t *testing.T) {
	to := listen(t, "udp4", "127.0.0.1:0")
	from := listen(t, "udp4", "127.0.0.1:0")
	s := newSender(t, from, ways()[0])
	if !s.Capabilities().Segments {
		t.Log("this kernel cuts nothing at all: no group is refused")
	}
	dst := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port(to))
	group := func() {
		t.Helper()
		want := [][]byte{pattern(700, 1), pattern(700, 2), pattern(3, 3)}
		for _, b := range want {
			s.Queue(dst, cut(b, 4)...)
		}
		if sent, dropped, err := s.Flush(); sent != 3 || dropped != 0 || err != nil {
			t.Fatalf("Flush: %d sent, %d dropped, %v", sent, dropped, err)
		}
		for i, d := range receive(t, to, 3) {
			if !slices.Equal(d.Payload, want[i]) {
				t.Fatalf("datagram %d: %x", i, d.Payload)
			}
		}
	}
	setNoCheck(t, from, 1)
	for range maxRefused + 5 {
		group()
	}
	c := s.Counters()
	if c.Grouped != 0 || s.Capabilities().Segments && c.Refused != maxRefused {
		t.Errorf("%+v, want %d refused", c, maxRefused)
	}
	setNoCheck(t, from, 0)
	s.batch.pause = 3 // the end of it
	group()
	if c := s.Counters(); c.Grouped != 0 {
		t.Errorf("%+v, want no group before the pause is over", c)
	}
	group()
	if c := s.Counters(); s.Capabilities().Segments && (c.Grouped != 3 || s.batch.refused != 0) {
		t.Errorf("%+v, want a group again", c)
	}
}

func setNoCheck(t *testing.T, c *net.UDPConn, v int) {
	t.Helper()
	rc, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	rc.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_NO_CHECK, v) })
	if err != nil {
		t.Fatal(err)
	}
}

// An address of the other family is lost alone.
func TestSendOtherFamily(t *testing.T) {
	to := listen(t, "udp4", "127.0.0.1:0")
	s := newSender(t, listen(t, "udp4", "127.0.0.1:0"), ways()[0])
	dst := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port(to))
	for _, b := range []string{"a", "b"} {
		s.Queue(netip.MustParseAddrPort("[::1]:9"), []byte("lost"))
		s.Queue(dst, []byte(b))
	}
	if sent, dropped, err := s.Flush(); sent != 2 || dropped != 2 || !errors.Is(err, ErrDestination) {
		t.Errorf("Flush: %d sent, %d dropped, %v", sent, dropped, err)
	}
	if got := receive(t, to, 2); string(got[0].Payload)+string(got[1].Payload) != "ab" {
		t.Errorf("got %q, %q", got[0].Payload, got[1].Payload)
	}
}

// A flush keeps no reference to what was queued.
func TestFlushForgets(t *testing.T) {
	s := newSender(t, listen(t, "udp4", "127.0.0.1:0"), ways()[0])
	for range 100 {
		s.Queue(netip.MustParseAddrPort("127.0.0.1:9"), []byte("abc"), []byte("def"))
	}
	s.Flush()
	for i, v := range s.batch.vector {
		if v.Base != nil {
			t.Fatalf("part %d is kept", i)
		}
	}
}
