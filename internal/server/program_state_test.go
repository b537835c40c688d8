package server

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caracal/internal/config"
)

// names are the items of a point's list.
func names(t *testing.T, s *Server, point string) string {
	t.Helper()
	_, a := order(t, s, "GET", "/"+point+"/list", "")
	items, ok := a["items"].([]any)
	if !ok {
		t.Fatalf("the list is %v", a)
	}
	var list []string
	for _, it := range items {
		list = append(list, it.(map[string]any)["name"].(string))
	}
	return strings.Join(list, " ")
}

// What is changed of a playlist while it plays outlives the server, until its file is
// changed; the file itself stays as it is.
func TestPlaylistIsChanged(t *testing.T) {
	file := evening(t, `<seq><media src="a.wmv"/><media src="b.wmv"/></seq><media src="more/c.wmv"/>`)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := sourcePoint("evening", "playlist:"+file)
	p.Broadcast.Insert = config.Insert{List: filepath.Join(filepath.Dir(file), "ads"), How: config.HowAfter}
	cfg := testConfig(p)
	cfg.State = filepath.Join(t.TempDir(), "state.json")
	s, _ := start(t, cfg)
	for _, o := range []struct {
		verb, body, list string
		status           int
	}{
		{"add", `{"source": "point:live"}`, "a.wmv b.wmv more/c.wmv point:live", 200},
		{"add", `{"source": "ads/*", "to": 2}`, "a.wmv ads/* b.wmv more/c.wmv point:live", 200},
		{"remove", `{"number": 1}`, "ads/* b.wmv more/c.wmv point:live", 200},
		{"move", `{"number": 4, "to": 1}`, "point:live ads/* b.wmv more/c.wmv", 200},
		{"move", `{"number": 1}`, "ads/* b.wmv more/c.wmv point:live", 200},
		{"move", `{"number": 9, "to": 1}`, "ads/* b.wmv more/c.wmv point:live", 404},
		{"move", `{"number": 1, "to": 9}`, "ads/* b.wmv more/c.wmv point:live", 404},
		{"remove", ``, "ads/* b.wmv more/c.wmv point:live", 400},
		{"add", ``, "ads/* b.wmv more/c.wmv point:live", 400},
		{"event", `{"type": "goal"}`, "ads/* b.wmv more/c.wmv point:live", 200},
	} {
		if status, a := order(t, s, "POST", "/evening/"+o.verb, o.body); status != o.status {
			t.Errorf("%s %s is answered %d %v", o.verb, o.body, status, a)
		}
		if got := names(t, s, "evening"); got != o.list {
			t.Errorf("after %s %s the list is %s, want %s", o.verb, o.body, got, o.list)
		}
	}
	shutdown(t, s)
	if after, _ := os.ReadFile(file); !bytes.Equal(after, before) {
		t.Errorf("the file has become %s", after)
	}
	s, _ = start(t, cfg)
	if got := names(t, s, "evening"); got != "ads/* b.wmv more/c.wmv point:live" {
		t.Errorf("after a restart the list is %s", got)
	}
	shutdown(t, s)
	if err := os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	s, log := start(t, cfg)
	if got := names(t, s, "evening"); got != "a.wmv b.wmv more/c.wmv" || !strings.Contains(log.String(), "that is dropped") {
		t.Errorf("when the file is newer the list is %s; log:\n%s", got, log)
	}
	if b, err := os.ReadFile(cfg.State); err != nil || bytes.Contains(b, []byte("evening")) {
		t.Errorf("the state is still %s, %v", b, err)
	}
	loop := sourcePoint("loop", "loop:"+filepath.Dir(file))
	other, _ := start(t, testConfig(loop))
	if status, a := order(t, other, "POST", "/loop/remove", `{"number": 1}`); status != 409 || !strings.Contains(a["error"].(string), "playlist:") {
		t.Errorf("a folder's item is removed: %d %v", status, a)
	}
}

// A state that cannot be read is none, and is no reason not to start.
func TestStateIsBroken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	for _, text := range []string{"{", `{"version": 7}`, "null", strings.Repeat(" ", maxState+1)} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		s := openState(file, slog.New(slog.NewTextHandler(&log, nil)))
		if !strings.Contains(log.String(), "cannot be read") {
			t.Errorf("of %.20q it says %q", text, log.String())
		}
		if err := s.put("/a", stateList{Text: "x"}); err != nil {
			t.Error(err)
		}
	}
	s := openState(file, slog.New(slog.DiscardHandler))
	for i := range maxStateLists {
		s.Lists[strings.Repeat("x", i+3)] = stateList{}
	}
	if err := s.put("/b", stateList{}); err == nil {
		t.Error("there is no limit to the playlists")
	}
	if err := s.put("/a", stateList{Text: strings.Repeat("x", maxState)}); err == nil || s.Lists["/a"].Text != "x" {
		t.Errorf("a state that is too large is kept: %v", err)
	}
	if left, _ := filepath.Glob(file + ".*"); len(left) > 0 {
		t.Errorf("there are %v", left)
	}
}

// FuzzState reads the state file.
func FuzzState(f *testing.F) {
	f.Add([]byte(`{"version": 1, "lists": {"/a.wsx": {"size": 3, "modified": "2006-01-02T15:04:05Z", "text": "<smil/>"}}}`))
	f.Add([]byte(`{"version": 1}`))
	f.Add([]byte(`{"version": 1, "points": {"live": {"definition": {"broadcast": {"source": "push"}}, "stopped": true}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		f, err := parseState(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(f)
		if err != nil {
			return // years that JSON cannot write
		}
		if back, err := parseState(again); err != nil || len(back.Lists) != len(f.Lists) || len(back.Points) != len(f.Points) {
			t.Errorf("%+v comes back as %+v, %v", f, back, err)
		}
	})
}
