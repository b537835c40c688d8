package mms_test

import (
	"bytes"
	"math"
	"testing"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// nowhere is a position that says nothing.
var nowhere = mms.Position{Position: math.MaxFloat64, ASFOffset: mms.NoPosition, LocationID: mms.NoPosition}

// A player begins where it wants, by time, packet and offset.
func TestPositionsOfStartPlaying(t *testing.T) {
	s := startServer(t)
	c := longClip()
	for _, k := range []struct {
		name  string
		at    mms.Position
		first int // -1: not known
	}{
		{"the beginning", beginning, 0},
		{"nowhere", nowhere, 0},
		{"a packet", mms.Position{Position: math.MaxFloat64, LocationID: 17, ASFOffset: mms.NoPosition}, 17},
		{"a packet beside a time of 0", mms.Position{LocationID: 17}, 17},
		{"an offset", mms.Position{Position: math.MaxFloat64, ASFOffset: uint32(len(c.Header) + 5*clipPacket)}, 5},
		{"a time", mms.Position{Position: 30}, -1},
	} {
		p := s.ready(player7, "long.wmv")
		p.start(k.at, 9)
		list := p.some(3)
		first := int(list[0].LocationID)
		if k.first >= 0 && first != k.first || k.first < 0 && (first < c.Count()/5 || first > c.Count()/4) {
			t.Errorf("%s: packet %d, want %d", k.name, first, k.first)
		}
		check(t, list, c, first, 9, 0)
		p.Close()
	}
}

func TestRefusedPositions(t *testing.T) {
	s := startServer(t)
	p := s.ready(player7, "long.wmv")
	for _, k := range []struct {
		m  mms.StartPlaying
		hr mms.HRESULT
	}{
		{mms.StartPlaying{OpenFileID: 1, Position: mms.Position{Position: math.NaN()}}, mms.EInvalidArg},
		{mms.StartPlaying{OpenFileID: 1, Position: mms.Position{Position: -1}}, mms.EInvalidArg},
		{mms.StartPlaying{OpenFileID: 1, Position: mms.Position{ASFOffset: 3}}, mms.EInvalidArg},
		{mms.StartPlaying{OpenFileID: 1, Position: mms.Position{LocationID: 1 << 30}}, mms.EInvalidArg},
		{mms.StartPlaying{OpenFileID: 2}, mms.EInvalidArg},
	} {
		p.say(&k.m)
		if r := now(p, mms.MIDReportStartedPlaying, mms.ParseReportStartedPlaying); r.HR != k.hr {
			t.Errorf("%+v: %v", k.m, r.HR)
		}
	}
	for _, rate := range []float64{0, 6, math.NaN(), math.Inf(-1)} {
		p.say(&mms.StartStriding{OpenFileID: 1, Rate: rate})
		if r := now(p, mms.MIDReportStartStriding, mms.ParseReportStartStriding); r.HR != mms.EInvalidArg {
			t.Errorf("rate %v: %v", rate, r.HR)
		}
	}
	p.start(beginning, 4) // it can still play
	p.some(2)
	if n := len(fronttest.EventsOf[event.Refused](s.Rig)); n != 9 {
		t.Errorf("%d events", n)
	}
}

// libmms seeks by another StartPlaying: the packets of the first one stop, and no
// EndOfStream comes between. Its times count the preroll.
func TestImplicitSeek(t *testing.T) {
	s := startServer(t)
	p := s.ready(player7, "long.wmv")
	p.start(beginning, 4)
	p.some(2)
	p.start(mms.Position{Position: 60 + clipPreroll/1000., ASFOffset: mms.NoPosition, LocationID: mms.NoPosition}, 5)
	sent := 2 + len(p.data)
	list := p.some(3)
	first := int(list[0].LocationID)
	check(t, list, longClip(), first, 5, byte(sent))
	q := s.ready(player7, "long.wmv")
	q.start(mms.Position{Position: 60}, 5)
	if same := int(q.datum().LocationID); same != first {
		t.Errorf("packet %d, and %d for the same time without preroll", first, same)
	}
	p.start(beginning, 6) // back to the beginning: a time of 0 counts
	check(t, p.some(1), longClip(), 0, 6, byte(sent+3+len(p.data)))
	next := 1
	p.start(nowhere, 7) // and one that says nothing goes on
	next += len(p.data)
	check(t, p.some(1), longClip(), next, 7, byte(p.some(1)[0].AFFlags-1))
}

// Fast forward and rewind show key frames; StartPlaying without a position goes
// on at normal speed.
func TestStriding(t *testing.T) {
	s := startServer(t)
	p := s.ready(player7, "long.wmv")
	for _, k := range []struct {
		rate float64
		from mms.Position
	}{{5, beginning}, {-5, mms.Position{Position: 60}}} {
		p.say(&mms.StartStriding{OpenFileID: 1, Position: k.from, PlayIncarnation: 8, Rate: k.rate})
		if r := want(p, mms.MIDReportStartStriding, mms.ParseReportStartStriding); r.HR != 0 || r.PlayIncarnation != 8 {
			t.Fatalf("%+v", r)
		}
		list := p.some(4) // a key frame has two packets at most
		if first, last := list[0].LocationID, list[3].LocationID; last > first != (k.rate > 0) {
			t.Errorf("rate %v: packet %d after %d", k.rate, last, first)
		}
		p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 8})
		p.end(8)
	}
}

// A stream can be left out and come back while it plays, and the answer to
// StreamSwitch comes before what it changes.
func TestStreamSwitchWhilePlaying(t *testing.T) {
	s := startServer(t)
	p := s.ready(player7, "long.wmv")
	p.choose(2)
	p.start(beginning, 4)
	streams := func(d mms.Data) (list []uint8) {
		var pkt asf.Packet
		if err := asf.ParsePacket(d.Payload, &pkt); err != nil {
			t.Fatal(err)
		}
		for it := pkt.Payloads(); it.Next(); {
			list = append(list, it.Payload.Stream)
		}
		return list
	}
	for _, d := range p.some(3) {
		if bytes.Contains(streams(d), []byte{1}) {
			t.Fatal("a stream that was not selected")
		}
	}
	p.choose(1, 2)
	for found := false; !found; {
		found = bytes.Contains(streams(p.datum()), []byte{1})
	}
	p.say(&mms.StreamSwitch{Entries: []mms.StreamSwitchEntry{{SrcStreamNumber: 1, DstStreamNumber: mms.NoStream}}})
	want(p, mms.MIDReportStreamSwitch, mms.ParseReportStreamSwitch)
	p.some(1) // it may end in the middle of what was under way
	for _, d := range p.some(5) {
		if bytes.Contains(streams(d), []byte{1}) {
			t.Fatal("a stream that was switched off")
		}
	}
	if list := fronttest.EventsOf[event.Switched](s.Rig); len(list) != 2 {
		t.Errorf("%+v", list)
	}
}

// Who sends no StreamSwitch gets all, if it is of an age that knew none; the
// specification has others get nothing, and they are told so.
func TestWithoutStreamSwitch(t *testing.T) {
	s := startServer(t)
	for agent, hr := range map[string]mms.HRESULT{"Spoooon!": 0, "Spooooon!": 0, player64: 0, player7: mms.ENoStream, player9: mms.ENoStream} {
		p := s.connect()
		p.greet(agent)
		p.funnel(overTCP)
		p.open("clip.wmv")
		p.header(2)
		p.say(&mms.StartPlaying{OpenFileID: 1, Position: beginning, PlayIncarnation: 3})
		if r := now(p, mms.MIDReportStartedPlaying, mms.ParseReportStartedPlaying); r.HR != hr {
			t.Errorf("%s: %v", agent, r.HR)
		}
		if hr == 0 {
			p.end(3)
			check(t, p.data, shortClip(), 0, 3, 0)
		}
		p.Close()
	}
}

// A stop position is an end like any other, and StopPlaying is answered behind it
// too.
func TestStopPosition(t *testing.T) {
	s := startServer(t)
	for _, stop := range []uint32{300, 1<<31 | 300} {
		p := s.ready(player7, "clip.wmv")
		p.start(mms.Position{FrameOffset: stop}, 4)
		p.end(4)
		if n := len(p.data); n < 4 || n > 12 {
			t.Errorf("%d packets of %d", n, shortClip().Count())
		}
		p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 77})
		p.end(77)
		p.start(beginning, 5) // it was not left meanwhile
		p.end(5)
		p.Close()
	}
}

// Numbers of packets go on over pauses, but 0 follows 0xFE where playing begins.
func TestSequenceGoesOn(t *testing.T) {
	s := startServer(t)
	p := s.ready(player7, "clip.wmv")
	next := mms.Sequence(0)
	for round := range 30 {
		p.start(beginning, uint32(4+round))
		p.end(uint32(4 + round))
		next = next.Restart()
		check(t, p.data, shortClip(), 0, byte(4+round), next.AFFlags())
		next += mms.Sequence(len(p.data))
	}
}
