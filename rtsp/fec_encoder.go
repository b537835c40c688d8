package rtsp

import (
	"crypto/subtle"
	"encoding/binary"
)

// maxFECBurstMargin is the largest FecBurstMargin, [MS-RTSP] 2.2.6.11.
const maxFECBurstMargin = 12

// fecFields is the room before a packet's bytes for the fields of its RTP header
// that are coded with them: length (2 bytes), payload type (1), timestamp (4).
const fecFields = 8

// FECEncoder makes the FEC packets of one RTP session, [MS-RTSP] 2.2.2 and
// 3.2.4.3. What it codes does not depend on sequence numbers and SSRC, so that
// one can serve all clients that get the same RTP payloads from the same packet
// on; those two come with Append.
//
// For each FEC packet of a span it keeps eight sums, one for each bit of the
// factors: a source packet is added, by exclusive or, to the sums of the bits
// that its factor has, and multiplication waits until the span is complete.
// That takes eight times the Blocksize and a fourth of the time.
type FECEncoder struct {
	params FECParameters
	rows   [][]byte  // of the matrix, PerSpan of them with Span factors each
	spans  []fecSpan // BurstMargin of them
	seen   int       // source packets of the Total Span so far
	size   int       // of the sums, bytes
}

// fecSpan is one of the BurstMargin spans that go on at the same time.
type fecSpan struct {
	sums      [][8][]byte // for each FEC packet
	longest   int         // of its source packets, fields included, bytes
	timestamp uint32      // of its last source packet
}

// FitFEC is what a server grants of the parameters that a client asks for: within
// the ranges of [MS-RTSP] 2.2.6.11 and such that the last packet of a span has a
// bit in Mask, which the largest of those have not.
func FitFEC(p FECParameters) FECParameters {
	p.Span = min(max(p.Span, 1), MaxFECSpan)
	p.PerSpan = min(max(p.PerSpan, 1), p.Span)
	p.BurstMargin = min(max(p.BurstMargin, 1), maxFECBurstMargin)
	if p.Span > 1 {
		p.BurstMargin = min(p.BurstMargin, (fecMaskBits-1)/(p.Span-1))
	}
	return p
}

// NewFECEncoder makes an encoder for source packets of up to size bytes, RTP
// header included. The parameters are made to fit.
func NewFECEncoder(p FECParameters, size int) *FECEncoder {
	p = FitFEC(p)
	size = min(max(size, MinBlocksize), maxFECPayload+RTPHeadSize)
	e := &FECEncoder{
		params: p,
		rows:   fecMatrix(int(p.Span), int(p.PerSpan)),
		spans:  make([]fecSpan, p.BurstMargin),
		size:   (fecFields + size - RTPHeadSize + 7) &^ 7,
	}
	for s := range e.spans {
		e.spans[s].sums = make([][8][]byte, p.PerSpan)
		for i := range e.spans[s].sums {
			all := make([]byte, 8*e.size)
			for bit := range 8 {
				e.spans[s].sums[i][bit] = all[bit*e.size : (bit+1)*e.size : (bit+1)*e.size]
			}
		}
	}
	return e
}

// Parameters are those that the encoder goes by.
func (e *FECEncoder) Parameters() FECParameters { return e.params }

// Add adds the next source packet: its RTP header of 12 bytes at the beginning of
// head, and what follows in head and body. It is true when the Total Span is
// complete; the FEC packets are to be appended then, before the next Add, which
// begins a new one. A packet larger than the encoder was made for is not
// covered, nor are those before it in its Total Span.
func (e *FECEncoder) Add(head, body []byte) bool {
	if len(head) < RTPHeadSize || fecFields+len(head)-RTPHeadSize+len(body) > e.size {
		e.Reset() // it has a sequence number, which no span may leave out
		return false
	}
	if e.seen == e.total() {
		e.Reset()
	}
	margin := len(e.spans)
	span, column := &e.spans[e.seen%margin], e.seen/margin
	length := len(head) - RTPHeadSize + len(body)
	var fields [fecFields]byte
	binary.BigEndian.PutUint16(fields[:], uint16(length))
	fields[2] = head[1] & rtpTypeMask
	copy(fields[3:], head[4:8])
	span.timestamp = binary.BigEndian.Uint32(head[4:])
	span.longest = max(span.longest, fecFields+length)
	for i := range span.sums {
		span.add(i, e.rows[i][column], &fields, head[RTPHeadSize:], body)
	}
	e.seen++
	if e.seen < e.total() {
		return false
	}
	e.finish()
	return true
}

func (s *fecSpan) add(i int, factor byte, fields *[fecFields]byte, head, body []byte) {
	for bit := 0; factor != 0; bit++ {
		if factor&1 != 0 {
			sum := s.sums[i][bit]
			subtle.XORBytes(sum, sum, fields[:])
			sum = sum[fecFields:]
			subtle.XORBytes(sum, sum, head)
			sum = sum[len(head):]
			subtle.XORBytes(sum, sum, body)
		}
		factor >>= 1
	}
}

func (e *FECEncoder) finish() {
	for s := range e.spans {
		span := &e.spans[s]
		for i := range span.sums {
			fecHorner(&span.sums[i], (span.longest+7)&^7)
		}
	}
}

// total is the Total Span.
func (e *FECEncoder) total() int { return int(e.params.Span) * len(e.spans) }

// Reset begins a new Total Span, for a Play that goes on elsewhere.
func (e *FECEncoder) Reset() {
	e.seen = 0
	for s := range e.spans {
		span := &e.spans[s]
		for i := range span.sums {
			for bit := range span.sums[i] {
				clear(span.sums[i][bit][:(span.longest+7)&^7])
			}
		}
		span.longest = 0
	}
}

// Packets is how many FEC packets are to be appended; 0 unless the last Add was
// true.
func (e *FECEncoder) Packets() int {
	if e.seen < e.total() {
		return 0
	}
	return int(e.params.PerSpan) * len(e.spans)
}

// FECSession is what differs between clients in their FEC packets.
type FECSession struct {
	PayloadType uint8
	SSRC        uint32
	Sequence    uint16 // of the first FEC packet after a Total Span
	Last        uint16 // sequence number of the source packet that completed the Total Span
}

// Append appends the ith FEC packet, 0 <= i < Packets, with its RTP header. The
// spans take turns, as [MS-RTSP] 3.2.4.3 has it.
func (e *FECEncoder) Append(b []byte, i int, f FECSession) []byte {
	margin := len(e.spans)
	n, index := i%margin, i/margin
	span := &e.spans[n]
	code := span.sums[index][0][:span.longest]
	p := FECPacket{
		Base:      f.Last - uint16(e.total()-1-n),
		Length:    binary.BigEndian.Uint16(code),
		Type:      code[2],
		Timestamp: binary.BigEndian.Uint32(code[3:]),
		Index:     uint8(index),
		Span:      e.params.PerSpan,
	}
	for column := range int(e.params.Span) {
		p.Mask |= 1 << (column * margin)
	}
	b = appendRTPHead(b, true, f.PayloadType, f.Sequence+uint16(i), span.timestamp, f.SSRC)
	b = p.AppendHead(b)
	return append(b, code[fecFields:]...)
}
