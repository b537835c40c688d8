package rtsp

import (
	"errors"
	"time"

	"caracal/internal/udp"
)

// Resending is bounded: [MS-RTSP] 5.1 fears whoever forges NACKs.
const (
	// ResendRate is how many packets a second are sent again to one session.
	ResendRate = 256
	// ResendBurst is how many of them at once.
	ResendBurst = 2 * MaxMissing
)

// Resender makes again the RTP packets of one RTP session that its SentLog
// knows, [MS-RTSP] 3.2.5.10. The copies are identical to the first sending,
// header included, 2.2.3.1; only the port they go to is the rtx stream's.
type Resender struct {
	Log     SentLog
	Resent  uint64 // packets made again
	Unknown uint64 // asked for, but not in the log or not to be had again
	Refused uint64 // asked for, but beyond the rate

	budget udp.Budget
}

// Rebuild makes the RTP packet with sequence number seq again, as a Fragment
// of f appended to b; f, form and u.PacketSize are those of the first sending.
// load returns the ASF packet, without the payloads that Sent.Keep lacks; the
// result aliases it and u. With errLoading nothing has happened yet, and
// Rebuild is to be called again. False means that the packet is
// not to be sent: the log does not know it, the rate is used up, or what load
// returned is not what was sent.
func (r *Resender) Rebuild(b []byte, f *Framing, form PayloadForm, u *Unit, seq uint16, now time.Time,
	load func(Sent) ([]byte, error),
) (Fragment, bool) {
	s, ok := r.Log.Find(seq)
	if !ok {
		r.Unknown++
		return Fragment{}, false
	}
	if !r.budget.Take(now, ResendRate, ResendBurst) {
		r.Refused++
		return Fragment{}, false
	}
	pkt, err := load(s)
	if errors.Is(err, errLoading) {
		r.budget.GiveBack(ResendRate)
		return Fragment{}, false
	}
	if err != nil || u.Read(pkt, form, s.Timestamp) != nil || int(s.Fragment) >= f.Fragments(u) {
		r.Unknown++
		return Fragment{}, false
	}
	before := len(b)
	g := f.Fragment(b, u, uint32(s.Packet), seq, int(s.Fragment))
	if u.SendTime != s.Timestamp || len(g.Head)-before+len(g.Body) != int(s.Size) {
		r.Unknown++
		return Fragment{}, false
	}
	r.Resent++
	return g, true
}

// errLoading says that an ASF packet is being read.
var errLoading = errors.New("rtsp: the packet is being read")
