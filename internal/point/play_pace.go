package point

import (
	"time"

	"caracal/internal/pace"
)

// The bounds of a Play's pace.
const (
	// accelBatch is the batch interval during Fast Start.
	accelBatch = 100 * time.Millisecond
	// maxGap is the largest step of send time that is believed; a larger one
	// is a break in a damaged file and takes no time.
	maxGap = 60_000 // ms
)

// due says whether the next packet is in the present window, and opens a new
// window when the last one is used up.
func (p *Play) due(now time.Time, it *Step) bool {
	media := p.media + p.step(p.block.SendTime(p.next))
	if p.stop > 0 && media >= p.stop {
		return p.heed(ended(EndDuration, nil), now, it)
	}
	if p.item != nil && p.item.left(&p.place, media) {
		return p.heed(p.item.pass(), now, it)
	}
	if p.holds(now, it) {
		return false
	}
	if p.sched.Unpaced() {
		return true
	}
	at := p.when(media)
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

// look returns when a player that has everything looks for more: at times that are
// a batch interval apart, however late a shard gets round to each, so that no pause
// grows by that; the first is sooner by as much as a shard rounds it up. Without a
// batch too it is no more often than a shard wakes.
func (p *Play) look(now time.Time) time.Time {
	wait := max(p.batch, pace.Tick)
	if now.Sub(p.looks) >= wait {
		p.looks = now.Add(-p.batch / pace.Grains)
	}
	if !p.looks.After(now) {
		p.looks = p.looks.Add(wait)
	}
	return p.looks
}

// Repace has a Play that was held up go on at its pace from now on, and catch up no
// faster than it began.
func (p *Play) Repace(now time.Time) {
	p.stop = max(p.stop-p.media, 0)
	if p.item != nil {
		p.item.clip = max(p.item.clip-p.media, 0)
	}
	p.began, p.until, p.media = now, time.Time{}, 0
}

// Postpone has a Play that was held up for a while go on as if that had not been.
func (p *Play) Postpone(held time.Duration) { p.began, p.until = p.began.Add(held), time.Time{} }
