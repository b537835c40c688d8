package rtsp

import (
	"testing"

	"caracal/internal/head"
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
