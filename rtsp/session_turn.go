package rtsp

import (
	"slices"
	"time"

	"caracal/asf"
	"caracal/internal/head"
	"caracal/internal/point"
)

// lags says how far behind the player is, and whether its Play has to come before
// it is told of another entry.
func (p *player) lags() (lag time.Duration, expects bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lag, p.expects
}

// confirmed notes that the player has the answer to the Play that had to come, and
// says how far behind it is.
func (p *player) confirmed() (lag time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expects = false
	return p.lag
}

// predicts says that the server chooses the streams of the next entry, [MS-RTSP]
// 2.2.6.10.5. A kind that nothing was set up for has no way yet: what goes out before
// the player has made one would be lost to it, so there it chooses by itself.
func (p *player) predicts(from, to *asf.Header, before *asf.Selection) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.features.Has(head.FeaturePredStrm) {
		return false
	}
	sel := point.CarryOver(from, to, before)
	for _, s := range to.Streams() {
		if sel.Level(s.Number()) != asf.None && !carries(p.tracks, from, s.Kind()) {
			return false
		}
	}
	return true
}

// carries says whether a stream of a kind goes out, or all do together.
func carries(tracks []track, h *asf.Header, kind asf.StreamKind) bool {
	return slices.ContainsFunc(tracks, func(t track) bool { return len(t.others) > 0 || kindOf(h, t.stream) == kind })
}

// awaited says that streams go out which the player has not confirmed.
func (p *player) awaited() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.predicted
}

// enter makes what follows the session's content. The mutex is held.
func (p *player) enter(next point.Entry) {
	if l, ok := p.entry.(*point.Listed); ok {
		p.left = l
	}
	point.Leave(p.entry, next)
	p.entry, p.paused = next, 0
	p.generation.Store(point.Generation(next))
}

// deselectAll leaves no stream selected; those that were may still be deselected
// by their player. The mutex is held.
func (p *player) deselectAll() {
	p.dropFormer()
	p.former, p.tracks = p.tracks, nil
}

// dropFormer forgets the streams of an entry that is over.
func (p *player) dropFormer() {
	for i := range p.former {
		p.srv.bySSRC.Release(p.former[i].ssrc, p.former[i].fecSSRC)
	}
	p.former = nil
}

// predict puts the streams that play sends of a new entry in the place of those
// that were set up: each goes the way of one of its kind, [MS-RTSP] 3.2.4.2. It
// returns what play has to leave out, for want of a way. The mutex is held.
func (p *player) predict(from, to *asf.Header, play *point.Play, sdp *SDP, base string) (off []point.Switch) {
	old := p.tracks
	p.deselectAll()
	ways := make([][]uint8, len(old)) // the streams that each track gets
	var rest []*asf.StreamProperties
	for _, s := range to.Streams() {
		if play.Level(s.Number()) == asf.None {
			continue
		}
		if i := sameWay(old, from, s); i >= 0 && len(ways[i]) == 0 {
			ways[i] = append(ways[i], s.Number())
		} else {
			rest = append(rest, s)
		}
	}
	for _, s := range rest {
		if i := freeWay(old, ways, from, s.Kind()); i >= 0 {
			ways[i] = append(ways[i], s.Number())
		} else {
			off = append(off, point.Switch{From: point.NoStream, To: s.Number(), Level: asf.None})
		}
	}
	p.former = nil
	for i, t := range old {
		if len(ways[i]) == 0 {
			p.former = append(p.former, t)
			continue
		}
		t.turn(ways[i], play.Level(ways[i][0]), sdp, base)
		p.tracks = append(p.tracks, t)
	}
	return off
}

// turn makes a track carry streams of another entry.
func (t *track) turn(streams []uint8, level asf.Level, sdp *SDP, base string) {
	_, t.was, _ = SplitControl(t.url)
	t.stream, t.others, t.level, t.predicted = streams[0], streams[1:], level, true
	if t.was.All {
		return
	}
	t.control = t.stream
	for i := range sdp.Media {
		if m := &sdp.Media[i]; m.Format == FormatASF && m.Stream == uint32(t.stream) {
			t.url = base + "/" + m.Control
		}
	}
}

// sameWay finds the track of the stream with the same number and kind, -1 for
// none.
func sameWay(old []track, from *asf.Header, s *asf.StreamProperties) int {
	for i := range old {
		if old[i].stream == s.Number() && kindOf(from, old[i].stream) == s.Kind() {
			return i
		}
	}
	return -1
}

// freeWay finds a track of a stream of that kind that nothing goes by yet, or one
// by which all streams go; -1 for none.
func freeWay(old []track, ways [][]uint8, from *asf.Header, kind asf.StreamKind) int {
	for i := range old {
		if len(old[i].others) > 0 || len(ways[i]) == 0 && kindOf(from, old[i].stream) == kind {
			return i
		}
	}
	return -1
}

func kindOf(h *asf.Header, stream uint8) asf.StreamKind {
	if s := h.Stream(stream); s != nil {
		return s.Kind()
	}
	return 0
}

// unconfirmed deselects the streams that the server has chosen and that a Play with
// this X-RTP-Info does not name, [MS-RTSP] 2.2.6.27, and returns what changes; nil
// confirms all. The mutex is held.
func (p *player) unconfirmed(list []RTPInfo) (off []point.Switch) {
	var named asf.StreamSet
	for _, info := range list {
		if _, control, ok := SplitControl(info.URL); ok {
			named.Add(streamOf(p.entry.Info().Header, control))
		}
	}
	for i := len(p.tracks) - 1; i >= 0; i-- {
		t := &p.tracks[i]
		if t.predicted && list != nil && !named.Has(t.stream) {
			off = append(off, p.drop(t.stream)...)
			continue
		}
		t.predicted = false
	}
	return off
}
