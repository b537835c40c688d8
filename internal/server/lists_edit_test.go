package server

import (
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/internal/point"
)

// fingerprint is what would tell that a file has been written to.
func fingerprint(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x %v %v", sha256.Sum256(b), info.ModTime(), info.Mode())
}

// playsOf is what of its list an entry is.
func playsOf(e point.Entry) string { return filepath.Base(e.(*point.Listed).Item().Source) }

// A list that players play by themselves is changed while they do: they stay, and come
// to what has changed with their next entry. It outlives the server; the file stays as
// it is, and is right when it changes.
func TestListIsChangedWhileItPlays(t *testing.T) {
	file := evening(t, `<media src="a.wmv"/><media src="b.wmv"/>`)
	before := fingerprint(t, file)
	cfg := testConfig(config.Point{Name: "evening", Path: file}, config.Point{Name: "films", Path: filepath.Dir(file)})
	cfg.State = filepath.Join(t.TempDir(), "state.json")
	s, _ := start(t, cfg)
	_, e, err := s.points.Open("evening")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for _, o := range []struct {
		point, verb, body, list string
		status                  int
	}{
		{"evening", "add", `{"source": "more/c.wmv", "to": 2}`, "a.wmv more/c.wmv b.wmv", 200},
		{"films%2Fevening.wsx", "move", `{"number": 3, "to": 1}`, "b.wmv a.wmv more/c.wmv", 200},
		{"evening", "remove", `{"number": 1}`, "a.wmv more/c.wmv", 200},
		{"evening", "remove", `{"number": 3}`, "a.wmv more/c.wmv", 404},
		{"evening", "add", `{"source": " "}`, "a.wmv more/c.wmv", 400},
		{"evening", "add", `{"source": "` + strings.Repeat("x", 5000) + `"}`, "a.wmv more/c.wmv", 400},
		{"evening", "event", `{"type": "goal"}`, "a.wmv more/c.wmv", 200},
		{"evening", "event", `{"type": "URL", "param": "http://host/"}`, "a.wmv more/c.wmv", 409},
		{"evening", "skip", ``, "a.wmv more/c.wmv", 409},
		{"evening", "back", ``, "a.wmv more/c.wmv", 409},
		{"evening", "insert", `{"source": "/x"}`, "a.wmv more/c.wmv", 409},
		{"evening", "dance", ``, "a.wmv more/c.wmv", 404},
		{"films%2Fa.wmv", "add", `{"source": "a.wmv"}`, "a.wmv more/c.wmv", 404},
	} {
		if status, a := order(t, s, "POST", "/"+o.point+"/"+o.verb, o.body); status != o.status || status != 200 && a["error"] == "" {
			t.Errorf("%s %s %s is answered %d %v", o.point, o.verb, o.body, status, a)
		}
		if got := names(t, s, "evening"); got != o.list {
			t.Errorf("after %s %s the list is %s, want %s", o.verb, o.body, got, o.list)
		}
	}
	next, err := e.(*point.Listed).Beside(t.Context(), 1, point.Position{})
	if err != nil || playsOf(e) != "a.wmv" || playsOf(next) != "c.wmv" {
		t.Fatalf("after %s comes %v, %v", playsOf(e), next, err)
	}
	next.Close()
	shutdown(t, s)
	if after := fingerprint(t, file); after != before {
		t.Errorf("the file was %s and is %s", before, after)
	}
	s, _ = start(t, cfg)
	if got := names(t, s, "evening"); got != "a.wmv more/c.wmv" {
		t.Errorf("after a restart the list is %s", got)
	}
	if status, a := order(t, s, "GET", "", ""); status != 200 || !strings.Contains(fmt.Sprint(a), "list:true") || !strings.Contains(fmt.Sprint(a), "evening") {
		t.Errorf("the points are %v", a)
	}
	if err := os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, e, err := s.points.Open("evening"); err != nil {
		t.Error(err)
	} else {
		e.Close()
	}
	if got := names(t, s, "evening"); got != "a.wmv b.wmv" {
		t.Errorf("when the file is newer the list is %s", got)
	}
}

// A program and a list of the same file are changed apart from each other.
func TestProgramAndListAreApart(t *testing.T) {
	file := evening(t, `<media src="a.wmv"/>`)
	cfg := testConfig(config.Point{Name: "list", Path: file}, sourcePoint("program", "playlist:"+file))
	cfg.State = filepath.Join(t.TempDir(), "state.json")
	for range 2 {
		s, _ := start(t, cfg)
		order(t, s, "POST", "/list/add", `{"source": "b.wmv", "to": 2}`)
		order(t, s, "POST", "/program/add", `{"source": "more/c.wmv", "to": 2}`)
		list, program := names(t, s, "list"), names(t, s, "program")
		if !strings.HasPrefix(list, "a.wmv b.wmv") || strings.Contains(list, "c.wmv") || !strings.HasPrefix(program, "a.wmv more/c.wmv") || strings.Contains(program, "b.wmv") {
			t.Errorf("the list is %s, the program %s", list, program)
		}
		shutdown(t, s)
	}
}

// Orders that come at the same time are all carried out, one after the other.
func TestOrdersAtTheSameTime(t *testing.T) {
	file := evening(t, `<media src="a.wmv"/>`)
	cfg := testConfig(config.Point{Name: "list", Path: file}, sourcePoint("program", "playlist:"+file))
	cfg.State = filepath.Join(t.TempDir(), "state.json")
	s, _ := start(t, cfg)
	var all sync.WaitGroup
	const each = 20
	for i := range each {
		for _, name := range []string{"list", "program"} {
			all.Go(func() {
				if status, a := order(t, s, "POST", "/"+name+"/add", fmt.Sprintf(`{"source": "b%d.wmv"}`, i)); status != 200 {
					t.Errorf("%d %v", status, a)
				}
			})
		}
	}
	all.Wait()
	shutdown(t, s)
	s, _ = start(t, cfg)
	for _, name := range []string{"list", "program"} {
		got := names(t, s, name)
		for i := range each {
			if strings.Count(got+" ", fmt.Sprintf(" b%d.wmv ", i)) != 1 {
				t.Errorf("%s: item %d is not there once: %s", name, i, got)
			}
		}
	}
}

// A state of another version, of other playlists, or half written does not keep the
// server from starting, and the playlists are as their files say. What is not of this
// configuration stays in the state, for the one that it is of.
func TestStateOfSomethingElse(t *testing.T) {
	file := evening(t, `<media src="a.wmv"/>`)
	cfg := testConfig(config.Point{Name: "list", Path: file}, sourcePoint("program", "playlist:"+file))
	cfg.State = filepath.Join(t.TempDir(), "state.json")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	whole := fmt.Sprintf(`{"version": 1, "lists": {%q: {"size": %d, "modified": %q, "text": "<smil><media src=\"b.wmv\"/></smil>"}`,
		file, info.Size(), info.ModTime().Format(time.RFC3339Nano))
	for text, want := range map[string]string{
		whole + `}}`: "b.wmv", whole: "a.wmv", whole[:len(whole)/2]: "a.wmv", "": "a.wmv", `{"version": 0, "lists": {}}`: "a.wmv",
		strings.Replace(whole, `"version": 1`, `"version": 2`, 1) + `}}`:                                "a.wmv",
		`{"version": 1, "lists": {"/other.wsx": {"size": 3, "text": "<smil/>"}}}`:                       "a.wmv",
		strings.Replace(whole, `"size": `, `"size": 1`, 1) + `}}`:                                       "a.wmv",
		strings.Replace(whole, `<smil><media src=\"b.wmv\"/></smil>`, strings.Repeat("<", 3), 1) + `}}`: "",
	} {
		if err := os.WriteFile(cfg.State, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, _ := start(t, cfg)
		if got := names(t, s, "program"); got != want && want != "" {
			t.Errorf("with %s the program is %s, want %s", text, got, want)
		}
		if status, a := order(t, s, "POST", "/program/add", `{"source": "b.wmv"}`); status != 200 {
			t.Errorf("with %s: %d %v", text, status, a)
		}
		shutdown(t, s)
		if b, _ := os.ReadFile(cfg.State); strings.Contains(text, "other.wsx") && !strings.Contains(string(b), "other.wsx") {
			t.Errorf("what was of another configuration is gone: %s", b)
		}
	}
}

// A change that cannot be kept is not made.
func TestStateCannotBeWritten(t *testing.T) {
	file := evening(t, `<media src="a.wmv"/>`)
	cfg := testConfig(config.Point{Name: "list", Path: file})
	cfg.State = filepath.Join(t.TempDir(), "gone", "state.json")
	s, _ := start(t, cfg)
	if status, a := order(t, s, "POST", "/list/add", `{"source": "b.wmv"}`); status != 500 || !strings.Contains(a["error"].(string), "nothing is changed") {
		t.Errorf("it is answered %d %v", status, a)
	}
	if got := names(t, s, "list"); got != "a.wmv" {
		t.Errorf("the list is %s", got)
	}
	st := openState("", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err := st.put("x", stateList{}); err != nil {
		t.Errorf("a state that is not kept: %v", err)
	}
}
