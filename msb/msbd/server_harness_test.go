package msbd_test

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/msb"
	"caracal/msb/msbd"
)

const (
	pointName  = "live"
	packetSize = fronttest.PacketSize
	linger     = 10 * time.Second
)

var film = sync.OnceValue(func() fronttest.Clip { return filmCalled("") })

// filmCalled is the film with a title, and so with another header.
func filmCalled(title string) fronttest.Clip {
	c := fronttest.Film(30)
	if title != "" {
		c.More = []asf.Object{&asf.ContentDescription{Title: asf.NewText(title), Description: asf.NewText("about it")}}
	}
	return c.Clip()
}

// setting is how a test server differs from the usual one.
type setting struct {
	real  bool // connections over the loopback interface
	group *msbd.Group
	write time.Duration // that a client may not read; a minute for 0
	idle  time.Duration
	keep  time.Duration // that a client that gets nothing may stay; a minute for 0
	max   int           // sessions
	club  bool          // there are accounts
}

// server is a running server with a broadcast that the test feeds.
type server struct {
	*fronttest.Rig
	*msbd.Server
	*fronttest.Live
	club *fronttest.Club // nil: anybody fetches
}

func startServer(t *testing.T, set setting) *server {
	t.Helper()
	s := &server{Rig: fronttest.New(t, session.Options{IdleTimeout: set.idle, Max: set.max})}
	s.Live = s.Rig.Live(pointName, point.Options{
		Batch: 10 * time.Millisecond, Speed: 1, MaxSpeed: 1, Unpaced: true, Burst: time.Minute,
	}, point.BroadcastOptions{Linger: linger})
	s.Clip = film()
	if set.real {
		s.Listen("127.0.0.1", "0")
	} else {
		s.Listen("", msbd.DefaultPort)
	}
	guard := (*auth.Guard)(nil)
	if set.club {
		s.club = fronttest.NewClub(t, s.Bus)
		guard = s.club.Guard
	}
	s.Server = msbd.NewServer(msbd.ServerOptions{
		Options: front.Options{Shards: s.Shards, Bus: s.Bus, Guard: guard, WriteTimeout: set.write, KeepAlive: set.keep},
		Points:  s.Points, Sessions: s.Sessions, Point: pointName, Group: set.group,
	})
	s.Run(s.Server)
	return s
}

// inMemory runs a test in a bubble with a clock of its own.
func inMemory(t *testing.T, set setting, f func(s *server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, set)
		f(s)
		s.Stop()
	})
}

// live gives the broadcast a source, and its first packets.
func (s *server) live(packets int) {
	s.T.Helper()
	s.Start(s.Clip)
	s.Bring(packets)
}

// left checks that a client was left for a reason.
func (s *server) left(reason string) {
	s.T.Helper()
	s.WaitFor("the session ends", s.Idle)
	for _, e := range fronttest.EventsOf[event.Disconnected](s.Rig) {
		if e.Reason == reason {
			return
		}
	}
	s.T.Errorf("%+v, want %q", fronttest.EventsOf[event.Disconnected](s.Rig), reason)
}

// bad checks that what a peer sent was counted as bad.
func (s *server) bad(reason string) {
	s.T.Helper()
	s.WaitFor("bad input: "+reason, func() bool {
		for _, e := range fronttest.EventsOf[event.BadInput](s.Rig) {
			if strings.Contains(e.Reason, reason) {
				return true
			}
		}
		return false
	})
}

// peer is a hand-written client's connection.
type peer struct {
	net.Conn
	t  *testing.T
	in *msbd.Reader
}

func (s *server) connect() *peer {
	s.T.Helper()
	c := s.Connect()
	c.SetDeadline(time.Now().Add(fronttest.Patience))
	return &peer{Conn: c, t: s.T, in: msbd.NewReader(c)}
}

func (p *peer) raw(b []byte) {
	p.t.Helper()
	if _, err := p.Write(b); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) ask(d msbd.Delivery) {
	p.t.Helper()
	p.raw((&msbd.ConnectRequest{Delivery: d, Channel: msbd.ChannelName}).Append(nil))
}

func (p *peer) say(id msbd.MessageID) {
	p.t.Helper()
	p.raw((&msbd.Message{ID: id}).Append(nil))
}

// next returns the next message, which is of this kind.
func (p *peer) next(id msbd.MessageID) msbd.Message {
	p.t.Helper()
	m, err := p.in.Next()
	if err != nil || m.ID != id {
		p.t.Fatalf("%v, %v, want %v", m.ID, err, id)
	}
	return m
}

func (p *peer) info(id msbd.MessageID) msbd.StreamInfo {
	p.t.Helper()
	info, err := msbd.ParseStreamInfo(p.next(id))
	if err != nil {
		p.t.Fatal(err)
	}
	info.Header = bytes.Clone(info.Header)
	return info
}

// accepted takes the answer and the description of the stream.
func (p *peer) accepted() (msbd.StreamInfo, netip.AddrPort) {
	p.t.Helper()
	r, err := msbd.ParseConnectResponse(p.next(msbd.ResConnect))
	if err != nil || r.HR != msbd.SOK {
		p.t.Fatalf("%+v, %v", r, err)
	}
	return p.info(msbd.IndStreamInfo), r.Group
}

// packets takes packets of the clip, which have these numbers.
func (p *peer) packets(c fronttest.Clip, stream msb.StreamID, id uint32, from, until int) {
	p.t.Helper()
	for n := from; n < until; n++ {
		got, err := msbd.ParsePacket(p.next(msbd.IndPacket).Body)
		if err != nil || got.ID != id || got.Stream != stream || !bytes.Equal(got.ASF, c.Packet(n)) {
			p.t.Fatalf("packet %d: id %d, stream %#04x, %d bytes, %v", n, got.ID, uint16(got.Stream), len(got.ASF), err)
		}
		id++
	}
}

// over takes the words of the end.
func (p *peer) over() {
	p.t.Helper()
	p.next(msbd.IndEOS)
	m := p.next(msbd.IndStreamInfo)
	if m.HR != msbd.ENoStream || !bytes.Equal(m.Body, make([]byte, 32)) {
		p.t.Errorf("hr %v, % x", m.HR, m.Body)
	}
}

// closed wants the server to close the connection.
func (p *peer) closed() {
	p.t.Helper()
	if m, err := p.in.Next(); err != io.EOF {
		p.t.Errorf("%v, %v, want the end of the connection", m.ID, err)
	}
}
