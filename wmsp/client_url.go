package wmsp

import (
	"net"
	"net/url"
	"strings"
)

const defaultPort = "80"

// clientURL is a URL taken apart for requests.
type clientURL struct {
	text    string // without user and password
	address string // for dialing
	host    string // for the Host header
	target  string // for the request line
	user    *url.Userinfo
}

// parseClientURL takes http:// and what players use in its place.
func parseClientURL(s string) (clientURL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return clientURL{}, err
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "mms", "mmsh":
	default:
		return clientURL{}, &url.Error{Op: "parse", URL: s, Err: ErrInvalid}
	}
	if u.Hostname() == "" {
		return clientURL{}, &url.Error{Op: "parse", URL: s, Err: ErrInvalid}
	}
	port := u.Port()
	if port == "" {
		port = defaultPort
	}
	c := clientURL{address: net.JoinHostPort(u.Hostname(), port), host: u.Host, user: u.User}
	c.target = u.EscapedPath()
	if c.target == "" {
		c.target = "/"
	}
	if u.RawQuery != "" {
		c.target += "?" + u.RawQuery
	}
	u.User, u.Fragment = nil, ""
	c.text = u.String()
	return c, nil
}

// resolve follows a Location header.
func (c clientURL) resolve(location string) (clientURL, error) {
	base, err := url.Parse(c.text)
	if err != nil {
		return clientURL{}, err
	}
	next, err := base.Parse(location)
	if err != nil {
		return clientURL{}, err
	}
	return parseClientURL(next.String())
}
