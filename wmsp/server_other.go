package wmsp

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// otherRequests hands connections that turn out not to be a player's to a
// net/http server.
type otherRequests struct {
	http  *http.Server
	queue chan net.Conn
	done  chan struct{}
	once  sync.Once

	timeout time.Duration // for a peer that does not read
}

func newOtherRequests(o ServerOptions) *otherRequests {
	r := &otherRequests{queue: make(chan net.Conn), done: make(chan struct{}), timeout: o.WriteTimeout}
	r.http = &http.Server{
		Handler:        secured(o.Handler),
		ConnContext:    secureContext(o.ConnContext),
		ReadTimeout:    o.HeadTimeout, // and small bodies; an encoder's has times of its own
		IdleTimeout:    o.KeepAlive,
		MaxHeaderBytes: MaxHead,
		ErrorLog:       slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	go r.http.Serve(r)
	return r
}

// stateKey is where the context of a connection under TLS has its state.
type stateKey struct{}

// secureContext notes that a connection is one of TLS, which net/http does not see.
func secureContext(next func(context.Context, net.Conn) context.Context) func(context.Context, net.Conn) context.Context {
	return func(ctx context.Context, c net.Conn) context.Context {
		if t, ok := c.(*handedConn).Conn.(*tls.Conn); ok {
			state := t.ConnectionState()
			ctx = context.WithValue(ctx, stateKey{}, &state)
		}
		if next != nil {
			ctx = next(ctx, c)
		}
		return ctx
	}
}

// secured tells a handler of TLS as net/http does.
func secured(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if state, ok := r.Context().Value(stateKey{}).(*tls.ConnectionState); ok {
			r.TLS = state
		}
		h.ServeHTTP(w, r)
	})
}

// take gives a connection away for good; gone is called when it is closed.
func (r *otherRequests) take(c net.Conn, read []byte, gone func()) bool {
	// What has been read aliases a pooled buffer.
	h := &handedConn{Conn: c, read: append([]byte(nil), read...), gone: gone, timeout: r.timeout}
	select {
	case r.queue <- h:
		return true
	case <-r.done:
		return false
	}
}

// Accept makes otherRequests a net.Listener.
func (r *otherRequests) Accept() (net.Conn, error) {
	select {
	case c := <-r.queue:
		return c, nil
	case <-r.done:
		return nil, net.ErrClosed
	}
}

// Close makes otherRequests a net.Listener.
func (r *otherRequests) Close() error {
	r.once.Do(func() { close(r.done) })
	return nil
}

// Addr makes otherRequests a net.Listener.
func (r *otherRequests) Addr() net.Addr { return &net.TCPAddr{} }

func (r *otherRequests) shutdown(ctx context.Context) error {
	err := r.http.Shutdown(ctx)
	r.Close()
	if err != nil {
		r.http.Close()
	}
	return err
}

// handedConn is a connection whose first bytes have been read already.
type handedConn struct {
	net.Conn
	read []byte
	once sync.Once
	gone func()

	timeout time.Duration
}

// Write fails when the peer takes nothing for too long.
func (c *handedConn) Write(b []byte) (int, error) {
	c.SetWriteDeadline(time.Now().Add(c.timeout))
	return c.Conn.Write(b)
}

func (c *handedConn) Read(b []byte) (int, error) {
	if len(c.read) > 0 {
		n := copy(b, c.read)
		if c.read = c.read[n:]; len(c.read) == 0 {
			c.read = nil
		}
		return n, nil
	}
	return c.Conn.Read(b)
}

// NetConn returns the connection itself, for a handler that takes it over; Close of
// this one has to follow.
func (c *handedConn) NetConn() net.Conn { return c.Conn }

func (c *handedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.gone)
	return err
}

// isAnnouncement says whether a path is that of an announcement, which
// players fetch as they would a page.
func isAnnouncement(path string) bool {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return false
	}
	switch strings.ToLower(path[i:]) {
	case ".asx", ".wax", ".wvx", ".wmx", ".wpl", ".m3u", ".pls", ".nsc":
		return true
	}
	return false
}
