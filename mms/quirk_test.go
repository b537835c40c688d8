package mms

import (
	"bytes"
	"math"
	"testing"

	"caracal/asf"
	"caracal/internal/point"
)

func agentOf(client string) (*Subscriber, bool) {
	s := &Subscriber{Client: client}
	return s, isOld(s.Agent())
}

// Which rules hold for whom.
func TestQuirksOfPlayers(t *testing.T) {
	for _, k := range []struct {
		client                       string
		old, selectsAll, knowsMoving bool
	}{
		{"Spoooon!", false, true, false},
		{"NSPlayer/4.1.0.3856", true, true, false},
		{"NSPlayer/7.0.0.1956; {3300AD50-2C39-46c0-AE0A-70B64F321A80}; Host: h", true, false, true},
		{"NSPlayer/8.0.0.4477; {3300AD50-2C39-46c0-AE0A-70B64F321A80}; Host: h", true, false, true},
		{"NSPlayer/9.0.0.2980; {3300AD50-2C39-46c0-AE0A-70B64F321A80}; Host: h", false, false, true},
		{"NSPlayer/12.0.7601.17514", false, false, true},
		{"WMServer/9.1.1.3814", false, true, false},
		{"", false, true, false},
	} {
		s, old := agentOf(k.client)
		a := s.Agent()
		if old != k.old || selectsAll(s, a) != k.selectsAll || knowsRedirect(a) != k.knowsMoving {
			t.Errorf("%q: old %v, selects all %v, knows redirects %v", k.client, old, selectsAll(s, a), knowsRedirect(a))
		}
	}
}

// FFmpeg, libmms, VLC and MPlayer ask for all from the beginning; libmms seeks by
// a time or a packet; what Windows Media Player sends with nothing to say goes on.
func TestWhatSeeks(t *testing.T) {
	for _, k := range []struct {
		p    Position
		want bool
	}{
		{Position{ASFOffset: NoPosition, LocationID: NoPosition, FrameOffset: stopNever}, true},
		{Position{Position: 4.6, ASFOffset: NoPosition, LocationID: NoPosition, FrameOffset: stopNever}, true},
		{Position{LocationID: 17, ASFOffset: NoPosition}, true},
		{Position{Position: math.MaxFloat64, LocationID: 17, ASFOffset: NoPosition}, true},
		{Position{Position: math.MaxFloat64, ASFOffset: 5000, LocationID: NoPosition}, true},
		{Position{Position: math.MaxFloat64, ASFOffset: NoPosition, LocationID: NoPosition}, false},
		{Position{Position: math.MaxFloat64}, false},
	} {
		if got := seeks(&k.p); got != k.want {
			t.Errorf("%+v: %v", k.p, got)
		}
	}
}

func TestHeaderFor(t *testing.T) {
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{}, asf.NewHeaderExtension(&asf.Padding{Data: make([]byte, oldHeader)}),
	}}
	long := asf.DataHead{Size: asf.DataHeadSize}.Append(h.Append(nil))
	before := bytes.Clone(long)
	whole := append(bytes.Clone(long[:len(long)-2]), 1, 1)
	old, current := (&Subscriber{Client: "NSPlayer/7.0.0.1956"}).Agent(), (&Subscriber{Client: "NSPlayer/9.0.0.2980"}).Agent()
	if got := headerFor(current, long); !bytes.Equal(got, whole) {
		t.Errorf("%d bytes of %d", len(got), len(long))
	}
	if got := headerFor(old, long); len(got) >= oldHeader || !bytes.HasSuffix(got, []byte{1, 1}) {
		t.Errorf("%d bytes of %d for an old player", len(got), len(long))
	}
	if !bytes.Equal(long, before) {
		t.Error("the content's own header was changed")
	}
	short := headerFor(current, asf.TrimHeader(long, 0))
	if got := headerFor(old, short); !bytes.Equal(got, short) {
		t.Error("a short header was changed")
	}
	if got := headerFor(old, []byte{1}); len(got) != 1 {
		t.Error("what is no header was changed")
	}
}

// The four players select with NoStream as the source; libmms says by the level
// which streams it does not want, which the specification has ignored. Windows
// Media Player names what it replaces or switches off.
func TestSwitchStreams(t *testing.T) {
	h := &asf.Header{Objects: []asf.Object{
		&asf.StreamProperties{Type: asf.StreamTypeVideo, Flags: 1}, &asf.StreamProperties{Type: asf.StreamTypeAudio, Flags: 2},
		&asf.StreamProperties{Type: asf.StreamTypeAudio, Flags: 3},
	}}
	p := &player{entry: &rigEntry{info: point.Info{Header: h}}, levels: map[uint8]asf.Level{}}
	for _, k := range []struct {
		name    string
		entries []StreamSwitchEntry
		want    [3]asf.Level
	}{
		{"libmms", []StreamSwitchEntry{{NoStream, 1, ThinNothing}, {NoStream, 2, ThinNothing}, {NoStream, 3, ThinEverything}}, [3]asf.Level{asf.Whole, asf.Whole, asf.None}},
		{"another language", []StreamSwitchEntry{{2, 3, ThinNothing}}, [3]asf.Level{asf.Whole, asf.None, asf.Whole}},
		{"key frames only", []StreamSwitchEntry{{1, 1, ThinKeyFrames}}, [3]asf.Level{asf.KeyFrames, asf.None, asf.Whole}},
		{"one off", []StreamSwitchEntry{{3, NoStream, ThinNothing}}, [3]asf.Level{asf.KeyFrames, asf.None, asf.None}},
		{"no such streams", []StreamSwitchEntry{{9, 127, 0}, {NoStream, NoStream, 0}, {1, 500, 0}, {300, 200, 0}}, [3]asf.Level{asf.KeyFrames, asf.None, asf.None}},
		{"no such source", []StreamSwitchEntry{{9, 2, 0}}, [3]asf.Level{asf.KeyFrames, asf.Whole, asf.None}},
		{"no such level", []StreamSwitchEntry{{2, 2, 77}}, [3]asf.Level{asf.KeyFrames, asf.None, asf.None}},
	} {
		p.switchStreams(&StreamSwitch{Entries: k.entries})
		sel := p.selection()
		if got := [3]asf.Level{sel.Level(1), sel.Level(2), sel.Level(3)}; got != k.want {
			t.Errorf("%s: %v, want %v", k.name, got, k.want)
		}
	}
}
