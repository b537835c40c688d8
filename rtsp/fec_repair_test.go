package rtsp

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"caracal/internal/vector"
)

// fecRun is a Total Span as sent.
type fecRun struct {
	params FECParameters
	first  uint16 // sequence number of the first source packet
	source [][]byte
	parity []FECPacket // by span, then FecIndex
}

func makeFECRun(t testing.TB, p FECParameters, size int, first uint16) *fecRun {
	t.Helper()
	rnd := rand.New(rand.NewPCG(uint64(p.Span), uint64(p.PerSpan)))
	r := &fecRun{params: p, first: first}
	e := NewFECEncoder(p, size)
	for i := range int(p.Span) * int(p.BurstMargin) {
		data := randomBytes(4 + rnd.IntN(size-RTPHeadSize-3))
		data[0] = byte(rnd.IntN(4)) << 6 // S and L
		h, n, _ := ParsePayloadHead(data)
		b := appendRTPHead(nil, h.Whole && n > 0, 96, first+uint16(i), rnd.Uint32(), 0xCAFE0001)
		b = append(b, data...)
		r.source = append(r.source, b)
		e.Add(b, nil)
	}
	packets := appendFEC(e, FECSession{Last: first + uint16(len(r.source)-1)})
	if len(packets) != int(p.PerSpan)*int(p.BurstMargin) {
		t.Fatalf("%+v: %d FEC packets", p, len(packets))
	}
	for span := range int(p.BurstMargin) {
		for i := span; i < len(packets); i += int(p.BurstMargin) {
			fec, err := ParseFEC(packets[i][RTPHeadSize:])
			if err != nil {
				t.Fatal(err)
			}
			r.parity = append(r.parity, fec)
		}
	}
	return r
}

// spanOf returns the FEC packets of a span and where its source packets are.
func (r *fecRun) spanOf(span int) (parity []FECPacket, at []int) {
	per := int(r.params.PerSpan)
	for i := span; i < len(r.source); i += int(r.params.BurstMargin) {
		at = append(at, i)
	}
	return r.parity[span*per : (span+1)*per], at
}

// lose repairs a span that lost the source packets and FEC packets in the bits of
// lost (source packets first), and holds the result against what was sent.
func (r *fecRun) lose(t testing.TB, span int, lost uint64) {
	t.Helper()
	all, at := r.spanOf(span)
	gone := map[uint16]bool{}
	var want [][]byte
	for n, i := range at {
		if lost>>n&1 != 0 {
			gone[r.first+uint16(i)] = true
			want = append(want, r.source[i])
		}
	}
	var parity []FECPacket
	for n, p := range all {
		if lost>>(len(at)+n)&1 == 0 {
			parity = append(parity, p)
		}
	}
	got, err := RepairFEC(parity, func(seq uint16) []byte {
		if gone[seq] {
			return nil
		}
		return r.source[seq-r.first]
	}, 0xCAFE0001)
	if len(want) > len(parity) {
		if err == nil {
			t.Fatalf("%+v, span %d, lost %b: %d packets from %d FEC packets", r.params, span, lost, len(got), len(parity))
		}
		return
	}
	if len(want) > 0 && err != nil || !slices.EqualFunc(got, want, bytes.Equal) {
		t.Fatalf("%+v, span %d, lost %b: %v\n%x, want\n%x", r.params, span, lost, err, got, want)
	}
}

// Every pattern of losses in spans of up to 8 source packets and 4 FEC packets.
func TestRepairOfEveryPattern(t *testing.T) {
	for k := uint8(1); k <= 8; k++ {
		for per := uint8(1); per <= min(k, 4); per++ {
			r := makeFECRun(t, FitFEC(FECParameters{k, per, 1}), 40, 65530)
			for lost := range uint64(1) << (k + per) {
				r.lose(t, 0, lost)
			}
		}
	}
}

// For all spans that there can be: every single loss, the longest burst, and as
// many packets at random as can be repaired.
func TestRepairOfEverySpan(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for k := uint8(1); k <= MaxFECSpan; k++ {
		for per := uint8(1); per <= k; per++ {
			r := makeFECRun(t, FECParameters{k, per, 1}, 60, 0)
			for n := range k + per {
				r.lose(t, 0, 1<<n)
			}
			for from := range k {
				r.lose(t, 0, uint64(1<<per-1)<<from)
			}
			for range 10 {
				var lost uint64
				for _, n := range rnd.Perm(int(k + per))[:per] {
					lost |= 1 << n
				}
				r.lose(t, 0, lost)
			}
		}
	}
}

// Bursts of BurstMargin packets hit each span once.
func TestRepairOfBursts(t *testing.T) {
	for _, p := range []FECParameters{{4, 1, 6}, {12, 1, 2}, {2, 2, 12}, {24, 3, 1}} {
		r := makeFECRun(t, p, 1452, 65000)
		margin := int(p.BurstMargin)
		for from := 0; from+margin*int(p.PerSpan) <= len(r.source); from++ {
			for span := range margin {
				var lost uint64
				for i := from; i < from+margin*int(p.PerSpan); i++ {
					if i%margin == span {
						lost |= 1 << (i / margin)
					}
				}
				r.lose(t, span, lost)
			}
		}
	}
}

func TestRepairRefuses(t *testing.T) {
	r := makeFECRun(t, FECParameters{3, 2, 1}, 60, 10)
	have := func(seq uint16) []byte {
		if seq == 11 {
			return nil
		}
		return r.source[seq-10]
	}
	tests := []struct {
		name   string
		parity []FECPacket
		want   error
	}{
		{"no FEC packet", nil, ErrInvalid},
		{"of two spans", []FECPacket{r.parity[0], {Base: 99, Mask: 7}}, ErrInvalid},
		{"recovered length beyond the data", []FECPacket{{Base: 10, Mask: 7, Length: 0xFFFF}}, ErrInvalid},
	}
	for _, tt := range tests {
		if got, err := RepairFEC(tt.parity, have, 1); !errors.Is(err, tt.want) || got != nil {
			t.Errorf("%s: %x, %v", tt.name, got, err)
		}
	}
	none := func(uint16) []byte { return nil }
	twice := []FECPacket{r.parity[0], r.parity[0], r.parity[0]}
	if _, err := RepairFEC(twice, none, 1); !errors.Is(err, ErrNeedMore) {
		t.Errorf("one FEC packet three times for three packets: %v", err)
	}
}

// Whatever FEC packets and source packets there are, what is made again is no
// longer than they.
func FuzzRepairFEC(f *testing.F) {
	for _, v := range vector.Read(f, "fec.txt") {
		if v["kind"] != "span" {
			continue
		}
		one := vector.Hex(f, firstLine(v["fec"]))
		f.Add(one[RTPHeadSize:], one[RTPHeadSize:], vector.Hex(f, firstLine(v["source"])))
	}
	f.Fuzz(func(t *testing.T, a, b, source []byte) {
		var parity []FECPacket
		longest := len(source)
		for _, wire := range [][]byte{a, b} {
			if p, err := ParseFEC(wire); err == nil {
				parity = append(parity, p)
				longest = max(longest, RTPHeadSize+len(p.Data))
			}
		}
		got, err := RepairFEC(parity, func(seq uint16) []byte {
			if seq&1 == 0 {
				return nil
			}
			return source
		}, 1)
		if err != nil && got != nil || len(got) > len(parity) {
			t.Fatalf("%d packets from %d, %v", len(got), len(parity), err)
		}
		for _, p := range got {
			if len(p) < RTPHeadSize || len(p) > longest {
				t.Fatalf("a packet of %d bytes from %d", len(p), longest)
			}
		}
	})
}
