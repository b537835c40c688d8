package wmsp

import "strconv"

// Chunked transfer coding, RFC 2616 3.6.1, as pipelined mode wants it.
var (
	crlf      = []byte("\r\n")
	lastChunk = []byte("0\r\n\r\n")
)

// maxChunkHead is the longest head of a chunk: 16 digits and CRLF.
const maxChunkHead = 18

func appendChunkHead(b []byte, size int) []byte {
	b = strconv.AppendUint(b, uint64(size), 16)
	return append(b, crlf...)
}

// appendChunk appends body as one chunk; an empty body is none.
func appendChunk(b, body []byte) []byte {
	if len(body) == 0 {
		return b
	}
	b = appendChunkHead(b, len(body))
	b = append(b, body...)
	return append(b, crlf...)
}
