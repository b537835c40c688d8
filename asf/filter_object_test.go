package asf

import (
	"bytes"
	"testing"
)

// Every key frame of a clip can be had alone, and done comes with its last packet.
func TestFilterObjectInClip(t *testing.T) {
	for _, size := range clipSizes {
		c := makeClip(t, size)
		all, _ := objects(t, c.packets)
		stream := c.streams[0]
		buf := make([]byte, 0, c.size)
		for n, o := range all[stream] {
			if !o.Key {
				continue
			}
			first := packetOfObject(t, c.packets, o)
			var out [][]byte
			done := false
			for i := first; !done && i < len(c.packets); i++ {
				b, _, d, err := FilterObject(buf, c.packets[i], stream, o.Number)
				if err != nil {
					t.Fatal(err)
				}
				if b != nil {
					checkRewritten(t, b, c.packets[i])
					out = append(out, bytes.Clone(b))
				} else if d {
					t.Errorf("%d bytes, frame %d: done without its end", size, n)
				}
				done = d
			}
			got, lost := objects(t, out)
			if !done || lost != 0 || len(got) != 1 || !sameObjects(got[stream], []MediaObject{o}) {
				t.Errorf("%d bytes, frame %d: done %v, %d lost, %d streams", size, n, done, lost, len(got))
			}
		}
	}
}

// packetOfObject finds the packet in which a media object begins.
func packetOfObject(t *testing.T, packets [][]byte, o MediaObject) int {
	t.Helper()
	for i, b := range packets {
		var p Packet
		if err := ParsePacket(b, &p); err != nil {
			t.Fatal(err)
		}
		it := p.Payloads()
		for it.Next() {
			pl := it.Payload
			if pl.Stream == o.Stream && pl.Object == o.Number && pl.Offset == 0 && pl.Time == o.Time {
				return i
			}
		}
	}
	t.Fatal("no packet has the object")
	return 0
}

func TestFilterObject(t *testing.T) {
	vector := map[string][]byte{}
	for _, v := range packetVectors(t, "shapes.txt") {
		vector[v.name] = v.wire
	}
	two := vector["two payloads, error correction data, padding length of one byte"]
	counting := vector["single payload of compressed payload data: sub-payloads count on in number and time"]
	between := vector["compressed payload data between others, payload lengths of one byte"]
	unsized := vector["no replicated data: the send time stands in, the size is not known"]
	// Stream 1: object 3, which is said to be longer, and object 4.
	unended := []byte{1, writtenProperties, 0, 0, 0, 0, 0, 0, 0x82,
		1, 3, 0, 0, 0, 0, 8, 9, 0, 0, 0, 0, 0, 0, 0, 2, 0, 'a', 'b',
		1, 4, 0, 0, 0, 0, 8, 9, 0, 0, 0, 0, 0, 0, 0, 2, 0, 'c', 'd'}
	for _, tc := range []struct {
		name   string
		pkt    []byte
		stream uint8
		object uint32
		size   int // of what is left
		done   bool
	}{
		{"begins here", two, 1, 3, 33, false},
		{"number told with more bits than the packet has", two, 1, 0x103, 33, false},
		{"ends here", two, 2, 9, 32, true},
		{"the stream begins another object", two, 1, 4, 0, true},
		{"the stream is still in another object", two, 2, 8, 0, false},
		{"the stream is not here", two, 3, 9, 0, false},
		{"first of compressed payload data", counting, 3, 255, len(counting), true},
		{"last of compressed payload data, numbers wrapping", counting, 3, 1, len(counting), true},
		{"behind compressed payload data", counting, 3, 2, 0, true},
		{"compressed payload data among others", between, 3, 8, 25, true},
		{"size unknown", unsized, 1, 3, len(unsized), false},
		{"its end is missing", unended, 1, 3, 28, true},
		{"begins behind another", unended, 1, 4, 28, false},
		{"no payloads", vector["multiple payloads, but none there"], 1, 3, 0, false},
	} {
		out, _, done, err := FilterObject(nil, tc.pkt, tc.stream, tc.object)
		if err != nil || len(out) != tc.size || done != tc.done {
			t.Errorf("%s: %d bytes, done %v, %v; want %d, %v", tc.name, len(out), done, err, tc.size, tc.done)
		}
		if out != nil {
			checkRewritten(t, out, tc.pkt)
		}
	}
}

// A packet whose payloads do not parse is filtered into an error. The walk does
// not look into compressed payload data, which stays or goes as a whole.
func TestFilterErrors(t *testing.T) {
	for _, v := range packetVectors(t, "errors.txt") {
		if v.name == "sub-payload beyond its payload" {
			continue
		}
		s := new(Selection)
		s.add(1, false)
		s.Set(1, None)
		if out, _, err := s.Filter(nil, v.wire); err == nil || out != nil {
			t.Errorf("Filter, %s: %d bytes, %v", v.name, len(out), err)
		}
		if out, _, done, err := FilterObject(nil, v.wire, 1, 1); err == nil || out != nil || done {
			t.Errorf("FilterObject, %s: %d bytes, %v, %v", v.name, len(out), done, err)
		}
	}
}
