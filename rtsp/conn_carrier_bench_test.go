package rtsp

import (
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/head"
	"caracal/internal/point"
)

// rigs are the ways that ASF packets go.
var rigs = []struct {
	name   string
	agent  string
	tracks func(testing.TB) []track
}{
	{"UDP", "WMPlayer/9.0", overUDP},
	{"UDP, FEC", "WMPlayer/9.0", func(t testing.TB) []track {
		list := overUDP(t)
		list[0].fec, list[0].fecSSRC = FECParameters{8, 2, 2}, testFEC
		return list
	}},
	{"UDP, FFmpeg", "Lavf59.27.100", overUDP},
	{"TCP", "WMPlayer/9.0", func(t testing.TB) []track {
		list := overUDP(t)
		for i := range list {
			list[i].transport = Transport{Lower: LowerTCP, Interleaved: PortPair{0, 1, 2}}
		}
		return list
	}},
	{"UDP and TCP", "WMPlayer/9.0", twoWays},
}

// batchOf is how many ASF packets a round has.
const batchOf = 16

func (r *rig) round(from int) (size int) {
	for n := range batchOf {
		size += r.step((from + n) % len(r.entry.packets))
	}
	r.st.layout.media.rtp.Flush()
	r.mem.Reset()
	return size
}

// A packet on its way out allocates nothing, however it goes.
func TestCarryAllocatesNothing(t *testing.T) {
	for _, k := range rigs {
		r := newRig(t, k.agent, head.FeatureLocID, k.tracks(t)...)
		n := 0
		next := func() { r.round(n); n += batchOf }
		for range 2 * len(r.entry.packets) / batchOf {
			next() // memory and the log grow to what a round needs
		}
		if allocs := testing.AllocsPerRun(50, next); allocs != 0 {
			t.Errorf("%s: %v allocations", k.name, allocs)
		}
	}
}

// What a player gets together leaves in one system call, and packets of one size
// in one message where the system cuts it up.
func TestDatagramsShareCalls(t *testing.T) {
	r := newRig(t, "WMPlayer/9.0", 0, overUDP(t)...)
	r.round(0)
	out := r.st.layout.media.rtp
	c, caps := out.Counters(), out.Capabilities()
	if c.Sent < batchOf || c.Dropped != 0 || caps.Batches && c.Calls != 1 || caps.Segments && c.Grouped == 0 {
		t.Errorf("%+v with %+v", c, caps)
	}
}

// BenchmarkCarry is filtering, framing and, over UDP, sending.
func BenchmarkCarry(b *testing.B) {
	for _, k := range rigs {
		b.Run(k.name, func(b *testing.B) {
			r := newRig(b, k.agent, head.FeatureLocID, k.tracks(b)...)
			for n := 0; n < 2*len(r.entry.packets); n += batchOf {
				r.round(n)
			}
			b.ReportAllocs()
			bytes, n := 0, 0
			for b.Loop() {
				bytes += r.round(n)
				n += batchOf
			}
			b.SetBytes(int64(bytes / b.N))
			c := r.st.layout.media.rtp.Counters()
			if c.Sent > 0 {
				b.ReportMetric(float64(c.Calls)/float64(c.Sent), "calls/datagram")
				b.ReportMetric(float64(c.Grouped)/float64(c.Sent), "grouped/datagram")
			}
		})
	}
}

// BenchmarkDrain is a run of a sender over UDP, from the blocks of the content
// to the ports.
func BenchmarkDrain(b *testing.B) {
	for _, thin := range []bool{false, true} {
		b.Run(map[bool]string{false: "all streams", true: "one of them"}[thin], func(b *testing.B) {
			tracks := overUDP(b)
			r := newRig(b, "LibVLC/3.0", head.FeatureLocID, tracks...)
			if thin {
				r.sel.Set(tracks[0].stream, asf.None)
			}
			start, err := point.Prepare(r.entry, point.Options{Unpaced: true}, point.Request{Rate: 1, Selection: r.sel})
			if err != nil {
				b.Fatal(err)
			}
			now := r.st.tally.Began
			run := func() {
				r.mem.Reset()
				r.st.play.Begin(start, now)
				r.drain(now)
				now = now.Add(100 * time.Millisecond)
			}
			for range 10 {
				run()
			}
			b.ReportAllocs()
			before := r.st.tally.Packets
			for b.Loop() {
				run()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(r.st.tally.Packets-before), "ns/packet")
		})
	}
}
