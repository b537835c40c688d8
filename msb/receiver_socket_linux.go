package msb

import (
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// onlyJoined has a socket hear the groups that it has joined itself, and not
// those of every program on this machine.
func onlyJoined(network, _ string, c syscall.RawConn) error {
	level, option := unix.IPPROTO_IP, unix.IP_MULTICAST_ALL
	if strings.HasSuffix(network, "6") {
		level, option = unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_ALL
	}
	return c.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), level, option, 0) // kernels before 4.20 have it for IPv4 only
	})
}
