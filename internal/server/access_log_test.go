package server

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/pull"
	"caracal/internal/remote"
	"caracal/internal/sample"
	"caracal/mms"
	"caracal/rtsp"
	"caracal/wmsp"
)

// A loggedServer has a log of its own and listens for every protocol.
func loggedServer(t *testing.T, change func(*config.Config), points ...config.Point) (s *Server, folder string) {
	t.Helper()
	cfg := testConfig(points...)
	cfg.OnDemand.Speed = 0
	cfg.MMS = config.MMS{Address: "127.0.0.1:0"}
	folder = filepath.Join(t.TempDir(), "logs")
	cfg.Log.Access.Folder = folder
	if change != nil {
		change(cfg)
	}
	s, _ = start(t, cfg)
	return s, folder
}

// accessLines ends the server and returns the columns of its log's lines.
func accessLines(t *testing.T, s *Server, folder string) (lines []map[string]string) {
	t.Helper()
	shutdown(t, s)
	files, err := filepath.Glob(filepath.Join(folder, "*", "WMS_*.log"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no log: %v", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for line := range strings.Lines(string(b)) {
			if fields, ok := strings.CutPrefix(line, "#Fields: "); ok {
				names = strings.Fields(fields)
			}
			if line[0] == '#' {
				continue
			}
			one := map[string]string{}
			for i, v := range strings.Fields(line) {
				one[names[i]] = v
			}
			lines = append(lines, one)
		}
	}
	return lines
}

// windowsLog is the XML of a player; the codecs tell its kinds apart.
func windowsLog(seconds int, protocol, codec string) string {
	return fmt.Sprintf("<XML><Summary></Summary><c-ip>0.0.0.0</c-ip><x-duration>%d</x-duration><c-status>200</c-status><c-os>Windows_XP</c-os>"+
		"<protocol>%s</protocol><audiocodec>%s</audiocodec><videocodec>%[3]s</videocodec><c-bytes>77</c-bytes></XML>", seconds, protocol, codec)
}

// toEnd takes a stream until it ends.
func toEnd(t *testing.T, receive func() (pull.Event, error)) {
	t.Helper()
	for {
		e, err := receive()
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == pull.GotEnd {
			return
		}
	}
}

// Our Clients log as Windows Media Player does, in every protocol and of every kind.
func TestWindowsPlayersInTheAccessLog(t *testing.T) {
	s, folder := loggedServer(t, nil)
	name := "/" + sample.Name
	overHTTP(t, "http://"+s.Addr().String()+name)
	overRTSP(t, "rtsp://"+s.RTSPAddr().String()+name)
	overMMS(t, "mms://"+s.MMSAddr().String()+name)
	type row struct{ status, duration, protocol, os, proxied string }
	want := map[row]int{
		{"200", "11", "http", "Windows_XP", "0"}:  1, // a streaming log
		{"200", "12", "Cache", "Windows_XP", "0"}: 1, // and a rendering log
		{"200", "42", "http", "Windows_98", "0"}:  1, // in the form of old players
		{"200", "13", "Cache", "Windows_XP", "0"}: 1, // remote
		{"200", "14", "rtsp", "Windows_XP", "0"}:  1,
		{"200", "5", "mms", "-", "0"}:             1,
	}
	packets := map[string]int{}
	for _, l := range accessLines(t, s, folder) {
		got := row{l["c-status"], l["x-duration"], l["protocol"], l["c-os"], l["s-proxied"]}
		if l["protocol"] == "mms" {
			got.duration = "5" // whatever the sample's last packet makes it
		}
		want[got]--
		if l["s-pkts-sent"] != "-" {
			packets[l["s-pkts-sent"]]++
		}
		if l["c-ip"] != "127.0.0.1" || l["cs-uri-stem"] != name || l["s-ip"] != "127.0.0.1" || l["c-dns"] != "-" {
			t.Errorf("%v", l)
		}
	}
	for r, n := range want {
		if n != 0 {
			t.Errorf("%+v: %d missing", r, n)
		}
	}
	if len(packets) != 1 || packets["0"] != 0 {
		t.Errorf("the same film was sent in so many packets: %v", packets)
	}
}

func overHTTP(t *testing.T, url string) {
	t.Helper()
	for _, log := range []func(*wmsp.Description) error{
		func(d *wmsp.Description) error {
			if err := d.Log(t.Context(), []byte(windowsLog(11, "http", "-"))); err != nil {
				return err
			}
			return d.Log(t.Context(), []byte(windowsLog(12, "Cache", "Windows_Media_9")))
		},
		func(d *wmsp.Description) error {
			line := "0.0.0.0 2003-09-27 00:27:24 - " + url + " 0 42 1 200 {1} 7.0 en-US - - wmplayer.exe 7.0 Windows_98 4.10 Pentium"
			return d.LogLine(t.Context(), line+" 9 9 9 http TCP a v - -"+strings.Repeat(" -", 16))
		},
	} {
		stream, err := (&wmsp.Client{}).Play(t.Context(), url, wmsp.PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		toEnd(t, stream.Receive)
		stream.Close()
		if err := log(stream.Description()); err != nil {
			t.Error(err)
		}
	}
	e := remote.NewLog("P/1", "{7}", url, windowsLog(13, "Cache", "Windows_Media_9"))
	if err := (&wmsp.Client{}).SendEvent(t.Context(), url, e); err != nil {
		t.Error(err)
	}
}

func overRTSP(t *testing.T, url string) {
	t.Helper()
	c := &rtsp.Client{Log: func(kind rtsp.Kind, _ rtsp.ClientStats) []byte {
		switch kind {
		case rtsp.LogConnect:
			return []byte("<XML><Summary></Summary><c-os>Windows_XP</c-os><transport>TCP</transport></XML>")
		case rtsp.LogPlay:
			return []byte(windowsLog(14, "rtsp", "Windows_Media_9"))
		}
		return nil
	}}
	stream, err := c.Play(t.Context(), url, rtsp.PlayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	toEnd(t, stream.Receive)
	if err := stream.Teardown(t.Context()); err != nil {
		t.Error(err)
	}
}

func overMMS(t *testing.T, url string) {
	t.Helper()
	stream, err := (&mms.Client{}).Play(t.Context(), url, mms.PlayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	toEnd(t, stream.Receive)
	if err := stream.Teardown(t.Context()); err != nil {
		t.Error(err)
	}
}

// A player that goes without a word is a line of the server's own.
func TestSilentPlayersInTheAccessLog(t *testing.T) {
	s, folder := loggedServer(t, func(c *config.Config) { c.Log.Access.ShortAddresses = true })
	stream, err := (&mms.Client{NoLog: true}).Play(t.Context(), "mms://"+s.MMSAddr().String()+"/"+sample.Name, mms.PlayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	toEnd(t, stream.Receive)
	if err := stream.Teardown(t.Context()); err != nil {
		t.Error(err)
	}
	ask(t, s, "GET", "/none.wmv")
	lines := accessLines(t, s, folder)
	if len(lines) != 2 {
		t.Fatalf("%d lines: %v", len(lines), lines)
	}
	for _, l := range lines {
		want := map[string]string{"c-status": "408", "cs-uri-stem": "/" + sample.Name, "c-ip": "127.0.0.0", "protocol": "mms"}
		if l["c-status"] == "404" {
			want = map[string]string{"c-status": "404", "cs-uri-stem": "/none.wmv", "sc-bytes": "0", "s-session-id": "-", "protocol": "http"}
		}
		for name, value := range want {
			if l[name] != value {
				t.Errorf("%s is %q, want %q", name, l[name], value)
			}
		}
	}
}

// Logs of multicasts come to the log URL, and those that are none are refused there.
func TestMulticastPlayersInTheAccessLog(t *testing.T) {
	p := config.Point{Name: "live", AccessLog: config.LogOwn, Broadcast: config.DefaultBroadcast()}
	p.Broadcast.Source = config.SourcePush
	p.Broadcast.Multicast.Group, p.Broadcast.Multicast.Port, p.Broadcast.Multicast.Interface = "239.255.77.9", freePort(t), "127.0.0.1"
	s, folder := loggedServer(t, nil, p)
	line := "MX_STATS_LogLine: 0.0.0.0 2007-06-27 02:52:39 - asfm://239.255.77.9:9 0 39 1 200 {1} 10.0 en-US a - w.exe 10.0 Windows_XP 5.1 Pentium" +
		" 0 0 9 asfm UDP a - http://h/live.nsc - 2170350 - 182 0 0 0 0 0 0 1 3 100 239.255.77.9 - - - http://h/live.nsc - -"
	resp, err := http.Post("http://"+s.Addr().String()+"/.caracal/log/live.nsc", "text/plain;charset=UTF-8", strings.NewReader(line))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	lines := accessLines(t, s, folder)
	if len(lines) != 1 {
		t.Fatalf("%d lines: %v", len(lines), lines)
	}
	for name, want := range map[string]string{
		"c-ip": "127.0.0.1", "cs-uri-stem": "/live", "x-duration": "39", "protocol": "asfm", "transport": "UDP", "c-bytes": "2170350", "sc-bytes": "-",
		"s-ip": "239.255.77.9", "cs-url": "http://h/live.nsc", "channelURL": "http://h/live.nsc", "c-status": "200", "s-content-path": "push",
	} {
		if lines[0][name] != want {
			t.Errorf("%s is %q, want %q", name, lines[0][name], want)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "live")); err != nil {
		t.Error(err)
	}
}

func TestContentPaths(t *testing.T) {
	tests := []struct {
		point config.Point
		rest  string
		want  string
	}{
		{config.Point{Path: "/films"}, "a/b.wmv", "/films/a/b.wmv"},
		{config.Point{Path: "/films/a.wmv"}, "", "/films/a.wmv"},
		{config.Point{Broadcast: config.Broadcast{Source: "loop:./music"}}, "", "loop:./music"},
		{config.Point{Proxy: config.Proxy{Origin: "http://o/films/"}}, "a.wmv", "http://o/films/a.wmv"},
		{config.Point{Redirect: "http://o/"}, "", ""},
	}
	for _, tt := range tests {
		if got := contentPath(&tt.point, tt.rest); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.point, got, tt.want)
		}
	}
}

func TestTheLogFolderCannotBe(t *testing.T) {
	cfg := testConfig()
	cfg.Log.Access.Folder = "/dev/null/logs"
	if _, err := New(cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "log.access.folder") {
		t.Errorf("%v", err)
	}
}
