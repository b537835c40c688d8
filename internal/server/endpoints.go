package server

import (
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"caracal/internal/announce"
)

// hostText is what a Host header may be before it is put into a URL.
var hostText = regexp.MustCompile(`^([A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{1,64}\])(:[0-9]{1,5})?$`)

// isHost says whether what a client calls the host may be put into a URL.
func isHost(host string) bool {
	if !hostText.MatchString(host) {
		return false
	}
	name, port, _ := strings.Cut(host[strings.LastIndexByte(host, ']')+1:], ":")
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) {
		return false
	}
	if name != "" {
		return true
	}
	_, err := netip.ParseAddr(host[1:strings.LastIndexByte(host, ']')])
	return err == nil
}

// ways are the ways to what has a name, on a host. That of a multicast is there
// when something has been sent.
func (s *Server) ways(host, name string) announce.Ways {
	w := announce.Ways{
		announce.HTTP: {Scheme: "http", Host: host},
		announce.MMSH: {Scheme: "mmsh", Host: host},
		announce.MMS:  s.mmsEndpoint(host),
		announce.RTSP: s.rtspEndpoint(host),
	}
	if s.proxied(name) || s.exists(name) {
		w[announce.Plain] = w[announce.HTTP]
	}
	if m := s.multicastNamed(name); m != nil {
		if _, ok := m.Station(); ok {
			w[announce.Station] = announce.Endpoint{Scheme: "http", Host: host, Ending: stationExt}
		}
	}
	return w
}

// PublicHost is the host for URLs that are not made for a request: the
// configured one, else the first address that others can reach.
func (s *Server) PublicHost() string {
	if h := s.config().HTTP.PublicHost; h != "" {
		return s.withPort(h)
	}
	host, _, _ := net.SplitHostPort(s.Addr().String())
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		return s.withPort(ownAddress())
	}
	if configured, _, err := net.SplitHostPort(s.cfg.HTTP.Address); err == nil && configured != "" {
		host = configured
	}
	return s.withPort(bracketed(host))
}

// hostFor is the host for URLs in the answer to a request: the configured
// one, else the one that the client used, else the address it reached.
func (s *Server) hostFor(r *http.Request) string {
	if s.config().HTTP.PublicHost == "" && isHost(r.Host) {
		return strings.TrimSuffix(r.Host, ":80")
	}
	if a, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && s.config().HTTP.PublicHost == "" {
		if host, _, err := net.SplitHostPort(a.String()); err == nil {
			return s.withPort(bracketed(host))
		}
	}
	return s.PublicHost()
}

// withPort adds the port of the listener to a host that has none.
func (s *Server) withPort(host string) string {
	if strings.LastIndexByte(host, ':') > strings.LastIndexByte(host, ']') {
		return strings.TrimSuffix(host, ":80")
	}
	_, port, _ := net.SplitHostPort(s.Addr().String())
	if port == "80" {
		return host
	}
	return host + ":" + port
}

func bracketed(host string) string {
	host, _, _ = strings.Cut(host, "%")
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// ownAddress is the first address of this machine that others may reach, IPv4
// before IPv6 as old players know no other.
func ownAddress() string {
	addrs, _ := net.InterfaceAddrs()
	second := ""
	for _, a := range addrs {
		p, err := netip.ParsePrefix(a.String())
		if err != nil || !p.Addr().IsGlobalUnicast() {
			continue
		}
		if p.Addr().Is4() {
			return p.Addr().String()
		}
		if second == "" {
			second = "[" + p.Addr().String() + "]"
		}
	}
	if second != "" {
		return second
	}
	return "127.0.0.1"
}

// Links are the URLs of one item; RTSP is empty when the server has none. MMS is
// that of the HTTP port then, which players come to when MMS itself fails.
type Links struct{ MMS, HTTP, RTSP, ASX string }

// LinksOf returns an item's URLs on a host.
func (s *Server) LinksOf(host, name string) Links {
	web, mms := announce.Endpoint{Scheme: "http", Host: host}, announce.Endpoint{Scheme: "mms", Host: host}
	l := Links{HTTP: web.URL(name), MMS: mms.URL(name), ASX: web.URL(name) + ".asx"}
	if e := s.rtspEndpoint(host); e.Host != "" {
		l.RTSP = e.URL(name)
	}
	if e := s.mmsEndpoint(host); e.Host != "" {
		l.MMS = e.URL(name)
	}
	return l
}

// mmsEndpoint has no host if the server has no MMS.
func (s *Server) mmsEndpoint(host string) announce.Endpoint {
	a := s.MMSAddr()
	if a == nil {
		return announce.Endpoint{}
	}
	return announce.Endpoint{Scheme: "mms", Host: withPortOf(s.hostOf(host, a), a, "1755")}
}

// rtspEndpoint has no host if the server has no RTSP.
func (s *Server) rtspEndpoint(host string) announce.Endpoint {
	a := s.RTSPAddr()
	if a == nil {
		return announce.Endpoint{}
	}
	return announce.Endpoint{Scheme: "rtsp", Host: withPortOf(s.hostOf(host, a), a, "554")}
}

// hostOf is the host for a protocol where others have this one: another address
// if it listens on that alone. A name stands, it may have several addresses, and
// so does what is configured.
func (s *Server) hostOf(host string, a net.Addr) string {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil || at.Addr().IsUnspecified() || s.config().HTTP.PublicHost != "" {
		return host
	}
	plain := host
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		plain = host[:i]
	}
	if ip, err := netip.ParseAddr(strings.Trim(plain, "[]")); err != nil || ip == at.Addr().Unmap() {
		return host
	}
	return bracketed(at.Addr().Unmap().String())
}

// withPortOf gives a host the port of a, but for the one that URLs mean
// without.
func withPortOf(host string, a net.Addr, usual string) string {
	if at := strings.LastIndexByte(host, ':'); at > strings.LastIndexByte(host, ']') {
		host = host[:at]
	}
	_, port, _ := net.SplitHostPort(a.String())
	if port == usual {
		return host
	}
	return host + ":" + port
}
