package mms_test

import (
	"bytes"
	"context"
	"net"
	"testing"
	"time"

	"caracal/internal/memnet"
	"caracal/mms"
)

// watchUDP is watch over UDP, with the Client-ID.
func (s *server) watchUDP(agent string) (*peer, udpPlayer, uint32) {
	s.T.Helper()
	p, u := s.connect(), newUDPPlayer(s.T)
	p.greet(agent)
	p.say(&mms.FunnelInfo{PlayIncarnation: mms.DisablePacketPair})
	id := now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo).Cubs
	p.funnel(u.funnel())
	p.open("live")
	p.readBlock(2)
	u.header(2)
	p.choose(1, 2)
	p.start(beginning, 4)
	return p, u, id
}

// chooseOther selects the streams of otherClip, each by itself or not.
func (p *peer) chooseOther() {
	p.t.Helper()
	p.say(&mms.StreamSwitch{Entries: []mms.StreamSwitchEntry{{SrcStreamNumber: mms.NoStream, DstStreamNumber: 1}, {SrcStreamNumber: mms.NoStream, DstStreamNumber: 3}}})
	if r := now(p, mms.MIDReportStreamSwitch, mms.ParseReportStreamSwitch); r.HR != 0 {
		p.t.Errorf("%+v", r)
	}
}

// Over UDP a player is told behind the last packet, and asks for the header and
// the packets of what follows, [MS-MMSP] 3.1.5.19 and 4.5.1: these begin with the
// first. What it has missed of the entry before is sent again as it was.
func TestTurnOverUDP(t *testing.T) {
	for _, agent := range []string{player64, playerXP, player9} {
		s := startServer(t)
		l := s.live()
		l.Bring(10)
		p, u, id := s.watchUDP(agent)
		first := u.some(10)
		check(t, first, longClip(), 0, 4, 0)
		l.Change(otherClip())
		l.Bring(5)
		if before := p.told(4, otherClip()); len(before) > 0 {
			t.Errorf("%d data packets over TCP", len(before))
		}
		u.silence()
		p.say(&mms.Logging{})
		p.readBlock(3)
		if h := u.header(3); !bytes.Equal(h, otherClip().LiveHeader()) {
			t.Error("the second header differs")
		}
		p.chooseOther()
		u.silence()
		p.start(beginning, 5)
		second := u.some(5)
		check(t, second, otherClip(), 0, 5, 10)
		u.ask(s, id, 1, 3, 12, 9)
		for _, want := range []mms.Data{first[3], second[2], first[9]} {
			if _, d := u.datagram(); d.LocationID != want.LocationID || d.PlayIncarnation != want.PlayIncarnation || d.AFFlags != want.AFFlags || !bytes.Equal(d.Payload, want.Payload) {
				t.Errorf("a copy of %d, incarnation %d, is %d, %d", want.LocationID, want.PlayIncarnation, d.LocationID, d.PlayIncarnation)
			}
		}
		p.say(&mms.CloseFile{OpenFileID: 1})
		p.closed()
		s.WaitFor("the session ends", s.Idle)
	}
}

// VLC, which has no such words, goes on over UDP as over TCP.
func TestTurnOfVLCOverUDP(t *testing.T) {
	s := startServer(t)
	l := s.live()
	l.Bring(10)
	p, u, _ := s.watchUDP(vlcAgent)
	u.some(10)
	l.Change(secondClip())
	l.Bring(5)
	check(t, u.some(5), secondClip(), 0, 4, 10)
	l.Change(otherClip())
	l.Bring(5)
	p.end(4)
	u.silence()
}

// A player may stop while it is told of a change, and is where everybody is when
// it starts again.
func TestStopAtATurn(t *testing.T) {
	s := startServer(t)
	l := s.live()
	l.Bring(10)
	p, u, _ := s.watchUDP(player9)
	u.some(10)
	l.Change(otherClip())
	l.Bring(5)
	p.told(4, otherClip())
	p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 4})
	p.end(4)
	p.readBlock(3)
	u.header(3)
	p.chooseOther()
	u.silence()
	l.Bring(5)
	p.start(nowhere, 5)
	check(t, u.some(10), otherClip(), 0, 5, 10)
}

// Who is told of a change over UDP and says nothing is left: after half a minute,
// or when a silent session ends if that is before.
func TestSilentAtATurn(t *testing.T) {
	for _, k := range []struct {
		idle, asks, want time.Duration
		reason           string
	}{
		{want: 30 * time.Second, reason: "silent after the end"},
		{asks: 20 * time.Second, want: 50 * time.Second, reason: "silent after the end"},
		{idle: 10 * time.Second, want: 10 * time.Second, reason: "session: idle for too long"},
	} {
		inMemory(t, setting{idle: k.idle}, func(s *server) {
			t := s.T
			media, err := mms.ListenMedia("127.0.0.1", 0)
			if err != nil {
				t.Fatal(err)
			}
			s.UseMedia(media)
			l := s.live()
			l.Bring(10)
			p := s.watch(player9, `\\192.0.2.2\UDP\7000`)
			p.readBlock(2)
			p.choose(1, 2)
			p.start(beginning, 4)
			l.Change(secondClip())
			p.told(4, secondClip())
			told := time.Now()
			if k.asks > 0 {
				time.Sleep(k.asks)
				p.readBlock(3)
			}
			for {
				if _, err := p.in.Next(); err != nil {
					break
				}
			}
			if took := time.Since(told); took < k.want || took > k.want+3*time.Second {
				t.Errorf("left after %v, want %v", took, k.want)
			}
			s.left(k.reason)
		})
	}
}

// The Client plays across a change, byte for byte.
func TestClientAcrossATurn(t *testing.T) {
	for _, k := range []struct {
		name string
		udp  bool
		way  memnet.Way
	}{{name: "TCP"}, {name: "UDP", udp: true}, {name: "lossy UDP", udp: true, way: memnet.Way{Lose: memnet.Every(6), Double: 7, Swap: 11}}} {
		t.Run(k.name, func(t *testing.T) {
			s := startServer(t)
			l := s.live()
			l.Bring(100)
			c := s.client()
			c.UDP = k.udp
			c.Listen = func(ctx context.Context, network, address string) (net.PacketConn, error) {
				var o net.ListenConfig
				conn, err := o.ListenPacket(ctx, network, address)
				return &badSocket{memnet.Socket{PacketConn: conn, Way: k.way}, int(s.media.Port())}, err
			}
			stream := s.play(c, "live", mms.PlayOptions{AccelBandwidth: 3_000_000, AccelDuration: 60_000})
			wantClip(t, stream, longClip(), 0, 50)
			l.Change(otherClip())
			l.Bring(100)
			wantClip(t, stream, longClip(), 50, 100)
			turned(t, stream, otherClip(), k.udp)
			wantClip(t, stream, otherClip(), 0, 50)
			l.Close()
			wantClip(t, stream, otherClip(), 50, 100)
			if e, err := stream.Next(); err != nil || e.Kind != mms.GotEnd || e.More {
				t.Fatalf("%+v, %v", e, err)
			}
			if stats := stream.Stats(); stats.Lost != 0 || stats.Strange != 0 || k.way.Lose != nil && stats.Resent == 0 {
				t.Errorf("%+v", stats)
			}
			if err := stream.Teardown(t.Context()); err != nil {
				t.Error(err)
			}
			s.WaitFor("the session to end", s.Idle)
		})
	}
}

// turned takes a change, and plays on where that has to be asked for.
func turned(t *testing.T, stream *mms.Stream, to clip, udp bool) {
	t.Helper()
	var events []mms.StreamEvent
	for range 3 {
		e, err := stream.Next()
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	if events[0].Kind != mms.GotEnd || !events[0].More || events[1].Kind != mms.GotChange ||
		events[2].Kind != mms.GotHeader || !bytes.Equal(events[2].Header, to.LiveHeader()) {
		t.Fatalf("%+v", events)
	}
	if !udp {
		return
	}
	opt := mms.PlayOptions{AccelBandwidth: 3_000_000, AccelDuration: 60_000, Streams: []mms.StreamSwitchEntry{
		{SrcStreamNumber: mms.NoStream, DstStreamNumber: 1}, {SrcStreamNumber: mms.NoStream, DstStreamNumber: 3},
	}}
	if err := stream.Play(t.Context(), opt); err != nil {
		t.Fatal(err)
	}
}
