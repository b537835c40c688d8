package udp

import (
	"net"
	"net/netip"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

func TestSockaddr(t *testing.T) {
	all, err := net.Interfaces()
	if err != nil || len(all) == 0 {
		t.Fatal("no interfaces:", err)
	}
	zone, number := all[0].Name, strconv.Itoa(all[0].Index)
	tests := []struct {
		in   string
		v6   bool
		want string // empty: no such address
	}{
		{"192.0.2.1:1755", false, "192.0.2.1:1755"},
		{"192.0.2.1:1755", true, "192.0.2.1:1755"},
		{"[::ffff:192.0.2.1]:258", false, "192.0.2.1:258"},
		{"[::ffff:192.0.2.1]:258", true, "192.0.2.1:258"},
		{"[2001:db8::1]:65535", true, "[2001:db8::1]:65535"},
		{"[2001:db8::1]:65535", false, ""},
		{"[fe80::1%" + zone + "]:7", true, "[fe80::1%" + zone + "]:7"},
		{"[fe80::1%" + number + "]:7", true, "[fe80::1%" + zone + "]:7"},
		{"[fe80::1%4000000000]:7", true, "[fe80::1%4000000000]:7"},
		{"[fe80::1%none-such]:7", true, ""},
		{"[fe80::1%" + zone + "]:7", false, ""},
	}
	var z zones
	for _, tt := range tests {
		sa := unix.RawSockaddrInet6{Flowinfo: 1, Scope_id: 99} // left over
		n := putSockaddr(&sa, netip.MustParseAddrPort(tt.in), tt.v6, &z)
		if tt.want == "" {
			if n != 0 {
				t.Errorf("%s (IPv6 %v): %d bytes, want none", tt.in, tt.v6, n)
			}
			continue
		}
		if got := sockaddr(&sa, &z); n == 0 || got != netip.MustParseAddrPort(tt.want) {
			t.Errorf("%s (IPv6 %v): %d bytes, %v", tt.in, tt.v6, n, got)
		}
	}
	if got := sockaddr(&unix.RawSockaddrInet6{}, &z); got.IsValid() {
		t.Errorf("nothing written: %v", got)
	}
}
