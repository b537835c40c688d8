package wmsp

import (
	"context"
	"errors"
	"io"
	"time"

	"caracal/internal/point"
	"caracal/internal/session"
)

// places is where a player is in a list: at an entry, and perhaps still showing the
// one before, which it means then, [MS-WMSP] 3.1.4.3.
type places struct {
	at, before *point.Listed
}

// come notes the entry that a player has come to.
func (cl *client) come(e point.Entry) {
	l, ok := e.(*point.Listed)
	if !ok {
		return
	}
	cl.mu.Lock()
	defer cl.mu.Unlock()
	p := &cl.places
	if p.at == nil || p.at.Generation() != l.Generation() {
		p.before = p.at
	}
	p.at = l
}

// place returns the entry that a request is about, and whether it is the one that
// the player was sent last; nil if it names none that there is.
func (cl *client) place(r *Request) (l *point.Listed, latest bool) {
	id := r.Pragma.PlaylistSeekID
	if id == 0 {
		id = r.Pragma.PlaylistGenID
	}
	cl.mu.Lock()
	defer cl.mu.Unlock()
	p := &cl.places
	switch {
	case p.at == nil || cl.pair.path != r.Path:
		return nil, false
	case p.before != nil && id == p.before.Generation():
		return p.before, false
	case id == p.at.Generation(), r.Pragma.PLOffset != 0, !cl.played:
		return p.at, true
	}
	return nil, false
}

// opened is the content that a Play is for.
type opened struct {
	point *point.Point
	entry point.Entry
	from  *point.Listed // the player skips from there, and is told of the change; nil: it does not
}

// errNoEntry answers who skips past the end of a list, or where that is not allowed.
var errNoEntry = errors.New("wmsp: no entry to skip to")

// openPlay finds the content for a Play: that of its URL, or the entry of a list
// beside the one that the player is at, [MS-WMSP] 3.2.5.6.
func (c *conn) openPlay(r *Request, cl *client) (o opened, err error) {
	if cl == nil {
		cl = c.srv.pairedWith(keyOf(c, r))
	}
	var l *point.Listed
	latest := false
	if cl != nil {
		l, latest = cl.place(r)
	}
	by := r.Pragma.PLOffset
	if l == nil { // no list, or a player that has been forgotten: it begins
		o.point, o.entry, err = c.open(r)
		return o, err
	}
	if skips := l.Item().Skips; by > 0 && !skips.Forward || by < 0 && !skips.Backward {
		return o, errNoEntry
	}
	if o.point, _, err = c.srv.opt.Points.Lookup(r.Path); err != nil {
		return o, err
	}
	if by != 0 || !latest {
		o.from = l
	}
	o.entry, err = beside(l, by)
	return o, err
}

// beside opens an entry of a list.
func beside(l *point.Listed, by int) (point.Entry, error) {
	ctx, cancel := context.WithTimeout(context.Background(), skipTime)
	defer cancel()
	e, err := l.Beside(ctx, by, point.Position{})
	if errors.Is(err, io.EOF) {
		err = errNoEntry
	}
	if err != nil {
		return nil, err
	}
	if err := sendable(e); err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// current returns the content that a player chooses streams of: in a list the entry
// that it has been sent last. done lets go of it.
func (c *conn) current(r *Request, cl *client) (e point.Entry, done func() error, err error) {
	cl.mu.Lock()
	l := cl.places.at
	cl.mu.Unlock()
	if l != nil && cl.pair.path == r.Path {
		return l, func() error { return nil }, nil
	}
	if _, e, err = c.open(r); e == nil {
		return nil, nil, err
	}
	return e, e.Close, nil
}

// skipTime is how long storage may take to open another entry.
const skipTime = 10 * time.Second

// pairedWith returns the state of a Describe by the same player, for a Play that
// names none.
func (s *Server) pairedWith(key pairKey) *client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.described[key]
}

// skipped has a player that skips choose its streams of the entry, if it does not
// leave that to the server: its packets wait for that, [MS-WMSP] 4.5.1.
func (s *sender) skipped(now time.Time) {
	st := s.stream
	if !st.skipped || st.client.predicts() {
		return
	}
	st.turn = turn{next: st.play.Entry(), at: now.Add(waitTime), told: true}
	st.client.session.SetState(session.Waiting)
}
