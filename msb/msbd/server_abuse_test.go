package msbd_test

import (
	"encoding/binary"
	"testing"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/session"
	"caracal/msb/msbd"
)

// What is no MSBD, lies about its lengths or comes out of order ends the connection
// and is counted.
func TestBadMessages(t *testing.T) {
	connect := (&msbd.ConnectRequest{Delivery: msbd.OverTCP, Channel: msbd.ChannelName}).Append(nil)
	message := func(id msbd.MessageID) []byte { return (&msbd.Message{ID: id}).Append(nil) }
	behind := func(b []byte) []byte { return append(append([]byte(nil), connect...), b...) }
	size := func(n uint32) []byte {
		b := append([]byte(nil), connect...)
		binary.LittleEndian.PutUint32(b[8:], n)
		return b
	}
	for _, k := range []struct {
		name, reason string
		b            []byte
	}{
		{"HTTP", "MSBMSGBASE at offset 0", []byte("GET / HTTP/1.0\r\n\r\n")},
		{"another layout", "MSBMSGBASE at offset 4", []byte("MSB \x00\x02")},
		{"no size", "MSBMSGBASE at offset 8", size(0)},
		{"less than a head", "MSBMSGBASE at offset 8", size(15)},
		{"more than any", "limit", size(1 << 16)},
		{"a size beyond all that comes", "did not come in time", size(1<<16 - 1)},
		{"no flags", "MSB_MSG_REQ_CONNECT", size(16)[:16]},
		{"half a character", "szChannel", size(23)[:23]},
		{"before connecting", "out of order", message(msbd.ReqStreamInfo)},
		{"an answer to no question", "out of order", message(msbd.ResPing)},
		{"twice", "out of order", behind(connect)},
		{"a server's end", "no message of a client", behind(message(msbd.IndEOS))},
		{"a server's packet", "no message of a client", behind(message(msbd.IndPacket))},
		{"a server's question", "no message of a client", behind(message(msbd.ReqPing))},
		{"an unknown one", "message 0x0006", behind(message(6))},
		{"garbage behind a good one", "MSBMSGBASE at offset 0", behind([]byte("garbage"))},
	} {
		t.Run(k.name, func(t *testing.T) {
			inMemory(t, setting{}, func(s *server) {
				s.live(3)
				p := s.connect()
				p.SetDeadline(time.Time{})
				go p.Write(k.b) // the server may close before it has read all
				for {
					if _, err := p.in.Next(); err != nil {
						break
					}
				}
				p.Close()
				s.bad(k.reason)
				s.WaitFor("the session ends", s.Idle)
			})
		})
	}
}

// The messages of a connection are bounded, whatever they are.
func TestMessagesAreBounded(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.live(3)
		p := s.connect()
		p.ask(msbd.OverTCP)
		go func() {
			for {
				if _, err := p.Write((&msbd.Message{ID: msbd.ReqStreamInfo}).Append(nil)); err != nil {
					return
				}
			}
		}()
		infos := 0
		for {
			m, err := p.in.Next()
			if err != nil {
				break
			}
			if m.ID == msbd.ResStreamInfo {
				infos++
			}
		}
		p.Close()
		if infos >= 60 {
			t.Errorf("%d answers", infos)
		}
		s.bad("too many messages")
		s.WaitFor("the session ends", s.Idle)
	})
}

// Half-open connections and messages that never end are closed in time.
func TestHalfOpenConnections(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		began := time.Now()
		s.connect().closed()
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("closed after %v", took)
		}
		p := s.connect()
		p.raw((&msbd.ConnectRequest{Delivery: msbd.OverTCP}).Append(nil)[:19])
		p.closed()
		s.bad("did not come in time")
		q := s.connect()
		q.raw([]byte("MSB"))
		q.Close()
		s.bad("cut short")
		s.WaitFor("all connections end", s.Idle)
	})
}

// Who does not read is left, and nobody else notices.
func TestSlowReader(t *testing.T) {
	inMemory(t, setting{write: 20 * time.Second}, func(s *server) {
		s.live(400) // more than waits beside the connection
		slow := s.connect()
		slow.ask(msbd.OverTCP)
		p := s.connect()
		p.SetDeadline(time.Time{})
		p.ask(msbd.OverTCP)
		p.accepted()
		p.packets(s.Clip, 1, 0, 0, 400)
		for n := uint32(400); n < 440; n++ {
			time.Sleep(time.Second)
			s.Bring(1)
			p.packets(s.Clip, 1, n, int(n), int(n)+1)
		}
		p.Close()
		s.left("the player did not read")
	})
}

// A session that the manager ends is told so.
func TestEndedSession(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.live(1)
		p := s.connect()
		p.ask(msbd.OverTCP)
		p.accepted()
		p.packets(s.Clip, 1, 0, 0, 1)
		s.Sessions.All()[0].End(session.ErrIdle)
		p.over()
		p.closed()
		p.Close()
		s.left("session: idle for too long")
	})
}

// Connections that vanish at any moment leave nothing behind, and one client goes
// on through all of it.
func TestVanishingClients(t *testing.T) {
	s := startServer(t, setting{real: true})
	s.live(10)
	steady := s.connect()
	steady.ask(msbd.OverTCP)
	steady.accepted()
	connect := (&msbd.ConnectRequest{Delivery: msbd.OverTCP, Channel: msbd.ChannelName}).Append(nil)
	for n := range 60 {
		p := s.connect()
		p.raw(connect[:min(len(connect), n)])
		if n > len(connect)+10 {
			p.next(msbd.ResConnect)
		}
		p.Close()
	}
	s.WaitFor("all others are gone", func() bool { now, _ := s.Sessions.Count(); return now == 1 && s.Connections() == 1 })
	s.Bring(20)
	steady.packets(s.Clip, 1, 0, 0, 30)
	steady.Close()
	s.WaitFor("all are gone", s.Idle)
	if n := s.Known(); n != 0 {
		t.Errorf("%d clients are kept", n)
	}
	began, ended := fronttest.EventsOf[event.Connected](s.Rig), fronttest.EventsOf[event.Disconnected](s.Rig)
	if len(began) != len(ended) || len(began) < 2 {
		t.Errorf("%d began, %d ended", len(began), len(ended))
	}
}
