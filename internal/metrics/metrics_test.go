package metrics

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"caracal/internal/event"
)

// world is a server for tests.
type world struct {
	bus      event.Bus
	mu       sync.Mutex
	sessions map[uint32]*Session
}

func (w *world) look() Look {
	return Look{
		PointOf: func(target string) (string, bool) {
			name, _, _ := strings.Cut(strings.Trim(target, "/"), "/")
			return name, name != "gone"
		},
		Sessions: func(yield func(*Session)) {
			w.mu.Lock()
			defer w.mu.Unlock()
			for _, s := range w.sessions {
				yield(s)
			}
		},
		Connections: func(yield func(string, int)) { yield("http", 3) },
		Sources:     func(yield func(*Source)) { yield(&Source{Point: "live", Up: true, BitRate: 300_000, Items: 4}) },
		Multicasts:  func(yield func(*Multicast)) { yield(&Multicast{Point: "live", Packets: 5}) },
		Proxies: func(yield func(*Proxy)) {
			yield(&Proxy{Point: "far", Opens: map[string]uint64{"hit": 6, "miss": 7}, LogsSent: 1})
		},
		Certificates: func(yield func(*Certificate)) {
			yield(&Certificate{File: "cert.pem", NotAfter: time.Unix(1_900_000_000, 0)})
		},
		Hooks:      func(yield func(*Hook)) { yield(&Hook{Name: "notify", Told: 8, Failed: 1, Lost: 2}) },
		Cache:      func() (int64, int64) { return 9, 10 },
		LostEvents: func(yield func(string, uint64)) { yield("log", 11) },
		Ready:      func() bool { return true },
	}
}

func (w *world) start(t *testing.T) *Metrics {
	t.Helper()
	w.sessions = map[uint32]*Session{}
	m := New(Options{Build: Build{"v1", "abc", "go1"}, Events: w.bus.Subscribe(1 << 16), Look: w.look()})
	t.Cleanup(func() {
		select {
		case <-m.done:
		default:
			m.Close()
		}
	})
	return m
}

// scrape is what Prometheus gets.
func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	b, err := io.ReadAll(w.Result().Body)
	if err != nil || w.Code != 200 {
		t.Fatalf("%d %s %v", w.Code, b, err)
	}
	return string(b)
}

// has says that lines are in what was scraped.
func has(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, l := range lines {
		if !strings.Contains("\n"+text, "\n"+l+"\n") {
			name, _, _ := strings.Cut(l, "{")
			t.Errorf("there is no %s, but\n%s", l, grep(text, name))
		}
	}
}

func grep(text, word string) string {
	var lines []string
	for l := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(l, word) {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

func TestPlayersNow(t *testing.T) {
	var w world
	m := w.start(t)
	w.sessions[1] = &Session{ID: 1, Target: "/films/a.wmv", Protocol: "http", Agent: "NSPlayer/9.0.0.2980", Streaming: true, Flow: Flow{Bytes: 100, Packets: 2}}
	w.sessions[2] = &Session{ID: 2, Target: "/films/b.wmv", Protocol: "http", Agent: "NSPlayer/10.0.0.1"}
	w.sessions[3] = &Session{ID: 3, Target: "/", Protocol: "rtsp", Agent: "LibVLC/3.0", Flow: Flow{Resent: 3, Parity: 4, Lost: 5, Late: 6, Skipped: 7}}
	w.sessions[4] = &Session{ID: 4, Target: "/live", Protocol: "push", Agent: "NSPlayer/7.0", Flow: Flow{Bytes: 50, Packets: 1}}
	w.sessions[5] = &Session{ID: 5, Target: "/gone", Protocol: "smoke", Agent: "\xff\"\n"}
	text := scrape(t, m)
	has(t, text,
		`caracal_players{player="wmp9",point="films",protocol="http"} 2`,
		`caracal_players{player="vlc",point="/",protocol="rtsp"} 1`,
		`caracal_players{player="other",point="other",protocol="other"} 1`,
		`caracal_players_streaming{point="films",protocol="http"} 1`,
		`caracal_encoders{point="live"} 1`,
		`caracal_sent_bytes_total{point="films",protocol="http"} 100`,
		`caracal_sent_packets_total{point="films",protocol="http"} 2`,
		`caracal_resent_packets_total{point="/",protocol="rtsp"} 3`, `caracal_parity_packets_total{point="/",protocol="rtsp"} 4`,
		`caracal_reported_lost_packets_total{point="/",protocol="rtsp"} 5`, `caracal_late_sends_total{point="/",protocol="rtsp"} 6`,
		`caracal_skipped_packets_total{point="/",protocol="rtsp"} 7`,
		`caracal_received_bytes_total{point="live"} 50`,
		`caracal_connections{protocol="http"} 3`, `caracal_source_up{point="live"} 1`, `caracal_program_items_total{point="live"} 4`,
		`caracal_multicast_packets_total{point="live"} 5`, `caracal_proxy_opens_total{point="far",result="miss"} 7`,
		`caracal_hook_events_total{hook="notify",result="lost"} 2`, `caracal_cache_bytes 9`, `caracal_cache_limit_bytes 10`,
		`caracal_events_lost_total{subscriber="log"} 11`, `caracal_ready 1`,
		`caracal_build_info{goversion="go1",revision="abc",version="v1"} 1`,
	)
	if !strings.Contains(text, "go_goroutines") || strings.Contains(text, `protocol="push"`) {
		t.Errorf("the runtime is missing, or encoders are players:\n%s", grep(text, "caracal_sent"))
	}
}

func TestEvents(t *testing.T) {
	var w world
	m := w.start(t)
	p := event.Player{Session: 1, Protocol: "mms", Target: "/films/a.wmv"}
	for _, e := range []event.Event{
		event.Connected{Player: p}, event.Playing{Player: p}, event.Flowing{Player: p, After: 30e6, Start: 20e6},
		event.Refused{Player: p, Status: int(int64(0xC00D001A))}, event.Refused{Player: event.Player{Protocol: "http"}, Status: 403},
		event.Refused{Status: 299}, event.BadInput{}, event.AuthFailed{Player: p, Scheme: "NTLM"}, event.AuthFailed{Player: p, Scheme: "\x00"},
		event.LogReceived{Player: p, Kind: event.LogRendering}, event.EntryBegan{Player: p}, event.EntrySkipped{},
		event.Stopped{Player: p, Err: io.EOF}, event.ArchiveEnded{Point: "live", Bytes: 12, Lost: 1, Err: io.EOF},
		event.SourceFailed{Source: event.Source{Point: "live"}}, event.FallbackBegan{Source: event.Source{Point: "live"}},
		event.Disconnected{Player: p, Packets: 3, Bytes: 40, Elapsed: 20e9},
	} {
		w.bus.Publish(e)
	}
	m.Close()
	has(t, scrape(t, m),
		`caracal_sessions_total{protocol="mms"} 1`, `caracal_plays_total{point="films",protocol="mms"} 1`,
		`caracal_startup_seconds_bucket{protocol="mms",le="0.025"} 0`, `caracal_startup_seconds_bucket{protocol="mms",le="0.05"} 1`,
		`caracal_play_start_seconds_bucket{protocol="mms",le="0.025"} 1`,
		`caracal_refused_total{class="not_found",protocol="mms"} 1`, `caracal_refused_total{class="forbidden",protocol="http"} 1`,
		`caracal_refused_total{class="other",protocol="unknown"} 1`, `caracal_bad_input_total{protocol="unknown"} 1`,
		`caracal_auth_failures_total{protocol="mms",scheme="ntlm"} 1`, `caracal_auth_failures_total{protocol="mms",scheme="other"} 1`,
		`caracal_logs_received_total{kind="rendering",protocol="mms"} 1`, `caracal_entries_total{point="films",protocol="mms"} 1`,
		`caracal_entries_skipped_total 1`, `caracal_storage_failures_total{point="films"} 1`,
		`caracal_archive_files_total{point="live"} 1`, `caracal_archive_bytes_total{point="live"} 12`,
		`caracal_archive_lost_packets_total{point="live"} 1`, `caracal_archive_failures_total{point="live"} 1`,
		`caracal_source_failures_total{point="live"} 1`, `caracal_fallbacks_total{point="live"} 1`,
		`caracal_session_seconds_bucket{protocol="mms",le="10"} 0`, `caracal_session_seconds_bucket{protocol="mms",le="30"} 1`,
		`caracal_sent_bytes_total{point="films",protocol="mms"} 40`, `caracal_events_total{event="refused"} 3`,
		`caracal_events_total{event="proxy_began"} 0`,
	)
}

// However sessions come, grow and go between collections, each byte is counted once,
// and no count ever falls.
func TestBytesAreCountedOnce(t *testing.T) {
	var w world
	m := w.start(t)
	r := rand.New(rand.NewPCG(1, 2))
	var sum, before uint64
	for step := range 3000 {
		id := uint32(r.IntN(20) + 1)
		w.mu.Lock()
		switch s := w.sessions[id]; {
		case s == nil:
			w.sessions[id] = &Session{ID: id, Target: fmt.Sprintf("/p%d", id%3), Protocol: "http"}
		case r.IntN(4) == 0:
			delete(w.sessions, id)
			m.observe(event.Disconnected{
				Player: event.Player{Session: id, Target: s.Target, Protocol: "http"}, Packets: s.Packets, Bytes: s.Bytes,
			})
		default:
			n := uint64(r.IntN(1000))
			s.Bytes += n
			s.Packets++
			sum += n
		}
		w.mu.Unlock()
		if step%7 == 0 {
			var got uint64
			m.collect(func(f figure, v float64, _ ...string) {
				if f == sentBytes {
					got += uint64(v)
				}
			})
			if got != sum || got < before {
				t.Fatalf("step %d: %d bytes are counted of %d, %d before", step, got, sum, before)
			}
			before = got
		}
	}
	if len(m.ledger.known) > 20 {
		t.Errorf("the ledger knows %d sessions", len(m.ledger.known))
	}
}

// A session whose end was lost is forgotten in time.
func TestLedgerForgets(t *testing.T) {
	var w world
	m := w.start(t)
	w.sessions[1] = &Session{ID: 1, Protocol: "http"}
	scrape(t, m)
	delete(w.sessions, 1)
	for range forgetAfter + 1 {
		if len(m.ledger.known) != 1 {
			t.Fatal("forgotten too early")
		}
		scrape(t, m)
	}
	if len(m.ledger.known) != 0 {
		t.Error("never forgotten")
	}
}

// Names that others make up do not make ever more figures.
func TestFiguresAreBounded(t *testing.T) {
	var w world
	m := w.start(t)
	for i := range 5000 {
		p := event.Player{
			Session: uint32(i + 1), Protocol: fmt.Sprint("p", i), Target: fmt.Sprint("/point", i), Agent: fmt.Sprint("agent", i, "/", i),
		}
		w.sessions[p.Session] = &Session{ID: p.Session, Protocol: p.Protocol, Target: p.Target, Agent: p.Agent, Streaming: true}
		for _, e := range []event.Event{
			event.Connected{Player: p}, event.Playing{Player: p}, event.Refused{Player: p, Status: i}, event.BadInput{Player: p},
			event.AuthFailed{Player: p, Scheme: fmt.Sprint(i)}, event.HandshakeFailed{Player: p, Class: fmt.Sprint(i)}, event.LogReceived{Player: p, Kind: event.LogKind(i)}, event.EntryBegan{Player: p},
			event.EntrySkipped{List: fmt.Sprint(i)}, event.SourceFailed{Source: event.Source{Point: fmt.Sprint("s", i)}},
		} {
			m.observe(e)
		}
	}
	text := scrape(t, m)
	if n := strings.Count(text, "\n"); n > 30*maxPoints {
		t.Errorf("%d lines of figures", n)
	}
	if !strings.Contains(text, `caracal_players{player="other",point="other",protocol="other"} 4900`) {
		t.Errorf("who is beyond the bounds is not counted together:\n%.300s", grep(text, `caracal_players{player="other",point="other"`))
	}
}

// Collections and events do not stand in each other's way.
func TestCollectWhileEventsCome(t *testing.T) {
	var w world
	m := w.start(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 500 {
				w.bus.Publish(event.Disconnected{Player: event.Player{Session: uint32(i + 1), Protocol: "http"}, Bytes: 1})
			}
		})
	}
	for range 20 {
		scrape(t, m)
	}
	all.Wait()
	m.Close()
	has(t, scrape(t, m), `caracal_sent_bytes_total{point="/",protocol="http"} 2000`)
}

// What promtool finds fault with is not there.
func TestLint(t *testing.T) {
	var w world
	m := w.start(t)
	w.sessions[1] = &Session{ID: 1, Protocol: "http"}
	w.sessions[2] = &Session{ID: 2, Protocol: "push"}
	p := event.Player{Protocol: "mms"}
	for _, e := range []event.Event{
		event.Connected{Player: p}, event.Playing{}, event.Flowing{}, event.Refused{}, event.BadInput{}, event.AuthFailed{}, event.LogReceived{},
		event.EntryBegan{}, event.Stopped{Err: io.EOF}, event.ArchiveEnded{Err: io.EOF}, event.SourceFailed{}, event.FallbackBegan{}, event.Disconnected{},
	} {
		m.observe(e)
	}
	var own []string
	for line := range strings.SplitSeq(scrape(t, m), "\n") {
		if strings.Contains(line, "caracal_") {
			own = append(own, line)
		}
	}
	faults, err := promlint.New(strings.NewReader(strings.Join(own, "\n") + "\n")).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Errorf("%s: %s", f.Metric, f.Text)
	}
}
