package rtsp

import (
	"time"

	"caracal/internal/point"
)

// confirm takes the Play of a player for which the server has chosen streams of
// the next entry, [MS-RTSP] 3.1.5.16.1: they go on.
func (c *conn) confirm(r *Request, p *player) bool {
	var named []RTPInfo
	if r.Header.Has("X-RTP-Info") {
		var err error
		if named, err = ParseRTPInfo(r.Header.Get("X-RTP-Info")); err != nil {
			return c.refuse(r, 400, err.Error())
		}
	}
	if id, ok := ParseNumber(r.Header.Get("X-Playlist-Seek-Id")); ok && id != p.generation.Load() {
		return c.refuse(r, 412, errOver.Error())
	}
	p.mu.Lock()
	p.predicted, p.lag = false, lagOf(r)
	off := p.unconfirmed(named)
	l := p.layout(c)
	p.mu.Unlock()
	resp := c.answer(r, p, 200)
	resp.Add("Range", Range{Now: true}.String())
	c.Post(func() { c.tx.confirm(p, l, off, resp) })
	return true
}

// confirm answers, and goes on with a change that has waited for the player: only
// from here on is it told of another entry, so that the answer comes before that.
// It runs on the shard.
func (s *sender) confirm(p *player, l *layout, off []point.Switch, resp *Response) {
	st := s.stream
	if st == nil || st.player != p || l.entry != st.entry() {
		s.reply(resp.AppendTo(nil), false)
		return
	}
	st.arrange(l)
	st.play.Select(off)
	resp.Add("RTP-Info", string(AppendRTPInfo(nil, st.rtpInfo(false))))
	s.reply(resp.AppendTo(nil), false)
	lag := p.confirmed()
	if st.turn.next != nil && st.turn.at.IsZero() {
		st.turn.at = time.Now().Add(lag)
	}
	s.Wake()
}

// lagOf is the X-Player-Lag-Time of a Play, within bounds; 0 for none.
func lagOf(r *Request) time.Duration {
	ms, _ := ParseNumber(r.Header.Get("X-Player-Lag-Time"))
	return min(time.Duration(ms)*time.Millisecond, maxLag)
}
