package server

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/web/api/apitest"
)

// call asks the API, holds the answer against the document, and returns the status, the
// ETag and what is said. Headers are pairs.
func call(t *testing.T, s *Server, method, path, body string, header ...string) (int, string, map[string]any) {
	t.Helper()
	r, err := http.NewRequest(method, "http://"+s.AdminAddr().String()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	apitest.Conforms(t, resp, b)
	var answer map[string]any
	json.Unmarshal(b, &answer)
	return resp.StatusCode, resp.Header.Get("ETag"), answer
}

// want fails unless a call has a status, and gives the rest of it.
func want(t *testing.T, status int, s *Server, method, path, body string, header ...string) (string, map[string]any) {
	t.Helper()
	got, etag, a := call(t, s, method, path, body, header...)
	if got != status {
		t.Fatalf("%s %s %s: %d %v, want %d", method, path, body, got, a, status)
	}
	return etag, a
}

func quotedJSON(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// A point is made, played, changed, stopped, started and removed; all of that outlives the
// server, and the configuration's own points come back when they are reset.
func TestPointsAreChanged(t *testing.T) {
	dir, other := films(t, "a.wmv"), films(t, "b.wmv")
	cfg := testConfig(config.Point{Name: "films", Path: dir})
	cfg.State = filepath.Join(t.TempDir(), "state.json")
	s, _ := start(t, cfg)
	etag, a := want(t, 201, s, "POST", "/api/points", `{"name": "new/films", "definition": {"path": `+quotedJSON(dir)+`}}`)
	if a["origin"] != "state" || a["kind"] != "on-demand" || a["state"] != "ready" || a["etag"] != etag {
		t.Errorf("it is made as %v with %s", a, etag)
	}
	play(t, s, "/new/films/a.wmv")
	const at = "/api/points/new%2Ffilms"
	want(t, 409, s, "POST", "/api/points", `{"name": "new/films", "definition": {"path": `+quotedJSON(dir)+`}}`)
	body := `{"path": ` + quotedJSON(other) + `, "on_demand": {"max_accel_bandwidth": 9000000, "batch": "500ms"}}`
	want(t, 428, s, "PUT", at, body)
	want(t, 412, s, "PUT", at, body, "If-Match", `"0"`)
	changed, a := want(t, 200, s, "PUT", at, body, "If-Match", etag)
	want(t, 412, s, "PUT", at, body, "If-Match", etag)
	if d := a["definition"].(map[string]any)["on_demand"].(map[string]any); d["max_accel_bandwidth"] != 9e6 || d["batch"] != "500ms" {
		t.Errorf("it is changed to %v", a)
	}
	play(t, s, "/new/films/b.wmv")
	if got := ask(t, s, "GET", "/new/films/a.wmv"); got.StatusCode != 404 {
		t.Errorf("what it published is still there: %s", got.Status)
	}

	// Stopped, nobody gets in, and so it stays.
	if _, a = want(t, 200, s, "POST", at+"/stop", ""); a["state"] != "stopped" {
		t.Errorf("stopped, it is %v", a)
	}
	if got := ask(t, s, "GET", "/new/films/b.wmv"); got.StatusCode == 200 {
		t.Error("a point that is stopped plays")
	}
	want(t, 204, s, "DELETE", "/api/points/films", "", "If-Match", "*")
	shutdown(t, s)
	s, _ = start(t, cfg)
	if _, a = want(t, 200, s, "GET", at, ""); a["state"] != "stopped" || a["origin"] != "state" {
		t.Errorf("after a restart it is %v", a)
	}
	want(t, 404, s, "GET", "/api/points/films", "")
	want(t, 200, s, "POST", at+"/start", "")
	play(t, s, "/new/films/b.wmv")
	if _, a = want(t, 200, s, "POST", "/api/points/films/reset", "", "If-Match", "*"); a["origin"] != "flag" {
		t.Errorf("reset, it is %v", a)
	}
	play(t, s, "/films/a.wmv")
	want(t, 412, s, "DELETE", at, "", "If-Match", changed+"x")
	want(t, 204, s, "DELETE", at, "", "If-Match", "*")
	want(t, 404, s, "GET", at, "")
	if b, err := os.ReadFile(cfg.State); err != nil || strings.Contains(string(b), "films") {
		t.Errorf("the state is %s, %v", b, err)
	}
}

// What cannot be published is refused in the words of the configuration, and what was
// there goes on.
func TestDefinitionsAreChecked(t *testing.T) {
	dir := films(t, "a.wmv")
	s, _ := start(t, testConfig(config.Point{Name: "films", Path: dir}))
	for _, tt := range []struct {
		body, words string
		status      int
	}{
		{`{"name": "x", "definition": {"pth": "/"}}`, `did you mean \"path\"`, 422},
		{`{"name": "x", "definition": {"broadcast": {"source": "push", "multicast": {"group": "1.2.3.4", "port": 9}}}}`, "broadcast.multicast", 422},
		{`{"name": "x", "definition": {"path": "films"}}`, "whole path", 422},
		{`{"name": "x", "definition": {"broadcast": {"source": "loop:films"}}}`, "whole path", 422},
		{`{"name": "x", "definition": {"name": "y", "path": "/"}}`, "has no name", 422},
		{`{"name": "x", "definition": {"path": "/nowhere"}}`, "there is no such folder", 422},
		{`{"name": "../x", "definition": {"path": "/"}}`, "name", 422},
		{`{"name": ".caracal/x", "definition": {"path": "/"}}`, "name", 422},
		{`{"name": "x", "definition": {}}`, "path", 422},
		{`{"name": "x", "definition": []}`, "object", 400},
		{`{"name": "x"}`, "definition", 400},
		{`{"definition": {"path": "/"}}`, "name", 400},
		{`{"name": "films", "definition": {"path": "/"}}`, "already", 409},
	} {
		status, _, a := call(t, s, "POST", "/api/points", tt.body)
		if text := strings.ReplaceAll(quotedJSON(a["detail"].(string)), "/tmp", ""); status != tt.status || !strings.Contains(text, tt.words) {
			t.Errorf("%s: %d %v, want %d with %q", tt.body, status, a, tt.status, tt.words)
		}
	}
	want(t, 422, s, "PUT", "/api/points/films", `{"path": "/nowhere"}`, "If-Match", "*")
	if _, a := want(t, 200, s, "GET", "/api/points/films", ""); a["state"] != "ready" || a["origin"] != "flag" {
		t.Errorf("after what cannot be it is %v", a)
	}
	play(t, s, "/films/a.wmv")
	for _, tt := range []struct {
		kind string
		want int
	}{{"", 415}, {"text/plain", 415}, {"application/json; charset=latin1", 415}, {"application/json; charset=UTF-8", 422}} {
		want(t, tt.want, s, "POST", "/api/points", `{"name": "x", "definition": {}}`, "Content-Type", tt.kind)
	}
	want(t, 400, s, "GET", "/api/points?kinds=broadcast", "")
	want(t, 400, s, "GET", "/api/points?limit=1001", "")
	want(t, 400, s, "GET", "/api/points?cursor=%00", "")
}

// Secrets are not shown, and stay what they are when what is shown is written back.
func TestSecretsAreKept(t *testing.T) {
	s, log := start(t, testConfig())
	const key, password = "correct-horse", "tr0ub4dor"
	want(t, 201, s, "POST", "/api/points", `{"name": "live", "definition": {"broadcast": {"source": "push", "key": "`+key+`"}}}`)
	want(t, 201, s, "POST", "/api/points",
		`{"name": "relay", "definition": {"broadcast": {"source": "pull:http://user:`+password+`@127.0.0.1:1/live"}}}`)
	for _, name := range []string{"live", "relay"} {
		etag, a := want(t, 200, s, "GET", "/api/points/"+name, "")
		d, err := json.Marshal(a["definition"])
		if err != nil {
			t.Fatal(err)
		}
		want(t, 200, s, "PUT", "/api/points/"+name, string(d), "If-Match", etag)
		if again, _ := want(t, 200, s, "GET", "/api/points/"+name, ""); again != etag {
			t.Errorf("%s is another one when it is written back", name)
		}
	}
	if r := s.access.Guard.PointRules("live"); r == nil || string(r.Key) != key {
		t.Error("the key is lost")
	}
	for _, path := range []string{"/api/points", "/api/configuration?limit=1000", "/api/log?limit=1000", "/api/sources", "/api/configuration/points.yaml"} {
		status, body, _ := askAdmin(t, s, "GET", path)
		if status != 200 || strings.Contains(body, key) || strings.Contains(body, password) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if strings.Contains(log.String(), key) || strings.Contains(log.String(), password) {
		t.Error("there is a secret in the log")
	}
}

// Points and players come in pages, players are filtered and ended.
func TestPlayersAreEnded(t *testing.T) {
	p := sourcePoint("loop", "loop:"+films(t, "a.wmv"))
	s, _ := start(t, testConfig(p, config.Point{Name: "films", Path: films(t, "a.wmv", "b.wmv")}))
	events := s.bus.Subscribe(100)
	defer events.Close()
	plays(t, s, "loop", "a.wmv")
	resp, err := http.Get("http://" + s.Addr().String() + "/loop") // a program that plays until it is ended
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	await(t, events, func(e event.Connected) bool { return strings.Contains(e.Player.Target, "loop") })
	_, a := want(t, 200, s, "GET", "/api/players?point=loop", "")
	list := a["players"].([]any)
	if len(list) != 1 {
		t.Fatalf("the players are %v", a)
	}
	if _, a := want(t, 200, s, "GET", "/api/players?point=films", ""); len(a["players"].([]any)) != 0 {
		t.Errorf("the players of another point are %v", a)
	}
	id := jsonNumber(list[0].(map[string]any)["id"])
	want(t, 200, s, "GET", "/api/players/"+id, "")
	want(t, 204, s, "DELETE", "/api/players/"+id, "")
	await(t, events, func(e event.Disconnected) bool { return strings.Contains(e.Reason, "administrator") })
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Logf("the stream ends with %v", err)
	}
	want(t, 404, s, "DELETE", "/api/players/"+id, "")
	want(t, 400, s, "DELETE", "/api/players/x", "")

	_, a = want(t, 200, s, "GET", "/api/points?limit=1", "")
	next, _ := a["next_cursor"].(string)
	if len(a["points"].([]any)) != 1 || next == "" {
		t.Fatalf("the first page is %v", a)
	}
	_, a = want(t, 200, s, "GET", "/api/points?limit=1&cursor="+next, "")
	if p := a["points"].([]any); len(p) != 1 || p[0].(map[string]any)["name"] != "loop" || a["next_cursor"] != nil {
		t.Errorf("the second page is %v", a)
	}
}

func jsonNumber(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// Everything that can be looked at is as the document says.
func TestAPIShowsAll(t *testing.T) {
	p := sourcePoint("loop", "loop:"+films(t, "a.wmv"))
	s, _ := start(t, testConfig(p, config.Point{Name: "films", Path: films(t, "a.wmv", "more/b.wmv")}))
	plays(t, s, "loop", "a.wmv")
	for _, path := range []string{
		"/api/server", "/api/session", "/api/points", "/api/points/films", "/api/points/films/items?limit=1",
		"/api/points/films/announcements?item=a.wmv", "/api/points/loop/announcements", "/api/points/films/header?item=a.wmv",
		"/api/points/loop/header", "/api/points/loop/playlist", "/api/points/films/statistics",
		"/api/sources", "/api/players", "/api/limits", "/api/log", "/api/log?level=info&q=serving&after=0", "/api/configuration",
		"/api/openapi.json", "/api/configuration/points.yaml",
	} {
		want(t, 200, s, "GET", path, "")
	}
	until(t, func() bool {
		_, a := want(t, 200, s, "GET", "/api/points/loop/statistics", "")
		in, _ := a["bit_rate_in"].([]any)
		packets := a["packets"].([]any)
		return len(in) > 0 && len(packets) > 1 && len(packets[0].(map[string]any)["streams"].([]any)) > 0
	})
	if _, a := want(t, 200, s, "GET", "/api/points/films/header?item=a.wmv", ""); len(a["streams"].([]any)) == 0 {
		t.Errorf("the header is %v", a)
	}
	want(t, 404, s, "GET", "/api/points/films/header?item=gone.wmv", "")
	want(t, 501, s, "GET", "/api/accounts", "")
	want(t, 501, s, "POST", "/api/session", `{"name": "a", "password": "b"}`)
	want(t, 501, s, "POST", "/api/configuration/reload", "")
	_, a := want(t, 200, s, "POST", "/api/configuration/check", "http:\n  adress: x\n", "Content-Type", "application/yaml")
	if list := a["problems"].([]any); a["ok"] != false || list[0].(map[string]any)["line"] != 2.0 {
		t.Errorf("a wrong configuration is %v", a)
	}
}

// A server that ends takes no more points.
func TestNoPointsAtTheEnd(t *testing.T) {
	s, _ := start(t, testConfig(config.Point{Name: "films", Path: films(t, "a.wmv")}))
	s.published.end()
	want(t, 503, s, "POST", "/api/points", `{"name": "x", "definition": {"path": "/"}}`)
	want(t, 503, s, "POST", "/api/points/films/stop", "")
	want(t, 503, s, "DELETE", "/api/points/films", "", "If-Match", "*")
}
