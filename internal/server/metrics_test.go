package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/pull"
	"caracal/mms"
	"caracal/rtsp"
	"caracal/wmsp"
)

// scraped is a figure's lines, as Prometheus gets them now.
func scraped(t *testing.T, s *Server, lines ...string) bool {
	t.Helper()
	status, text, _ := askAdmin(t, s, "GET", "/metrics")
	if status != 200 {
		t.Fatalf("/metrics answers %d %s", status, text)
	}
	for _, l := range lines {
		if !strings.Contains(text, "\n"+l) {
			return false
		}
	}
	return true
}

// Players of every protocol are in the figures while they play, and their bytes stay
// there when they have gone.
func TestMetricsOfPlayers(t *testing.T) {
	cfg := testConfig(config.Point{Name: "films", Path: films(t, "a.wmv")})
	cfg.MMS = config.MMS{Address: "127.0.0.1:0"}
	s, _ := start(t, cfg)
	var streams []io.Closer
	for _, play := range []func() (io.Closer, error){
		func() (io.Closer, error) {
			return (&wmsp.Client{}).Play(t.Context(), "http://"+s.Addr().String()+"/films/a.wmv", wmsp.PlayOptions{})
		},
		func() (io.Closer, error) {
			return (&rtsp.Client{}).Play(t.Context(), "rtsp://"+s.RTSPAddr().String()+"/films/a.wmv", rtsp.PlayOptions{})
		},
		func() (io.Closer, error) {
			return (&mms.Client{}).Play(t.Context(), "mms://"+s.MMSAddr().String()+"/films/a.wmv", mms.PlayOptions{})
		},
	} {
		stream, err := play()
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		streams = append(streams, stream)
	}
	until(t, func() bool {
		return scraped(t, s,
			`caracal_players{player="wmp11",point="films",protocol="http"} 1`,
			`caracal_players_streaming{point="films",protocol="rtsp"} 1`, `caracal_players_streaming{point="films",protocol="mms"} 1`,
			`caracal_startup_seconds_count{protocol="http"} 1`, `caracal_startup_seconds_count{protocol="rtsp"} 1`,
			`caracal_play_start_seconds_count{protocol="mms"} 1`, `caracal_connections{protocol="rtsp"} 1`,
			`caracal_plays_total{point="films",protocol="http"} 1`, `caracal_sent_bytes_total{point="films",protocol="mms"} `, `caracal_ready 1`)
	})
	for _, stream := range streams {
		stream.Close()
	}
	until(t, func() bool {
		return !scraped(t, s, `caracal_players_streaming{`) &&
			scraped(t, s, `caracal_sent_bytes_total{point="films",protocol="mms"} `, `caracal_session_seconds_count{protocol="mms"} 1`)
	})
	if scraped(t, s, `caracal_sent_bytes_total{point="films",protocol="mms"} 0`) {
		t.Error("nothing was counted")
	}
	ask(t, s, "GET", "/nowhere.wmv")
	until(t, func() bool { return scraped(t, s, `caracal_refused_total{class="not_found",protocol="http"} 1`) })
}

// A packet costs nothing more than it did: a whole run of packets is one look at the
// session.
func TestFlowsAllocatesNothing(t *testing.T) {
	cfg := testConfig(config.Point{Name: "films", Path: films(t, "a.wmv")})
	s, _ := start(t, cfg)
	watch(t, func(dial pull.DialFunc) (io.Closer, error) {
		return (&wmsp.Client{Dial: dial}).Play(t.Context(), "http://"+s.Addr().String()+"/films/a.wmv", wmsp.PlayOptions{})
	})
	until(t, func() bool { return scraped(t, s, `caracal_startup_seconds_count{protocol="http"} 1`) })
	ses := s.sessions.All()[0]
	if n := testing.AllocsPerRun(100, func() { ses.Flows(ses.Started) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Prometheus may be on another machine, where the configuration says so.
func TestWhoMayScrape(t *testing.T) {
	a := &admin{}
	if err := a.setWho(&config.Admin{Scrapers: []string{"192.0.2.0/24"}}); err != nil {
		t.Fatal(err)
	}
	h := a.scrapes(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "figures") }))
	for _, tt := range []struct {
		from, header string
		status       int
	}{
		{"127.0.0.1:5", "", 200}, {"192.0.2.9:5", "", 200}, {"[::ffff:192.0.2.9]:5", "", 200},
		{"192.0.3.9:5", "", 403}, {"192.0.2.9:5", "X-Forwarded-For", 403}, {"127.0.0.1:5", "Via", 403}, {"127.0.0.1:5", "Origin", 403},
		{"nobody", "", 403},
	} {
		r := httptest.NewRequest("GET", "http://127.0.0.1/metrics", nil)
		r.RemoteAddr = tt.from
		if tt.header != "" {
			r.Header.Set(tt.header, "x")
		}
		w := httptest.NewRecorder()
		if h(w, r); w.Code != tt.status {
			t.Errorf("%s %s: %d", tt.from, tt.header, w.Code)
		}
	}
}
