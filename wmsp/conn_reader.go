package wmsp

import (
	"errors"
	"io"
	"net"
	"sync"

	"caracal/internal/pace"
)

// The bounds of what is read from a player.
const (
	readBuffer = 4 << 10
	// MaxBody is the longest body of a request; logs take 2 to 4 KB.
	MaxBody = 64 << 10
)

var buffers = sync.Pool{New: func() any { return new([readBuffer]byte) }}

// connReader reads requests. Between two of them it holds no buffer, so that
// a player that streams for hours costs none.
type connReader struct {
	c     net.Conn
	ready *pace.Readiness // waits without a buffer; nil where that cannot be done

	pooled *[readBuffer]byte
	buf    []byte
	r, w   int
}

func newConnReader(c net.Conn) *connReader {
	return &connReader{c: c, ready: pace.NewReadiness(c)}
}

// buffered returns what has been read and not been used.
func (r *connReader) buffered() []byte { return r.buf[r.r:r.w] }

// wait returns when there is something to read.
func (r *connReader) wait() error {
	if r.r < r.w {
		return nil
	}
	r.release()
	if r.ready != nil {
		return r.ready.Wait()
	}
	return r.fill()
}

// release gives the buffer back if it is empty.
func (r *connReader) release() {
	if r.r < r.w {
		return
	}
	if r.pooled != nil {
		buffers.Put(r.pooled)
	}
	r.pooled, r.buf, r.r, r.w = nil, nil, 0, 0
}

// drop gives the buffer back, whatever is in it.
func (r *connReader) drop() {
	r.r = r.w
	r.release()
}

// fill reads more behind what is there.
func (r *connReader) fill() error {
	if r.buf == nil {
		r.pooled = buffers.Get().(*[readBuffer]byte)
		r.buf = r.pooled[:]
	}
	if r.w == len(r.buf) {
		r.grow()
	}
	n, err := r.c.Read(r.buf[r.w:])
	r.w += n
	if n > 0 {
		return nil
	}
	if err == nil {
		return io.ErrNoProgress
	}
	return err
}

func (r *connReader) grow() {
	b := r.buf
	if r.r == 0 {
		b = make([]byte, 2*len(r.buf))
	}
	copy(b, r.buf[r.r:r.w])
	r.r, r.w, r.buf = 0, r.w-r.r, b
}

// request reads one head. Anything but a *SyntaxError is the connection's
// end.
func (r *connReader) request() (*Request, error) {
	for {
		req, n, err := ParseRequest(r.buffered())
		if err == nil {
			r.r += n
			return req, nil
		}
		if !errors.Is(err, ErrNeedMore) {
			return nil, err
		}
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
}

// body reads a request's body.
func (r *connReader) body(req *Request) ([]byte, error) {
	if req.Chunked {
		return nil, &SyntaxError{Status: 411, Text: "a request with a chunked body"}
	}
	if req.ContentLength > MaxBody {
		return nil, &SyntaxError{Status: 413, Text: "a request with a body that is too long"}
	}
	want := int(max(req.ContentLength, 0))
	body := make([]byte, 0, want)
	for len(body) < want {
		if r.r == r.w {
			r.r, r.w = 0, 0
			if err := r.fill(); err != nil {
				return nil, err
			}
		}
		k := min(want-len(body), r.w-r.r)
		body = append(body, r.buf[r.r:r.r+k]...)
		r.r += k
	}
	return body, nil
}

// discard reads and forgets until the peer closes or the read deadline.
func (r *connReader) discard() {
	r.r, r.w = 0, 0
	for r.fill() == nil {
		r.r, r.w = 0, 0
	}
}
