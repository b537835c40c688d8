package mms_test

import (
	"bytes"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/mms"
)

// The list of these tests: a film, and one with other streams.
func listClips() (a, b clip) {
	second := fronttest.Content{
		Seconds: 3, Every: 50, Preroll: 200, BitRate: 60_000,
		Streams: []fronttest.Stream{{Number: 1, Size: 90}, {Number: 3, Video: true, Size: 300, Key: 5}},
	}
	return fronttest.Film(4).Clip(), second.Clip()
}

func (s *server) list(clips ...clip) *fronttest.List {
	s.T.Helper()
	o := point.DefaultOptions()
	o.Batch, o.Speed, o.Burst = 100*time.Millisecond, 4, 0
	items := make([]fronttest.ListItem, len(clips))
	for i, c := range clips {
		items[i].Clip = c
	}
	return s.PublishList("list", o, items...)
}

// tune has a player come to the list and start it over TCP with incarnation 4.
func (s *server) tune(agent string, first clip) *peer {
	s.T.Helper()
	p := s.connect()
	p.SetDeadline(time.Time{})
	p.greet(agent)
	p.say(&mms.FunnelInfo{PlayIncarnation: mms.DisablePacketPair})
	now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo)
	p.funnel(overTCP)
	if r := p.open("list"); r.HR != 0 || r.FileAttributes != mms.FileCanSeek|mms.FileCanStride {
		s.T.Fatalf("OpenFile: %+v", r)
	}
	if h := p.header(2); !bytes.Equal(h, first.Header) {
		s.T.Error("the first header differs")
	}
	p.choose(1, 2)
	p.start(beginning, 4)
	return p
}

// toldOf checks what a player is told of the next entry, behind the last packet.
func (p *peer) toldOf(incarnation uint32, to clip) {
	p.t.Helper()
	end := want(p, mms.MIDReportEndOfStream, mms.ParseReportEndOfStream)
	if end != (mms.ReportEndOfStream{HR: mms.SFalse, PlayIncarnation: incarnation}) || len(p.data) > 0 {
		p.t.Errorf("%+v, %d packets before it", end, len(p.data))
	}
	change := now(p, mms.MIDReportStreamChange, mms.ParseReportStreamChange)
	if change.PacketSize != clipPacket || change.HeaderSize != uint32(len(to.Header)) {
		p.t.Errorf("%+v", change)
	}
}

// [MS-MMSP] 3.2.4.2: over TCP the next entry's header and packets come by themselves,
// and the list ends behind the last entry; all that was opened is closed.
func TestListOverTCP(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		t := s.T
		a, b := listClips()
		list := s.list(a, b, a)
		p := s.tune(player9, a)
		check(t, p.some(a.Count()), a, 0, 4, 0)
		p.toldOf(4, b)
		if h := p.pieces(0xFF); !bytes.Equal(h, b.Header) {
			t.Error("the second header differs")
		}
		check(t, p.some(b.Count()), b, 0, 0xFF, byte(a.Count()))
		p.toldOf(4, a)
		if h := p.pieces(0xFF); !bytes.Equal(h, a.Header) {
			t.Error("the third header differs")
		}
		check(t, p.some(a.Count()), a, 0, 0xFF, byte(a.Count()+b.Count()))
		p.end(4)
		p.say(&mms.CloseFile{OpenFileID: 1})
		p.closed()
		s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
	})
}

// Those who cannot take a second header get the entries whose streams they know, and an
// end where others follow.
func TestListForThoseWhoCannot(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		t := s.T
		a, b := listClips()
		list := s.list(a, a, b)
		p := s.tune(ffmpegAgent, openEnded(a))
		check(t, p.some(a.Count()), a, 0, 4, 0)
		check(t, p.some(a.Count()), a.Later(4001), 0, 4, byte(a.Count())) // its times go on
		p.end(4)
		p.closed()
		s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
	})
}

// openEnded is a clip whose header does not say where its packets end.
func openEnded(c clip) clip {
	c.Header = asf.OpenEnded(c.Header)
	return c
}

// The first header of a list does not say where its packets end for those who know no
// other, unless nothing follows; the rest are told what is there.
func TestHeaderOfWhoTakesNoTurns(t *testing.T) {
	for agent, open := range map[string]bool{ffmpegAgent: true, vlcAgent: true, mplayerOne: true, player9: false} {
		for _, more := range []bool{true, false} {
			inMemory(t, setting{}, func(s *server) {
				a, b := listClips()
				clips := []clip{a, b}
				if !more {
					clips = clips[:1]
				}
				s.list(clips...)
				first := a
				if open && more {
					first = openEnded(a)
				}
				s.tune(agent, first)
			})
		}
	}
}

// Over UDP the player asks for the next entry's header and starts it.
func TestListOverUDP(t *testing.T) {
	s := startServer(t)
	a, b := listClips()
	list := s.list(a, b)
	p, u := s.connect(), newUDPPlayer(t)
	p.greet(player9)
	p.say(&mms.FunnelInfo{PlayIncarnation: mms.DisablePacketPair})
	now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo)
	p.funnel(u.funnel())
	p.open("list")
	p.readBlock(2)
	u.header(2)
	p.choose(1, 2)
	p.start(beginning, 4)
	check(t, u.some(a.Count()), a, 0, 4, 0)
	p.toldOf(4, b)
	p.readBlock(3)
	if h := u.header(3); !bytes.Equal(h, b.Header) {
		t.Error("the second header differs")
	}
	p.chooseOther()
	p.start(beginning, 5)
	check(t, u.some(b.Count()), b, 0, 5, byte(a.Count()))
	p.end(5)
	p.say(&mms.CloseFile{OpenFileID: 1})
	p.closed()
	s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
}
