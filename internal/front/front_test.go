package front

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
)

// lines is the smallest protocol that uses all of a connection: "big" is
// answered with 768 KiB, "stream" and "flood" stream until the next line, and
// "bye" is answered and is the last.
type lines struct {
	c      *Conn
	begun  bool   // a stream, of the goroutine's
	stream []byte // the shard's; nil: none
	lost   chan string
}

func (p *lines) Next() bool {
	if !p.c.Await() {
		return false
	}
	line, ok := p.line()
	if !ok {
		return false
	}
	switch {
	case line == "stream":
		p.begun = true
		p.c.Streams(+1)
		p.c.Post(func() { p.stream = []byte("."); p.c.Tx.Wake() })
	case line == "flood":
		p.begun = true
		p.c.Streams(+1)
		p.c.Post(func() { p.stream = make([]byte, 64<<10); p.c.Tx.Wake() })
	case line == "big":
		p.c.Post(func() { p.c.Tx.Send(bytes.Repeat([]byte{'b'}, 768<<10)) })
	case line == "bye":
		p.c.Last()
		p.c.Post(func() { p.c.Tx.Send([]byte("bye\n")); p.c.Tx.Close() })
		return false
	default:
		begun := p.begun
		p.begun = false
		p.c.Post(func() {
			if p.stream = nil; begun {
				p.c.Streams(-1)
			}
			p.c.Tx.Send([]byte("=" + line + "\n"))
		})
	}
	p.c.Expect()
	return true
}

func (p *lines) line() (string, bool) {
	for {
		b := p.c.In.Buffered()
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			p.c.In.Use(i + 1)
			return string(b[:i]), true
		}
		if len(b) > 64<<10 || p.c.More("a line") != nil {
			return "", false
		}
	}
}

func (p *lines) Drain(now time.Time) time.Time {
	if p.stream == nil {
		return time.Time{}
	}
	p.c.Tx.SendVector([][]byte{p.stream, p.stream})
	return now.Add(time.Millisecond)
}

func (p *lines) Lost(why string) { p.lost <- why }

// begin serves the protocol of lines with o until the test ends.
func begin(t *testing.T, o Options) (*Acceptor, string, chan string) {
	t.Helper()
	o.Shards, o.Bus, o.Protocol = pace.NewGroup(1), new(event.Bus), "test"
	lost := make(chan string, 64)
	a := NewAcceptor(o, func(c *Conn) Protocol { return &lines{c: c, lost: lost} })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- a.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		a.Shutdown(ctx, func() {})
		if err := <-served; !errors.Is(err, ErrClosed) {
			t.Errorf("Serve returned %v", err)
		}
		if n := a.Connections(); n != 0 {
			t.Errorf("%d connections are left", n)
		}
		o.Shards.Close()
	})
	return a, l.Addr().String(), lost
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(30 * time.Second))
	return c
}

func TestPipelinedAnswersStayInOrder(t *testing.T) {
	_, addr, _ := begin(t, Options{})
	c := dial(t, addr)
	long := strings.Repeat("x", 20<<10) // more than one read buffer
	io.WriteString(c, "a\n"+long+"\nc\nbye\n")
	got, err := io.ReadAll(c)
	if want := "=a\n=" + long + "\n=c\nbye\n"; err != nil || string(got) != want {
		t.Errorf("got %d bytes and %v, want %d", len(got), err, len(want))
	}
}

// A stream's connection has no goroutine, and yet its next line is read.
func TestStreamIsInterruptedByTheNextLine(t *testing.T) {
	_, addr, _ := begin(t, Options{HeadTimeout: time.Minute})
	c := dial(t, addr)
	io.WriteString(c, "stream\n")
	if _, err := io.ReadFull(c, make([]byte, 10)); err != nil {
		t.Fatal("no stream:", err)
	}
	for i := range 3 {
		io.WriteString(c, "stop\n")
		var last [1]byte
		for last[0] != '\n' {
			if _, err := c.Read(last[:]); err != nil {
				t.Fatalf("after stop %d: %v", i, err)
			}
		}
		io.WriteString(c, "stream\n")
	}
	io.WriteString(c, "bye\n")
	got, err := io.ReadAll(c)
	if err != nil || !bytes.HasSuffix(got, []byte("bye\n")) {
		t.Errorf("got %q and %v", got, err)
	}
}

func TestLostStreamIsTold(t *testing.T) {
	_, addr, lost := begin(t, Options{})
	c := dial(t, addr)
	io.WriteString(c, "stream\n")
	io.ReadFull(c, make([]byte, 2))
	c.Close()
	if why := <-lost; why != ReasonGone {
		t.Errorf("lost because %q", why)
	}
}

func TestWhoDoesNotReadIsCut(t *testing.T) {
	for name, in := range map[string]string{
		"a stream":    "flood\n",
		"its answers": strings.Repeat("big\n", 100),
	} {
		t.Run(name, func(t *testing.T) {
			_, addr, lost := begin(t, Options{WriteTimeout: 50 * time.Millisecond})
			io.WriteString(dial(t, addr), in)
			if why := <-lost; why != ReasonStalled {
				t.Errorf("lost because %q", why)
			}
		})
	}
}

func TestAnswerIsWholeBehindUnreadInput(t *testing.T) {
	_, addr, _ := begin(t, Options{})
	c := dial(t, addr)
	// What follows bye is never served; closing with it unread would reset the
	// connection and take the answer along.
	io.WriteString(c, "big\nbye\n"+strings.Repeat("z", 1<<20))
	c.(*net.TCPConn).CloseWrite()
	got, err := io.ReadAll(c)
	if want := 768<<10 + len("bye\n"); err != nil || len(got) != want {
		t.Errorf("got %d bytes and %v, want %d", len(got), err, want)
	}
}

// The poller that waits for a socket knows its deadlines too.
func TestSilentSocketIsDropped(t *testing.T) {
	for name, o := range map[string]Options{
		"before a line": {HeadTimeout: 20 * time.Millisecond},
		"after a line":  {HeadTimeout: time.Minute, KeepAlive: 20 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			_, addr, _ := begin(t, o)
			c := dial(t, addr)
			if o.KeepAlive > 0 {
				io.WriteString(c, "a\n")
			}
			if _, err := io.ReadAll(c); err != nil {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

func TestHandedConnection(t *testing.T) {
	o := Options{Shards: pace.NewGroup(1), Bus: new(event.Bus), Protocol: "test"}
	defer o.Shards.Close()
	a := NewAcceptor(o, func(c *Conn) Protocol { return &hander{c: c} })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go a.Serve(l)
	defer a.Shutdown(t.Context(), func() {})
	c := dial(t, l.Addr().String())
	io.WriteString(c, "what came first")
	got, err := io.ReadAll(c)
	if string(got) != "taken: what came first" || err != nil {
		t.Errorf("got %q and %v", got, err)
	}
	if n := a.Connections(); n != 0 {
		t.Errorf("%d connections are left", n)
	}
}

// hander hands its connection to somebody who answers with what was read.
type hander struct{ c *Conn }

func (h *hander) Next() bool {
	if h.c.Await() && h.c.In.Fill() == nil {
		h.c.Hand(func(nc net.Conn, read []byte, gone func()) bool {
			io.WriteString(nc, "taken: "+string(read))
			gone()
			nc.Close()
			return true
		})
	}
	return false
}

func (h *hander) Drain(time.Time) time.Time { return time.Time{} }
func (h *hander) Lost(string)               {}
