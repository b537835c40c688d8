package asf

import "testing"

// Of which kinds does a stream start at any media object?
func TestNewSelection(t *testing.T) {
	for _, tc := range []struct {
		name   string
		kind   GUID
		anyone bool
	}{
		{"audio", StreamTypeAudio, true},
		{"video", StreamTypeVideo, false},
		{"script commands", StreamTypeCommand, true},
		{"JFIF image", StreamTypeJFIF, true},
		{"degradable JPEG image", StreamTypeDegradableJPEG, true},
		{"file transfer", StreamTypeFileTransfer, true},
		{"binary", StreamTypeBinary, false},
		{"a kind of its own", GUID{1, 2, 3}, false},
	} {
		h := &Header{Objects: []Object{
			&StreamProperties{Type: StreamTypeVideo, Flags: 1},
			&StreamProperties{Type: tc.kind, Flags: 0x8000 | 127},
		}}
		s := NewSelection(h)
		if !s.Everything() || s.Level(1) != Whole || s.Level(127) != Whole || s.Level(2) != None {
			t.Errorf("%s: not everything", tc.name)
		}
		s.Set(127, None)
		s.Switch(1, 127, Whole)
		out, _, err := s.Filter(nil, selectionPacket(Payload{Stream: 127}))
		if err != nil || (out != nil) != tc.anyone {
			t.Errorf("%s: starts without a key-frame bit: %v, %v", tc.name, out != nil, err)
		}
		out, _, err = s.Filter(nil, selectionPacket(Payload{Stream: 127, Key: true}))
		if err != nil || out == nil {
			t.Errorf("%s: does not start with a key frame: %v", tc.name, err)
		}
	}
}

// A clip's header gives the selection that the other tests build by hand.
func TestNewSelectionOfClip(t *testing.T) {
	c := makeClip(t, 1600)
	h, _, err := ParseHeader(c.head)
	if err != nil {
		t.Fatal(err)
	}
	s, want := NewSelection(h), c.selection()
	for _, n := range c.streams {
		if got, want := *s.stream(n), *want.stream(n); got != want {
			t.Errorf("stream %d: %+v, want %+v", n, got, want)
		}
	}
	if s.index != want.index {
		t.Errorf("streams %v, want %v", s.index, want.index)
	}
}
