package point

import (
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// catchUp is how much faster than real time a paced player of a broadcast is
// served: the source's clock may be faster than ours.
const catchUp = 1.05

// join begins with a broadcast. Wherever a player wants to begin, it begins with
// what there is, as much of it at once as makes its reserve.
func (s *Start) join(l *Live, opt Options, r Request) {
	r.Speed = 0
	s.grant(l.Info(), opt, r)
	if s.Schedule.Rate != 0 {
		s.Schedule.Rate = max(s.Schedule.Rate, catchUp)
	}
	s.stop = r.MaxDuration
	s.Packet = l.join(s.lead, opt.Burst)
}

// follow makes the block with the next packet of a broadcast present. A player
// that is too slow goes on where a clean point is still kept.
func (p *Play) follow(now time.Time, it *Step) bool {
	if p.block.Holds(p.next) {
		return true
	}
	p.live.watched.Store(now.UnixNano())
	st := p.live.state(p.next)
	if st.gone {
		n := p.live.after(p.lead)
		p.Skipped += uint64(n - p.next)
		p.next, p.last = n, NoTime
		st = p.live.state(n)
	}
	switch {
	case st.block != nil:
		p.block = st.block
		return true
	case st.next != nil:
		p.Skipped += st.missed
		p.finish(it, EndChange)
		it.Next = st.next
	case !st.ended.IsZero() && now.Sub(st.ended) >= p.live.opt.Linger:
		p.finish(it, EndNatural)
	default: // without a batch too a shard looks no more often than it wakes
		it.At = now.Add(max(p.batch, pace.Tick))
	}
	return false
}

// Turn goes on with what follows an entry, EndChange: from its beginning, or the
// first clean point that is still kept. The streams that went out go on if there
// are the same ones; otherwise it is one of each kind that did.
func (p *Play) Turn(next *Live) {
	before := p.live.info
	p.entry, p.live, p.sel = next, next, carryOver(before.Header, next.info.Header, p.sel)
	p.lead = leadStream(next.info, p.sel, selectedVideo(next.info, p.sel))
	p.next, p.last, p.block, p.over = 0, NoTime, nil, false
}

// carryOver selects of a new header what was selected of the old one.
func carryOver(from, to *asf.Header, old *asf.Selection) *asf.Selection {
	sel := asf.NewSelection(to)
	if old.Everything() {
		return sel
	}
	same := sameStreams(from, to)
	chosen := map[asf.StreamKind]bool{}
	for _, s := range to.Streams() {
		level := asf.None
		switch kind := s.Kind(); {
		case same:
			level = old.Level(s.Number())
		case !chosen[kind] && selectedKind(from, old, kind):
			level, chosen[kind] = asf.Whole, true
		}
		sel.Set(s.Number(), level)
	}
	return sel
}

// sameStreams says whether two headers have streams of the same kinds under the
// same numbers.
func sameStreams(a, b *asf.Header) bool {
	if len(a.Streams()) != len(b.Streams()) {
		return false
	}
	for _, s := range a.Streams() {
		if o := b.Stream(s.Number()); o == nil || o.Kind() != s.Kind() {
			return false
		}
	}
	return true
}

func selectedKind(h *asf.Header, sel *asf.Selection, kind asf.StreamKind) bool {
	for _, s := range h.Streams() {
		if s.Kind() == kind && sel.Level(s.Number()) != asf.None {
			return true
		}
	}
	return false
}
