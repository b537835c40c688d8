package msbd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"

	"caracal/internal/pull"
)

// Limits of a Client.
const (
	clientAnswerTimeout = 30 * time.Second
	clientWriteTimeout  = 30 * time.Second
	// clientSilence is how long a server may say nothing at all: it is recommended
	// to ask every two minutes whether the client is there, [MS-MSBD] 2.2.3.
	clientSilence = 5 * time.Minute
)

var (
	// ErrNotServer says that what answers does not speak this protocol.
	ErrNotServer = errors.New("msbd: this is no MSBD server")
	// ErrUnexpected says that a message of the server does not fit what was asked.
	ErrUnexpected = errors.New("msbd: unexpected message")
	// ErrTimeout says that an answer does not come, or nothing at all.
	ErrTimeout = errors.New("msbd: the server does not answer")
	// ErrNoStream says that the server has nothing to distribute.
	ErrNoStream = errors.New("msbd: the server has no stream")
	// ErrGroup says that the packets would come from where no multicast comes from.
	ErrGroup = errors.New("msbd: the server names no multicast group")
	// ErrClosed is what Receive returns after Close.
	ErrClosed = errors.New("msbd: closed")
)

// ServerError is a failure that the server answers with.
type ServerError struct{ HR HRESULT }

func (e *ServerError) Error() string { return "msbd: the server refuses: " + e.HR.String() }

// Client gets what a server or an encoder distributes. The zero value is ready.
type Client struct {
	// Dial connects over TCP; a net.Dialer does for nil.
	Dial pull.DialFunc
	// Multicast asks for the packets over UDP, from a group that the server chooses.
	Multicast bool
	// Join opens a socket that gets what is sent to a group; msb.JoinGroup on the
	// system's choice of an interface for nil.
	Join func(ctx context.Context, group netip.AddrPort) (net.PacketConn, error)
}

// Info describes the stream that a Client gets.
type Info struct {
	Header             []byte // Header Object and the first 50 bytes of the Data Object
	PacketSize         int    // of the largest ASF packet, bytes
	Packets            uint32 // in all; 0 is not known
	BitRate            uint32 // bits/s
	Duration           time.Duration
	Title, Description string         // as far as they are UTF-16
	Group              netip.AddrPort // where packets come from; not valid: over TCP
}

var clientURLs = pull.Scheme{Names: []string{"msbd"}, Port: DefaultPort, Invalid: ErrInvalid}

// parseClientURL takes msbd://host and msbd://host:port, with nothing behind: the
// protocol has no names.
func parseClientURL(text string) (pull.URL, error) {
	u, err := clientURLs.Parse(text)
	if err != nil {
		return u, err
	}
	if u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return u, &url.Error{Op: "parse", URL: u.Text, Err: fmt.Errorf("%w: msbd://host:port has no name behind it", ErrInvalid)}
	}
	return u, nil
}

// Open connects, asks for the stream and waits for its description. The stream
// ends with ctx. Errors of the server are *ServerError.
func (c *Client) Open(ctx context.Context, rawURL string) (*Stream, error) {
	u, err := parseClientURL(rawURL)
	if err != nil {
		return nil, err
	}
	conn, err := pull.Dial(ctx, c.Dial, u.Address)
	if err != nil {
		return nil, err
	}
	s := newStream(conn)
	s.release = context.AfterFunc(ctx, func() { s.shut(context.Cause(ctx)) })
	if err := s.open(ctx, c); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}
