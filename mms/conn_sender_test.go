package mms

import (
	"bytes"
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
)

// rigEntry is content whose blocks are in memory, or come late.
type rigEntry struct {
	point.Entry
	info   point.Info
	block  *point.Block
	absent int // how many more times a block has to be read
	wake   func()
}

func (e *rigEntry) Info() *point.Info { return &e.info }
func (e *rigEntry) Close() error      { return nil }

func (e *rigEntry) Block(_ int64, wake func()) (*point.Block, error) {
	if e.absent > 0 {
		e.absent--
		e.wake = wake
		return nil, nil
	}
	return e.block, nil
}

const rigPackets, rigSize = 64, 500

func newRigEntry() *rigEntry {
	var data []byte
	for i := range rigPackets {
		p := asf.Packet{SendTime: uint32(i), PaddingLength: 0}
		b := p.Append(nil)
		data = append(data, append(b, bytes.Repeat([]byte{byte(i)}, rigSize-len(b))...)...)
	}
	h := &asf.Header{Objects: []asf.Object{&asf.StreamProperties{Type: asf.StreamTypeVideo, Flags: 1}}}
	return &rigEntry{
		info:  point.Info{Header: h, PacketSize: rigSize, Packets: rigPackets, Size: int64(len(data))},
		block: point.NewBlock(0, rigSize, data),
	}
}

// sink is a connection that takes everything.
type sink struct {
	net.Conn
	wrote int
}

func (s *sink) Writev(bufs [][]byte) (n int, err error) {
	for _, b := range bufs {
		n += len(b)
	}
	s.wrote += n
	return n, nil
}
func (*sink) Notify(func())     {}
func (*sink) CloseWrite() error { return nil }
func (*sink) Close() error      { return nil }

// rig is a sender with a Play, without a network if it is over TCP.
type rig struct {
	*sender
	entry *rigEntry
	st    *stream
	start point.Start
	sock  *net.UDPConn // where datagrams go
}

func newRig(t testing.TB, overUDP bool) *rig {
	t.Helper()
	shards := pace.NewGroup(1)
	t.Cleanup(shards.Close)
	opt := front.Options{Shards: shards, Bus: new(event.Bus), Writer: func(*pace.Shard, net.Conn) pace.Writer { return &sink{} }}
	o := ServerOptions{Options: opt, Points: point.NewRegistry(), Sessions: session.NewManager(session.Options{}, opt.Bus)}
	r := &rig{entry: newRigEntry()}
	var dst netip.AddrPort
	if overUDP {
		media, err := ListenMedia("127.0.0.1", 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { media.Close() })
		if r.sock, err = net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.sock.Close() })
		o.Media, dst = media, r.sock.LocalAddr().(*net.UDPAddr).AddrPort()
	}
	c := accept(t, &Server{opt: o})
	p, err := c.newPlayer(Subscriber{Client: "NSPlayer/9.0.0.2980"})
	if err != nil {
		t.Fatal(err)
	}
	p.opened(&point.Point{Options: point.Options{Batch: time.Second, Speed: 1}}, r.entry)
	p.udp, c.player = dst, p
	r.sender = c.tx
	r.player = p
	r.start, err = point.Prepare(r.entry, point.Options{Unpaced: true}, point.Request{Selection: asf.NewSelection(r.entry.info.Header)})
	if err != nil {
		t.Fatal(err)
	}
	if r.st, err = c.newStream(4, time.Second, asf.NewSelection(r.entry.info.Header), &r.start); err != nil {
		t.Fatal(err)
	}
	r.do(func() { r.stream = r.st })
	return r
}

// do runs f on the shard, which owns the sender.
func (r *rig) do(f func()) {
	done := make(chan struct{})
	r.conn.Post(func() {
		f()
		close(done)
	})
	<-done
}

// accept makes one connection of a server.
func accept(t testing.TB, srv *Server) *conn {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	made := make(chan *conn, 1)
	a := front.NewAcceptor(srv.opt.Options, func(fc *front.Conn) front.Protocol {
		c := newConn(srv, fc)
		made <- c
		return c
	})
	served := make(chan struct{})
	go func() { a.Serve(l); close(served) }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		a.Shutdown(t.Context(), func() {})
		<-served
	})
	it := <-made
	for a.Connections() == 0 { // until it is complete
		runtime.Gosched()
	}
	return it
}

// round sends all packets of the content.
func (r *rig) round(now time.Time) {
	r.st.ending = time.Time{}
	r.Mem.Reset()
	r.st.play.Begin(r.start, now)
	r.send(now)
}

// send is feed without what follows the end.
func (r *rig) send(now time.Time) {
	var it point.Step
	for {
		if r.st.play.Next(now, r.Mem, &it); it.Kind != point.Packet {
			break
		}
		r.carry(r.st, &it, now)
	}
	r.flush(r.st, rigPackets*rigSize)
}

// A packet on its way out allocates nothing.
func TestCarryAllocatesNothing(t *testing.T) {
	for _, overUDP := range []bool{false, true} {
		r := newRig(t, overUDP)
		now := time.Now()
		next := func() { r.round(now); now = now.Add(100 * time.Millisecond) }
		r.do(func() {
			for range 2 * MaxSent / rigPackets {
				next() // memory and the log grow to what a round needs
			}
			if allocs := testing.AllocsPerRun(50, next); allocs != 0 {
				t.Errorf("over UDP %v: %v allocations", overUDP, allocs)
			}
		})
	}
}

func BenchmarkCarry(b *testing.B) {
	for _, overUDP := range []bool{false, true} {
		b.Run(map[bool]string{false: "TCP", true: "UDP"}[overUDP], func(b *testing.B) {
			r := newRig(b, overUDP)
			now := time.Now()
			b.ReportAllocs()
			b.SetBytes(rigPackets * rigSize)
			r.do(func() {
				for range 2 * MaxSent / rigPackets {
					r.round(now)
				}
				for b.Loop() {
					r.round(now)
					now = now.Add(100 * time.Millisecond)
				}
			})
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rigPackets), "ns/packet")
		})
	}
}

// Copies wait for storage, all of them for one block at a time, and come in the
// order in which they were asked for.
func TestCopiesWaitForStorage(t *testing.T) {
	r := newRig(t, true)
	r.do(func() { r.round(time.Now()) })
	var first [rigPackets][]byte
	for i := range first {
		first[i] = r.datagram(t)
	}
	list := []Sequence{7, 3, 5}
	ask := func(absent, loads int) {
		r.do(func() {
			r.entry.absent = absent
			r.player.asked.Add(list, maxAsked)
			r.Mem.Reset()
			r.resend()
			if !r.resends.loading || len(r.resends.waiting) != len(list) {
				t.Errorf("%d wait for storage", len(r.resends.waiting))
			}
			for range loads {
				r.Mem.Reset()
				r.loaded()
			}
			if len(r.resends.waiting) > 0 {
				t.Errorf("%d wait", len(r.resends.waiting))
			}
		})
	}
	ask(1, 1)
	for _, n := range list {
		if b := r.datagram(t); !bytes.Equal(b, first[n]) {
			t.Errorf("packet %d differs", n)
		}
	}
	ask(100, len(list)) // a cache that drops blocks at once
	r.do(func() {
		if r.resends.resent != 3 || r.resends.unknown != 3 {
			t.Errorf("%d sent, %d not", r.resends.resent, r.resends.unknown)
		}
	})
}

// Copies give the shard's memory back: a command may be the last for long, and
// many may come before the next run.
func TestCopiesKeepNoMemory(t *testing.T) {
	r := newRig(t, true)
	r.do(func() {
		r.round(time.Now())
		r.Mem.Reset()
		r.Mem.Grab(1 << 16)
		r.Mem.Reset() // there is room for 64 KB now
		first := &r.Mem.Grab(1)[0]
		r.Mem.Reset()
		r.player.asked.Add([]Sequence{1, 2, 3}, maxAsked)
		r.resend()
		if r.resends.resent != 3 {
			t.Errorf("%d copies", r.resends.resent)
		}
		if &r.Mem.Grab(1)[0] != first {
			t.Error("the memory of the copies is still in use")
		}
		for _, b := range r.Mem.Vector[:cap(r.Mem.Vector)] {
			if b != nil {
				t.Error("the vector holds on to a packet")
				break
			}
		}
	})
}

func (r *rig) datagram(t *testing.T) []byte {
	t.Helper()
	b := make([]byte, 2048)
	r.sock.SetReadDeadline(time.Now().Add(10 * time.Second))
	n, err := r.sock.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return b[:n]
}
