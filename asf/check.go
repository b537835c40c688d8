package asf

import (
	"fmt"
	"time"
)

// longKeyGap is a distance of key frames that makes seeking coarse.
const longKeyGap = 10_000 // ms

// finding counts one kind of thing over the packets.
type finding struct {
	count int64
	first int64 // number of the first packet
}

func (f *finding) at(n int64) {
	if f.count == 0 {
		f.first = n
	}
	f.count++
}

// packetCheck walks over all packets.
type packetCheck struct {
	damaged, parity, sentBack, unknown, late finding

	streams  [MaxStreams + 1]streamCheck
	sent     uint32
	packet   Packet
	firstErr error
}

// Check reads the whole file and says in plain words what a player would
// dislike, what Issues tells included.
func (r *Reader) Check() []Issue {
	l := issueList(r.Issues())
	c := &packetCheck{}
	for _, s := range r.header.Streams() {
		t := &c.streams[s.Number()]
		t.known, t.kind, t.middle = true, s.Kind(), r.header.File().Broadcast()
	}
	if err := r.eachPacket(0, r.packets, scanChunk, c.visit); err != nil {
		l.add(Error, "read-error", "The file cannot be read to its end: %v.", err)
		return l
	}
	c.report(&l)
	for n := range c.streams {
		c.streams[n].report(uint8(n), &l)
		r.judgeRate(uint8(n), &c.streams[n], &l)
	}
	r.checkIndexes(&l)
	return l
}

func (c *packetCheck) visit(n int64, b []byte) bool {
	p := &c.packet
	if err := ParsePacket(b, p); err != nil {
		c.damage(n, err)
		return true
	}
	if p.Opaque {
		c.parity.at(n)
		return true
	}
	if p.SendTime < c.sent {
		c.sentBack.at(n)
	}
	c.sent = p.SendTime
	it := p.Payloads()
	for it.Next() {
		s := &c.streams[it.Payload.Stream&streamNumberBits]
		if !s.known {
			c.unknown.at(n)
			continue
		}
		if it.Payload.Time < p.SendTime {
			c.late.at(n)
		}
		s.payload(&it.Payload, n)
	}
	if err := it.Err(); err != nil {
		c.damage(n, err)
	}
	return true
}

func (c *packetCheck) damage(n int64, err error) {
	if c.damaged.count == 0 {
		c.firstErr = err
	}
	c.damaged.at(n)
}

func (c *packetCheck) report(l *issueList) {
	if f := c.damaged; f.count > 0 {
		l.add(Error, "packet-damaged", "Packets that cannot be understood: %v (%v).", f, c.firstErr)
	}
	if f := c.parity; f.count > 0 {
		l.add(Info, "packet-parity", "Packets that hold error correction data only: %v.", f)
	}
	if f := c.sentBack; f.count > 0 {
		l.add(Warning, "send-time-back", "Packets that are to be sent before the one before them, where seeking and pacing go wrong: %v.", f)
	}
	if f := c.unknown; f.count > 0 {
		l.add(Warning, "stream-unknown", "Payloads of streams that the header does not describe: %v.", f)
	}
	if f := c.late; f.count > 0 {
		l.add(Warning, "payload-late", "Payloads whose presentation time is before their packet's send time: %v.", f)
	}
}

// String gives the count and the first packet.
func (f finding) String() string {
	return fmt.Sprintf("%d, the first in packet %d", f.count, f.first)
}

// judgeRate compares a stream's measured bit rate with the declared one.
func (r *Reader) judgeRate(n uint8, s *streamCheck, l *issueList) {
	declared := int64(r.header.BitRate(n))
	d := r.Duration()
	if declared == 0 || d < 10*time.Second {
		return
	}
	measured := int64(float64(s.bytes) * 8 / d.Seconds())
	if measured > declared+declared/4 {
		l.add(Warning, "bit-rate-low", "Stream %d says %d bits a second but needs %d; players stop to buffer.", n, declared, measured)
	}
}
