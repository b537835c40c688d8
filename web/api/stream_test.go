package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
)

// open lets everybody in.
type open struct{}

func (open) Admit(http.ResponseWriter, *http.Request) (Identity, error) { return Identity{}, nil }
func (open) Accounts() bool                                             { return false }
func (open) Login(_ context.Context, _ *http.Request, name, _ string) (Identity, error) {
	return Identity{Account: name}, nil
}
func (open) Renew(_ context.Context, _ *http.Request, account string) (Identity, error) {
	return Identity{Account: account}, nil
}

// recorder is a ResponseWriter that is read while it is written.
type recorder struct {
	*httptest.ResponseRecorder
	mu sync.Mutex
}

func (r *recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ResponseRecorder.Write(b)
}

func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.Body.String()
}

// followed asks for a stream and returns what it writes, until cancel.
func followed(a *API, path string, header ...string) (*recorder, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	r := httptest.NewRequestWithContext(ctx, "GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := &recorder{ResponseRecorder: httptest.NewRecorder()}
	go a.ServeHTTP(w, r)
	synctest.Wait()
	return w, cancel
}

func sayEvent(r event.Record) Event {
	p, _ := event.PlayerOf(r.Event)
	name := strings.Trim(p.Target, "/")
	return Event{Time: r.Time, Type: event.Name(r.Event), Player: PlayerOf(p), Point: &name}
}

func connected(target, protocol string) event.Connected {
	return event.Connected{Player: event.Player{
		Session: 7, Protocol: protocol, Target: target, Address: netip.MustParseAddrPort("192.0.2.1:5000"),
	}}
}

// Who follows gets what passes the filter, goes on where it stopped, and hears what it
// has missed.
func TestEventsAreFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		a := New(Options{Access: open{}, Events: NewEvents(&bus, sayEvent)})
		defer a.Events.Close()
		all, stop := followed(a, "/api/events")
		some, stopSome := followed(a, "/api/events?type=connected,refused&point=live&protocol=rtsp")
		for _, e := range []event.Event{connected("/live", "rtsp"), connected("/live", "http"), connected("/films", "rtsp"),
			event.Disconnected{Player: connected("/live", "rtsp").Player}} {
			bus.Publish(e)
		}
		synctest.Wait()
		if n := strings.Count(all.text(), "\ndata: {"); n != 4 {
			t.Errorf("all has %d:\n%s", n, all.text())
		}
		if n := strings.Count(some.text(), "\ndata: {"); n != 1 || !strings.Contains(some.text(), "event: connected\n") {
			t.Errorf("some has %d:\n%s", n, some.text())
		}
		time.Sleep(streamBeat)
		synctest.Wait()
		if !strings.Contains(some.text(), ": beat\n") {
			t.Error("there is no sign of life")
		}
		stopSome()
		stop()
		synctest.Wait()

		later, stop := followed(a, "/api/events", "Last-Event-ID", a.Events.tail.id(2))
		if n := strings.Count(later.text(), "\ndata: {"); n != 2 || strings.Contains(later.text(), "event: lost") {
			t.Errorf("behind the second come %d:\n%s", n, later.text())
		}
		for range keptEvents + 5 {
			bus.Publish(connected("/live", "mms"))
			synctest.Wait()
		}
		stop()
		for _, id := range []string{a.Events.tail.id(2), "OTHERLIF-2", "x", a.Events.tail.id(9999999)} {
			lost, stop := followed(a, "/api/events", "Last-Event-ID", id)
			if !strings.Contains(lost.text(), "event: lost\n") {
				t.Errorf("behind %s it hears of no loss:\n%.300s", id, lost.text())
			}
			stop()
		}
		end, _ := followed(a, "/api/events")
		a.Close()
		synctest.Wait()
		if end.Code != 200 {
			t.Errorf("the stream ends with %d", end.Code)
		}
	})
}

// There are only so many streams at a time.
func TestStreamsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := New(Options{Access: open{}, Log: NewLog()})
		for range maxStreams {
			followed(a, "/api/log/stream")
		}
		w, _ := followed(a, "/api/log/stream")
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("one more gets %d", w.Code)
		}
		a.Close()
		synctest.Wait()
		if len(a.streams) != 0 {
			t.Errorf("%d streams are left", len(a.streams))
		}
	})
}

// The log is kept with groups and attributes, bounded and filtered.
func TestLogIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := NewLog()
		a := New(Options{Access: open{}, Log: kept})
		var out strings.Builder
		log := slog.New(kept.Handler(slog.NewTextHandler(&out, nil)))
		log.With("proto", "rtsp").WithGroup("g").With("a", 1).Info("Player connected", "b", "Zwölf", slog.Group("c", "d", true))
		log.Debug("not at this level")
		log.Warn(strings.Repeat("x", 2*maxLogText), "target", "/live/a")
		for _, tt := range []struct {
			query string
			count int
		}{{"", 2}, {"?level=warn", 1}, {"?level=debug", 2}, {"?q=ZW", 1}, {"?q=player", 1}, {"?point=live", 1}, {"?after=1", 1}, {"?limit=1", 1}, {"?after=9", 0}} {
			w := httptest.NewRecorder()
			a.ServeHTTP(w, httptest.NewRequest("GET", "/api/log"+tt.query, nil))
			if n := strings.Count(w.Body.String(), `"number"`); w.Code != 200 || n != tt.count {
				t.Errorf("%s gives %d %s", tt.query, w.Code, w.Body)
			}
		}
		all, _, _ := kept.tail.after(0)
		if got := fmt.Sprint(all[0].Attributes); got != "map[g.a:1 g.b:Zwölf g.c.d:true proto:rtsp]" || len(all[1].Message) > maxLogText {
			t.Errorf("kept are %s, %d bytes", got, len(all[1].Message))
		}
		if !strings.Contains(out.String(), "Player connected") {
			t.Error("it is not handed on")
		}
	})
}

// A session ends when it is idle, and after a while whatever happens.
func TestLoginsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLogins()
		request := func(token string) *http.Request {
			r := httptest.NewRequest("GET", "/", nil)
			r.AddCookie(&http.Cookie{Name: cookieName, Value: token})
			return r
		}
		_, idle := l.begin("a")
		_, busy := l.begin("b")
		for range 7 {
			time.Sleep(loginIdle - time.Minute)
			if l.of(request(busy)) == nil {
				break
			}
		}
		if l.of(request(idle)) != nil || l.of(request(busy)) != nil {
			t.Error("a session lasts for ever")
		}
		_, again := l.begin("b")
		if s := l.of(request(again)); s == nil || s.account != "b" {
			t.Error("a session does not last")
		}
		_, oldest := l.begin("oldest")
		time.Sleep(time.Second)
		for range maxLogins + 1 {
			l.begin("c")
		}
		if len(l.all) > maxLogins || l.of(request(oldest)) != nil {
			t.Errorf("%d sessions, and the oldest is one", len(l.all))
		}
	})
}

// FuzzRequest asks for anything.
func FuzzRequest(f *testing.F) {
	for _, r := range routes() {
		f.Add(r.method, r.path, `{"name": "x", "definition": {"path": "/"}}`, "*")
	}
	f.Add("GET", "/api/log?limit=5&after=-1", "", "")
	f.Add("GET", "/api/points?cursor=Lg", "", "")
	a := New(Options{
		Access: open{}, Log: NewLog(), Points: noPoints{}, Playlists: noPlaylists{}, Players: noPlayers{},
		Live: noLive{}, Server: func() Server { return Server{} }, Configuration: noConfiguration{},
	})
	f.Fuzz(func(t *testing.T, method, target, body, match string) {
		if strings.HasSuffix(strings.SplitN(target, "?", 2)[0], "/stream") || strings.HasPrefix(target, "/api/events") {
			return // it would not end
		}
		r, err := http.NewRequest(method, "http://localhost"+target, strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("If-Match", match)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code == http.StatusInternalServerError {
			t.Errorf("%s %s: %d %s", method, target, w.Code, w.Body)
		}
	})
}
