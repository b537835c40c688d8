package rtsp

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"caracal/internal/vector"
)

// fecFaults compares a code with the vectors, and says what is wrong.
func fecFaults(t *testing.T, matrix func(k, rows int) [][]byte) (faults []string) {
	t.Helper()
	for _, v := range vector.Read(t, "fec.txt") {
		if v["kind"] == "matrix" {
			k, index := v.Number(t, "k"), v.Number(t, "index")
			if got := matrix(k, index+1)[index]; !bytes.Equal(got, v.Bytes(t, "factors")) {
				faults = append(faults, fmt.Sprintf("%s: %x, want %s", v["name"], got, v["factors"]))
			}
			continue
		}
		source, want := vectorPackets(t, v, "source"), vectorPackets(t, v, "fec")
		got := encodeSpan(t, v, matrix, source)
		if len(got) != len(want) {
			t.Fatalf("%s: %d FEC packets, want %d", v["name"], len(got), len(want))
		}
		for i := range want {
			if !bytes.Equal(got[i], want[i]) {
				faults = append(faults, fmt.Sprintf("%s: packet %d\n%x, want\n%x", v["name"], i, got[i], want[i]))
			}
		}
	}
	return faults
}

func vectorPackets(t *testing.T, v vector.Vector, key string) (all [][]byte) {
	t.Helper()
	for line := range strings.SplitSeq(v[key], "\n") {
		all = append(all, vector.Hex(t, line))
	}
	return all
}

func encodeSpan(t *testing.T, v vector.Vector, matrix func(k, rows int) [][]byte, source [][]byte) [][]byte {
	t.Helper()
	p := FECParameters{uint8(v.Number(t, "span")), uint8(v.Number(t, "perspan")), uint8(v.Number(t, "margin"))}
	e := NewFECEncoder(p, 0)
	if e.Parameters() != p {
		t.Fatalf("%s: parameters became %+v", v["name"], e.Parameters())
	}
	e.rows = matrix(int(p.Span), int(p.PerSpan))
	for i, b := range source {
		cut := min(len(b), RTPHeadSize+i) // the parts may be cut anywhere behind the RTP header
		if done := e.Add(b[:cut], b[cut:]); done != (i == len(source)-1) {
			t.Fatalf("%s: complete %t after packet %d", v["name"], done, i)
		}
	}
	last := source[len(source)-1]
	return appendFEC(e, FECSession{PayloadType: 98, SSRC: 0x3874DD27, Sequence: 100, Last: uint16(last[2])<<8 | uint16(last[3])})
}

func appendFEC(e *FECEncoder, f FECSession) [][]byte {
	out := make([][]byte, e.Packets())
	for i := range out {
		out[i] = e.Append(nil, i, f)
	}
	return out
}

func TestFECVectors(t *testing.T) {
	for _, fault := range fecFaults(t, fecMatrix) {
		t.Error(fault)
	}
}

// The vectors tell the code from those that one could take for it.
func TestFECVectorsFindWrongMatrices(t *testing.T) {
	changed := func(change func(m [][]byte)) func(k, rows int) [][]byte {
		return func(k, rows int) [][]byte {
			m := fecMatrix(k, rows)
			change(m)
			return m
		}
	}
	wrong := map[string]func(k, rows int) [][]byte{
		"points from 0": fromZero,
		"not reduced":   notReduced,
		"one exclusive or": changed(func(m [][]byte) {
			for _, row := range m {
				for c := range row {
					row[c] = 1
				}
			}
		}),
		"source packets in reverse": changed(func(m [][]byte) {
			for _, row := range m {
				slices.Reverse(row)
			}
		}),
		"one row on":    func(k, rows int) [][]byte { return fecMatrix(k, rows+1)[1:] },
		"one bit wrong": changed(func(m [][]byte) { m[len(m)-1][len(m[0])-1] ^= 1 }),
	}
	for name, matrix := range wrong {
		if len(fecFaults(t, matrix)) == 0 {
			t.Errorf("%s: no vector fails", name)
		}
	}
}

// fromZero is the matrix of other Reed-Solomon codes: 0, 1, 2 ... instead of 1,
// 2, 3 ...
func fromZero(k, rows int) [][]byte {
	m := make([][]byte, rows)
	for i := range m {
		m[i] = make([]byte, k)
		for j := range k {
			m[i][j] = 1
			for o := range k {
				if o != j {
					m[i][j] = fecMul(m[i][j], fecMul(byte(k+i)^byte(o), fecInverse(byte(j)^byte(o))))
				}
			}
		}
	}
	return m
}

func notReduced(k, rows int) [][]byte {
	m := make([][]byte, rows)
	for i := range m {
		m[i] = make([]byte, k)
		power := byte(1)
		for c := range m[i] {
			m[i][c] = power
			power = fecMul(power, byte(k+i+1))
		}
	}
	return m
}

// The field, against shifting and adding.
func TestFECField(t *testing.T) {
	for a := range 256 {
		for b := range 256 {
			want := 0
			for bit := range 8 {
				if b>>bit&1 != 0 {
					want ^= a << bit
				}
			}
			for bit := 14; bit >= 8; bit-- {
				if want>>bit&1 != 0 {
					want ^= 0x11D << (bit - 8)
				}
			}
			if got := fecMul(byte(a), byte(b)); int(got) != want {
				t.Fatalf("%x * %x = %x, want %x", a, b, got, want)
			}
		}
		if a > 0 && fecMul(byte(a), fecInverse(byte(a))) != 1 {
			t.Fatalf("1/%x = %x", a, fecInverse(byte(a)))
		}
		if got := fecDouble(uint64(a) << 24); got != uint64(fecMul(byte(a), 2))<<24 {
			t.Fatalf("double of %x is %x", a, got)
		}
	}
}

func TestFitFEC(t *testing.T) {
	tests := []struct{ in, want FECParameters }{
		{FECParameters{}, FECParameters{1, 1, 1}},
		{FECParameters{24, 4, 1}, FECParameters{24, 4, 1}},
		{FECParameters{4, 1, 6}, FECParameters{4, 1, 6}}, // the example of 4.4.4.4
		{FECParameters{24, 24, 1}, FECParameters{24, 24, 1}},
		{FECParameters{255, 255, 255}, FECParameters{24, 24, 1}},
		{FECParameters{3, 5, 12}, FECParameters{3, 3, 11}}, // 24 by 2.2.6.11, but Mask has 24 bits
		{FECParameters{13, 1, 2}, FECParameters{13, 1, 1}},
		{FECParameters{12, 1, 2}, FECParameters{12, 1, 2}},
		{FECParameters{1, 1, 200}, FECParameters{1, 1, 12}},
	}
	for _, tt := range tests {
		if got := FitFEC(tt.in); got != tt.want || !got.Valid() {
			t.Errorf("%+v became %+v, want %+v", tt.in, got, tt.want)
		}
	}
}

func TestParseFECRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"15 bytes": make([]byte, 15),
		"no mask":  make([]byte, 100),
	} {
		if _, err := ParseFEC(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// E, padding, ExFlags and Reserved are ignored, and 0 in what is sent.
func TestFECIgnoredBits(t *testing.T) {
	b := []byte{0, 1, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF, 0xFF, 9}
	p, err := ParseFEC(b)
	if err != nil || p.Type != 127 || p.Mask != 0xFFFFFF || p.Index != 31 || p.Span != 31 || !bytes.Equal(p.Data, []byte{9}) {
		t.Fatalf("%+v, %v", p, err)
	}
	want := []byte{0, 1, 0, 2, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 3, 0x1F, 0x1F, 0, 0}
	if got := p.AppendHead(nil); !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

// What is read is written again, but for the bits that are to be ignored.
func FuzzFECPacket(f *testing.F) {
	for _, v := range vector.Read(f, "fec.txt") {
		if v["kind"] == "span" {
			first, _, _ := strings.Cut(v["fec"], "\n")
			f.Add(vector.Hex(f, first)[RTPHeadSize:])
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseFEC(b)
		if err != nil {
			return
		}
		out := p.AppendHead(nil)
		q, err := ParseFEC(append(out, p.Data...))
		if err != nil || len(out) != FECHeadSize || !bytes.Equal(q.Data, p.Data) {
			t.Fatalf("%+v, then %+v, %v", p, q, err)
		}
		p.Data, q.Data = nil, nil
		if fmt.Sprint(p) != fmt.Sprint(q) {
			t.Fatalf("%+v, then %+v", p, q)
		}
	})
}
