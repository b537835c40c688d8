package point

import (
	"bytes"
	"time"

	"caracal/asf"
)

// Generation counts the entries of a broadcast, from 1.
func (l *Live) Generation() uint32 { return l.generation }

// Latest returns the entry that is being broadcast now, or was last: l itself as
// long as nothing has followed it.
func (l *Live) Latest() *Live {
	for {
		l.mu.RLock()
		next := l.next
		l.mu.RUnlock()
		if next == nil {
			return l
		}
		l = next
	}
}

// Continues says whether next describes the same streams as l, so that whoever
// knows the header of l alone can go on with the packets of next.
func (l *Live) Continues(next *Live) bool {
	a, b := l.info, next.info
	if a.PacketSize != b.PacketSize || a.Preroll != b.Preroll || !sameStreams(a.Header, b.Header) {
		return false
	}
	for _, s := range a.Header.Streams() {
		if !sameFormat(s, b.Header.Stream(s.Number())) {
			return false
		}
	}
	return true
}

func sameFormat(a, b *asf.StreamProperties) bool {
	return a.Type == b.Type && a.Flags == b.Flags && !a.Encrypted() && a.TimeOffset == b.TimeOffset &&
		bytes.Equal(a.TypeSpecific, b.TypeSpecific) &&
		a.ErrorCorrectionType == b.ErrorCorrectionType && bytes.Equal(a.ErrorCorrection, b.ErrorCorrection)
}

// Level says how much of a stream goes out.
func (p *Play) Level(stream uint8) asf.Level { return p.sel.Level(stream) }

// Rejoin goes on where somebody would begin that joins a broadcast now: what a
// player has missed meanwhile does not count as skipped.
func (p *Play) Rejoin(o Options) {
	p.next, p.last, p.block = p.live.join(p.lead, o.Burst), NoTime, nil
}

// Repace has a Play that was held up go on at its pace from now on, and catch up no
// faster than it began.
func (p *Play) Repace(now time.Time) { p.began, p.until, p.media = now, time.Time{}, 0 }
