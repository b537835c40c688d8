package credential

import (
	"cmp"
	"io"
	"net"
	"net/http"
)

// The bounds of a Transport.
const (
	maxRounds  = 8
	maxIgnored = 64 << 10 // of the body of a challenge, bytes
)

// Transport logs in for an http.Client: the users of URLs, which are not sent before
// somebody asks, and those of a Book. NTLM needs the connection of the round before:
// Base has to have MaxConnsPerHost 1 for it.
type Transport struct {
	Book *Book
	Base http.RoundTripper
}

// RoundTrip sends a request, and again while it is challenged. What cannot be answered
// is returned as it came.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	peer := t.Book.Peer(target(r), r.URL.User)
	if !peer.LogsIn() {
		return t.Base.RoundTrip(r)
	}
	conn := peer.Conn()
	for round := 1; ; round++ {
		next := r.Clone(r.Context())
		next.Header.Del("Authorization") // that http.Client makes of the URL's user
		proof := conn.Prove(r.Method, r.URL.RequestURI())
		if proof.Value != "" {
			next.Header.Set("Authorization", proof.Value)
		}
		if r.GetBody != nil {
			body, err := r.GetBody()
			if err != nil {
				return nil, err
			}
			next.Body = body
		}
		resp, err := t.Base.RoundTrip(next)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode != http.StatusUnauthorized {
			conn.Accepted(proof, resp.Header.Values("Authentication-Info"))
			return resp, nil
		}
		if r.Body != nil && r.GetBody == nil || round == maxRounds {
			return resp, nil
		}
		if again, _ := conn.Challenged(proof, resp.Header.Values("WWW-Authenticate")); !again {
			return resp, nil
		}
		_, _ = io.CopyN(io.Discard, resp.Body, maxIgnored)
		_ = resp.Body.Close()
	}
}

// target is the server of a request; redirects have led to it.
func target(r *http.Request) Target {
	t := Target{Scheme: r.URL.Scheme, Address: net.JoinHostPort(r.URL.Hostname(), cmp.Or(r.URL.Port(), "80"))}
	if t.Scheme == "https" {
		t.Address = net.JoinHostPort(r.URL.Hostname(), cmp.Or(r.URL.Port(), "443"))
		return t
	}
	for before := r.Response; before != nil && before.Request != nil; before = before.Request.Response {
		t.Exposed = t.Exposed || before.Request.URL.Scheme == "https"
	}
	return t
}
