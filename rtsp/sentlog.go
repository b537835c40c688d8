package rtsp

const (
	// MaxSent is the most RTP packets that a SentLog knows.
	MaxSent = 1 << 13
	// sentSpan is how long a packet can be asked for, [MS-RTSP] 3.2.4.3, ms
	// of RTP timestamps.
	sentSpan = 10_000
	// minSentRing is what a SentLog begins with; a power of two, as all sizes.
	minSentRing = 64
)

// Sent says from what an RTP packet was made, for making it again.
type Sent struct {
	Packet    int64  // number of the ASF packet
	Keep      uint64 // which payloads of the ASF packet stayed in it, as asf.Pick has it; not 0
	Timestamp uint32 // RTP timestamp, ms
	Fragment  uint16 // of the ASF packet, from 0
	Size      uint16 // of the RTP packet, bytes
}

// SentLog is the RTP-Resend-Queue of one RTP session, [MS-RTSP] 3.2.1, without
// the packets themselves: 24 bytes for each packet of the last 10 s. The zero
// value is ready. It allocates only to grow.
type SentLog struct {
	Limit int // most entries; 0 is MaxSent

	ring  []Sent // the packet with sequence number n is at n modulo len(ring)
	next  uint16 // sequence number after the newest
	count int
}

// Add notes the packet with sequence number seq, which follows the one before;
// any other number begins anew. Packets more than 10 s away from it go, those
// later than it too: after a seek, and in reverse play, time goes back.
func (l *SentLog) Add(seq uint16, s Sent) {
	if seq != l.next {
		l.count = 0
	}
	l.expire(s.Timestamp)
	if l.count == l.limit() {
		l.count--
	}
	if l.count == len(l.ring) {
		l.grow()
	}
	l.ring[int(seq)&(len(l.ring)-1)] = s
	l.next = seq + 1
	l.count++
}

func (l *SentLog) limit() int {
	if l.Limit <= 0 {
		return MaxSent
	}
	return min(l.Limit, MaxSent)
}

// expire lets the oldest go that are too far from now.
func (l *SentLog) expire(now uint32) {
	for l.count > 0 {
		age := int32(now - l.at(l.next-uint16(l.count)).Timestamp)
		if age <= sentSpan && age >= -sentSpan {
			return
		}
		l.count--
	}
}

func (l *SentLog) at(seq uint16) *Sent { return &l.ring[int(seq)&(len(l.ring)-1)] }

func (l *SentLog) grow() {
	old := *l
	l.ring = make([]Sent, max(2*len(old.ring), minSentRing))
	for n := range uint16(l.count) {
		seq := l.next - 1 - n
		*l.at(seq) = *old.at(seq)
	}
}

// Find returns what is known of the packet with sequence number seq.
func (l *SentLog) Find(seq uint16) (Sent, bool) {
	if back := int(l.next - seq); back == 0 || back > l.count {
		return Sent{}, false
	}
	return *l.at(seq), true
}

// Len is the number of packets known.
func (l *SentLog) Len() int { return l.count }

// Reset forgets all packets and keeps the memory.
func (l *SentLog) Reset() { l.count = 0 }
