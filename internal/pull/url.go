package pull

import (
	"net"
	"net/url"
	"slices"
)

// MaxURL is the longest URL that a Client takes, in bytes.
const MaxURL = 4 << 10

// Scheme is how the URLs of a protocol look.
type Scheme struct {
	Names   []string // lower case
	Port    string   // of a URL that names none
	Invalid error    // what is wrapped for a URL that is none of the protocol
}

// URL is where content is.
type URL struct {
	*url.URL               // without user and fragment; its scheme in lower case
	Address  string        // for dialing
	Login    *url.Userinfo // nil for none
}

// Parse takes a URL apart. Errors are *url.Error.
func (s Scheme) Parse(text string) (URL, error) {
	if len(text) > MaxURL {
		return URL{}, &url.Error{Op: "parse", URL: text[:64] + "...", Err: s.Invalid}
	}
	u, err := url.Parse(text)
	if err != nil {
		return URL{}, err
	}
	port := u.Port()
	if port == "" {
		port = s.Port
	}
	if !slices.Contains(s.Names, u.Scheme) || u.Hostname() == "" {
		return URL{}, &url.Error{Op: "parse", URL: text, Err: s.Invalid}
	}
	to := URL{URL: u, Address: net.JoinHostPort(u.Hostname(), port), Login: u.User}
	u.User, u.Fragment = nil, ""
	return to, nil
}

// Resolve follows the Location of a redirect. A user stays with its host.
func (u URL) Resolve(location string) (string, error) {
	next, err := u.Parse(location)
	if err != nil {
		return "", err
	}
	if next.User == nil && next.Host == u.Host {
		next.User = u.Login
	}
	return next.String(), nil
}
