package mms_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/point"
	"caracal/mms"
)

// playUDP has a player get a file over UDP, whoever is on port 7000.
func (s *server) playUDP(name string) *peer {
	s.T.Helper()
	media, err := mms.ListenMedia("127.0.0.1", 0)
	if err != nil {
		s.T.Fatal(err)
	}
	s.T.Cleanup(func() { media.Close() })
	s.UseMedia(media)
	p := s.connect()
	p.SetDeadline(time.Time{})
	p.greet(player9)
	p.funnel(`\\192.0.2.2\UDP\7000`)
	p.open(name)
	p.readBlock(2)
	p.choose(1, 2)
	p.start(beginning, 4)
	return p
}

// Who ends a session tells its player, over UDP when the last datagrams have had
// their time; what the player wants meanwhile it does not get.
func TestSessionIsEnded(t *testing.T) {
	why := errors.New("ended by the operator")
	for _, overUDP := range []bool{false, true} {
		for _, wants := range []mms.Appender{nil, &mms.StartPlaying{OpenFileID: 1, Position: beginning, PlayIncarnation: 5}, &mms.Pong{}} {
			inMemory(t, setting{}, func(s *server) {
				var p *peer
				if overUDP {
					p = s.playUDP("long.wmv")
				} else {
					p = s.ready(player9, "long.wmv")
					p.start(beginning, 4)
				}
				time.Sleep(3 * time.Second)
				began := time.Now()
				s.Sessions.All()[0].End(why)
				if wants != nil && overUDP {
					p.say(wants)
				}
				r := want(p, mms.MIDReportEndOfStream, mms.ParseReportEndOfStream)
				if r.HR != 0 || r.PlayIncarnation != 4 {
					t.Errorf("%+v", r)
				}
				if took := time.Since(began); overUDP && took != mms.EndGrace || !overUDP && took != 0 {
					t.Errorf("told after %v", took)
				}
				p.closed()
				s.left(why.Error())
			})
		}
	}
}

// Who stops in the meantime is answered, and left all the same.
func TestSessionIsEndedAndStopped(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		p := s.playUDP("long.wmv")
		s.Sessions.All()[0].End(errors.New("enough"))
		p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 9})
		if r := want(p, mms.MIDReportEndOfStream, mms.ParseReportEndOfStream); r.PlayIncarnation != 9 {
			t.Errorf("%+v", r)
		}
		p.closed()
		s.left("enough")
	})
}

// A file whose send times say nothing leaves over UDP at no more than twice its
// rate all the same; it would overrun the player's buffer.
func TestDamagedTimesOverUDP(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.Publish("damaged.wmv", withoutTimes(t, longClip()), point.DefaultOptions())
		p := s.playUDP("damaged.wmv")
		const seconds = 10
		time.Sleep(seconds * time.Second)
		got := s.Sessions.All()[0].Packets.Load()
		usual := uint64(longClip().Count()) * seconds / 120
		if got < usual || got > 2*usual+usual/10+1 {
			t.Errorf("%d packets in %d s, the content has %d", got, seconds, usual)
		}
		p.Close()
	})
}

// withoutTimes returns a clip as a file all of whose packets are sent at 0.
func withoutTimes(t *testing.T, c clip) []byte {
	t.Helper()
	file := bytes.Clone(c.Header)
	for n := range c.Count() {
		var p asf.Packet
		if err := asf.ParsePacket(c.Packet(n), &p); err != nil {
			t.Fatal(err)
		}
		p.SendTime = 0
		file = p.Append(file)
	}
	return file
}
