package msb

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// receiveBuffer is what is asked of the system for datagrams that wait.
const receiveBuffer = 4 << 20

// JoinGroup opens a socket that gets what is sent to a group, through an interface
// that is given by its name or an address of it; "" is the system's choice. It gets
// nothing of other groups, whatever others on this machine have joined.
func JoinGroup(group netip.AddrPort, iface string) (*net.UDPConn, error) {
	at, err := findOutlet(iface, group.Addr().Is6())
	if err != nil {
		return nil, err
	}
	return openReceiver(group, at)
}

// openReceiver joins a group. Others on this machine may have joined it too.
func openReceiver(group netip.AddrPort, at outlet) (*net.UDPConn, error) {
	lc := net.ListenConfig{Control: onlyJoined}
	p, err := lc.ListenPacket(context.Background(), network(group.Addr()), group.String())
	if err != nil {
		return nil, fmt.Errorf("msb: %w", err)
	}
	c := p.(*net.UDPConn)
	c.SetReadBuffer(receiveBuffer) // as far as the system lets us
	to := net.UDPAddrFromAddrPort(group)
	if group.Addr().Is6() {
		err = ipv6.NewPacketConn(c).JoinGroup(at.iface, to)
	} else {
		err = ipv4.NewPacketConn(c).JoinGroup(at.iface, to)
	}
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("msb: joining %v: %w", group, err)
	}
	return c, nil
}
