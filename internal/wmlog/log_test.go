package wmlog

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
)

// testLog starts a log of a bus; the options that are not given are those of a
// server that knows two points.
func testLog(t *testing.T, bus *event.Bus, opt Options) *Log {
	t.Helper()
	opt.Folder, opt.Log = t.TempDir(), slog.New(slog.DiscardHandler)
	if opt.Place == nil {
		opt.Place = func(string) Place { return Place{Known: true, Server: true} }
	}
	opt.Load = func() (int, int, bool) { return 1, -1, true }
	opt.Sent = func(uint32) (uint64, uint64, bool) { return 0, 0, true }
	return Start(opt, bus.Subscribe(64))
}

func (l *Log) text(t *testing.T, folder string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(l.opt.Folder, strings.NewReplacer("[", `\[`, "]", `\]`).Replace(folder), "WMS_*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%s has the files %v: %v", folder, names, err)
	}
	var lines []string
	for line := range strings.Lines(readText(t, names[0])) {
		if line[0] != '#' || strings.HasPrefix(line, "#Remark") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func TestLogWritesWhatItHears(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		l := testLog(t, &bus, Options{})
		bus.Publish(event.Playing{Player: who(1), Rate: 1})
		bus.Publish(event.Stopped{Player: who(1), Bytes: 70})
		bus.Publish(event.LogReceived{Player: who(1), Text: "\x1b[2J no\nlog"})
		bus.Publish(event.Disconnected{Player: who(1), Bytes: 70})
		synctest.Wait()
		if got := l.Stats(); got != (Stats{Lines: 2, Bad: 1}) {
			t.Errorf("while it runs: %+v", got)
		}
		bus.Publish(event.Playing{Player: who(2), Rate: 1})
		l.Close()
		l.Reopen() // of one that is closed
		text := l.text(t, global)
		want := "#Remark: 2000-01-01 00:00:00 a log from 192.0.2.7 cannot be read: wmlog: too few fields for a log\n" +
			"192.0.2.7 2000-01-01 00:00:00 - "
		if !strings.HasPrefix(text, want) || strings.Count(text, "\n") != 3 {
			t.Errorf("the log is\n%s", text)
		}
		if got := l.Stats(); got != (Stats{Lines: 3, Bad: 1}) {
			t.Errorf("at the end: %+v", got)
		}
	})
}

func TestLogsOfPoints(t *testing.T) {
	places := map[string]Place{
		"/server": {Known: true, Point: "server", Server: true},
		"/own":    {Known: true, Point: "own", Own: true},
		"/both":   {Known: true, Point: "both", Server: true, Own: true},
		"/off":    {Known: true, Point: "off"},
	}
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		l := testLog(t, &bus, Options{Place: func(target string) Place { return places[target] }})
		for _, target := range []string{"/server", "/own", "/both", "/off", "/none"} {
			p := who(0)
			p.Target = target
			bus.Publish(event.Refused{Player: p, Status: 404})
		}
		l.Close()
		for folder, want := range map[string]string{global: "/server /both /none", "own": "/own", "both": "/both"} {
			var got []string
			for line := range strings.Lines(l.text(t, folder)) {
				got = append(got, strings.Fields(line)[URIStem])
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s has %v, want %s", folder, got, want)
			}
		}
		if _, err := os.Stat(filepath.Join(l.opt.Folder, "off")); err == nil {
			t.Error("a point that wants no log has one")
		}
	})
}

// Many points with logs of their own keep few files open.
func TestFewFilesAreOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		l := testLog(t, &bus, Options{Place: func(target string) Place { return Place{Known: true, Point: target[1:], Own: true} }})
		for round := range 2 {
			for i := range maxFiles + 10 {
				p := who(0)
				p.Target = fmt.Sprintf("/p%d", i)
				bus.Publish(event.Refused{Player: p, Status: 404 + round})
				synctest.Wait()
				time.Sleep(time.Millisecond)
			}
		}
		if n := len(l.files); n > maxFiles {
			t.Errorf("%d files are open", n)
		}
		l.Close()
		if got := l.Stats().Lines; got != 2*(maxFiles+10) {
			t.Errorf("%d lines", got)
		}
		if text := l.text(t, "p0"); strings.Count(text, "\n") != 2 {
			t.Errorf("the log of one has\n%s", text)
		}
	})
}

func TestJSONLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		l := testLog(t, &bus, Options{Format: JSON, Shorten: true})
		bus.Publish(event.Playing{Player: who(1), Rate: 1})
		bus.Publish(event.LogReceived{Player: who(1), Kind: event.LogLegacy, Form: "xml", Text: "<XML><Summary/><x-duration>007</x-duration>" +
			"<c-bytes>7</c-bytes><c-rate>-5</c-rate><c-os>A\"\u009b&lt;B</c-os><Vendor><f>v 1</f></Vendor></XML>"})
		time.Sleep(10 * time.Second)
		bus.Publish(event.Stopped{Player: who(1), Bytes: 70, Packets: 3, Late: 1, Skipped: 2, Reason: "end\x1b"})
		bus.Publish(event.LogReceived{Player: who(1), Text: "?"})
		l.Close()
		lines := strings.Split(strings.TrimSpace(l.text(t, global)), "\n")
		if len(lines) != 2 {
			t.Fatalf("%d lines:\n%s", len(lines), strings.Join(lines, "\n"))
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(lines[0]), &got); err != nil {
			t.Fatalf("%v in %s", err, lines[0])
		}
		want := map[string]any{
			"time": "2000-01-01T00:00:00Z", "event": "play", "point": "/", "proto": "http", "c-ip": "192.0.2.0", "x-duration": "007",
			"c-bytes": 7.0, "c-rate": -5.0, "c-status": 200.0, "log": "legacy", "c-os": `A"_<B`, "s-session-id": "1",
		}
		for name, value := range want {
			if got[name] != value {
				t.Errorf("%s is %v, want %v", name, got[name], value)
			}
		}
		if !strings.Contains(lines[0], `"more":[{"name":"Vendor/f","value":"v 1"}]`) {
			t.Errorf("what is no field is not in %s", lines[0])
		}
		if err := json.Unmarshal([]byte(lines[1]), &got); err != nil || got["event"] != "bad-log" || got["c-ip"] != "192.0.2.0" {
			t.Errorf("the bad log is %s: %v", lines[1], err)
		}
	})
}

func TestRolesThatAreLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		l := testLog(t, &bus, Options{Roles: []string{"advertisement"}})
		for id, role := range []string{"", "ADVERTISEMENT", "Film"} {
			bus.Publish(event.Stopped{Player: who(0), Bytes: uint64(id), Media: event.Media{Role: role}})
		}
		l.Close()
		if text := l.text(t, global); strings.Count(text, "\n") != 1 || !strings.Contains(text, " ADVERTISEMENT ") {
			t.Errorf("the log is\n%s", text)
		}
	})
}

func TestAddressesAreShortened(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7": "192.0.2.0", "2001:db8:1:2::7": "2001:db8:1::", "": "", "x": "x",
	} {
		if got := shorten(in); got != want {
			t.Errorf("%q is shortened to %q, want %q", in, got, want)
		}
	}
}

func TestCodePageAndLocalTime(t *testing.T) {
	local := time.Local
	time.Local = time.FixedZone("", 5*3600+1800)
	defer func() { time.Local = local }()
	o := Options{CodePage: true, Local: true}
	var e entry
	e.values.Set(MediaName, "Grün–€ 日")
	if got := string(o.appendW3C(nil, &e)); !strings.Contains(got, " Gr\xfcn\x96\x80_? ") {
		t.Errorf("the line is %q", got)
	}
	head := string(o.appendHeader(nil, global, began))
	for _, want := range []string{"#StartDate: 2026-03-14 20:39:26\n", "#TimeFormat: Local(-330)\n", "#EncodingFormat: ANSI\n"} {
		if !strings.Contains(head, want) {
			t.Errorf("%q is not in\n%s", want, head)
		}
	}
}

// Files that were renamed are let go.
func TestReopen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		l := testLog(t, &bus, Options{})
		bus.Publish(event.Refused{Player: who(0), Status: 401})
		synctest.Wait()
		path := l.files[global].path
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		l.Reopen()
		bus.Publish(event.Refused{Player: who(0), Status: 402})
		l.Close()
		if one, two := readText(t, path+".1"), readText(t, path); !strings.Contains(one, " 401 ") || strings.Contains(one, " 402 ") || !strings.Contains(two, " 402 ") {
			t.Errorf("one file has\n%s\nthe other\n%s", one, two)
		}
	})
}
