package msbd

import (
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"

	"caracal/internal/udp"
)

// GroupOptions say where a Group sends to, and how.
type GroupOptions struct {
	Address   netip.AddrPort // of IPv4 and multicast, [MS-MSBD] 2.1
	Interface string         // its name; "" is the system's choice
	TTL       int            // hops; 0 is 1
}

// OpenGroup opens the socket of a group.
func OpenGroup(o GroupOptions) (*Group, error) {
	if !isGroup(o.Address) {
		return nil, fmt.Errorf("msbd: %v is no multicast group of IPv4: %w", o.Address, ErrInvalid)
	}
	c, err := net.ListenUDP("udp4", nil)
	if err != nil {
		return nil, fmt.Errorf("msbd: %w", err)
	}
	if err := setMulticast(c, o.Interface, max(o.TTL, 1)); err != nil {
		c.Close()
		return nil, err
	}
	out, err := udp.NewSender(c)
	if err != nil {
		c.Close()
		return nil, err
	}
	return &Group{to: o.Address, c: c, out: out}, nil
}

// Port is the UDP port that packets leave from.
func (g *Group) Port() uint16 { return uint16(g.c.LocalAddr().(*net.UDPAddr).Port) }

func isGroup(a netip.AddrPort) bool {
	return a.Addr().Is4() && a.Addr().IsMulticast() && a.Port() != 0
}

func setMulticast(c *net.UDPConn, iface string, ttl int) error {
	p := ipv4.NewPacketConn(c)
	err := p.SetMulticastTTL(ttl)
	if err == nil && iface != "" {
		var i *net.Interface
		if i, err = net.InterfaceByName(iface); err == nil {
			err = p.SetMulticastInterface(i)
		}
	}
	if err != nil {
		return fmt.Errorf("msbd: %w", err)
	}
	return nil
}
