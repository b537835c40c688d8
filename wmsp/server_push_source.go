package wmsp

import (
	"context"
	"errors"
	"net/netip"
	"sync/atomic"
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/session"
)

// pushSource is what brings a broadcast its content now: an encoder's session,
// or one plain request. Between claim and release it is the only one.
type pushSource struct {
	srv       *PushServer
	broadcast *point.Broadcast
	from      netip.Addr
	end       func(error) // asks it to go; it releases then
	session   *session.Session

	in    intake                   // of one goroutine at a time
	body  atomic.Pointer[pushBody] // nil between requests
	why   atomic.Pointer[error]    // that it was aborted
	heard atomic.Int64             // when a body brought something last, UnixNano
	gone  chan struct{}            // closed by release
}

// claim makes the source the broadcast's. One that is there already stays,
// unless it is the same encoder's that has come back before we have noticed
// that it went.
func (s *PushServer) claim(ctx context.Context, src *pushSource, who event.Player) error {
	src.srv, src.gone, src.in.to = s, make(chan struct{}), src.broadcast
	src.heard.Store(time.Now().UnixNano())
	for {
		s.mu.Lock()
		old := s.sources[src.broadcast]
		switch {
		case s.closed:
			s.mu.Unlock()
			return session.ErrDraining
		case old == nil:
			s.sources[src.broadcast] = src
		}
		s.mu.Unlock()
		if old == nil {
			break
		}
		if !old.replaceable(src.from) {
			return point.ErrSource
		}
		old.end(errPushReplaced)
		select {
		case <-old.gone:
		case <-ctx.Done():
			return errPushLost
		}
	}
	ses, err := s.opt.Sessions.Admit(who, src.end)
	if err != nil {
		src.release(err)
		return err
	}
	src.session = ses
	ses.SetState(session.Streaming)
	return nil
}

// busy says that another encoder has the broadcast, and may keep it.
func (s *PushServer) busy(b *point.Broadcast, from netip.Addr, ses *pushSession) bool {
	s.mu.Lock()
	src := s.sources[b]
	s.mu.Unlock()
	return src != nil && (ses == nil || src != ses.source()) && !src.replaceable(from)
}

// replaceable says that the encoder is from this address, and has lost its
// connection or has been silent for so long that it may have.
func (src *pushSource) replaceable(from netip.Addr) bool {
	silent := time.Since(time.Unix(0, src.heard.Load()))
	return src.from == from && (src.body.Load() == nil || silent >= pushStale)
}

// abort ends the read of the body that there is, and of any later one.
func (src *pushSource) abort(why error) {
	src.why.CompareAndSwap(nil, &why)
	if b := src.body.Load(); b != nil {
		b.abort(why)
	}
}

// release gives the broadcast back, for good.
func (src *pushSource) release(why error) {
	src.in.close()
	src.srv.mu.Lock()
	if src.srv.sources[src.broadcast] == src {
		delete(src.srv.sources, src.broadcast)
	}
	src.srv.mu.Unlock()
	if src.session != nil {
		reason := "the encoder has ended"
		if why != nil {
			reason = why.Error()
		}
		src.session.Close(reason)
	}
	close(src.gone)
}

// setHeader takes the first header, or that of other content.
func (src *pushSource) setHeader(header []byte) error {
	src.progress()
	return src.in.setHeader(header)
}

var errNoHeader = errors.New("wmsp: a packet before the first header")

func (src *pushSource) add(packet []byte) error {
	if err := src.in.add(packet); err != nil {
		return err
	}
	src.session.Packets.Add(1)
	src.progress()
	return nil
}

// progress restarts the Idle-Timeout.
func (src *pushSource) progress() {
	if b := src.body.Load(); b != nil {
		b.progress()
	}
}
