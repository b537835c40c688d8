package proxy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"caracal/internal/cachecontrol"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/remote"
)

// origin is the server that a proxy stands in front of, in whatever protocol.
// Its errors wrap those of point, as far as these say what is the matter.
type origin interface {
	// info asks what may be done with the content at a URL.
	info(ctx context.Context, url string) (facts, error)
	// open asks what the content is. The caller closes what it gets.
	open(ctx context.Context, url string) (*opening, error)
	// tell sends a remote event.
	tell(ctx context.Context, url string, e *remote.Event) error
}

// facts are what an origin says about content besides the content.
type facts struct {
	Control  cachecontrol.Control
	Tag      string    // Etag without its quotes; "" for none
	Modified time.Time // zero for none
	Live     bool      // it is a broadcast, by another sign than Control
	Via      []string  // headers: the servers that it comes from
}

func (f facts) live() bool { return f.Live || f.Control.Broadcast() }

func factsOf(i pull.ContentInfo) facts {
	f := facts{Control: i.Control, Tag: strings.Trim(strings.TrimPrefix(i.ETag, "W/"), `"`), Modified: i.Modified(), Via: i.Via}
	if len(f.Tag) > maxTag {
		f.Tag = ""
	}
	return f
}

// maxTag is the longest Etag that is believed, bytes.
const maxTag = 256

// same says that two answers are about the same version of the content: whatever
// both name is equal, and that is something.
func (f facts) same(g facts) bool {
	known := false
	if f.Tag != "" && g.Tag != "" {
		if f.Tag != g.Tag {
			return false
		}
		known = true
	}
	if !f.Modified.IsZero() && !g.Modified.IsZero() {
		if !f.Modified.Equal(g.Modified) {
			return false
		}
		known = true
	}
	if a, b := f.Control.ContentSize, g.Control.ContentSize; a != 0 && b != 0 {
		return a == b
	}
	return known
}

// differs says that two answers are about different versions for certain.
func (f facts) differs(g facts) bool {
	return f.Tag != "" && g.Tag != "" && f.Tag != g.Tag ||
		!f.Modified.IsZero() && !g.Modified.IsZero() && !f.Modified.Equal(g.Modified)
}

// opening is content that has been asked for and can be played, once.
type opening struct {
	header []byte // Header Object, and the beginning of the Data Object if that was sent
	facts  facts
	play   func(ctx context.Context, at position) (stream, error)
	close  func()
}

// stream is what comes then, in any protocol. io.EOF, or an end without More, says
// that it came to its natural end.
type stream interface {
	Receive() (pull.Event, error)
	Close() error
}

// asking is how a Client asks for whom an Opener opens content.
func asking(ctx context.Context, name string) *pull.Proxy {
	a := point.AskerOf(ctx)
	p := &pull.Proxy{Name: name, ClientAgent: a.Agent, ClientVerb: a.Verb, MaxForwards: a.MaxForwards}
	if a.Via != "" {
		p.Via = []string{a.Via}
	}
	return p
}

// position is where a stream begins.
type position struct {
	live   bool // where the broadcast is
	byTime bool
	value  int64 // packet, or ms without preroll
}

// Schemes are those of the URLs that an origin may have.
var Schemes = []string{"http", "https", "mmsh", "mms", "rtsp", "rtspt", "rtsps"}

// errURL says that an origin's URL is none.
var errURL = errors.New("proxy: an origin is http://host/, https://host/, mms://host:port/ (HTTP), rtsp://host/, rtspt://host/ or rtsps://host/")

// newOrigin returns the Client side for an origin's URL.
func newOrigin(o *Options, dial pull.DialFunc) (origin, *url.URL, error) {
	u, err := url.Parse(o.Origin)
	if err != nil || u.Host == "" || u.RawQuery != "" {
		return nil, nil, errURL
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "mms", "mmsh":
		u.Scheme = "http"
		return httpOrigin{o.Name, dial, o.TLS, o.Credentials}, u, nil
	case "https":
		return httpOrigin{o.Name, dial, o.TLS, o.Credentials}, u, nil
	case "rtsp", "rtspt", "rtsps":
		return rtspOrigin{o.Name, dial, o.TLS, o.Credentials}, u, nil
	}
	return nil, nil, fmt.Errorf("%w, not %s://", errURL, u.Scheme)
}

// urlOf is where the origin has the content of a name below the point.
func urlOf(base *url.URL, name string) string {
	u := *base
	if name != "" {
		u.Path, u.RawPath = strings.TrimRight(u.Path, "/")+"/"+name, ""
	}
	u.Fragment = ""
	u.Path = cmp.Or(u.Path, "/")
	return u.String()
}

// shown is a URL for others: without user and password.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return withoutUser(u).String()
}

// unanswered wraps what went wrong on the way to the origin.
func unanswered(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && errors.Is(cause, errClosed) {
		return cause
	}
	for _, known := range [...]error{ErrOrigin, point.ErrNotFound, point.ErrForbidden, point.ErrNotMedia, point.ErrBusy} {
		if errors.Is(err, known) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", ErrOrigin, err)
}
