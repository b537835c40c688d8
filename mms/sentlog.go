package mms

import "time"

const (
	// MaxSent is the most data packets that a SentLog knows.
	MaxSent = 1 << 13
	// sentSpan is how long a packet can be asked for.
	sentSpan = 10 * time.Second
	// minSentRing is what a SentLog begins with; a power of two, as all sizes.
	minSentRing = 64
)

// Sent says from what a data packet was made, for making it again.
type Sent struct {
	Packet      int64  // number of the ASF packet
	Keep        uint64 // which of its payloads stayed in it, as asf.Pick has it; 0: never sent
	At          time.Time
	Incarnation byte
}

// SentLog is what was sent over UDP in the last 10 s, without the packets
// themselves, [MS-MMSP] 3.2.5.13. The zero value is ready. It allocates only to
// grow.
type SentLog struct {
	ring  []Sent // the packet with number n is at n modulo len(ring)
	next  Sequence
	count int
}

// Add notes the packet with number seq, which follows the one before; a number
// that Sequence.Restart leaves out is one of a packet that was never sent. Any
// other begins anew.
func (l *SentLog) Add(seq Sequence, s Sent) {
	switch {
	case seq == l.next:
	case seq == l.next+1 && l.count > 0:
		l.add(l.next, Sent{At: s.At})
	default:
		l.count = 0
	}
	l.add(seq, s)
}

func (l *SentLog) add(seq Sequence, s Sent) {
	for l.count > 0 && s.At.Sub(l.at(l.next-Sequence(l.count)).At) > sentSpan {
		l.count--
	}
	if l.count == MaxSent {
		l.count--
	}
	if l.count == len(l.ring) {
		l.grow()
	}
	*l.at(seq) = s
	l.next = seq + 1
	l.count++
}

func (l *SentLog) at(seq Sequence) *Sent { return &l.ring[int(seq)&(len(l.ring)-1)] }

func (l *SentLog) grow() {
	old := *l
	l.ring = make([]Sent, max(2*len(old.ring), minSentRing))
	for n := range Sequence(l.count) {
		seq := l.next - 1 - n
		*l.at(seq) = *old.at(seq)
	}
}

// Find returns what is known of the packet with number seq.
func (l *SentLog) Find(seq Sequence, now time.Time) (Sent, bool) {
	if back := l.next - seq; back == 0 || int64(back) > int64(l.count) {
		return Sent{}, false
	}
	s := *l.at(seq)
	return s, s.Keep != 0 && now.Sub(s.At) <= sentSpan
}

// Len is the number of packets known.
func (l *SentLog) Len() int { return l.count }
