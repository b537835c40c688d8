package main

import (
	"errors"
	"testing"
	"time"

	"caracal/wmsp"
)

// tally is what frames count.
type tally struct{ packets, bytes, gaps, lost, jumps, bad int64 }

// follow feeds input in pieces of n bytes.
func follow(input []byte, n int) (tally, *frames, error) {
	c := &client{began: time.Unix(0, 0)}
	f := &frames{client: c}
	var err error
	for rest := input; len(rest) > 0 && err == nil; {
		piece := rest[:min(n, len(rest))]
		rest = rest[len(piece):]
		err = f.feed(piece, time.Unix(1, 0))
	}
	return tally{c.packets.Load(), c.bytes.Load(), c.gaps.Load(), c.lost.Load(), c.jumps.Load(), c.bad.Load()}, f, err
}

// d appends a $D packet with a payload of 10 bytes.
func d(b []byte, location uint32, seq byte) []byte {
	return append(wmsp.AppendD(b, true, location, 0, seq, 10), "0123456789"...)
}

func TestFrames(t *testing.T) {
	var run []byte
	for i := range 300 {
		run = d(run, uint32(i), byte(i))
	}
	long := make([]byte, wmsp.MaxPayload+5)
	tests := []struct {
		name  string
		input []byte
		want  tally
		err   error
	}{
		{"a run", run, tally{packets: 300, bytes: 3000}, nil},
		{"begins late", d(nil, 5, 2), tally{packets: 1, bytes: 10, gaps: 1, lost: 2}, nil},
		{"a skip that the server tells", d(d(nil, 5, 0), 9, 1), tally{packets: 2, bytes: 20, jumps: 1}, nil},
		{"a repetition", d(d(nil, 0, 0), 0, 0), tally{packets: 2, bytes: 20, gaps: 1, lost: 255, jumps: 1}, nil},
		{"the next entry", d(wmsp.AppendC(wmsp.AppendE(d(nil, 7, 0), wmsp.ReasonEntryDone), 0), 0, 1),
			tally{packets: 2, bytes: 20}, nil},
		{"the next entry begins to count", d(wmsp.AppendC(d(nil, 7, 0), 0), 0, 0), tally{packets: 2, bytes: 20}, nil},
		{"the end", d(wmsp.AppendE(d(nil, 0, 0), wmsp.ReasonDone), 9, 9), tally{packets: 1, bytes: 10}, errOver},
		{"an end without a reason", []byte{0x24, 'E', 0, 0}, tally{}, errOver},
		{"header and metadata", wmsp.AppendHeader(wmsp.AppendMetadata(nil, 0, []byte("m")), 0, long), tally{}, nil},
		{"test", wmsp.AppendT(nil), tally{}, nil},
		{"a packet that is too short", []byte{0xA4, 'D', 4, 0, 0, 0, 0, 0}, tally{bad: 1}, nil},
		{"an unknown packet", []byte{0x24, 'x', 3, 0, 1, 2, 3}, tally{bad: 1}, nil},
	}
	for _, tt := range tests {
		for _, n := range []int{1, 2, 3, 5, 7, 11, 12, 13, 22, 64, 4096, 1 << 20} {
			got, f, err := follow(tt.input, n)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("%s in pieces of %d: %+v, %v, want %+v, %v", tt.name, n, got, err, tt.want, tt.err)
			}
			if f.complete && len(f.header) != len(long) {
				t.Errorf("%s in pieces of %d: header of %d bytes", tt.name, n, len(f.header))
			}
		}
	}
}

func TestFramesRefuse(t *testing.T) {
	for _, input := range []string{"HTTP/1.1 200 OK", "\x25D\x08\x00", "$P\xf8\x01\x00\x00"} {
		if got, _, err := follow([]byte(input), 4); err == nil || errors.Is(err, errOver) || got != (tally{bad: 1}) {
			t.Errorf("%q: %+v, %v", input, got, err)
		}
	}
}

// How a body is cut must not matter, and nothing may break the parser.
func FuzzFrames(f *testing.F) {
	f.Add(d(d(nil, 0, 0), 1, 1), 7)
	f.Add(wmsp.AppendE(wmsp.AppendHeader(nil, 0, []byte("header")), 0), 3)
	f.Add([]byte{0x24, 'D', 2, 0, 1, 2, 0xA4, 'C', 0, 0}, 1)
	f.Fuzz(func(t *testing.T, input []byte, n int) {
		whole, _, err := follow(input, len(input)+1)
		cut, _, errCut := follow(input, max(1, n))
		if whole != cut || (err == nil) != (errCut == nil) || errors.Is(err, errOver) != errors.Is(errCut, errOver) {
			t.Errorf("%x: %+v %v, in pieces of %d %+v %v", input, whole, err, n, cut, errCut)
		}
	})
}

func BenchmarkFrames(b *testing.B) {
	var input []byte
	for i := range 27 {
		input = wmsp.AppendD(input, false, uint32(i), 0, byte(i), 1400)
		input = append(input, make([]byte, 1400)...)
	}
	c := &client{}
	f := &frames{client: c}
	now := time.Now()
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		if err := f.feed(input, now); err != nil {
			b.Fatal(err)
		}
	}
}

func TestFramesDoNotAllocate(t *testing.T) {
	input := d(d(nil, 0, 0), 1, 1)
	f := &frames{client: &client{began: time.Unix(0, 0)}}
	if n := testing.AllocsPerRun(100, func() { f.feed(input, time.Unix(1, 0)) }); n != 0 {
		t.Errorf("%v allocations for two packets", n)
	}
}
