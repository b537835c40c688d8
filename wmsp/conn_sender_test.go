package wmsp

import (
	"bytes"
	"context"
	"net"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/sample"
	"caracal/internal/session"
)

// benchSender is a sender whose connection takes everything, with a stream of
// the sample clip; f runs on its shard.
func benchSender(tb testing.TB, chunked bool, sel func(*asf.Selection), f func(s *sender, w *swallow, start point.Start)) {
	w := &swallow{}
	shards := pace.NewGroup(1)
	defer shards.Close()
	sessions := session.NewManager(session.Options{}, nil)
	opt := front.Options{Shards: shards, Writer: func(*pace.Shard, net.Conn) pace.Writer { return w }}
	srv := NewServer(ServerOptions{Options: opt, Points: point.NewRegistry(), Sessions: sessions})
	defer srv.Shutdown(context.Background())
	e := inMemory(tb)
	selection := asf.NewSelection(e.Info().Header)
	if sel != nil {
		sel(selection)
	}
	start, err := point.Prepare(e, point.Options{Unpaced: true}, point.Request{Selection: selection})
	if err != nil {
		tb.Fatal(err)
	}
	ses, err := sessions.Admit(event.Player{}, func(error) {})
	if err != nil {
		tb.Fatal(err)
	}
	c, hangUp := accepted(tb, srv, opt)
	defer hangUp()
	st := c.newStream(&client{srv: srv, session: ses}, e, point.Options{Batch: time.Second})
	st.chunked = chunked
	done := make(chan struct{})
	c.Post(func() {
		defer close(done)
		c.tx.stream = st
		st.tally.Began = time.Now()
		f(c.tx, w, start)
	})
	<-done
}

// accepted returns the server's end of a connection, and what ends it.
func accepted(tb testing.TB, srv *Server, opt front.Options) (*conn, func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	conns := make(chan *conn, 1)
	a := front.NewAcceptor(opt, func(fc *front.Conn) front.Protocol {
		c := newConn(srv, fc)
		conns <- c
		return c
	})
	go a.Serve(l)
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	return <-conns, func() {
		nc.Close()
		a.Shutdown(context.Background(), func() {})
	}
}

// memory is content that is all in memory. (internal/source, whose pulls need this
// package, cannot be had here.)
type memory struct {
	point.Entry
	info  point.Info
	block *point.Block
}

func (m *memory) Info() *point.Info { return &m.info }
func (m *memory) Close() error      { return nil }

func (m *memory) Block(int64, func()) (*point.Block, error) { return m.block, nil }

// inMemory is the sample clip.
func inMemory(tb testing.TB) point.Entry {
	r, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		tb.Fatal(err)
	}
	packets := make([]byte, r.NumPackets()*int64(r.PacketSize()))
	if _, err := r.ReadPackets(packets, 0); err != nil {
		tb.Fatal(err)
	}
	return &memory{
		info:  point.Info{Header: r.Header(), HeaderBytes: r.HeaderBytes(), PacketSize: r.PacketSize(), Packets: r.NumPackets()},
		block: point.NewBlock(0, r.PacketSize(), packets),
	}
}

// swallow is a Writer that takes everything.
type swallow struct{ bytes int }

func (w *swallow) Writev(bufs [][]byte) (n int, err error) {
	for _, b := range bufs {
		n += len(b)
	}
	w.bytes += n
	return n, nil
}

func (w *swallow) Notify(func())     {}
func (w *swallow) CloseWrite() error { return nil }
func (w *swallow) Close() error      { return nil }

// batch sends one run's packets from the beginning and returns how many.
func (s *sender) batch(start point.Start) uint64 {
	st := s.stream
	before := st.tally.Packets
	now := time.Now()
	st.seq = 0
	st.play.Begin(start, now)
	s.Mem.Reset()
	s.drain(now)
	return st.tally.Packets - before
}

var senderCases = []struct {
	name    string
	chunked bool
	sel     func(*asf.Selection)
}{
	{"plain", false, nil},
	{"chunked", true, nil},
	{"rewritten packets", false, func(s *asf.Selection) { s.Set(1, asf.None) }},
}

// From the Play to the connection nothing is allocated for a packet. (The
// system calls themselves: pace/TestWritevDoesNotAllocate.)
func TestSendingDoesNotAllocate(t *testing.T) {
	for _, k := range senderCases {
		benchSender(t, k.chunked, k.sel, func(s *sender, w *swallow, start point.Start) {
			for range 3 { // the scratch grows
				s.batch(start)
			}
			var packets uint64
			n := testing.AllocsPerRun(50, func() { packets = s.batch(start) })
			if n != 0 || packets < 100 || w.bytes == 0 {
				t.Errorf("%s: %v allocations for %d packets, %d bytes", k.name, n, packets, w.bytes)
			}
		})
	}
}

func BenchmarkSender(b *testing.B) {
	for _, k := range senderCases {
		b.Run(k.name, func(b *testing.B) {
			benchSender(b, k.chunked, k.sel, func(s *sender, w *swallow, start point.Start) {
				s.batch(start)
				w.bytes = 0
				b.ReportAllocs()
				var packets uint64
				for b.Loop() {
					packets += s.batch(start)
				}
				b.SetBytes(int64(w.bytes / b.N))
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(packets), "ns/packet")
			})
		})
	}
}
