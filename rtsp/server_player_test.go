package rtsp_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/rtsp"
)

// What Windows Media Player 11 says of itself, [MS-RTSP] 2.2.6.12.
const (
	playerAgent    = "WMPlayer/11.0.5721.5145"
	playerGUID     = "3300AD50-2C39-46C0-AE0A-81D88F547805"
	playerFeatures = head.FeatureSrvPPair | head.FeatureSSwitch | head.FeatureEOSMsg | head.FeaturePredStrm | head.FeatureStartupProfile
)

// recorder keeps what a player sends.
type recorder struct {
	net.Conn
	mu   sync.Mutex
	sent strings.Builder
}

func (r *recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	r.sent.Write(b)
	r.mu.Unlock()
	return r.Conn.Write(b)
}

func windowsPlayer(s *server, wire *recorder) *rtsp.Client {
	return &rtsp.Client{
		Agent: playerAgent, GUID: playerGUID, Schemes: "Negotiate, NTLM, Digest, Basic", Supported: playerFeatures,
		Header: head.Fields{{Name: "Accept-Language", Value: "en-US, *;q=0.1"}, {Name: "Accept-Charset", Value: "UTF-8, *;q=0.1"}},
		Log:    func(rtsp.Kind, rtsp.ClientStats) []byte { return []byte("<XML><Summary></Summary></XML>") },
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := s.Dial(ctx, network, address)
			wire.Conn = conn
			return wire, err
		},
	}
}

// tenMinutes is a clip of eleven, so that ten are not its end.
var tenMinutes = sync.OnceValue(func() clip { return fronttest.Film(11 * 60).Clip() })

// A player over TCP is silent for ten minutes, as Windows Media Player is
// ([MS-RTSP] 3.1.5.10), and is not cut off: no idle timer runs while it plays
// (3.2.5.8).
func TestWindowsPlayerIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		wire := &recorder{}
		s.publish("hour.wmv", tenMinutes())
		stream, err := windowsPlayer(s, wire).Play(t.Context(), s.url("hour.wmv"), rtsp.PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		begin, last := time.Now(), uint32(0)
		for time.Since(begin) < 10*time.Minute {
			e, err := stream.Next()
			if err != nil || e.Kind != rtsp.GotPacket {
				t.Fatalf("after %v: %+v, %v", time.Since(begin), e, err)
			}
			last = e.SendTime
		}
		if now, _ := s.Sessions.Count(); now != 1 || last < 590_000 {
			t.Errorf("after ten minutes: %d sessions, send time %d ms", now, last)
		}
		if got, want := wire.kinds(), "Describe SelectSetup SelectSetup Play LogConnect"; got != want {
			t.Errorf("the player sent %s, want %s", got, want)
		}
	})
}

// A player that reads nothing more is found out when its connection takes
// nothing for as long as it may.
func TestDeadPlayerIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true, write: 30 * time.Second})
		defer s.Stop()
		c := s.connect()
		c.SetDeadline(time.Time{})
		long := s.url("long.wmv")
		c.setUp(long)
		c.must("PLAY", long)
		begin := time.Now()
		for s.Connections() > 0 && time.Since(begin) < 10*time.Minute {
			time.Sleep(time.Second)
			synctest.Wait()
		}
		if d := time.Since(begin); s.Connections() > 0 || d < 30*time.Second || d > time.Minute {
			t.Errorf("%d connections after %v", s.Connections(), d)
		}
		if list := fronttest.EventsOf[event.Stopped](s.Rig); len(list) == 0 || list[len(list)-1].Reason != "the player did not read" {
			t.Errorf("the stream ended: %+v", list)
		}
		time.Sleep(2 * time.Minute) // the session waits for a player that comes back
		synctest.Wait()
		if !s.NoSession() {
			t.Error("the session stays")
		}
	})
}

// publish adds content that is sent in its own time.
func (s *server) publish(name string, c clip) {
	o := point.DefaultOptions()
	o.Burst = 0
	s.Publish(name, c.File(), o)
}

// Over UDP the idle timer runs while it plays (3.2.5.8): a player that says
// KeepAlive with every packet of three seconds stays, and is gone once it is
// silent.
func TestIdlePlayerOverUDP(t *testing.T) {
	s := startServerWith(t, setting{idle: 2 * time.Second})
	u := newUDPPlayer(t)
	c, long := s.connect(), s.url("long.wmv")
	u.setUp(c, long)
	c.must("PLAY", long)
	for range 60 {
		c.must("GET_PARAMETER", long)
		datagram(t, u.rtp)
	}
	s.WaitFor("the silent session ends", s.NoSession)
}
