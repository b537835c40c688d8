package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSourcesAreChecked(t *testing.T) {
	tests := []struct{ broadcast, want string }{
		{`{source: push}`, ""},
		{`{source: "loop:./films"}`, ""},
		{`{source: ffmpeg:test, profile: xbox}`, ""},
		{`{source: "ffmpeg:https://host/live.m3u8"}`, ""},
		{`{source: "push:"}`, "c.yaml:3: points[0].broadcast.source: nothing follows push"},
		{`{source: loop}`, "say which file or folder"},
		{`{source: ffmpeg}`, "say what FFmpeg reads"},
		{`{source: pull}`, "say from where"},
		{`{source: "pull:http://other.example/live"}`, ""},
		{`{source: "pull:http://other.example/live.nsc", pull: {interface: eth1}}`, ""},
		{`{source: push, pull: {interface: eth1}}`, "broadcast.pull.interface: nothing is pulled"},
		{`{source: "pull:live.nsc", pull: {interface: ` + strings.Repeat("e", maxInterface+1) + `}}`, "broadcast.pull.interface: has 256 bytes"},
		{`{source: "pull:live.nsc", pull: {interfaces: eth1}}`, `did you mean "interface"?`},
		{`{source: tape}`, `"tape" is no source: write push`},
		{`{source: "loop:a\tb"}`, "control characters"},
		{`{source: "loop:` + strings.Repeat("a", maxSource) + `"}`, "too long"},
		{`{source: push, profile: xbox}`, "points[0].broadcast.profile: push encodes nothing"},
		{`{source: "loop:a", key: 12345678}`, "nobody sends to a point whose source is loop"},
		{`{source: ffmpeg:test, publishers: [192.0.2.1]}`, "nobody sends to a point whose source is ffmpeg"},
	}
	for _, tt := range tests {
		_, err := Parse("c.yaml", []byte("points:\n- name: live\n  broadcast: "+tt.broadcast+"\n"))
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.broadcast, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s:\n%v, want\n%s", tt.broadcast, err, tt.want)
		}
	}
}

func TestPathsOfSourcesAreTheFiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "caracal.yaml")
	tests := []struct{ source, want string }{
		{"push", "push"},
		{"loop:films", "loop:" + dir + "/films"},
		{"loop:/srv/films", "loop:/srv/films"},
		{"loop:test", "loop:" + dir + "/test"},
		{"pull:live.nsc", "pull:" + dir + "/live.nsc"},
		{"pull:http://host/live.nsc", "pull:http://host/live.nsc"},
		{"pull:live", "pull:live"},
		{"ffmpeg:film.mp4", "ffmpeg:" + dir + "/film.mp4"},
		{"ffmpeg:-i.mp4", "ffmpeg:" + dir + "/-i.mp4"},
		{"ffmpeg:concat:a|b", "ffmpeg:" + dir + "/concat:a|b"},
		{"ffmpeg:test", "ffmpeg:test"},
		{"ffmpeg:device:/dev/video0", "ffmpeg:device:/dev/video0"},
		{"ffmpeg:rtsp://host/1", "ffmpeg:rtsp://host/1"},
	}
	for _, tt := range tests {
		text := "points: [{name: live, broadcast: {source: \"" + tt.source + "\"}}]\nffmpeg: {path: bin/ffmpeg}"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Points[0].Broadcast.Source; got != tt.want {
			t.Errorf("%s became %s, want %s", tt.source, got, tt.want)
		}
		if c.FFmpeg.Path != dir+"/bin/ffmpeg" {
			t.Errorf("FFmpeg is %s", c.FFmpeg.Path)
		}
	}
	c := Default()
	c.FFmpeg.Path = "ffmpeg5"
	if err := c.placeSources(dir); err != nil || c.FFmpeg.Path != "ffmpeg5" {
		t.Errorf("a name that the system finds became %s, %v", c.FFmpeg.Path, err)
	}
}
