package wmsp

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// pushBody is a request's body that goes on for as long as the encoder does.
// Its reads fail when no packet has been complete for too long, and when
// somebody aborts them.
type pushBody struct {
	r       io.Reader
	control *http.ResponseController
	idle    time.Duration
	source  *pushSource

	mu      sync.Mutex
	last    time.Time // of the last packet
	aborted error
}

// newPushBody has a source brought by a request, until close.
func newPushBody(w http.ResponseWriter, r *http.Request, src *pushSource, idle time.Duration) *pushBody {
	b := &pushBody{r: r.Body, control: http.NewResponseController(w), idle: idle, source: src}
	src.heard.Store(time.Now().UnixNano())
	src.body.Store(b)
	b.progress()
	if why := src.why.Load(); why != nil {
		b.abort(*why)
	}
	return b
}

// Read returns io.EOF at the end of the body, errPushIdle, errPushLost or why
// it was aborted.
func (b *pushBody) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if n > 0 {
		b.source.heard.Store(time.Now().UnixNano())
		b.source.session.Bytes.Add(uint64(n))
	}
	b.mu.Lock()
	aborted := b.aborted
	b.mu.Unlock()
	switch {
	case aborted != nil:
		return 0, aborted
	case err == nil || err == io.EOF:
		return n, err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, errPushIdle
	}
	return n, fmt.Errorf("%w: %w", errPushLost, err)
}

// progress restarts the timer: a packet is complete.
func (b *pushBody) progress() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.aborted == nil {
		b.last = time.Now()
		_ = b.control.SetReadDeadline(b.last.Add(b.idle))
	}
}

// abort ends the read that there is, and all later ones.
func (b *pushBody) abort(why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.aborted == nil {
		b.aborted = why
		_ = b.control.SetReadDeadline(time.Unix(1, 0))
	}
}

// close takes the body away from its source: nothing may abort it when its
// connection may have another request. It returns when the last packet came.
func (b *pushBody) close() time.Time {
	b.source.body.Store(nil)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.aborted == nil {
		b.aborted = io.ErrClosedPipe
	}
	return b.last
}
