package pull

import (
	"context"
	"net"
	"net/netip"
)

// A DialFunc connects, as a net.Dialer does.
type DialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// A ListenFunc opens a UDP socket, as a net.ListenConfig does.
type ListenFunc = func(ctx context.Context, network, address string) (net.PacketConn, error)

// Dial connects over TCP; a net.Dialer does for nil.
func Dial(ctx context.Context, dial DialFunc, address string) (net.Conn, error) {
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return dial(ctx, "tcp", address)
}

// Listen opens a UDP socket where a connection ends on this side; a
// net.ListenConfig does for nil. The system chooses port "0".
func Listen(ctx context.Context, listen ListenFunc, c net.Conn, port string) (net.PacketConn, error) {
	if listen == nil {
		listen = new(net.ListenConfig).ListenPacket
	}
	host := ""
	if a := AddrPort(c.LocalAddr()).Addr(); a.IsValid() {
		host = a.String()
	}
	return listen(ctx, "udp", net.JoinHostPort(host, port))
}

// AddrPort returns the zero value for what is no address and port.
func AddrPort(a net.Addr) netip.AddrPort {
	if a == nil {
		return netip.AddrPort{}
	}
	p, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}
