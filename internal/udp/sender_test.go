package udp

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"
)

// way is one of the ways to send that a system has.
type way struct {
	name string
	set  func(*Sender)
}

// network is a kind of socket and an address that it sends to.
type network struct{ name, listen, send, to string }

// networks leaves out what this machine has not.
func networks(t *testing.T) []network {
	all := []network{
		{"IPv4", "udp4", "127.0.0.1:0", "127.0.0.1"},
		{"IPv4 from a socket of both", "udp", "[::]:0", "127.0.0.1"},
		{"IPv4 mapped", "udp", "[::]:0", "::ffff:127.0.0.1"},
		{"IPv4 mapped to IPv4", "udp4", "127.0.0.1:0", "::ffff:127.0.0.1"},
		{"IPv6", "udp6", "[::1]:0", "::1"},
	}
	if c, err := net.ListenPacket("udp6", "[::1]:0"); err != nil {
		t.Log("no IPv6 here:", err)
		return []network{all[0], all[3]}
	} else {
		c.Close()
	}
	return all
}

func listen(t testing.TB, network, address string) *net.UDPConn {
	t.Helper()
	c, err := net.ListenPacket(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*net.UDPConn)
}

func port(c *net.UDPConn) uint16 { return c.LocalAddr().(*net.UDPAddr).AddrPort().Port() }

func newSender(t testing.TB, c *net.UDPConn, w way) *Sender {
	t.Helper()
	s, err := NewSender(c)
	if err != nil {
		t.Fatal(err)
	}
	w.set(s)
	return s
}

func pattern(n, seed int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7>>3 + seed*31)
	}
	return b
}

// cut makes up to n parts of b, an empty one among them.
func cut(b []byte, n int) [][]byte {
	parts := [][]byte{}
	for ; n > 2 && len(b) > 1; n-- {
		k := max(1, len(b)/n)
		parts, b = append(parts, b[:k]), b[k:]
	}
	return append(parts, nil, b)
}

// receive returns the next n datagrams of c.
func receive(t testing.TB, c *net.UDPConn, n int) (got []Datagram) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	r, err := NewReceiver(c, MaxBatch, maxRead)
	if err != nil {
		t.Fatal(err)
	}
	for len(got) < n {
		more, err := r.Read()
		if err != nil {
			t.Fatalf("after %d of %d datagrams: %v", len(got), n, err)
		}
		for _, d := range more {
			d.Payload = slices.Clone(d.Payload)
			got = append(got, d)
		}
	}
	return got
}

// step queues n datagrams of a size to a destination.
type step struct{ dst, n, size int }

// plans are what is queued for one Flush, and how many of the datagrams share
// a segmented message.
var plans = []struct {
	name    string
	steps   []step
	parts   int
	grouped uint64
}{
	{"one", []step{{0, 1, 1400}}, 3, 0},
	{"equal", []step{{0, 8, 1400}, {1, 8, 1400}}, 3, 16},
	{"shorter at the end", []step{{0, 3, 1400}, {0, 1, 17}}, 3, 4},
	{"shorter in the middle", []step{{0, 2, 900}, {0, 1, 899}, {0, 2, 900}}, 3, 5},
	{"growing", []step{{0, 1, 900}, {0, 1, 901}, {0, 1, 902}}, 3, 0},
	{"odd one at the end", []step{{0, 4, 333}, {0, 1, 1}, {1, 1, 1}, {0, 1, 1}}, 2, 5},
	{"empty ones", []step{{0, 1, 0}, {0, 2, 100}, {0, 2, 0}, {0, 1, 100}}, 1, 2},
	{"destinations in turn", []step{{0, 1, 500}, {1, 1, 500}, {0, 1, 500}, {1, 1, 500}}, 3, 0},
	{"more than 64 segments", []step{{0, 130, 100}}, 3, 130},
	{"64 segments and one", []step{{0, 65, 100}}, 3, 64},
	{"more than 64 KB", []step{{0, 60, 1400}}, 3, 60},
	{"exactly the longest group", []step{{0, 13, 5039}, {1, 14, 5039}}, 2, 26},
	{"the longest datagram", []step{{0, 1, MaxDatagram}, {0, 1, 1}}, 2, 0},
	{"many parts", []step{{0, 200, 64}}, MaxParts, 200},
	{"more messages than a batch", slices.Repeat([]step{{0, 1, 50}, {1, 1, 50}, {2, 1, 50}}, 100), 2, 0},
}

func TestSendArrives(t *testing.T) {
	for _, w := range ways() {
		for _, network := range networks(t) {
			for _, p := range plans {
				t.Run(w.name+"/"+network.name+"/"+p.name, func(t *testing.T) {
					from := listen(t, network.listen, network.send)
					s := newSender(t, from, w)
					testPlan(t, s, network, port(from), p.steps, p.parts)
					if got := s.Counters().Grouped; w.name == "segments" && s.Capabilities().Segments && got != p.grouped {
						t.Errorf("%d datagrams in groups, want %d", got, p.grouped)
					}
				})
			}
		}
	}
}

// testPlan sends a plan twice and looks for every datagram, in its place.
func testPlan(t *testing.T, s *Sender, network network, from uint16, steps []step, parts int) {
	t.Helper()
	var socket [3]*net.UDPConn
	var dst [3]netip.AddrPort
	for i := range socket {
		socket[i] = listen(t, network.listen, network.send)
		dst[i] = netip.AddrPortFrom(netip.MustParseAddr(network.to), port(socket[i]))
	}
	var want [3][][]byte
	var datagrams, size uint64
	for _, st := range steps {
		for range st.n {
			b := pattern(st.size, int(datagrams))
			s.Queue(dst[st.dst], cut(b, parts)...)
			want[st.dst] = append(want[st.dst], b)
			datagrams++
			size += uint64(len(b))
		}
	}
	sent, dropped, err := s.Flush()
	if sent != int(datagrams) || dropped != 0 || err != nil {
		t.Fatalf("Flush: %d sent, %d dropped, %v; want all %d", sent, dropped, err, datagrams)
	}
	if c := s.Counters(); c.Sent != datagrams || c.Bytes != size || c.Dropped != 0 || c.Refused != 0 {
		t.Errorf("%+v, want %d datagrams of %d bytes", c, datagrams, size)
	}
	for i := range socket {
		for k, d := range receive(t, socket[i], len(want[i])) {
			if !slices.Equal(d.Payload, want[i][k]) || d.Truncated {
				t.Fatalf("destination %d, datagram %d: %d bytes %.16x, want %d bytes %.16x",
					i, k, len(d.Payload), d.Payload, len(want[i][k]), want[i][k])
			}
			if want := netip.AddrPortFrom(netip.MustParseAddr(network.to).Unmap(), from); d.From != want {
				t.Fatalf("from %v, want %v", d.From, want)
			}
		}
	}
	if sent, dropped, err := s.Flush(); sent != 0 || dropped != 0 || err != nil {
		t.Errorf("an empty Flush: %d sent, %d dropped, %v", sent, dropped, err)
	}
}

// What cannot be sent is told and keeps nothing else back.
func TestSendRefuses(t *testing.T) {
	good := netip.MustParseAddrPort
	tests := []struct {
		name  string
		dst   netip.AddrPort
		parts [][]byte
		err   error
	}{
		{"too long", good("127.0.0.1:9"), [][]byte{make([]byte, MaxDatagram), {1}}, ErrTooLong},
		{"too many parts", good("127.0.0.1:9"), make([][]byte, MaxParts+1), ErrTooLong},
		{"no port", good("127.0.0.1:0"), [][]byte{{1}}, ErrDestination},
		{"no address", netip.AddrPort{}, [][]byte{{1}}, ErrDestination},
	}
	for _, w := range ways() {
		for _, tt := range tests {
			t.Run(w.name+"/"+tt.name, func(t *testing.T) {
				s := newSender(t, listen(t, "udp4", "127.0.0.1:0"), w)
				to := listen(t, "udp4", "127.0.0.1:0")
				dst := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port(to))
				s.Queue(dst, []byte("before"))
				s.Queue(tt.dst, tt.parts...)
				s.Queue(dst, []byte("after"))
				if sent, dropped, err := s.Flush(); sent != 2 || dropped != 1 || !errors.Is(err, tt.err) {
					t.Errorf("Flush: %d sent, %d dropped, %v; want 2, 1, %v", sent, dropped, err, tt.err)
				}
				if got := receive(t, to, 2); string(got[0].Payload) != "before" || string(got[1].Payload) != "after" {
					t.Errorf("got %q, %q", got[0].Payload, got[1].Payload)
				}
			})
		}
	}
}

func TestSendOnClosedSocket(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			c := listen(t, "udp4", "127.0.0.1:0")
			s := newSender(t, c, w)
			c.Close()
			for range 5 {
				s.Queue(netip.MustParseAddrPort("127.0.0.1:9"), []byte{1})
			}
			if sent, dropped, err := s.Flush(); sent != 0 || dropped != 5 || !errors.Is(err, net.ErrClosed) {
				t.Errorf("Flush: %d sent, %d dropped, %v", sent, dropped, err)
			}
			if _, err := NewSender(c); err == nil {
				t.Error("NewSender takes a closed socket")
			}
		})
	}
}

func TestNewSenderWantsUnconnected(t *testing.T) {
	to := listen(t, "udp4", "127.0.0.1:0")
	c, err := net.DialUDP("udp4", nil, to.LocalAddr().(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := NewSender(c); !errors.Is(err, ErrConnected) {
		t.Errorf("NewSender: %v, want ErrConnected", err)
	}
}

// Several shards send on the socket that somebody else reads.
func TestSendersShareASocket(t *testing.T) {
	const each, rounds = 5, 20
	c := listen(t, "udp4", "127.0.0.1:0")
	var shards sync.WaitGroup
	var to [3]*net.UDPConn
	for i := range to {
		to[i] = listen(t, "udp4", "127.0.0.1:0")
		dst := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port(to[i]))
		s := newSender(t, c, ways()[0])
		shards.Go(func() {
			for r := range rounds {
				for k := range each {
					s.Queue(dst, []byte{byte(r*each + k)}, []byte("abc"))
				}
				s.Flush()
			}
			if n := s.Counters().Sent; n != each*rounds {
				t.Errorf("%d sent, want %d", n, each*rounds)
			}
		})
	}
	for i := range to {
		for k, d := range receive(t, to[i], each*rounds) {
			if len(d.Payload) != 4 || int(d.Payload[0]) != k {
				t.Fatalf("destination %d, datagram %d: %x", i, k, d.Payload)
			}
		}
	}
	shards.Wait()
}

// A client and a burst of eight, a client and one datagram: neither allocates.
func TestSendDoesNotAllocate(t *testing.T) {
	for _, w := range ways() {
		for _, n := range []int{8, 1} {
			c := listen(t, "udp4", "127.0.0.1:0")
			s := newSender(t, listen(t, "udp4", "127.0.0.1:0"), w)
			dst := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port(c))
			other := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.2"), port(c))
			head, body := pattern(12, 0), pattern(1388, 1)
			var sent int
			round := func() {
				for range 32 {
					for range n {
						s.Queue(dst, head, nil, body)
					}
					for range n {
						s.Queue(other, head, nil, body)
					}
				}
				sent, _, _ = s.Flush()
			}
			round() // what plain keeps grows
			if got := testing.AllocsPerRun(20, round); got != 0 || sent != 64*n {
				t.Errorf("%s: %v allocations for %d datagrams", w.name, got, sent)
			}
		}
	}
}

// A Sender with a socket of its own sends from it, and has its port until Close.
func TestOwnSender(t *testing.T) {
	to, from := listen(t, "udp4", "127.0.0.1:0"), listen(t, "udp4", "127.0.0.1:0")
	address := from.LocalAddr().(*net.UDPAddr)
	s, err := OwnSender(from)
	if err != nil {
		t.Fatal(err)
	}
	s.Queue(to.LocalAddr().(*net.UDPAddr).AddrPort(), []byte("one"), []byte("two"))
	if sent, dropped, err := s.Flush(); sent != 1 || dropped != 0 || err != nil {
		t.Fatalf("%d sent, %d dropped, %v", sent, dropped, err)
	}
	b := make([]byte, 100)
	n, sender, err := to.ReadFromUDPAddrPort(b)
	if err != nil || string(b[:n]) != "onetwo" || sender != address.AddrPort() {
		t.Errorf("%q from %v, %v", b[:n], sender, err)
	}
	if c, err := net.ListenUDP("udp4", address); err == nil {
		c.Close()
		t.Error("the port is free already")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	c, err := net.ListenUDP("udp4", address)
	if err != nil {
		t.Fatal("the port is still in use:", err)
	}
	c.Close()
}
