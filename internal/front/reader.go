package front

import (
	"io"
	"net"
	"sync"

	"caracal/internal/pace"
)

const readBuffer = 4 << 10

var buffers = sync.Pool{New: func() any { return new([readBuffer]byte) }}

// Reader reads what a peer sends. Between two requests it holds no buffer, so
// that a player that streams for hours costs none.
type Reader struct {
	c     net.Conn
	ready *pace.Readiness // waits without a buffer; nil where that cannot be done

	pooled *[readBuffer]byte
	buf    []byte
	r, w   int
}

func newReader(c net.Conn) *Reader {
	return &Reader{c: c, ready: pace.NewReadiness(c)}
}

// Buffered returns what has been read and not been used.
func (r *Reader) Buffered() []byte { return r.buf[r.r:r.w] }

// Use takes n bytes from the front of what is buffered.
func (r *Reader) Use(n int) { r.r += n }

// Fill reads more behind what is buffered. It grows the buffer as needed; the
// caller bounds that by what it accepts.
func (r *Reader) Fill() error {
	if r.buf == nil {
		r.pooled = buffers.Get().(*[readBuffer]byte)
		r.buf = r.pooled[:]
	}
	if r.r == r.w {
		r.r, r.w = 0, 0
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

func (r *Reader) grow() {
	b := r.buf
	if r.r == 0 {
		b = make([]byte, 2*len(r.buf))
	}
	copy(b, r.buf[r.r:r.w])
	r.r, r.w, r.buf = 0, r.w-r.r, b
}

// Full reads exactly len(b) bytes.
func (r *Reader) Full(b []byte) error {
	for len(b) > 0 {
		if r.r == r.w {
			if err := r.Fill(); err != nil {
				return err
			}
		}
		k := copy(b, r.Buffered())
		r.Use(k)
		b = b[k:]
	}
	return nil
}

// wait returns when there is something to read.
func (r *Reader) wait() error {
	if r.r < r.w {
		return nil
	}
	r.release()
	if r.ready != nil {
		return r.ready.Wait()
	}
	return r.Fill()
}

// release gives the buffer back if it is empty.
func (r *Reader) release() {
	if r.r < r.w {
		return
	}
	if r.pooled != nil {
		buffers.Put(r.pooled)
	}
	r.pooled, r.buf, r.r, r.w = nil, nil, 0, 0
}

// drop gives the buffer back, whatever is in it.
func (r *Reader) drop() {
	r.r = r.w
	r.release()
}

// discard reads and forgets until the peer closes or the read deadline.
func (r *Reader) discard() {
	r.r, r.w = 0, 0
	for r.Fill() == nil {
		r.r, r.w = 0, 0
	}
}
