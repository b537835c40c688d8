package msbd_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/memnet"
	"caracal/internal/pull"
	"caracal/msb"
	"caracal/msb/msbd"
)

// datagram sends one to the Client's group, and waits until the Client has it.
func (f *fake) datagram(b []byte) {
	f.t.Helper()
	if _, err := f.group.WriteTo(b, net.UDPAddrFromAddrPort(groupAddress)); err != nil {
		f.t.Error(err)
	}
	synctest.Wait()
}

// multicast sends a packet of the film to the Client's group.
func (f *fake) multicast(id uint32, stream msb.StreamID, n int) {
	f.datagram(msbd.AppendPacket(nil, msb.Packet{ID: id, Stream: stream, ASF: film().Packet(n)}))
}

// greetGroup is greet for a Client that asks for a multicast.
func (f *fake) greetGroup() {
	f.t.Helper()
	if m := f.next(msbd.ReqConnect); binary.LittleEndian.Uint32(m.Body) != 2 {
		f.t.Errorf("% x", m.Body)
	}
	var err error
	if f.group, err = f.n.Listen(f.t.Context(), "udp", netip.AddrPortFrom(memnet.Server, 7008).String()); err != nil {
		f.t.Error(err)
	}
	f.hex(connectedGroup)
	f.describe(1, film())
	synctest.Wait()
}

// Packets of the group come out in order, losses are told, and what others send to
// the group is left out. Another stream is told of over TCP.
func TestClientOfGroup(t *testing.T) {
	second := filmCalled("the second")
	withFake(t, func(f *fake) {
		f.greetGroup()
		f.multicast(10, 1, 0)
		f.multicast(12, 1, 2) // overtakes
		f.multicast(11, 1, 1)
		f.datagram([]byte("MSB "))
		f.datagram(nil)
		f.datagram(msbd.AppendPacket(nil, msb.Packet{ID: 13, Stream: 1, ASF: film().Packet(3)})[:100])
		f.datagram(append(msbd.AppendPacket(nil, msb.Packet{ID: 13, Stream: 1, ASF: film().Packet(3)}), 0))
		f.datagram((&msbd.Message{ID: msbd.IndEOS}).Append(nil))
		f.multicast(13, 2, 3)
		f.packet(13, 1, 3)    // over the connection, where none belongs
		f.multicast(14, 1, 3) // 13 is missing
		f.describe(2, second)
		synctest.Wait()
		f.multicast(15, 2, 4)
		f.over()
	}, func(c *msbd.Client, t *testing.T) {
		c.Multicast = true
		s := open(t, c)
		if group := s.Info().Group; group != groupAddress {
			t.Error(group)
		}
		wantPackets(t, s, film(), 0, 3)
		if e := wantKind(t, s, pull.GotGap); e.Lost != 1 {
			t.Errorf("%d lost", e.Lost)
		}
		wantPackets(t, s, film(), 3, 4)
		wantKind(t, s, pull.GotChange)
		if e := wantKind(t, s, pull.GotHeader); !bytes.Equal(e.Header, second.Header) {
			t.Error("the header differs")
		}
		wantPackets(t, s, film(), 4, 5)
		ends(t, s)
		if stats := s.Stats(); stats != (msbd.Stats{Packets: 5, Lost: 1, Strange: 7}) {
			t.Errorf("%+v", stats)
		}
	})
}

// Parity of [MS-MSB], which a server may send, repairs a packet that was lost.
func TestClientRepairs(t *testing.T) {
	const span = 5
	withFake(t, func(f *fake) {
		f.greetGroup()
		e := msb.NewEncoder(msb.EncoderOptions{Span: span})
		e.Begin(1)
		for n := range span {
			var o asf.Outline
			if err := o.Read(film().Packet(n)); err != nil {
				t.Error(err)
			}
			d, err := e.Packet(nil, film().Packet(n), &o)
			if err != nil {
				t.Error(err)
			}
			if n != 2 {
				f.datagram((&msbd.Message{ID: msbd.IndPacket, Body: append(d.Head, d.Body...)}).Append(nil))
			}
		}
		f.datagram((&msbd.Message{ID: msbd.IndPacket, Body: e.AppendParity(nil)}).Append(nil))
		f.over()
	}, func(c *msbd.Client, t *testing.T) {
		c.Multicast = true
		s := open(t, c)
		for n := range span {
			e := wantKind(t, s, pull.GotPacket)
			got, err := asf.AppendPadded(nil, e.Data, packetSize)
			if err != nil || !bytes.Equal(payloads(t, got), payloads(t, film().Packet(n))) {
				t.Errorf("packet %d: %v", n, err)
			}
		}
		ends(t, s)
		if stats := s.Stats(); stats.Lost != 0 || stats.Packets != span {
			t.Errorf("%+v", stats)
		}
	})
}

func payloads(t *testing.T, pkt []byte) (all []byte) {
	t.Helper()
	var p asf.Packet
	if err := asf.ParsePacket(pkt, &p); err != nil {
		t.Fatal(err)
	}
	for it := p.Payloads(); it.Next(); {
		all = append(append(all, it.Payload.Stream), it.Payload.Data...)
	}
	return all
}

// A server is not followed to what is no group of IPv4.
func TestClientRefusesGroups(t *testing.T) {
	for _, answer := range []string{
		connectedTCP,
		"4d534220 0601 0800 24000000 00000000 00000000 0200 1b60 c0000201 00*8", // 192.0.2.1
		"4d534220 0601 0800 24000000 00000000 00000000 0200 0000 efc00001 00*8", // port 0
		"4d534220 0601 0800 24000000 00000000 00000000 0a00 1b60 efc00001 00*8", // another family
	} {
		withFake(t, func(f *fake) {
			f.next(msbd.ReqConnect)
			f.hex(answer)
		}, func(c *msbd.Client, t *testing.T) {
			c.Multicast = true
			if _, err := c.Open(t.Context(), "msbd://192.0.2.1"); !is(msbd.ErrGroup)(err) {
				t.Error(err)
			}
		})
	}
}

func TestOpenGroupRefuses(t *testing.T) {
	for _, o := range []msbd.GroupOptions{
		{}, {Address: netip.MustParseAddrPort("192.0.2.1:7008")}, {Address: netip.MustParseAddrPort("239.192.0.1:0")},
		{Address: netip.MustParseAddrPort("[ff18::1]:7008")}, {Address: groupAddress, Interface: "no such thing"},
	} {
		if g, err := msbd.OpenGroup(o); err == nil {
			g.Close()
			t.Errorf("%+v", o)
		}
	}
	g, err := msbd.OpenGroup(msbd.GroupOptions{Address: groupAddress, Interface: loopback(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Close(); err != nil { // which no server has taken
		t.Error(err)
	}
}

// loopback is the name of the interface that leads nowhere else.
func loopback(t *testing.T) string {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 {
			return i.Name
		}
	}
	t.Fatal("no loopback interface")
	return ""
}

// groupServer is a server whose group is on the loopback interface, at a port that
// nobody else has.
func groupServer(t *testing.T) *server {
	t.Helper()
	free, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.LocalAddr().(*net.UDPAddr).Port
	free.Close()
	g, err := msbd.OpenGroup(msbd.GroupOptions{
		Address: netip.AddrPortFrom(netip.AddrFrom4([4]byte{239, 192, 70, 7}), uint16(port)), Interface: loopback(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := startServer(t, setting{real: true, group: g})
	return s
}

// groupClient is a Client that joins on the loopback interface.
func groupClient(t *testing.T) *msbd.Client {
	name := loopback(t)
	return &msbd.Client{Multicast: true, Join: func(_ context.Context, group netip.AddrPort) (net.PacketConn, error) {
		return msb.JoinGroup(group, name)
	}}
}

// until receives packets until one of the film's comes, and the header on the way if
// there is one.
func until(t *testing.T, s *msbd.Stream, want []byte) (header []byte) {
	t.Helper()
	for {
		e, err := s.Receive()
		switch {
		case err != nil:
			t.Fatalf("%v; %+v", err, s.Stats())
		case e.Kind == pull.GotHeader:
			header = bytes.Clone(e.Header)
		case e.Kind == pull.GotPacket && bytes.Equal(e.Data, want):
			return header
		}
	}
}

// The group over real sockets: two clients hear one stream, packet for packet, with
// a change of the header, and the end over their connections.
func TestGroup(t *testing.T) {
	s := groupServer(t)
	s.live(20)
	streams := []*msbd.Stream{s.open(groupClient(t)), s.open(groupClient(t))}
	s.Bring(20)
	for _, stream := range streams {
		if info := stream.Info(); !bytes.Equal(info.Header, s.Clip.LiveHeader()) || !info.Group.Addr().IsMulticast() {
			t.Errorf("%+v", info.Group)
		}
		until(t, stream, s.Clip.Packet(25))
		wantPackets(t, stream, s.Clip, 26, 40)
	}
	second := filmCalled("the second")
	if err := s.Feed.Header(second.Header); err != nil {
		t.Fatal(err)
	}
	s.Bring(10)
	for _, stream := range streams {
		if header := until(t, stream, s.Clip.Packet(40)); !bytes.Equal(header, second.LiveHeader()) {
			t.Error("the header differs")
		}
		wantPackets(t, stream, s.Clip, 41, 50)
		if stats := stream.Stats(); stats.Lost != 0 {
			t.Errorf("%+v", stats)
		}
	}
	streams[0].Close()
	s.WaitFor("one is gone", func() bool { now, _ := s.Sessions.Count(); return now == 1 })
	s.Bring(5)
	wantPackets(t, streams[1], s.Clip, 50, 55)
	go s.Stop()
	ends(t, streams[1])
	streams[1].Close()
	s.WaitFor("both are gone", s.Idle)
	if stopped := fronttest.EventsOf[event.Stopped](s.Rig); len(stopped) != 2 || stopped[0].Packets < 20 {
		t.Errorf("%+v", stopped)
	}
}

// Somebody who comes when the others have gone begins anew, and TCP is there for who
// asks for it.
func TestGroupBeginsAnew(t *testing.T) {
	s := groupServer(t)
	s.live(20)
	for round := range 2 {
		stream := s.open(groupClient(t))
		s.Bring(10)
		until(t, stream, s.Clip.Packet(s.Next-1))
		if round == 0 {
			plain := s.open(&msbd.Client{})
			wantPackets(t, plain, s.Clip, 0, s.Next)
			plain.Close()
		}
		stream.Close()
		s.WaitFor("all are gone", s.Idle)
	}
}
