package asf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// fragment is a payload in few words; size 0 is one that has no replicated data.
type fragment struct {
	stream, object uint8
	offset, size   uint32
	data           string
}

// packet puts the fragment into a packet of its own.
func (f fragment) packet() []byte {
	b := []byte{0, writtenProperties, 9, 0, 0, 0, 0, 0, f.stream, f.object}
	b = appendField(b, 4, f.offset)
	if f.size == 0 {
		return append(append(b, 0), f.data...)
	}
	b = append(b, 10)
	b = appendField(b, 4, f.size)
	b = append(b, 77, 0, 0, 0, 'e', 'x')
	return append(b, f.data...)
}

func TestDepacketizer(t *testing.T) {
	for _, tc := range []struct {
		name  string
		max   int
		in    []fragment
		want  string // stream.object=data
		lost  uint64
		flush string
	}{
		{name: "whole", in: []fragment{{1, 1, 0, 3, "abc"}}, want: "1.1=abc"},
		{name: "fragments", in: []fragment{{1, 1, 0, 6, "ab"}, {1, 1, 2, 6, "c"}, {1, 1, 3, 6, "def"}}, want: "1.1=abcdef"},
		{name: "streams interleaved", in: []fragment{{1, 1, 0, 4, "ab"}, {2, 1, 0, 4, "wx"}, {2, 1, 2, 4, "yz"}, {1, 1, 2, 4, "cd"}}, want: "2.1=wxyz 1.1=abcd"},
		{name: "first fragment missing", in: []fragment{{1, 1, 2, 6, "cd"}, {1, 1, 4, 6, "ef"}, {1, 2, 0, 1, "x"}}, want: "1.2=x", lost: 1},
		{name: "fragment in the middle missing", in: []fragment{{1, 1, 0, 6, "ab"}, {1, 1, 4, 6, "ef"}, {1, 2, 0, 1, "x"}}, want: "1.2=x", lost: 1},
		{name: "last fragment missing", in: []fragment{{1, 1, 0, 6, "abc"}, {1, 2, 0, 1, "x"}}, want: "1.2=x", lost: 1},
		{name: "last and first missing", in: []fragment{{1, 1, 0, 6, "abc"}, {1, 2, 3, 6, "def"}, {1, 3, 0, 1, "x"}}, want: "1.3=x", lost: 2},
		{name: "later fragment twice", in: []fragment{{1, 1, 0, 6, "ab"}, {1, 1, 2, 6, "cd"}, {1, 1, 2, 6, "cd"}, {1, 1, 4, 6, "ef"}}, lost: 1},
		{name: "first fragment twice", in: []fragment{{1, 1, 0, 6, "abc"}, {1, 1, 0, 6, "abc"}, {1, 1, 3, 6, "def"}}, want: "1.1=abcdef", lost: 1},
		{name: "open at the end", in: []fragment{{1, 1, 0, 6, "abc"}}, lost: 1},
		{name: "more data than the object has", in: []fragment{{1, 1, 0, 2, "abc"}, {1, 2, 0, 3, "ab"}, {1, 2, 2, 3, "cde"}}, want: "1.1=ab 1.2=abc"},
		{name: "size unknown", in: []fragment{{1, 1, 0, 0, "abc"}, {1, 1, 3, 0, "de"}, {1, 2, 0, 0, "x"}}, want: "1.1=abcde", flush: "1.2=x"},
		{name: "size unknown, then known", in: []fragment{{1, 1, 0, 0, "abc"}, {1, 2, 0, 1, "x"}}, want: "1.1=abc 1.2=x"},
		{name: "size unknown, then a first fragment missing", in: []fragment{{1, 1, 0, 0, "abc"}, {1, 2, 3, 9, "def"}}, want: "1.1=abc", lost: 1},
		{name: "empty", in: []fragment{{1, 1, 0, 0, ""}, {1, 2, 0, 1, "x"}}, want: "1.2=x"},
		{name: "beyond the bound", max: 5, in: []fragment{{1, 1, 0, 9, "abc"}, {1, 1, 3, 9, "def"}, {1, 1, 6, 9, "ghi"}, {1, 2, 0, 4, "ab"}, {1, 2, 2, 4, "cd"}}, want: "1.2=abcd", lost: 1},
		{name: "beyond the bound together", max: 5, in: []fragment{{1, 1, 0, 5, "abc"}, {2, 1, 0, 5, "xyz"}, {1, 1, 3, 5, "de"}, {2, 1, 3, 5, "uv"}, {2, 2, 0, 4, "xyz"}, {2, 2, 3, 4, "u"}}, want: "1.1=abcde 2.2=xyzu", lost: 1},
		{name: "whole objects need no room", max: 1, in: []fragment{{1, 1, 0, 3, "abc"}}, want: "1.1=abc"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := NewDepacketizer(DepacketizerOptions{MaxBytes: tc.max})
			var got []string
			emit := func(o MediaObject) error {
				if (o.Time == 77) != (string(o.Extension) == "ex") {
					t.Errorf("time %d, extension %q", o.Time, o.Extension)
				}
				got = append(got, fmt.Sprintf("%d.%d=%s", o.Stream, o.Number, o.Data))
				return nil
			}
			for _, f := range tc.in {
				if err := d.Add(f.packet(), emit); err != nil {
					t.Fatal(err)
				}
			}
			before := strings.Join(got, " ")
			got = nil
			if err := d.Flush(emit); err != nil {
				t.Fatal(err)
			}
			if before != tc.want || strings.Join(got, " ") != tc.flush || d.Lost() != tc.lost || d.held != 0 {
				t.Errorf("got %q, then %q, %d lost, %d bytes held", before, got, d.Lost(), d.held)
			}
		})
	}
}

func TestDepacketizerCompressed(t *testing.T) {
	for _, v := range packetVectors(t, "shapes.txt") {
		if !strings.HasPrefix(v.name, "single payload of compressed") {
			continue
		}
		found, lost := objects(t, [][]byte{v.wire})
		want := []MediaObject{
			{Stream: 3, Number: 255, Time: 4000, Key: true, Data: []byte("ab")},
			{Stream: 3, Number: 1, Time: 4040, Key: true, Data: []byte("cde")},
		}
		if lost != 0 || !sameObjects(found[3], want) {
			t.Errorf("%d lost, %+v", lost, found[3])
		}
		return
	}
	t.Error("no such vector")
}

func TestDepacketizerErrors(t *testing.T) {
	for _, v := range packetVectors(t, "errors.txt") {
		d := NewDepacketizer(DepacketizerOptions{})
		var pe *ParseError
		if err := d.Add(v.wire, func(MediaObject) error { return nil }); !errors.As(err, &pe) {
			t.Errorf("%s: %v", v.name, err)
		}
	}
	stop := errors.New("stop")
	fail := func(MediaObject) error { return stop }
	d := NewDepacketizer(DepacketizerOptions{})
	steps := []fragment{{1, 1, 0, 3, "abc"}, {1, 2, 2, 3, "c"}, {1, 3, 0, 2, "a"}, {1, 3, 1, 2, "b"}, {1, 4, 0, 0, "a"}, {1, 5, 0, 1, "a"}, {1, 6, 0, 0, "a"}, {1, 7, 1, 2, "b"}, {1, 8, 0, 0, "a"}}
	wants := []error{stop, nil, nil, stop, nil, stop, nil, stop, nil}
	for i, f := range steps {
		if err := d.Add(f.packet(), fail); err != wants[i] {
			t.Errorf("step %d: %v, want %v", i, err, wants[i])
		}
	}
	if err := d.Flush(fail); err != stop {
		t.Errorf("flush: %v", err)
	}
}

// Large buffers are not kept from object to object.
func TestDepacketizerFreesBuffers(t *testing.T) {
	d := NewDepacketizer(DepacketizerOptions{})
	size := 0
	for _, pkt := range collect(t, PacketizerOptions{}, []MediaObject{{Stream: 1, Data: bytes.Repeat([]byte{1}, 2*keptBuffer)}}) {
		if err := d.Add(pkt, func(o MediaObject) error { size = len(o.Data); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if size != 2*keptBuffer || cap(d.streams[1].data) > keptBuffer {
		t.Errorf("object of %d bytes, buffer of %d kept", size, cap(d.streams[1].data))
	}
}
