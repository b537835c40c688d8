package mms_test

import (
	"bytes"
	"sync"
	"time"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/mms"
)

// Players that come to broadcasts. What tells libmms is that it sends no
// FunnelInfo.
const (
	playerXP     = "NSPlayer/8.0.0.4477; {5D8B0A3C-6E0A-4C1F-8B62-1F4F5E0B8A11}; Host: localhost"
	ffmpegAgent  = "NSPlayer/7.0.0.1956; {7E667F5D-A661-495E-A512-F55686DDA178}; Host: localhost"
	vlcAgent     = "NSPlayer/7.0.0.1956; {0xbabac001-0x1234-0x5678-0x9a0xbc0xde0xf00x120x340x560x78}; Host: localhost"
	libmmsAgent  = "NSPlayer/7.0.0.1956; {D17816A8-6C24-5D47-1D1B-66F9469271A9}; Host: localhost"
	lingerOfTest = 10 * time.Second
)

// secondClip has the same streams, and a title more.
var secondClip = sync.OnceValue(func() clip {
	return makeClip(120, &asf.ContentDescription{Title: asf.NewText("the second")})
})

// otherClip has other streams.
var otherClip = sync.OnceValue(func() clip {
	return fronttest.Content{
		Seconds: 60, Every: 50, Preroll: 200, BitRate: 60_000,
		Streams: []fronttest.Stream{{Number: 1, Size: 90}, {Number: 3, Video: true, Size: 300, Key: 5}},
	}.Clip()
})

// live is a broadcast of the long clip, under the name live.
func (s *server) live() *fronttest.Live {
	s.T.Helper()
	linger := lingerOfTest
	if s.media != nil { // in real time
		linger = 100 * time.Millisecond
	}
	return s.Live("live", point.Options{
		Batch: 150 * time.Millisecond, Unpaced: true, Burst: time.Minute, MaxAccel: 3_500_000, MaxAccelDuration: time.Minute,
	}, point.BroadcastOptions{Linger: linger}).Start(longClip())
}

// watch has a player come to the broadcast and start with incarnation 4.
func (s *server) watch(agent, funnel string) *peer {
	s.T.Helper()
	p := s.connect()
	p.SetDeadline(time.Time{})
	p.greet(agent)
	if agent != libmmsAgent {
		p.say(&mms.FunnelInfo{PlayIncarnation: mms.DisablePacketPair})
		now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo)
	}
	p.funnel(funnel)
	if r := p.open("live"); r.HR != 0 {
		s.T.Fatalf("OpenFile: %v", r.HR)
	}
	if funnel == overTCP {
		if h := p.header(2); !bytes.Equal(h, longClip().LiveHeader()) {
			s.T.Error("the first header differs")
		}
		p.choose(1, 2)
		p.start(beginning, 4)
	}
	return p
}

// told checks what a player is told of a change, and returns what came over TCP
// before.
func (p *peer) told(incarnation uint32, to clip) []mms.Data {
	p.t.Helper()
	end := want(p, mms.MIDReportEndOfStream, mms.ParseReportEndOfStream)
	before := p.data
	if end != (mms.ReportEndOfStream{HR: mms.SFalse, PlayIncarnation: incarnation}) {
		p.t.Errorf("%+v", end)
	}
	header, b, err := asf.LiveHeader(to.Header)
	if err != nil {
		p.t.Fatal(err)
	}
	change := now(p, mms.MIDReportStreamChange, mms.ParseReportStreamChange)
	if change != (mms.ReportStreamChange{TCPHdrIncarnation: 0xFF, PacketSize: clipPacket, HeaderSize: uint32(len(b)), BitRate: header.TotalBitRate()}) {
		p.t.Errorf("%+v", change)
	}
	return before
}

// silent checks that nothing comes for a second.
func (p *peer) silent() {
	p.t.Helper()
	p.SetReadDeadline(time.Now().Add(time.Second))
	defer p.SetReadDeadline(time.Time{})
	if item, err := p.in.Next(); err == nil {
		p.t.Errorf("%+v comes", item)
	}
}
