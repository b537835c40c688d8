package rtsp

import (
	"context"
	"errors"
	"io"
	"time"

	"caracal/internal/point"
)

// errNoEntry answers who skips where no entry is, or where that is not allowed.
var errNoEntry = errors.New("rtsp: no entry to skip to")

// skipTime is how long storage may take to open another entry.
const skipTime = 10 * time.Second

// skips says from which entry of a list a Play goes how far: X-Playlist, or a Range in
// the entry before, which the player is still showing, [MS-RTSP] 3.2.5.8. from is nil
// and by is 0 if it is about the present entry.
func (p *player) skips(r *Request) (from *point.Listed, by int) {
	by, _ = ParsePlaylist(r.Header.Get("X-Playlist"))
	id, _ := ParseNumber(r.Header.Get("X-Playlist-Seek-Id"))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left != nil && id == p.left.Generation() {
		return p.left, by
	}
	if by == 0 {
		return nil, 0
	}
	from, _ = p.entry.(*point.Listed)
	return from, by
}

// skip turns to another entry of the list: the answer says so, and the present one
// ends at once, [MS-RTSP] 3.2.5.8.
func (c *conn) skip(r *Request, p *player, from *point.Listed, by int) bool {
	to, err := beside(r, from, by)
	if errors.Is(err, errNoEntry) {
		return c.refuse(r, 400, err.Error())
	}
	if err != nil {
		return c.refuseError(r, err)
	}
	p.mu.Lock()
	want := point.Request{Rate: 1, Selection: p.selection()}
	l := p.layout(c)
	p.lag, p.predicted = lagOf(r), false
	p.mu.Unlock()
	start, err := point.Prepare(l.entry, p.options(), want)
	if err == nil && len(l.tracks) == 0 {
		err = point.ErrPosition
	}
	if err != nil {
		to.Close()
		return c.refuseError(r, err)
	}
	reserved, err := start.Reserve(l.entry, p.ses)
	if err != nil {
		to.Close()
		return c.refuseError(r, err)
	}
	st := c.newStream(p, l, &start)
	st.reserved = reserved
	st.missed, st.turn.receding = to, by < 0
	if by == 0 { // the entry before is the present one from here on
		st.back = from.Generation()
	}
	resp := c.answer(r, p, 200)
	resp.Add("X-Playlist-Change-Notice", PlaylistChangeNotice)
	resp.Add("Range", Range{HasFrom: true}.String())
	c.Streams(+1)
	c.Post(func() { c.tx.play(resp, st, start) })
	return true
}

// beside opens the entry that a player skips to, at the time it wants.
func beside(r *Request, from *point.Listed, by int) (*point.Listed, error) {
	if from == nil {
		return nil, errNoEntry
	}
	if s := from.Item().Skips; by > 0 && !s.Forward || by < 0 && !s.Backward {
		return nil, errNoEntry
	}
	at := point.Position{}
	if v := r.Header.Get("Range"); v != "" && by == 0 {
		rg, err := ParseRange(v)
		if err != nil {
			return nil, point.ErrPosition
		}
		if rg, err = withinContent(rg, from.Info().Duration, 1); err != nil {
			return nil, err
		}
		at = positionOf(rg)
	}
	ctx, cancel := context.WithTimeout(context.Background(), skipTime)
	defer cancel()
	to, err := from.Beside(ctx, by, at)
	if errors.Is(err, io.EOF) {
		err = errNoEntry
	}
	return to, err
}

// abandon lets go of the bandwidth, and of the entry that a stream was to turn to, and
// did not.
func (st *stream) abandon() {
	st.reserved.Release()
	if l, ok := st.missed.(*point.Listed); ok {
		l.Close()
	}
}
