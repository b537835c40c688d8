package wmsp

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"

	"caracal/asf"
	"caracal/internal/credential"
	"caracal/internal/head"
	"caracal/internal/pull"
)

// DefaultAgent is the User-Agent of a Client that names none.
const DefaultAgent = "NSPlayer/12.0.7601.17514 WMFSDK/12.0"

// Limits of a Client.
const (
	MaxRedirects     = pull.MaxRedirects
	maxInterimHeads  = 4        // 1xx responses before the real one
	maxIgnoredBody   = 64 << 10 // of an error's body, to keep the connection
	maxClientHeader  = asf.MaxHeaderSize + asf.DataHeadSize
	maxClientPending = 16 // requests without a response on one connection
)

var (
	// ErrNotServer says that the other side is a web server, [MS-WMSP]
	// 3.1.5.3.
	ErrNotServer = errors.New("wmsp: the Server header names no streaming server")
	// ErrUnexpected says that a packet or a response comes out of order.
	ErrUnexpected = errors.New("wmsp: unexpected packet or response")
	// ErrRedirects says that servers send each other's clients around.
	ErrRedirects = errors.New("wmsp: too many redirects")
	// ErrNotPipelined says that a request needs pipelined mode.
	ErrNotPipelined = errors.New("wmsp: only in pipelined mode")
)

// StatusError is a response that says no.
type StatusError struct {
	Response *Response
	Login    error // *credential.Error: why a challenge was not answered; nil with nobody to log in
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("wmsp: the server answers %d %s", e.Response.Status, e.Response.Reason)
	if e.Login != nil {
		text += ": " + e.Login.Error()
	}
	return text
}

// Unwrap makes it the error of the login.
func (e *StatusError) Unwrap() error { return e.Login }

// Client is the client side of the protocol, [MS-WMSP] 3.1: Describe asks what
// a URL has, Play streams it. The zero value is ready. Its fields do not
// change while it is in use; then it is safe for use from several goroutines,
// but what its methods return belongs to one.
type Client struct {
	Agent   string // User-Agent; DefaultAgent for "", pull.ProxyAgent with Proxy
	GUID    string // xClientGUID in braces; a new one for each Description for ""
	Schemes string // X-Accept-Authentication; for "" credential.Schemes, or not sent with nobody to log in

	// Supported is sent as it is; DefaultFeatures and FeatureStartupProfile
	// for 0.
	Supported head.Features

	// Pipelined asks for pipelined mode, which takes a server of version 9
	// and no proxy of HTTP 1.0 on the way. Otherwise HTTP 1.0 is spoken.
	Pipelined bool

	// Dial connects; a net.Dialer does for nil.
	Dial pull.DialFunc

	// TLS is how https:// is spoken; nil: as the system has it.
	TLS *tls.Config

	// Proxy makes it a cache or a proxy; nil: a player, or a server that relays.
	Proxy *pull.Proxy

	// Credentials log in where the URL names no user; nil has none.
	Credentials *credential.Book
}

// Description is what a server says about a URL, and the session that it
// opened for it.
type Description struct {
	URL         string // after redirects
	Response    *Response
	Pragma      Pragma
	Server      Persona
	Supported   head.Features
	Features    ContentFeatures // of Pragma; those of Metadata count more
	Info        pull.ContentInfo
	ClientID    uint32
	Metadata    *Metadata   // nil without $M
	HeaderBytes []byte      // Header Object and the beginning of the Data Object
	Header      *asf.Header // parsed HeaderBytes

	// Measured is what $P packets told; nil if none came.
	Measured *pull.Measurement

	session *clientSession
}

// Close closes the connection that waits for a Play, if there is one.
func (d *Description) Close() error { return d.session.drop() }

// Pipelined says that Play found that pipelined mode works.
func (d *Description) Pipelined() bool { return d.session.pipelined }

// clientURLs are http://, https:// and what players use in its place.
var clientURLs = pull.Scheme{Names: []string{"http", "mms", "mmsh"}, Port: "80", TLS: pull.Secured{Name: "https", Port: "443"}, Invalid: ErrInvalid}

func (c *Client) supported() head.Features {
	return cmp.Or(c.Supported, DefaultFeatures|head.FeatureStartupProfile)
}
