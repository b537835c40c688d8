package point

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"caracal/asf"
)

// Live is one entry of a broadcast: what comes from its source between one
// header and the next. Its latest packets are in memory, for any number of
// players that each have a place of their own; the source waits for none of
// them.
type Live struct {
	info  *Info
	clean asf.StreamSet // streams in which every media object is a clean point
	opt   BroadcastOptions

	generation uint32
	commands   commands      // the Broadcast guards it
	past       Past          // nil: none
	watched    *atomic.Int64 // of the broadcast

	mu     sync.RWMutex
	blocks []*Block  // in order, without gaps; the last one is being filled
	count  int64     // packets that there were, when they have been dropped
	ended  time.Time // when it was over; zero: more comes
	next   *Live     // what follows
}

func newLive(header []byte, o BroadcastOptions) (*Live, error) {
	h, b, err := asf.LiveHeader(header)
	if err == nil && o.Commands && h.CommandStream() == 0 && h.AddCommandStream() != 0 {
		h, b, err = asf.LiveHeader(h.Append(nil))
	}
	if err != nil {
		return nil, err
	}
	f := h.File()
	l := &Live{opt: o, info: &Info{
		Header: h, HeaderBytes: b, PacketSize: int(f.MaxPacketSize),
		DataOffset: int64(len(b)), Modified: time.Now(), Tag: f.FileID.String(),
		Preroll: uint32(min(f.Preroll, math.MaxUint32)), TimeBase: uint32(min(f.Preroll, math.MaxUint32)),
		BitRate: h.TotalBitRate(), Broadcast: true,
	}}
	for _, s := range h.Streams() {
		if s.Kind() != asf.Video {
			l.clean.Add(s.Number())
		}
	}
	l.commands.stream = h.CommandStream()
	return l, nil
}

// add appends a packet; the oldest go.
func (l *Live) add(pkt []byte) error {
	b := l.last()
	if b == nil || b.Full() {
		first, before := int64(0), uint32(0)
		if b != nil {
			first = b.first + b.count.Load()
			before = b.SendTime(first - 1)
		}
		b = newLiveBlock(first, l.info.PacketSize, before)
		if err := b.add(pkt, &l.clean); err != nil {
			return err
		}
		l.append(b)
		return nil
	}
	return b.add(pkt, &l.clean)
}

func (l *Live) last() *Block {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if len(l.blocks) == 0 {
		return nil
	}
	return l.blocks[len(l.blocks)-1]
}

// append adds a block, and lets go of those that are too old or too many.
func (l *Live) append(b *Block) {
	l.mu.Lock()
	defer l.mu.Unlock()
	newest := b.send[0]
	drop := 0
	for rest := l.blocks; len(rest) > 1; rest = rest[1:] {
		second := rest[1] // the first may go if what is behind it is enough
		enough := time.Duration(int32(newest-second.send[0]))*time.Millisecond > l.opt.Span
		if !enough && (len(rest)+1)*len(b.data) <= l.opt.Bytes {
			break
		}
		drop++
	}
	clear(l.blocks[:drop])
	l.blocks = append(l.blocks[drop:], b)
}

// finish says that nothing more comes, and what follows: nil if that is not known.
func (l *Live) finish(next *Live) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended, l.next = time.Now(), next
}

// drop lets go of all packets of an entry that is over: whoever is still at them
// is too late for them.
func (l *Live) drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.blocks); n > 0 {
		last := l.blocks[n-1]
		l.count, l.blocks = last.first+last.count.Load(), nil
	}
}

// state says where things stand for a player at packet n.
type liveState struct {
	block *Block    // that holds it; nil: it has not come, or is gone
	gone  bool      // it was kept no longer
	ended time.Time // it will not come, since then
	next  *Live     // but this does

	missed uint64 // packets from here on that have been dropped
}

func (l *Live) state(n int64) liveState {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if b := l.find(n); b != nil {
		return liveState{block: b}
	}
	if len(l.blocks) > 0 && n < l.blocks[0].first {
		return liveState{gone: true}
	}
	return liveState{ended: l.ended, next: l.next, missed: uint64(max(l.count-n, 0))}
}

// find returns the block that holds packet n, or nil. The mutex is held.
func (l *Live) find(n int64) *Block {
	if len(l.blocks) == 0 {
		return nil
	}
	per := int64(len(l.blocks[0].send)) // of all blocks, but the last, which is not full
	i := n - l.blocks[0].first
	if i < 0 || i/per >= int64(len(l.blocks)) || !l.blocks[i/per].Holds(n) {
		return nil
	}
	return l.blocks[i/per]
}

// join returns where a player begins that is to have back's worth of reserve at
// once: the last clean point of its leading stream before that, or the first one
// that there is; the end if there is none.
func (l *Live) join(stream uint8, back time.Duration) int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if len(l.blocks) == 0 {
		return 0
	}
	last := l.blocks[len(l.blocks)-1]
	end := last.first + last.count.Load()
	newest := last.SendTime(end - 1)
	found := end
	for n := end - 1; n >= l.blocks[0].first; n-- {
		b := l.find(n)
		if b.begin(n, stream) {
			found = n
			if time.Duration(int32(newest-b.SendTime(n)))*time.Millisecond >= back {
				break
			}
		}
	}
	return found
}

// after returns the first clean point of a stream that is still kept, the end
// if there is none: where a player goes on that was too slow.
func (l *Live) after(stream uint8) int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	n := int64(0)
	for _, b := range l.blocks {
		for n = b.first; b.Holds(n); n++ {
			if b.begin(n, stream) {
				return n
			}
		}
	}
	return n
}

// Info describes the entry; it has no end.
func (l *Live) Info() *Info { return l.info }

// Block returns the block of a packet that is still kept, for those who send it
// again.
func (l *Live) Block(n int64, wake func()) (*Block, error) {
	switch b := l.state(n).block; {
	case b != nil:
		return b, nil
	case l.past != nil:
		return l.past.Block(l.generation, n, wake)
	}
	return nil, ErrPosition
}

// CleanPoint is not known of a broadcast: whoever may go back in it asks Prepare.
func (l *Live) CleanPoint(uint8, uint32) (asf.CleanPoint, error) {
	return asf.CleanPoint{}, asf.ErrNoCleanPoint
}

// CleanPoints is not known of a broadcast.
func (l *Live) CleanPoints(uint8) ([]asf.CleanPoint, error) { return nil, asf.ErrNoCleanPoint }

// Payloads is not known of a broadcast: what comes next has not come yet.
func (l *Live) Payloads(int64, time.Duration) ([]Payload, error) { return nil, asf.ErrNoCleanPoint }

// Close lets go of the entry; its packets are kept for as long as it lasts.
func (l *Live) Close() error { return nil }
