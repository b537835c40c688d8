package proxy

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/cachecontrol"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/internal/source"
	"caracal/rtsp"
	"caracal/wmsp"
)

// real is a proxy in front of a real server.
type real struct {
	*fronttest.Rig
	*Proxy
	cache *source.Cache
}

func newReal(t *testing.T, scheme, folder string, o point.Options, clip fronttest.Clip) *real {
	t.Helper()
	r := &real{Rig: fronttest.New(t, session.Options{}), cache: source.NewCache(64 << 20)}
	r.Publish("films/a.wmv", clip.File(), o)
	options := front.Options{Shards: r.Shards, Bus: r.Bus, Via: "origin"}
	if scheme == "http" {
		r.Listen("", "80")
		r.Rig.Run(wmsp.NewServer(wmsp.ServerOptions{Options: options, Points: r.Points, Sessions: r.Sessions}))
	} else {
		r.Listen("", "554")
		r.Rig.Run(rtsp.NewServer(rtsp.ServerOptions{Options: options, Points: r.Points, Sessions: r.Sessions}))
	}
	var err error
	r.Proxy, err = New(Options{
		Point: "near", Origin: scheme + "://user:secret@" + r.Address + "/films", Name: "edge", Folder: folder, Size: 1 << 30, MaxContent: 1 << 29,
		Lifetime: time.Hour, Linger: 5 * time.Second, Cache: r.cache, Bus: r.Bus, Dial: r.Dial,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Proxy.Close(); r.Stop(); r.cache.Close() })
	return r
}

func (r *real) open(name string) point.Entry {
	r.T.Helper()
	e, err := r.Proxy.Open(r.T.Context(), name)
	if err != nil {
		r.T.Fatal(err)
	}
	return e
}

// What comes over either protocol is what the server has, to the byte, and so is
// what is played from the cache.
func TestOrigins(t *testing.T) {
	clip := fronttest.Film(20).Clip()
	for _, scheme := range []string{"http", "rtsp"} {
		for _, folder := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				dir := ""
				if folder {
					dir = t.TempDir()
				}
				r := newReal(t, scheme, dir, fronttest.Unpaced(), clip)
				for range 2 {
					e := r.open("a.wmv")
					got, err := read(e, 0)
					if err != nil || !bytes.Equal(got, clip.Packets) || !bytes.Equal(e.Info().HeaderBytes, clip.Header) {
						t.Errorf("%s: %d packets, %v", scheme, len(got)/fronttest.PacketSize, err)
					}
					if c := e.Info().Caching(); !c.MayStore() || !c.Subscribes(cachecontrol.RemoteLog) || e.Info().Tag == "" {
						t.Errorf("%s: %v, %q", scheme, c, e.Info().Tag)
					}
					e.Close()
					synctest.Wait()
					time.Sleep(time.Second)
				}
				if s := r.Status(); folder && (s.Hits != 1 || s.Files != 1 || s.Streams != 1) || !folder && (s.Passed != 2 || s.Streams != 2) {
					t.Errorf("%s: %+v", scheme, s)
				}
				if _, err := r.Proxy.Open(t.Context(), "none.wmv"); !errors.Is(err, point.ErrNotFound) {
					t.Errorf("%s: %v", scheme, err)
				}
				if folder && strings.Contains(r.shelf.find(urlOf(r.public, "a.wmv")).record.URL, "secret") {
					t.Error("the password is on the disk")
				}
			})
		}
	}
}

// A player may seek in what has not come yet.
func TestOriginsSeek(t *testing.T) {
	clip := fronttest.Film(60).Clip()
	slow := fronttest.Paced()
	slow.MaxSpeed, slow.MaxAccelDuration = 1, time.Second
	for _, scheme := range []string{"http", "rtsp"} {
		for _, folder := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				dir := ""
				if folder {
					dir = t.TempDir()
				}
				r := newReal(t, scheme, dir, slow, clip)
				e := r.open("a.wmv")
				defer e.Close()
				if _, err := await(e, 0); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				c, err := e.CleanPoint(1, 40_200)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := await(e, c.Packet); err != nil || time.Since(began) > 2*time.Second {
					t.Errorf("%s: after %v: %v", scheme, time.Since(began), err)
				}
				got, err := read(e, c.Packet)
				want := clip.Packets[c.Packet*fronttest.PacketSize:]
				if share := float64(len(want)) / float64(len(clip.Packets)); err != nil || !bytes.Equal(got, want) || share < 0.3 || share > 0.35 {
					t.Errorf("%s: %d packets from %d on, %v", scheme, len(got)/fronttest.PacketSize, c.Packet, err)
				}
			})
		}
	}
}

// The log of a player here is told to the origin, as a proxy tells it.
func TestOriginsHearLogs(t *testing.T) {
	for _, scheme := range []string{"http", "rtsp"} {
		synctest.Test(t, func(t *testing.T) {
			r := newReal(t, scheme, t.TempDir(), fronttest.Unpaced(), fronttest.Film(1).Clip())
			e := r.open("a.wmv")
			if _, err := read(e, 0); err != nil {
				t.Fatal(err)
			}
			e.Close()
			r.Bus.Publish(event.LogReceived{
				Player: event.Player{Address: netip.AddrPortFrom(playerAt, 1), Agent: "NSPlayer/12", GUID: "{1}", Target: "near/a.wmv"},
				Kind:   event.LogLegacy, Form: "log-line", Text: legacyLine,
			})
			time.Sleep(time.Second)
			synctest.Wait()
			logs := fronttest.EventsOf[event.LogReceived](r.Rig)
			if len(logs) != 2 || logs[1].Kind != event.LogRendering || logs[1].Agent != "NSPlayer/12" || logs[1].Form != "remote" ||
				!strings.Contains(logs[1].Text, "<s-ip>192.0.2.2</s-ip>") || strings.Contains(logs[1].URL, "secret") {
				t.Errorf("%s: %+v", scheme, logs)
			}
			if s := r.Status(); s.LogsForwarded != 1 {
				t.Errorf("%s: %+v", scheme, s)
			}
		})
	}
}

// A request that may go no further, or that has come through here, is not sent on.
func TestNotSentOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReal(t, "http", "", fronttest.Unpaced(), fronttest.Film(1).Clip())
		p := &point.Point{Name: "near", Opener: r.Proxy}
		if _, err := p.OpenFor("a.wmv", point.Asker{HasMaxForwards: true}); !errors.Is(err, point.ErrBusy) || r.Status().Asked != 0 {
			t.Errorf("%v, %+v", err, r.Status())
		}
		if _, err := p.OpenFor("a.wmv", point.Asker{Via: "1.1 origin"}); !errors.Is(err, ErrOrigin) {
			t.Error(err)
		}
		time.Sleep(unreachable + time.Second)
		e, err := p.OpenFor("a.wmv", point.Asker{Via: "1.1 other", Agent: "NSPlayer/12", Verb: "DESCRIBE", MaxForwards: 3, HasMaxForwards: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(e, 0); err != nil {
			t.Error(err)
		}
		e.Close()
		players := fronttest.EventsOf[event.Connected](r.Rig)
		if len(players) == 0 || players[0].Player.Behind != "NSPlayer/12" || !strings.Contains(players[0].Player.Via, "other") {
			t.Errorf("%+v", players)
		}
	})
}

// A broadcast of a real server is handed on.
func TestOriginsBroadcast(t *testing.T) {
	for _, scheme := range []string{"http", "rtsp"} {
		synctest.Test(t, func(t *testing.T) {
			r := newReal(t, scheme, "", fronttest.Unpaced(), fronttest.Film(1).Clip())
			live := fronttest.Film(60).Clip()
			b := point.NewBroadcast(point.BroadcastOptions{})
			r.Points.Add(&point.Point{Name: "films/live", Opener: b, Options: point.Options{Unpaced: true, Burst: time.Minute}})
			feed, err := b.Start(live.Header)
			if err != nil {
				t.Fatal(err)
			}
			stop := make(chan struct{})
			go func() {
				for n := 0; n < live.Count(); n++ {
					select {
					case <-stop:
						return
					case <-time.After(40 * time.Millisecond):
						feed.Add(live.Packet(n))
					}
				}
			}()
			time.Sleep(time.Second)
			done := make(chan int)
			for range 3 {
				e := r.open("live")
				go func() { done <- watch(t, e, 10*time.Second) }()
			}
			for range 3 {
				if n := <-done; n < 200 {
					t.Errorf("%s: %d packets", scheme, n)
				}
			}
			if s := r.Status(); s.Split != 1 || s.Splits != 1 || s.Streams != 1 {
				t.Errorf("%s: %+v", scheme, s)
			}
			close(stop)
			time.Sleep(10 * time.Second)
			if s := r.Status(); s.Splits != 0 {
				t.Errorf("%s: %+v", scheme, s)
			}
			feed.Close()
		})
	}
}
