package rtsp

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/bluenviron/gortsplib/v5/pkg/base"
)

// Response is a response with its body, RFC 2326 section 7.
type Response struct {
	Status int
	Reason string // AppendTo takes the usual one for ""
	CSeq   int64  // -1 for none
	Header Fields
	Body   []byte // nil for none and no Content-Length either

	Major, Minor int // RTSP version; AppendTo writes 1.0 for 0.0
}

// NewResponse begins a response to the request with that CSeq.
func NewResponse(status int, cseq int64) *Response {
	return &Response{Status: status, CSeq: cseq, Header: make(Fields, 0, 12)}
}

// ParseResponse parses the response at the beginning of b as ParseRequest does
// a request.
func ParseResponse(b []byte, maxBody int) (*Response, int, error) {
	h, err := parseHead(b)
	if err != nil {
		return nil, 0, err
	}
	r := &Response{Header: h.fields, CSeq: h.fields.cseq()}
	n := 0
	r.Body, n, err = h.finish(b, maxBody)
	if err == nil {
		err = r.parseLine(h.first)
	}
	if syntax := (*SyntaxError)(nil); errors.As(err, &syntax) {
		syntax.CSeq = r.CSeq
	}
	if err != nil {
		return nil, n, err
	}
	return r, n, nil
}

func (r *Response) parseLine(line string) error {
	version, rest, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	var ok bool
	if r.Major, r.Minor, ok = parseVersion(version); !ok || r.Major != 1 {
		return syntaxError(505, "response of an unknown RTSP version")
	}
	status, ok := parseDigits(code)
	if !ok || len(code) != 3 || status < 100 {
		return syntaxError(400, "unusable status line")
	}
	r.Status, r.Reason = int(status), strings.TrimSpace(reason)
	return nil
}

// Add appends a header field.
func (r *Response) Add(name, value string) { r.Header.Add(name, value) }

// AddInt appends a header field with a number.
func (r *Response) AddInt(name string, n int64) { r.Header.AddInt(name, n) }

// AddDate appends the Date field for the moment t.
func (r *Response) AddDate(t time.Time) { r.Header.Add("Date", Date(t)) }

// Date formats t for Date, Last-Modified and Expires (RFC 2326 12.18).
func Date(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }

// OK says that the request succeeded.
func (r *Response) OK() bool { return r.Status >= 200 && r.Status < 300 }

// AppendTo appends the response. There is always a reason phrase.
func (r *Response) AppendTo(b []byte) []byte {
	b = append(b, "RTSP/"...)
	major := r.Major
	if major == 0 {
		major = 1
	}
	b = strconv.AppendInt(b, int64(major), 10)
	b = append(b, '.')
	b = strconv.AppendInt(b, int64(r.Minor), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(r.Status), 10)
	b = append(b, ' ')
	reason := r.Reason
	if reason == "" {
		reason = ReasonPhrase(r.Status)
	}
	b = appendLine(b, reason)
	return appendRest(b, r.Header, r.CSeq, r.Body)
}

// ReasonPhrase never returns "".
func ReasonPhrase(status int) string {
	if phrase, ok := base.StatusMessages[base.StatusCode(status)]; ok {
		return phrase
	}
	switch {
	case status < 300:
		return "Success"
	case status < 400:
		return "Redirection"
	case status < 500:
		return "Client Error"
	}
	return "Server Error"
}
