package msbd

import (
	"errors"
	"io"
)

// readerFirst is how large a Reader's buffer is at first, bytes. It grows with
// what came, not with what a length field promises, up to MaxMessage.
const readerFirst = 4 << 10

// Reader takes messages off a connection.
type Reader struct {
	src        io.Reader
	buf        []byte // buf[start:end] is read and not yet given out
	start, end int
}

// NewReader returns a Reader of what either side sends.
func NewReader(src io.Reader) *Reader { return &Reader{src: src} }

// Next returns the next message. It is valid until the next call. io.EOF says that
// the stream ended between two messages. After a ParseError there is no way to
// find the beginning of a message again.
func (r *Reader) Next() (Message, error) {
	for {
		m, n, err := ParseMessage(r.buf[r.start:r.end])
		if !errors.Is(err, ErrNeedMore) {
			r.start += n
			return m, err
		}
		if err := r.fill(); err != nil {
			return Message{}, err
		}
	}
}

func (r *Reader) fill() error {
	if r.start > 0 {
		r.end = copy(r.buf, r.buf[r.start:r.end])
		r.start = 0
	}
	if r.end == len(r.buf) {
		grown := make([]byte, min(max(readerFirst, 2*len(r.buf)), MaxMessage))
		copy(grown, r.buf)
		r.buf = grown
	}
	n, err := r.src.Read(r.buf[r.end:])
	r.end += n
	if n > 0 {
		return nil
	}
	if errors.Is(err, io.EOF) && r.end > 0 {
		return io.ErrUnexpectedEOF
	}
	return err
}
