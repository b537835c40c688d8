package rtsp

import (
	"bytes"
	"slices"
	"testing"

	"caracal/internal/head"
)

// fecCapture is what a player over UDP hears of the welcome clip with FEC.
type fecCapture struct {
	source  [][]byte // in order
	parity  []FECPacket
	covered int      // source packets of whole Total Spans
	asf     [][]byte // as they were before
}

func captureFEC(t *testing.T, p FECParameters, size int) *fecCapture {
	t.Helper()
	tracks := overUDP(t)
	tracks[0].fec, tracks[0].fecSSRC = p, testFEC
	r := newRig(t, "WMPlayer/9.0", head.FeatureLocID, tracks...)
	l := *r.st.layout
	l.blocks = size
	r.st.carriers = [lowers]*carrier{}
	r.st.arrange(&l)
	c := r.st.carriers[LowerUDP]
	f := &fecCapture{}
	seq, last := uint16(firstSequence), []byte(nil)
	for n := range 60 {
		r.step(n)
		sent, _, _ := c.media.rtp.Flush()
		r.mem.Reset()
		for range sent {
			b := r.rtp.hear()
			if len(b) > size {
				t.Fatalf("%d bytes, Blocksize is %d", len(b), size)
			}
			if b[1]&rtpTypeMask != PayloadFEC {
				f.source, last = append(f.source, b), b
				continue
			}
			f.parity = append(f.parity, f.parseFEC(t, b, seq, last))
			seq++
		}
	}
	f.covered = len(f.source) / (int(p.Span) * int(p.BurstMargin)) * int(p.Span) * int(p.BurstMargin)
	if want := f.covered / int(p.Span) * int(p.PerSpan); len(f.parity) != want || want == 0 {
		t.Fatalf("%+v: %d FEC packets for %d packets, want %d", p, len(f.parity), len(f.source), want)
	}
	f.asf = f.joined(t, f.source)
	return f
}

// parseFEC checks the RTP header of a FEC packet that came after last.
func (f *fecCapture) parseFEC(t *testing.T, b []byte, seq uint16, last []byte) FECPacket {
	t.Helper()
	want := appendRTPHead(nil, true, PayloadFEC, seq, 0, testFEC)
	if !bytes.Equal(b[:4], want[:4]) || !bytes.Equal(b[8:12], want[8:12]) || len(b) < RTPHeadSize+FECHeadSize {
		t.Fatalf("FEC packet % x, want % x", b[:12], want)
	}
	p, err := ParseFEC(b[RTPHeadSize:])
	if err != nil {
		t.Fatal(err)
	}
	newest := p.Base
	for bit := range uint16(fecMaskBits) {
		if p.Mask>>bit&1 != 0 {
			newest = p.Base + bit
		}
	}
	if covers := f.source[newest-firstSequence]; !bytes.Equal(b[4:8], covers[4:8]) || len(last) == 0 {
		t.Errorf("timestamp % x, that of the span's last packet is % x", b[4:8], covers[4:8])
	}
	return p
}

func (f *fecCapture) joined(t *testing.T, packets [][]byte) (all [][]byte) {
	t.Helper()
	var j Joiner
	for _, b := range packets {
		joinOne(t, &j, b, func(r Received) error { all = append(all, bytes.Clone(r.Data)); return nil })
	}
	j.finish(func(r Received) error { all = append(all, bytes.Clone(r.Data)); return nil })
	return all
}

// lose takes source packets away, repairs what FEC can and says whether all ASF
// packets are there then.
func (f *fecCapture) lose(t *testing.T, lost ...int) bool {
	t.Helper()
	have := slices.Clone(f.source)
	for _, i := range lost {
		have[i] = nil
	}
	for at := 0; at < len(f.parity); at++ {
		var span []FECPacket
		for _, q := range f.parity {
			if q.Base == f.parity[at].Base && q.Mask == f.parity[at].Mask {
				span = append(span, q)
			}
		}
		packets, err := RepairFEC(span, func(seq uint16) []byte { return have[seq-firstSequence] }, testSSRC)
		if err != nil {
			continue
		}
		for _, b := range packets {
			have[uint16(b[2])<<8+uint16(b[3])-firstSequence] = b
		}
	}
	if slices.ContainsFunc(have, func(b []byte) bool { return b == nil }) {
		return false
	}
	got := f.joined(t, have)
	return slices.EqualFunc(got, f.asf, bytes.Equal)
}

// Each single loss within whole spans, and each burst of as many packets as the
// margin times the FEC packets of a span, is repaired from what the server
// sends.
func TestFECRepairsWhatTheServerSends(t *testing.T) {
	for _, p := range []FECParameters{{4, 1, 1}, {4, 1, 6}, {8, 2, 3}, {5, 3, 2}, {24, 1, 1}, {1, 1, 12}} {
		for _, size := range []int{300, 1452} {
			f := captureFEC(t, p, size)
			for i := range f.covered {
				if !f.lose(t, i) {
					t.Fatalf("%+v, %d bytes: packet %d is not repaired", p, size, i)
				}
			}
			total := int(p.Span) * int(p.BurstMargin)
			burst := int(p.PerSpan) * int(p.BurstMargin)
			for first := 0; first+burst <= f.covered; first++ {
				if first/total != (first+burst-1)/total {
					continue // two Total Spans, each with less to repair
				}
				var lost []int
				for i := range burst {
					lost = append(lost, first+i)
				}
				if !f.lose(t, lost...) {
					t.Fatalf("%+v, %d bytes: a burst of %d from packet %d is not repaired", p, size, burst, first)
				}
			}
		}
	}
}

func TestGrantFEC(t *testing.T) {
	for _, tt := range []struct {
		ask, want FECParameters
		ok        bool
	}{
		{FECParameters{}, defaultFEC, true},
		{FECParameters{4, 1, 6}, FECParameters{4, 1, 6}, true},
		{FECParameters{24, 24, 1}, FECParameters{24, maxFECPerSpan, 1}, true},
		{FECParameters{4, 0, 0}, FECParameters{4, 1, 1}, true},
		{FECParameters{4, 2, 8}, FECParameters{4, 2, 7}, true}, // the mask has no 25th bit
		{FECParameters{25, 1, 1}, FECParameters{}, false},
		{FECParameters{4, 5, 1}, FECParameters{}, false},
		{FECParameters{0, 1, 1}, FECParameters{}, false},
		{FECParameters{2, 1, 13}, FECParameters{}, false},
		{FECParameters{24, 1, 2}, FECParameters{}, false},
	} {
		if got, ok := grantFEC(tt.ask); ok != tt.ok || ok && got != tt.want {
			t.Errorf("%+v: %+v %v, want %+v %v", tt.ask, got, ok, tt.want, tt.ok)
		}
	}
}

// FEC that begins or ends while packets flow changes their size, and nothing
// that was sent with another size is ever sent again.
func TestFECBeginsWhilePacketsFlow(t *testing.T) {
	tracks := overUDP(t)
	r := newRig(t, "WMPlayer/9.0", 0, tracks...)
	c := r.st.carriers[LowerUDP]
	r.step(0)
	with := *r.st.layout
	with.tracks = slices.Clone(tracks)
	with.tracks[0].fec, with.tracks[0].fecSSRC = FECParameters{2, 1, 1}, testFEC
	r.st.arrange(&with)
	if c != r.st.carriers[LowerUDP] || c.fec == nil || c.framing.Size != blocksizeUDP-FECHeadSize || c.resends.Log.Len() != 0 {
		t.Errorf("%+v, %d bytes, %d known", c.fec, c.framing.Size, c.resends.Log.Len())
	}
	before := c.fec
	if r.st.arrange(&with); c.fec != before {
		t.Error("the same FEC begins anew")
	}
	without := *r.st.layout
	without.tracks = tracks
	r.st.arrange(&without)
	if c.fec != nil || c.framing.Size != blocksizeUDP {
		t.Errorf("%+v, %d bytes", c.fec, c.framing.Size)
	}
}
