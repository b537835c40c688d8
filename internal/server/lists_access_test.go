package server

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/source"
)

// guardedList is a list that is open to all, of what is open and of what is for members:
// by the name of its point, by that of a file, and as a folder.
func guardedList(t *testing.T) *config.Config {
	t.Helper()
	cfg := guarded(t)
	dir, hall := t.TempDir(), t.TempDir()
	for i, file := range []string{
		filepath.Join(dir, "first.wmv"), filepath.Join(hall, "second.wmv"), filepath.Join(hall, "folder/third.wmv"), filepath.Join(dir, "last.wmv"),
	} {
		write(t, filepath.Dir(file), filepath.Base(file), string(fronttest.Film(uint32(i+2)).Clip().File()))
	}
	list := write(t, dir, "list.wsx", wsxOf(
		`<media src="first.wmv"/>`, `<media src="/club/film.wmv"/>`, `<media src="`+filepath.Join(hall, "second.wmv")+`"/>`,
		`<media src="`+filepath.Join(hall, "folder")+`"/>`, `<media src="last.wmv"/>`))
	cfg.MMS.Address = "127.0.0.1:0"
	members := cfg.Points[1].Access
	cfg.Points = append(cfg.Points,
		config.Point{Name: "hall", Path: hall, Access: members, OnDemand: cfg.OnDemand},
		config.Point{Name: "list", Path: list, OnDemand: cfg.OnDemand},
		config.Point{Name: "asks", Path: list, OnDemand: cfg.OnDemand, Access: config.Access{Play: []string{"accounts"}}},
		config.Point{Name: "live", OnDemand: cfg.OnDemand, Broadcast: config.Broadcast{Source: "playlist:" + list}})
	for i := range cfg.Points {
		cfg.Points[i].OnDemand.Speed = 0
	}
	return cfg
}

// What a list names of points that its player may not play is passed over with an
// event; who may gets all of it.
func TestListOfWhatIsGuarded(t *testing.T) {
	s, _ := start(t, guardedList(t))
	asks := streamed(s, "asks")["rtsp"]
	for way, k := range map[string]struct {
		url     string
		entries int
		skipped int
	}{
		"http, nobody": {streamed(s, "list")["http"], 2, 3},
		"rtsp, nobody": {streamed(s, "list")["rtsp"], 2, 3},
		"rtsp, scar":   {withUser(asks, "scar"), 2, 3},
		"rtsp, mufasa": {withUser(asks, "mufasa"), 5, 0},
	} {
		t.Run(way, func(t *testing.T) {
			told := skips{s.bus.Subscribe(1000)}
			if got := pass(t, k.url); len(got) != k.entries {
				t.Errorf("%d entries, want %d: %+v", len(got), k.entries, got)
			}
			passed := map[string]bool{}
			for _, e := range told.take(t) {
				passed[e.Source] = true
				if !errors.Is(e.Err, point.ErrForbidden) {
					t.Errorf("%s: %v", e.Source, e.Err)
				}
			}
			if len(passed) != k.skipped {
				t.Errorf("passed over were %v", passed)
			}
		})
	}
}

// withUser puts a name and the club's password into a URL.
func withUser(url, name string) string {
	return strings.Replace(url, "://", "://"+name+":"+strings.ReplaceAll(clubPassword, " ", "%20")+"@", 1)
}

// What is broadcast is for whom the broadcast is: its list names what it likes.
func TestBroadcastOfWhatIsGuarded(t *testing.T) {
	s, _ := start(t, guardedList(t))
	told := s.bus.Subscribe(1000)
	until(t, func() bool { // it begins by itself
		_, e, err := s.openOwn("live")
		if err == nil {
			e.Close()
		}
		return err == nil
	})
	p, err := source.NewPull(streamed(s, "live")["rtsp"])
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	st, first, err := p.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for second := false; !second; {
		e, err := st.Receive()
		if err != nil {
			t.Fatal(err)
		}
		second = e.Kind == pull.GotHeader && !bytes.Equal(e.Header, first)
	}
	told.Close()
	for r := range told.C() {
		if e, ok := r.Event.(event.EntrySkipped); ok {
			t.Errorf("%+v", e)
		}
	}
}

// Whoever is told of a list is not told of what in it is not for everybody.
func TestAnnouncementOfWhatIsGuarded(t *testing.T) {
	cfg := guarded(t)
	dir := t.TempDir()
	for name, media := range map[string]string{"club-first": `<media src="/club/film.wmv"/><media src="last.wmv"/>`, "club-only": `<media src="/club/film.wmv"/>`} {
		cfg.Points = append(cfg.Points, config.Point{Name: name, Path: write(t, dir, name+".wsx", wsxOf(media)), OnDemand: cfg.OnDemand})
	}
	write(t, dir, "last.wmv", string(fronttest.Film(2).Clip().File()))
	s, _ := start(t, cfg)
	const secret = "Welcome to Caracal" // the title of the club's film
	for _, name := range []string{"club-first.asx", "club-only.asx", "club-only.htm", ""} {
		status, body := curl(t, "-H", "Accept: text/html", "http://"+s.Addr().String()+"/"+name)
		if status != "200" || name != "" && strings.Contains(body, secret) {
			t.Errorf("%q: %s %s", name, status, body)
		}
		if name == "" && strings.Count(body, secret) > 1 { // of open/film.wmv
			t.Errorf("the page: %s", body)
		}
	}
}
