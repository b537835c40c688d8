package rtsp

import (
	"bytes"

	"caracal/internal/head"
)

// Opening says what the next bytes of a connection begin.
type Opening uint8

const (
	OpeningUnknown  Opening = iota // too few bytes to tell
	OpeningFrame                   // interleaved binary data: ParseFrame
	OpeningRequest                 // or what is not RTSP at all: ParseRequest
	OpeningResponse                // ParseResponse
)

// Limits of a message's body, bytes.
const (
	MaxRequestBody  = 64 << 10 // of what a player sends: logs of a few kB
	MaxResponseBody = 8 << 20  // of what a server sends: SDP with an ASF header
)

// Peek tells what b begins, after how many bytes of blank lines.
func Peek(b []byte) (Opening, int) {
	const version = "RTSP/"
	blank := head.BlankBytes(b)
	rest := b[blank:]
	switch {
	case len(rest) == 0:
		return OpeningUnknown, blank
	case rest[0] == frameByte:
		return OpeningFrame, blank
	case bytes.HasPrefix(rest, []byte(version)):
		return OpeningResponse, blank
	case len(rest) < len(version) && bytes.HasPrefix([]byte(version), rest):
		return OpeningUnknown, blank
	}
	return OpeningRequest, blank
}

// readBody returns a copy of the body behind a head, nil for an empty one, and
// the message's size.
func readBody(h *head.Head, b []byte, maxBody int) (body []byte, n int, err error) {
	length, err := h.Fields.ContentLength()
	if err != nil {
		return nil, 0, err
	}
	length = max(length, 0)
	if length > int64(maxBody) {
		return nil, 0, head.NewSyntaxError(statusTooLarge, "body too large")
	}
	if int64(len(b)-h.Size) < length {
		return nil, 0, ErrNeedMore
	}
	n = h.Size + int(length)
	if length > 0 {
		body = bytes.Clone(b[h.Size:n])
	}
	return body, n, nil
}
