package server

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/source"
)

// sourcePoint is a broadcast point of a source.
func sourcePoint(name, from string) config.Point {
	b := config.DefaultBroadcast()
	b.Source = from
	return config.Point{Name: name, Broadcast: b}
}

// await returns the first event of a type that is about a point.
func await[E event.Event](t *testing.T, sub *event.Subscription, about func(E) bool) E {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case r := <-sub.C():
			if e, ok := r.Event.(E); ok && about(e) {
				return e
			}
		case <-limit:
			t.Fatalf("no %T has come", *new(E))
		}
	}
}

// failingFFmpeg is a program that says what is wrong and ends.
func failingFFmpeg(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(file, []byte("#!/bin/sh\necho 'no such camera' >&2\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

// sourceStatuses are the points' sources in the status, by names.
func sourceStatuses(t *testing.T, s *Server, header ...string) map[string]*statusSource {
	t.Helper()
	a := ask(t, s, "GET", "/.caracal/status", header...)
	var st status
	if err := json.Unmarshal([]byte(a.body), &st); err != nil {
		t.Fatal(err)
	}
	list := map[string]*statusSource{}
	for _, p := range st.Points {
		list[p.Name] = p.Source
	}
	return list
}

// A folder is played as if live from the server's start to its end, a camera that
// fails is tried again, and how both are can be seen.
func TestSourcesOfTheServer(t *testing.T) {
	cfg := testConfig(
		sourcePoint("radio", "loop:"+films(t, "a.wmv", "b.wmv")),
		sourcePoint("camera", "ffmpeg:rtsp://me:secret@camera.example/1"),
		config.Point{Name: "films", Path: films(t, "a.wmv")},
		sourcePoint("pushed", config.SourcePush),
	)
	cfg.FFmpeg.Path = failingFFmpeg(t)
	log := &lockedBuffer{}
	s, err := New(cfg, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	sub := s.bus.Subscribe(1000)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	failed := await(t, sub, func(e event.SourceFailed) bool { return e.Source.Point == "camera" })
	if failed.Source.From != "ffmpeg:rtsp://me:xxxxx@camera.example/1" || !strings.Contains(failed.Err.Error(), "no such camera") {
		t.Errorf("%+v", failed)
	}
	await(t, sub, func(e event.SourceStreaming) bool { return e.Source.Point == "radio" })
	play(t, s, "/radio").Close()

	here := sourceStatuses(t, s)
	radio, camera := here["radio"], here["camera"]
	if radio.Phase != string(source.Streaming) || radio.Packets == 0 || radio.BitRate == 0 || radio.Note == "" || radio.Starts != 1 {
		t.Errorf("radio: %+v", radio)
	}
	if camera.Packets != 0 || !strings.Contains(camera.Error, "no such camera") || camera.Starts == 0 {
		t.Errorf("camera: %+v", camera)
	}
	if here["films"] != nil || here["pushed"] != nil {
		t.Errorf("points without sources of the server have %+v and %+v", here["films"], here["pushed"])
	}
	for name, st := range sourceStatuses(t, s, "X-Forwarded-For: 192.0.2.1") {
		if st != nil && (st.Error != "" || st.From != "" || st.Note != "") {
			t.Errorf("others are told of %s: %+v", name, st)
		}
	}
	resp, err := http.Post("http://"+s.Addr().String()+"/radio", "video/x-ms-asf", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("who pushes to a loop gets %s", resp.Status)
	}
	shutdown(t, s)
	await(t, sub, func(e event.SourceStopped) bool { return e.Source.Point == "radio" })
	if text := log.String(); strings.Contains(text, "secret") || !strings.Contains(text, "source has ended") || !strings.Contains(text, "source stopped") {
		t.Errorf("the log says\n%s", text)
	}
}

func TestSourcesThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "film.mp4")
	if err := os.WriteFile(text, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ from, profile, program, want string }{
		{"loop:" + dir + "/nowhere", "", "", "no such folder or file: create it"},
		{"loop:" + text, "", "", `other formats are for FFmpeg: source: "ffmpeg:` + text},
		{"ffmpeg:test", "", dir + "/ffmpeg", "apt install ffmpeg"},
		{"ffmpeg:test", "wmp12", "", "there are wmp64-28k"},
		{"ffmpeg:gopher://host/", "", "", `URLs of "gopher" are not read`},
	}
	for _, tt := range tests {
		p := sourcePoint("live", tt.from)
		p.Broadcast.Profile = tt.profile
		cfg := testConfig(p)
		cfg.FFmpeg.Path = tt.program
		_, err := New(cfg, slog.New(slog.DiscardHandler))
		if err == nil || !strings.HasPrefix(err.Error(), "point live: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.from, err, tt.want)
		}
		if checked := CheckSource(cfg, &p); err == nil || checked == nil || checked.Error() != err.Error() {
			t.Errorf("%s: the check says %v, the start %v", tt.from, checked, err)
		}
	}
	p := sourcePoint("live", "loop:"+dir)
	if err := CheckSource(testConfig(p), &p); err != nil {
		t.Errorf("an empty folder, which may be filled: %v", err)
	}
}
