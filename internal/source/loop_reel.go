package source

import (
	"bytes"
	"context"
	"slices"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

const (
	// reelLeast is how long a file counts at least, ms: files without any
	// duration do not go round and round without a pause.
	reelLeast = 100
	// reelMost is how long an entry lasts at most, ms, before players are given
	// a new one: times in packets have 32 bits, and count round after 49 days.
	reelMost = 20 * 24 * 3600 * 1000
	// reelLate is how late a packet may be before the reel takes the time that it
	// is for the right one: a machine that slept does not make up for it.
	reelLate = 5 * time.Second
)

// reel joins files to one stream. Files of the same streams follow one another as
// one entry, whose times and media object numbers go on; others are new entries.
//
// Positions are ms since the reel began. A file that begins at one plays the
// presentation time that stands for its start (asf.Reader.TimeBase) there.
type reel struct {
	to    *point.Broadcast
	feed  *point.Feed // nil before the first file
	began time.Time   // when position 0 was due
	timer *time.Timer

	key   []byte // of the entry's headers, see joinKey
	entry int64  // position where the entry began
	base  int64  // presentation time there, ms
	at    int64  // position where the present or next file begins

	soonest int64  // position before which no other file begins
	from    int64  // presentation time of the file that is at at
	lead    int64  // by how much its packets are sent earlier, ms
	sent    uint32 // send time of the entry's last packet
	any     bool   // the entry has one
	shift   asf.Shift
	tracks  [128]track
}

// track is one stream of an entry.
type track struct {
	next   uint32 // number of the media object that follows, as players count
	joined bool   // an object has come in this file
	last   int64  // the latest presentation time in this file
	step   int64  // between the latest two; 0: there is one
	over   int64  // presentation time in the entry when the last one is over
}

func newReel(to *point.Broadcast) *reel {
	t := time.NewTimer(0)
	<-t.C
	return &reel{to: to, began: time.Now(), timer: t}
}

func (r *reel) close() {
	r.timer.Stop()
	if r.feed != nil {
		r.feed.Close()
	}
}

// joinKey holds what files must have in common to be one entry: the sizes and
// times by which packets are read, and what decoders are given.
func joinKey(h *asf.Header) []byte {
	f := h.File()
	key := (&asf.FileProperties{
		Preroll: f.Preroll, MinPacketSize: f.MinPacketSize, MaxPacketSize: f.MaxPacketSize,
	}).Append(nil)
	for o := range h.All() {
		switch o := o.(type) {
		case *asf.StreamProperties, *asf.ExtendedStreamProperties:
			key = o.Append(key)
		}
	}
	return key
}

// join begins a file.
func (r *reel) join(rd *asf.Reader) error {
	h := rd.Header()
	key, base := joinKey(h), int64(rd.TimeBase())
	goesOn := r.feed != nil && bytes.Equal(key, r.key) && r.at-r.entry < reelMost
	if !goesOn {
		if err := r.begin(rd.HeaderBytes()); err != nil {
			return err
		}
		r.key, r.entry, r.base, r.any = key, r.at, base, false
		r.tracks = [128]track{}
	}
	r.from, r.lead = base, min(int64(h.File().Preroll), base)
	if goesOn {
		r.align(rd)
	}
	r.shift.Time = uint32(r.moved())
	for i := range r.tracks {
		t := &r.tracks[i]
		t.joined, t.step = false, 0
	}
	return nil
}

// align has a file begin as early as it can in its entry: with no stream before
// what was played of it last is over, and no packet sent before the last one.
func (r *reel) align(rd *asf.Reader) {
	moved, aligned := int64(0), false
	for i, first := range firstTimes(rd) {
		if t := &r.tracks[i]; t.joined {
			if m := t.over - first; m > moved || !aligned {
				moved, aligned = m, true
			}
		}
	}
	if aligned {
		r.at = max(r.soonest, moved+r.entry-r.base+r.from)
	}
	if first, err := rd.SendTime(0); err == nil && r.any {
		r.at += max(0, int64(r.sent)-(int64(first)+r.moved()))
	}
}

// firstTimes are the presentation times that the streams of a file begin with,
// as far as they do in its first packets.
func firstTimes(rd *asf.Reader) map[uint8]int64 {
	first := map[uint8]int64{}
	chunk := make([]byte, max(loopChunk/rd.PacketSize(), 1)*rd.PacketSize())
	n, err := rd.ReadPackets(chunk, 0)
	if err != nil {
		return nil
	}
	for b := chunk[:n*rd.PacketSize()]; len(b) > 0; b = b[rd.PacketSize():] {
		var p asf.Packet
		if asf.ParsePacket(b[:rd.PacketSize()], &p) != nil {
			continue
		}
		it := p.Payloads()
		for it.Next() {
			s, at := it.Payload.Stream&0x7F, int64(it.Payload.Time)
			if t, ok := first[s]; !ok || at < t {
				first[s] = at
			}
		}
	}
	return first
}

// moved is how much later the file's times are in its entry, ms.
func (r *reel) moved() int64 { return r.at - r.entry + r.base - r.from }

// begin gives the broadcast the header of an entry.
func (r *reel) begin(header []byte) (err error) {
	if r.feed != nil {
		return r.feed.Header(header)
	}
	r.feed, err = r.to.Start(header)
	return err
}

// packet waits until a packet is due and hands it on. It is changed. One that
// cannot be read is left out.
func (r *reel) packet(ctx context.Context, b []byte) error {
	var p asf.Packet
	if asf.ParsePacket(b, &p) != nil || p.Opaque {
		return ctx.Err()
	}
	it := p.Payloads()
	for it.Next() {
		r.object(&it.Payload)
	}
	due := r.at + int64(p.SendTime) - (r.from - r.lead)
	if r.shift.Apply(b) != nil {
		return ctx.Err()
	}
	if err := r.wait(ctx, due); err != nil {
		return err
	}
	if r.feed.Add(b) == nil {
		r.sent, r.any = p.SendTime+r.shift.Time, true
	}
	return nil
}

// object takes notice of a payload: of where its stream is.
func (r *reel) object(pl *asf.Payload) {
	t := &r.tracks[pl.Stream&0x7F]
	at := int64(pl.Time)
	switch {
	case !t.joined:
		t.joined, t.last = true, at
		r.shift.Objects[pl.Stream&0x7F] = t.next - pl.Object
	case at > t.last:
		t.step, t.last = at-t.last, at
	}
	t.next = pl.Object + r.shift.Objects[pl.Stream&0x7F] + 1
}

// wait returns when a position is due.
func (r *reel) wait(ctx context.Context, position int64) error {
	d := time.Until(r.began.Add(time.Duration(position) * time.Millisecond))
	if d < -reelLate {
		r.began = r.began.Add(-d)
	}
	if d <= 0 {
		return ctx.Err()
	}
	r.timer.Reset(d)
	select {
	case <-r.timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave ends a file: the next one begins when its last media objects are over.
// What the file says itself of its end is right, if that can be.
func (r *reel) leave(rd *asf.Reader) {
	said := r.from + rd.Duration().Milliseconds()
	timed := slices.ContainsFunc(r.tracks[:], func(t track) bool { return t.joined && t.step > 0 })
	last := r.from
	for i := range r.tracks {
		if t := &r.tracks[i]; t.joined {
			over := max(t.last+1, said)
			if timed {
				over = min(over, t.last+max(t.step, 1))
			}
			last, t.over = max(last, over), over+r.moved()
		}
	}
	r.soonest = r.at + reelLeast
	r.at += max(reelLeast, last-r.from)
}
