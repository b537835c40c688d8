package server

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/session"
	"caracal/wmsp"
)

// written is a server with a configuration file that a test writes.
type written struct {
	*Server
	t    *testing.T
	file string
	log  *lockedBuffer
}

// startWritten starts a server with a file; settings are flags.
func startWritten(t *testing.T, text string, settings ...config.Setting) *written {
	t.Helper()
	w := &written{t: t, file: filepath.Join(t.TempDir(), "caracal.yaml")}
	w.write(text)
	for _, key := range []string{"http.address", "rtsp.address", "mms.address", "admin.address"} {
		settings = append(settings, config.Setting{Key: key, Value: "127.0.0.1:0", From: "--set"})
	}
	settings = append(settings, config.Setting{Key: "rtsp.udp_port", Value: "-1", From: "--set"}, config.Setting{Key: "mms.udp", Value: "false", From: "--set"})
	read := func(text []byte) (*config.Config, error) {
		if text == nil {
			return config.Load(w.file, settings...)
		}
		return config.LoadText(w.file, text, settings...)
	}
	cfg, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	w.Server, w.log = start(t, cfg)
	w.ReloadFrom(ReloadSource{Read: read})
	return w
}

func (w *written) write(text string) {
	w.t.Helper()
	if err := os.WriteFile(w.file, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// reload writes the file anew and has it read; what changes is "key effect" a line.
func (w *written) reload(text string) string {
	w.t.Helper()
	w.write(text)
	changes, err := w.Reload(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s %s\n", c.Key, c.Effect)
	}
	return b.String()
}

// refused is a reload that changes nothing.
func (w *written) refused(text string) error {
	w.t.Helper()
	w.write(text)
	changes, err := w.Reload(w.t.Context())
	if err == nil || changes != nil {
		w.t.Fatalf("%v, %v", changes, err)
	}
	return err
}

func (w *written) status(name string) int {
	w.t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://"+w.Addr().String()+name, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// Points come, go and change: who plays one that is removed is told the end, who plays one
// that changes goes on.
func TestReloadPoints(t *testing.T) {
	a, b := films(t, "a.wmv"), films(t, "b.wmv")
	w := startWritten(t, "points:\n- {name: films, path: "+a+"}\n- {name: gone, path: "+a+"}\n")
	stays, ends := play(t, w.Server, "/films/a.wmv"), play(t, w.Server, "/gone/a.wmv")
	ended := make(chan error, 1)
	go func() { ended <- readToEnd(ends) }()
	text := "points:\n- {name: films, path: " + b + ", on_demand: {speed: 2}}\n- {name: new, path: " + a + "}\n- {name: moved.wmv, redirect: \"mms://h/x\"}\n"
	want := "points.films.path live\npoints.films.on_demand.speed live\npoints.gone live\npoints.new live\npoints.\"moved.wmv\" live\n"
	if got := w.reload(text); got != want {
		t.Errorf("the changes are\n%s, want\n%s", got, want)
	}
	if err := <-ended; err != nil {
		t.Errorf("who played what is removed: %v", err)
	}
	for name, status := range map[string]int{
		"/films/b.wmv": 200, "/films/a.wmv": 404, "/gone/a.wmv": 404, "/new/a.wmv": 200,
	} {
		if got := w.status(name); got != status {
			t.Errorf("%s: %d, want %d", name, got, status)
		}
	}
	if films, moved := w.pointNamed("films"), w.pointNamed("moved.wmv"); films.Options.Speed != 2 || moved.Redirect != "mms://h/x" {
		t.Errorf("the points are %+v and %+v", films, moved)
	}
	stillPlays(t, stays, 10)
	for _, ses := range w.sessions.All() {
		ses.End(session.ErrByAdministrator)
	}
	if err := readToEnd(stays); err != nil {
		t.Error(err)
	}
	until(t, func() bool { w.retired.mu.Lock(); defer w.retired.mu.Unlock(); return len(w.retired.list) == 0 })
	if got := w.reload(text); got != "" {
		t.Errorf("the same file changes %s", got)
	}
}

// stillPlays reads so many packets.
func stillPlays(t *testing.T, st *wmsp.Stream, n int) {
	t.Helper()
	for n > 0 {
		e, err := st.Next()
		if err != nil || e.Kind == wmsp.GotEnd {
			t.Fatalf("the stream ends: %+v, %v", e, err)
		}
		if e.Kind == wmsp.GotPacket {
			n--
		}
	}
}

// A wrong file changes nothing, whatever else it says, and says the line and the reason.
func TestReloadWrong(t *testing.T) {
	dir := films(t, "a.wmv")
	w := startWritten(t, "points:\n- {name: films, path: "+dir+"}\n")
	for text, want := range map[string]string{
		"limits: {players: 1}\nlog: {lvel: debug}\n":                                             `caracal.yaml:2: log.lvel: unknown key; did you mean "level"?`,
		"limits: {players: 1}\npoints:\n- {name: films, path: /nowhere}\n":                       "caracal.yaml:3: points[0]: ",
		"limits: {players: 1}\npoints:\n- {name: a, path: " + dir + "}\n- {name: b, path: x}\n":  "caracal.yaml:4: points[1]: ",
		"points:\n- {name: a, broadcast: {source: \"loop:/nowhere\"}}\n":                         "caracal.yaml:2: points[0]: ",
		"points:\n- {name: a, broadcast: {source: \"loop:/nowhere\", archive: {folder: \"x\"}}}": "caracal.yaml:2: points[0]: ",
		"points: [": "caracal.yaml:",
	} {
		if err := w.refused(text); !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
		if w.config().Limits.Players != 0 || w.status("/films/a.wmv") != 200 || w.status("/a/a.wmv") == 200 {
			t.Errorf("%s: something has changed", text)
		}
	}
	if err := os.Remove(w.file); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Reload(t.Context()); !errors.Is(err, os.ErrNotExist) || w.status("/films/a.wmv") != 200 {
		t.Errorf("without a file: %v", err)
	}
	if log := w.log.String(); !strings.Contains(log, "stays as it was") || !strings.Contains(log, "caracal.yaml:4: points[1]") {
		t.Errorf("the log does not say it:\n%s", log)
	}
}

// Another source of a broadcast is started in the place of the old one; its players go on
// with that, on the connection that they have.
func TestReloadSource(t *testing.T) {
	a, b := films(t, "a.wmv"), films(t, "b.wmv")
	text := func(source, more string) string {
		return "points:\n- {name: live, broadcast: {source: \"" + source + "\"" + more + "}}\n- {name: other, broadcast: {source: \"loop:" + a + "\"}}\n"
	}
	w := startWritten(t, text("loop:"+a, ""))
	until(t, func() bool { return len(w.Waiting()) == 0 })
	st := play(t, w.Server, "/live")
	other := broadcastOf(w.pointNamed("other").Opener)
	if got := w.reload(text("loop:"+b, ", keep: 45s")); got != "points.live.broadcast.source point\npoints.live.broadcast.keep point\n" {
		t.Errorf("the changes are %s", got)
	}
	goesOn(t, st)
	if got := broadcastOf(w.pointNamed("other").Opener); got != other || got.fed.running != other.fed.running {
		t.Error("another point was started anew")
	}
	// From a source of the server's own to encoders, and back: encoders are told to go.
	w.reload(text("push", ""))
	e := push(t, "http://"+w.Addr().String()+"/live")
	e.send(e.packets[:4*e.size])
	goesOn(t, st)
	w.reload(text("loop:"+a, ""))
	goesOn(t, st)
	e.w.Close()
	if status := <-e.status; status == http.StatusOK {
		t.Error("the encoder was told that all went well")
	}
}

// goesOn reads until another entry has brought a packet.
func goesOn(t *testing.T, st *wmsp.Stream) {
	t.Helper()
	for header := false; ; {
		e, err := st.Next()
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case wmsp.GotHeader:
			header = true
		case wmsp.GotPacket:
			if header {
				return
			}
		}
	}
}

// A group and a way to fetch a broadcast come, change and go while its players stay.
func TestReloadGroup(t *testing.T) {
	dir := films(t, "a.wmv")
	text := func(more string) string {
		return "points:\n- {name: live, broadcast: {source: \"loop:" + dir + "\"" + more + "}}\n"
	}
	w := startWritten(t, text(""))
	until(t, func() bool { return len(w.Waiting()) == 0 })
	st := play(t, w.Server, "/live")
	running := broadcastOf(w.pointNamed("live").Opener).fed.running
	group := fmt.Sprintf(", multicast: {group: 239.255.77.9, port: %d, interface: 127.0.0.1}", freePort(t))
	w.reload(text(group + ", msbd: {address: '127.0.0.1:0'}"))
	if w.multicastNamed("live") == nil || w.MSBDAddr("live") == nil {
		t.Error("it is not sent where it should be")
	}
	before := w.multicastNamed("live")
	w.reload(text(group + ", msbd: {address: '127.0.0.1:0', ttl: 2}, batch: 200ms"))
	if after := w.multicastNamed("live"); after == nil || after == before || w.pointNamed("live").Options.Batch.Milliseconds() != 200 {
		t.Error("it is sent as before")
	}
	w.reload(text(""))
	if w.multicastNamed("live") != nil || w.MSBDAddr("live") != nil {
		t.Error("it is sent where it should not be")
	}
	if broadcastOf(w.pointNamed("live").Opener).fed.running != running {
		t.Error("its source was started anew")
	}
	stillPlays(t, st, 20)
	// What cannot be had is said, and tried again.
	w.write(text(", msbd: {address: '192.0.2.1:7'}"))
	if changes, err := w.Reload(t.Context()); err == nil || len(changes) != 1 || !strings.Contains(err.Error(), "caracal.yaml:2: points[0]: ") {
		t.Errorf("%v, %v", changes, err)
	}
	if changes, err := w.Reload(t.Context()); err == nil || len(changes) != 0 {
		t.Errorf("the second time: %v, %v", changes, err)
	}
	if got := w.reload(text("")); got != "points.live.broadcast.msbd.address point\n" {
		t.Errorf("%s", got)
	}
}

// A broadcast with an archive, and one that becomes another kind of point, are published
// anew; their players are told the end.
func TestReloadWhole(t *testing.T) {
	dir, rec := films(t, "a.wmv"), t.TempDir()
	text := func(size string) string {
		return "points:\n- {name: live, broadcast: {source: \"loop:" + dir + "\", archive: {folder: " + rec + ", size: " + size + "}}}\n"
	}
	w := startWritten(t, text("1MiB"))
	for _, to := range []string{text("2MiB"), "points:\n- {name: live, path: " + dir + "}\n"} {
		until(t, func() bool { return len(w.Waiting()) == 0 })
		st := play(t, w.Server, "/live")
		ended := make(chan error, 1)
		go func() { ended <- readToEnd(st) }()
		w.reload(to)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if w.status("/live/a.wmv") != 200 {
		t.Error("it does not publish the folder")
	}
	if old, err := os.ReadDir(rec); err != nil || len(old) == 0 {
		t.Errorf("the archive has %v, %v", old, err)
	}
}

// Without points the film inside is published, and with points it is not.
func TestReloadSample(t *testing.T) {
	dir := films(t, "a.wmv")
	w := startWritten(t, "")
	all := func() string {
		var names []string
		for _, p := range w.points.All() {
			names = append(names, p.Name)
		}
		return strings.Join(names, " ")
	}
	sample := all()
	w.reload("points: [{path: " + dir + "}]")
	if got := all(); got != "" || w.status("/a.wmv") != 200 {
		t.Errorf("there is %q", got)
	}
	st := play(t, w.Server, "/a.wmv")
	w.reload("points: [{path: " + films(t, "b.wmv") + "}]")
	if w.status("/a.wmv") != 404 || w.status("/b.wmv") != 200 {
		t.Error("the root has its old content")
	}
	stillPlays(t, st, 10)
	w.reload("")
	if got := all(); got != sample || got == "" {
		t.Errorf("there is %q, and was %q", got, sample)
	}
}

// What was changed over the API counts, whatever the file says, and is kept.
func TestReloadState(t *testing.T) {
	a, b := films(t, "a.wmv"), films(t, "b.wmv")
	one := "state: s.json\npoints:\n- {name: films, path: " + a + "}\n- {name: off, path: " + a + "}\n- {name: removed, path: " + a + "}\n"
	w := startWritten(t, one)
	want(t, 200, w.Server, "PUT", "/api/points/films", `{"path": `+quotedJSON(b)+`}`, "If-Match", "*")
	want(t, 200, w.Server, "POST", "/api/points/off/stop", "")
	want(t, 204, w.Server, "DELETE", "/api/points/removed", "", "If-Match", "*")
	want(t, 201, w.Server, "POST", "/api/points", `{"name": "made", "definition": {"broadcast": {"source": "push", "multicast": {"group": "239.1.1.1", "port": 5}}}}`)
	two := strings.ReplaceAll(one, a, filepath.Join(a, ".")+"/") + "- {name: new, path: " + a + "}\n"
	if got := w.reload(two); got != "points.off.path live\npoints.new live\n" {
		t.Errorf("the changes are %s", got)
	}
	for name, status := range map[string]int{"/films/b.wmv": 200, "/removed/a.wmv": 404, "/new/a.wmv": 200} {
		if got := w.status(name); got != status {
			t.Errorf("%s: %d, want %d", name, got, status)
		}
	}
	if got := w.status("/off/a.wmv"); got == 200 || w.pointNamed("made") == nil {
		t.Errorf("what was stopped answers %d, or what was made is gone", got)
	}
	clash := one + "- {name: x, broadcast: {source: push, multicast: {group: 239.1.1.1, port: 5}}}\n"
	if err := w.refused(clash); !strings.Contains(err.Error(), `"made"`) || !strings.Contains(err.Error(), "239.1.1.1:5") {
		t.Errorf("%v", err)
	}
	w.reload(two)
	want(t, 200, w.Server, "POST", "/api/points/off/start", "")
	want(t, 200, w.Server, "POST", "/api/points/films/reset", "", "If-Match", "*")
	if w.status("/off/a.wmv") != 200 || w.status("/films/a.wmv") != 200 {
		t.Error("they are not as the new file says")
	}
}

// Another wrapper is for players that come: the old one is kept for those who have it.
func TestReloadWrapper(t *testing.T) {
	dir := films(t, "a.wmv", "b.wmv")
	for _, name := range []string{"a", "b"} {
		list := `<?wsx version="1.0"?><smil><media src="` + name + `.wmv"/><media src="%RequestedURL%"/></smil>`
		if err := os.WriteFile(filepath.Join(dir, name+".wsx"), []byte(list), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text := func(wrapper string) string {
		return "points:\n- {name: live, " + wrapper + "broadcast: {source: \"loop:" + dir + "\"}}\n"
	}
	w := startWritten(t, text("wrapper: "+dir+"/a.wsx, "))
	until(t, func() bool { return len(w.Waiting()) == 0 })
	running := broadcastOf(w.pointNamed("live").Opener).fed.running
	st := play(t, w.Server, "/live")
	for _, to := range []string{"wrapper: " + dir + "/b.wsx, ", ""} {
		if got := w.reload(text(to)); got != "points.live.wrapper live\n" {
			t.Errorf("the changes are %s", got)
		}
	}
	kept := func() int { w.retired.mu.Lock(); defer w.retired.mu.Unlock(); return len(w.retired.list) }
	if n := kept(); n == 0 || broadcastOf(w.pointNamed("live").Opener).fed.running != running {
		t.Errorf("%d wrappers are kept for who has them, or the source was started anew", n)
	}
	stillPlays(t, st, 10)
	w.sessions.All()[0].End(session.ErrByAdministrator)
	if err := readToEnd(st); err != nil {
		t.Error(err)
	}
	until(t, func() bool { return kept() == 0 })
}

// What is read from files of its own is read anew at each reload, of a wrong file too.
func TestAlsoReload(t *testing.T) {
	w := startWritten(t, "")
	calls := 0
	w.alsoReload(func() { calls++ })
	w.refused("log: {lvel: debug}")
	w.reload("")
	if calls != 2 {
		t.Errorf("%d calls", calls)
	}
}
