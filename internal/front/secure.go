package front

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
)

// Secure says how what connects to a listener becomes TLS. Listeners may share one.
type Secure struct {
	Config  *tls.Config
	Timeout time.Duration // for a handshake; 0 is 10 s

	// How many handshakes there may be at a time, and from one address; 0 is 1024
	// and 64.
	Max, MaxPerAddress int

	mu      sync.Mutex
	running int
	guests  map[netip.Addr]int
}

// Defaults of a Secure.
const (
	handshakeTime    = 10 * time.Second
	maxHandshakes    = 1024
	maxPerAddressNow = 64
)

// enter lets a handshake begin, or names the limit that it has reached.
func (s *Secure) enter(a netip.Addr, trusted bool) (limit string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.running >= orDefault(s.Max, maxHandshakes):
		return "server.handshakes"
	case !trusted && s.guests[a] >= orDefault(s.MaxPerAddress, maxPerAddressNow):
		return "address.handshakes"
	}
	if s.guests == nil {
		s.guests = map[netip.Addr]int{}
	}
	s.running++
	s.guests[a]++
	return ""
}

func (s *Secure) leave(a netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	if s.guests[a]--; s.guests[a] <= 0 {
		delete(s.guests, a)
	}
}

func orDefault(n, usual int) int {
	if n > 0 {
		return n
	}
	return usual
}

// wrap makes a TLS connection that has not shaken hands.
func (s *Secure) wrap(nc net.Conn) *tls.Conn { return tls.Server(pace.NewBase(nc), s.Config) }

// shake shakes hands within the time for it.
func (s *Secure) shake(c *tls.Conn) error {
	timeout := s.Timeout
	if timeout <= 0 {
		timeout = handshakeTime
	}
	c.SetDeadline(time.Now().Add(timeout))
	if err := c.Handshake(); err != nil {
		return err
	}
	return c.SetDeadline(time.Time{})
}

// reasonHandshakes is why a connection is refused, for the events.
const reasonHandshakes = "too many TLS handshakes"

// failed is the event of a handshake that failed.
func failed(who event.Player, err error) event.HandshakeFailed {
	return event.HandshakeFailed{Player: who, Class: classOf(err), Reason: err.Error()}
}

// classOf tells why a handshake failed, in few words.
func classOf(err error) string {
	var header tls.RecordHeaderError
	text := err.Error()
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), strings.Contains(text, "reset by peer"):
		return "closed"
	case errors.As(err, &header):
		return "not_tls"
	case strings.Contains(text, "unsupported versions"), strings.Contains(text, "protocol version"):
		return "version"
	case strings.Contains(text, "no cipher suite"):
		return "cipher"
	case strings.Contains(text, "application protocol"):
		return "alpn"
	case strings.Contains(text, "remote error"):
		return "rejected" // most likely the certificate
	}
	return "other"
}
