package mms

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

const defaultPort = "1755"

// clientURL is a URL taken apart for messages.
type clientURL struct {
	text    string // without user and password
	address string // for dialing
	host    string // as the URL has it, with the port that it names
	file    string // fileName of OpenFile: neither escaped nor with a slash before it
	user    *url.Userinfo
	udp     bool // mmsu
	tcp     bool // mmst
}

// parseClientURL takes mms, mmst and mmsu.
func parseClientURL(s string) (clientURL, error) {
	bad := &url.Error{Op: "parse", URL: s, Err: ErrInvalid}
	if len(s) > maxClientURL {
		bad.URL = s[:64] + "..."
		return clientURL{}, bad
	}
	u, err := url.Parse(s)
	if err != nil {
		return clientURL{}, err
	}
	c := clientURL{host: u.Host, user: u.User}
	switch strings.ToLower(u.Scheme) {
	case "mms":
	case "mmst":
		c.tcp = true
	case "mmsu":
		c.udp = true
	default:
		return clientURL{}, bad
	}
	if u.Hostname() == "" {
		return clientURL{}, bad
	}
	port := u.Port()
	if port == "" {
		port = defaultPort
	}
	c.address = net.JoinHostPort(u.Hostname(), port)
	c.file = strings.TrimLeft(u.Path, "/")
	if u.RawQuery != "" {
		c.file += "?" + u.RawQuery
	}
	u.User, u.Fragment = nil, ""
	c.text = u.String()
	return c, nil
}

// resolve follows the location of a redirect, which is not escaped, [MS-MMSP]
// 2.2.4.9. A user stays with its host.
func (c clientURL) resolve(location string) (clientURL, error) {
	if strings.HasPrefix(location, "/") {
		location = "mms://" + c.host + location
	}
	next, err := parseClientURL(location)
	if err != nil {
		next, err = parseClientURL(strings.ReplaceAll(location, "%", "%25"))
	}
	if err == nil && next.user == nil && next.address == c.address {
		next.user = c.user
	}
	return next, err
}

// addrOf returns the zero value for what is no address and port.
func addrOf(a net.Addr) netip.AddrPort {
	if a == nil {
		return netip.AddrPort{}
	}
	p, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}
