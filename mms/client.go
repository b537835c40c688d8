package mms

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"caracal/internal/credential"
	"caracal/internal/pull"
)

// DefaultAgent is what the subscriberName of a Client begins with that names
// none, [MS-MMSP] 2.2.4.17.
const DefaultAgent = "NSPlayer/7.1.0.3055"

// Limits of a Client.
const (
	MaxRedirects     = pull.MaxRedirects
	maxClientPending = 1024 // messages that wait to be written: each entry of a list wants one, and many come at once

	clientAnswerTimeout = 30 * time.Second
	clientWriteTimeout  = 30 * time.Second
	// clientSilence is how long a server may say nothing at all: it asks every
	// player now and then whether it is there, [MS-MMSP] 3.2.6.1.
	clientSilence = 5 * time.Minute
	// clientGoodbye is how long a server may take to close after CloseFile.
	clientGoodbye = 2 * time.Second
)

var (
	// ErrUnexpected says that a message of the server does not fit what was
	// asked.
	ErrUnexpected = errors.New("mms: unexpected message")
	// ErrRedirects says that servers send each other's clients around.
	ErrRedirects = errors.New("mms: too many redirects")
	// ErrNotServer says that what answers does not speak MMS.
	ErrNotServer = errors.New("mms: this is no MMS server")
	// ErrFirewall says that nothing comes over UDP, [MS-MMSP] 3.1.6.1: the
	// caller may ask again for TCP.
	ErrFirewall = errors.New("mms: no packets come over UDP")
	// ErrNoHeader says that the ASF file header cannot be used.
	ErrNoHeader = errors.New("mms: no usable ASF file header")
	// ErrTimeout says that an answer does not come.
	ErrTimeout = errors.New("mms: the server does not answer")
	errClosed  = errors.New("mms: closed")
)

// StatusError is a message of the server that says no.
type StatusError struct {
	Message MID
	HR      HRESULT
	Login   error // *credential.Error: why nobody logged in; nil with nobody to log in
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("mms: the server answers %v %v", e.Message, e.HR)
	if e.Login != nil {
		text += ": " + e.Login.Error()
	}
	return text
}

// Unwrap makes it the error of the login.
func (e *StatusError) Unwrap() error { return e.Login }

// Client is the client side of the protocol, [MS-MMSP] 3.1: Describe asks what
// a URL has, Play streams it. The zero value is ready. Its fields do not
// change while it is in use; then it is safe for use from several goroutines.
type Client struct {
	Agent string // client-token without its GUID; DefaultAgent for ""
	GUID  string // in braces; a new one for each session for ""

	// UDP has data packets sent over UDP. A URL of mmsu: means that too, and
	// one of mmst: the opposite. It is settled before the content is described.
	UDP bool

	// Either lets data come over TCP when the server refuses UDP, [MS-MMSP]
	// 3.1.5.5.
	Either bool

	// Measure asks for packet pairs, which tell how wide the way is, 4.4.
	Measure bool

	// Proxy is the host and port of an MMS proxy; none for "".
	Proxy string

	// NoResend does not ask for packets that were lost over UDP.
	NoResend bool

	// NoLog submits no statistics when a stream stops. Log may complete them;
	// it must not call the Stream.
	NoLog bool
	Log   func(l *Logging)

	// Dial connects; a net.Dialer does for nil.
	Dial pull.DialFunc

	// Listen opens a UDP socket; a net.ListenConfig does for nil.
	Listen pull.ListenFunc

	// Credentials log in where the URL names no user; nil has none.
	Credentials *credential.Book
}

func (c *Client) agent() string { return cmp.Or(c.Agent, DefaultAgent) }
