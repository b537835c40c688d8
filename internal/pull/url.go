package pull

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
)

// MaxURL is the longest URL that a Client takes, in bytes.
const MaxURL = 4 << 10

// Scheme is how the URLs of a protocol look.
type Scheme struct {
	Names   []string // lower case
	Name    string   // that stands for all of them in Text; each for itself for ""
	Port    string   // of a URL that names none
	TLS     Secured  // the same over TLS; the zero value is none
	Invalid error    // what is wrapped for a URL that is none of the protocol
}

// Secured is a scheme that means a protocol over TLS.
type Secured struct{ Name, Port string }

// URL is where content is.
type URL struct {
	*url.URL               // without user and fragment
	Text     string        // all of it
	Address  string        // for dialing
	Login    *url.Userinfo // nil for none
	Exposed  bool          // a redirect has led here from an encrypted connection, and this one is not
	TLS      bool

	scheme Scheme
}

// Parse takes a URL apart. Errors are *url.Error.
func (s Scheme) Parse(text string) (URL, error) {
	if len(text) > MaxURL {
		begin := shown(text)
		return URL{}, &url.Error{Op: "parse", URL: begin[:min(64, len(begin))] + "...", Err: s.Invalid}
	}
	u, err := url.Parse(text)
	if wrong := (*url.Error)(nil); errors.As(err, &wrong) {
		return URL{}, &url.Error{Op: wrong.Op, URL: shown(text), Err: wrong.Err}
	}
	secure := s.TLS.Name != "" && u.Scheme == s.TLS.Name
	if !secure && !slices.Contains(s.Names, u.Scheme) || u.Hostname() == "" {
		return URL{}, &url.Error{Op: "parse", URL: shown(text), Err: s.Invalid}
	}
	login := u.User
	name, port := cmp.Or(s.Name, u.Scheme), s.Port
	if secure {
		name, port = s.TLS.Name, s.TLS.Port
	}
	u.Scheme, u.User, u.Fragment = name, nil, ""
	return URL{
		URL: u, Text: u.String(), Address: net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), port)), Login: login, TLS: secure, scheme: s,
	}, nil
}

// shown is a URL for errors, which end up in logs: without what may be a password.
func shown(text string) string {
	scheme, _, ok := strings.Cut(text, "://")
	if at := strings.LastIndexByte(text, '@'); ok && at >= len(scheme) {
		return scheme + "://" + text[at+1:]
	}
	return text
}

// Resolve follows the Location of a redirect. A user stays with its host, and does not
// go on in the open.
func (u URL) Resolve(location string) (URL, error) {
	next, err := u.URL.Parse(location)
	if wrong := (*url.Error)(nil); errors.As(err, &wrong) {
		return URL{}, &url.Error{Op: wrong.Op, URL: shown(location), Err: wrong.Err}
	}
	if err != nil {
		return URL{}, err
	}
	exposed := u.Exposed || u.TLS && next.Scheme != u.Scheme
	if next.User == nil && next.Host == u.Host && !exposed {
		next.User = u.Login
	}
	to, err := u.scheme.Parse(next.String())
	to.Exposed = exposed && !to.TLS
	return to, err
}
