package wmsp

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"caracal/asf"
	"caracal/internal/credential"
	"caracal/internal/head"
	"caracal/internal/pull"
)

// DefaultPushAgent is the User-Agent of a PushClient that names none.
const DefaultPushAgent = TokenEncoder + "/12.0.7601.17514"

// pushAnswer is how long a server may take for an answer that is due; a PushStart's
// is not before its body ends.
const (
	pushAnswer = 30 * time.Second
	pushLast   = 2 * time.Second // for an answer that need not come
)

// PushClient is the client side of [MS-WMHTTP]: Setup asks a server to take a
// broadcast. The zero value is ready; its fields do not change while it is in
// use.
type PushClient struct {
	Agent   string // User-Agent; DefaultPushAgent for "". It begins with WMEncoder
	Schemes string // X-Accept-Authentication; for "" credential.Schemes, or "Basic" with nobody to log in

	// Template is the path of a point of which the one that is pushed to is made
	// a copy, if it does not exist; AutoDestroy has it removed at the end.
	Template    string
	AutoDestroy bool

	// Length is the Content-Length of a request, after which another one goes
	// on. For 0 it is a minute's worth if a proxy is on the way, else as much
	// as there may be.
	Length int64

	// Proxy is the address of an HTTP proxy, host:port or user:password@host:port; ""
	// for none.
	Proxy string

	// Dial connects; a net.Dialer does for nil.
	Dial pull.DialFunc

	// TLS is how https:// is spoken; nil: as the system has it.
	TLS *tls.Config

	// Credentials log in where the URL, or Proxy, names no user; nil has none.
	Credentials *credential.Book
}

// Push is a session in which content is pushed, [MS-WMHTTP] 3.1.1. It belongs to
// one goroutine.
type Push struct {
	c     *PushClient
	u     pull.URL
	proxy string // address; "" for none
	via   bool   // UsingProxy
	conn  *clientConn
	peers clientPeers
	sent  clientProof // with the last request

	id      string // Push-ID
	cookies []string

	header  *asf.Header // of what is pushed now
	started bool        // a PushStart has been sent with a header
	left    pushLength  // Length-Remaining
	answers chan pushResult
	release func() // ends what the context does to conn
	ctx     context.Context
	buf     []byte
}

type pushResult struct {
	resp *Response
	err  error
}

// Setup sends a PushSetup to a URL of http, [MS-WMHTTP] 3.1.4.1. The error is a
// *StatusError when the server says no, ErrNotServer when it is a web server.
func (c *PushClient) Setup(ctx context.Context, url string) (*Push, error) {
	u, err := clientURLs.Parse(url)
	if err != nil {
		return nil, err
	}
	p := &Push{c: c, u: u, id: NoPushID, release: func() {}, peers: clientPeers{server: peerAt(c.Credentials, u)}}
	p.useProxy()
	for range MaxRedirects + 1 {
		resp, err := p.setUp(ctx)
		if err != nil {
			return nil, err
		}
		if resp.Status < 300 {
			return p, nil
		}
		if err := p.redirect(resp); err != nil {
			return nil, err
		}
	}
	return nil, ErrRedirects
}

// setUp sends the request and answers challenges. It returns a success, or a
// redirection.
func (p *Push) setUp(ctx context.Context) (*Response, error) {
	for round := 1; ; round++ {
		resp, err := p.askSetup(ctx)
		if err != nil {
			return nil, err
		}
		if resp.Status < 300 {
			if err := p.learn(resp); err != nil {
				p.drop()
				return nil, err
			}
			if !p.conn.skipBody(resp) {
				p.drop()
			}
			return resp, nil
		}
		if resp.Status < 306 {
			p.drop()
			return resp, nil
		}
		again, why := p.conn.challenged(resp, p.sent)
		if again && round < pull.MaxAuthRounds {
			why = p.goOn(resp)
		}
		if !again || why != nil || round == pull.MaxAuthRounds {
			p.drop()
			return nil, &StatusError{resp, why}
		}
	}
}

// askSetup sends the request once.
func (p *Push) askSetup(ctx context.Context) (*Response, error) {
	if err := p.connect(ctx); err != nil {
		return nil, err
	}
	body := PushSetup{Template: p.c.Template, AutoDestroy: p.c.AutoDestroy}.Append(nil)
	p.sent = p.conn.prove("POST", p.target())
	limited, cancel := context.WithTimeout(ctx, pushAnswer)
	defer cancel()
	resp, err := p.conn.roundTrip(limited, clientPending{sent: p.sent}, append(p.request(TypePushSetup, int64(len(body))), body...))
	if err != nil {
		p.conn = nil
	}
	return resp, err
}

// goOn prepares for another round. 3.1.5.1 wants a new connection; NTLM, which takes
// several rounds, the same for all but the first.
func (p *Push) goOn(refused *Response) error {
	p.id = ParsePushID(refused.Header.Values("Set-Cookie")...)
	if !p.sent.says() {
		p.drop()
		return nil
	}
	if p.conn.skipBody(refused) {
		return nil
	}
	err := p.conn.ended(refused, p.sent)
	p.drop()
	return err
}

// useProxy takes the proxy that the client has, if it has one.
func (p *Push) useProxy() {
	p.proxy, p.via, p.peers.proxy = p.c.Proxy, p.c.Proxy != "", nil
	if p.via {
		var login *url.Userinfo
		if u, err := url.Parse("http://" + p.c.Proxy); err == nil && u.User != nil {
			login, p.proxy = u.User, u.Host
		}
		p.peers.proxy = p.c.Credentials.Peer(credential.Target{Scheme: "http", Address: p.proxy, Exposed: p.u.Exposed}, login)
	}
}

// connect makes a connection unless there is one.
func (p *Push) connect(ctx context.Context) error {
	if p.conn != nil {
		return nil
	}
	conn, err := pull.DialURL(ctx, p.c.Dial, p.u, p.proxy, p.c.TLS)
	if err != nil {
		return err
	}
	p.conn = newClientConn(conn, p.peers)
	return nil
}

func (p *Push) drop() {
	if p.conn != nil {
		p.conn.Close()
		p.conn = nil
	}
}

// redirect goes where a 300 to 305 leads, [MS-WMHTTP] 3.1.5.1.
func (p *Push) redirect(resp *Response) error {
	location := resp.Header.Get("Location")
	if resp.Status == 305 {
		u, err := url.Parse(location)
		if err != nil || u.Hostname() == "" {
			return &StatusError{Response: resp}
		}
		p.proxy, p.via = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), clientURLs.Port)), true
		p.peers = named(p.c.Credentials, p.proxy, p.u.Exposed) // it is told nothing that is for the server that has named it
		return nil
	}
	u, err := p.u.Resolve(location)
	if err != nil || location == "" {
		return &StatusError{Response: resp}
	}
	if u.Host != p.u.Host || u.Exposed { // it is not told how the other one was convinced
		p.id, p.peers.server = NoPushID, peerAt(p.c.Credentials, u)
	}
	p.u = u
	p.useProxy()
	return nil
}

// target is the path of the URL, or for a proxy all of it.
func (p *Push) target() string {
	if p.proxy == "" {
		return p.u.RequestURI()
	}
	return "http://" + p.u.Host + p.u.RequestURI()
}

func (p *Push) schemes() string {
	if p.peers.server.LogsIn() {
		return cmp.Or(p.c.Schemes, credential.Schemes)
	}
	return cmp.Or(p.c.Schemes, "Basic")
}

// request is the head of a request, [MS-WMHTTP] 2.2.2.
func (p *Push) request(media string, length int64) []byte {
	f := make(head.Fields, 0, 10)
	f.Add("Content-Type", media)
	f.Add("X-Accept-Authentication", p.schemes())
	f.Add("User-Agent", cmp.Or(p.c.Agent, DefaultPushAgent))
	f.Add("Host", p.u.Host)
	f.AddInt("Content-Length", length)
	f.Add("Cache-Control", "no-cache")
	f.Add("Cookie", strings.Join(append([]string{pushCookie(p.id)}, p.cookies...), "; "))
	p.sent.fields(&f)
	return append(f.Append(fmt.Appendf(nil, "POST %s HTTP/1.1\r\n", p.target())), "\r\n"...)
}

// learn takes what a success says, [MS-WMHTTP] 3.1.5.1 and 3.1.5.2.
func (p *Push) learn(resp *Response) error {
	if !resp.Server().Known() {
		return ErrNotServer
	}
	set := resp.Header.Values("Set-Cookie")
	if id := ParsePushID(set...); id != NoPushID {
		p.id = id
	}
	for _, line := range set {
		pair, _, _ := strings.Cut(line, ";")
		name, _, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if ok && !strings.EqualFold(name, cookiePushID) {
			p.keepCookie(name+"=", strings.TrimSpace(pair))
		}
	}
	p.via = p.via || resp.Header.Has("Via")
	return nil
}

// keepCookie takes a cookie of somebody else, in the place of an older one.
func (p *Push) keepCookie(name, pair string) {
	i := slices.IndexFunc(p.cookies, func(c string) bool { return strings.HasPrefix(c, name) })
	switch {
	case i >= 0:
		p.cookies[i] = pair
	case len(p.cookies) < maxPushCookies:
		p.cookies = append(p.cookies, pair)
	}
}

const maxPushCookies = 8 // of others, that are sent back
