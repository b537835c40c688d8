package point

import (
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
	"caracal/internal/session"
)

// The bounds of one run, after which other players have their turn.
const (
	// MaxRunBytes is what most front-ends let out in one run.
	MaxRunBytes   = 512 << 10
	maxRunPackets = 256
)

// Run hands carry the packets that are due, up to some 256 of them or most
// bytes; carry returns how many bytes a packet has become. Run returns the sum
// and the step that ended the run: End, Load, or Wait with when more is due,
// which is now if the bounds did. What carry is given is good until the shard's
// run ends, the Step only until carry returns.
func (p *Play) Run(now time.Time, mem *pace.Scratch, most int, carry func(*Step) int) (size int, last Step) {
	defer p.Rest()
	for n := 0; n < maxRunPackets && size < most; n++ {
		p.Next(now, mem, &p.it)
		if p.it.Kind != Packet {
			return size, p.it
		}
		size += carry(&p.it)
	}
	return size, Step{Kind: Wait, At: now}
}

// Tally is what has gone out of one Play, for the player's session and for the
// event at the end.
type Tally struct {
	Began   time.Time
	Packets uint64 // ASF packets, of which whoever frames them keeps count
	Bytes   uint64 // as sent

	counted uint64 // packets that the session knows of
	late    uint64 // batches, likewise
	skipped uint64 // packets, likewise
}

// Count brings the session's figures up to date, once a run: size bytes were
// sent.
func (t *Tally) Count(p *Play, s *session.Session, size int) {
	s.Packets.Add(t.Packets - t.counted)
	s.Bytes.Add(uint64(size))
	s.Late.Add(p.Late - t.late)
	t.Bytes += uint64(size)
	s.Skipped.Add(p.Skipped - t.skipped)
	s.Flows(t.Began)
	t.counted, t.late, t.skipped = t.Packets, p.Late, p.Skipped
}

// Stopped is the event that the Play is over, because of why; failure is the
// storage's, if there was one.
func (t *Tally) Stopped(p *Play, who event.Player, why string, failure error) event.Stopped {
	return event.Stopped{
		Media:  MediaOf(p.entry),
		Player: who, Reason: why, Err: failure, Packets: t.Packets, Bytes: t.Bytes,
		Late: p.Late, Skipped: p.Skipped, Elapsed: time.Since(t.Began),
	}
}
