package mms

import (
	"errors"
	"fmt"
	"testing"

	"caracal/asf"
)

// dataOf parses data packets that follow each other.
func dataOf(t *testing.T, b []byte) (list []Data) {
	t.Helper()
	for len(b) > 0 {
		d, n, err := ParseData(b)
		if err != nil {
			t.Fatal(err)
		}
		list, b = append(list, d), b[n:]
	}
	return list
}

func streamsOf(numbers ...uint8) (list []*asf.StreamProperties) {
	for _, n := range numbers {
		list = append(list, &asf.StreamProperties{Flags: uint16(n)})
	}
	return list
}

// FFmpeg ends, whatever streams it has a use for, also when it has met the end
// before while it looked for what they are.
func TestReleaseOfFFmpeg(t *testing.T) {
	for _, size := range []int{releaseHead + releaseLeast, 100, 1400, 65000, MaxPayload - 1} {
		for _, uses := range []map[uint8]bool{{1: true}, {2: true}, {127: true}, {1: true, 2: true, 127: true}} {
			t.Run(fmt.Sprint(size, uses), func(t *testing.T) {
				list := dataOf(t, appendRelease(nil, 4, size, streamsOf(1, 2, 127)))
				for _, d := range list {
					if d.PlayIncarnation != 4 || d.LocationID != NoPosition {
						t.Errorf("%+v", d)
					}
				}
				l := &Lavf{PacketSize: size, Known: uses, Wire: list}
				if err := l.Run(); !errors.Is(err, ErrLavf) {
					t.Error(err)
				}
				l = &Lavf{PacketSize: size, Known: map[uint8]bool{1: true, 2: true, 127: true}, Wire: list}
				if err := l.Run(); !errors.Is(err, ErrLavf) {
					t.Error(err)
				}
				l.Known = uses
				if err := l.Run(); !errors.Is(err, ErrLavf) {
					t.Error("behind what it read to begin with:", err)
				}
			})
		}
	}
}

// What does not help: nothing, and a packet that is too long, however often it
// comes, where the demuxer looks for the next packet.
func TestWhatDoesNotReleaseFFmpeg(t *testing.T) {
	long := Data{Payload: make([]byte, 1401)}
	for _, wire := range [][]Data{nil, {long}, {long, long, long, long}, {{Payload: nil}, long}, {{Payload: make([]byte, 1400)}}} {
		l := &Lavf{PacketSize: 1400, Known: map[uint8]bool{1: true, 2: true}, Wire: wire}
		if err := l.Run(); !errors.Is(err, ErrForever) {
			t.Errorf("%d packets: %v", len(wire), err)
		}
	}
}

// No release is long, and none is made of what has no room for it.
func TestReleaseIsBounded(t *testing.T) {
	var all []*asf.StreamProperties
	for n := range uint8(127) {
		all = append(all, streamsOf(n+1)...)
	}
	if n := len(appendRelease(nil, 4, 60000, all)); n > releaseMost+2*MaxDataPacket {
		t.Errorf("%d bytes", n)
	}
	for _, size := range []int{0, releaseHead + releaseLeast - 1, MaxPayload} {
		if b := appendRelease(nil, 4, size, all); b != nil {
			t.Errorf("%d bytes for packets of %d", len(b), size)
		}
	}
	if b := appendRelease(nil, 4, 1400, nil); b != nil {
		t.Errorf("%d bytes without a stream", len(b))
	}
}
