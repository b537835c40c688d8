package asf

import "time"

const (
	// measureBytes is how much of each end of the file is looked at.
	measureBytes = 64 << 10
	// durationSlack is how far header and packets may be apart.
	durationSlack = 10 * time.Second
	// baseSlack is how much later than the preroll a file may begin, ms.
	baseSlack = 10_000
)

// timeSpan holds times from the first and last packets, ms.
type timeSpan struct {
	known     bool
	firstSend uint32
	lastSend  uint32
	first     uint32 // lowest presentation time of the first packets
	last      uint32 // highest presentation time of the last packets
}

// base gives the presentation time that stands for the start.
func (t timeSpan) base(preroll uint32) uint32 {
	if !t.known || t.first >= preroll && t.first-preroll <= baseSlack {
		return preroll
	}
	return t.first
}

// measure fills times.
func (r *Reader) measure() error {
	n := max(1, int64(measureBytes/r.packetSize))
	var start, end timeSpan
	if err := r.eachPacket(0, n, measureBytes, start.visit); err != nil {
		return err
	}
	if err := r.eachPacket(max(0, r.packets-n), r.packets, measureBytes, end.visit); err != nil {
		return err
	}
	r.times = timeSpan{
		known:     start.known && end.known,
		firstSend: start.firstSend,
		lastSend:  end.lastSend,
		first:     start.first,
		last:      end.last,
	}
	return nil
}

func (t *timeSpan) visit(_ int64, b []byte) bool {
	var p Packet
	if ParsePacket(b, &p) != nil {
		return true
	}
	it := p.Payloads()
	for it.Next() {
		ms := it.Payload.Time
		if !t.known {
			t.known, t.first, t.last, t.firstSend = true, ms, ms, p.SendTime
		}
		t.first, t.last, t.lastSend = min(t.first, ms), max(t.last, ms), p.SendTime
	}
	return true
}

// duration gives the playing time, and whether it comes from the header.
func (r *Reader) duration() (time.Duration, bool) {
	f := r.header.File()
	base := time.Duration(r.TimeBase()) * time.Millisecond
	said := max(0, ticks(f.PlayDuration)-base)
	if !r.times.known {
		return said, true
	}
	measured := max(0, time.Duration(r.times.last)*time.Millisecond-base)
	if f.Broadcast() || f.PlayDuration == 0 || r.cutOff() || (said-measured).Abs() > durationSlack {
		return measured, false
	}
	return said, true
}

// cutOff says that the file has fewer packets than it declares.
func (r *Reader) cutOff() bool {
	return r.data.Packets > uint64(r.packets) || r.header.File().DataPackets > uint64(r.packets)
}
