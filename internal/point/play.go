package point

import (
	"errors"
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
	live    *Live   // the entry if it is a broadcast's; else nil
	listed  *Listed // the entry if others follow it in a list; else nil
	shifted bool    // behind the present of a broadcast, for as long as that is kept
	lead    uint8   // stream at whose clean points a broadcast can be joined
	batch   time.Duration
	wake    func()

	sel     *asf.Selection
	sched   pace.Schedule
	began   time.Time
	next    int64 // the next packet's number
	media   time.Duration
	stop    time.Duration // of media, when the player wants no more; 0: to the end
	clip    time.Duration // of media, when the list wants no more of the entry; 0: to the end
	last    uint32        // send time of the last packet, NoTime at the start
	block   *Block
	until   time.Time // the end of the window that is being filled
	looks   time.Time // of a broadcast: when it looks for more
	over    bool
	failed  bool // the storage of the entry
	cut     bool // the entry, by its list
	broken  int  // entries of a list that have failed since the last packet
	skipped int  // packets left out in this run
	it      Step

	stride stride
	splice *splice // nil: packets go out as they are
	ended  uint32  // send time at which the entry before was over, ms
}

// NewPlay returns a Play of e that gathers for batch. wake is called from any
// goroutine when Next has something after a Load.
func NewPlay(e Entry, batch time.Duration, wake func()) *Play {
	p := &Play{batch: batch, wake: wake, over: true}
	p.enter(e)
	return p
}

// Begin starts, or starts anew, as s says.
func (p *Play) Begin(s Start, now time.Time) {
	p.sel, p.sched, p.stop, p.lead, p.shifted = s.sel, s.Schedule, s.stop, s.lead, s.shifted
	p.began, p.until, p.looks = now, time.Time{}, time.Time{}
	p.next, p.media, p.clip, p.last = s.Packet, 0, s.clip, NoTime
	p.block, p.over, p.failed, p.cut = nil, false, false, false
	p.stride, p.splice = newStride(s), nil
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
	if p.over {
		return
	}
	if p.stride.active() {
		p.nextStride(now, mem, it)
		return
	}
	for {
		if p.skipped >= maxSkipped {
			it.At = now
			return
		}
		if !p.load(now, it) || !p.due(now, it) {
			return
		}
		if p.yield(mem, it) {
			return
		}
		p.skipped++
	}
}

// load makes the block with the next packet present.
func (p *Play) load(now time.Time, it *Step) bool {
	if p.live != nil {
		return p.follow(now, it)
	}
	if info := p.entry.Info(); p.next >= info.Packets && !info.Growing {
		p.pass(it)
		return false
	}
	if p.block.Holds(p.next) {
		return true
	}
	if p.listed != nil && p.next+foresight >= p.entry.Info().Packets {
		p.listed.follow(p.wake)
	}
	b, err := p.entry.Block(p.next, p.wake)
	switch {
	case errors.Is(err, ErrEnd):
		p.pass(it)
	case err != nil:
		p.fail(it, err)
	case b == nil:
		it.Kind = Load
	default:
		p.block = b
		return true
	}
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
	p.broken = 0
	it.Kind, it.Number, it.Data, it.Raw, it.Keep, it.block = Packet, n, data, raw, keep, block
	return true
}

func (p *Play) finish(it *Step, why EndReason) {
	it.Kind, it.Reason, it.Err = End, why, nil
	p.over = true
	p.block = nil
}

// Rest lets go of the memory that a Play needs only while it runs; the shard
// calls it at the end of a run.
func (p *Play) Rest() { p.block, p.skipped, p.it = nil, 0, Step{} }

// Stop ends the Play where it is; Begin starts it again.
func (p *Play) Stop() { p.over, p.block = true, nil }
