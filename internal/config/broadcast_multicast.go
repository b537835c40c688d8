package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Multicast says where a broadcast is sent as a multicast too.
type Multicast struct {
	Group      string        `yaml:"group"`     // an address of IPv4 or IPv6; "" is no multicast
	Port       int           `yaml:"port"`      // of UDP
	Interface  string        `yaml:"interface"` // name or address; "" is the system's choice
	TTL        int           `yaml:"ttl"`       // hops
	Loopback   bool          `yaml:"loopback"`  // players on this machine hear it
	Span       int           `yaml:"fec_span"`  // packets for each parity packet; 0 is none
	Beacon     time.Duration `yaml:"beacon"`
	UnicastURL string        `yaml:"unicast_url"` // "" is worked out, Off is none
	Log        bool          `yaml:"log"`         // players are asked for logs
	Title      string        `yaml:"title"`       // in the .nsc file; "" is host and point
}

// DefaultMulticast is a multicast of which nothing is said but its group and port.
func DefaultMulticast() Multicast {
	return Multicast{TTL: 1, Loopback: true, Span: 10, Beacon: 10 * time.Second, Log: true}
}

const (
	maxSpan  = 15
	maxTitle = 255 // bytes
)

// Destination is where the packets go; it is valid if the check found no fault.
func (m *Multicast) Destination() netip.AddrPort {
	a, _ := netip.ParseAddr(m.Group)
	return netip.AddrPortFrom(a.Unmap().WithZone(""), uint16(m.Port))
}

// unicastSchemes are those that some player goes to from an .nsc file.
var unicastSchemes = []string{"mms", "http", "rtsp"}

func (k *checker) multicast(key string, m *Multicast) {
	if m.Group == "" {
		return
	}
	if a, err := netip.ParseAddr(m.Group); err != nil || !a.IsMulticast() || a.Zone() != "" {
		k.fail(key+".group", "%q is no multicast address: take one from 239.192.0.0 to 239.195.255.255, or of ff18::/16", m.Group)
	}
	k.number(key+".port", m.Port, 1, 1<<16-1)
	k.number(key+".ttl", m.TTL, 1, 255)
	k.number(key+".fec_span", m.Span, 0, maxSpan)
	k.duration(key+".beacon", m.Beacon, time.Second, 10*time.Second)
	if len(m.Title) > maxTitle {
		k.fail(key+".title", "has %d bytes, at most %d are allowed", len(m.Title), maxTitle)
	}
	if m.UnicastURL == "" || m.UnicastURL == Off {
		return
	}
	u, err := url.Parse(m.UnicastURL)
	if err != nil || u.Host == "" || len(m.UnicastURL) > maxRedirect || !slices.Contains(unicastSchemes, strings.ToLower(u.Scheme)) {
		k.fail(key+".unicast_url", "%q is not a URL such as mms://host/live: players go to mms://, http:// and rtsp://", m.UnicastURL)
	}
}

// groups checks that no two points send to one group and port: receivers could not
// tell their packets apart.
func (k *checker) groups(points []Point) {
	seen := map[netip.AddrPort]int{}
	for i := range points {
		b := &points[i].Broadcast
		to := b.Multicast.Destination()
		if b.Source == "" || b.Multicast.Group == "" || !to.Addr().IsValid() {
			continue
		}
		if first, twice := seen[to]; twice {
			k.fail(fmt.Sprintf("points[%d].broadcast.multicast.group", i), "%v is where point %d is sent to: give one of them another port", to, first+1)
			continue
		}
		seen[to] = i
	}
}
