package mms_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// What is no MMS, or lies about its lengths, ends the connection and is counted.
func TestBadMessages(t *testing.T) {
	connect := mms.AppendPacket(nil, 0, 0, &mms.Connect{SubscriberName: mms.Subscriber{Client: player7}})
	at := func(offset int, v uint32) []byte {
		b := append([]byte(nil), connect...)
		binary.LittleEndian.PutUint32(b[offset:], v)
		return b
	}
	for _, k := range []struct {
		name, reason string
		b            []byte
	}{
		{"HTTP", "TcpMessageHeader", []byte("GET / HTTP/1.0\r\n\r\n")},
		{"no session id", "TcpMessageHeader", at(4, 1)},
		{"no seal", "TcpMessageHeader", at(12, 1)},
		{"long", "limit", at(8, 1<<20)},
		{"longest", "limit", at(8, 1<<32-1)},
		{"short", "TcpMessageHeader", at(8, 15)},
		{"no message", "chunkLen", at(32, 0)},
		{"nothing in a packet", "chunkLen", (&mms.TCPMessageHeader{MessageLength: 16}).Append(nil)},
		{"a message beyond its packet", "chunkLen", at(32, 1000)},
		{"an endless message", "chunkLen", at(32, 1<<32-1)},
		{"a server's message", "no message of a player", at(36, 0x00040001)},
		{"an unknown message", "no message of a player", at(36, 0x00030099)},
		{"too short a message", "Connect", mms.AppendPacket(nil, 0, 0, tiny(mms.MIDConnect))},
		{"before Connect", "out of order", mms.AppendPacket(nil, 0, 0, &mms.Pong{})},
		{"nothing but StartPlaying", "out of order", mms.AppendPacket(nil, 0, 0, &mms.StartPlaying{OpenFileID: 1})},
		{"Connect twice", "out of order", append(append([]byte(nil), connect...), connect...)},
	} {
		t.Run(k.name, func(t *testing.T) {
			inMemory(t, setting{}, func(s *server) {
				p := s.connect()
				go p.Write(k.b) // the server may close before it has read all
				for {
					if _, err := p.in.Next(); err != nil {
						break
					}
				}
				p.Close()
				s.refused(k.reason)
				s.WaitFor("the session ends", s.Idle)
			})
		})
	}
}

// tiny is a message without a body.
type tiny mms.MID

func (m tiny) Append(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(append(b, 1, 0, 0, 0), uint32(m))
}

// Messages have an order, and each is refused where it does not belong.
func TestMessagesOutOfOrder(t *testing.T) {
	funnel := &mms.ConnectFunnel{FunnelName: overTCP}
	open := &mms.OpenFile{FileName: "clip.wmv"}
	late := []mms.Appender{&mms.ReadBlock{OpenFileID: 1}, &mms.CancelReadBlock{}, &mms.StreamSwitch{}, &mms.StartPlaying{OpenFileID: 1},
		&mms.StartStriding{OpenFileID: 1, Rate: 2}, &mms.StopPlaying{OpenFileID: 1}}
	for _, k := range []struct {
		before []mms.Appender
		bad    []mms.Appender
	}{
		{nil, append(late, open, &mms.SecurityResponse{})},
		{[]mms.Appender{funnel}, late},
		{[]mms.Appender{funnel, open}, []mms.Appender{open, funnel, &mms.FunnelInfo{}, &mms.SecurityResponse{}, &mms.Connect{}}},
	} {
		for _, bad := range k.bad {
			inMemory(t, setting{}, func(s *server) {
				p := s.connect()
				p.greet(player7)
				for _, m := range k.before {
					p.say(m)
					p.next()
				}
				p.say(bad)
				p.closed()
				s.refused("out of order")
			})
		}
	}
}

// The messages of a connection are bounded, whatever they are.
func TestMessagesAreBounded(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		p := s.ready(player7, "long.wmv")
		go func() {
			b := mms.AppendPacket(nil, 0, 0, &mms.Pong{})
			for range 1000 {
				if _, err := p.Write(b); err != nil {
					return
				}
			}
		}()
		p.closed()
		s.refused("too many messages")
		s.WaitFor("the session ends", s.Idle)
	})
}

// Several messages may come in one packet, and all at once.
func TestMessagesTogether(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		p := s.connect()
		var body []byte
		for _, m := range []mms.Appender{
			&mms.Connect{SubscriberName: mms.Subscriber{Client: player7}}, &mms.ConnectFunnel{FunnelName: overTCP},
			&mms.OpenFile{FileName: "clip.wmv"}, &mms.StreamSwitch{Entries: []mms.StreamSwitchEntry{{SrcStreamNumber: 1, DstStreamNumber: 1}}},
			&mms.StartPlaying{OpenFileID: 1, Position: beginning, PlayIncarnation: 4},
		} {
			body = m.Append(body)
		}
		h := mms.TCPMessageHeader{MessageLength: uint32(len(body) + 16)}
		p.raw(append(h.Append(nil), body...))
		for _, mid := range []mms.MID{mms.MIDReportConnectedEX, mms.MIDReportConnectedFunnel, mms.MIDReportOpenFile,
			mms.MIDReportStreamSwitch, mms.MIDReportStartedPlaying, mms.MIDReportEndOfStream} {
			if m := p.next(); m.MID != mid {
				t.Errorf("%v, want %v", m.MID, mid)
			}
		}
	})
}

// Connections that vanish at any moment leave nothing behind, and one player goes
// on through all of it.
func TestVanishingPlayers(t *testing.T) {
	s := startServer(t)
	steady := s.ready(player7, "long.wmv")
	steady.start(beginning, 4)
	for n := range 60 {
		p := s.connect()
		steps := []func(){
			func() { p.greet(player7) },
			func() { p.funnel(overTCP) },
			func() { p.say(&mms.OpenFile{FileName: "long.wmv"}) },
			func() { p.say(&mms.ReadBlock{OpenFileID: 1}) },
			func() { p.say(&mms.StreamSwitch{}) },
			func() { p.say(&mms.StartPlaying{OpenFileID: 1, Position: beginning}) },
			func() { p.say(&mms.StartPlaying{OpenFileID: 1, Position: mms.Position{Position: 60}}) },
		}
		for _, step := range steps[:n%(len(steps)+1)] {
			step()
		}
		p.Close()
	}
	s.WaitFor("all others are gone", func() bool { now, _ := s.Sessions.Count(); return now == 1 && s.Connections() == 1 })
	list := steady.some(10)
	check(t, list, longClip(), 0, 4, 0)
	began := fronttest.EventsOf[event.Connected](s.Rig)
	if ended := fronttest.EventsOf[event.Disconnected](s.Rig); len(ended)+1 != len(began) {
		t.Errorf("%d began, %d ended", len(began), len(ended))
	}
}

// Of a name of any length a session keeps only so much.
func TestLongNames(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		p := s.connect()
		p.greet(player7 + strings.Repeat("; x", 2000))
		p.funnel(overTCP)
		if r := p.open(strings.Repeat("x", 7000)); r.HR != mms.EFileNotFound {
			t.Errorf("%v", r.HR)
		}
		if who := s.Sessions.All()[0].Who(); len(who.Agent) > 256 || len(who.Target) > 256 || who.GUID == "" {
			t.Errorf("%d and %d bytes, GUID %q", len(who.Agent), len(who.Target), who.GUID)
		}
	})
}
