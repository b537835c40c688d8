package wmsp

import (
	"cmp"
	"context"
	"strconv"

	"caracal/internal/credential"
	"caracal/internal/head"
	"caracal/internal/pull"
)

// clientSession is what a client remembers between its requests, [MS-WMSP]
// 3.1.1.
type clientSession struct {
	c    *Client
	u    pull.URL
	guid string

	clientID    uint32
	hasClientID bool
	genID       uint32 // Playlist-gen-id
	server      Persona
	features    head.Features // Server-features

	pipelineAllowed bool // Pipeline-Test-Allowed
	pipelined       bool // KeepAlive-Mode

	conn  *clientConn // kept for the next request; nil for none
	peers clientPeers
	proxy string // the address of the proxy that is asked in the server's place; "" for none
	old   bool   // the server is too old to know caches
}

func newClientSession(c *Client, u pull.URL) *clientSession {
	return &clientSession{
		c: c, u: u, guid: cmp.Or(c.GUID, "{"+pull.NewGUID()+"}"), features: DefaultFeatures,
		peers: clientPeers{server: peerAt(c.Credentials, u)},
	}
}

// through has a proxy asked in the server's place. A server has named it, so that it is
// told nothing that is for that server.
func (s *clientSession) through(proxy string) {
	s.proxy = proxy
	if proxy != "" && proxy != s.u.Address {
		s.peers = named(s.c.Credentials, proxy, s.u.Exposed)
	}
}

// minor is the HTTP version that the session speaks.
func (s *clientSession) minor() int {
	if s.c.Pipelined {
		return 1
	}
	return 0
}

// connection takes the kept connection or makes a new one.
func (s *clientSession) connection(ctx context.Context) (c *clientConn, kept bool, err error) {
	if c := s.conn; c != nil {
		s.conn = nil
		return c, true, nil
	}
	conn, err := pull.DialURL(ctx, s.c.Dial, s.u, s.proxy, s.c.TLS)
	if err != nil {
		return nil, false, err
	}
	return newClientConn(conn, s.peers), false, nil
}

// drop closes the kept connection.
func (s *clientSession) drop() error {
	c := s.conn
	s.conn = nil
	if c == nil {
		return nil
	}
	return c.Close()
}

// clientRequest is one request of a session.
type clientRequest struct {
	kind        Kind
	method      string
	minor       int
	pragma      Pragma
	contentType string
	body        []byte
	last        bool // on its connection
}

// append writes the request. The tokens and headers are those that [MS-WMSP]
// 3.1.5.1 wants in all of them, and those of r.
func (s *clientSession) append(b []byte, r *clientRequest, sent clientProof) []byte {
	b = append(b, r.method...)
	b = append(b, ' ')
	b = append(b, s.target(r)...)
	b = append(b, " HTTP/1."...)
	b = strconv.AppendInt(b, int64(r.minor), 10)
	b = append(b, '\r', '\n')
	b = s.fields(r, sent).Append(b)
	p := s.pragma(r)
	b = p.Append(b)
	b = append(b, '\r', '\n')
	return append(b, r.body...)
}

// target is the path of the URL, or for a proxy all of it.
func (s *clientSession) target(r *clientRequest) string {
	switch {
	case r.method == "OPTIONS":
		return "*"
	case s.proxy == "":
		return s.u.RequestURI()
	}
	u := *s.u.URL
	u.Scheme = "http"
	return u.String()
}

// schemes are those of X-Accept-Authentication.
func (s *clientSession) schemes() string {
	if s.c.Schemes == "" && (s.peers.server.LogsIn() || s.peers.proxy.LogsIn()) {
		return credential.Schemes
	}
	return s.c.Schemes
}

func (s *clientSession) fields(r *clientRequest, sent clientProof) head.Fields {
	f := make(head.Fields, 0, 10)
	f.Add("Accept", "*/*")
	f.Add("User-Agent", s.agent())
	f.Add("Host", s.u.Host)
	s.proxyFields(&f)
	if schemes := s.schemes(); schemes != "" {
		f.Add("X-Accept-Authentication", schemes)
		f.Add("X-Accept-Proxy-Authentication", schemes)
	}
	sent.fields(&f)
	if head.ParseAgent(s.agent()).AtLeast(9, 0) && (s.server.Token == "" || s.server.AtLeast(9, 0)) {
		f.Add("Supported", s.c.supported().String())
	}
	if r.contentType != "" {
		f.Add("Content-Type", r.contentType)
	}
	if r.method == "POST" {
		f.Add("Content-Length", strconv.Itoa(len(r.body)))
	}
	if r.last {
		f.Add("Connection", "close")
	}
	if r.minor == 0 && (r.kind != Play || sent.says()) {
		f.Add("Connection", "Keep-Alive") // a stream ends with its connection
	}
	return f
}

func (s *clientSession) pragma(r *clientRequest) Pragma {
	p := r.pragma
	p.Present |= TokenClientGUID
	p.ClientGUID = s.guid
	s.proxyPragma(r.kind, &p)
	if r.kind != Pipeline && r.kind != KeepAlive {
		p.Present |= TokenNoCache
	}
	if s.hasClientID {
		p.Present |= TokenClientID
		p.ClientID = s.clientID
	}
	if s.genID != 0 && (r.kind == Play || r.kind == PlayNextEntry) {
		p.Present |= TokenPlaylistGenID
		p.PlaylistGenID = s.genID
	}
	return p
}

// learn takes what each response says, [MS-WMSP] 3.1.5.3.
func (s *clientSession) learn(resp *Response) error {
	server := resp.Server()
	if !server.Known() {
		return ErrNotServer
	}
	s.server = server
	if resp.Header.Has("Supported") {
		s.features = resp.Supported()
	}
	p := resp.Pragma()
	if p.Has(TokenClientID) {
		s.clientID, s.hasClientID = p.ClientID, true
	}
	if p.Has(TokenPlaylistGenID) {
		s.genID = p.PlaylistGenID
	}
	return nil
}
