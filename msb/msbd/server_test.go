package msbd_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/msb/msbd"
)

// [MS-MSBD] 4.1: the answer, the description and at once what there is; packets as
// they come; EOS and an empty description at the end.
func TestSequence(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.live(20)
		p := s.connect()
		p.ask(msbd.OverTCP)
		info, group := p.accepted()
		if !bytes.Equal(info.Header, s.Clip.LiveHeader()) || info.PacketSize != packetSize || info.BitRate != 80_000 || info.Stream != 1 ||
			info.Packets != 0 || info.Duration != msbd.NoDuration || group.IsValid() {
			t.Errorf("%+v to %v", info, group)
		}
		p.packets(s.Clip, 1, 0, 0, 20)
		s.Bring(30)
		p.packets(s.Clip, 1, 20, 20, 50)
		p.say(msbd.ReqStreamInfo)
		if again := p.info(msbd.ResStreamInfo); again.Stream != 1 || !bytes.Equal(again.Header, info.Header) {
			t.Errorf("%+v", again)
		}
		began := time.Now()
		s.Feed.Close()
		p.over()
		if took := time.Since(began).Round(time.Second); took != linger {
			t.Errorf("the end came after %v", took)
		}
		p.Close()
		s.WaitFor("the session ends", s.Idle)
		stopped := fronttest.EventsOf[event.Stopped](s.Rig)
		if len(stopped) != 1 || stopped[0].Packets != 50 || stopped[0].Bytes != 50*(packetSize+24) || stopped[0].Reason != "end of content" ||
			stopped[0].Player.Target != "/live" || stopped[0].Player.Protocol != "msbd" {
			t.Errorf("%+v", stopped)
		}
		if playing := fronttest.EventsOf[event.Playing](s.Rig); len(playing) != 1 || len(playing[0].Streams) != 2 {
			t.Errorf("%+v", playing)
		}
	})
}

// 4.2: another header has a description of its own with another wStreamId, behind
// the last packet of the one before, and dwPacketId goes on. A source that comes
// back in time goes on likewise.
func TestChangeOfHeader(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.live(20)
		p := s.connect()
		p.ask(msbd.OverTCP)
		p.accepted()
		p.packets(s.Clip, 1, 0, 0, 20)
		s.Bring(5)
		second := filmCalled("the second")
		if err := s.Feed.Header(second.Header); err != nil {
			t.Fatal(err)
		}
		s.Bring(10)
		p.packets(s.Clip, 1, 20, 20, 25)
		info := p.info(msbd.IndStreamInfo)
		if !bytes.Equal(info.Header, second.LiveHeader()) || info.Stream != 2 || info.HR != msbd.SOK {
			t.Errorf("stream %#04x, hr %v", info.Stream, info.HR)
		}
		if title := info.Title; !bytes.Equal(title, []byte("t\x00h\x00e\x00 \x00s\x00e\x00c\x00o\x00n\x00d\x00")) || len(info.Description) != 16 {
			t.Errorf("%q, %q", title, info.Description)
		}
		p.packets(s.Clip, 2, 25, 25, 35)
		s.Feed.Close()
		time.Sleep(linger / 2)
		s.Next = 0
		s.live(10)
		if info := p.info(msbd.IndStreamInfo); info.Stream != 3 {
			t.Errorf("stream %#04x", info.Stream)
		}
		p.packets(s.Clip, 3, 35, 0, 10)
	})
}

// Who cannot be served is told why, and the connection closes.
func TestRefusals(t *testing.T) {
	request := func(d msbd.Delivery, channel string) []byte {
		return (&msbd.ConnectRequest{Delivery: d, Channel: channel}).Append(nil)
	}
	for _, k := range []struct {
		name   string
		b      []byte
		change func(s *server)
		hr     msbd.HRESULT
	}{
		{"nothing is live", request(1, "NetShow"), func(s *server) { s.Feed.Close() }, msbd.EFileNotFound},
		{"multicast is off", request(2, "NetShow"), nil, msbd.EInvalidArg},
		{"neither way", request(0, "NetShow"), nil, msbd.EInvalidArg},
		{"both ways", request(3, "NetShow"), nil, msbd.EInvalidArg},
		{"another channel", request(1, "Other"), nil, msbd.EFileNotFound},
		{"it leads elsewhere", request(1, "NetShow"), func(s *server) {
			s.Points.Add(&point.Point{Name: pointName, Redirect: "http://192.0.2.9/"})
		}, msbd.EFileNotFound},
		{"the server is full", request(1, "NetShow"), func(s *server) {
			p := s.connect()
			p.ask(msbd.OverTCP)
			p.accepted()
		}, msbd.EMaxClients},
		{"a header that is too long", request(1, "NetShow"), func(s *server) {
			s.Feed.Close()
			s.Clip = filmCalled(string(bytes.Repeat([]byte("x"), 32_600)))
			s.live(0)
		}, msbd.EFileOpenFailed},
	} {
		t.Run(k.name, func(t *testing.T) {
			inMemory(t, setting{max: 1}, func(s *server) {
				s.live(1)
				if k.change != nil {
					k.change(s)
				}
				p := s.connect()
				p.raw(k.b)
				if m := p.next(msbd.ResConnect); m.HR != k.hr || len(m.Body) != 20 {
					t.Errorf("hr %v, want %v", m.HR, k.hr)
				}
				p.closed()
				if refused := fronttest.EventsOf[event.Refused](s.Rig); len(refused) != 1 || refused[0].Status != int(k.hr) {
					t.Errorf("%+v", refused)
				}
				synctest.Wait()
				if now, _ := s.Sessions.Count(); now > 0 && k.hr != msbd.EMaxClients {
					t.Errorf("%d sessions are left", now)
				}
			})
		})
	}
}

// What follows may not fit: it is the end then.
func TestChangeThatDoesNotFit(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.live(3)
		p := s.connect()
		p.ask(msbd.OverTCP)
		p.accepted()
		p.packets(s.Clip, 1, 0, 0, 3)
		if err := s.Feed.Header(filmCalled(string(bytes.Repeat([]byte("x"), 32_600))).Header); err != nil {
			t.Fatal(err)
		}
		p.over()
	})
}

// Every two minutes the client is asked whether it is there, and left when it has
// not said so by the next time, 3.1.6.
func TestPings(t *testing.T) {
	for _, answers := range []int{0, 3} {
		inMemory(t, setting{}, func(s *server) {
			s.live(3)
			p := s.connect()
			p.SetDeadline(time.Time{})
			began := time.Now()
			p.ask(msbd.OverTCP)
			p.accepted()
			p.packets(s.Clip, 1, 0, 0, 3)
			for n := range answers + 1 {
				p.next(msbd.ReqPing)
				if at := time.Since(began).Round(time.Second); at != time.Duration(n+1)*msbd.PingTime {
					t.Errorf("asked after %v", at)
				}
				if n < answers {
					p.say(msbd.ResPing)
				}
			}
			p.closed()
			if at := time.Since(began).Round(time.Second); at != time.Duration(answers+2)*msbd.PingTime {
				t.Errorf("left after %v", at)
			}
			s.left("the client did not answer")
		})
	}
}

// A client that stays after the end is left.
func TestStayingAfterTheEnd(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.live(1)
		p := s.connect()
		p.SetDeadline(time.Time{})
		p.ask(msbd.OverTCP)
		p.accepted()
		s.Feed.Close()
		p.packets(s.Clip, 1, 0, 0, 1)
		p.over()
		began := time.Now()
		p.say(msbd.ReqStreamInfo)
		if info := p.info(msbd.ResStreamInfo); !info.Empty() || info.HR != msbd.ENoStream {
			t.Errorf("%+v", info)
		}
		p.closed()
		if took := time.Since(began).Round(time.Second); took != msbd.LeaveTime {
			t.Errorf("left after %v", took)
		}
		s.left("did not close after the end")
	})
}

// A server that ends says so in the protocol's words.
func TestShutdown(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.live(3)
		p := s.connect()
		p.ask(msbd.OverTCP)
		p.accepted()
		p.packets(s.Clip, 1, 0, 0, 3)
		idle := s.connect() // has asked for nothing
		stopped := make(chan struct{})
		go func() { s.Stop(); close(stopped) }()
		p.over()
		p.closed()
		p.Close()
		idle.closed()
		idle.Close()
		<-stopped
		s.left("session: the server is shutting down")
	})
}

// Content with an end, which a point may have instead of a broadcast, has its
// number of packets and its duration.
func TestContentWithAnEnd(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.Publish(pointName, s.Clip.File(), fronttest.Unpaced())
		p := s.connect()
		p.ask(msbd.OverTCP)
		info, _ := p.accepted()
		if int(info.Packets) != s.Clip.Count() || info.Duration != 30_000 || !bytes.Equal(info.Header, s.Clip.Header) {
			t.Errorf("%d packets, %d ms", info.Packets, info.Duration)
		}
		p.packets(s.Clip, 1, 0, 0, s.Clip.Count())
		p.over()
		synctest.Wait()
	})
}
