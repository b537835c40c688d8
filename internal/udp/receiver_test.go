package udp

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"
)

// receivers are the batched way, where there is one, and the plain one.
func receivers(t *testing.T, c *net.UDPConn, count, size int) map[string]*Receiver {
	t.Helper()
	all := map[string]*Receiver{}
	for _, name := range []string{"batch", "plain"} {
		r, err := NewReceiver(c, count, size)
		if err != nil {
			t.Fatal(err)
		}
		if name == "plain" {
			r.batch = nil
		}
		all[name] = r
	}
	return all
}

func TestReceive(t *testing.T) {
	for _, network := range networks(t) {
		c := listen(t, network.listen, network.send)
		var from [2]*net.UDPConn
		for i := range from {
			from[i] = listen(t, network.listen, network.send)
		}
		dst := netip.AddrPortFrom(netip.MustParseAddr(network.to), port(c))
		for name, r := range receivers(t, c, 4, 100) {
			t.Run(network.name+"/"+name, func(t *testing.T) {
				c.SetReadDeadline(time.Now().Add(10 * time.Second))
				sizes := []int{100, 0, 101, 1, 99, 5000, 100}
				for i, n := range sizes {
					if _, err := from[i%2].WriteToUDPAddrPort(pattern(n, i), dst); err != nil {
						t.Fatal(err)
					}
				}
				for i := 0; i < len(sizes); {
					got, err := r.Read()
					if err != nil || len(got) == 0 {
						t.Fatal(len(got), err)
					}
					for _, d := range got {
						want := pattern(sizes[i], i)[:min(sizes[i], 100)]
						source := netip.AddrPortFrom(netip.MustParseAddr(network.to).Unmap(), port(from[i%2]))
						if string(d.Payload) != string(want) || d.Truncated != (sizes[i] > 100) || d.From != source {
							t.Errorf("datagram %d: %d bytes from %v, truncated %v", i, len(d.Payload), d.From, d.Truncated)
						}
						i++
					}
				}
			})
		}
	}
}

func TestReceiveErrors(t *testing.T) {
	c := listen(t, "udp4", "127.0.0.1:0")
	all := receivers(t, c, 4, 100)
	for _, want := range []error{os.ErrDeadlineExceeded, net.ErrClosed} {
		c.SetReadDeadline(time.Unix(1, 0))
		for name, r := range all {
			if got, err := r.Read(); !errors.Is(err, want) || got != nil {
				t.Errorf("%s: %v, %v; want %v", name, got, err, want)
			}
		}
		c.Close()
	}
	if _, err := NewReceiver(c, 1, 1); err == nil && all["batch"].batch != nil {
		t.Error("NewReceiver takes a closed socket")
	}
}

// Counts and sizes out of range are brought into it.
func TestReceiverLimits(t *testing.T) {
	for _, n := range []int{-1, 0, 1, MaxBatch, maxRead, 1 << 30} {
		c := listen(t, "udp4", "127.0.0.1:0")
		for name, r := range receivers(t, c, n, n) {
			if len(r.got) < 1 || len(r.got) > MaxBatch || r.size < 1 || r.size > maxRead {
				t.Errorf("%s %d: %d datagrams of %d bytes", name, n, len(r.got), r.size)
			}
			c.SetReadDeadline(time.Now().Add(10 * time.Second))
			c.WriteToUDPAddrPort([]byte("x"), c.LocalAddr().(*net.UDPAddr).AddrPort())
			if got, err := r.Read(); err != nil || len(got) != 1 || string(got[0].Payload) != "x" {
				t.Errorf("%s %d: %d datagrams, %v", name, n, len(got), err)
			}
		}
	}
}

func TestReceiveDoesNotAllocate(t *testing.T) {
	c := listen(t, "udp4", "127.0.0.1:0")
	dst := c.LocalAddr().(*net.UDPAddr).AddrPort()
	b := pattern(100, 0)
	for name, r := range receivers(t, c, 8, 1500) {
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		read := 0
		round := func() {
			for range 8 {
				c.WriteToUDPAddrPort(b, dst)
			}
			for n := 0; n < 8; {
				got, err := r.Read()
				if err != nil {
					t.Fatal(err)
				}
				n += len(got)
				read += len(got)
			}
		}
		round()
		if n := testing.AllocsPerRun(20, round); n != 0 || read != 22*8 {
			t.Errorf("%s: %v allocations, %d read", name, n, read)
		}
	}
}
