package config

import (
	"fmt"
	"net/netip"
)

// MSBD says where other servers fetch a broadcast over [MS-MSBD]. The protocol has
// no names, so that each point has a port of its own.
type MSBD struct {
	Address   string `yaml:"address"`   // Off for none
	Group     string `yaml:"group"`     // of IPv4, for servers that ask for a multicast; "" is none
	Port      int    `yaml:"port"`      // of UDP, for the group
	Interface string `yaml:"interface"` // its name, or an address of it; "" is the system's choice
	TTL       int    `yaml:"ttl"`       // hops
}

// DefaultMSBD is no distribution.
func DefaultMSBD() MSBD { return MSBD{Address: Off, TTL: 1} }

// Destination is where packets for the group go; it is not valid without one.
func (m *MSBD) Destination() netip.AddrPort {
	a, _ := netip.ParseAddr(m.Group)
	return netip.AddrPortFrom(a, uint16(m.Port))
}

func (k *checker) msbd(key string, m *MSBD) {
	if m.Address == Off {
		return
	}
	if why := badAddress(m.Address); why != "" {
		k.fail(key+".address", "%q %s; \"off\" is no MSBD", m.Address, why)
	}
	if m.Group == "" {
		return
	}
	if a, err := netip.ParseAddr(m.Group); err != nil || !a.Is4() || !a.IsMulticast() {
		k.fail(key+".group", "%q is no multicast address of IPv4: take one from 239.192.0.0 to 239.195.255.255", m.Group)
	}
	k.number(key+".port", m.Port, 1, 1<<16-1)
	k.number(key+".ttl", m.TTL, 1, 255)
}

// msbdGroups checks that no two points send to one group and port: clients could
// not tell their packets apart.
func (k *checker) msbdGroups(points []Point) {
	seen := map[netip.AddrPort]int{}
	for i := range points {
		m := &points[i].Broadcast.MSBD
		to := m.Destination()
		if m.Address == Off || m.Group == "" || !to.Addr().IsValid() {
			continue
		}
		if first, twice := seen[to]; twice {
			k.fail(fmt.Sprintf("points[%d].broadcast.msbd.group", i), "%v is where point %d is sent to: give one of them another port", to, first+1)
		} else {
			seen[to] = i
		}
	}
}

// msbdListeners are those of all points, for apart.
func msbdListeners(points []Point) (list []listener) {
	for i := range points {
		if b := &points[i].Broadcast; b.Source != "" {
			list = append(list, listener{fmt.Sprintf("points[%d].broadcast.msbd.address", i), b.MSBD.Address})
		}
	}
	return list
}
