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
	Invalid error    // what is wrapped for a URL that is none of the protocol
}

// URL is where content is.
type URL struct {
	*url.URL               // without user and fragment
	Text     string        // all of it
	Address  string        // for dialing
	Login    *url.Userinfo // nil for none
	Exposed  bool          // a redirect has led here from an encrypted connection, and this one is not

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
	if !slices.Contains(s.Names, u.Scheme) || u.Hostname() == "" {
		return URL{}, &url.Error{Op: "parse", URL: shown(text), Err: s.Invalid}
	}
	login := u.User
	u.Scheme, u.User, u.Fragment = cmp.Or(s.Name, u.Scheme), nil, ""
	return URL{
		URL: u, Text: u.String(), Address: net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), s.Port)), Login: login, scheme: s,
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

// Resolve follows the Location of a redirect. A user stays with its host, unless
// everybody could read the password then.
func (u URL) Resolve(location string) (URL, error) {
	next, err := u.URL.Parse(location)
	if wrong := (*url.Error)(nil); errors.As(err, &wrong) {
		return URL{}, &url.Error{Op: wrong.Op, URL: shown(location), Err: wrong.Err}
	}
	if err != nil {
		return URL{}, err
	}
	exposed := u.Exposed || isSecure(u.Scheme) && !isSecure(next.Scheme)
	if next.User == nil && next.Host == u.Host && !exposed {
		next.User = u.Login
	}
	to, err := u.scheme.Parse(next.String())
	to.Exposed = exposed && !isSecure(next.Scheme)
	return to, err
}

func isSecure(scheme string) bool { return scheme == "https" || scheme == "rtsps" }
