package credential

import (
	"encoding/base64"
	"strings"
	"sync"
)

// The schemes, the best first, as they are written in headers.
const (
	schemeNTLM   = "NTLM"
	schemeDigest = "Digest"
	schemeBasic  = "Basic"
)

// Schemes is X-Accept-Authentication of a Client that logs in.
const Schemes = schemeNTLM + ", " + schemeDigest + ", " + schemeBasic

// Peer is a server, or a proxy, that a Client may have to log in at. It keeps how the
// server wants that, for all requests and connections of a session. Several goroutines
// may use it. A nil Peer and one without a login answer nothing.
type Peer struct {
	book    *Book // nil: nothing is kept back
	login   *Login
	address string // host:port
	service string // of an SPN: "HTTP"

	mu       sync.Mutex
	scheme   string // that it is answered with; "" before it has asked
	digest   digest
	offered  []challenge // at first
	noNTLM   bool        // connections do not last there
	accepted bool        // it has believed the password, and not asked since
	refused  error
}

// LogsIn says that there is something to log in with.
func (p *Peer) LogsIn() bool { return p != nil && p.login != nil }

// Conn returns the state of a new connection to it.
func (p *Peer) Conn() *Conn { return &Conn{peer: p} }

func (p *Peer) fail(err error) error { return &Error{p.address, p.login.User, err} }

// refuse notes that the password was wrong. The caller holds mu.
func (p *Peer) refuse(uri string) error {
	p.refused = p.fail(ErrRefused)
	p.book.hold(p, uri)
	return p.refused
}

// choose takes the best of what is offered. The caller holds mu.
func (p *Peer) choose(list []challenge, uri string) error {
	p.scheme = ""
	if p.book.holds(p, uri) {
		p.refused = p.fail(ErrHeld)
		return p.refused
	}
	for i := range list {
		c := &list[i]
		switch {
		case c.scheme == "ntlm" && !p.noNTLM:
			p.scheme = schemeNTLM
			return nil
		case c.scheme == "digest":
			d, ok := parseDigest(c)
			if ok && (p.scheme != schemeDigest || d.strong() && !p.digest.strong()) {
				p.scheme, p.digest = schemeDigest, d
			}
		case c.scheme == "basic" && p.scheme == "":
			p.scheme = schemeBasic
		}
	}
	if p.scheme == "" {
		return p.fail(ErrScheme)
	}
	return nil
}

// renewed takes the nonce of a challenge like the one that was answered, and says
// whether it is another one and whether the server calls the old one stale. The caller
// holds mu.
func (p *Peer) renewed(list []challenge, old string) (other, stale bool) {
	for i := range list {
		c := &list[i]
		if c.scheme != "digest" {
			continue
		}
		d, ok := parseDigest(c)
		if !ok || d.realm != p.digest.realm || d.new().Size() != p.digest.new().Size() || d.nonce == old {
			continue
		}
		if p.digest.nonce == old { // else another request has brought a newer one
			p.digest = d
		}
		return true, strings.EqualFold(c.parameters["stale"], "true")
	}
	return false, false
}

func (p *Peer) basic() string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(p.login.User+":"+string(p.login.Password)))
}
