package source

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

var nopLog = slog.New(slog.DiscardHandler)

func TestInputs(t *testing.T) {
	tests := []struct {
		text    string
		has     []string // arguments that follow one another
		shown   string   // "" is the text
		profile string
	}{
		{text: "test", has: []string{"-re", "-i", "testsrc2=size=320x240:rate=25[out0];sine=frequency=440:beep_factor=4:sample_rate=44100[out1]"}},
		{text: "test:", shown: "test", profile: "barix-audio", has: []string{"-i", "sine=frequency=440:beep_factor=4:sample_rate=44100"}},
		{text: "/srv/film.mp4", has: []string{"-stream_loop", "-1", "-re", "-i", "file:/srv/film.mp4"}},
		{text: "-version", has: []string{"-i", "file:-version"}},
		{text: "concat:/etc/passwd|b", has: []string{"-i", "file:concat:/etc/passwd|b"}},
		{text: "device:/dev/video0", has: []string{"-f", "v4l2", "-thread_queue_size", "512", "-i", "/dev/video0"}},
		{text: "device:hw:1,0", has: []string{"-f", "alsa", "-thread_queue_size", "512", "-i", "hw:1,0"}},
		{text: "device:/dev/video0+default", has: []string{"-i", "/dev/video0", "-f", "alsa", "-thread_queue_size", "512", "-i", "default"}},
		{text: "rtsp://camera.example/1", has: []string{"-i", "rtsp://camera.example/1"}},
		{text: "HTTPS://host/live.m3u8", shown: "https://host/live.m3u8", has: []string{"-re", "-i", "https://host/live.m3u8"}},
		{text: "rtsp://u:p%20w@host/1", shown: "rtsp://u:xxxxx@host/1", has: []string{"-i", "rtsp://u:p%20w@host/1"}},
	}
	for _, tt := range tests {
		p, err := FindProfile(tt.profile)
		if err != nil {
			t.Fatal(err)
		}
		in, err := parseInput(tt.text, p)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if tt.shown == "" {
			tt.shown = tt.text
		}
		if in.shown != tt.shown {
			t.Errorf("%s is shown as %s, want %s", tt.text, in.shown, tt.shown)
		}
		if all := strings.Join(in.args, "\n"); !strings.Contains("\n"+all+"\n", "\n"+strings.Join(tt.has, "\n")+"\n") {
			t.Errorf("%s: arguments %q, want %q in them", tt.text, in.args, tt.has)
		}
		if strings.HasPrefix(tt.text, "rtsp") && slices.Contains(in.args, "-re") {
			t.Errorf("%s is slowed down", tt.text)
		}
	}
}

// A password is taken out of whatever FFmpeg says, however the URL is written.
func TestInputsHidePasswords(t *testing.T) {
	for text, login := range map[string]string{
		"rtsp://u:p%20w@host/1": "u:p%20w@", "RTSP://u:p@host/x@y": "u:p@", "http://u:p@host?at=@home": "u:p@",
		"http://u:p@q@host#@": "u:p@q@", "rtsp://u@host/1": "", "rtsp://host/a:b@c": "",
	} {
		in, err := parseInput(text, Profile{})
		if err != nil || in.login != login || login != "" && in.masked != "u:xxxxx@" {
			t.Errorf("%s: %q is shown as %q, %v", text, in.login, in.masked, err)
		}
	}
}

// What a URL leads to may name other URLs, but no file.
func TestInputsFromOutsideReachNoFile(t *testing.T) {
	in, err := parseInput("https://host/list.m3u8", Profiles()[0])
	if err != nil {
		t.Fatal(err)
	}
	i := slices.Index(in.args, "-protocol_whitelist")
	if i < 0 || slices.Contains(strings.Split(in.args[i+1], ","), "file") {
		t.Errorf("arguments %q", in.args)
	}
}

func TestInputsThatAreRefused(t *testing.T) {
	copying, err := FindProfile("copy")
	if err != nil {
		t.Fatal(err)
	}
	for text, p := range map[string]Profile{
		"": {}, "a\nb": {}, "device:": {}, "device:a+b+c": {}, "device:+a": {}, "file:///etc/passwd": {}, "concat://a/b": {},
		"pipe://0": {}, "http://": {}, "http://[::1/": {}, "test": copying,
	} {
		if in, err := parseInput(text, p); !errors.Is(err, ErrInput) {
			t.Errorf("%q: %+v, %v", text, in, err)
		}
	}
}

// Sound and picture of two devices are taken from where they are.
func TestDevicesAreMapped(t *testing.T) {
	p, err := FindProfile("")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"device:/dev/video0+hw:0": "0:v:0? 1:a:0?", "device:hw:0+/dev/video0": "1:v:0? 0:a:0?", "device:/dev/video0": "0:v:0? 0:a:0?",
	} {
		in, err := parseInput(text, p)
		if err != nil {
			t.Fatal(err)
		}
		args := encoderArguments(in, p)
		var maps []string
		for i, a := range args {
			if a == "-map" {
				maps = append(maps, args[i+1])
			}
		}
		if got := strings.Join(maps, " "); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
