package udp

import (
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// loads are what falls due together: a number of datagrams of these sizes, in
// turn, to each of the destinations.
var loads = []struct {
	name         string
	each         int
	destinations int
	sizes        []int
}{
	{"8 to one", 8, 1, []int{1400}},
	{"32 to one", 32, 1, []int{1400}},
	{"8 to each of 32", 8, 32, []int{1400}},
	{"4 to each of 64", 4, 64, []int{1400}},
	{"1 to each of 256", 1, 256, []int{1400}},
	{"8 mixed to each of 32", 8, 32, []int{1400, 1400, 700, 1400, 1100, 1400, 1400, 300}},
}

// threadTime is the processor time of the calling thread, as the kernel's
// timers see it.
func threadTime() time.Duration {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
	return time.Duration(ts.Nano())
}

// BenchmarkSend measures only the sending: each round is then read by the
// same goroutine, so that nothing is lost and nobody competes. The first way
// is net's own call for each datagram. Of the times, that of the thread's
// processor is the one that others on the machine disturb the least.
func BenchmarkSend(b *testing.B) {
	for _, l := range loads {
		b.Run(l.name+"/WriteToUDPAddrPort", func(b *testing.B) {
			from := listen(b, "udp4", "127.0.0.1:0")
			buf := make([]byte, 0, 1500)
			benchSend(b, l.each, l.destinations, l.sizes, func(dst netip.AddrPort, parts ...[]byte) {
				buf = buf[:0]
				for _, p := range parts {
					buf = append(buf, p...)
				}
				if _, err := from.WriteToUDPAddrPort(buf, dst); err != nil {
					b.Fatal(err)
				}
			}, func() {}, nil)
		})
		for _, w := range ways() {
			b.Run(l.name+"/"+w.name, func(b *testing.B) {
				s := newSender(b, listen(b, "udp4", "127.0.0.1:0"), w)
				benchSend(b, l.each, l.destinations, l.sizes, s.Queue, func() {
					if _, dropped, err := s.Flush(); dropped != 0 || err != nil {
						b.Fatalf("%d dropped, %v", dropped, err)
					}
				}, s)
			})
		}
	}
}

func benchSend(b *testing.B, each, destinations int, sizes []int, send func(netip.AddrPort, ...[]byte), flush func(), s *Sender) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var sinks []*Receiver
	var dst []netip.AddrPort
	for range destinations {
		c := listen(b, "udp4", "127.0.0.1:0")
		r, err := NewReceiver(c, MaxBatch, 2048)
		if err != nil {
			b.Fatal(err)
		}
		sinks = append(sinks, r)
		dst = append(dst, c.LocalAddr().(*net.UDPAddr).AddrPort())
	}
	body := pattern(1400, 1)
	parts := [][]byte{pattern(12, 0), nil} // send is a variable: its own would be allocated
	var wall, cpu time.Duration
	datagrams := 0
	b.ReportAllocs()
	for b.Loop() {
		clock, thread := time.Now(), threadTime()
		for _, d := range dst {
			for i := range each {
				parts[1] = body[:sizes[i%len(sizes)]-len(parts[0])]
				send(d, parts...)
			}
		}
		flush()
		cpu += threadTime() - thread
		wall += time.Since(clock)
		datagrams += each * destinations
		for _, r := range sinks {
			readAll(b, r, each)
		}
	}
	calls := float64(datagrams)
	if s != nil {
		calls = float64(s.Counters().Calls)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(datagrams), "cpu-ns/datagram")
	b.ReportMetric(float64(wall.Nanoseconds())/float64(datagrams), "ns/datagram")
	b.ReportMetric(calls/float64(datagrams), "calls/datagram")
}

func readAll(b *testing.B, r *Receiver, count int) {
	r.c.SetReadDeadline(time.Now().Add(time.Second))
	for n := 0; n < count; {
		got, err := r.Read()
		if err != nil {
			b.Fatal(err)
		}
		n += len(got)
	}
}
