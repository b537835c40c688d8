package memnet

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
)

func TestWay(t *testing.T) {
	tests := []struct {
		way  Way
		want string
	}{
		{Way{}, "123456789"},
		{Way{Lose: Every(3)}, "124578"},
		{Way{Double: 4}, "12344567889"},
		{Way{Swap: 2}, "132547698"},
		{Way{Lose: Every(4), Swap: 3}, "123576"},
	}
	for _, tt := range tests {
		got := ""
		for i := range 9 {
			for _, b := range tt.way.Pass(fmt.Append(nil, i+1)) {
				got += string(b)
			}
		}
		if got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
	}
}

// Datagrams go where Pass lets them, and a pair of ports is free.
func TestNetworkPasses(t *testing.T) {
	n := New()
	listen := func(addr netip.Addr, port uint16) net.PacketConn {
		t.Helper()
		c, err := n.Listen(t.Context(), "udp", netip.AddrPortFrom(addr, port).String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	from, to := listen(Server, 5004), listen(Client, 0)
	listen(Client, netip.MustParseAddrPort(to.LocalAddr().String()).Port()+1)
	n.Drop(func(_, _ netip.AddrPort, b []byte) bool { return b[0] == 'x' })
	for _, text := range []string{"xa", "b", "xc", "d"} {
		from.WriteTo([]byte(text), to.LocalAddr())
	}
	for _, want := range []string{"b", "d"} {
		b := make([]byte, 10)
		size, sender, err := to.ReadFrom(b)
		if err != nil || string(b[:size]) != want || sender.String() != "192.0.2.1:5004" {
			t.Errorf("%q from %v, %v, want %q", b[:size], sender, err, want)
		}
	}
	if _, err := n.Listen(t.Context(), "udp", to.LocalAddr().String()); err == nil {
		t.Error("a port has two owners")
	}
}
