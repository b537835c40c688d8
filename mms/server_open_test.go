package mms_test

import (
	"bytes"
	"strings"
	"testing"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/mms"
)

// What cannot be opened is refused in the protocol's words, and the player may
// ask for something else.
func TestRefusedFiles(t *testing.T) {
	s := startServer(t)
	p := s.connect()
	p.greet(player7)
	p.funnel(overTCP)
	for _, k := range []struct {
		name string
		hr   mms.HRESULT
	}{
		{"none.wmv", mms.EFileNotFound},
		{"clip.wmv/below", mms.EFileNotFound},
		{"../clip.wmv", mms.EFileNotFound},
		{"%", mms.EFileNotFound},
		{"bad.wmv", mms.EFileOpenFailed},
	} {
		if r := p.open(k.name); r.HR != k.hr || r.PlayIncarnation != 1 {
			t.Errorf("%s: %+v", k.name, r)
		}
	}
	p.say(&mms.SecurityResponse{PlayIncarnation: 6, Token: []byte("dTpw")})
	if r := now(p, mms.MIDReportOpenFile, mms.ParseReportOpenFile); r.HR != mms.EAccessDenied {
		t.Errorf("a login: %+v", r)
	}
	s.Publish("who?.wmv", shortClip().File(), fronttest.Unpaced())
	for _, name := range []string{"clip.wmv", "/clip.wmv", "mms://host/clip.wmv?query", "a/f%20x.wmv", "a/f x.wmv", "who?.wmv", "who%3F.wmv", "CLIP.wmv"} {
		q := s.connect()
		q.greet(player7)
		q.funnel(overTCP)
		if r := q.open(name); (r.HR == 0) != (name != "CLIP.wmv") {
			t.Errorf("%s: %+v", name, r)
		}
		q.Close()
	}
	if refused := fronttest.EventsOf[event.Refused](s.Rig); len(refused) != 7 || refused[0].Status != int(mms.EFileNotFound) || refused[0].Player.Target != "/none.wmv" {
		t.Errorf("%+v", refused)
	}
}

// A point that leads elsewhere says where; players that do not know that find
// nothing.
func TestRedirect(t *testing.T) {
	s := startServer(t)
	p := s.connect()
	p.greet(player9)
	p.funnel(overTCP)
	p.say(&mms.OpenFile{FileName: "moved.wmv"})
	r := now(p, mms.MIDReportRedirect, mms.ParseReportRedirect)
	if r.HR != 0 || r.RedirectType != mms.RedirectURL || r.Location != "mms://example.com/a b.wmv" {
		t.Errorf("%+v", r)
	}
	p.closed()
	q := s.connect()
	q.greet(player64)
	q.funnel(overTCP)
	if r := q.open("moved.wmv"); r.HR != mms.EFileNotFound {
		t.Errorf("%+v", r)
	}
}

// A server that is full or ends says so in the answer to Connect.
func TestRefusedPlayers(t *testing.T) {
	s := startServerWith(t, setting{max: 1, noUDP: true})
	first := s.ready(player7, "long.wmv")
	p := s.connect()
	p.say(&mms.Connect{SubscriberName: mms.Subscriber{Client: player7}})
	if r := now(p, mms.MIDReportConnectedEX, mms.ParseReportConnectedEX); r.HR != mms.EMaxClients {
		t.Errorf("%v", r.HR)
	}
	p.closed()
	first.start(beginning, 4)
	first.some(2)
	go s.Stop()
	first.end(4) // who plays is told that it is over
	first.closed()
	s.WaitFor("all sessions end", s.Idle)
}

// A funnel that cannot be had is refused, and the other transport is taken then.
func TestRefusedFunnels(t *testing.T) {
	s := startServer(t)
	p := s.connect()
	p.greet(player7)
	for _, name := range []string{"", "nonsense", `\\127.0.0.1\UDP\53`, `\\127.0.0.1\UDP\1023`, `\\127.0.0.1\UDP\0`, `\\127.0.0.1\SPX\4000`} {
		p.say(&mms.ConnectFunnel{FunnelName: name})
		r := now(p, mms.MIDReportDisconnectedFunnel, mms.ParseReportDisconnectedFunnel)
		if r.HR != mms.EProtocolMismatch {
			t.Errorf("%s: %+v", name, r)
		}
	}
	p.funnel(overTCP)
	p.open("clip.wmv")
	p.header(2)
	off := startServerWith(t, setting{noUDP: true}).connect()
	off.greet(player7)
	off.say(&mms.FunnelInfo{PlayIncarnation: mms.PacketPairUDPHighEntropy})
	if r := now(off, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo); r.PlayIncarnation != mms.DisablePacketPair {
		t.Errorf("%#x", r.PlayIncarnation)
	}
	off.say(&mms.ConnectFunnel{FunnelName: `\\127.0.0.1\UDP\7000`})
	now(off, mms.MIDReportDisconnectedFunnel, mms.ParseReportDisconnectedFunnel)
	off.funnel(overTCP)
}

// Old players get a long header without what they do not need, new ones all of it;
// it ends in 01 01 for both. Offsets count from the header that was sent.
func TestLongHeaders(t *testing.T) {
	s := startServer(t)
	c := s.publishLarge()
	for _, k := range []struct {
		agent string
		size  int
	}{{player7, len(shortClip().Header)}, {mplayerOne, len(shortClip().Header)}, {player9, len(c.Header)}} {
		p := s.connect()
		p.greet(k.agent)
		p.funnel(overTCP)
		r := p.open("large.wmv")
		h := p.header(2)
		if len(h) != k.size || int(r.FileHeaderSize) != k.size || !bytes.HasSuffix(h, []byte{1, 1}) {
			t.Errorf("%s: %d bytes, announced %d, want %d", k.agent, len(h), r.FileHeaderSize, k.size)
		}
		if _, _, err := asf.ParseHeader(h); err != nil {
			t.Error(err)
		}
		p.choose(1, 2)
		p.start(mms.Position{ASFOffset: uint32(len(h) + 4*clipPacket)}, 4)
		check(t, p.some(1), c, 4, 4, 0)
		p.Close()
	}
}

// publishLarge publishes large.wmv, whose header is long and does not end in
// 01 01.
func (s *server) publishLarge() clip {
	c := makeClip(1, &asf.RawObject{GUID: asf.IDMetadataLibrary, Data: make([]byte, 9000)})
	file := c.File()
	file[len(c.Header)-1] = 0
	s.Publish("large.wmv", file, point.DefaultOptions())
	return c
}

// The header comes as often as it is asked for, within reason.
func TestReadBlocksAreBounded(t *testing.T) {
	s := startServer(t)
	p := s.connect()
	p.greet(player7)
	p.funnel(overTCP)
	p.open("clip.wmv")
	for n := range 8 {
		p.say(&mms.CancelReadBlock{PlayIncarnation: uint32(n)})
		p.header(uint32(2 + n))
	}
	p.say(&mms.ReadBlock{OpenFileID: 7})
	if r := now(p, mms.MIDReportReadBlock, mms.ParseReportReadBlock); r.HR != mms.EInvalidArg {
		t.Errorf("%+v", r)
	}
	p.say(&mms.ReadBlock{OpenFileID: 1})
	p.closed()
	s.refused("too many ReadBlock")
}

// refused checks that one bad input was counted, for a reason that has text in it.
func (s *server) refused(text string) {
	s.T.Helper()
	var bad []event.BadInput
	s.WaitFor("bad input is counted", func() bool {
		bad = fronttest.EventsOf[event.BadInput](s.Rig)
		return len(bad) > 0
	})
	if len(bad) != 1 || !strings.Contains(bad[0].Reason, text) {
		s.T.Errorf("%+v, want %q", bad, text)
	}
	s.ForgetEvents()
}
