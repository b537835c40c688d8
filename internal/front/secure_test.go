package front

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"caracal/internal/certtest"
	"caracal/internal/event"
	"caracal/internal/forward"
	"caracal/internal/pace"
)

// secured serves the protocol of lines under TLS until the test ends.
type secured struct {
	*Acceptor
	secure  *Secure
	address string
	client  *tls.Config
	events  *event.Subscription
	lost    chan string
	shards  *pace.Group
}

func beginTLS(t *testing.T, o Options, secure *Secure) *secured {
	t.Helper()
	pair := certtest.New(t, certtest.Options{})
	secure.Config = &tls.Config{Certificates: []tls.Certificate{pair.TLS(t)}}
	o.Shards, o.Bus, o.Protocol = pace.NewGroup(1), new(event.Bus), "test"
	s := &secured{
		secure: secure, events: o.Bus.Subscribe(100), lost: make(chan string, 64), shards: o.Shards,
		client: &tls.Config{RootCAs: pair.Roots(), ServerName: "localhost"},
	}
	s.Acceptor = NewAcceptor(o, func(c *Conn) Protocol { return &lines{c: c, lost: s.lost} })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- s.ServeTLS(l, secure) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		s.Shutdown(ctx, func() {})
		if err := <-served; !errors.Is(err, ErrClosed) {
			t.Errorf("ServeTLS returned %v", err)
		}
		if n := s.Connections(); n != 0 || secure.running != 0 || len(secure.guests) != 0 {
			t.Errorf("%d connections and %d handshakes of %d addresses are left", n, secure.running, len(secure.guests))
		}
		o.Shards.Close()
	})
	return s
}

func (s *secured) dial(t *testing.T) *tls.Conn {
	t.Helper()
	c, err := tls.Dial("tcp", s.address, s.client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func (s *secured) raw(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// failure is the class of the next handshake that fails, or the limit that it reached.
func (s *secured) failure() string {
	for r := range s.events.C() {
		switch e := r.Event.(type) {
		case event.HandshakeFailed:
			return e.Class
		case event.Refused:
			return e.Limit
		}
	}
	return ""
}

// All that a plain connection can is there under TLS: answers in order, streams, and
// an end that loses nothing, with a close_notify.
func TestTLSConnection(t *testing.T) {
	s := beginTLS(t, Options{}, &Secure{})
	c := s.dial(t)
	r := bufio.NewReader(c)
	for range 3 {
		io.WriteString(c, "hello\nstream\n")
		if line, err := r.ReadString('\n'); err != nil || line != "=hello\n" {
			t.Fatalf("%q, %v", line, err)
		}
		if dots, err := r.Peek(10); err != nil || string(dots) != ".........." {
			t.Fatalf("%q, %v", dots, err)
		}
		io.WriteString(c, "enough\n")
		if line, err := r.ReadString('\n'); err != nil || strings.TrimLeft(line, ".") != "=enough\n" {
			t.Fatalf("%q, %v", line, err)
		}
	}
	io.WriteString(c, "big\nbye\n")
	rest, err := io.ReadAll(r) // io.ErrUnexpectedEOF without a close_notify
	if want := strings.Repeat("b", 768<<10) + "bye\n"; err != nil || string(rest) != want {
		t.Errorf("%d bytes came, want %d: %v", len(rest), len(want), err)
	}
}

// Who does not read is noticed under TLS as without.
func TestTLSPlayerThatDoesNotRead(t *testing.T) {
	s := beginTLS(t, Options{WriteTimeout: 200 * time.Millisecond}, &Secure{})
	c := s.dial(t)
	io.WriteString(c, "flood\n")
	if why := <-s.lost; why != ReasonStalled {
		t.Errorf("it was lost because: %s", why)
	}
}

func TestHandshakesThatFail(t *testing.T) {
	s := beginTLS(t, Options{}, &Secure{})
	tests := []struct {
		want string
		try  func(c net.Conn)
	}{
		{"not_tls", func(c net.Conn) { io.WriteString(c, "GET / HTTP/1.0\r\n\r\n") }},
		{"closed", func(c net.Conn) { c.Close() }},
		{"version", func(c net.Conn) {
			tls.Client(c, &tls.Config{ServerName: "x", MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}).Handshake()
		}},
		{"cipher", func(c net.Conn) {
			tls.Client(c, &tls.Config{ServerName: "x", MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}).Handshake()
		}},
		{"rejected", func(c net.Conn) {
			tls.Client(c, &tls.Config{ServerName: "localhost", MaxVersion: tls.VersionTLS12}).Handshake()
		}},
	}
	for _, tt := range tests {
		tt.try(s.raw(t))
		if got := s.failure(); got != tt.want {
			t.Errorf("class %q, want %q", got, tt.want)
		}
	}
}

// Who says nothing is let go, and may not keep others from coming; the limits count
// connections that have not been shaken hands on.
func TestHandshakesAreBounded(t *testing.T) {
	s := beginTLS(t, Options{}, &Secure{Timeout: time.Hour, MaxPerAddress: 2, Max: 3})
	for range 2 {
		s.raw(t)
	}
	s.raw(t)
	if got := s.failure(); got != "address.handshakes" {
		t.Errorf("the third: %q", got)
	}
	quick := beginTLS(t, Options{}, &Secure{Timeout: time.Millisecond, Max: 1})
	quick.raw(t)
	if got := quick.failure(); got != "timeout" {
		t.Errorf("a silent one: %q", got)
	}
	proxy := beginTLS(t, Options{MaxPerAddress: 1, Proxies: forward.Proxies{netip.MustParsePrefix("127.0.0.0/8")}}, &Secure{Timeout: time.Hour, MaxPerAddress: 1, Max: 2})
	for range 3 {
		proxy.raw(t)
	}
	if got := proxy.failure(); got != "server.handshakes" {
		t.Errorf("a proxy's third: %q", got)
	}
}

// Shutdown ends handshakes that are under way; begin's cleanup counts what is left.
func TestShutdownEndsHandshakes(t *testing.T) {
	s := beginTLS(t, Options{}, &Secure{Timeout: time.Hour})
	c := s.raw(t)
	other := s.dial(t)
	io.WriteString(other, "hello\n")
	other.Read(make([]byte, 1)) // both have been accepted
	other.Close()
	if err := s.Shutdown(t.Context(), func() {}); err != nil {
		t.Error(err)
	}
	if n, err := c.Read(make([]byte, 1)); err == nil {
		t.Errorf("%d bytes came", n)
	}
}

// A listener for net/http: silent guests keep nobody waiting, and Close ends all.
func TestSecureListener(t *testing.T) {
	pair := certtest.New(t, certtest.Options{})
	var bus event.Bus
	events := bus.Subscribe(10)
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := NewSecureListener(inner, &Secure{Config: &tls.Config{Certificates: []tls.Certificate{pair.TLS(t)}}, Timeout: time.Hour, MaxPerAddress: 3}, &bus, "admin")
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil {
			t.Error("the request is not known to have come over TLS")
		}
		io.WriteString(w, r.Host)
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	silent, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pair.Roots()}}}
	for range 5 {
		resp, err := client.Get("https://" + inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		b.ReadFrom(resp.Body)
		resp.Body.Close()
		if b.String() != inner.Addr().String() {
			t.Errorf("%s answers", &b)
		}
		client.CloseIdleConnections()
	}
	plain, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(plain, "GET / HTTP/1.0\r\n\r\n")
	if e := (<-events.C()).Event.(event.HandshakeFailed); e.Class != "not_tls" || e.Player.Protocol != "admin" {
		t.Errorf("%+v", e)
	}
	plain.Close()
	server.Close()
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	if n := l.secure.running; n != 0 {
		t.Errorf("%d handshakes are left", n)
	}
}
