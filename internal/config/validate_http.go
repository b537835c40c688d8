package config

import (
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxCount bounds limits on players and connections.
const maxCount = 1 << 30

var (
	// hostText is a name or an address, "[...]" for IPv6.
	hostText = regexp.MustCompile(`^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])$`)
	// personaText is a Server header of [MS-WMSP] 2.2.1.5.
	personaText = regexp.MustCompile(`^(Cougar|Rex)[/ ][0-9]+(\.[0-9]+)*( [\x21-\x7e]+)*$`)
)

func (k *checker) http(h *HTTP) {
	if why := badAddress(h.Address); why != "" {
		k.fail("http.address", "%q %s", h.Address, why)
	}
	if why := badPublicHost(h.PublicHost); why != "" {
		k.fail("http.public_host", "%q %s", h.PublicHost, why)
	}
	k.duration("http.head_timeout", h.HeadTimeout, time.Second, time.Hour)
	k.duration("http.write_timeout", h.WriteTimeout, time.Second, 24*time.Hour)
	k.duration("http.keep_alive", h.KeepAlive, time.Second, 24*time.Hour)
	k.number("http.max_connections", h.MaxConnections, 0, maxCount)
	k.number("http.max_connections_per_address", h.MaxConnectionsPerAddress, 0, maxCount)
}

func (k *checker) rtsp(r *RTSP) {
	if why := badAddress(r.Address); why != "" && r.Address != Off {
		k.fail("rtsp.address", "%q %s; \"off\" is no RTSP", r.Address, why)
	}
	k.number("rtsp.udp_port", r.UDPPort, -1, 65534)
}

func (k *checker) mms(m *MMS) {
	if why := badAddress(m.Address); why != "" && m.Address != Off {
		k.fail("mms.address", "%q %s; \"off\" is no MMS", m.Address, why)
	}
}

// listener is an address and the key that says it.
type listener struct{ key, address string }

// apart finds listeners that would have one address.
func (k *checker) apart(c *Config) {
	seen := map[string]string{}
	for _, l := range append([]listener{
		{"http.address", c.HTTP.Address}, {"rtsp.address", c.RTSP.Address}, {"mms.address", c.MMS.Address},
		{"admin.address", c.Admin.Address}, {"http.tls.address", c.HTTP.TLS.Address}, {"rtsp.tls.address", c.RTSP.TLS.Address},
	}, msbdListeners(c.Points)...) {
		_, port, err := net.SplitHostPort(l.address)
		if err != nil || port == "0" {
			continue
		}
		if other := seen[l.address]; other != "" {
			k.fail(l.key, "%q is %s too: each protocol needs a port of its own", l.address, other)
		}
		seen[l.address] = l.key
	}
}

func badAddress(s string) string {
	host, port, err := net.SplitHostPort(s)
	switch {
	case err != nil:
		return `is not an address to listen on: write ":8080", "127.0.0.1:8080" or "[::1]:8080"`
	case strings.ContainsAny(host, " /"):
		return "is not an address to listen on: the part before the port is a host name or an IP address"
	case !isPort(port, 0):
		return "has no port between 0 and 65535 (0 takes any that is free)"
	}
	return ""
}

func badPublicHost(s string) string {
	if s == "" {
		return ""
	}
	host := s
	if at := strings.LastIndexByte(s, ':'); at > strings.LastIndexByte(s, ']') {
		if !isPort(s[at+1:], 1) {
			return `is not a host for URLs: write "media.example.org" or "media.example.org:8080"`
		}
		host = s[:at]
	}
	if !hostText.MatchString(host) {
		return `is not a host for URLs: write "media.example.org", without http:// and without a name after it`
	}
	return ""
}

func isPort(s string, least int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= least && n <= 65535
}

func (k *checker) server(s *Server) {
	if !personaText.MatchString(s.Persona) {
		k.fail("server.persona", `%q is not one that players know: write "Cougar/9.6.7600.16564" or another version of it`,
			s.Persona)
	}
	k.duration("server.shutdown_grace", s.ShutdownGrace, 0, time.Hour)
}
