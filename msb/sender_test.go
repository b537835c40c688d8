package msb

import (
	"bytes"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/sample"
)

// wire keeps what a Sender sends, with the time.
type wire struct {
	queued [][]byte
	mu     sync.Mutex
	sent   [][]byte
	at     []time.Duration // since began, of each that was sent
	began  time.Time
}

func (w *wire) Queue(_ netip.AddrPort, parts ...[]byte) {
	w.queued = append(w.queued, slices.Concat(parts...))
}

func (w *wire) Flush() (int, int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.queued)
	for range n {
		w.at = append(w.at, time.Since(w.began))
	}
	w.sent, w.queued = append(w.sent, w.queued...), nil
	return n, 0, nil
}

func (*wire) Close() error { return nil }

// list is what has been sent so far.
func (w *wire) list() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.sent)
}

var testGroup = netip.MustParseAddrPort("239.192.7.7:5000")

// sending is a Sender of a broadcast in a bubble, and the events it published.
type sending struct {
	*Sender
	t         *testing.T
	w         *wire
	broadcast *point.Broadcast
	events    *event.Subscription
	film      *film
	header    []byte
}

func newSending(t *testing.T, e EncoderOptions) *sending {
	t.Helper()
	return newSendingOf(t, e, point.BroadcastOptions{})
}

func newSendingOf(t *testing.T, e EncoderOptions, b point.BroadcastOptions) *sending {
	t.Helper()
	s := &sending{t: t, w: &wire{began: time.Now()}, film: readFilm(t), header: filmHeader(t)}
	s.broadcast = point.NewBroadcast(b)
	group := pace.NewGroup(1)
	bus := &event.Bus{}
	s.events = bus.Subscribe(16)
	s.Sender = newSender(SenderOptions{
		Source: s.broadcast, Shard: group.Pick(), Batch: 150 * time.Millisecond, Group: testGroup, TTL: 3,
		Encoder: e, Beacon: 2 * time.Second, Bus: bus, Target: "live",
	}, s.w, netip.MustParseAddr("192.0.2.7"))
	t.Cleanup(group.Close)
	s.Start()
	synctest.Wait() // it has looked, and waits
	return s
}

// filmHeader is the Header Object of the sample.
func filmHeader(t testing.TB) []byte {
	t.Helper()
	size, err := asf.HeaderSize(sample.Welcome)
	if err != nil {
		t.Fatal(err)
	}
	return sample.Welcome[:size]
}

// bring hands packets to the broadcast, all at once.
func (s *sending) bring(f *point.Feed, packets [][]byte) {
	s.t.Helper()
	for _, pkt := range packets {
		if err := f.Add(pkt); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *sending) source() *point.Feed {
	s.t.Helper()
	f, err := s.broadcast.Start(s.header)
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

// close ends the Sender and gives what receivers make of all that was sent.
func (s *sending) close() []Received {
	s.t.Helper()
	if err := s.Sender.Close(); err != nil {
		s.t.Fatal(err)
	}
	st, ok := s.Station()
	if !ok {
		s.t.Fatal("no header is listed")
	}
	var known []FormatID
	for _, f := range st.Formats {
		known = append(known, f.ID)
	}
	return decode(NewDecoder(DecoderOptions{Formats: known}), s.w.sent)
}

// same compares packets with those that came, outside the error correction.
func (s *sending) same(got []Received, want [][]byte) {
	s.t.Helper()
	if len(got) != len(want) {
		s.t.Fatalf("%d packets, want %d", len(got), len(want))
	}
	for i, r := range got {
		if !bytes.Equal(bare(s.t, r.Data), bare(s.t, want[i])) || r.Lost > 0 || r.Repaired {
			s.t.Fatalf("packet %d differs", i)
		}
	}
}

// changes gives the events of the .nsc file so far.
func (s *sending) changes() (list []event.StationChanged) {
	for {
		select {
		case r := <-s.events.C():
			list = append(list, r.Event.(event.StationChanged))
		default:
			return list
		}
	}
}

// A broadcast goes out whole, at the pace of its send times though its source
// brought it at once, with parity after every span and after the last packet.
func TestSenderSendsBroadcast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSending(t, EncoderOptions{Span: 5, ID: 700})
		f := s.source()
		s.bring(f, s.film.packets)
		time.Sleep(time.Minute)
		got := s.close()
		s.same(got, s.film.packets)
		n := uint64(len(s.film.packets))
		st := s.Stats()
		if st.Packets != n || st.Parity != (n+4)/5 || st.LeftOut+st.Skipped+st.Lost > 0 || got[0].ID != 700 {
			t.Errorf("%+v of %d packets from %d on", st, n, got[0].ID)
		}
		first, last := s.film.outlines[0].SendTime, s.film.outlines[n-1].SendTime
		span := time.Duration(last-first) * time.Millisecond
		i := slices.IndexFunc(s.w.sent, func(b []byte) bool { p, err := ParsePacket(b); return err == nil && p.ID == 700+uint32(n)-1 })
		if took := s.w.at[i] - s.w.at[0]; took < span*9/10-200*time.Millisecond || took > span {
			t.Errorf("%v of media took %v", span, took)
		}
		for i, at := range s.w.at[:len(s.w.at)-1] {
			if p, err := ParsePacket(s.w.sent[i]); err == nil && p.ASF[0]&correctionOpaque == 0 && s.w.at[i+1]-at > silence {
				t.Errorf("a pause of %v after packet %d", s.w.at[i+1]-at, p.ID)
			}
		}
	})
}

// Parity ends a span too where one broadcast ends and another begins at once,
// [MS-MSB] 3.1.5.2.
func TestSenderEndsSpanBeforeAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSendingOf(t, EncoderOptions{Span: 10}, point.BroadcastOptions{Linger: 50 * time.Millisecond})
		f := s.source()
		s.bring(f, s.film.packets[:3])
		for s.Stats().Packets < 3 {
			time.Sleep(10 * time.Millisecond)
		}
		f.Close()
		time.Sleep(250 * time.Millisecond) // it has ended, and nobody would wait so briefly for parity
		before := s.Stats()
		s.bring(s.source(), s.film.packets[:2])
		time.Sleep(30 * time.Second)
		got := s.close()
		if st := s.Stats(); before.Parity != 0 || st.Packets != 5 || st.Parity != 2 {
			t.Errorf("%+v, then %+v", before, st)
		}
		s.same(got, append(s.film.packets[:3:3], s.film.packets[:2]...))
	})
}

// Another header is listed before its first packet and told of; the same again is
// another entry and no news.
func TestSenderFollowsHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSending(t, EncoderOptions{Span: 10})
		if _, ok := s.Station(); ok {
			t.Error("a station without a header")
		}
		f := s.source()
		s.bring(f, s.film.packets[:13])
		time.Sleep(300 * time.Millisecond)
		if err := f.Header(otherHeader(t, s.header)); err != nil {
			t.Fatal(err)
		}
		s.bring(f, s.film.packets[:7])
		time.Sleep(30 * time.Second)
		f.Close()
		f = s.source() // the first header again
		s.bring(f, s.film.packets[:4])
		time.Sleep(30 * time.Second)
		got := s.close()
		s.same(got, slices.Concat(s.film.packets[:13], s.film.packets[:7], s.film.packets[:4]))
		var entries []StreamID
		for i, r := range got {
			if r.Entry != (i == 0 || i == 13 || i == 20) {
				t.Errorf("packet %d begins an entry: %t", i, r.Entry)
			}
			if r.Entry {
				entries = append(entries, r.Stream)
			}
		}
		a, b, c := entries[0], entries[1], entries[2]
		if a.Format() == b.Format() || a.Format() != c.Format() || (a^b)&streamEntry == 0 || (b^c)&streamEntry == 0 {
			t.Errorf("stream IDs %04X", entries)
		}
		want := []event.StationChanged{{Target: "live", Formats: 1}, {Target: "live", Formats: 2, Reload: true}}
		if list := s.changes(); !slices.Equal(list, want) {
			t.Errorf("events %+v", list)
		}
		if st := s.Stats(); st.Parity != 2+1+1 {
			t.Errorf("%d parity packets", st.Parity)
		}
	})
}

// otherHeader is a header with another title.
func otherHeader(t testing.TB, header []byte) []byte {
	t.Helper()
	h, _, err := asf.ParseHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	h.Objects = append(h.Objects, &asf.ContentDescription{Title: asf.NewText("other")})
	return h.Append(nil)
}

// Beacons come while nothing is broadcast, and none between packets.
func TestSenderSendsBeacons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSending(t, EncoderOptions{})
		time.Sleep(8 * time.Second) // one of silence, then every two
		synctest.Wait()
		if list := s.w.list(); len(list) != 3 || !IsBeacon(list[0]) {
			t.Fatalf("%d datagrams before the broadcast", len(list))
		}
		f := s.source()
		for _, pkt := range s.film.packets[:20] {
			s.bring(f, [][]byte{pkt})
			time.Sleep(900 * time.Millisecond)
		}
		synctest.Wait()
		media := s.w.list()[3:]
		if slices.ContainsFunc(media, IsBeacon) {
			t.Error("a beacon between packets")
		}
		f.Close()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		after := s.w.list()[3+len(media):]
		if n := len(slices.DeleteFunc(after, func(b []byte) bool { return !IsBeacon(b) })); n != 4 {
			t.Errorf("%d beacons after the broadcast", n)
		}
		s.close()
		if st := s.Stats(); st.Beacons != 7 {
			t.Errorf("%+v", st)
		}
	})
}

// What one packet cannot carry is left out, and what is refused as a header does
// not keep what follows from being sent.
func TestSenderLeavesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSending(t, EncoderOptions{})
		f := s.source()
		opaque := make([]byte, s.film.size)
		copy(opaque, []byte{0x92, 0x21, 0})
		s.bring(f, [][]byte{s.film.packets[0], opaque, s.film.packets[1]})
		time.Sleep(time.Second)
		got := s.close()
		s.same(got, s.film.packets[:2])
		if st := s.Stats(); st.LeftOut != 1 || got[1].ID != got[0].ID+1 {
			t.Errorf("%+v, IDs %d and %d", st, got[0].ID, got[1].ID)
		}
	})
}

// What ends in the middle of a span gets its parity.
func TestSenderClosesSpan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSending(t, EncoderOptions{})
		s.bring(s.source(), s.film.packets[:3])
		time.Sleep(400 * time.Millisecond)
		s.close()
		last, err := ParsePacket(s.w.sent[len(s.w.sent)-1])
		if err != nil {
			t.Fatal(err)
		}
		if c, err := ParseCorrection(last.ASF); err != nil || !c.Parity || c.Number != 4 {
			t.Errorf("the last packet is %+v, %v", c, err)
		}
		before := len(s.w.list())
		time.Sleep(time.Minute)
		if n := len(s.w.list()) - before; n > 0 {
			t.Errorf("%d datagrams after Close", n)
		}
	})
}

// A Sender that comes late begins with a clean point of the last seconds.
func TestSenderJoinsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSending(t, EncoderOptions{})
		s.Close()
		s.bring(s.source(), s.film.packets)
		late := newSender(s.opt, s.w, netip.Addr{})
		late.Start()
		time.Sleep(time.Minute)
		s.Sender = late
		got := s.close()
		n := len(s.film.packets)
		first := s.film.outlines[n-len(got)].SendTime
		if back := s.film.outlines[n-1].SendTime - first; len(got) == 0 || back < 5000 || back > 10_000 {
			t.Errorf("%d packets of the last %d ms", len(got), back)
		}
		s.same(got, s.film.packets[n-len(got):])
	})
}

func TestSenderStation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSending(t, EncoderOptions{Span: 12})
		s.source()
		time.Sleep(time.Second)
		st, ok := s.Station()
		if !ok || len(st.Check()) > 0 {
			t.Fatalf("%t, %v", ok, st.Check())
		}
		if g, err := st.Group(); err != nil || g != testGroup {
			t.Errorf("group %v, %v", g, err)
		}
		if st.TTL != SetNumber(3) || st.ECC != SetNumber(12) || st.Adapter != "192.0.2.7" || len(st.Formats) != 1 {
			t.Errorf("%+v", st)
		}
		if h, _, err := asf.ParseHeader(st.Formats[0].Header); err != nil || h.File().Flags&asf.FileBroadcast == 0 {
			t.Errorf("the header is not that of a broadcast: %v", err)
		}
		s.Close()
	})
}

func TestTrimFormats(t *testing.T) {
	list := func(sizes ...int) (f []Format) {
		for i, n := range sizes {
			f = append(f, Format{ID: FormatID(i), Header: make([]byte, n)})
		}
		return f
	}
	for _, tt := range []struct {
		name  string
		in    []Format
		first FormatID
	}{
		{"few", list(10, 20), 0},
		{"many", list(make([]int, maxListed+3)...), 3},
		{"large", list(maxListedBytes, maxListedBytes/2, maxListedBytes/2), 1},
		{"one that is too large", list(1, 2*maxListedBytes), 1},
	} {
		want := len(tt.in) - int(tt.first)
		if got := trimFormats(tt.in); len(got) != want || got[0].ID != tt.first {
			t.Errorf("%s: %d from %d on, want %d from %d on", tt.name, len(got), got[0].ID, want, tt.first)
		}
	}
}

func TestNewSenderRefuses(t *testing.T) {
	group := pace.NewGroup(1)
	defer group.Close()
	for _, o := range []SenderOptions{
		{Group: netip.MustParseAddrPort("192.0.2.1:5000")},
		{Group: netip.MustParseAddrPort("239.0.0.1:0")},
		{Group: testGroup, Interface: "no such one"},
		{Group: testGroup, Interface: "192.0.2.99"},
	} {
		o.Shard = group.Pick()
		if s, err := NewSender(o); err == nil {
			s.Close()
			t.Errorf("%v %q is taken", o.Group, o.Interface)
		}
	}
}
