package pull

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"time"
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

// handshakeTime is how long a server may take for a handshake of TLS.
const handshakeTime = 15 * time.Second

// ErrSecureProxy says that a proxy would see what is to go over TLS.
var ErrSecureProxy = errors.New("pull: no proxies for what goes over TLS")

// DialURL connects to where a URL leads, or in its place to the address of a proxy,
// "" for none; over TLS if the URL says so. The roots of secure count, nil is those of
// the system.
func DialURL(ctx context.Context, dial DialFunc, u URL, proxy string, secure *tls.Config) (net.Conn, error) {
	if u.TLS && proxy != "" && proxy != u.Address {
		return nil, ErrSecureProxy
	}
	c, err := Dial(ctx, dial, cmp.Or(proxy, u.Address))
	if err != nil || !u.TLS {
		return c, err
	}
	if secure == nil {
		secure = &tls.Config{}
	}
	secure = secure.Clone()
	secure.ServerName = cmp.Or(secure.ServerName, u.Hostname())
	limited, cancel := context.WithTimeout(ctx, handshakeTime)
	defer cancel()
	t := tls.Client(c, secure)
	if err := t.HandshakeContext(limited); err != nil {
		c.Close()
		return nil, err
	}
	return t, nil
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
