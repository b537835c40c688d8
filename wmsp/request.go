package wmsp

import (
	"strings"

	"caracal/internal/head"
)

// Request is an HTTP request head with what [MS-WMSP] 2.2.1 adds to it.
type Request struct {
	Method string
	Target string // as sent
	Path   string // decoded and cleaned, begins with "/"; "/" for "*"
	Query  string // as sent, without the "?"
	Host   string // of an absolute target, else the Host header; "" for none

	Major, Minor  int // HTTP version
	Header        head.Fields
	ContentLength int64 // bytes; -1 if absent
	Chunked       bool  // Transfer-Encoding: chunked; ContentLength is -1 then

	Pragma    Pragma
	Agent     head.Agent
	Supported head.Features // 0 without a Supported header: Header.Has tells
	Forwarded head.Forwarded
	Kind      Kind
}

// ParseRequest parses the head at the beginning of b and returns how many
// bytes it takes with its blank line. It returns ErrNeedMore when the blank
// line is not there yet, and a *head.SyntaxError when a status has to be answered.
// The Request does not alias b.
func ParseRequest(b []byte) (*Request, int, error) {
	h, err := protocol.Parse(b)
	if err != nil {
		return nil, 0, err
	}
	r := &Request{Header: h.Fields}
	if err := r.parseLine(h.First); err != nil {
		return nil, 0, err
	}
	if err := r.parseFields(); err != nil {
		return nil, 0, err
	}
	r.Kind = classify(r)
	return r, h.Size, nil
}

func (r *Request) parseLine(line string) error {
	method, target, version, err := head.CutRequestLine(line)
	if err != nil {
		return err
	}
	if len(target) > head.MaxTarget { // whatever its version
		return head.NewSyntaxError(statusTargetTooLong, "target too long")
	}
	r.Method, r.Target = method, target
	var ok bool
	if r.Major, r.Minor, ok = protocol.ParseVersion(version); !ok || strings.ContainsAny(target, " \t") {
		return head.BadRequestLine()
	}
	if r.Major != 1 {
		return head.NewSyntaxError(statusVersionUnknown, "HTTP version other than 1.x")
	}
	t, err := head.ParseTarget(target)
	r.Host, r.Path, r.Query = t.Host, t.Path, t.Query
	return err
}

func (r *Request) parseFields() error {
	var err error
	if r.ContentLength, err = r.Header.ContentLength(); err != nil {
		return err
	}
	if r.Header.HasToken("Transfer-Encoding", "chunked") {
		r.Chunked, r.ContentLength = true, -1 // RFC 2616 4.4: it overrides
	}
	if r.Host == "" {
		r.Host = r.Header.Get("Host")
	}
	r.Pragma = ParsePragma(r.Header.Values("Pragma")...)
	r.Agent = head.ParseAgent(r.Header.Get("User-Agent"))
	r.Supported = head.ParseFeatures(r.Header.Values("Supported")...)
	r.Forwarded = head.ParseForwarded(r.Header)
	if r.Pragma.ProxyClientAgent != "" {
		r.Forwarded.SetAgent(r.Pragma.ProxyClientAgent)
	}
	return nil
}

// HTTP11 says that the peer speaks HTTP 1.1 or later.
func (r *Request) HTTP11() bool { return r.Minor >= 1 }

// KeepAlive says that the connection outlives the reply as far as the peer is
// concerned.
func (r *Request) KeepAlive() bool { return keepAlive(r.Header, r.HTTP11()) }

func keepAlive(f head.Fields, http11 bool) bool {
	if f.HasToken("Connection", "close") {
		return false
	}
	return http11 || f.HasToken("Connection", "Keep-Alive")
}

// Player says that the peer is a Windows Media player, server or proxy, or a
// program that speaks like one; others get plain ASF or an announcement.
func (r *Request) Player() bool {
	if r.Pragma.Has(TokenClientGUID) || r.Pragma.Has(TokenPlayStrm) {
		return true
	}
	for _, token := range [...]string{TokenPlayer, TokenServer, TokenCacheProxy} {
		if r.Agent.Begins(token) {
			return true
		}
	}
	return false
}

// Cache says that a caching proxy asks.
func (r *Request) Cache() bool { return r.Agent.Is(TokenCacheProxy) }

// HasBody says that bytes follow the head.
func (r *Request) HasBody() bool { return r.Chunked || r.ContentLength > 0 }

// ContentType returns the media type without parameters; "" without a
// Content-Type header.
func (r *Request) ContentType() string { return r.Header.MediaType() }

// IsType compares the media type without regard to case.
func (r *Request) IsType(media string) bool { return strings.EqualFold(r.ContentType(), media) }
