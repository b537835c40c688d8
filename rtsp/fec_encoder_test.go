package rtsp

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// Spans follow each other, whatever was in the one before; Reset and a packet
// that is too large begin anew.
func TestFECEncoderBeginsAnew(t *testing.T) {
	p := FECParameters{3, 2, 2}
	long, short := makeFECRun(t, p, 900, 0), makeFECRun(t, p, 50, 6)
	fresh := NewFECEncoder(p, 900)
	for _, b := range short.source {
		fresh.Add(b, nil)
	}
	want := appendFEC(fresh, FECSession{Last: 11})
	e := NewFECEncoder(p, 900)
	before := map[string]func(){
		"nothing":           func() {},
		"a longer span":     func() { addAll(e, long.source) },
		"a part, and Reset": func() { addAll(e, long.source[:4]); e.Reset() },
		"a part, and a packet too large": func() {
			addAll(e, long.source[:5])
			if e.Add(make([]byte, 902), nil) || e.Packets() != 0 {
				t.Error("a packet too large completed the span")
			}
		},
		"a packet too short": func() { e.Add(make([]byte, 11), nil) },
	}
	for name, f := range before {
		f()
		if !addAll(e, short.source) {
			t.Fatalf("%s: the span is not complete", name)
		}
		for i, b := range appendFEC(e, FECSession{Last: 11}) {
			if !bytes.Equal(b, want[i]) {
				t.Errorf("%s: packet %d\n%x, want\n%x", name, i, b, want[i])
			}
		}
	}
}

func addAll(e *FECEncoder, source [][]byte) (done bool) {
	for _, b := range source {
		done = e.Add(b, nil)
	}
	return done
}

// One encoder serves clients whose sequence numbers and SSRC differ.
func TestFECForTwoClients(t *testing.T) {
	p := FECParameters{5, 2, 1}
	a, b := makeFECRun(t, p, 300, 0), makeFECRun(t, p, 300, 40000)
	e := NewFECEncoder(p, 300)
	addAll(e, a.source)
	for i, wire := range appendFEC(e, FECSession{PayloadType: 98, SSRC: 77, Sequence: 65535, Last: 40004}) {
		got, err := ParseFEC(wire[RTPHeadSize:])
		if err != nil || got.Base != 40000 || !bytes.Equal(got.Data, b.parity[i].Data) {
			t.Errorf("packet %d: base %d, %v", i, got.Base, err)
		}
		head := appendRTPHead(nil, true, 98, uint16(65535+i), e.spans[0].timestamp, 77)
		if !bytes.Equal(wire[:RTPHeadSize], head) {
			t.Errorf("packet %d: RTP header %x, want %x", i, wire[:RTPHeadSize], head)
		}
	}
}

// sendFEC is a server's work on every packet of a stream with FEC.
func sendFEC(e *FECEncoder, packets [][]byte) func() {
	buf := make([]byte, 0, 2000)
	return func() {
		for _, b := range packets {
			if e.Add(b[:RTPHeadSize+20], b[RTPHeadSize+20:]) {
				for i := range e.Packets() {
					buf = e.Append(buf[:0], i, FECSession{})
				}
			}
		}
	}
}

func mediaPackets(count, size int) [][]byte {
	all := make([][]byte, count)
	for i := range all {
		all[i] = append(appendRTPHead(nil, true, 96, uint16(i), 0, 1), randomBytes(size-RTPHeadSize)...)
	}
	return all
}

func TestFECAllocatesNothing(t *testing.T) {
	for _, p := range []FECParameters{{24, 1, 1}, {4, 2, 6}} {
		send := sendFEC(NewFECEncoder(p, 1452), mediaPackets(48, 1452))
		if n := testing.AllocsPerRun(10, send); n != 0 {
			t.Errorf("%+v: %v allocations", p, n)
		}
	}
}

func BenchmarkFECEncoder(b *testing.B) {
	packets := mediaPackets(48, 1452)
	for _, p := range []FECParameters{{24, 1, 1}, {24, 4, 1}, {8, 1, 3}} {
		b.Run(fmt.Sprintf("%d+%dx%d", p.Span, p.PerSpan, p.BurstMargin), func(b *testing.B) {
			send := sendFEC(NewFECEncoder(p, 1452), packets)
			b.ReportAllocs()
			b.SetBytes(48 * 1452)
			for b.Loop() {
				send()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(48*b.N), "ns/packet")
		})
	}
}

func BenchmarkRepairFEC(b *testing.B) {
	r := makeFECRun(b, FECParameters{24, 2, 1}, 1452, 0)
	have := func(seq uint16) []byte {
		if seq == 3 || seq == 17 {
			return nil
		}
		return r.source[seq]
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := RepairFEC(r.parity, have, 1); err != nil {
			b.Fatal(err)
		}
	}
}
