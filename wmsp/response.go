package wmsp

import (
	"strconv"
	"strings"
	"time"

	"caracal/internal/head"
)

// Response is an HTTP response head. A server fills Minor, Status and Header
// and calls AppendTo; a client gets one from ParseResponse.
type Response struct {
	Minor  int // of HTTP/1.x
	Status int
	Reason string // AppendTo takes the usual one for ""
	Header head.Fields
}

// NewResponse begins a response of HTTP/1.minor.
func NewResponse(minor, status int) *Response {
	return &Response{Minor: minor, Status: status, Header: make(head.Fields, 0, 16)}
}

// Add appends a header field.
func (r *Response) Add(name, value string) { r.Header.Add(name, value) }

// AddInt appends a header field with a number.
func (r *Response) AddInt(name string, n int64) { r.Header.AddInt(name, n) }

// AddDate appends the Date field for the moment t.
func (r *Response) AddDate(t time.Time) { r.Header.Add("Date", head.Date(t)) }

// AddPragma appends the lines of p.
func (r *Response) AddPragma(p *Pragma) {
	for line := range strings.SplitSeq(string(p.Append(nil)), "\r\n") {
		if value, ok := strings.CutPrefix(line, pragmaName); ok {
			r.Header.Add("Pragma", value)
		}
	}
}

// AppendTo appends the head with its blank line. There is always a reason
// phrase: libmms does not take a status line without one.
func (r *Response) AppendTo(b []byte) []byte {
	b = append(b, "HTTP/1."...)
	b = strconv.AppendInt(b, int64(r.Minor), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(r.Status), 10)
	b = append(b, ' ')
	reason := r.Reason
	if reason == "" || head.HasControl(reason) {
		reason = ReasonPhrase(r.Status)
	}
	b = append(b, reason...)
	b = append(b, '\r', '\n')
	b = r.Header.Append(b)
	return append(b, '\r', '\n')
}

// ReasonPhrase never returns "".
func ReasonPhrase(status int) string {
	for _, known := range reasonPhrases {
		if known.status == status {
			return known.phrase
		}
	}
	return head.StatusClass(status)
}

var reasonPhrases = [...]struct {
	status int
	phrase string
}{
	{200, "OK"}, {204, "No Content"},
	{301, "Moved Permanently"}, {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
	{305, "Use Proxy"}, {307, "Temporary Redirect"},
	{400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
	{405, "Method Not Allowed"}, {406, "Not Acceptable"}, {407, "Proxy Authentication Required"},
	{408, "Request Timeout"}, {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"},
	{412, "Precondition Failed"}, {413, "Request Entity Too Large"}, {414, "Request-URI Too Long"},
	{415, "Unsupported Media Type"}, {416, "Requested Range Not Satisfiable"}, {417, "Expectation Failed"}, {429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"}, {453, "Not Enough Bandwidth"},
	{500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"},
	{503, "Service Unavailable"}, {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"}, {508, "Loop Detected"},
}

// ParseResponse parses the head at the beginning of b and returns how many
// bytes it takes with its blank line; ErrNeedMore when that is not there yet.
// The Response does not alias b.
func ParseResponse(b []byte) (*Response, int, error) {
	h, err := protocol.Parse(b)
	if err != nil {
		return nil, 0, err
	}
	r := &Response{Header: h.Fields}
	// The example of [MS-WMSP] 2.2.2.3.2 has "HTTP 1.1".
	line := h.First
	if rest, ok := strings.CutPrefix(line, "HTTP "); ok {
		line = "HTTP/" + rest
	}
	version, rest, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	major, minor, ok := protocol.ParseVersion(version)
	status, okStatus := head.ParseStatus(code)
	if !ok || major != 1 || !okStatus {
		return nil, 0, &ParseError{"Status-Line", 0, ErrInvalid}
	}
	r.Minor, r.Status, r.Reason = minor, status, strings.TrimSpace(reason)
	return r, h.Size, nil
}

// Pragma reads the Pragma fields.
func (r *Response) Pragma() Pragma { return ParsePragma(r.Header.Values("Pragma")...) }

// Server reads the Server field.
func (r *Response) Server() Persona { return ParsePersona(r.Header.Get("Server")) }

// Supported reads the Supported fields, DefaultFeatures without any.
func (r *Response) Supported() head.Features {
	if !r.Header.Has("Supported") {
		return DefaultFeatures
	}
	return head.ParseFeatures(r.Header.Values("Supported")...)
}

// Chunked says that the body is in chunks.
func (r *Response) Chunked() bool { return r.Header.HasToken("Transfer-Encoding", "chunked") }

// ContentLength returns -1 if there is none or it cannot be used.
func (r *Response) ContentLength() int64 {
	n, err := r.Header.ContentLength()
	if err != nil || r.Chunked() {
		return -1
	}
	return n
}

// KeepAlive says that the connection outlives the body.
func (r *Response) KeepAlive() bool { return keepAlive(r.Header, r.Minor >= 1) }
