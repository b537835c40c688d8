package msb

import (
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// outlet is where multicasts leave this machine, or come to it.
type outlet struct {
	iface  *net.Interface // nil: the system's choice
	source netip.Addr     // of the interface; not valid: the system's choice
}

// findOutlet finds an interface by its name, or by one of its addresses; "" is
// the system's choice.
func findOutlet(text string, v6 bool) (outlet, error) {
	if text == "" {
		return outlet{}, nil
	}
	want, err := netip.ParseAddr(text)
	named := err != nil
	all, err := net.Interfaces()
	if err != nil {
		return outlet{}, fmt.Errorf("msb: %w", err)
	}
	for _, i := range all {
		if named && i.Name != text {
			continue
		}
		list, _ := i.Addrs() // one without addresses
		if named {
			return outlet{&i, firstAddress(list, i.Name, v6)}, nil
		}
		for _, a := range list {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr() == want.WithZone("") {
				return outlet{&i, zoned(p.Addr(), i.Name)}, nil
			}
		}
	}
	return outlet{}, fmt.Errorf("msb: this machine has no interface %q", text)
}

// firstAddress is the first address of a family, one that is good beyond its own
// link before others; not valid if there is none.
func firstAddress(list []net.Addr, name string, v6 bool) (first netip.Addr) {
	for _, a := range list {
		p, err := netip.ParsePrefix(a.String())
		if err != nil || p.Addr().Is6() != v6 {
			continue
		}
		if !p.Addr().IsLinkLocalUnicast() {
			return p.Addr()
		}
		if !first.IsValid() {
			first = zoned(p.Addr(), name)
		}
	}
	return first
}

// zoned gives an address the zone without which the system does not know it.
func zoned(a netip.Addr, name string) netip.Addr {
	if a.Is6() && a.IsLinkLocalUnicast() {
		return a.WithZone(name)
	}
	return a
}

// network is the name of net's for a group's family.
func network(group netip.Addr) string {
	if group.Is6() {
		return "udp6"
	}
	return "udp4"
}

// OpenGroup opens a socket whose multicasts to a group leave by an interface, which
// is given as for JoinGroup. ttl is their hops.
func OpenGroup(group netip.AddrPort, iface string, ttl int) (*net.UDPConn, error) {
	at, err := findOutlet(iface, group.Addr().Is6())
	if err != nil {
		return nil, err
	}
	return openSender(&SenderOptions{Group: group, TTL: ttl}, at)
}

// openSender opens a socket whose multicasts leave by an outlet.
func openSender(o *SenderOptions, at outlet) (*net.UDPConn, error) {
	var local *net.UDPAddr // any address
	if at.source.IsValid() {
		local = net.UDPAddrFromAddrPort(netip.AddrPortFrom(at.source, 0))
	}
	c, err := net.ListenUDP(network(o.Group.Addr()), local)
	if err != nil {
		return nil, fmt.Errorf("msb: %w", err)
	}
	if err := setMulticast(c, o, at.iface); err != nil {
		c.Close()
		return nil, fmt.Errorf("msb: %w", err)
	}
	return c, nil
}

// multicastSetter is what both families of x/net have.
type multicastSetter interface {
	SetMulticastLoopback(on bool) error
	SetMulticastInterface(i *net.Interface) error
}

func setMulticast(c *net.UDPConn, o *SenderOptions, iface *net.Interface) error {
	var set multicastSetter
	var err error
	if o.Group.Addr().Is6() {
		p := ipv6.NewPacketConn(c)
		set, err = p, p.SetMulticastHopLimit(o.TTL)
	} else {
		p := ipv4.NewPacketConn(c)
		set, err = p, p.SetMulticastTTL(o.TTL)
	}
	if err == nil {
		err = set.SetMulticastLoopback(!o.NoLoopback)
	}
	if err == nil && iface != nil {
		err = set.SetMulticastInterface(iface)
	}
	return err
}
