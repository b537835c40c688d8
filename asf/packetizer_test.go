package asf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// collect packetizes media objects and checks every packet's size.
func collect(t testing.TB, o PacketizerOptions, objects []MediaObject) [][]byte {
	t.Helper()
	p, err := NewPacketizer(o)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	last := uint32(0)
	emit := func(b []byte) error {
		if ms, err := SendTime(b); err != nil || ms < last {
			t.Fatalf("send time %d after %d, %v", ms, last, err)
		} else {
			last = ms
		}
		if len(b) != p.PacketSize() {
			t.Fatalf("packet of %d bytes, want %d", len(b), p.PacketSize())
		}
		checkWritten(t, b)
		out = append(out, bytes.Clone(b))
		return nil
	}
	for _, o := range objects {
		if err := p.Add(o, emit); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(emit); err != nil {
		t.Fatal(err)
	}
	if err := p.Flush(emit); err != nil {
		t.Fatal(err)
	}
	return out
}

// checkWritten holds that a packet has its canonical shape: its payloads end
// where the declared padding begins, which is zeros.
func checkWritten(t testing.TB, b []byte) {
	t.Helper()
	var p Packet
	if err := ParsePacket(b, &p); err != nil {
		t.Fatal(err)
	}
	off, n, err := PaddingSpan(b)
	if err != nil || n != int(p.PaddingLength) || n != len(p.Padding) || len(bytes.Trim(b[off:], "\x00")) != 0 {
		t.Fatalf("padding of %d bytes, declared %d, %v", n, p.PaddingLength, err)
	}
	it := p.Payloads()
	count := 0
	for ; it.Next(); count++ {
		if len(it.Payload.Data) == 0 {
			t.Fatal("payload without data")
		}
	}
	if it.Err() != nil || count == 0 || !bytes.Equal(p.ErrorCorrection, []byte{0x82, 0, 0}) {
		t.Fatalf("%d payloads, %v, error correction data %x", count, it.Err(), p.ErrorCorrection)
	}
}

// ffmpeg finds the same frames in a file that was taken apart and made anew.
func TestPacketizerJudgedByFFmpeg(t *testing.T) {
	for _, sizes := range [][2]int{{100, 70000}, {100, 64}, {576, 1600}, {1600, 576}, {1600, 64}, {8192, 65535}, {65000, 100}, {65000, 8192}} {
		t.Run(fmt.Sprintf("%d bytes to %d", sizes[0], sizes[1]), func(t *testing.T) {
			c := makeClip(t, sizes[0])
			out := repacketize(t, c, sizes[1])
			checkSendTimes(t, out)
			c.resized(sizes[1]).sameFrames(t, out, c.streams)
		})
	}
}

// repacketize makes packets of another size from a clip's.
func repacketize(t *testing.T, c *clip, size int) (out [][]byte) {
	t.Helper()
	d := NewDepacketizer(DepacketizerOptions{})
	p, err := NewPacketizer(PacketizerOptions{PacketSize: size, Preroll: clipPreroll})
	if err != nil {
		t.Fatal(err)
	}
	emit := func(b []byte) error {
		checkWritten(t, b)
		out = append(out, bytes.Clone(b))
		return nil
	}
	for _, pkt := range c.packets {
		if err := d.Add(pkt, func(o MediaObject) error { return p.Add(o, emit) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(emit); err != nil || d.Lost() != 0 {
		t.Fatal(err, d.Lost())
	}
	return out
}

func checkSendTimes(t *testing.T, packets [][]byte) {
	t.Helper()
	last := uint32(0)
	for i, b := range packets {
		ms, err := SendTime(b)
		if err != nil || ms < last || ms > last+1000 || i == 0 && ms > 100 {
			t.Fatalf("packet %d: send time %d after %d, %v", i, ms, last, err)
		}
		last = ms
	}
	if last < 2000 || last > 3100 {
		t.Errorf("last send time %d", last)
	}
}

func TestPacketizerShapes(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 5000)
	objects80k := []MediaObject{{Stream: 1, Number: 1, Time: 4000, Key: true, Data: data}}
	small := make([]MediaObject, 100)
	for i := range small {
		small[i] = MediaObject{Stream: 2, Number: uint32(i), Time: 3000 + uint32(i), Data: data[:1+i%3]}
	}
	extended := []MediaObject{{Stream: 127, Number: 300, Time: 1, Data: data[:500], Extension: data[:247]}}
	backwards := []MediaObject{{Stream: 1, Time: 5000, Data: data[:60]}, {Stream: 1, Number: 1, Time: 4000, Data: data[:60]}, {Stream: 1, Number: 2, Time: 4500, Data: data[:60]}}
	for _, tc := range []struct {
		name    string
		options PacketizerOptions
		objects []MediaObject
		packets int
		head    string // of the first packet: up to the payload flags
	}{
		{"one object, default size", PacketizerOptions{}, objects80k, 59, "820000 11 5d 0000 a00f0000 0000 81"},
		{"one object, smallest packets", PacketizerOptions{PacketSize: 64}, objects80k, 2425, "820000 11 5d 0000 a00f0000 0000 81"},
		{"one object, one packet", PacketizerOptions{PacketSize: 80100}, objects80k, 1, "820000 19 5d 41000000 a00f0000 0000 c1"},
		{"preroll", PacketizerOptions{PacketSize: 65535, Preroll: 3000}, objects80k, 2, "820000 11 5d 0000 e8030000 0000 81"},
		{"preroll beyond the first time", PacketizerOptions{PacketSize: 65535, Preroll: 5000}, objects80k, 2, "820000 11 5d 0000 00000000 0000 81"},
		{"times that go back", PacketizerOptions{PacketSize: 64}, backwards, 6, "820000 11 5d 0000 88130000 0000 81"},
		{"as many payloads as a packet may have", PacketizerOptions{PacketSize: 8192}, small, 2, "820000 11 5d 451b b80b0000 3e00 bf"},
		{"extensions on each fragment", PacketizerOptions{PacketSize: 400}, extended, 5, "820000 11 5d 0000 01000000 0000 81"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out := collect(t, tc.options, tc.objects)
			if len(out) != tc.packets {
				t.Errorf("%d packets, want %d", len(out), tc.packets)
			}
			want := strings.ReplaceAll(tc.head, " ", "")
			if got := fmt.Sprintf("%x", out[0][:len(want)/2]); got != want {
				t.Errorf("head %s, want %s", got, want)
			}
			checkRoundTrip(t, tc.objects, out)
		})
	}
}

// checkRoundTrip holds that a Depacketizer gives the objects back.
func checkRoundTrip(t *testing.T, want []MediaObject, packets [][]byte) {
	t.Helper()
	got, lost := objects(t, packets)
	wanted := map[uint8][]MediaObject{}
	for _, o := range want {
		o.Number &= 0xFF
		wanted[o.Stream] = append(wanted[o.Stream], o)
	}
	if lost != 0 || len(got) != len(wanted) {
		t.Errorf("%d objects lost, %d streams, want %d", lost, len(got), len(wanted))
	}
	for n := range wanted {
		if !sameObjects(got[n], wanted[n]) {
			t.Errorf("stream %d: objects differ: %d, want %d", n, len(got[n]), len(wanted[n]))
		}
	}
}

// A few bytes left in a packet are not worth a fragment of a longer object.
func TestPacketizerSmallFragments(t *testing.T) {
	const size, payloadHead = 200, writtenPayload + 2
	const room = size - (writtenHead + 2) - payloadHead
	for _, tc := range []struct {
		name                    string
		left, length            int // room behind the first object; length of the second
		packets, payloads, tail int // tail: payloads in the last packet
	}{
		{"too little room", smallestFragment - 1, 100, 2, 2, 1},
		{"room enough", smallestFragment, 100, 2, 3, 1},
		{"the whole object fits", 5, 5, 1, 2, 2},
		{"the whole object just does not fit", 5, 6, 2, 2, 1},
		{"no room for a payload head", -3, 5, 2, 2, 1},
	} {
		out := collect(t, PacketizerOptions{PacketSize: size}, []MediaObject{
			{Stream: 1, Data: make([]byte, room-payloadHead-tc.left)},
			{Stream: 2, Data: make([]byte, tc.length)},
		})
		payloads, tail := 0, 0
		for _, b := range out {
			var p Packet
			if err := ParsePacket(b, &p); err != nil {
				t.Fatal(err)
			}
			tail = int(p.PayloadFlags & payloadCountMask)
			payloads += tail
		}
		if len(out) != tc.packets || payloads != tc.payloads || tail != tc.tail {
			t.Errorf("%s: %d packets, %d payloads, %d in the last", tc.name, len(out), payloads, tail)
		}
	}
}

func TestPacketizerRefuses(t *testing.T) {
	for _, size := range []int{-1, 1, MinPacketSize - 1, MaxPacketSize + 1} {
		if _, err := NewPacketizer(PacketizerOptions{PacketSize: size}); !errors.Is(err, ErrLimit) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	p, err := NewPacketizer(PacketizerOptions{PacketSize: 100})
	if err != nil {
		t.Fatal(err)
	}
	emit := func([]byte) error { t.Error("packet emitted"); return nil }
	for _, tc := range []struct {
		name   string
		object MediaObject
		want   error
	}{
		{"no data", MediaObject{Stream: 1}, ErrInvalid},
		{"stream 0", MediaObject{Data: []byte{1}}, ErrInvalid},
		{"stream 128", MediaObject{Stream: 128, Data: []byte{1}}, ErrInvalid},
		{"extension longer than its length can say", MediaObject{Stream: 1, Data: []byte{1}, Extension: make([]byte, 248)}, ErrLimit},
		{"extension that fills a packet", MediaObject{Stream: 1, Data: []byte{1}, Extension: make([]byte, 100-(writtenHead+2)-(writtenPayload+2))}, ErrLimit},
	} {
		if err := p.Add(tc.object, emit); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	if err := p.Flush(emit); err != nil {
		t.Error(err)
	}
}

func TestPacketizerEmitError(t *testing.T) {
	p, err := NewPacketizer(PacketizerOptions{PacketSize: 64})
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("full")
	if err := p.Add(MediaObject{Stream: 1, Data: make([]byte, 200)}, func([]byte) error { return full }); err != full {
		t.Errorf("got %v", err)
	}
}
