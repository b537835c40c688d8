package wmsp

import (
	"caracal/internal/credential"
	"caracal/internal/head"
	"caracal/internal/pull"
)

// clientPeers are who may want a session to log in: the server, and the proxy before it.
type clientPeers struct{ server, proxy *credential.Peer }

// peerAt is the server of a URL.
func peerAt(b *credential.Book, u pull.URL) *credential.Peer {
	scheme := u.Scheme
	if scheme != "https" {
		scheme = "http"
	}
	return b.Peer(credential.Target{Scheme: scheme, Address: u.Address, Exposed: u.Exposed}, u.Login)
}

// named are those of a proxy that a server has named.
func named(b *credential.Book, proxy string, exposed bool) clientPeers {
	t := credential.Target{Scheme: "http", Address: proxy, Exposed: exposed}
	return clientPeers{b.Peer(t, nil), b.Peer(t, nil)}
}

// clientProof is what a request was sent with.
type clientProof struct{ server, proxy credential.Proof }

func (p clientProof) fields(f *head.Fields) {
	if p.proxy.Value != "" {
		f.Add("Proxy-Authorization", p.proxy.Value)
	}
	if p.server.Value != "" {
		f.Add("Authorization", p.server.Value)
	}
}

// says says that the request has either.
func (p clientProof) says() bool { return p.server.Value != "" || p.proxy.Value != "" }

// prove returns what goes with the next request.
func (c *clientConn) prove(method, target string) clientProof {
	return clientProof{c.server.Prove(method, target), c.proxy.Prove(method, target)}
}

// accepted takes a response: who does not ask believes.
func (c *clientConn) accepted(resp *Response, sent clientProof) {
	if resp.Status == 407 {
		return
	}
	c.proxy.Accepted(sent.proxy, resp.Header.Values("Proxy-Authentication-Info"))
	if resp.Status != 401 {
		c.server.Accepted(sent.server, resp.Header.Values("Authentication-Info"))
	}
}

// challenged says whether to send the request again that a response refuses; if not, the
// error is its reason, if there is one.
func (c *clientConn) challenged(resp *Response, sent clientProof) (again bool, err error) {
	switch resp.Status {
	case 401:
		return c.server.Challenged(sent.server, resp.Header.Values("WWW-Authenticate"))
	case 407:
		return c.proxy.Challenged(sent.proxy, resp.Header.Values("Proxy-Authenticate"))
	}
	return false, nil
}

// ended says that the connection ends behind a challenge; the error is why that is the
// end of the login too.
func (c *clientConn) ended(resp *Response, sent clientProof) error {
	if resp.Status == 407 {
		return c.proxy.Closed(sent.proxy, resp.Header.Values("Proxy-Authenticate"))
	}
	return c.server.Closed(sent.server, resp.Header.Values("WWW-Authenticate"))
}
