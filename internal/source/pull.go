package source

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"caracal/internal/credential"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/mms"
	"caracal/msb/msbd"
	"caracal/rtsp"
	"caracal/wmsp"
)

// What a Pull cannot do.
var (
	ErrScheme = errors.New("source: pulls from http://, https://, mmsh://, mms://, mmst://, mmsu://, rtsp://, rtspt://, rtspu://, rtsps://, msbd:// and msbdu://, and from .nsc files")
	ErrLoop   = errors.New("source: this server would pull from itself")
)

const mmsPort = "1755" // of MMS, where nothing else is said

// Pull brings a broadcast what another server streams at a URL, over HTTP, MMS,
// RTSP or MSBD: what an encoder, another Caracal or Windows Media Services offers.
// msbdu:// is MSBD with the packets from a multicast group.
type Pull struct {
	URL string
	// Own says whether an address is one that this server listens at; nil: it
	// listens nowhere.
	Own func(netip.AddrPort) bool
	// Name is this server's name in Via headers; "" for none.
	Name string
	// Credentials log in where the URL names no user; nil has none.
	Credentials *credential.Book
	// TLS is how https:// and rtsps:// are spoken; nil: as the system has it.
	TLS *tls.Config

	chain chain
}

// NewPull returns a Pull from a URL, if it is one of a protocol that there is.
func NewPull(address string) (*Pull, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || protocolOf(u) == nil {
		return nil, fmt.Errorf("%w: %s", ErrScheme, Shown(address))
	}
	return &Pull{URL: address}, nil
}

// Shown is a URL for people: without its password.
func Shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "a URL that cannot be read"
	}
	return u.Redacted()
}

// Stream is what another server streams, in any protocol.
type Stream interface {
	Receive() (pull.Event, error)
	Close() error
}

// Run pulls until ctx is done, the stream ends (nil) or fails. It calls note with
// a few words on what it does.
func (p *Pull) Run(ctx context.Context, to *point.Broadcast, note func(string)) (err error) {
	ctx, cancel := context.WithCancel(ctx) // a stream that is read ends with its context only
	defer cancel()
	note("connecting to " + Shown(p.URL))
	s, header, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			s.Close()
			return
		}
		Leave(ctx, s) // it has come to its end
	}()
	feed, err := to.Start(header)
	if err != nil {
		return err
	}
	defer feed.Close()
	note("pulling from " + Shown(p.URL))
	return Relay(s, feed, header, note)
}

// leaveTime is how long a server may take to say goodbye.
const leaveTime = 2 * time.Second

// Leave ends a stream. A server that knows how to be told is told that nobody
// plays any more: it would remember the session.
func Leave(ctx context.Context, s Stream) {
	defer s.Close()
	if t, ok := s.(interface{ Teardown(context.Context) error }); ok {
		ctx, cancel := context.WithTimeout(ctx, leaveTime)
		defer cancel()
		t.Teardown(ctx) // whether it answers is no matter
	}
}

// Open asks for the stream, which lasts as long as ctx at most, and its header: a
// Header Object and the beginning of a Data Object.
func (p *Pull) Open(ctx context.Context) (Stream, []byte, error) {
	u, err := url.Parse(p.URL)
	if err != nil {
		return nil, nil, ErrScheme
	}
	open := protocolOf(u)
	if open == nil {
		return nil, nil, ErrScheme
	}
	s, header, err := open(p, ctx)
	if loop := p.loop(); loop != nil {
		if err == nil {
			Leave(ctx, s)
		}
		return nil, nil, loop
	}
	return s, header, err
}

// Relay hands on what comes of a stream, which began with a header, until it ends.
// note is told of losses.
func Relay(s Stream, feed *point.Feed, header []byte, note func(string)) error {
	lost := uint64(0)
	for {
		e, err := s.Receive()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		switch e.Kind {
		case pull.GotPacket:
			if err := feed.Add(e.Data); err != nil {
				return fmt.Errorf("packet %d: %w", e.Packet, err)
			}
		case pull.GotGap:
			lost += uint64(e.Lost)
			note(lostNote(lost))
		case pull.GotHeader:
			if bytes.Equal(e.Header, header) { // over HTTP it comes a second time
				continue
			}
			header = bytes.Clone(e.Header)
			if err := feed.Header(header); err != nil {
				return err
			}
		case pull.GotEnd:
			if !e.More {
				return nil
			}
		}
	}
}

func lostNote(lost uint64) string { return fmt.Sprintf("%d packets were lost on the way", lost) }

// protocolOf returns what asks for a stream in the protocol that a URL means; nil
// if it means none. mms:// means MMS, as players have it, but with another port
// than that of MMS whatever answers there.
func protocolOf(u *url.URL) func(*Pull, context.Context) (Stream, []byte, error) {
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "mmsh":
		return (*Pull).openHTTP
	case "mmst", "mmsu":
		return (*Pull).openMMS
	case "mms":
		if p := u.Port(); p != "" && p != mmsPort {
			return (*Pull).openEither
		}
		return (*Pull).openMMS
	case "rtsp", "rtspt", "rtspu", "rtsps":
		return (*Pull).openRTSP
	case "msbd", "msbdu":
		return (*Pull).openMSBD
	}
	return nil
}

func (p *Pull) openHTTP(ctx context.Context) (Stream, []byte, error) {
	c := &wmsp.Client{Dial: p.dial, TLS: p.TLS, Credentials: p.Credentials}
	d, err := c.Describe(ctx, p.URL)
	p.hearHTTP(d, err)
	if err != nil {
		return nil, nil, err
	}
	s, err := c.Play(ctx, p.URL, wmsp.PlayOptions{After: d})
	if err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	return s, d.HeaderBytes, nil
}

// openEither asks over HTTP, and over MMS if what is there does not speak it.
func (p *Pull) openEither(ctx context.Context) (Stream, []byte, error) {
	s, header, err := p.openHTTP(ctx)
	_, answered := errors.AsType[*wmsp.StatusError](err)
	if err == nil || answered || ctx.Err() != nil || errors.Is(err, ErrLoop) {
		return s, header, err
	}
	s, header, other := p.openMMS(ctx)
	if other != nil {
		return nil, nil, fmt.Errorf("over HTTP: %w; over MMS: %w", err, other)
	}
	return s, header, nil
}

func (p *Pull) openMMS(ctx context.Context) (Stream, []byte, error) {
	c := &mms.Client{Either: true, Dial: p.dial, Credentials: p.Credentials}
	d, err := c.Describe(ctx, p.URL)
	if err != nil {
		return nil, nil, err
	}
	s, err := c.Play(ctx, p.URL, mms.PlayOptions{After: d}) // which closes d if it fails
	if err != nil {
		return nil, nil, err
	}
	return s, d.HeaderBytes, nil
}

func (p *Pull) openRTSP(ctx context.Context) (Stream, []byte, error) {
	c := &rtsp.Client{Dial: p.dial, TLS: p.TLS, Credentials: p.Credentials}
	udp := strings.HasPrefix(strings.ToLower(p.URL), "rtspu:")
	d, err := c.Describe(ctx, p.URL)
	p.hearRTSP(d, err)
	if err != nil {
		return nil, nil, err
	}
	s, err := c.Play(ctx, p.URL, rtsp.PlayOptions{After: d, UDP: udp}) // which closes d if it fails
	if err != nil {
		return nil, nil, err
	}
	return entering{s, ctx}, d.HeaderBytes, nil
}

func (p *Pull) openMSBD(ctx context.Context) (Stream, []byte, error) {
	scheme, rest, _ := strings.Cut(p.URL, "://")
	c := &msbd.Client{Dial: p.dial, Multicast: strings.EqualFold(scheme, "msbdu")}
	s, err := c.Open(ctx, "msbd://"+rest)
	if err != nil {
		return nil, nil, err
	}
	return s, s.Info().Header, nil
}

// dial connects, but not to this server itself.
func (p *Pull) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return dialer(p.Own)(ctx, network, address)
}

// dialer returns what connects, but to no address that is this server's own.
func dialer(own func(netip.AddrPort) bool) pull.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if own != nil && own(pull.AddrPort(c.RemoteAddr())) {
			c.Close()
			return nil, ErrLoop
		}
		return c, nil
	}
}
