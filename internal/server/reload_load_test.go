package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"caracal/asf"
	"caracal/internal/pull"
	"caracal/internal/sample"
	"caracal/internal/session"
	"caracal/mms"
	"caracal/rtsp"
	"caracal/wmsp"
)

// viewing is a player of any protocol.
type viewing struct {
	io.Closer
	next func() (pull.Event, error)
}

// open begins to play over a protocol.
func (w *written) open(protocol, name string) (*viewing, error) {
	ctx := w.t.Context()
	switch protocol {
	case "http":
		st, err := (&wmsp.Client{}).Play(ctx, "http://"+w.Addr().String()+name, wmsp.PlayOptions{})
		return &viewing{st, func() (pull.Event, error) { e, err := st.Next(); return e.Event, err }}, err
	case "rtsp":
		st, err := (&rtsp.Client{}).Play(ctx, "rtsp://"+w.RTSPAddr().String()+name, rtsp.PlayOptions{})
		return &viewing{st, func() (pull.Event, error) { e, err := st.Next(); return e.Event, err }}, err
	}
	st, err := (&mms.Client{}).Play(ctx, "mms://"+w.MMSAddr().String()+name, mms.PlayOptions{})
	return &viewing{st, func() (pull.Event, error) { e, err := st.Next(); return e.Event, err }}, err
}

var errLost = errors.New("packets are missing")

// follow reads to the end, and checks that nothing is missing. begun is called with the
// first packet.
func (st *viewing) follow(begun func()) (packets int64, err error) {
	last, numbered := uint32(0), false
	for {
		e, err := st.next()
		switch {
		case err != nil:
			return packets, err
		case e.Lost > 0:
			return packets, errLost
		case e.Kind == pull.GotHeader, e.Kind == pull.GotChange:
			numbered = false
		case e.Kind == pull.GotEnd && !e.More:
			return packets, nil
		case e.Kind == pull.GotPacket:
			if numbered && e.HasPacket && e.Packet != last+1 {
				return packets, errLost
			}
			last, numbered = e.Packet, e.HasPacket
			if packets++; packets == 1 {
				begun()
			}
		}
	}
}

// crowd are players of all protocols, half of them of a film.
type crowd struct {
	begun, films, live sync.WaitGroup
	over               atomic.Bool // players of the broadcast may end
}

const inCrowd = 200

// gather has them play: those of the film to its end.
func (w *written) gather(all int64) *crowd {
	c := &crowd{}
	protocols := []string{"http", "rtsp", "mms"}
	for i := range inCrowd {
		name, protocol, of := "/films/a.wmv", protocols[i/2%3], &c.films
		if i%2 == 1 {
			name, of = "/live", &c.live
		}
		st, err := w.open(protocol, name)
		if err != nil {
			w.t.Fatal(i, protocol, err)
		}
		w.t.Cleanup(func() { st.Close() })
		c.begun.Add(1)
		of.Go(func() {
			packets, err := st.follow(sync.OnceFunc(c.begun.Done))
			switch {
			case of == &c.live && c.over.Load() && err == nil: // it was told so
			case err != nil || of == &c.live || packets != all:
				w.t.Errorf("a player of %s over %s gets %d packets of %d: %v", name, protocol, packets, all, err)
			}
		})
	}
	c.begun.Wait()
	return c
}

// Two hundred players of all protocols notice nothing of reloads that change what they
// play, all around it, and what may come.
func TestReloadUnderLoad(t *testing.T) {
	r, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		t.Fatal(err)
	}
	dirs := [2]string{films(t, "a.wmv"), films(t, "a.wmv")}
	text := func(i int) string {
		return fmt.Sprintf(`
limits: {players: %d, request_rate: 0}
log: {level: [debug, info]}
on_demand: {speed: 4, batch: %dms}
server: {persona: Cougar/9.%d}
access: {play: [anyone, "address:192.0.2.%d"]}
hooks: [{name: h%d, on: [shutdown], command: [/bin/true]}]
points:
- {name: films, path: %s, limits: {players: %d}}
- {name: live, broadcast: {source: "loop:%s", batch: %dms}, access_log: %s}
- {name: other%d, path: %s}
`, 1000+i, 500+i%2, i%10, i, i, dirs[i%2], 900+i, dirs[0], 150+i%3, []string{"own", "both"}[i%2], i, dirs[0])
	}
	texts := func(i int) string {
		return strings.NewReplacer("[debug, info]", []string{"debug", "info"}[i%2], "[shutdown]", "[refused]").Replace(text(i))
	}
	w := startWritten(t, texts(0))
	until(t, func() bool { return len(w.Waiting()) == 0 })
	c := w.gather(r.NumPackets())
	for i := range 30 {
		if got := w.reload(texts(i + 1)); !strings.Contains(got, "points.films.path live") || strings.Contains(got, " point\n") {
			t.Errorf("the changes are\n%s", got)
		}
	}
	streaming := 0
	for _, ses := range w.sessions.All() {
		if ses.State() == session.Streaming {
			streaming++
		}
	}
	if streaming < inCrowd/2 { // films may have come to their end
		t.Errorf("%d play when all is reloaded", streaming)
	}
	c.films.Wait()
	for _, ses := range w.sessions.All() {
		if n := ses.Skipped.Load(); n > 0 {
			t.Errorf("%s of %s was left out %d packets", ses.Player.Protocol, ses.Who().Target, n)
		}
	}
	// When the broadcast is removed they are told the end, by each protocol.
	c.over.Store(true)
	if got := w.reload("points: [{name: other30, path: " + dirs[0] + "}]"); !strings.Contains(got, "points.live live\n") {
		t.Errorf("the changes are\n%s", got)
	}
	c.live.Wait()
	if got := w.pointNamed("other30"); got == nil || w.pointNamed("other29") != nil {
		t.Error("the latest file is not in force")
	}
}

// usage is what a process has: goroutines, open files and bytes in use.
func usage(t *testing.T) (goroutines, files int, bytes uint64) {
	t.Helper()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return runtime.NumGoroutine(), 0, m.HeapAlloc // no such system
	}
	return runtime.NumGoroutine(), len(fds), m.HeapAlloc
}

// mostGrowth is what a hundred reloads may leave: a log that is not full yet.
const mostGrowth = 8 << 20

// A hundred reloads, each of which makes points, sources and hooks anew, leave nothing
// behind; and so do a hundred orders for one at a time.
func TestReloadStorm(t *testing.T) {
	dirs := [2]string{films(t, "a.wmv"), films(t, "b.wmv")}
	list := t.TempDir() + "/evening.wsx"
	if err := os.WriteFile(list, []byte(`<?wsx version="1.0"?><smil><media src="`+dirs[0]+`/a.wmv"/></smil>`), 0o644); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	text := func(i int) string {
		return fmt.Sprintf(`
hooks: [{name: h%d, on: [refused], url: "http://127.0.0.1:1/"}]
access: {ask: {url: "", timeout: %ds}}
points:
- {path: %s}
- {name: evening, path: %s, on_demand: {speed: %d}}
- {name: live, wrapper: %s, broadcast: {source: "loop:%s", fallback_after: %ds, multicast: {group: 239.255.77.10, port: %d, interface: 127.0.0.1, ttl: %d}}}
- {name: rec%d, broadcast: {source: push, archive: {folder: %s}, msbd: {address: "127.0.0.1:0"}}}
- {name: far, proxy: {origin: "http://127.0.0.1:1/films", linger: %ds}}
`, i%3, 1+i%5, dirs[i%2], list, 1+i%4, list, dirs[i%2], 5+i%7, port, 1+i%3, i%2, dirs[0]+"/rec", 30+i%9)
	}
	w := startWritten(t, text(0))
	for i := range 10 {
		w.reload(text(i + 1))
	}
	settled := func(then func(goroutines, files int, bytes uint64) bool) {
		t.Helper()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		until(t, func() bool { return then(usage(t)) })
	}
	var goroutines, files int
	var bytes uint64
	settled(func(g, f int, b uint64) bool { // hooks of before end when nothing waits
		same := g == goroutines && f == files
		goroutines, files, bytes = g, f, b
		return same
	})
	for i := range 100 {
		if w.reload(text(i+11)) == "" {
			t.Fatal("nothing changes")
		}
	}
	w.reload(text(10))
	settled(func(g, f int, b uint64) bool { return g <= goroutines && f <= files && b <= bytes+mostGrowth })
	var all sync.WaitGroup
	var changed atomic.Int32
	w.write(text(11))
	for range 100 {
		all.Go(func() {
			changes, err := w.Reload(t.Context())
			if err != nil {
				t.Error(err)
			}
			if len(changes) > 0 {
				changed.Add(1)
			}
		})
	}
	all.Wait()
	if n := changed.Load(); n == 0 {
		t.Errorf("%d of those who asked together are told what has changed", n)
	}
	if n := strings.Count(w.log.String(), "read anew"); n < 111 {
		t.Errorf("%d reloads in the log", n)
	}
	shutdown(t, w.Server)
	if _, err := w.Reload(t.Context()); !errors.Is(err, errReloadEnd) {
		t.Errorf("behind the end: %v", err)
	}
}
