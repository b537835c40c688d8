package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/sample"
	"caracal/internal/source"
	"caracal/web/api/apitest"
)

// order asks the API about a point, "/NAME", or orders it about, "/NAME/skip", and
// returns the status and what is said; what is wrong is "error".
func order(t *testing.T, s *Server, method, path, body string, header ...string) (int, map[string]any) {
	t.Helper()
	method, path, body = ordered(method, path, body)
	r, err := http.NewRequest(method, "http://"+s.AdminAddr().String()+"/api/points"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("If-Match", "*")
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
	if err := json.Unmarshal(b, &answer); err != nil {
		t.Fatalf("%s %s answers %q: %v", method, path, b, err)
	}
	if text, ok := answer["detail"]; ok {
		answer["error"] = text
	}
	return resp.StatusCode, answer
}

// ordered are the words that the tests have for orders about playlists.
func ordered(method, path, body string) (string, string, string) {
	at := strings.LastIndexByte(path, '/')
	if at <= 0 {
		return method, path, body
	}
	point, verb := path[:at], path[at+1:]
	var in map[string]any
	json.Unmarshal([]byte(body), &in)
	number := fmt.Sprint(in["number"])
	delete(in, "number")
	rest, _ := json.Marshal(in)
	switch verb {
	case "now":
		return method, point, body
	case "list":
		return method, point + "/playlist", body
	case "add":
		if body == "" {
			body = "{}"
		}
		return method, point + "/playlist/items", body
	case "remove":
		return "DELETE", point + "/playlist/items/" + number, ""
	case "move":
		return method, point + "/playlist/items/" + number + "/move", string(rest)
	}
	return method, path, body
}

// plays waits until a point plays an item of a name.
func plays(t *testing.T, s *Server, name, want string) map[string]any {
	t.Helper()
	for limit := time.Now().Add(patience); ; {
		_, a := order(t, s, "GET", "/"+name+"/now", "")
		now, _ := a["now"].(map[string]any)
		if now != nil && filepath.Base(now["name"].(string)) == want {
			return now
		}
		if time.Now().After(limit) {
			t.Fatalf("%s plays %v, not %s", name, a, want)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func evening(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(films(t, "a.wmv", "b.wmv", "more/c.wmv", "ads/ad.wmv"), "evening.wsx")
	if err := os.WriteFile(file, []byte(`<?wsx version="1.0"?><smil>`+text+`</smil>`), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// A playlist is broadcast, shown, and ordered about.
func TestPlaylistIsBroadcast(t *testing.T) {
	file := evening(t, `<media src="nothing.wmv"/><media src="a.wmv"/><media src="more/*"/><media src="b.wmv"/>`)
	s, _ := start(t, testConfig(sourcePoint("evening", "playlist:"+file)))
	plays(t, s, "evening", "a.wmv")
	b, err := s.broadcast("evening")
	if err != nil {
		t.Fatal(err)
	}
	reaches(t, b.Broadcast, 1, -1)
	play(t, s, "/evening")
	if _, a := order(t, s, "GET", "/evening/list", ""); len(a["items"].([]any)) != 4 {
		t.Errorf("the list is %v", a)
	}
	if status, a := order(t, s, "POST", "/evening/skip", ""); status != 200 {
		t.Errorf("a skip is answered %d, %v", status, a)
	}
	plays(t, s, "evening", "c.wmv")
	order(t, s, "POST", "/evening/back", `{"by": 1}`)
	plays(t, s, "evening", "a.wmv")
	status, a := order(t, s, "POST", "/evening/insert", `{"source": "`+filepath.Join(filepath.Dir(file), "ads")+`", "how": "pause"}`)
	if status != 200 {
		t.Errorf("an insertion is answered %d, %v", status, a)
	}
	if now := plays(t, s, "evening", "ad.wmv"); now["inserted"] != true {
		t.Errorf("what is inserted is %v", now)
	}
	order(t, s, "POST", "/evening/skip", "")
	plays(t, s, "evening", "a.wmv")

	// The file changes while it plays.
	text := `<smil><media src="b.wmv"/><media src="a.wmv"/><media src="b.wmv" id="last"/></smil>`
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	order(t, s, "POST", "/evening/skip", "")
	plays(t, s, "evening", "b.wmv")
	if _, a := order(t, s, "GET", "/evening/list", ""); len(a["items"].([]any)) != 3 {
		t.Errorf("then the list is %v", a)
	}
}

// Over every protocol who plays a playlist comes to items with other streams as to
// other entries.
func TestPlaylistOverAllProtocols(t *testing.T) {
	file := evening(t, `<seq repeatCount="indefinite"><media src="a.wmv"/><media src="b.wmv"/></seq>`)
	h, size, err := asf.ParseHeader(sample.Welcome)
	if err != nil {
		t.Fatal(err)
	}
	h.File().Preroll += 1000
	other := append(h.Append(nil), sample.Welcome[size:]...)
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "b.wmv"), other, 0o644); err != nil {
		t.Fatal(err)
	}
	cfg := testConfig(sourcePoint("evening", "playlist:"+file))
	cfg.MMS.Address = "127.0.0.1:0"
	s, _ := start(t, cfg)
	b, err := s.broadcast("evening")
	if err != nil {
		t.Fatal(err)
	}
	reaches(t, b.Broadcast, 1, -1)
	ctx, cancel := context.WithCancel(t.Context())
	var players sync.WaitGroup
	var got []*point.Broadcast
	for _, host := range []string{"http://" + s.Addr().String(), "rtspt://" + s.rtsp.addr().String(), "mmst://" + s.mms.addr().String()} {
		p, err := source.NewPull(host + "/evening")
		if err != nil {
			t.Fatal(err)
		}
		to := point.NewBroadcast(point.BroadcastOptions{})
		got = append(got, to)
		players.Go(func() { p.Run(ctx, to, func(string) {}) })
	}
	for entry := uint32(1); entry <= 3; entry++ {
		for i, to := range got {
			reaches(t, to, entry, i)
		}
		order(t, s, "POST", "/evening/skip", "")
	}
	cancel()
	players.Wait()
}

// reaches waits until a player has come to so many entries, and has packets of the last.
func reaches(t *testing.T, to *point.Broadcast, entry uint32, player int) {
	t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		e, err := to.Open(t.Context(), "")
		if err == nil && point.Generation(e) >= entry {
			if _, err := e.Block(0, nil); err == nil {
				return
			}
		}
		if time.Now().After(limit) {
			t.Fatalf("player %d does not come to entry %d: %v", player, entry, err)
		}
	}
}

// An event that is ordered begins what waits for it in the playlist.
func TestPlaylistHearsEvents(t *testing.T) {
	file := evening(t, `<excl><priorityClass><media src="ads/ad.wmv" begin="break"/></priorityClass>`+
		`<priorityClass><media src="a.wmv" begin="0s"/></priorityClass></excl>`)
	s, _ := start(t, testConfig(sourcePoint("evening", "playlist:"+file)))
	plays(t, s, "evening", "a.wmv")
	if status, a := order(t, s, "POST", "/evening/event", `{"type": "break"}`); status != 200 {
		t.Errorf("an event is answered %d, %v", status, a)
	}
	plays(t, s, "evening", "ad.wmv")
}

// Who may not ask, and what cannot be done, is answered in words that say what to do.
func TestAPIRefuses(t *testing.T) {
	push := sourcePoint("live", "push")
	s, _ := start(t, testConfig(sourcePoint("loop", "loop:"+films(t, "a.wmv")), push))
	for _, tt := range []struct {
		method, path, body, words string
		status                    int
		header                    []string
	}{
		{method: "POST", path: "/loop/skip", header: []string{"Origin", "http://evil.example"}, status: 403, words: "another site"},
		{method: "GET", path: "/loop", header: []string{"Origin", "http://evil.example"}, status: 403, words: "own machine"},
		{method: "GET", path: "", header: []string{"X-Forwarded-For", "192.0.2.1"}, status: 403, words: "own machine"},
		{method: "PATCH", path: "", status: 405, words: "GET"},
		{method: "GET", path: "/loop/skip", status: 405, words: "POST"},
		{method: "GET", path: "/nowhere", status: 404, words: "caracal ctl points"},
		{method: "POST", path: "/loop/dance", status: 404, words: "openapi.json"},
		{method: "POST", path: "/loop/skip", body: "{", status: 400, words: "cannot be read"},
		{method: "POST", path: "/loop/skip", body: `{"bye": 1}`, status: 400, words: "bye"},
		{method: "POST", path: "/loop/skip", body: `{"by": 1}{}`, status: 400, words: "more follows"},
		{method: "POST", path: "/loop/skip", body: `{"by": -1}`, status: 400, words: "1 to 1000"},
		{method: "POST", path: "/loop/skip", body: strings.Repeat(" ", 65<<10), status: 413, words: "bytes"},
		{method: "POST", path: "/loop/insert", body: `{"source": "a.wmv"}`, status: 400, words: "whole path"},
		{method: "POST", path: "/loop/insert", body: `{"source": "/nowhere/a.wmv"}`, status: 404, words: "no /nowhere/a.wmv"},
		{method: "POST", path: "/loop/insert", body: `{"source": "/nowhere/a.wmv", "how": "now"}`, status: 400, words: "pause"},
		{method: "POST", path: "/loop/event", body: `{"type": ""}`, status: 400, words: "URL"},
		{method: "POST", path: "/live/event", body: `{"type": "URL"}`, status: 409, words: "nothing is being broadcast"},
		{method: "POST", path: "/live/skip", status: 409, words: "nothing plays"},
		{method: "GET", path: "/live/list", status: 409, words: "no list"},
	} {
		status, a := order(t, s, tt.method, tt.path, tt.body, tt.header...)
		if text, _ := a["error"].(string); status != tt.status || !strings.Contains(text, tt.words) {
			t.Errorf("%s %s %s: %d %v, want %d with %q", tt.method, tt.path, tt.body, status, a, tt.status, tt.words)
		}
	}
	plays(t, s, "loop", "a.wmv")
	if status, a := order(t, s, "POST", "/loop/event", `{"type": "URL"}`); status != 409 || !strings.Contains(a["error"].(string), "script command stream") {
		t.Errorf("a script command without a stream for it is answered %d %v", status, a)
	}
	if status, a := order(t, s, "GET", "", ""); status != 200 || len(a["points"].([]any)) != 2 {
		t.Errorf("the points are %d %v", status, a)
	}
}

// While nobody pushes the fallback is broadcast, and an encoder has its place at
// once.
func TestFallbackYieldsToEncoder(t *testing.T) {
	p := sourcePoint("live", "push")
	p.Broadcast.Fallback, p.Broadcast.FallbackAfter = films(t, "sorry.wmv"), time.Second
	s, _ := start(t, testConfig(p))
	events := s.bus.Subscribe(100)
	defer events.Close()
	began := func(e event.FallbackBegan) bool { return e.Source.Point == "live" }
	await(t, events, began)
	if now := plays(t, s, "live", "sorry.wmv"); now["fallback"] != true {
		t.Errorf("plays %v", now)
	}
	play(t, s, "/live")
	b, err := s.broadcast("live")
	if err != nil {
		t.Fatal(err)
	}
	header, _ := sampleHeader(t)
	feed, err := b.Start(header)
	if err != nil {
		t.Fatalf("an encoder is refused: %v", err)
	}
	await(t, events, func(e event.FallbackEnded) bool { return e.Err == nil })
	feed.Close()
	await(t, events, began)
}

func TestProgramMistakes(t *testing.T) {
	p := sourcePoint("live", "push")
	p.Broadcast.Fallback = "/nowhere"
	for _, p := range []config.Point{p, sourcePoint("evening", "playlist:/nowhere/evening.wsx")} {
		if err := CheckSource(testConfig(p), &p); err == nil || !strings.Contains(err.Error(), "nowhere") {
			t.Errorf("of %s it says %v", p.Name, err)
		}
	}
}
