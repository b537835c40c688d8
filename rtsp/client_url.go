package rtsp

import (
	"net"
	"net/url"
	"strings"
)

const defaultPort = "554"

// clientURL is a URL taken apart for requests.
type clientURL struct {
	text    string // for the request line: rtsp, without user and password
	address string // for dialing
	user    *url.Userinfo
}

// parseClientURL takes rtsp:// and what players use in its place.
func parseClientURL(s string) (clientURL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return clientURL{}, err
	}
	switch strings.ToLower(u.Scheme) {
	case "rtsp", "rtspt", "rtspu", "mms":
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
	c := clientURL{address: net.JoinHostPort(u.Hostname(), port), user: u.User}
	u.Scheme, u.User, u.Fragment = "rtsp", nil, ""
	c.text = u.String()
	return c, nil
}

// resolve follows a Location header. A user stays with its host.
func (c clientURL) resolve(location string) (clientURL, error) {
	base, err := url.Parse(c.text)
	if err != nil {
		return clientURL{}, err
	}
	next, err := base.Parse(location)
	if err != nil {
		return clientURL{}, err
	}
	if next.User == nil && next.Host == base.Host {
		next.User = c.user
	}
	return parseClientURL(next.String())
}
