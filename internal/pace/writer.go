package pace

import (
	"errors"
	"net"
	"sync"
)

// ErrClosed is what a Writer returns after Close.
var ErrClosed = errors.New("pace: connection closed")

// Writer is the half of a connection that a shard writes. None of its
// methods blocks.
type Writer interface {
	// Writev writes what fits now. A count short of the whole with a nil
	// error means that the connection is full.
	Writev(bufs [][]byte) (int, error)
	// Notify calls f once, from another goroutine, when more fits or when
	// the connection has failed.
	Notify(f func())
	// CloseWrite tells the peer that nothing more comes.
	CloseWrite() error
	Close() error
}

// NewWriter returns the best Writer for c. It belongs to the shard's
// goroutine; reading from c stays with the caller, and nobody else may write
// to it.
func (s *Shard) NewWriter(c net.Conn) Writer {
	if w := newRawWriter(c, s); w != nil {
		return w
	}
	if w := newTLSWriter(c, s); w != nil {
		return w
	}
	return newBufferedWriter(c)
}

// bufferedMax is what a bufferedWriter holds before it is full.
const bufferedMax = 128 << 10

// bufferedWriter serves connections without a descriptor (in-memory ones
// in tests): a goroutine writes what the shard leaves in a buffer.
type bufferedWriter struct {
	c      net.Conn
	mu     sync.Mutex
	buf    []byte // waiting to be written
	flying int    // bytes of the write under way
	busy   bool   // the goroutine runs
	eof    bool   // CloseWrite when the buffer is empty
	err    error
	notify func()
}

func newBufferedWriter(c net.Conn) *bufferedWriter { return &bufferedWriter{c: c} }

func (w *bufferedWriter) Writev(bufs [][]byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	n := 0
	for _, b := range bufs {
		k := min(len(b), w.room())
		w.buf = append(w.buf, b[:k]...)
		n += k
		if k < len(b) {
			break
		}
	}
	w.start()
	return n, nil
}

func (w *bufferedWriter) room() int { return max(bufferedMax-len(w.buf)-w.flying, 0) }

func (w *bufferedWriter) Notify(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil || w.room() > 0 {
		go f()
		return
	}
	w.notify = f
}

func (w *bufferedWriter) CloseWrite() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.eof = true
	w.start()
	return nil
}

func (w *bufferedWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fail(ErrClosed)
	return w.c.Close()
}

// start runs the goroutine if there is something for it to do. It ends when
// the buffer is empty or the connection fails.
func (w *bufferedWriter) start() {
	if !w.busy && w.err == nil && (len(w.buf) > 0 || w.eof) {
		w.busy = true
		go w.drain()
	}
}

func (w *bufferedWriter) drain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.buf) > 0 && w.err == nil {
		b := w.buf
		w.buf, w.flying = nil, len(b)
		w.mu.Unlock()
		_, err := w.c.Write(b)
		w.mu.Lock()
		w.flying = 0
		if f := w.notify; f != nil {
			w.notify = nil
			go f()
		}
		if err != nil {
			w.fail(err)
		}
	}
	w.busy = false
	if half, ok := w.c.(interface{ CloseWrite() error }); ok && w.eof && w.err == nil {
		half.CloseWrite()
	} else if w.eof && w.err == nil {
		w.c.Close()
	}
}

func (w *bufferedWriter) fail(err error) {
	if w.err == nil {
		w.err = err
	}
	if f := w.notify; f != nil {
		w.notify = nil
		go f()
	}
}
