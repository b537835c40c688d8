package rtsp

import "caracal/internal/udp"

const (
	// MaxSent is the most RTP packets that a SentLog knows.
	MaxSent = 1 << 13
	// sentSpan is how long a packet can be asked for, [MS-RTSP] 3.2.4.3, ms
	// of RTP timestamps.
	sentSpan = 10_000
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
// value is ready.
type SentLog struct{ list udp.History[uint16, Sent] }

// Add notes the packet with sequence number seq, which follows the one before;
// any other number begins anew. Packets more than 10 s away from it go, those
// later than it too: after a seek, and in reverse play, time goes back.
func (l *SentLog) Add(seq uint16, s Sent) {
	if seq != l.list.Next() {
		l.list.Restart(seq)
	}
	for old := l.list.Oldest(); old != nil; old = l.list.Oldest() {
		age := int32(s.Timestamp - old.Timestamp)
		if age <= sentSpan && age >= -sentSpan {
			break
		}
		l.list.Drop()
	}
	l.list.Push(s, MaxSent)
}

// Find returns what is known of the packet with sequence number seq.
func (l *SentLog) Find(seq uint16) (Sent, bool) {
	if s := l.list.Find(seq); s != nil {
		return *s, true
	}
	return Sent{}, false
}

// Len is the number of packets known.
func (l *SentLog) Len() int { return l.list.Len() }
