package pull

import (
	"context"
	"net"
	"net/netip"
	"regexp"
	"testing"
)

// A UDP socket is opened where the connection ends.
func TestDialAndListen(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := Dial(t.Context(), nil, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	u, err := Listen(t.Context(), nil, c, "0")
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	if a := AddrPort(u.LocalAddr()); a.Addr() != netip.MustParseAddr("127.0.0.1") || a.Port() == 0 {
		t.Errorf("listens at %v", a)
	}
	asked := ""
	dial := func(_ context.Context, network, address string) (net.Conn, error) {
		asked += network + " " + address + "\n"
		return nil, net.ErrClosed
	}
	listen := func(_ context.Context, network, address string) (net.PacketConn, error) {
		asked += network + " " + address + "\n"
		return nil, net.ErrClosed
	}
	Dial(t.Context(), dial, "h:1")
	Listen(t.Context(), listen, c, "7")
	near, _ := net.Pipe() // its end has no address
	Listen(t.Context(), listen, near, "8")
	if asked != "tcp h:1\nudp 127.0.0.1:7\nudp :8\n" {
		t.Errorf("%q", asked)
	}
}

func TestAddrPort(t *testing.T) {
	near, _ := net.Pipe()
	tests := []struct {
		a    net.Addr
		want string
	}{
		{nil, "invalid AddrPort"},
		{near.LocalAddr(), "invalid AddrPort"},
		{&net.UDPAddr{IP: net.ParseIP("192.0.2.1"), Port: 5}, "192.0.2.1:5"}, // 16 bytes: an IPv4 in IPv6
		{&net.TCPAddr{IP: net.ParseIP("2001:db8::1"), Port: 5}, "[2001:db8::1]:5"},
	}
	for _, tt := range tests {
		if got := AddrPort(tt.a).String(); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.a, got, tt.want)
		}
	}
}

func TestNewGUID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$`)
	if a, b := NewGUID(), NewGUID(); a == b || !form.MatchString(a) {
		t.Errorf("%s, %s", a, b)
	}
}
