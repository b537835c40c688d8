package rtsp

import (
	"strconv"
	"strings"

	"caracal/internal/head"
)

// Request is a request with its body, of a player or of a server: RFC 2326
// section 6 with the headers of [MS-RTSP] 2.2.6. Who sends one fills Method,
// Target.Raw, CSeq, Header and Body.
type Request struct {
	Method string
	Target head.Target
	CSeq   int64 // -1 if it is missing
	Header head.Fields
	Body   []byte // nil for none and no Content-Length either

	Major, Minor int // RTSP version; AppendTo writes 1.0 for 0.0

	Kind         Kind
	Session      Session
	Agent        head.Agent
	Supported    head.Features
	HasSupported bool   // a Supported header is there; it replaces an earlier one
	GenID        uint32 // X-Playlist-Gen-Id; 0 for none
	Forwarded    head.Forwarded
}

// ParseRequest parses the request at the beginning of b, with its body of at
// most maxBody bytes, and returns how many bytes it takes. It returns
// ErrNeedMore until all of it is there, and a *SyntaxError when a status has
// to be answered: if the number of bytes is not 0 then, the connection can be
// used further. The Request does not alias b.
func ParseRequest(b []byte, maxBody int) (*Request, int, error) {
	h, err := protocol.Parse(b)
	if err != nil {
		return nil, 0, withCSeq(err, -1)
	}
	r := &Request{Header: h.Fields, CSeq: readCSeq(h.Fields)}
	n := 0
	r.Body, n, err = readBody(&h, b, maxBody)
	if err == nil {
		err = r.parseLine(h.First)
	}
	if err != nil {
		return nil, n, withCSeq(err, r.CSeq)
	}
	r.parseFields()
	r.Kind = classify(r)
	return r, n, nil
}

func (r *Request) parseLine(line string) error {
	method, target, version, err := head.CutRequestLine(line)
	if err != nil {
		return err
	}
	var ok bool
	if r.Major, r.Minor, ok = protocol.ParseVersion(version); !ok {
		return head.BadRequestLine()
	}
	if r.Major != 1 {
		return head.NewSyntaxError(statusVersionUnknown, "RTSP version other than 1.x")
	}
	r.Method = method
	r.Target, err = head.ParseTarget(target)
	return err
}

func (r *Request) parseFields() {
	h := r.Header
	r.Session = ParseSession(h.Get("Session"))
	r.Agent = head.ParseAgent(h.Get("User-Agent"))
	r.HasSupported = h.Has("Supported")
	r.Supported = head.ParseFeatures(h.Values("Supported")...)
	r.GenID, _ = ParseNumber(h.Get("X-Playlist-Gen-Id"))
	r.Forwarded = head.ParseForwarded(h)
}

// Cache says that a caching proxy asks.
func (r *Request) Cache() bool { return r.Agent.Is(AgentCacheProxy) }

// Add appends a header field.
func (r *Request) Add(name, value string) { r.Header.Add(name, value) }

// Media returns the media type of the body without parameters; "" for none.
func (r *Request) Media() string { return r.Header.MediaType() }

// IsType compares the media type without regard to case.
func (r *Request) IsType(media string) bool { return strings.EqualFold(r.Media(), media) }

// Answer begins the response.
func (r *Request) Answer(status int) *Response { return NewResponse(status, r.CSeq) }

// AppendTo appends the request.
func (r *Request) AppendTo(b []byte) []byte {
	b = append(b, r.Method...)
	b = append(b, ' ')
	for i := range len(r.Target.Raw) {
		if c := r.Target.Raw[i]; c >= ' ' && c != 0x7F {
			b = append(b, c)
		}
	}
	b = append(b, " RTSP/"...)
	major := r.Major
	if major == 0 {
		major = 1
	}
	b = strconv.AppendInt(b, int64(major), 10)
	b = append(b, '.')
	b = strconv.AppendInt(b, int64(r.Minor), 10)
	b = append(b, '\r', '\n')
	return appendRest(b, r.Header, r.CSeq, r.Body)
}

// appendRest appends what comes after the first line. CSeq and Content-Length
// are written unless the fields have them.
func appendRest(b []byte, f head.Fields, cseq int64, body []byte) []byte {
	if cseq >= 0 && !f.Has("CSeq") {
		b = append(b, "CSeq: "...)
		b = strconv.AppendInt(b, cseq, 10)
		b = append(b, '\r', '\n')
	}
	b = f.Append(b)
	if body != nil && !f.Has("Content-Length") {
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, int64(len(body)), 10)
		b = append(b, '\r', '\n')
	}
	b = append(b, '\r', '\n')
	return append(b, body...)
}
