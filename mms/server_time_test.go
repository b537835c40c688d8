package mms_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// inMemory runs a test in a bubble with a clock of its own.
func inMemory(t *testing.T, set setting, f func(s *server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		set.memory = true
		s := startServerWith(t, set)
		f(s)
		s.Stop()
	})
}

// left checks that a player was left for a reason.
func (s *server) left(reason string) {
	s.T.Helper()
	s.WaitFor("the session ends", s.Idle)
	list := fronttest.EventsOf[event.Disconnected](s.Rig)
	if !slices.ContainsFunc(list, func(e event.Disconnected) bool { return e.Reason == reason }) {
		s.T.Errorf("%+v, want %q", list, reason)
	}
}

// Who says nothing is asked every 30 seconds whether it is there, [MS-MMSP]
// 3.2.6.1; over TCP it may be silent.
func TestPings(t *testing.T) {
	for _, answers := range []bool{true, false} {
		inMemory(t, setting{}, func(s *server) {
			p := s.ready(player7, "long.wmv")
			p.SetDeadline(time.Time{})
			p.start(beginning, 4)
			began, packets, pings := time.Now(), 0, 0
			for {
				m := p.next()
				packets += len(p.data)
				if m.MID == mms.MIDReportEndOfStream {
					break
				}
				if m.MID != mms.MIDPing {
					t.Fatal(m.MID)
				}
				pings++
				if at := time.Since(began).Round(time.Second); at != time.Duration(pings)*mms.PingTime {
					t.Errorf("Ping %d after %v", pings, at)
				}
				if answers {
					p.say(&mms.Pong{Param1: 1})
				}
			}
			if pings != 3 || packets != longClip().Count() {
				t.Errorf("%d pings, %d packets of %d", pings, packets, longClip().Count())
			}
			p.closed()
			if quiet := time.Since(began) - 120*time.Second; quiet > 5*time.Second {
				t.Errorf("closed %v after the end", quiet)
			}
			s.left("silent after the end")
		})
	}
}

// Over UDP a player that does not answer is gone.
func TestSilentPlayerOverUDP(t *testing.T) {
	for _, answers := range []bool{true, false} {
		inMemory(t, setting{}, func(s *server) {
			media, err := mms.ListenMedia("127.0.0.1", 0)
			if err != nil {
				t.Fatal(err)
			}
			s.UseMedia(media)
			p := s.connect()
			p.SetDeadline(time.Time{})
			p.greet(player9)
			p.funnel(`\\192.0.2.2\UDP\7000`)
			p.open("long.wmv")
			p.readBlock(2)
			p.choose(1, 2)
			p.start(beginning, 4)
			began := time.Now()
			for {
				item, err := p.in.Next()
				if err != nil || item.Message.MID == mms.MIDReportEndOfStream {
					break
				}
				if answers {
					p.say(&mms.Pong{})
				}
			}
			took := time.Since(began).Round(time.Second)
			if want := mms.PingTime + mms.PongTime; !answers && took != want || answers && took < 115*time.Second {
				t.Errorf("over after %v", took)
			}
			if !answers {
				s.left("the player did not answer")
			}
			p.Close()
		})
	}
}

// After the end the connection closes when the player is silent, and stays when
// it says Logging, until it is idle for too long.
func TestAfterTheEnd(t *testing.T) {
	inMemory(t, setting{idle: 2 * time.Minute}, func(s *server) {
		p := s.ready(player7, "clip.wmv")
		p.SetDeadline(time.Time{})
		p.start(beginning, 4)
		p.end(4)
		p.say(&mms.Logging{})
		began := time.Now()
		for pings := 0; ; pings++ {
			item, err := p.in.Next()
			if err != nil {
				if took := time.Since(began).Round(time.Second); took != 2*time.Minute && took != 2*time.Minute+time.Second {
					t.Errorf("idle for %v, %d pings", took, pings)
				}
				break
			}
			if item.Message.MID != mms.MIDPing {
				t.Error(item.Message.MID)
			}
			p.Write(mms.AppendPacket(nil, 0, 0, &mms.Pong{})) // is no request; the server may be closing
		}
		s.left("session: idle for too long")
		q := s.ready(player7, "clip.wmv")
		q.start(beginning, 4)
		q.end(4)
		began = time.Now()
		q.closed()
		if took := time.Since(began).Round(time.Second); took != mms.LeaveTime {
			t.Errorf("closed after %v", took)
		}
		s.left("silent after the end")
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
		p.greet(player7)
		whole := mms.AppendPacket(nil, 1, 0, &mms.FunnelInfo{})
		p.raw(whole[:len(whole)-1])
		p.closed()
		s.refused("did not come in time")
		q := s.connect()
		q.greet(player7)
		q.raw(whole[:3])
		q.Close()
		s.refused("cut short")
		s.WaitFor("all sessions end", s.Idle)
	})
}

// Who does not read is left, and nobody else notices.
func TestSlowReader(t *testing.T) {
	inMemory(t, setting{write: 20 * time.Second}, func(s *server) {
		slow := s.ready(player7, "long.wmv")
		slow.say(&mms.StartPlaying{OpenFileID: 1, Position: beginning, PlayIncarnation: 4})
		for range 200 { // answers that it does not read either
			slow.say(&mms.StreamSwitch{})
		}
		p := s.ready(player7, "long.wmv")
		p.SetDeadline(time.Time{})
		p.start(beginning, 4)
		packets := 0
		for packets < longClip().Count() {
			item, err := p.in.Next()
			if err != nil {
				t.Fatal(err)
			}
			if item.IsData {
				packets++
			}
		}
		p.Close()
		s.left("the player did not read")
	})
}
