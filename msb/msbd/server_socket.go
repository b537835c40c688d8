package msbd

import (
	"fmt"
	"net"
	"net/netip"

	"caracal/internal/udp"
	"caracal/msb"
)

// GroupOptions say where a Group sends to, and how.
type GroupOptions struct {
	Address   netip.AddrPort // of IPv4 and multicast, [MS-MSBD] 2.1
	Interface string         // its name, or an address of it; "" is the system's choice
	TTL       int            // hops; 0 is 1
}

// OpenGroup opens the socket of a group.
func OpenGroup(o GroupOptions) (*Group, error) {
	if !isGroup(o.Address) {
		return nil, fmt.Errorf("msbd: %v is no multicast group of IPv4: %w", o.Address, ErrInvalid)
	}
	c, err := msb.OpenGroup(o.Address, o.Interface, max(o.TTL, 1))
	if err != nil {
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
