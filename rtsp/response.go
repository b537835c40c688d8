package rtsp

import (
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bluenviron/gortsplib/v5/pkg/base"

	"caracal/internal/head"
)

// Response is a response with its body, RFC 2326 section 7.
type Response struct {
	Status int
	Reason string // AppendTo takes the usual one for ""
	CSeq   int64  // -1 for none
	Header head.Fields
	Body   []byte // nil for none and no Content-Length either

	Major, Minor int // RTSP version; AppendTo writes 1.0 for 0.0

	// entry is the number for X-Playlist-Gen-Id. It may change until the shard sends the
	// response, behind the Announce of what it is then: players believe what comes last.
	entry *atomic.Uint32 // nil: none
}

// NewResponse begins a response to the request with that CSeq.
func NewResponse(status int, cseq int64) *Response {
	return &Response{Status: status, CSeq: cseq, Header: make(head.Fields, 0, 12)}
}

// ParseResponse parses the response at the beginning of b as ParseRequest does
// a request.
func ParseResponse(b []byte, maxBody int) (*Response, int, error) {
	h, err := protocol.Parse(b)
	if err != nil {
		return nil, 0, withCSeq(err, -1)
	}
	r := &Response{Header: h.Fields, CSeq: readCSeq(h.Fields)}
	n := 0
	r.Body, n, err = readBody(&h, b, maxBody)
	if err == nil {
		err = r.parseLine(h.First)
	}
	if err != nil {
		return nil, n, withCSeq(err, r.CSeq)
	}
	return r, n, nil
}

func (r *Response) parseLine(line string) error {
	version, rest, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	var ok bool
	if r.Major, r.Minor, ok = protocol.ParseVersion(version); !ok || r.Major != 1 {
		return head.NewSyntaxError(statusVersionUnknown, "response of an unknown RTSP version")
	}
	if r.Status, ok = head.ParseStatus(code); !ok {
		return head.NewSyntaxError(400, "unusable status line")
	}
	r.Reason = strings.TrimSpace(reason)
	return nil
}

// Add appends a header field.
func (r *Response) Add(name, value string) { r.Header.Add(name, value) }

// AddInt appends a header field with a number.
func (r *Response) AddInt(name string, n int64) { r.Header.AddInt(name, n) }

// AddDate appends the Date field for the moment t.
func (r *Response) AddDate(t time.Time) { r.Header.Add("Date", head.Date(t)) }

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
	b = head.AppendLine(b, reason)
	if r.entry != nil {
		if n := r.entry.Load(); n != 0 {
			b = head.Fields{{Name: "X-Playlist-Gen-Id", Value: strconv.FormatUint(uint64(n), 10)}}.Append(b)
		}
	}
	return appendRest(b, r.Header, r.CSeq, r.Body)
}

// ReasonPhrase never returns "".
func ReasonPhrase(status int) string {
	if status == statusLoop {
		return "Loop Detected"
	}
	if phrase, ok := base.StatusMessages[base.StatusCode(status)]; ok {
		return phrase
	}
	return head.StatusClass(status)
}
