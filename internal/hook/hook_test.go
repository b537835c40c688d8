package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
)

// told is a teller for tests.
type told struct {
	mu    sync.Mutex
	names []string
	fails int           // the next so many tries
	again bool          // what it says of them
	hangs bool          // until ctx is done
	takes time.Duration // each try
	times []time.Time
}

func (f *told) tell(ctx context.Context, r event.Record, _ []byte) (bool, error) {
	f.mu.Lock()
	f.times = append(f.times, time.Now())
	fails := f.fails > 0
	if fails {
		f.fails--
	} else {
		f.names = append(f.names, event.Name(r.Event))
	}
	f.mu.Unlock()
	if f.hangs || !rest(ctx, f.takes) && f.takes > 0 {
		<-ctx.Done()
		return true, ctx.Err()
	}
	if fails {
		return f.again, errors.New("no")
	}
	return false, nil
}

// set is a Set whose hooks tell a teller; the log goes to a buffer.
func set(bus *event.Bus, f teller, queue int, log io.Writer, list ...Options) *Set {
	s := &Set{sub: bus.Subscribe(queue), pointOf: func(target string) (string, bool) {
		return strings.Trim(target, "/"), target != "/gone"
	}}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	for _, o := range list {
		h := &hook{opt: o, log: slog.New(slog.NewTextHandler(log, nil)), teller: f, queue: make(chan event.Record, o.Queue)}
		s.hooks = append(s.hooks, h)
		for range max(o.AtOnce, 1) {
			s.all.Go(func() { h.run(ctx) })
		}
	}
	s.all.Go(s.dispatch)
	return s
}

func basic() Options {
	return Options{Name: "h", On: []string{All}, Timeout: 5 * time.Second, Retries: 3, Queue: 16}
}

func TestFilters(t *testing.T) {
	rtsp := event.Player{Protocol: "rtsp", Target: "/live"}
	events := []event.Event{
		event.Connected{Player: rtsp}, event.Connected{Player: event.Player{Protocol: "http", Target: "/gone"}},
		event.Disconnected{Player: rtsp}, event.SourceFailed{Source: event.Source{Point: "live"}}, event.ArchiveEnded{Point: "films"},
	}
	for _, tt := range []struct {
		change func(*Options)
		want   string
	}{
		{func(o *Options) {}, "connected connected disconnected source_failed archive_ended"},
		{func(o *Options) { o.On = []string{"disconnected", "archive_ended"} }, "disconnected archive_ended"},
		{func(o *Options) { o.Points = []string{"live"} }, "connected disconnected source_failed"},
		{func(o *Options) { o.Protocols = []string{"http"} }, "connected"},
		{func(o *Options) { o.Protocols, o.Points = []string{"rtsp"}, []string{"films"} }, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			var bus event.Bus
			f, o := &told{}, basic()
			tt.change(&o)
			s := set(&bus, f, 64, io.Discard, o)
			for _, e := range events {
				bus.Publish(e)
			}
			s.Close(time.Minute)
			if got := strings.Join(f.names, " "); got != tt.want {
				t.Errorf("%+v is told of %s, want %s", o, got, tt.want)
			}
		})
	}
}

// Tries follow each other after longer and longer pauses, as long as they may help.
func TestTries(t *testing.T) {
	for _, tt := range []struct {
		fails        int
		again        bool
		told, failed uint64
		after        []time.Duration
	}{
		{0, true, 1, 0, []time.Duration{0}},
		{2, true, 1, 0, []time.Duration{0, time.Second, 3 * time.Second}},
		{9, true, 0, 1, []time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second}},
		{9, false, 0, 1, []time.Duration{0}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var bus event.Bus
			f := &told{fails: tt.fails, again: tt.again}
			s := set(&bus, f, 64, io.Discard, basic())
			began := time.Now()
			bus.Publish(event.Connected{})
			s.Close(time.Hour)
			if c := s.Counts()[0]; c.Told != tt.told || c.Failed != tt.failed || c.Lost != 0 {
				t.Errorf("%d failures: %+v", tt.fails, c)
			}
			if len(f.times) != len(tt.after) {
				t.Fatalf("%d failures: %d tries", tt.fails, len(f.times))
			}
			for i, at := range f.times {
				if at.Sub(began) != tt.after[i] {
					t.Errorf("try %d after %v, want %v", i, at.Sub(began), tt.after[i])
				}
			}
		})
	}
}

// Who is told and never answers holds up nobody who publishes; what does not fit into the
// queue is counted, and the log is not flooded.
func TestStormAtADeadReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		var log bytes.Buffer
		o := basic()
		o.Retries = 1
		s := set(&bus, &told{hangs: true}, 8, &log, o)
		const storm = 10000
		began := time.Now()
		for i := range storm {
			bus.Publish(event.Connected{})
			if i%8 == 0 {
				synctest.Wait()
			}
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("who publishes has waited %v", took)
		}
		s.Close(3 * time.Second)
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("the end has waited %v", took)
		}
		c := s.Counts()[0]
		if c.Told != 0 || c.Failed == 0 || c.Failed+c.Lost != storm {
			t.Errorf("%+v of %d", c, storm)
		}
		if n := strings.Count(log.String(), "\n"); n != 1 {
			t.Errorf("the log has %d lines:\n%s", n, log.String())
		}
	})
}

func TestRecoveryIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		var log bytes.Buffer
		s := set(&bus, &told{fails: 3}, 8, &log, basic())
		for range 5 {
			bus.Publish(event.Connected{})
			synctest.Wait()
		}
		s.Close(time.Minute)
		if c := s.Counts()[0]; c.Told != 2 || c.Failed != 3 || strings.Count(log.String(), "\n") != 2 {
			t.Errorf("%+v\n%s", c, log.String())
		}
	})
}

// No more than may be are told at once.
func TestAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		o, f := basic(), &told{takes: time.Second}
		o.AtOnce = 3
		s := set(&bus, f, 16, io.Discard, o)
		for range 6 {
			bus.Publish(event.Connected{})
		}
		began := time.Now()
		s.Close(time.Minute)
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("six events of a second take %v", took)
		}
	})
}

const secret = "s3cretsignature"

// receiver is somebody who is told by HTTP.
type receiver struct {
	mu       sync.Mutex
	statuses []int // of the next answers; 200 after them
	got      []*http.Request
	bodies   []string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	b, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got, r.bodies = append(r.got, req), append(r.bodies, string(b))
	if len(r.statuses) > 0 {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(r.statuses[0])
		r.statuses = r.statuses[1:]
	}
}

func TestPost(t *testing.T) {
	rec := &receiver{}
	srv := httptest.NewServer(rec)
	defer srv.Close()
	o := basic()
	o.URL, o.Secret = srv.URL+"/x?y=1", secret
	p := newPost(&o)
	r := event.Record{Time: time.Now(), Event: event.Refused{Player: event.Player{Agent: "\x1b]0;evil\x07\"}{"}, Reason: "no"}}
	if again, err := p.tell(t.Context(), r, r.JSON()); err != nil || again {
		t.Fatal(again, err)
	}
	h := rec.got[0].Header
	if rec.got[0].Method != "POST" || rec.got[0].URL.String() != "/x?y=1" || h.Get("Content-Type") != "application/json" || h.Get(headerEvent) != "refused" {
		t.Errorf("%v %v", rec.got[0], h)
	}
	if h.Get(headerSignature) != sign([]byte(secret), h.Get(headerTime), []byte(rec.bodies[0])) || strings.Contains(rec.bodies[0], secret) {
		t.Errorf("the signature is %q", h.Get(headerSignature))
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(rec.bodies[0]), &fields); err != nil || fields["player_agent"] != "\x1b]0;evil\x07\"}{" {
		t.Errorf("the body is %s: %v", rec.bodies[0], err)
	}
	for status, want := range map[int]bool{500: true, 503: true, 429: true, 400: false, 404: false, 302: false, 307: false} {
		rec.statuses, rec.got = []int{status}, nil
		if again, err := p.tell(t.Context(), r, nil); again != want || err == nil || len(rec.got) != 1 {
			t.Errorf("%d: again %v, %v, %d requests", status, again, err, len(rec.got))
		}
	}
	srv.Close()
	if again, err := p.tell(t.Context(), r, nil); !again || err == nil {
		t.Errorf("without a receiver: %v, %v", again, err)
	}
}

// The signature is as the documentation has it: HMAC-SHA256, computed here by openssl.
func TestSignature(t *testing.T) {
	if got := sign([]byte("key"), "1", []byte("{}")); got != signatureOfOne {
		t.Errorf("the signature is %s", got)
	}
}

// The page about hooks has every event.
func TestDocumentation(t *testing.T) {
	b, err := os.ReadFile("../../docs/hooks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range event.Names() {
		if !strings.Contains(string(b), "`"+name+"`") {
			t.Errorf("docs/hooks.md lacks %s", name)
		}
	}
}

// An answer without end does not hold a hook longer than its time.
func TestEndlessAnswer(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<10)); err != nil {
				return
			}
		}
	}))
	defer srv.Close()
	o := basic()
	o.URL = srv.URL
	if again, err := newPost(&o).tell(t.Context(), event.Record{Event: event.Connected{}}, nil); again || err != nil {
		t.Errorf("%v, %v", again, err)
	}
}

const signatureOfOne = "sha256=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224"
