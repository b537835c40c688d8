package mms

import (
	"net/netip"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// filmHeader is that of a broadcast, changed as change says.
func filmHeader(t *testing.T, change func(h *asf.Header)) *asf.Header {
	t.Helper()
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{Preroll: 100, MinPacketSize: rigSize, MaxPacketSize: rigSize, MaxBitRate: 80_000},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, Flags: 1}, &asf.StreamProperties{Type: asf.StreamTypeAudio, Flags: 2},
	}}
	if change != nil {
		change(h)
	}
	return h
}

// Whether packets are good for who knows only the header before.
func TestSameMedia(t *testing.T) {
	video := func(h *asf.Header) *asf.StreamProperties { return h.Stream(1) }
	for _, k := range []struct {
		name   string
		change func(h *asf.Header)
		same   bool
	}{
		{"nothing", nil, true},
		{"a title", func(h *asf.Header) {
			h.Objects = append(h.Objects, &asf.ContentDescription{Title: asf.NewText("x")})
		}, true},
		{"times and sizes", func(h *asf.Header) { h.File().FileID[0]++; h.File().DataPackets++; h.File().PlayDuration++ }, true},
		{"the packet size", func(h *asf.Header) { h.File().MaxPacketSize++ }, false},
		{"the preroll", func(h *asf.Header) { h.File().Preroll++ }, false},
		{"a stream's number", func(h *asf.Header) { video(h).Flags = 3 }, false},
		{"a stream's kind", func(h *asf.Header) { video(h).Type = asf.StreamTypeAudio }, false},
		{"a stream's format", func(h *asf.Header) { video(h).TypeSpecific = []byte{1} }, false},
		{"a stream more", func(h *asf.Header) {
			h.Objects = append(h.Objects, &asf.StreamProperties{Type: asf.StreamTypeAudio, Flags: 3})
		}, false},
		{"what payloads carry", func(h *asf.Header) {
			e := &asf.ExtendedStreamProperties{StreamNumber: 1, Extensions: []asf.PayloadExtension{{System: asf.PayloadTimecode, DataSize: 14}}}
			h.Objects = append(h.Objects, asf.NewHeaderExtension(e))
		}, false},
	} {
		a, b := filmHeader(t, nil), filmHeader(t, k.change)
		if sameMedia(a, b) != k.same || sameMedia(b, a) != k.same {
			t.Errorf("%s: same %v", k.name, !k.same)
		}
	}
}

// Who is told of a change, and who starts again behind it over TCP.
func TestWhoTakesTurns(t *testing.T) {
	for _, k := range []struct {
		client                   string
		funnelInfo, takes, again bool
	}{
		{"NSPlayer/7.0.0.1956; {7E667F5D-A661-495E-A512-F55686DDA178}; Host: h", true, false, false},
		{"NSPlayer/7.0.0.1956; {33715801-BAB3-9D85-24E9-03B90328270A}; Host: h", false, false, true},
		{"NSPlayer/7.0.0.1956; {0xbabac001-0x1-0x2-0x3}; Host: h", false, false, true},
		{"NSPlayer/7.0.0.1956; {D17816A8-6C24-5D47-1D1B-66F9469271A9}; Host: h", false, true, true},
		{"NSPlayer/7.0.0.1956; {D17816A8-6C24-5D47-1D1B-66F9469271A9}; Host: h", true, true, false},
		{"NSPlayer/4.1.0.3856; {68c0a090-8797-11d2-a2b3-00a0c9c9e9e9}", true, true, false},
		{"NSPlayer/10.0.0.3646", true, true, false},
		{"Spoooon!", false, true, false},
		{"WMServer/9.1.1.3814", false, true, false},
	} {
		s := Subscriber{Client: k.client}
		p := &player{agent: s.Agent(), funnelInfo: k.funnelInfo}
		if takesTurns(p.agent) != k.takes || p.startsAgain() != k.again {
			t.Errorf("%+v: takes %v, again %v", k, !k.takes, p.startsAgain())
		}
	}
}

// An entry is known for as long as one of its packets is.
func TestOrigins(t *testing.T) {
	a, b, c := newRigEntry(), newRigEntry(), newRigEntry()
	var o origins
	first := ^Sequence(0) - 2 // it goes round
	for n := range Sequence(10) {
		e := []point.Entry{a, a, a, b, b, b, b, b, c, c}[n]
		o.add(first+n, first, e)
	}
	for n, want := range map[Sequence]point.Entry{0: a, 2: a, 3: b, 7: b, 8: c, 9: c} {
		if got := o.find(first + n); got != want {
			t.Errorf("packet %d is of another entry", n)
		}
	}
	if o.find(first-1) != nil {
		t.Error("what was sent before is known")
	}
	for _, k := range []struct {
		oldest Sequence
		kept   int
	}{{first + 2, 3}, {first + 3, 2}, {first + 7, 2}, {first + 8, 1}, {first + 50, 1}} {
		if o.add(first+10, k.oldest, c); len(o) != k.kept {
			t.Errorf("%d entries are kept for packets from %d on", len(o), k.oldest-first)
		}
	}
	for n := range Sequence(3 * maxOrigins) {
		o.add(first+100+n, first+100, newRigEntry())
	}
	if len(o) != maxOrigins {
		t.Errorf("%d entries are kept", len(o))
	}
}

// A packet of a broadcast that is kept no longer is not sent again, and nothing
// else happens.
func TestCopyThatIsGone(t *testing.T) {
	r := newRig(t, true)
	b := point.NewBroadcast(point.BroadcastOptions{Bytes: 1, Span: time.Millisecond})
	f, err := b.Start(filmHeader(t, nil).Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e, err := b.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	film, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: rigSize})
	if err != nil {
		t.Fatal(err)
	}
	count := int64(0)
	add := func(b []byte) error { count++; return f.Add(b) }
	for n := range uint32(1000) {
		if err := film.Add(asf.MediaObject{Stream: 1, Number: n, Time: 50 * n, Key: true, Data: make([]byte, rigSize)}, add); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Block(0, nil); err != point.ErrPosition {
		t.Fatalf("the first packet is kept: %v", err)
	}
	r.do(func() {
		now := time.Now()
		r.resends.note(0, Sent{Packet: 0, Keep: asf.KeepAll, At: now, Incarnation: 4}, e)
		r.resends.note(1, Sent{Packet: count - 1, Keep: asf.KeepAll, At: now, Incarnation: 4}, e)
		r.again([]Sequence{0, 1}, time.Now())
		if s := &r.resends; s.unknown != 1 || s.resent != 1 || len(s.waiting) != 0 {
			t.Errorf("%d unknown, %d resent, %d wait", s.unknown, s.resent, len(s.waiting))
		}
	})
}

// Where nobody knows the rate of a broadcast it goes out all the same; and it is
// joined near the present, at hardly more than its rate.
func TestBroadcastOverUDP(t *testing.T) {
	r := newRig(t, true)
	r.player.udp = netip.MustParseAddrPort("127.0.0.1:7000")
	r.entry.info.BitRate, r.entry.info.Duration, r.entry.info.Broadcast = 0, 0, true
	all := asf.NewSelection(r.entry.info.Header)
	if l := r.player.limit(all); l != (limit{udpMost, udpLeast}) {
		t.Errorf("%+v", l)
	}
	r.entry.info.BitRate = 100_000
	r.player.point = &point.Point{Options: point.DefaultOptions()}
	want := point.Request{Selection: all}
	if o := r.player.options(want); o.Burst != udpJoin || o.MaxAccel != 110_000 {
		t.Errorf("%+v", o)
	}
	want.AccelBW, want.AccelDuration = 1_000_000, time.Minute
	if o := r.player.options(want); o.Burst != r.player.point.Options.Burst {
		t.Errorf("%+v", o)
	}
}
