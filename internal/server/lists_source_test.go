package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/playlist/markup"
	"caracal/internal/sample"
	"caracal/internal/source"
)

// catFFmpeg is a program that brings the sample, and stays.
func catFFmpeg(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "clip.asf"), sample.Welcome, 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "ffmpeg")
	if err := os.WriteFile(file, []byte("#!/bin/sh\ncat '"+dir+"/clip.asf'\nexec sleep 60\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

// goLive has an encoder of a push point bring something.
func goLive(t *testing.T, s *Server, name string) {
	t.Helper()
	b, err := s.broadcast(name)
	if err != nil {
		t.Fatal(err)
	}
	header, packets := sampleHeader(t)
	feed, err := b.Start(header)
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, err := packets.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if p.Header == nil {
			feed.Add(p.Packet)
		}
	}
}

// webLists is a web server that makes lists.
func webLists(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/list.asp", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, wsxOf(`<media src="/etc/passwd"/>`, `<media src="ffmpeg:test"/>`, `<media src="httpd://`+r.Host+`/list.asp"/>`, `<media src="a.wmv"/>`))
	})
	mux.HandleFunc("/list.asx", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `<asx version="3.0"><entry><ref href="a.wmv"/></entry></asx>`)
	})
	mux.HandleFunc("/here", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/list.asx", http.StatusFound) })
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace("http://"+r.Host+"/list.asx", "127.0.0.1", "localhost", 1), http.StatusFound)
	})
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/long", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, wsxOf(`<media src="a.wmv"/>`)+strings.Repeat(" ", markup.MaxBytes))
	})
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	return strings.Replace(web.URL, "http://", "httpd://", 1)
}

// Every kind of source plays for a player of a list and in a program, as far as the
// configuration allows it.
func TestListSources(t *testing.T) {
	other := testConfig(config.Point{Name: "films", Path: films(t, "film.wmv")})
	other.MMS.Address = "127.0.0.1:0"
	origin, _ := start(t, other)
	web := webLists(t)
	tests := []struct{ src, plays string }{
		{"point:live", "point:live"}, {"point:films/a.wmv", "a.wmv"}, {"/live", "live"}, {"/films/a.wmv", "a.wmv"}, {"push:live", "push:live"},
		{"http://" + origin.Addr().String() + "/films/film.wmv", "film.wmv"},
		{"mms://" + origin.mms.addr().String() + "/films/film.wmv", "film.wmv"},
		{"rtsp://" + origin.rtsp.addr().String() + "/films/film.wmv", "film.wmv"},
		{"ffmpeg:test", "ffmpeg:test"},
		{web + "/list.asp", "a.wmv"}, {web + "/list.asx", "a.wmv"}, {web + "/here", "a.wmv"},
		// What is not allowed, or is not there, is passed over.
		{web + "/elsewhere", "b.wmv"}, {web + "/round", "b.wmv"}, {web + "/long", "b.wmv"}, {web + "/missing", "b.wmv"},
		{"push:*", "b.wmv"}, {"push:films", "b.wmv"}, {"push:missing", "b.wmv"}, {"/live/more", "b.wmv"}, {"/films/none.wmv", "b.wmv"},
	}
	dir, more := films(t, "a.wmv", "b.wmv"), films(t, "a.wmv")
	for _, test := range tests {
		t.Run(test.src, func(t *testing.T) {
			list := wsxOf(`<media src="`+test.src+`"/>`, `<media src="b.wmv"/>`)
			file := write(t, dir, "list.wsx", list)
			radio := write(t, dir, "radio.wsx", wsxOf(`<seq repeatCount="indefinite"><media src="`+test.src+`"/>`, `<media src="b.wmv"/></seq>`))
			cfg := testConfig(
				config.Point{Name: "films", Path: more}, sourcePoint("live", config.SourcePush), config.Point{Name: "list", Path: file},
				sourcePoint("radio", "playlist:"+radio),
			)
			cfg.FFmpeg.Path = catFFmpeg(t)
			s, _ := start(t, cfg)
			goLive(t, s, "live")
			if got := firstOf(t, s, "list"); got != test.plays {
				t.Errorf("a player of the list gets %s, not %s", got, test.plays)
			}
			if got := broadcasts(t, s, "radio", test.plays); got != test.plays {
				t.Errorf("a program plays %s, not %s", got, test.plays)
			}
		})
	}
}

// broadcasts is what a program plays: what is wanted, once it has come to that.
func broadcasts(t *testing.T, s *Server, name, want string) (got string) {
	t.Helper()
	b, err := s.broadcast(name)
	if err != nil {
		t.Fatal(err)
	}
	reaches(t, b.Broadcast, 1, -1)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := 0; n < 1000 && got != want; n++ {
		<-tick.C
		_, a := order(t, s, "GET", "/"+name+"/now", "")
		if now, _ := a["now"].(map[string]any); now != nil {
			got = filepath.Base(now["name"].(string))
		}
		if got != want && n%50 == 0 { // it began before that was there
			order(t, s, "POST", "/"+name+"/skip", "")
		}
	}
	return got
}

// firstOf is what a player of a list gets first, as the logs have it.
func firstOf(t *testing.T, s *Server, name string) string {
	t.Helper()
	events := s.bus.Subscribe(1000)
	defer events.Close()
	play(t, s, "/"+name).Close()
	return await(t, events, func(e event.Playing) bool { return e.Player.Target == "/"+name }).Media.Name
}

// Two programs that play each other's points pass each other over, with an event.
func TestProgramsOfEachOther(t *testing.T) {
	dir := films(t, "a.wmv")
	var points []config.Point
	for name, other := range map[string]string{"one": "two", "two": "one"} {
		points = append(points, sourcePoint(name, "playlist:"+write(t, dir, name+".wsx",
			wsxOf(`<seq repeatCount="indefinite"><media src="point:`+other+`"/><media src="a.wmv" dur="1s"/></seq>`))))
	}
	s, err := New(testConfig(points...), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	events := s.bus.Subscribe(10_000)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s) })
	e := await(t, events, func(e event.EntrySkipped) bool { return errors.Is(e.Err, source.ErrCircle) })
	if !strings.HasPrefix(e.Source, "point:") || !strings.HasSuffix(e.List, ".wsx") {
		t.Errorf("%+v", e)
	}
	for _, name := range []string{"one", "two"} { // neither has stalled
		b, err := s.broadcast(name)
		if err != nil {
			t.Fatal(err)
		}
		reaches(t, b.Broadcast, 1, -1)
	}
}

// The role and the name of an entry are in the events of its player, in the log, and in
// what players are told.
func TestListRoles(t *testing.T) {
	dir := films(t, "ad.wmv", "film.wmv")
	file := write(t, dir, "list.wsx", wsxOf(`<media src="ad.wmv" role="Advertisement" mediaName="summer sale"/>`, `<media src="film.wmv"/>`))
	cfg := testConfig(config.Point{Name: "list", Path: file})
	cfg.MMS.Address = "127.0.0.1:0"
	cfg.Points[0].OnDemand.Speed = 0
	s, log := start(t, cfg)
	events := s.bus.Subscribe(1000)
	defer events.Close()
	ad := event.Media{Name: "summer sale", Role: "Advertisement"}
	for protocol, url := range map[string]string{
		"http": "http://" + s.Addr().String(), "rtsp": "rtspt://" + s.rtsp.addr().String(), "mms": "mmst://" + s.mms.addr().String(),
	} {
		pass(t, url+"/list")
		got := entriesOf(events, protocol)
		if got[0] != ad || got[1] != (event.Media{Name: "film.wmv"}) {
			t.Errorf("%s: the events have %+v", url, got)
		}
	}
	if !strings.Contains(log.String(), `cs-media-name="summer sale" cs-media-role=Advertisement`) {
		t.Error("the log does not say it:", log)
	}
	a := ask(t, s, "GET", "/list", "User-Agent: NSPlayer/11.0.5721.5145", "Pragma: no-cache,rate=1.000,stream-time=0,stream-offset=0:0,request-context=1")
	for _, want := range []string{"WMS_CONTENT_DESCRIPTION_ROLE,31,13,Advertisement", "WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_URL,31,11,summer sale"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("players are not told %s: %q", want, a.body[:min(len(a.body), 600)])
		}
	}
}

// entriesOf are the first two entries that a player of a protocol comes to.
func entriesOf(events *event.Subscription, protocol string) (got []event.Media) {
	for r := range events.C() {
		var who event.Player
		var m event.Media
		switch e := r.Event.(type) {
		case event.Playing:
			who, m = e.Player, e.Media
		case event.EntryBegan:
			who, m = e.Player, e.Media
		}
		if who.Protocol == protocol && (len(got) == 0 || got[len(got)-1] != m) {
			got = append(got, m)
		}
		if len(got) == 2 {
			break
		}
	}
	return got
}
