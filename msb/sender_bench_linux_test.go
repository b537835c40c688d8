package msb

import (
	"net/netip"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"caracal/asf"
	"caracal/internal/pace"
	"caracal/internal/point"
)

// threadTime is the processor time of the calling thread.
func threadTime() time.Duration {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
	return time.Duration(ts.Nano())
}

// benchGroup has no listener: what is measured is the sending.
var benchGroup = netip.MustParseAddrPort("239.255.77.9:9")

// benchPackets are packets of 1,400 bytes, with a little padding.
func benchPackets(b *testing.B) [][]byte {
	f := readFilm(b)
	for i, pkt := range f.packets {
		o := f.outlines[i]
		f.packets[i] = pkt[:min(len(pkt), int(o.To)+8)]
	}
	return f.packets
}

// BenchmarkMulticast is what the processor does for each packet: one plain send of
// it as it is, and all that a Sender does, from the broadcast on, with its share of
// parity packets.
func BenchmarkMulticast(b *testing.B) {
	packets := benchPackets(b)
	b.Run("one plain send", func(b *testing.B) {
		at, err := findOutlet(loopback(b), false)
		if err != nil {
			b.Fatal(err)
		}
		c, err := openSender(&SenderOptions{Group: benchGroup, TTL: 1}, at)
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		benchThread(b, len(packets), func() {
			for _, pkt := range packets {
				if _, err := c.WriteToUDPAddrPort(pkt, benchGroup); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
	for _, segments := range []bool{false, true} {
		name := map[bool]string{false: "Sender, datagrams", true: "Sender, segments"}[segments]
		b.Run(name, func(b *testing.B) {
			s, live := benchSender(b, segments)
			defer s.out.Close()
			n := len(readFilm(b).packets)
			benchThread(b, n, func() { s.replay(live, n) })
			if st := s.Stats(); st.Lost > 0 || st.Parity == 0 {
				b.Errorf("%+v", st)
			}
		})
	}
}

// benchThread measures f, which sends n packets, by its own thread.
func benchThread(b *testing.B, n int, f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	f()
	var cpu time.Duration
	rounds := 0
	b.ReportAllocs()
	for b.Loop() {
		before := threadTime()
		f()
		cpu += threadTime() - before
		rounds++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(rounds*n), "cpu-ns/packet")
}

// replaying is a Sender that is run without its shard.
type replaying struct {
	*Sender
	start point.Start
}

func benchSender(b testing.TB, segments bool) (*replaying, point.Entry) {
	b.Helper()
	group := pace.NewGroup(1)
	b.Cleanup(group.Close)
	broadcast := point.NewBroadcast(point.BroadcastOptions{Span: time.Hour})
	feed, err := broadcast.Start(filmHeader(b))
	if err != nil {
		b.Fatal(err)
	}
	for _, pkt := range readFilm(b).packets {
		if err := feed.Add(pkt); err != nil {
			b.Fatal(err)
		}
	}
	s, err := NewSender(SenderOptions{
		Source: broadcast, Shard: group.Pick(), Group: benchGroup, Interface: loopback(b), NoSegments: !segments,
	})
	if err != nil {
		b.Fatal(err)
	}
	s.waited = true
	if !s.join(time.Now()) {
		b.Fatal("nothing is broadcast")
	}
	e := s.play.Entry()
	start, err := point.Prepare(e, point.Options{Unpaced: true, Burst: wholeEntry}, point.Request{Selection: asf.NewSelection(e.Info().Header)})
	if err != nil {
		b.Fatal(err)
	}
	return &replaying{s, start}, e
}

// replay sends the entry from its beginning, as fast as it goes.
func (s *replaying) replay(_ point.Entry, n int) {
	now := time.Now()
	s.play.Begin(s.start, now)
	for want := s.packets.Load() + uint64(n); s.packets.Load() < want; {
		s.opt.Shard.Scratch.Reset()
		s.run(now)
	}
}

// Nothing is allocated for a packet, from the broadcast to the system.
func TestSenderAllocatesNothing(t *testing.T) {
	s, live := benchSender(t, true)
	defer s.out.Close()
	n := len(readFilm(t).packets)
	s.replay(live, n)
	if got := testing.AllocsPerRun(10, func() { s.replay(live, n) }); got > 0 {
		t.Errorf("%v allocations for %d packets", got, n)
	}
}

// Nothing is allocated for a packet on the other side either.
func TestReceiverAllocatesNothing(t *testing.T) {
	st, id := filmStation(t)
	r, err := NewReceiver(st, ReceiverOptions{Interface: loopback(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	e := NewEncoder(EncoderOptions{})
	e.Begin(id)
	sent := readFilm(t).datagrams(t, e)
	group, err := st.Group()
	if err != nil {
		t.Fatal(err)
	}
	send := raw(t, group)
	r.sink = nothing{}
	i := 0
	round := func() {
		k := i % len(sent)
		send(sent[k : k+1]...) // as it is: a list of its own would be allocated
		i++
		r.conn.SetReadDeadline(time.Now().Add(patient))
		list, err := r.in.Read()
		if err != nil {
			t.Fatal(err)
		}
		for k := range list {
			r.take(t.Context(), &list[k], time.Now())
		}
	}
	for range 100 {
		round()
	}
	if got := testing.AllocsPerRun(200, round); got >= 1 {
		t.Errorf("%v allocations for a packet", got)
	}
}

// nothing is a Sink that keeps nothing.
type nothing struct{}

func (nothing) Header([]byte) error   { return nil }
func (nothing) Packet(Received) error { return nil }
