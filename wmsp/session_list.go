package wmsp

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"caracal/internal/point"
	"caracal/internal/session"
)

// places are the entries of a list that a player has been sent, the latest last: it
// means the one that it still shows, [MS-WMSP] 3.1.4.3, which may be several before
// that when they are short.
type places []*point.Listed

// maxPlaces is how many entries back a player may mean.
const maxPlaces = 8

// at is the entry that the player was sent last; nil: none of a list.
func (p places) at() *point.Listed {
	if len(p) == 0 {
		return nil
	}
	return p[len(p)-1]
}

// come notes the entry that a player has come to.
func (cl *client) come(e point.Entry) {
	l, ok := e.(*point.Listed)
	if !ok {
		return
	}
	cl.mu.Lock()
	defer cl.mu.Unlock()
	same := func(o *point.Listed) bool { return o.Generation() == l.Generation() }
	cl.places = append(slices.DeleteFunc(cl.places, same), l)
	if extra := len(cl.places) - maxPlaces; extra > 0 {
		cl.places = slices.Delete(cl.places, 0, extra)
	}
}

// startOver forgets the entries that a player has come to: it goes through the list
// anew.
func (cl *client) startOver() {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	cl.places = nil
}

// place returns the entry that a request is about, and whether it is the one that
// the player was sent last; nil if it names none that is remembered.
func (cl *client) place(r *Request) (l *point.Listed, latest bool) {
	id := r.Pragma.PlaylistSeekID
	if id == 0 {
		id = r.Pragma.PlaylistGenID
	}
	cl.mu.Lock()
	defer cl.mu.Unlock()
	at := cl.places.at()
	if at == nil || cl.pair.path != r.Path {
		return nil, false
	}
	for _, l := range cl.places {
		if l.Generation() == id {
			return l, l == at
		}
	}
	if r.Pragma.PLOffset != 0 || !cl.played {
		return at, true
	}
	return nil, false
}

// opened is the content that a Play is for.
type opened struct {
	point *point.Point
	entry point.Entry
	from  *point.Listed // the player skips from there, and is told of the change; nil: it does not
	anew  bool          // it is the beginning, of a list too
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
		o.anew = true
		o.point, o.entry, err = c.open(r)
		return o, err
	}
	if skips := l.Item().Skips; by > 0 && !skips.Forward || by < 0 && !skips.Backward {
		return o, errNoEntry
	}
	if o.point, _, err = c.srv.opt.Points.Lookup(r.Path); err != nil {
		return o, err
	}
	if by != 0 || cl.predicts() && (!latest || r.Pragma.Has(TokenPLOffset)) {
		o.from = l // 4.5.1: who chooses by itself is not told of a seek
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
	l := cl.places.at()
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
	st.turn = turn{next: st.play.Entry(), began: now, told: true}
	st.client.session.SetState(session.Waiting)
}
