package point

import (
	"errors"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// Kind is what Next yields.
type Kind uint8

// The kinds of steps.
const (
	Wait   Kind = iota // nothing more is due before At
	Load               // storage is read; the wake function will be called
	Packet             // Data is packet Number
	End                // the entry is over, for Reason
)

// EndReason says why an entry is over.
type EndReason uint8

// The reasons.
const (
	EndNatural  EndReason = iota // its last packet is out
	EndReceding                  // a rewind has reached the beginning
	EndDuration                  // as much as was asked for is out
	EndError                     // the storage failed
	EndChange                    // Next follows, of a broadcast or of a list
)

func (r EndReason) String() string {
	return [...]string{"end of content", "rewound to the beginning", "end of the duration asked for", "storage failed", "other content follows"}[r]
}

// Step is one thing that a Play yields.
type Step struct {
	Kind   Kind
	Reason EndReason
	Err    error     // End, with EndError
	Next   Entry     // End, with EndChange: what to Turn to
	Ahead  bool      // Packet: sent faster than real time by a Fast Start
	Number int64     // Packet: its number in the file
	Data   []byte    // Packet: what goes out of it; valid until the end of the shard's run
	Raw    []byte    // Packet: all of it, as in the file; valid as long
	Keep   uint64    // Packet: of which payloads asf.Pick makes Data of Raw
	At     time.Time // Wait: when more is due

	block *Block
}

// Outline is a packet without its padding, for protocols that leave that out;
// nil if Data is not all of Raw, or cannot be parsed.
func (s *Step) Outline() *asf.Outline {
	if s.block == nil || s.Keep != asf.KeepAll {
		return nil
	}
	return s.block.Outline(s.Number)
}

// The bounds of a Play's steps.
const (
	// accelBatch is the batch interval during Fast Start.
	accelBatch = 100 * time.Millisecond
	// maxGap is the largest step of send time that is believed; a larger one
	// is a break in a damaged file and takes no time.
	maxGap = 60_000 // ms
	// maxSkipped is how many packets one call leaves out before it lets
	// others run.
	maxSkipped = 256
)

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
	held    time.Time     // until when a gap in the list lasts
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
	p.hold()
}

// Entry returns what is played.
func (p *Play) Entry() Entry { return p.entry }

// Selection is what goes out; whoever asks does not change it.
func (p *Play) Selection() *asf.Selection { return p.sel }

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

// due says whether the next packet is in the present window, and opens a new
// window when the last one is used up.
func (p *Play) due(now time.Time, it *Step) bool {
	media := p.media + p.step(p.block.SendTime(p.next))
	if p.stop > 0 && media >= p.stop {
		p.finish(it, EndDuration)
		return false
	}
	if p.listed != nil && p.isCut() {
		p.pass(it)
		return false
	}
	if p.clip > 0 && media+clipForesight >= p.clip {
		if media >= p.clip {
			p.pass(it)
			return false
		}
		p.listed.follow(p.wake)
	}
	if p.holds(now, it) {
		return false
	}
	if p.sched.Unpaced() {
		return true
	}
	at := p.began.Add(p.sched.When(media))
	it.Ahead = media < p.sched.Accel
	if !at.After(p.until) {
		return true
	}
	if at.After(now) {
		it.At = at
		return false
	}
	p.open(now, at)
	return true
}

// open begins a window at a packet that is due now.
func (p *Play) open(now, at time.Time) {
	lead := p.batch
	if now.Sub(p.began) < p.sched.AccelEnd() {
		lead = min(accelBatch, lead)
	}
	if now.Sub(at) > max(lead, accelBatch) {
		p.Late++
	}
	p.until = now.Add(lead)
}

// step returns how much media time passes up to a packet with this send time;
// those of a broadcast count round after 49 days.
func (p *Play) step(send uint32) time.Duration {
	gap := int32(send - p.last)
	if p.last == NoTime || send == NoTime || gap < 0 || gap > maxGap {
		return 0
	}
	return time.Duration(gap) * time.Millisecond
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
