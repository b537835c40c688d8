package source

import (
	"bytes"
	"context"
	"errors"
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
	// reelBreak is the longest pause between packets, ms, that is believed. A longer
	// one is a break in what an entry says of its times, and takes none.
	reelBreak = time.Minute
	// reelLate is how late a packet may be before the reel takes the time that it
	// is for the right one: a machine that slept does not make up for it.
	reelLate = 5 * time.Second
)

// reel joins items, files or what comes of broadcasts, to one stream. Items of the
// same streams follow one another as one entry, whose times and media object numbers
// go on; others are new entries.
//
// Positions are ms since the reel began. An item that begins at one plays the
// presentation time that stands for its start (point.Info.TimeBase) there.
type reel struct {
	start func(header []byte) (*point.Feed, error)
	feed  *point.Feed // nil before the first item
	began time.Time   // when position 0 was due
	timer *time.Timer

	key   []byte // of the entry's headers, see joinKey
	entry int64  // position where the entry began
	base  int64  // presentation time there, ms
	at    int64  // position where the present or next item begins

	silent  int64  // of what is before at, if the next item has not begun
	soonest int64  // position before which no other item begins
	from    int64  // presentation time of the item that is at at
	lead    int64  // by how much its packets are sent earlier, ms
	sent    uint32 // send time of the entry's last packet
	any     bool   // the entry has one
	shift   asf.Shift
	mem     []byte // the packet as it goes out
	tracks  [128]track
}

// track is one stream of an entry.
type track struct {
	next   uint32 // number of the media object that follows, as players count
	joined bool   // an object has come in this item
	last   int64  // the latest presentation time in this item
	step   int64  // between the latest two; 0: there is one
	over   int64  // presentation time in the entry when the last one is over
}

func newReel(start func([]byte) (*point.Feed, error)) *reel {
	t := time.NewTimer(0)
	<-t.C
	return &reel{start: start, began: time.Now(), timer: t}
}

func (r *reel) close() {
	r.timer.Stop()
	r.end()
}

// end takes the reel off the broadcast. The next item begins an entry.
func (r *reel) end() {
	if r.feed != nil {
		r.feed.Close()
		r.feed = nil
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

// join begins an item, of which some packets are there: from its beginning, or from
// somewhere in it.
func (r *reel) join(info *point.Info, packets packetRun, whole bool) error {
	key, base, lead := joinKey(info.Header), int64(info.TimeBase), int64(info.Preroll)
	if first, ok := packets.sendTime(); ok && !whole {
		base = int64(first) + lead
	}
	goesOn := r.feed != nil && bytes.Equal(key, r.key) && r.at-r.entry < reelMost
	if !goesOn {
		if err := r.begin(info.HeaderBytes); err != nil {
			return err
		}
		r.key, r.entry, r.any = key, r.at, false
		if r.base = base; !whole {
			r.base = lead
		}
		r.tracks = [128]track{}
	}
	r.from, r.lead, r.silent = base, min(lead, base), 0
	if goesOn {
		r.align(packets)
	}
	r.shift.Time = uint32(r.moved())
	for i := range r.tracks {
		t := &r.tracks[i]
		t.joined, t.step = false, 0
	}
	return nil
}

// align has an item begin as early as it can in its entry: with no stream before
// what was played of it last is over, and no packet sent before the last one.
func (r *reel) align(packets packetRun) {
	moved, aligned := int64(0), false
	for i, first := range packets.firstTimes() {
		if t := &r.tracks[i]; t.joined {
			if m := t.over - first; m > moved || !aligned {
				moved, aligned = m, true
			}
		}
	}
	if aligned {
		r.at = max(r.soonest, moved+r.entry-r.base+r.from)
	}
	if first, ok := packets.sendTime(); ok && r.any {
		r.at += max(0, int64(int32(r.sent-(first+uint32(r.moved())))))
	}
}

// packetRun is some packets that follow one another.
type packetRun struct {
	size int
	data []byte
}

// sendTime is the first packet's, ms.
func (p packetRun) sendTime() (ms uint32, ok bool) {
	ms, err := asf.SendTime(p.data[:p.size])
	return ms, err == nil
}

// firstTimes are the presentation times that the streams begin with, as far as they
// do in these packets.
func (p packetRun) firstTimes() map[uint8]int64 {
	first := map[uint8]int64{}
	for b := p.data; len(b) > 0; b = b[p.size:] {
		var pkt asf.Packet
		if asf.ParsePacket(b[:p.size], &pkt) != nil {
			continue
		}
		it := pkt.Payloads()
		for it.Next() {
			s, at := it.Payload.Stream&0x7F, int64(it.Payload.Time)
			if t, ok := first[s]; !ok || at < t {
				first[s] = at
			}
		}
	}
	return first
}

// moved is how much later the item's times are in its entry, ms.
func (r *reel) moved() int64 { return r.at - r.entry + r.base - r.from }

// begin gives the broadcast the header of an entry.
func (r *reel) begin(header []byte) (err error) {
	if r.feed != nil {
		return r.feed.Header(header)
	}
	r.feed, err = r.start(header)
	return err
}

// packet waits until a packet is due and hands it on. One that cannot be read is
// left out.
func (r *reel) packet(ctx context.Context, raw []byte) error {
	b := append(r.mem[:0], raw...)
	r.mem = b
	var p asf.Packet
	if asf.ParsePacket(b, &p) != nil || p.Opaque {
		return ctx.Err()
	}
	due := r.at + int64(p.SendTime) - (r.from - r.lead)
	if err := r.wait(ctx, due); err != nil {
		return err
	}
	it := p.Payloads()
	for it.Next() {
		r.object(&it.Payload)
	}
	if r.shift.Apply(b) != nil {
		return nil
	}
	switch err := r.feed.Add(b); {
	case errors.Is(err, point.ErrYield):
		return err
	case err == nil:
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
	if d < -reelLate || d > reelBreak {
		r.began, d = r.began.Add(-d), 0
	}
	return r.pause(ctx, d)
}

// pause waits for a while.
func (r *reel) pause(ctx context.Context, d time.Duration) error {
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

// leave ends an item: the next one begins when its last media objects are over.
// What it says itself of its end is right, if that can be; 0 is nothing.
func (r *reel) leave(duration time.Duration) {
	said := r.from + duration.Milliseconds()
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
