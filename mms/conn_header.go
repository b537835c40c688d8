package mms

import (
	"crypto/rand"
	"net/netip"
	"time"

	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/udp"
)

// headerOut is an ASF file header on its way, [MS-MMSP] 3.2.5.8.1.
type headerOut struct {
	incarnation byte
	bytes       []byte
	packetSize  int
	bitRate     uint32

	dst  netip.AddrPort // over UDP
	out  *udp.Sender    // nil: over TCP
	pair bool           // a packet pair goes first

	began time.Time
	done  int // pieces that are out
}

// slowest is the rate of a header over UDP if the content's is not known or is
// lower, bits per second: that of the slowest modem.
const slowest = 14_400

// describe answers ReadBlock and sends the header: over TCP at once, over UDP in
// its time.
func (s *sender) describe(report *ReportReadBlock, h *headerOut) {
	if s.Ending() {
		return
	}
	s.stay()
	if h.out == nil && !s.Idle() { // a player that has not read one gets no other
		report.HR = EInvalidRequest
		s.say(report)
		return
	}
	if h.out != nil && h.pair {
		noise := make([]byte, PairDatagrams*PairPayload)
		rand.Read(noise)
		for n := range PairDatagrams {
			h.out.Queue(h.dst, AppendPair(nil, n, noise[n*PairPayload:][:PairPayload]))
		}
		h.out.Flush()
	}
	s.say(report)
	s.header, h.began = h, time.Now()
	s.sendHeader(h.began)
	s.Wake()
}

// sendHeader sends the pieces that are due, and says when more will be. Over UDP
// they are no faster than the content: a piece is due when the ones before it
// have had their time.
func (s *sender) sendHeader(now time.Time) time.Time {
	h := s.header
	var tcp []byte
	for n := HeaderPieces(len(h.bytes), h.packetSize); h.done < n; h.done++ {
		if at := h.due(); h.out != nil && at.After(now) {
			h.out.Flush()
			return at
		}
		if h.out == nil {
			tcp = AppendHeaderPiece(tcp, h.incarnation, h.done, h.bytes, h.packetSize)
		} else {
			h.out.Queue(h.dst, AppendHeaderPiece(nil, h.incarnation, h.done, h.bytes, h.packetSize))
		}
	}
	s.header = nil
	if h.out != nil {
		h.out.Flush()
	} else {
		s.Send(tcp)
	}
	return time.Time{}
}

// due is when the next piece may leave.
func (h *headerOut) due() time.Time {
	bits := int64(h.done) * int64(min(h.packetSize, MaxPayload)+DataHeadSize) * 8
	return h.began.Add(time.Duration(bits * int64(time.Second) / int64(max(h.bitRate, slowest))))
}

// firstHeader is the header of what a player opens: who gets what follows without a
// word would else end where the header says.
func firstHeader(a head.Agent, e point.Entry) []byte {
	if takesTurns(a) {
		return e.Info().HeaderBytes
	}
	return point.OpenHeader(e)
}
