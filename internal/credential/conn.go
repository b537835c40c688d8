package credential

import (
	"encoding/base64"
	"errors"
	"time"

	"caracal/internal/auth/ntlm"
	"caracal/internal/auth/parameter"
)

// Conn is one connection to a Peer. It belongs to one goroutine at a time.
type Conn struct {
	peer      *Peer
	initiator *ntlm.Initiator // of a dialogue under way
	token     []byte          // of it, to be sent next; nil for none
	proved    bool            // the connection is, so that its requests need nothing
	tried     bool            // Token has given all that there is
}

// Proof is what a request was sent with.
type Proof struct {
	Value string // of Authorization or Proxy-Authorization; "" for none
	kind  proofKind
	nonce string // of Digest
	uri   string // of the request
}

type proofKind uint8

const (
	proofNone proofKind = iota
	proofBasic
	proofDigest
	proofBegin // NEGOTIATE of NTLM
	proofLast  // AUTHENTICATE
	proofConn  // nothing: the connection is proved
)

// Dialogue says that the request is part of a dialogue that proves the connection: no
// other one may prove it before the answer.
func (p Proof) Dialogue() bool { return p.kind == proofBegin || p.kind == proofLast }

// Prove returns what goes with the next request: nothing before the server has asked.
func (c *Conn) Prove(method, uri string) Proof {
	p := c.peer
	proof := Proof{uri: uri}
	if !p.LogsIn() {
		return proof
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refused != nil {
		return proof
	}
	switch p.scheme {
	case schemeBasic:
		proof.Value, proof.kind = p.basic(), proofBasic
	case schemeDigest:
		proof.Value, proof.kind, proof.nonce = p.digest.answer(p.login, method, uri), proofDigest, p.digest.nonce
	case schemeNTLM:
		proof.Value, proof.kind = c.proveNTLM()
	}
	return proof
}

// ProveOnly is Prove for a request that is too long to be sent twice: it begins no
// dialogue of NTLM.
func (c *Conn) ProveOnly(method, uri string) Proof {
	p := c.peer
	if p.LogsIn() && !c.proved && c.token == nil {
		p.mu.Lock()
		ntlm := p.scheme == schemeNTLM
		p.mu.Unlock()
		if ntlm {
			return Proof{uri: uri}
		}
	}
	return c.Prove(method, uri)
}

// Challenged takes the challenges of a 401 or 407 to a request, and says whether to send
// it again. The error says why not, and is an *Error; it is nil if there is nothing to
// log in with.
func (c *Conn) Challenged(with Proof, values []string) (again bool, err error) {
	p := c.peer
	if !p.LogsIn() {
		return false, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refused != nil {
		return false, p.refused
	}
	err = c.challenged(with, parseChallenges(values))
	return err == nil, err
}

func (c *Conn) challenged(with Proof, list []challenge) error {
	p := c.peer
	switch with.kind {
	case proofNone:
		if p.scheme == schemeNTLM || p.scheme == schemeBasic || p.scheme == schemeDigest && p.digest.count == 0 {
			return nil // another request has been asked meanwhile
		}
		p.offered = list
		return p.choose(list, with.uri)
	case proofBegin:
		return c.answerNTLM(list, with.uri)
	case proofDigest:
		other, stale := p.renewed(list, with.nonce)
		if other && (stale || p.accepted) { // not every server says stale
			p.accepted = p.accepted && stale
			return nil
		}
	case proofConn:
		if p.accepted { // a server that proves each request, or has forgotten
			c.proved, p.accepted = false, false
			return nil
		}
	}
	return p.refuse(with.uri)
}

// Accepted takes the headers Authentication-Info or Proxy-Authentication-Info of any
// other answer to a request.
func (c *Conn) Accepted(with Proof, info []string) {
	p := c.peer
	if with.kind == proofNone || !p.LogsIn() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.accepted {
		p.accepted = true
		p.book.believe(p)
	}
	switch with.kind {
	case proofBegin: // it wanted no more than that
		c.initiator, c.token = nil, nil
	case proofLast:
		c.proved = true
	case proofDigest:
		for _, s := range info {
			if q, err := parameter.Parse(s); err == nil && q["nextnonce"] != "" && with.nonce == p.digest.nonce {
				p.digest.renew(q["nextnonce"])
			}
		}
	}
}

// Closed says that the connection does not go on behind a challenge. NTLM is no use
// then: the error is ErrScheme if that was all that the server knows.
func (c *Conn) Closed(with Proof, values []string) error {
	if c.token == nil {
		return nil
	}
	p := c.peer
	p.mu.Lock()
	defer p.mu.Unlock()
	return c.withoutNTLM(parseChallenges(values), with.uri)
}

// withoutNTLM takes what else the server offers, or has offered before.
func (c *Conn) withoutNTLM(list []challenge, uri string) error {
	p := c.peer
	c.initiator, c.token = nil, nil
	p.noNTLM = true
	err := p.choose(list, uri)
	if errors.Is(err, ErrScheme) {
		err = p.choose(p.offered, uri)
	}
	return err
}

// proveNTLM begins a dialogue, or goes on with it. What is sent while one is under way
// says nothing.
func (c *Conn) proveNTLM() (string, proofKind) {
	switch {
	case c.proved:
		return "", proofConn
	case c.token != nil:
		value := ntlmValue(c.token)
		c.initiator, c.token = nil, nil
		return value, proofLast
	case c.initiator != nil:
		return "", proofNone
	}
	i, err := NewNTLM(c.peer.login, c.peer.service, c.peer.address)
	if err != nil {
		return "", proofNone // a name that no account has
	}
	token, _, _ := i.Step(nil) // which fails only when it is not the first
	c.initiator = i
	return ntlmValue(token), proofBegin
}

// answerNTLM answers CHALLENGE. A server that sends none does not really know NTLM:
// it may know something else.
func (c *Conn) answerNTLM(list []challenge, uri string) error {
	p := c.peer
	i := c.initiator
	if i == nil {
		return p.refuse(uri)
	}
	for _, one := range list {
		token, err := base64.StdEncoding.DecodeString(one.token)
		if one.scheme != "ntlm" || err != nil || len(token) == 0 {
			continue
		}
		c.token, _, err = i.Step(token)
		if parse := (*ntlm.ParseError)(nil); errors.As(err, &parse) {
			break
		}
		return err
	}
	return c.withoutNTLM(list, uri)
}

func ntlmValue(token []byte) string { return "NTLM " + base64.StdEncoding.EncodeToString(token) }

// NewNTLM returns the client of one dialogue of NTLM with a service such as "HTTP" at an
// address.
func NewNTLM(l *Login, service, address string) (*ntlm.Initiator, error) {
	domain, user := l.domainUser()
	return ntlm.NewInitiator(ntlm.InitiatorOptions{
		User: user, Domain: domain, Password: l.Password, Now: time.Now, TargetName: service + "/" + hostOf(address),
	})
}
