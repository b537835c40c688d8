package mms

import (
	"net/netip"
	"strconv"
	"strings"
)

// Funnel is a funnelName, [MS-MMSP] 2.2.4.18: where data packets are to go.
type Funnel struct {
	// Addr is what the player believes its address to be. It is not valid when
	// there was none: VLC says LOCAL, and MPlayer, FFmpeg and libmms an address
	// of no meaning. Data goes to the address of the TCP connection, 3.2.5.5.
	Addr netip.Addr
	UDP  bool
	Port uint16 // for UDP at least 1
}

// ParseFunnel parses "\\192.0.2.1\UDP\7000". Only what would make data packets
// go astray is an error: no protocol, or no port for UDP.
func ParseFunnel(name string) (Funnel, error) {
	const object = "funnelName"
	rest := strings.TrimLeft(name, `\`)
	host, rest, ok := strings.Cut(rest, `\`)
	if !ok {
		return Funnel{}, &ParseError{object, 0, ErrInvalid}
	}
	proto, digits, _ := strings.Cut(rest, `\`)
	var f Funnel
	switch {
	case strings.EqualFold(proto, "UDP"):
		f.UDP = true
	case !strings.EqualFold(proto, "TCP"):
		return Funnel{}, &ParseError{object, len(name) - len(rest), ErrInvalid}
	}
	f.Addr, _ = netip.ParseAddr(strings.Trim(host, "[]"))
	port, err := strconv.ParseUint(digits, 10, 16)
	if f.UDP && (err != nil || port == 0) {
		return Funnel{}, &ParseError{object, len(name) - len(digits), ErrInvalid}
	}
	if err == nil {
		f.Port = uint16(port)
	}
	return f, nil
}

// String returns the funnelName.
func (f Funnel) String() string {
	proto := `\TCP\`
	if f.UDP {
		proto = `\UDP\`
	}
	host := "LOCAL"
	if f.Addr.IsValid() {
		host = f.Addr.String()
	}
	return `\\` + host + proto + strconv.Itoa(int(f.Port))
}
