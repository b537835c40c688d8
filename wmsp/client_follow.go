package wmsp

import (
	"cmp"
	"errors"
	"slices"

	"caracal/internal/head"
	"caracal/internal/pull"
)

// follow asks at a URL, and where redirects lead, each time in a session of its
// own, [MS-WMSP] 3.1.5.5. A 305 names a proxy that is asked for the same URL. A
// cache asks a server that is too old to know caches once more as a server.
func (c *Client) follow(url string, ask func(*clientSession) error) error {
	u, err := clientURLs.Parse(url)
	if err != nil {
		return err
	}
	s := newClientSession(c, u)
	for range MaxRedirects + 1 {
		err := ask(s)
		var status *StatusError
		if !errors.As(err, &status) {
			return err
		}
		next, on, err := s.next(status)
		if !on {
			return err
		}
		s = next
	}
	return ErrRedirects
}

// next is the session in which a refused request is tried again; on is false when
// it is not, with the reason.
func (s *clientSession) next(refused *StatusError) (next *clientSession, on bool, err error) {
	resp := refused.Response
	if s.tooOld(resp) {
		next = newClientSession(s.c, s.u)
		next.through(s.proxy)
		next.old = true
		return next, true, nil
	}
	location := resp.Header.Get("Location")
	if !isRedirect(resp.Status) || location == "" {
		return nil, false, refused
	}
	to, err := s.u.Resolve(location)
	if err != nil {
		return nil, false, err
	}
	if resp.Status != 305 {
		return newClientSession(s.c, to), true, nil
	}
	if s.proxy != "" { // a proxy that does not want it either
		return nil, false, refused
	}
	next = newClientSession(s.c, s.u)
	next.through(to.Address)
	return next, true, nil
}

func isRedirect(status int) bool {
	switch status {
	case 300, 301, 302, 303, 305, 307:
		return true
	}
	return false
}

// tooOld says that a server does not know the client token of a cache, [MS-WMSP]
// 3.1.5.4 and 3.1.5.5.
func (s *clientSession) tooOld(resp *Response) bool {
	server := resp.Server()
	return s.c.Proxy != nil && !s.old && resp.Status == 400 && server.Known() && !server.AtLeast(9, 0)
}

// throughHTTP10 says that a proxy was on the way that would keep requests from
// being pipelined, [MS-WMSP] 3.1.5.5.
func throughHTTP10(resp *Response) bool {
	return slices.ContainsFunc(head.ParseVia(resp.Header.Values("Via")...), head.Hop.HTTP10)
}

// oldProxyAgent is what a cache says it is to a server that does not know caches.
const oldProxyAgent = "NSServer/9.6.7600.16564; via " + pull.ProxyToken

func (s *clientSession) agent() string {
	switch {
	case s.c.Proxy == nil:
		return cmp.Or(s.c.Agent, DefaultAgent)
	case s.old:
		return oldProxyAgent
	}
	return cmp.Or(s.c.Agent, pull.ProxyAgent)
}

// proxyFields adds what a proxy says in every request, [MS-WMSP] 3.1.5.1. Servers check
// Digest with the method of X-Proxy-Client-Verb, 2.2.1.11, which is not that of a login
// of the proxy's own.
func (s *clientSession) proxyFields(f *head.Fields) {
	p := s.c.Proxy
	if p == nil {
		return
	}
	f.Add("Via", p.Hops("HTTP/1.1", s.agent()))
	f.Add("Max-Forwards", p.Forwards())
	if head.IsToken(p.ClientVerb) && !s.peers.server.LogsIn() {
		f.Add("X-Proxy-Client-Verb", p.ClientVerb)
	}
}

// proxyPragma adds the token with whom a proxy serves to the requests that have
// it.
func (s *clientSession) proxyPragma(kind Kind, p *Pragma) {
	switch kind {
	case Describe, Log, PlayNextEntry, SelectStream, SendEvent, Stop:
		if s.c.Proxy != nil && s.c.Proxy.ClientAgent != "" {
			p.Present |= TokenProxyClientAgent
			p.ProxyClientAgent = oneLine(unquote(s.c.Proxy.ClientAgent))
		}
	}
}
