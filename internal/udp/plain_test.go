package udp

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestPlainError(t *testing.T) {
	tests := []struct {
		err  error
		told bool
	}{
		{syscall.ENOBUFS, false},
		{syscall.EPERM, true},
		{net.ErrClosed, true},
	}
	for _, tt := range tests {
		in := &net.OpError{Op: "write", Net: "udp", Err: os.NewSyscallError("sendto", tt.err)}
		if got := plainError(in); (got != nil) != tt.told || tt.told && !errors.Is(got, tt.err) {
			t.Errorf("%v: %v, told %v", tt.err, got, tt.told)
		}
	}
}

// No way to send goes by the clock: a deadline of the socket's owner stays.
func TestSendLeavesDeadlines(t *testing.T) {
	for _, w := range ways() {
		to := listen(t, "udp4", "127.0.0.1:0")
		c := listen(t, "udp4", "127.0.0.1:0")
		s := newSender(t, c, w)
		dst := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port(to))
		c.SetWriteDeadline(time.Unix(1, 0))
		s.Queue(dst, []byte("a"))
		s.Flush()
		if _, err := c.WriteToUDPAddrPort([]byte("b"), dst); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %v, want the deadline that was set", w.name, err)
		}
	}
}
