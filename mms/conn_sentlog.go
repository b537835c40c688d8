package mms

import (
	"time"

	"caracal/internal/udp"
)

const (
	// MaxSent is the most data packets that a SentLog knows.
	MaxSent = 1 << 13
	// sentSpan is how long a packet can be asked for.
	sentSpan = 10 * time.Second
)

// Sent says from what a data packet was made, for making it again.
type Sent struct {
	Packet      int64  // number of the ASF packet
	Keep        uint64 // which of its payloads stayed in it, as asf.Pick has it; 0: never sent
	At          time.Time
	Incarnation byte
}

// SentLog is what was sent over UDP in the last 10 s, without the packets
// themselves, [MS-MMSP] 3.2.5.13. The zero value is ready.
type SentLog struct{ list udp.History[Sequence, Sent] }

// Add notes the packet with number seq, which follows the one before; a number
// that Sequence.Restart leaves out is one of a packet that was never sent. Any
// other begins anew.
func (l *SentLog) Add(seq Sequence, s Sent) {
	switch next := l.list.Next(); {
	case seq == next:
	case seq == next+1 && l.Len() > 0:
		l.add(Sent{At: s.At})
	default:
		l.list.Restart(seq)
	}
	l.add(s)
}

func (l *SentLog) add(s Sent) {
	for old := l.list.Oldest(); old != nil && s.At.Sub(old.At) > sentSpan; old = l.list.Oldest() {
		l.list.Drop()
	}
	l.list.Push(s, MaxSent)
}

// Find returns what is known of the packet with number seq.
func (l *SentLog) Find(seq Sequence, now time.Time) (Sent, bool) {
	s := l.list.Find(seq)
	if s == nil {
		return Sent{}, false
	}
	return *s, s.Keep != 0 && now.Sub(s.At) <= sentSpan
}

// first is the number of the oldest packet that is known.
func (l *SentLog) first() Sequence { return l.list.Next() - Sequence(l.list.Len()) }

// Len is the number of packets known.
func (l *SentLog) Len() int { return l.list.Len() }
