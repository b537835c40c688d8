package wmsp

import "strings"

// Request is an HTTP request head with what [MS-WMSP] 2.2.1 adds to it.
type Request struct {
	Method string
	Target string // as sent
	Path   string // decoded and cleaned, begins with "/"; "/" for "*"
	Query  string // as sent, without the "?"
	Host   string // of an absolute target, else the Host header; "" for none

	Major, Minor  int // HTTP version
	Header        Fields
	ContentLength int64 // bytes; -1 if absent
	Chunked       bool  // Transfer-Encoding: chunked; ContentLength is -1 then

	Pragma    Pragma
	Agent     Agent
	Supported Features // 0 without a Supported header: Header.Has tells
	Kind      Kind
}

// ParseRequest parses the head at the beginning of b and returns how many
// bytes it takes with its blank line. It returns ErrNeedMore when the blank
// line is not there yet, and a *SyntaxError when a status has to be answered.
// The Request does not alias b.
func ParseRequest(b []byte) (*Request, int, error) {
	h, n, err := parseHead(b)
	if err != nil {
		return nil, 0, err
	}
	r := &Request{Header: h.fields}
	if err := r.parseLine(h.first); err != nil {
		return nil, 0, err
	}
	if err := r.parseFields(); err != nil {
		return nil, 0, err
	}
	r.Kind = classify(r)
	return r, n, nil
}

func (r *Request) parseLine(line string) error {
	method, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	rest = strings.TrimSpace(rest)
	at := strings.LastIndexByte(rest, ' ')
	if !isToken(method) || at < 0 {
		return &SyntaxError{statusBadRequest, "unusable request line"}
	}
	r.Method, r.Target = method, strings.TrimSpace(rest[:at])
	if len(r.Target) > MaxTarget {
		return &SyntaxError{statusTargetTooLong, "target too long"}
	}
	var ok bool
	if r.Major, r.Minor, ok = parseHTTPVersion(rest[at+1:]); !ok || strings.ContainsAny(r.Target, " \t") {
		return &SyntaxError{statusBadRequest, "unusable request line"}
	}
	if r.Major != 1 {
		return &SyntaxError{statusVersionUnknown, "HTTP version other than 1.x"}
	}
	t, err := parseTarget(r.Target)
	r.Host, r.Path, r.Query = t.host, t.path, t.query
	return err
}

func (r *Request) parseFields() error {
	var err error
	if r.ContentLength, err = r.Header.contentLength(); err != nil {
		return err
	}
	if r.Header.HasToken("Transfer-Encoding", "chunked") {
		r.Chunked, r.ContentLength = true, -1 // RFC 2616 4.4: it overrides
	}
	if r.Host == "" {
		r.Host = r.Header.Get("Host")
	}
	r.Pragma = ParsePragma(r.Header.Values("Pragma")...)
	r.Agent = ParseAgent(r.Header.Get("User-Agent"))
	r.Supported = ParseFeatures(r.Header.Values("Supported")...)
	return nil
}

// HTTP11 says that the peer speaks HTTP 1.1 or later.
func (r *Request) HTTP11() bool { return r.Minor >= 1 }

// KeepAlive says that the connection outlives the reply as far as the peer is
// concerned.
func (r *Request) KeepAlive() bool { return keepAlive(r.Header, r.HTTP11()) }

func keepAlive(f Fields, http11 bool) bool {
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
		if len(r.Agent.Raw) >= len(token) && strings.EqualFold(r.Agent.Raw[:len(token)], token) {
			return true
		}
	}
	return false
}

// HasBody says that bytes follow the head.
func (r *Request) HasBody() bool { return r.Chunked || r.ContentLength > 0 }

// ContentType returns the media type without parameters; "" without a
// Content-Type header.
func (r *Request) ContentType() string {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.TrimSpace(media)
}

// IsType compares the media type without regard to case.
func (r *Request) IsType(media string) bool { return strings.EqualFold(r.ContentType(), media) }
