package rtsp

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"caracal/internal/credential"
	"caracal/internal/head"
	"caracal/internal/pull"
)

// DefaultAgent is what the User-Agent of a Client begins with that names none.
const DefaultAgent = "WMPlayer/12.0.7601.17514"

// Limits of a Client.
const (
	MaxRedirects       = pull.MaxRedirects
	maxClientReceivers = 64 // RTP sessions of one stream
	maxClientPending   = 64 // requests without a response
	clientWriteTimeout = 30 * time.Second

	clientAnswerTimeout = 30 * time.Second
	defaultTimeout      = 60   // s, RFC 2326 12.37
	maxTimeout          = 3600 // s, of what a server says
	minKeepAlive        = 10 * time.Second
)

var (
	// ErrUnexpected says that a response or a transport is none that was asked
	// for.
	ErrUnexpected = errors.New("rtsp: unexpected response")
	// ErrRedirects says that servers send each other's clients around.
	ErrRedirects = errors.New("rtsp: too many redirects")
	// ErrNotServer says that what answers does not speak RTSP.
	ErrNotServer = errors.New("rtsp: this is no RTSP server")
	// ErrNoHeader says that a description has no ASF header, or an unusable one.
	ErrNoHeader = errors.New("rtsp: the description has no ASF header")
	errClosed   = errors.New("rtsp: closed")
)

// StatusError is a response that says no.
type StatusError struct {
	Response *Response
	Login    error // *credential.Error: why a challenge was not answered; nil with nobody to log in
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("rtsp: the server answers %d %s", e.Response.Status, e.Response.Reason)
	if e.Login != nil {
		text += ": " + e.Login.Error()
	}
	return text
}

// Unwrap makes it the error of the login.
func (e *StatusError) Unwrap() error { return e.Login }

// Client is the client side of the protocol, [MS-RTSP] 3.1: Describe asks what
// a URL has, Play streams it. The zero value is ready. Its fields do not
// change while it is in use; then it is safe for use from several goroutines.
type Client struct {
	Agent   string // User-Agent without its guid; DefaultAgent for "", pull.ProxyAgent with Proxy
	GUID    string // a new one for each session for ""
	Schemes string // X-Accept-Authentication; for "" credential.Schemes, or not sent with nobody to log in

	// Supported is sent as it is; for 0 the features that 3.1.5.1 wants of a
	// player, and FeatureLocID with Proxy. That gets packets their numbers.
	Supported head.Features

	// Header goes with every request: Accept-Language and the like.
	Header head.Fields

	// Silent never sends KeepAlive. Without it none is sent either while all
	// streams play over TCP, [MS-RTSP] 3.1.5.10.
	Silent bool

	// Unpadded leaves ASF packets as they came, without padding; else they
	// are as long as the description says.
	Unpadded bool

	// Log returns the XML of a LogConnect, which follows the first Play request
	// of a session, or of a LogPlay, which follows Pause and the end of a
	// stream; nil sends none. If the stats say Rendering, a LogPlay is a streaming
	// log, else a legacy one, and a SendEvent follows the end, whose XML is a
	// rendering log, [MS-WMLOG] 2.5 to 2.7. It must not call the Stream.
	Log func(kind Kind, stats ClientStats) []byte

	// Proxy makes it a cache or a proxy; nil: a player, or a server that relays.
	Proxy *pull.Proxy

	// Dial connects; a net.Dialer does for nil.
	Dial pull.DialFunc

	// TLS is how rtsps:// is spoken, with the media on the same connection; nil: as
	// the system has it.
	TLS *tls.Config

	// Listen opens a UDP socket; a net.ListenConfig does for nil.
	Listen pull.ListenFunc

	// Credentials log in where the URL names no user; nil has none.
	Credentials *credential.Book
}

// clientURLs are rtsp://, rtsps:// and what players use in its place.
var clientURLs = pull.Scheme{Names: []string{"rtsp", "rtspt", "rtspu", "mms"}, Name: "rtsp", Port: "554", TLS: pull.Secured{Name: "rtsps", Port: "322"}, Invalid: ErrInvalid}

func (c *Client) agent(guid string) string { return c.product() + " guid/" + guid }

// product is the User-Agent without its guid.
func (c *Client) product() string {
	if c.Proxy != nil {
		return cmp.Or(c.Agent, pull.ProxyAgent)
	}
	return cmp.Or(c.Agent, DefaultAgent)
}

func (c *Client) supported() head.Features {
	usual := head.FeatureEOSMsg | head.FeatureSSwitch | head.FeatureSrvPPair | head.FeaturePredStrm | head.FeatureStartupProfile
	if c.Proxy != nil {
		usual |= head.FeatureLocID // the content goes on over other protocols, 3.1.5.1
	}
	return cmp.Or(c.Supported, usual)
}
