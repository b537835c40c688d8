package server

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"caracal/internal/config"
)

// Each key that is said to be live has somebody who takes it, and none other has.
func TestLiveKeysAreTaken(t *testing.T) {
	taken := func(key string) bool {
		for _, taker := range keyTakers {
			for _, k := range taker.keys {
				if key == k || strings.HasPrefix(key, k+".") {
					return true
				}
			}
		}
		return false
	}
	for _, k := range config.Default().Keys() {
		if live := config.EffectOf(k.Key) == config.Live; live && !taken(k.Key) {
			t.Errorf("nobody takes %s", k.Key)
		}
	}
	for _, taker := range keyTakers {
		for _, k := range taker.keys {
			if config.EffectOf(k) == "" && k != "log.access" && k != "admin" {
				t.Errorf("there is no key %s", k)
			}
		}
	}
}

// What a key of a point changes is what the operator is told: what is live starts nothing
// anew.
func TestPartsOfPoints(t *testing.T) {
	broadcast := config.Point{Name: "x", Broadcast: config.DefaultBroadcast(), Proxy: config.DefaultProxy()}
	for _, key := range broadcast.Differing(&config.Point{
		Name: "y", Path: "p", Wrapper: "w", Redirect: "r", UseProxy: []string{"u"}, AccessLog: "own",
	}) {
		parts := partOf(key)
		again := parts&(asSource|asGroup|asMSBD|asWhole) != 0
		if parts == 0 && key != "name" {
			t.Errorf("%s is no part", key)
		}
		if effect := config.EffectOf("points." + key); again != (effect == config.AtPoint) && key != "broadcast.batch" {
			t.Errorf("%s: %s, parts %b", key, effect, parts)
		}
	}
	for key := range pointParts {
		if config.EffectOf("points."+key) == "" {
			t.Errorf("there is no key %s", key)
		}
	}
}

// Keys that count at once do, and those that want a restart are told until it comes.
func TestReloadKeys(t *testing.T) {
	w := startWritten(t, "points: [{name: films, path: "+films(t, "a.wmv")+"}]")
	points := "points: [{name: films, path: " + w.config().Points[0].Path + "}]\n"
	got := w.reload(points + `
http: {public_host: media.example.org, max_connections: 7, auth: {realm: Club}}
server: {persona: Cougar/9.0, persona_space: true, shutdown_grace: 3s}
limits: {players: 5}
sessions: {max: 9, idle_timeout: 5s}
cache: {memory: 2MiB}
default: films/a.wmv
admin: {hosts: [admin.example.org], scrapers: [192.0.2.1]}
access: {play: ["address:192.0.2.0/24"]}
log: {format: json}
`)
	want := `http.public_host live
http.max_connections server
http.auth.realm live
server.persona live
server.persona_space live
server.shutdown_grace live
sessions.max live
sessions.idle_timeout server
limits.players live
cache.memory live
default live
log.format server
admin.hosts live
admin.scrapers live
access.play live
`
	if got != want {
		t.Errorf("the changes are\n%s, want\n%s", got, want)
	}
	if h := w.PublicHost(); !strings.HasPrefix(h, "media.example.org") {
		t.Errorf("the host is %s", h)
	}
	if p := w.http.Persona(); p.String() != "Cougar 9.0" || w.ShutdownGrace().Seconds() != 3 || w.points.Default() != "films/a.wmv" {
		t.Errorf("it is %s, ends in %v, and plays %s", p, w.ShutdownGrace(), w.points.Default())
	}
	if !w.pointNamed("films").Guarded.Load() || w.status("/films/a.wmv") != 403 {
		t.Error("the point is open as before")
	}
	r := httptest.NewRequest(http.MethodGet, "http://admin.example.org/healthz", nil)
	rec := httptest.NewRecorder()
	if w.admin.ServeHTTP(rec, r); rec.Code != 200 {
		t.Errorf("by its new name the admin listener answers %d", rec.Code)
	}
	c := w.config()
	if c.HTTP.MaxConnections == 7 || c.Sessions.IdleTimeout.Seconds() == 5 || c.Limits.Players != 5 || c.Sessions.Max != 9 || c.HTTP.Auth.Realm != "Club" {
		t.Errorf("in force is %+v", c)
	}
	if got = w.reload(points + "http: {max_connections: 7}\ndefault: \"\"\n"); !strings.Contains(got, "http.max_connections server\n") || !strings.Contains(got, "access.play live") {
		t.Errorf("then the changes are\n%s", got)
	}
	if w.status("/films/a.wmv") != 200 || w.points.Default() == "" {
		t.Error("it is not as before")
	}
	if got = w.reload(points + "http: {max_connections: 7}\n"); got != "http.max_connections server\n" {
		t.Errorf("what wants a restart is told as\n%s", got)
	}
	if log := w.log.String(); !strings.Contains(log, "want a restart") {
		t.Error("the log does not say it")
	}
}

// The rules of points that are gone are gone, and those of copies that encoders have made
// stay what those of their templates are.
func TestReloadRules(t *testing.T) {
	text := func(play string) string {
		return "points:\n- {name: live, access: {play: [" + play + "]}, broadcast: {source: push, push: {copies: 3}}}\n"
	}
	w := startWritten(t, text("local")+"- {name: shut, path: "+t.TempDir()+", access: {play: []}}\n")
	b := broadcastOf(w.pointNamed("live").Opener)
	made, err := w.makeCopy("live/copy", w.pointNamed("live"), b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.makeCopy("live/copy", w.pointNamed("live"), b); err == nil || w.access.Guard.PointRules("live/copy") == nil {
		t.Errorf("a second encoder that comes at the same time leaves the rules %v: %v", w.access.Guard.PointRules("live/copy"), err)
	}
	w.reload(text("\"address:192.0.2.1\""))
	if w.access.Guard.PointRules("shut") != nil {
		t.Error("the rules of a point that is gone are left")
	}
	play := func() string { return w.access.Guard.PointRules("live/copy").Play[0].String() }
	if got := play(); !strings.Contains(got, "192.0.2.1") || !w.pointNamed("live/copy").Guarded.Load() {
		t.Errorf("a copy lets in %s", got)
	}
	w.reload("points: [{path: " + t.TempDir() + "}]")
	if got := play(); !strings.Contains(got, "192.0.2.1") {
		t.Errorf("without its template it lets in %s", got)
	}
	made.Remove()
	if w.access.Guard.PointRules("live/copy") != nil || b.copies.Load() != 0 {
		t.Error("something of the copy is left")
	}
}

// Hooks are exchanged, and who was told before is told no more.
func TestReloadHooks(t *testing.T) {
	told := make(chan string, 64)
	to := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { told <- r.URL.Path }))
	defer to.Close()
	text := func(path, secret string) string {
		return "hooks: [{name: h, on: [connected], url: \"" + to.URL + path + "\", secret: " + secret + "}]\npoints: [{path: " + films(t, "a.wmv") + "}]\n"
	}
	w := startWritten(t, text("/one", "s3cretnumberone"))
	play(t, w.Server, "/a.wmv")
	if got := <-told; got != "/one" {
		t.Errorf("%s is told", got)
	}
	w.reload(text("/two", "s3cretnumbertwo"))
	play(t, w.Server, "/a.wmv")
	if got := <-told; got != "/two" {
		t.Errorf("%s is told", got)
	}
	if log := w.log.String(); strings.Contains(log, "s3cret") || !strings.Contains(log, "hooks.h.secret") {
		t.Error("the log has the secret, or does not say that it is another one")
	}
}

// The API says the same as the log, without secrets, and refuses a wrong file with its
// lines.
func TestReloadOverAPI(t *testing.T) {
	key := func(key string) string {
		return "points:\n- {name: live, broadcast: {source: push, key: " + key + "}}\n"
	}
	w := startWritten(t, key("s3cretone"))
	yaml := func(path, text string) (int, string) {
		resp, err := http.Post("http://"+w.AdminAddr().String()+path, "application/yaml", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var b bytes.Buffer
		b.ReadFrom(resp.Body)
		return resp.StatusCode, strings.Join(strings.Fields(b.String()), "")
	}
	const changed = `{"changes":[{"key":"points.live.broadcast.key","before":"(kept)","after":"(kept)","effect":"live"}]}`
	if status, got := yaml("/api/configuration/diff", key("s3crettwo")); status != 200 || got != changed {
		t.Errorf("the differences are %d %s", status, got)
	}
	if w.config().Points[0].Broadcast.Key != "s3cretone" {
		t.Error("asking has changed it")
	}
	w.write(key("s3crettwo"))
	if status, got := yaml("/api/configuration/reload", ""); status != 200 || got != changed {
		t.Errorf("the reload is answered %d %s", status, got)
	}
	if w.access.Guard.PointRules("live").Key != "s3crettwo" {
		t.Error("the key is the old one")
	}
	w.write("points:\n- {nme: live}\n")
	_, _, problem := call(t, w.Server, "POST", "/api/configuration/reload", "")
	list, _ := problem["problems"].([]any)
	if problem["status"] != 422.0 || len(list) == 0 || list[0].(map[string]any)["line"] != 2.0 {
		t.Errorf("a wrong file is answered %v", problem)
	}
	s, _ := start(t, testConfig())
	if status, _, a := call(t, s, "POST", "/api/configuration/reload", ""); status != 501 {
		t.Errorf("without a file: %d %v", status, a)
	}
}
