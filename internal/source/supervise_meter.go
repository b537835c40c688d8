package source

import (
	"time"

	"caracal/internal/point"
)

// meterSpan is how many readings a bit rate is made of.
const meterSpan = 5

// meter reads how much a broadcast has got.
type meter struct {
	to             *point.Broadcast
	packets, bytes uint64 // when it was read last
	fromPackets    uint64 // when it was new
	fromBytes      uint64
	marks          []mark // the latest readings
}

type mark struct {
	at    time.Time
	bytes uint64
}

func newMeter(to *point.Broadcast, now time.Time) meter {
	packets, bytes := to.Brought()
	return meter{
		to: to, packets: packets, bytes: bytes, fromPackets: packets, fromBytes: bytes, marks: []mark{{now, bytes}},
	}
}

// read takes a reading, and says whether packets have come since the last one.
func (m *meter) read(now time.Time) bool {
	packets, bytes := m.to.Brought()
	came := packets != m.packets
	m.packets, m.bytes = packets, bytes
	if len(m.marks) > meterSpan {
		m.marks = append(m.marks[:0], m.marks[1:]...)
	}
	m.marks = append(m.marks, mark{now, bytes})
	return came
}

// rate is that between the oldest reading and the newest, bits a second.
func (m *meter) rate() uint64 {
	first, last := m.marks[0], m.marks[len(m.marks)-1]
	span := last.at.Sub(first.at).Seconds()
	if span <= 0 {
		return 0
	}
	return uint64(float64(last.bytes-first.bytes) * 8 / span)
}

// sum is what came since the meter was new.
func (m *meter) sum() (packets, bytes uint64) {
	return m.packets - m.fromPackets, m.bytes - m.fromBytes
}
