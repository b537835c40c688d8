package point

import (
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// maxSkipped is how many packets one call of Next leaves out before it lets others
// run.
const maxSkipped = 256

// Play is one player's way through an entry. After Begin it belongs to its
// shard.
type Play struct {
	Late uint64 // batches that began later than a batch interval after they were due

	Skipped uint64 // packets of a broadcast that were gone when their turn came

	entry   Entry
	shifted bool  // behind the present of a broadcast, for as long as that is kept
	lead    uint8 // stream at whose clean points a broadcast can be joined
	batch   time.Duration
	wake    func()

	place
	cursor  cursor        // of what is played
	item    *itemCursor   // the same if others follow it in a list; else nil
	stride  *strideCursor // the same if it strides; else nil
	cursors cursors

	clock
	sel     *asf.Selection
	media   time.Duration
	stop    time.Duration // of media, when the player wants no more; 0: to the end
	held    time.Time     // until when a gap in the list lasts
	until   time.Time     // the end of the window that is being filled
	looks   time.Time     // of a broadcast: when it looks for more
	over    bool
	skipped int // packets left out in this run
	it      Step

	light  bool    // the next Turn selects what is lightest
	splice *splice // nil: packets go out as they are
	ended  uint32  // send time at which the entry before was over, ms
}

// NewPlay returns a Play of e that gathers for batch. wake is called from any
// goroutine when Next has something after a Load.
func NewPlay(e Entry, batch time.Duration, wake func()) *Play {
	return &Play{entry: e, batch: batch, wake: wake, over: true}
}

// Begin starts, or starts anew, as s says.
func (p *Play) Begin(s Start, now time.Time) {
	p.sel, p.sched, p.stop, p.lead, p.shifted = s.sel, s.Schedule, s.stop, s.lead, s.shifted
	p.began, p.until, p.looks = now, time.Time{}, time.Time{}
	p.next, p.media, p.last, p.over, p.splice = s.Packet, 0, NoTime, false, nil
	p.enter()
	if p.item != nil {
		p.item.clip = s.clip
	}
	if len(s.points) > 0 {
		p.cursors.stride.begin(&s, p.entry, p.cursor, &p.clock)
		p.stride, p.cursor = &p.cursors.stride, &p.cursors.stride
	}
	p.hold()
}

// Entry returns what is played.
func (p *Play) Entry() Entry { return p.entry }

// Selection is what goes out; whoever asks does not change it.
func (p *Play) Selection() *asf.Selection { return p.sel }

// Level says how much of a stream goes out.
func (p *Play) Level(stream uint8) asf.Level { return p.sel.Level(stream) }

// Position returns the number of the next packet.
func (p *Play) Position() int64 { return p.next }

// Switch is one change of the streams that go out.
type Switch struct {
	From, To uint8 // From is NoStream when nothing is replaced
	Level    asf.Level
}

// NoStream is a Switch's From when the stream replaces no other.
const NoStream = 0xff

// Select changes the streams that go out: those that come begin at a clean
// point, and those that they replace go on until then.
func (p *Play) Select(list []Switch) {
	for _, s := range list {
		p.sel.Switch(s.From, s.To, s.Level)
	}
}

// Next yields what comes next. mem gives the memory for rewritten packets.
func (p *Play) Next(now time.Time, mem *pace.Scratch, it *Step) {
	*it = Step{}
	switch {
	case p.over:
	case p.stride != nil:
		p.nextOfStride(now, mem, it)
	default:
		p.nextInTime(now, mem, it)
	}
}

// nextInTime is Next at the pace of the packets' send times.
func (p *Play) nextInTime(now time.Time, mem *pace.Scratch, it *Step) {
	for p.skipped < maxSkipped {
		if !p.here() && !p.heed(p.cursor.bring(&p.place, now), now, it) {
			return
		}
		if !p.due(now, it) || p.yield(mem, it) {
			return
		}
		p.skipped++
	}
	it.At = now
}

// nextOfStride is Next while the stride finds what is shown, and when.
func (p *Play) nextOfStride(now time.Time, mem *pace.Scratch, it *Step) {
	for range maxSkipped {
		if !p.heed(p.stride.bring(&p.place, now), now, it) || p.stride.take(&p.place, mem, it) {
			return
		}
	}
	it.At = now
}

// heed does what a cursor has returned, and says whether that is a packet.
func (p *Play) heed(got Step, now time.Time, it *Step) bool {
	p.Skipped += got.missed
	switch {
	case got.Kind == Packet:
		return true
	case got.Kind == End:
		p.Stop()
	case got.Kind == Wait && got.At.IsZero():
		got.At = p.look(now)
	}
	*it = got
	return false
}

// yield hands out the next packet, or says that nothing of it goes out.
func (p *Play) yield(mem *pace.Scratch, it *Step) bool {
	n, send := p.next, p.block.SendTime(p.next)
	p.media += p.step(send)
	if send != NoTime {
		p.last = send
	}
	p.next++
	raw, block := p.block.Packet(n), p.block
	if p.splice != nil {
		if raw, block = p.splice.move(mem, raw, send), nil; raw == nil {
			return false
		}
	}
	data, keep := raw, asf.KeepAll
	if !p.sel.Everything() {
		var err error
		if data, keep, err = p.sel.Filter(mem.Grab(len(raw))[:0], raw); err != nil || data == nil {
			return false
		}
	}
	if p.item != nil {
		p.item.broken = 0
	}
	it.Kind, it.Number, it.Data, it.Raw, it.Keep, it.block = Packet, n, data, raw, keep, block
	return true
}

// Rest lets go of the memory that a Play needs only while it runs; the shard
// calls it at the end of a run.
func (p *Play) Rest() { p.block, p.skipped, p.it = nil, 0, Step{} }

// Stop ends the Play where it is; Begin starts it again.
func (p *Play) Stop() { p.over, p.block = true, nil }
