package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"caracal/asf"
	"caracal/internal/pull"
)

// The times of what is fetched.
const (
	silence   = 30 * time.Second // without a packet, after which the origin is asked anew
	leaveTime = 2 * time.Second  // that an origin may take to say goodbye
	seekFresh = 5 * time.Second  // that a run begun for a seek waits for its player
)

// run is one stream from the origin, which fills a stock from some position up to
// a packet that is there already, or to the end.
type run struct {
	f      *fetch
	at     position
	cancel context.CancelCauseFunc
	born   time.Time
	fill   filler
	found  chan struct{} // closed when first is known, or that it will not be

	// guarded by f.mu
	first int64 // the packet that came first; -1: none yet
	next  int64 // the packet that comes next, as far as is known
	quit  bool  // it was cancelled
}

// reach is how far ahead of a run a player may wait for it to come there.
func (r *run) reaches(n int64) bool { return r.next >= 0 && n >= r.next && n-r.next <= r.f.reach }

// play runs until nothing more is to come here. Nil says that the run has closed
// the gap in which it was, or that the content ends here.
func (r *run) play(ctx context.Context, op *opening) error {
	s, err := r.begin(ctx, op)
	if err != nil {
		return err
	}
	defer s.Close()
	watch := time.AfterFunc(silence, func() { r.cancel(errSilent) })
	defer watch.Stop()
	r.fill.s = r.f.stock
	err = r.receive(ctx, s, watch)
	if e := r.fill.close(); err == nil || errors.Is(e, errDisk) {
		err = e
	}
	return err
}

// begin asks for the stream, and whether the content is still the same.
func (r *run) begin(ctx context.Context, op *opening) (stream, error) {
	if op == nil {
		var err error
		if op, err = r.f.from.open(ctx, r.f.url); err != nil {
			return nil, err
		}
		n := len(r.f.opened)
		if op.facts.differs(r.f.facts) || len(op.header) < n || !bytes.Equal(op.header[:n], r.f.opened) {
			op.close()
			return nil, ErrChanged
		}
	}
	s, err := op.play(ctx, r.at)
	if err != nil {
		op.close()
	}
	return s, err
}

// receive takes what comes.
func (r *run) receive(ctx context.Context, s stream, watch *time.Timer) error {
	for {
		e, err := s.Receive()
		switch {
		case errors.Is(err, io.EOF) || err == nil && e.Kind == pull.GotEnd && !e.More:
			return r.f.ended(r)
		case err != nil:
			return unanswered(ctx, err)
		}
		switch e.Kind {
		case pull.GotPacket:
			watch.Reset(silence)
			over, err := r.take(ctx, e, watch)
			if over || err != nil {
				return err
			}
		case pull.GotHeader:
			if n := len(r.f.opened); len(e.Header) < n || !bytes.Equal(e.Header[:n], r.f.opened) {
				return ErrChanged
			}
		case pull.GotEnd, pull.GotChange:
			return errPlaylist
		}
	}
}

// take puts a packet where it belongs. over says that the gap is closed.
func (r *run) take(ctx context.Context, e pull.Event, watch *time.Timer) (over bool, err error) {
	f := r.f
	f.mu.Lock()
	n := r.next
	if n < 0 || e.HasPacket && r.first < 0 {
		n = int64(e.Packet)
	}
	counted := r.at.byTime || r.at.value > 0
	f.mu.Unlock()
	if e.HasPacket {
		n = int64(e.Packet)
	} else if counted {
		return false, fmt.Errorf("%w: it does not number its packets", errPacket)
	}
	if n >= f.most {
		return false, fmt.Errorf("%w: it is larger than it may be", errPacket)
	}
	pkt := e.Data
	if len(pkt) != f.info.PacketSize {
		if pkt, err = asf.AppendPadded(make([]byte, 0, f.info.PacketSize), pkt, f.info.PacketSize); err != nil {
			return false, fmt.Errorf("%w: %w", errPacket, err)
		}
	}
	if err := r.wait(ctx, n, watch); err != nil {
		return false, err
	}
	fresh, err := r.fill.put(n, pkt)
	if err != nil {
		return false, err
	}
	f.came(r, n, len(e.Data), fresh)
	return !fresh && e.HasPacket, nil
}

// wait waits until packet n is in the window, of content that has one.
func (r *run) wait(ctx context.Context, n int64, watch *time.Timer) error {
	for r.f.stock.ahead(n) {
		watch.Stop()
		select {
		case <-r.f.stock.moved:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
