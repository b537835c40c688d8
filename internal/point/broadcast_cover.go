package point

import (
	"errors"

	"caracal/asf"
)

// ErrYield is what a Feed that stood in for the source is told when that is back,
// or when something else stands in.
var ErrYield = errors.New("point: the broadcast has other content now")

// cover says whether a feed stands in for a broadcast's source.
type cover uint8

const (
	fallback cover = iota + 1 // as long as the source brings nothing
	insert                    // whatever the source brings: players miss that
)

// Fallback begins what players get while the source brings nothing. It ends when
// that begins an entry, or is there and goes on with a clean point: Add and Header
// answer ErrYield from then on. It fails with ErrSource if something stands in
// already.
func (b *Broadcast) Fallback(header []byte) (*Feed, error) { return b.standIn(header, fallback) }

// Insert begins what players get in the place of what the source brings, until it
// is closed. Then they go on with the source's next clean point. It fails with
// ErrSource if there is an insertion already.
func (b *Broadcast) Insert(header []byte) (*Feed, error) { return b.standIn(header, insert) }

func (b *Broadcast) standIn(header []byte, as cover) (*Feed, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cover != nil && b.cover.cover >= as {
		return nil, ErrSource
	}
	l, err := newLive(header, b.opt)
	if err != nil {
		return nil, err
	}
	b.cover = &Feed{b: b, cover: as, live: l}
	b.put(b.cover)
	return b.cover, nil
}

// mayGoOn says whether what a feed begins goes out at once. The mutex is held.
func (f *Feed) mayGoOn() bool {
	if f.cover != 0 {
		return f.b.air == f
	}
	return f.b.cover == nil || f.b.cover.cover != insert
}

// enter takes a packet of a feed that does not go out: of the source, at a clean
// point, players go on with it. The mutex is held.
func (f *Feed) enter(pkt []byte) error {
	switch {
	case f.cover != 0:
		return ErrYield
	case f.b.feed != f:
		return ErrNotLive
	}
	if f.mayGoOn() && f.live.joinedBy(pkt) {
		f.b.put(f)
		return nil
	}
	f.b.traffic.count(f.PacketSize())
	return nil
}

// again is the same entry, with what comes of it from now on.
func (l *Live) again() *Live {
	return &Live{opt: l.opt, info: l.info, clean: l.clean, commands: l.commands}
}

// joinedBy says whether a player can begin with a packet.
func (l *Live) joinedBy(pkt []byte) bool {
	if len(pkt) > l.info.PacketSize {
		return false
	}
	filled, err := asf.AppendPadded(nil, pkt, l.info.PacketSize)
	var p asf.Packet
	if err != nil || asf.ParsePacket(filled, &p) != nil {
		return false
	}
	lead := leadOf(l.info.Header)
	for it := p.Payloads(); it.Next(); {
		if pl := &it.Payload; pl.Stream == lead && pl.Offset == 0 && (pl.Key || l.clean.Has(lead)) {
			return true
		}
	}
	return false
}
