package wmsp

import (
	"bufio"
	"io"

	"caracal/internal/head"
)

// maxChunkLine is the longest line before a chunk, with its extensions.
const maxChunkLine = 256

// clientBody reads one response's body: as long as Content-Length says, in
// chunks, or up to the connection's end. Read returns io.EOF at its end.
type clientBody struct {
	r       *bufio.Reader
	chunked bool
	left    int64 // of the body or the chunk; -1 up to the end
	inChunk bool  // a chunk was begun, so a line end comes before the next
	done    bool
}

func newClientBody(r *bufio.Reader, resp *Response) *clientBody {
	b := &clientBody{r: r, chunked: resp.Chunked()}
	switch {
	case resp.Status == 204 || resp.Status == 304:
		b.done, b.chunked = true, false
	case !b.chunked:
		b.left = resp.ContentLength()
		b.done = b.left == 0
	}
	return b
}

// delimited says that the connection can outlive the body.
func (b *clientBody) delimited() bool { return b.chunked || b.left >= 0 }

func (b *clientBody) Read(p []byte) (int, error) {
	if b.chunked && b.left == 0 && !b.done {
		if err := b.nextChunk(); err != nil {
			return 0, err
		}
	}
	if b.done {
		return 0, io.EOF
	}
	if b.left >= 0 && int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	if b.left < 0 {
		b.done = err == io.EOF
		return n, err
	}
	b.left -= int64(n)
	if b.left == 0 {
		b.done = !b.chunked
		return n, nil
	}
	return n, endsEarly(err)
}

// nextChunk reads the line before a chunk. After the last chunk, of size 0,
// it reads the trailer.
func (b *clientBody) nextChunk() error {
	if b.inChunk {
		if line, err := b.line(); err != nil || len(line) > 0 {
			return chunkError(err)
		}
	}
	line, err := b.line()
	if err != nil {
		return chunkError(err)
	}
	size, ok := chunkSize(line)
	if !ok {
		return chunkError(nil)
	}
	b.left, b.inChunk = size, true
	if size > 0 {
		return nil
	}
	for range head.MaxFields {
		if line, err = b.line(); err != nil {
			return chunkError(err)
		}
		if len(line) == 0 {
			b.done = true
			return nil
		}
	}
	return chunkError(nil)
}

// line returns a line without its end.
func (b *clientBody) line() ([]byte, error) {
	line, err := b.r.ReadSlice('\n')
	if err != nil {
		return nil, endsEarly(err)
	}
	if len(line) > maxChunkLine {
		return nil, ErrLimit
	}
	line = line[:len(line)-1]
	if len(line) > 0 && line[len(line)-1] == '\r' {
		line = line[:len(line)-1]
	}
	return line, nil
}

func chunkError(err error) error {
	if err == nil || err == bufio.ErrBufferFull {
		err = ErrInvalid
	}
	if err == ErrInvalid || err == ErrLimit {
		return &ParseError{"chunk", 0, err}
	}
	return err
}

// chunkSize reads the hexadecimal size at the beginning of line.
func chunkSize(line []byte) (int64, bool) {
	n := int64(0)
	for i, c := range line {
		digit := head.HexDigit(c)
		if digit < 0 {
			return n, i > 0 && (c == ';' || c == ' ' || c == '\t')
		}
		if n = n<<4 | int64(digit); n > 1<<31 {
			return 0, false
		}
	}
	return n, len(line) > 0
}
