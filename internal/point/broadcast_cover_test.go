package point

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"caracal/asf"
)

// commanded is a header with a script command stream, and video.
func commanded(t *testing.T) []byte {
	t.Helper()
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{Preroll: 1000, MinPacketSize: 400, MaxPacketSize: 400},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1},
		&asf.StreamProperties{Type: asf.StreamTypeCommand, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 3},
		asf.NewHeaderExtension(),
	}}
	return asf.DataHead{Reserved: asf.DataReserved}.Append(h.Append(nil))
}

// frame is a packet with one frame of video.
func frame(t *testing.T, ms uint32, key bool) []byte {
	t.Helper()
	pkt, err := commandPacket(&Info{PacketSize: 400, Preroll: 1000}, asf.MediaObject{
		Stream: 1, Number: ms / 100, Time: 1000 + ms, Key: key, Data: make([]byte, 100),
	})
	if err != nil {
		t.Fatal(err)
	}
	return pkt
}

// latest is the generation of what is broadcast, and how many packets it has.
func latest(t *testing.T, b *Broadcast) (generation uint32, packets int64) {
	t.Helper()
	e, err := b.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return Generation(e), e.(*Live).end()
}

// What stands in yields to the source's header, and to its next key frame, and an
// insertion to nothing but its own end.
func TestStandIn(t *testing.T) {
	b := NewBroadcast(BroadcastOptions{})
	header := commanded(t)
	at := func(generation uint32, packets int64, when string) {
		t.Helper()
		if g, n := latest(t, b); g != generation || n != packets {
			t.Errorf("%s entry %d has %d packets, want %d with %d", when, g, n, generation, packets)
		}
	}
	sorry, err := b.Fallback(header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Fallback(header); !errors.Is(err, ErrSource) {
		t.Errorf("a second fallback: %v", err)
	}
	sorry.Add(frame(t, 0, true))
	at(1, 1, "before the source")
	source, err := b.Start(header)
	if err != nil {
		t.Fatal(err)
	}
	at(2, 0, "with the source's header")
	if err := sorry.Add(frame(t, 100, true)); !errors.Is(err, ErrYield) {
		t.Errorf("the fallback is told %v", err)
	}
	if err := sorry.Header(header); !errors.Is(err, ErrYield) {
		t.Errorf("the fallback's header is answered %v", err)
	}
	sorry.Close()
	source.Add(frame(t, 0, true))
	at(2, 1, "after the fallback's end")

	if sorry, err = b.Fallback(header); err != nil { // the source is there, and silent
		t.Fatal(err)
	}
	at(3, 0, "with the fallback")
	source.Add(frame(t, 100, false))
	at(3, 0, "before a key frame")
	ad, err := b.Insert(header)
	if err != nil {
		t.Fatal(err)
	}
	if err := sorry.Add(frame(t, 200, true)); !errors.Is(err, ErrYield) {
		t.Errorf("behind an insertion the fallback is told %v", err)
	}
	sorry.Close()
	ad.Add(frame(t, 0, true))
	source.Add(frame(t, 200, true))
	if err := source.Header(header); err != nil {
		t.Error(err)
	}
	at(4, 1, "in an insertion")
	before, _ := b.Brought()
	source.Add(frame(t, 300, true))
	if after, _ := b.Brought(); after != before+1 {
		t.Error("what the source brings behind an insertion is not counted")
	}
	ad.Close()
	at(4, 1, "after an insertion")
	source.Add(frame(t, 400, false))
	source.Add(frame(t, 500, true))
	source.Add(frame(t, 600, false))
	at(5, 2, "at the key frame")
	source.Close()
	if err := source.Add(frame(t, 700, true)); err == nil {
		source.Add(frame(t, 800, true))
	}
	if _, err := b.Open(t.Context(), ""); !errors.Is(err, ErrNotLive) {
		t.Errorf("after all of it: %v", err)
	}
}

// A script command is a media object of its stream, due with the latest packet.
func TestCommand(t *testing.T) {
	b := NewBroadcast(BroadcastOptions{})
	if err := b.Command("URL", "http://host/"); !errors.Is(err, ErrNotLive) {
		t.Errorf("without a source: %v", err)
	}
	f, err := b.Start(commanded(t))
	if err != nil {
		t.Fatal(err)
	}
	f.Add(frame(t, 5000, true))
	if err := b.Command("URL", "http://host/"); err != nil {
		t.Fatal(err)
	}
	if err := b.Command("TEXT", string(make([]rune, 5000))+"é"); err != nil {
		t.Errorf("zeros are left out: %v", err)
	}
	if err := b.Command("TEXT", strings.Repeat("x", 1000)); !errors.Is(err, ErrPacket) {
		t.Errorf("one that is too long: %v", err)
	}
	e, _ := b.Open(t.Context(), "")
	block, err := e.Block(1, nil)
	if err != nil {
		t.Fatal(err)
	}
	var p asf.Packet
	if err := asf.ParsePacket(block.Packet(1), &p); err != nil || p.SendTime != 5000 {
		t.Fatalf("sent at %d, %v", p.SendTime, err)
	}
	it := p.Payloads()
	it.Next()
	pl := it.Payload
	want := utf16.Encode([]rune("URL\x00http://host/\x00"))
	if pl.Stream != 3 || pl.Time != 6000 || !pl.Key || len(pl.Data) != 2*len(want) {
		t.Fatalf("payload %+v", pl)
	}
	for i, u := range want {
		if got := uint16(pl.Data[2*i]) | uint16(pl.Data[2*i+1])<<8; got != u {
			t.Errorf("character %d is %#x, want %#x", i, got, u)
		}
	}
	if len(block.Packet(2)) != 400 {
		t.Error("the second command is missing")
	}
	f.Close()
	f, err = b.Start(shortHeader(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := b.Command("URL", ""); !errors.Is(err, ErrNoCommands) {
		t.Errorf("without a stream for it: %v", err)
	}
}

// shortHeader is one of video only.
func shortHeader(t *testing.T) []byte {
	t.Helper()
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{Preroll: 1000, MinPacketSize: 400, MaxPacketSize: 400},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1},
		asf.NewHeaderExtension(),
	}}
	return asf.DataHead{Reserved: asf.DataReserved}.Append(h.Append(nil))
}
