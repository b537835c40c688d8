package main

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"

	"caracal/wmsp"
)

// maxChunkLine is the longest line between chunks, in bytes.
const maxChunkLine = 256

var errChunk = errors.New("load: unusable chunked coding")

// sink takes a piece of a body that was read at the time now.
type sink func(piece []byte, now time.Time) error

// body undoes the transfer coding of one response's body, which comes in
// pieces of any size (RFC 2616 3.6.1, 4.4).
type body struct {
	chunked bool
	left    int64  // of the body or the chunk, in bytes; -1: until the connection ends
	line    []byte // the line between chunks that is being received
	trailer bool
	done    bool
}

func newBody(r *wmsp.Response) *body {
	b := &body{chunked: r.Chunked(), left: r.ContentLength()}
	if b.chunked {
		b.left = 0
	}
	if r.Status == 204 || !b.chunked && b.left == 0 {
		b.done = true
	}
	return b
}

// feed gives sink what is payload in p, and returns how many bytes of p belong
// to the body. done says that it is complete.
func (b *body) feed(p []byte, now time.Time, sink sink) (int, error) {
	n := 0
	for n < len(p) && !b.done {
		if b.left == 0 {
			if err := b.between(p[n]); err != nil {
				return n, err
			}
			n++
			continue
		}
		piece := p[n:]
		if b.left > 0 {
			piece = piece[:min(int64(len(piece)), b.left)]
			b.left -= int64(len(piece))
			b.done = b.left == 0 && !b.chunked
		}
		n += len(piece)
		if err := sink(piece, now); err != nil {
			return n, err
		}
	}
	return n, nil
}

// between takes a byte that is not payload: of the line end after a chunk, of
// the size before the next one, or of the trailer.
func (b *body) between(c byte) error {
	if c != '\n' {
		if len(b.line) == maxChunkLine {
			return errChunk
		}
		b.line = append(b.line, c)
		return nil
	}
	line := bytes.TrimSuffix(b.line, []byte{'\r'})
	b.line = b.line[:0]
	if b.trailer || len(line) == 0 {
		b.done = b.trailer && len(line) == 0
		return nil
	}
	digits, _, _ := bytes.Cut(line, []byte{';'})
	size, err := strconv.ParseUint(string(bytes.TrimSpace(digits)), 16, 62)
	if err != nil {
		return errChunk
	}
	b.left, b.trailer = int64(size), size == 0
	return nil
}

// end takes the error that ended the connection, and forgets it if the body
// was to end so.
func (b *body) end(err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	if b.left < 0 {
		return nil
	}
	return io.ErrUnexpectedEOF
}
