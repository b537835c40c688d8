package mms_test

import (
	"testing"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/session"
	"caracal/mms"
)

// Each limit has its HRESULT, in the answer to the message that it refuses.
func TestLimits(t *testing.T) {
	const bits = 100_000 // one of the film
	for name, tt := range map[string]struct {
		limits  session.Limits
		connect mms.HRESULT
		open    mms.HRESULT
		play    mms.HRESULT
	}{
		"server.players":          {session.Limits{Server: session.Bounds{Players: 1}}, mms.EMaxClients, 0, 0},
		"address.players":         {session.Limits{Address: session.Bounds{Players: 1}}, mms.ETooManySessions, 0, 0},
		"point.players":           {session.Limits{Points: map[string]session.Bounds{"long.wmv": {Players: 1}}}, 0, mms.EMaxClients, 0},
		"server.bandwidth":        {session.Limits{Server: session.Bounds{Bandwidth: bits}}, 0, 0, mms.EInsufficientBandwidth},
		"address.bandwidth":       {session.Limits{Address: session.Bounds{Bandwidth: bits}}, 0, 0, mms.EInsufficientBandwidth},
		"server.player_bandwidth": {session.Limits{Server: session.Bounds{PlayerBandwidth: 20_000}}, 0, 0, mms.EFileBandwidthLimit},
	} {
		t.Run(name, func(t *testing.T) {
			s := startServer(t)
			first := s.ready(player9, "long.wmv")
			first.start(beginning, 3)
			s.Sessions.SetOptions(session.Options{Limits: tt.limits})
			p := s.connect()
			p.say(&mms.Connect{SubscriberName: mms.Subscriber{Client: player9}})
			if r := now(p, mms.MIDReportConnectedEX, mms.ParseReportConnectedEX); r.HR != tt.connect {
				t.Fatalf("Connect: %v", r.HR)
			}
			if tt.connect == 0 {
				p.funnel(overTCP)
				if r := p.open("long.wmv"); r.HR != tt.open {
					t.Fatalf("OpenFile: %v", r.HR)
				}
			}
			if tt.play != 0 {
				p.header(2)
				p.choose(1, 2)
				p.say(&mms.StartPlaying{OpenFileID: 1, Position: beginning, PlayIncarnation: 3})
				if r := want(p, mms.MIDReportStartedPlaying, mms.ParseReportStartedPlaying); r.HR != tt.play {
					t.Fatalf("StartPlaying: %v", r.HR)
				}
			}
			refused := fronttest.EventsOf[event.Refused](s.Rig)
			if len(refused) != 1 || refused[0].Limit != name || refused[0].Status != int(tt.connect|tt.open|tt.play) {
				t.Errorf("%+v", refused)
			}
		})
	}
}

// A list's next entry that takes more than there is ends the stream, cleanly.
func TestListBeyondTheBandwidth(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		t := s.T
		a, _ := listClips()
		big := fronttest.Content{
			Seconds: 3, Every: 50, Preroll: 200, BitRate: 900_000,
			Streams: []fronttest.Stream{{Number: 1, Size: 90}, {Number: 3, Video: true, Size: 300, Key: 5}},
		}.Clip()
		list := s.list(a, big)
		s.Sessions.SetOptions(session.Options{Limits: session.Limits{Server: session.Bounds{Bandwidth: 350_000}}})
		p := s.tune(player9, a)
		check(t, p.some(a.Count()), a, 0, 4, 0)
		p.end(4)
		p.closed()
		s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
		if r := fronttest.EventsOf[event.Refused](s.Rig); len(r) != 1 || r[0].Limit != "server.bandwidth" {
			t.Errorf("%+v", r)
		}
	})
}

// Streams that take more than there is are not switched to, and what goes out goes on.
func TestSwitchBeyondTheBandwidth(t *testing.T) {
	s := startServer(t)
	header, n, err := asf.ParseHeader(longClip().Header)
	if err != nil {
		t.Fatal(err)
	}
	rates := &asf.StreamBitrateProperties{Rates: []asf.StreamRate{{Flags: 1, BitRate: 70_000}, {Flags: 2, BitRate: 10_000}}}
	header.Objects = append(header.Objects, rates)
	s.Publish("rated.wmv", append(header.Append(nil), longClip().File()[n:]...), fronttest.Paced())
	s.Sessions.SetOptions(session.Options{Limits: session.Limits{Server: session.Bounds{Bandwidth: 50_000}}})
	p := s.ready(player9, "rated.wmv")
	p.choose(2)
	p.start(beginning, 3)
	p.say(&mms.StreamSwitch{Entries: []mms.StreamSwitchEntry{{SrcStreamNumber: mms.NoStream, DstStreamNumber: 1}}})
	if r := want(p, mms.MIDReportStreamSwitch, mms.ParseReportStreamSwitch); r.HR != mms.EInsufficientBandwidth {
		t.Errorf("StreamSwitch: %v", r.HR)
	}
	if r := fronttest.EventsOf[event.Refused](s.Rig); len(r) != 1 || r[0].Limit != "server.bandwidth" {
		t.Errorf("%+v", r)
	}
}

// A player that says too much may leave nevertheless, with all that it says then; one
// that goes on is left.
func TestMessageRate(t *testing.T) {
	requests := &front.Requests{}
	s := startServerWith(t, setting{requests: requests})
	p, q := s.ready(player9, "long.wmv"), s.ready(player9, "long.wmv")
	p.start(beginning, 3)
	requests.Set(front.Rate{PerSecond: 0.001, Burst: 1})
	p.say(&mms.Pong{}, &mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 3})
	p.end(3)
	p.say(&mms.Logging{}, &mms.CancelReadBlock{PlayIncarnation: 2}, &mms.CloseFile{OpenFileID: 1})
	p.closed()
	if r := fronttest.EventsOf[event.Refused](s.Rig); len(r) > 0 {
		t.Errorf("%+v", r)
	}
	q.say(&mms.Pong{}, &mms.Pong{})
	q.closed()
	if r := fronttest.EventsOf[event.Refused](s.Rig); len(r) != 1 || r[0].Limit != front.LimitRequests {
		t.Errorf("%+v", r)
	}
	s.WaitFor("the sessions to end", s.Idle)
}
