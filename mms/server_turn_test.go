package mms_test

import (
	"bytes"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// Over TCP the server says that another entry follows, sends its header and goes
// on by itself, both with the incarnation 0xFF, [MS-MMSP] 3.2.4.2; a player may
// say StartPlaying nevertheless, 3.1.4.4, and goes on with its own. The end
// comes when the encoder has been away for as long as players wait.
func TestTurnOverTCP(t *testing.T) {
	for _, agent := range []string{player64, playerXP, player9} {
		for _, to := range []clip{secondClip(), otherClip()} {
			inMemory(t, setting{}, func(s *server) {
				t := s.T
				l := s.live()
				l.Bring(10)
				p := s.watch(agent, overTCP)
				check(t, p.some(10), longClip(), 0, 4, 0)
				l.Change(to)
				l.Bring(5)
				if before := p.told(4, to); len(before) > 0 {
					t.Errorf("%d packets before the change", len(before))
				}
				if h := p.pieces(0xFF); !bytes.Equal(h, to.LiveHeader()) {
					t.Error("the second header differs")
				}
				check(t, p.some(5), to, 0, 0xFF, 10)
				p.say(&mms.StartPlaying{OpenFileID: 1, Position: beginning, PlayIncarnation: 5})
				p.started(5)
				l.Bring(5)
				check(t, p.some(5), to, 5, 5, 15)
				l.Close()
				gone := time.Now()
				p.end(5)
				if took := time.Since(gone); took < lingerOfTest || took > lingerOfTest+time.Second {
					t.Errorf("the end came after %v", took)
				}
				p.say(&mms.Logging{}, &mms.CloseFile{OpenFileID: 1})
				p.closed()
				s.left("closed by the player")
				if bad := fronttest.EventsOf[event.BadInput](s.Rig); len(bad) > 0 {
					t.Errorf("%+v", bad)
				}
			})
		}
	}
}

// libmms selects streams and starts again over TCP, and takes what comes next
// for the answers: nothing may come between. One that does not is not waited for
// longer than two seconds.
func TestTurnWaitsForOldPlayers(t *testing.T) {
	for _, starts := range []bool{true, false} {
		inMemory(t, setting{}, func(s *server) {
			t := s.T
			l := s.live()
			l.Bring(10)
			p := s.watch(libmmsAgent, overTCP)
			p.some(10)
			l.Change(otherClip())
			l.Bring(5)
			p.told(4, otherClip())
			if h := p.pieces(0xFF); !bytes.Equal(h, otherClip().LiveHeader()) {
				t.Error("the second header differs")
			}
			began := time.Now()
			if !starts {
				check(t, p.some(5), otherClip(), 0, 0xFF, 10)
				if took := time.Since(began).Round(time.Second); took != 2*time.Second {
					t.Errorf("it was waited for for %v", took)
				}
				return
			}
			p.silent()
			p.say(&mms.StreamSwitch{Entries: []mms.StreamSwitchEntry{{SrcStreamNumber: mms.NoStream, DstStreamNumber: 1}, {SrcStreamNumber: mms.NoStream, DstStreamNumber: 3}}})
			now(p, mms.MIDReportStreamSwitch, mms.ParseReportStreamSwitch)
			p.start(beginning, 4)
			if len(p.data) > 0 {
				t.Errorf("%d packets before the start", len(p.data))
			}
			check(t, p.some(5), otherClip(), 0, 4, 10)
			stopped := fronttest.EventsOf[event.Stopped](s.Rig)
			if len(stopped) != 1 || stopped[0].Reason != "other content follows" || stopped[0].Packets != 10 {
				t.Errorf("%+v", stopped)
			}
		})
	}
}

// FFmpeg, VLC and MPlayer cannot take a second header: they are not told, and get
// packets that the first one is good for; or an end that is one, and may come
// again.
func TestTurnOfThoseWhoCannot(t *testing.T) {
	for _, agent := range []string{ffmpegAgent, vlcAgent, mplayerOne} {
		inMemory(t, setting{}, func(s *server) {
			t := s.T
			l := s.live()
			l.Bring(10)
			p := s.watch(agent, overTCP)
			p.some(10)
			l.Change(secondClip())
			l.Bring(5)
			check(t, p.some(5), secondClip(), 0, 4, 10)
			p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 4}) // VLC pauses
			p.end(4)
			l.Bring(5)
			p.start(beginning, 4)
			check(t, p.some(10), secondClip(), 0, 4, 15)
			l.Change(otherClip())
			l.Bring(5)
			p.end(4)
			if len(p.data) > 0 {
				t.Errorf("%d packets of other streams", len(p.data))
			}
			p.closed()
			s.left("silent after the end")
		})
	}
}

// The streams that were selected stay so; StreamSwitch after the change is of the
// new entry.
func TestSelectionAtATurn(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		t := s.T
		l := s.live()
		l.Bring(10)
		p := s.watch(player9, overTCP)
		p.some(10)
		p.choose(2)
		l.Change(secondClip())
		l.Bring(20)
		p.told(4, secondClip())
		p.pieces(0xFF)
		only(t, p.datum(), 2)
		p.choose(1)
		l.Bring(40)
		time.Sleep(time.Second)
		p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 4})
		p.end(4)
		only(t, p.data[len(p.data)-1], 1)
		p.start(beginning, 5)
		only(t, p.datum(), 1)
	})
}

// only checks of which stream a packet is.
func only(t *testing.T, d mms.Data, stream uint8) {
	t.Helper()
	var p asf.Packet
	if err := asf.ParsePacket(d.Payload, &p); err != nil {
		t.Fatal(err)
	}
	for it := p.Payloads(); it.Next(); {
		if it.Payload.Stream != stream {
			t.Errorf("packet %d has a payload of stream %d, want %d only", d.LocationID, it.Payload.Stream, stream)
		}
	}
}

// A broadcast has no length, and no place to go to: whatever a player asks for,
// it joins the present, also after a pause; it has one speed.
func TestBroadcastIsJoined(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		t := s.T
		l := s.live()
		l.Bring(10)
		p := s.connect()
		p.greet(player9)
		p.funnel(overTCP)
		r := p.open("live")
		if r.FileAttributes != mms.FileBroadcast || r.FileDuration != 0 || r.FileBlocks != 0 || r.FilePacketCount != 0 ||
			r.FilePacketSize != clipPacket || r.FileBitRate == 0 || int(r.FileHeaderSize) != len(longClip().LiveHeader()) {
			t.Errorf("%+v", r)
		}
		p.header(2)
		p.choose(1, 2)
		p.say(&mms.StartStriding{OpenFileID: 1, Position: beginning, PlayIncarnation: 3, Rate: 2})
		if r := now(p, mms.MIDReportStartStriding, mms.ParseReportStartStriding); r.HR != mms.EInvalidRequest {
			t.Errorf("%+v", r)
		}
		sent := byte(0)
		for n, at := range []mms.Position{
			beginning, {Position: 3600, ASFOffset: mms.NoPosition, LocationID: mms.NoPosition}, {LocationID: 70_000, ASFOffset: mms.NoPosition}, nowhere,
			{Position: nowhere.Position, ASFOffset: 12_345, LocationID: mms.NoPosition},
		} {
			incarnation := uint32(4 + n)
			p.start(at, incarnation)
			check(t, p.some(10+n), longClip(), 0, byte(incarnation), sent)
			sent += byte(10 + n)
			p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: incarnation})
			p.end(incarnation)
			l.Bring(1)
		}
	})
}
