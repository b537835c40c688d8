package asf

import (
	"fmt"
	"strings"
	"testing"
)

// selectionCases: streams 1 and 2 are video, 3 is audio; all start Whole. A step
// is a call or a payload: stream, object, k for key frame, offset if not 0, and
// whether it is kept.
var selectionCases = []struct{ name, steps string }{
	{"all whole", "1.1k+ 1.1k/9+ 1.2+ 2.1+ 3.1+"},
	{"unnamed streams stay out once anything is filtered", "9.1k+ set:1:2 9.1k- 2.1+"},
	{"setting an unnamed stream does nothing", "set:9:2 9.1+ set:1:2 set:9:0 9.2-"},
	{"none at once, in the middle of an object", "set:2:2 1.1k+ set:1:2 1.1k/9- 1.2-"},
	{"none at once, seen from the middle of an object", "set:1:2 1.1k/9- 1.2k-"},
	{"whole again begins with an object", "set:1:2 1.1k- set:1:0 1.1k/9- 1.2+ 1.2/9+"},
	{"key frames with all their fragments", "set:1:1 1.1k+ 1.1k/9+ 1.2- 1.2/9- 1.3k+ 1.4-"},
	{"key frames whose later fragments lack the bit", "set:1:1 1.1k+ 1.1/9+ 1.1/18+ 1.2- 1.2k/9-"},
	{"key frames do not cut the object that is on", "set:2:2 1.1+ set:1:1 1.1/9+ 1.2- 1.3k+"},
	{"key frames, seen from the middle of an object", "set:1:1 1.1/9+ 1.1/18+ 1.2- 1.3k+"},
	{"key frames after none, seen from the middle of an object", "set:1:2 set:1:1 1.1k/9- 1.2k+"},
	{"key frames, an object's beginning missing", "set:1:1 1.1k+ 1.2/9- 1.3k+ 1.4k/9+"},
	{"audio is all key frames", "set:3:1 3.1+ 3.1/9+ 3.2+"},
	{"thinning level beyond the last is none", "set:1:7 1.1k- 2.1+"},

	{"switch starts at a key frame", "set:2:2 switch:1:2:0 1.1+ 2.1- 1.2+ 2.2k+ 1.3- 2.3+"},
	{"switch waits for the start of a key frame", "set:2:2 switch:1:2:0 2.1k/9- 1.1+ 2.2k+ 1.2-"},
	{"the stream left finishes its object", "set:2:2 switch:1:2:0 1.1+ 2.1k+ 1.1/9+ 2.1k/9+ 1.1/18+ 1.2- 1.2/9-"},
	{"the stream left finishes an object that began unseen", "set:2:2 switch:1:2:0 2.1k+ 1.1/9+ 1.1/18+ 1.2k- 2.2+"},
	{"the stream left keeps its thinning until then", "set:2:2 set:1:1 switch:1:2:0 1.1- 1.2k+ 2.1k+ 1.2k/9+ 1.3k-"},
	{"switch to key frames", "set:2:2 switch:1:2:1 1.1+ 2.1- 2.2k+ 1.2- 2.3- 2.4k+"},
	{"switch to none ends both", "switch:1:2:2 1.1k- 2.1k- 3.1+"},
	{"switch from no stream", "set:1:2 switch:255:1:0 1.1- 1.1/9- 1.2k+ 1.3+ 2.1+"},
	{"switch from an unnamed stream", "set:1:2 switch:9:1:0 1.1- 1.2k+"},
	{"switch to an unnamed stream does nothing", "set:2:2 switch:1:9:0 1.1k+ 1.2+ 9.1k-"},
	{"audio starts at any object", "set:3:2 switch:255:3:0 3.1/9- 3.2+ 3.2/9+"},
	{"a stream that plays goes on while the other ends", "set:3:2 switch:1:2:0 1.1+ 2.1+ 2.2k+ 1.2- 2.3+"},
	{"a stream changes its level at a key frame", "set:3:2 switch:1:1:1 1.1+ 1.2+ 1.3k+ 1.4- 1.5k+"},
	{"back to whole at a key frame", "set:1:1 switch:1:1:0 1.1- 1.2k+ 1.3+"},
	{"nothing to wait for", "switch:255:1:0 9.1+ 1.1+"},

	{"set calls a switch off, for the stream to start", "set:2:2 switch:1:2:0 set:2:2 2.1k- 1.1+ 1.2+"},
	{"set calls a switch off, for the stream to leave", "set:2:2 switch:1:2:0 set:1:0 2.1k- 1.1+"},
	{"the later of two switches counts", "set:2:2 set:3:2 switch:1:2:0 switch:1:3:0 2.1k- 3.1+ 1.1k-"},
	{"switching on from a stream that has not started", "set:2:2 set:3:2 switch:1:2:0 switch:2:3:0 1.1+ 2.1k- 3.1+ 1.2- 2.2k-"},
	{"switching back before it has started", "set:2:2 switch:1:2:0 switch:2:1:0 1.1+ 2.1k- 1.2k+ 2.2k- 1.3+"},
	{"switching back to a stream that is ending", "set:2:2 switch:1:2:0 1.1+ 2.1k+ switch:2:1:0 1.1/9+ 1.2- 2.2+ 1.3k+ 2.3- 1.4+"},
	{"a stream switched away from starts anew", "set:2:2 switch:1:2:0 2.1k+ 1.2- switch:2:1:0 1.3- 1.4k+ 2.2k-"},
	{"decisions are those of the object last seen", "set:1:2 1.1- 1.1/9- set:1:0 1.2+ set:2:2 1.1/9+ 1.3+"},
}

func TestSelection(t *testing.T) {
	for _, tc := range selectionCases {
		t.Run(tc.name, func(t *testing.T) {
			s := new(Selection)
			s.add(1, false)
			s.add(2, false)
			s.add(3, true)
			for step := range strings.FieldsSeq(tc.steps) {
				if err := selectionStep(s, step); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func selectionStep(s *Selection, step string) error {
	var from, to, level uint8
	if n, _ := fmt.Sscanf(step, "set:%d:%d", &to, &level); n == 2 {
		s.Set(to, Level(level))
		return nil
	}
	if n, _ := fmt.Sscanf(step, "switch:%d:%d:%d", &from, &to, &level); n == 3 {
		s.Switch(from, to, Level(level))
		return nil
	}
	want := strings.HasSuffix(step, "+")
	pl, offset, _ := strings.Cut(strings.Trim(step, "+-"), "/")
	p := Payload{Key: strings.HasSuffix(pl, "k")}
	if _, err := fmt.Sscanf(pl, "%d.%d", &p.Stream, &p.Object); err != nil {
		return fmt.Errorf("step %s: %v", step, err)
	}
	fmt.Sscan(offset, &p.Offset)
	got, _, err := s.Filter(nil, selectionPacket(p))
	if err != nil || (got != nil) != want {
		return fmt.Errorf("step %s: kept %v, %v", step, got != nil, err)
	}
	return nil
}

// selectionPacket is a packet of one payload.
func selectionPacket(pl Payload) []byte {
	stream := pl.Stream
	if pl.Key {
		stream |= keyFrameBit
	}
	b := []byte{0, writtenProperties, 0, 0, 0, 0, 0, 0, stream, byte(pl.Object)}
	b = appendField(b, 4, pl.Offset)
	b = append(b, 8, 100, 0, 0, 0, 0, 0, 0, 0)
	return append(b, "fragments"...)
}

func TestSelectionStates(t *testing.T) {
	s := new(Selection)
	for n := range 256 {
		s.add(uint8(n), false) // a number beyond 127 is no stream's
		s.add(uint8(n), true)
	}
	if !s.Everything() || s.Nothing() || s.Level(5) != Whole || s.Level(200) != None {
		t.Error("fresh selection is not everything")
	}
	for n := range 256 {
		s.Set(uint8(n), None)
	}
	if s.Everything() || !s.Nothing() || s.Level(5) != None {
		t.Error("selection of none is not nothing")
	}
	s.Switch(NoStream, 5, KeyFrames)
	if s.Everything() || s.Nothing() || s.Level(5) != None {
		t.Error("a stream that waits is not nothing")
	}
	if err := selectionStep(s, "5.1k+"); err != nil || s.Level(5) != KeyFrames {
		t.Errorf("level %d, %v", s.Level(5), err)
	}
}

// A switch between two video streams of a file: the new one begins with a key
// frame, the old one goes on until then, and no media object is cut.
func TestSwitchInClip(t *testing.T) {
	for _, size := range clipSizes {
		c := makeClip(t, size)
		all, _ := objects(t, c.packets)
		for _, at := range []int{0, len(c.packets) / 5, len(c.packets) / 3, len(c.packets) / 2} {
			t.Run(fmt.Sprintf("%d bytes, packet %d", size, at), func(t *testing.T) {
				old, other := c.streams[0], c.streams[1]
				s := c.selection()
				s.Set(other, None)
				out := filterAll(t, s, c.packets[:at])
				s.Switch(old, other, Whole)
				out = append(out, filterAll(t, s, c.packets[at:])...)

				got, lost := objects(t, out)
				if lost != 0 {
					t.Errorf("%d objects cut", lost)
				}
				a, b := got[old], got[other]
				if len(b) < 5 || !b[0].Key || len(b) == len(all[other]) && at > 0 {
					t.Fatalf("%d objects of the new stream, key %v", len(b), b[0].Key)
				}
				if !sameObjects(a, all[old][:len(a)]) || !sameObjects(b, all[other][len(all[other])-len(b):]) {
					t.Error("objects are missing on the way")
				}
				gap := int(b[0].Time) - int(all[old][max(len(a), 1)-1].Time)
				if at > 0 && (gap < -200 || gap > 200) {
					t.Errorf("the old stream ends %d ms before the new one", gap)
				}
				for _, n := range c.streams[2:] {
					if !sameObjects(got[n], all[n]) {
						t.Errorf("audio stream %d suffered", n)
					}
				}
			})
		}
	}
}

// A selection that waits for clean points, once they have come.
func TestSettled(t *testing.T) {
	var s Selection
	for _, n := range []uint8{1, 2, 3} {
		s.add(n, false)
	}
	s.Set(2, None)
	s.Switch(1, 2, Whole)
	s.Switch(3, 3, KeyFrames)
	got := s.Settled()
	for n, want := range map[uint8]Level{1: None, 2: Whole, 3: KeyFrames} {
		if l := got.Level(n); l != want {
			t.Errorf("stream %d: level %d, want %d", n, l, want)
		}
	}
	if s.Level(1) != Whole || s.Level(2) != None {
		t.Error("the selection itself has changed")
	}
}
