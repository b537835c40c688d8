// Package authtest has a web server for the tests of schemes that prove who asks on a
// connection, in several steps.
package authtest

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Acceptor is one try of a scheme.
type Acceptor interface {
	// Step takes a token and returns the answer to it. An error that is done is told
	// by the answer.
	Step(ctx context.Context, token []byte) (reply []byte, done bool, err error)
}

// Site answers who it is that asks, after a scheme over HTTP that belongs to the
// connection, RFC 4559. begin makes an Acceptor for a try, and whois says who has
// proved to be who.
func Site[A Acceptor](t testing.TB, scheme string, begin func() A, whois func(A) string) *httptest.Server {
	handler := func(w http.ResponseWriter, r *http.Request) {
		c := r.Context().Value(connKey{}).(*attempt[A])
		name, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		token, err := base64.StdEncoding.DecodeString(text)
		if name != scheme || err != nil {
			w.Header().Set("WWW-Authenticate", scheme)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if !c.begun {
			c.begun, c.acceptor = true, begin()
		}
		reply, done, err := c.acceptor.Step(r.Context(), token)
		c.begun = !done && err == nil
		answer := scheme
		if len(reply) > 0 {
			answer += " " + base64.StdEncoding.EncodeToString(reply)
		}
		w.Header().Set("WWW-Authenticate", answer)
		if !done {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, whois(c.acceptor))
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(handler))
	s.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, new(attempt[A]))
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

type connKey struct{}

// attempt is the try that goes on on one connection.
type attempt[A Acceptor] struct {
	acceptor A
	begun    bool
}
