package point

import "caracal/asf"

// Tap follows a broadcast from packet to packet for somebody who keeps all of
// it: an archive. Unlike a player it begins with the first packet that there is,
// clean or not, and goes through every entry. It belongs to one goroutine, and
// nobody waits for it.
type Tap struct {
	b     *Broadcast
	live  *Live // nil before the first entry
	lead  uint8 // stream at whose clean points files begin
	next  int64 // the next packet's number
	block *Block
}

// Tapped is one thing that a Tap yields.
type Tapped struct {
	Entry      *Info  // another entry begins; its packets follow
	Generation uint32 // Entry: its number
	Packet     []byte // or a packet, which must not be written to
	Number     int64  // Packet: in its entry
	Clean      bool   // Packet: decoding can start here, of the video if there is one
	Lost       uint64 // Packet: so many before it were gone when their turn came
	Ended      bool   // or the source has gone, and nothing follows as yet
}

// Tap returns a Tap of what is broadcast now and later.
func (b *Broadcast) Tap() *Tap { return &Tap{b: b} }

// Next yields what comes next; false if nothing has come yet.
func (t *Tap) Next() (Tapped, bool) {
	if t.live == nil {
		t.b.mu.Lock()
		first := t.b.current
		t.b.mu.Unlock()
		return t.enter(first)
	}
	if t.block.Holds(t.next) {
		return t.packet(0), true
	}
	st, lost := t.live.state(t.next), uint64(0)
	if st.gone {
		n := t.live.after(t.lead)
		lost, t.next = uint64(n-t.next), n
		st = t.live.state(n)
	}
	switch {
	case st.block != nil:
		t.block = st.block
		return t.packet(lost), true
	case st.missed > 0:
		t.next += int64(st.missed)
		return Tapped{Lost: st.missed}, true
	case st.next != nil:
		return t.enter(st.next)
	}
	return Tapped{Ended: !st.ended.IsZero(), Lost: lost}, lost > 0 || !st.ended.IsZero()
}

// enter goes on with an entry, if there is one.
func (t *Tap) enter(l *Live) (Tapped, bool) {
	if l == nil {
		return Tapped{}, false
	}
	t.live, t.next, t.block, t.lead = l, 0, nil, leadOf(l.info.Header)
	return Tapped{Entry: l.info, Generation: l.generation}, true
}

func (t *Tap) packet(lost uint64) Tapped {
	n := t.next
	t.next++
	return Tapped{Packet: t.block.Packet(n), Number: n, Clean: t.block.begin(n, t.lead), Lost: lost}
}

// leadOf returns the first video stream, or the first one of all.
func leadOf(h *asf.Header) uint8 {
	streams := h.Streams()
	for _, s := range streams {
		if s.Kind() == asf.Video {
			return s.Number()
		}
	}
	return streams[0].Number()
}
