package server

import (
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/sample"
	"caracal/internal/session"
)

// limitNamed is one of the limits that an answer has.
func limitNamed(t *testing.T, a map[string]any, key string) map[string]any {
	t.Helper()
	for _, l := range a["limits"].([]any) {
		if l := l.(map[string]any); l["key"] == key {
			return l
		}
	}
	t.Fatalf("there is no limit %s in %v", key, a)
	return nil
}

// streamStatus is the status that a player gets.
func streamStatus(t *testing.T, s *Server, name string) int {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://"+s.Addr().String()+"/"+name, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("User-Agent", "NSPlayer/12.0.7601.17514")
	r.Header.Set("Pragma", "xPlayStrm=1")
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// A limit is changed while the server runs, stays so when it starts anew, and is as the
// configuration says when it is reset.
func TestLimitsAreChanged(t *testing.T) {
	cfg := testConfig()
	cfg.State = filepath.Join(t.TempDir(), "state.json")
	cfg.Limits.Address.Players = 30
	s, _ := start(t, cfg)
	etag, a := want(t, 200, s, "GET", "/api/limits", "")
	if l := limitNamed(t, a, "limits.player_bandwidth"); l["value"] != "0" || l["origin"] != "default" || l["changeable"] != true {
		t.Errorf("before, it is %v", l)
	}
	if l := limitNamed(t, a, "limits.address.players"); l["value"] != "30" || l["used"] != 0.0 || l["limit"] != 30.0 {
		t.Errorf("that of the configuration is %v", l)
	}
	if l := limitNamed(t, a, "http.max_connections"); l["changeable"] != nil || l["used"] == nil {
		t.Errorf("that of connections is %v", l)
	}
	const body = `{"limits": {"limits.player_bandwidth": "1k", "limits.session_length": "4h", "limits.address.players": "0"}}`
	want(t, 428, s, "PUT", "/api/limits", body)
	changed, a := want(t, 200, s, "PUT", "/api/limits", body, "If-Match", etag)
	want(t, 412, s, "PUT", "/api/limits", body, "If-Match", etag)
	if l := limitNamed(t, a, "limits.session_length"); l["value"] != "4h" || l["limit"] != 14400.0 || l["origin"] != "state" || l["configured"] != "0" {
		t.Errorf("changed, it is %v", l)
	}
	if status := streamStatus(t, s, sample.Name); status != http.StatusServiceUnavailable {
		t.Errorf("a player with too much is answered %d", status)
	}
	shutdown(t, s)
	s, _ = start(t, cfg)
	if status := streamStatus(t, s, sample.Name); status != http.StatusServiceUnavailable {
		t.Errorf("after a restart the player is answered %d", status)
	}
	again, _ := want(t, 200, s, "GET", "/api/limits", "")
	if again != changed {
		t.Errorf("the limits are %s after a restart, and were %s", again, changed)
	}
	_, a = want(t, 200, s, "PUT", "/api/limits",
		`{"limits": {"limits.player_bandwidth": null, "limits.session_length": null, "limits.address.players": null}}`, "If-Match", again)
	if l := limitNamed(t, a, "limits.address.players"); l["value"] != "30" || l["configured"] != nil {
		t.Errorf("reset, it is %v", l)
	}
	if status := streamStatus(t, s, sample.Name); status != http.StatusOK {
		t.Errorf("without the limit the player is answered %d", status)
	}
}

// What cannot be a limit is refused in the words of the configuration.
func TestLimitsAreChecked(t *testing.T) {
	s, _ := start(t, testConfig())
	for body, status := range map[string]int{
		`{"limits": {"limits.bandwidth": "0.5k"}}`:  422,
		`{"limits": {"limits.player": "1"}}`:        422,
		`{"limits": {"http.max_connections": "1"}}`: 422,
		`{"limits": {}}`:                    400,
		`{"limits": {"limits.players": 5}}`: 400,
	} {
		_, a := want(t, status, s, "PUT", "/api/limits", body, "If-Match", "*")
		if problems, _ := a["problems"].([]any); status == 422 && len(problems) == 0 {
			t.Errorf("%s: %v", body, a)
		}
	}
	_, a := want(t, 200, s, "GET", "/api/limits", "")
	if l := limitNamed(t, a, "limits.bandwidth"); l["value"] != "0" {
		t.Errorf("it is %v", l)
	}
}

// The configuration may have become one that the limits of the state do not fit.
func TestLimitsThatDoNotFitAreLeft(t *testing.T) {
	cfg := testConfig()
	cfg.State = filepath.Join(t.TempDir(), "state.json")
	s, _ := start(t, cfg)
	want(t, 200, s, "PUT", "/api/limits", `{"limits": {"limits.player_bandwidth": "5M"}}`, "If-Match", "*")
	shutdown(t, s)
	cfg.Limits.Bandwidth = 1e6
	s, log := start(t, cfg)
	_, a := want(t, 200, s, "GET", "/api/limits", "")
	if l := limitNamed(t, a, "limits.player_bandwidth"); l["value"] != "0" {
		t.Errorf("it is %v", l)
	}
	if !strings.Contains(log.String(), "the limits cannot be as they were changed") {
		t.Error("nobody is told")
	}
}

// A reload takes the limits of the file, but for those that were changed here.
func TestLimitsOfTheStateOutlastAReload(t *testing.T) {
	w := startWritten(t, "version: 1\nstate: state.json\nlimits: {players: 5}\n")
	want(t, 200, w.Server, "PUT", "/api/limits", `{"limits": {"limits.players": "7"}}`, "If-Match", "*")
	if got := w.reload("version: 1\nstate: state.json\nlimits: {players: 6, address: {players: 3}}\n"); strings.TrimSpace(got) != "limits.address.players live" {
		t.Errorf("it changes %s", got)
	}
	_, a := want(t, 200, w.Server, "GET", "/api/limits", "")
	if l := limitNamed(t, a, "limits.players"); l["value"] != "7" || l["configured"] != "6" {
		t.Errorf("what was changed here is %v", l)
	}
	if l := limitNamed(t, a, "limits.address.players"); l["value"] != "3" || l["origin"] != "file" {
		t.Errorf("what the file says is %v", l)
	}
}

// Limits and rules of a point are changed without an end for those that play it.
func TestRulesOfAPointAreChangedLive(t *testing.T) {
	dir := films(t, "a.wmv")
	s, _ := start(t, testConfig(config.Point{Name: "films", Path: dir}))
	there := s.pointNamed("films")
	path := `"path": ` + quotedJSON(dir)
	_, a := want(t, 200, s, "PUT", "/api/points/films", `{`+path+`, "limits": {"player_bandwidth": "1k"}, "access": {"play": ["local"]}}`, "If-Match", "*")
	if d := a["definition"].(map[string]any)["limits"].(map[string]any); d["player_bandwidth"] != "1k" {
		t.Errorf("it is changed to %v", a)
	}
	if s.pointNamed("films") != there {
		t.Error("it was started anew")
	}
	if !there.Guarded.Load() {
		t.Error("it is open to everybody")
	}
	_, a = want(t, 200, s, "GET", "/api/limits?limit=1000", "")
	found := false
	for _, l := range a["limits"].([]any) {
		l := l.(map[string]any)
		found = found || l["point"] == "films" && l["key"] == "limits.player_bandwidth" && l["value"] == "1k"
	}
	if !found {
		t.Errorf("the limits are %v", a)
	}
	want(t, 200, s, "PUT", "/api/points/films", `{`+path+`, "limits": {"player_bandwidth": "1k"}}`, "If-Match", "*")
	if there.Guarded.Load() {
		t.Error("it is not open")
	}
	if status := streamStatus(t, s, "films/a.wmv"); status != http.StatusServiceUnavailable {
		t.Errorf("a player with too much is answered %d", status)
	}
	want(t, 200, s, "POST", "/api/points/films/stop", "")
	want(t, 200, s, "PUT", "/api/points/films", `{`+path+`}`, "If-Match", "*")
	want(t, 200, s, "POST", "/api/points/films/start", "")
	if status := streamStatus(t, s, "films/a.wmv"); status != http.StatusOK {
		t.Errorf("without the limit the player is answered %d", status)
	}
}

// Who has proved who it is is shown with its account.
func TestPlayersHaveTheirAccounts(t *testing.T) {
	s, _ := start(t, testConfig())
	ses, err := s.sessions.Admit(event.Player{Protocol: "http", Address: netip.MustParseAddrPort("192.0.2.7:1")}, func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	defer ses.Close("")
	if err := ses.SetAccount("alice"); err != nil {
		t.Fatal(err)
	}
	ses.SetState(session.Streaming)
	_, a := want(t, 200, s, "GET", "/api/players?account=alice", "")
	if list := a["players"].([]any); len(list) != 1 || list[0].(map[string]any)["account"] != "alice" {
		t.Errorf("the players are %v", a)
	}
	_, a = want(t, 200, s, "GET", "/api/server", "")
	for _, l := range a["listeners"].([]any) {
		if l := l.(map[string]any); l["protocol"] == "admin" {
			if l["address"] != s.AdminAddr().String() || l["connections"].(float64) < 1 {
				t.Errorf("the listener is %v", l)
			}
			return
		}
	}
	t.Errorf("the admin listener is not among %v", a["listeners"])
}
