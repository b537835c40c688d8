package interop

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// accessLogs are what a server writes while a test plays. FFmpeg that is told of one second
// says that it is there with every packet, more often than limits.request_rate allows.
const accessLogs = "sessions: {idle_timeout: 2s}\nlog: {access: {folder: %s}}\n"

// awaitLines returns the lines of the log of a server once there are so many, by
// the names of their columns.
func awaitLines(t *testing.T, folder string, n int) (path string, lines []map[string]string) {
	t.Helper()
	for limit := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(folder, "*", "WMS_*.log"))
		if err != nil || len(files) > 1 {
			t.Fatalf("the files %v: %v", files, err)
		}
		if len(files) == 1 {
			if path, lines = files[0], columns(t, files[0]); len(lines) >= n {
				return path, lines
			}
		}
		if time.Now().After(limit) {
			t.Fatalf("%d lines of %d", len(lines), n)
		}
	}
}

// columns reads a log as any reader does: by what its #Fields says.
func columns(t *testing.T, path string) (lines []map[string]string) {
	t.Helper()
	var names []string
	for line := range strings.Lines(string(readFile(t, path))) {
		if fields, ok := strings.CutPrefix(line, "#Fields:"); ok {
			names = strings.Fields(fields)
		}
		if line[0] == '#' {
			continue
		}
		values := strings.Split(strings.TrimSuffix(line, "\n"), " ")
		if len(values) != len(names) {
			t.Fatalf("%d columns, the header has %d: %s", len(values), len(names), line)
		}
		one := map[string]string{}
		for i, v := range values {
			one[names[i]] = v
		}
		lines = append(lines, one)
	}
	return lines
}

// Each player's session is one line with the packets of the clip, the bytes that
// these are with their framing, and the time it took.
func TestPlayersInTheAccessLog(t *testing.T) {
	folder := filepath.Join(scratch(t), "logs")
	s := serveWith(t, fast+"rtsp: {address: \"127.0.0.1:0\", udp_port: 0}\nmms: {address: \"127.0.0.1:0\"}\n"+fmt.Sprintf(accessLogs, folder), clip(t, ""))
	r := readReference(t, plain)
	packets, size := len(r.packets)/r.packetSize, len(r.packets)
	began := time.Now()
	frames(t, "-i", s.url("mmsh", plain))
	vlcDump(t, s.url("mmsh", plain))
	mplayerDump(t, s.url("mmsh", plain))
	frames(t, "-rtsp_transport", "tcp", "-i", s.rtspURL(plain))
	frames(t, "-rtsp_transport", "udp", "-i", s.rtspURL(plain))
	frames(t, "-i", s.mmsURL("mmst", plain))
	vlcDump(t, s.mmsURL("mmst", plain))
	mplayerDump(t, s.mmsURL("mmst", plain))
	took := time.Since(began)
	want := map[string]int{"http TCP NSPlayer": 3, "rtsp TCP Lavf": 1, "rtsp UDP Lavf": 1, "mms TCP NSPlayer": 3}
	path, lines := awaitLines(t, folder, 8)
	for _, got := range lines {
		agent, _, _ := strings.Cut(got["cs(User-Agent)"], "/")
		want[got["protocol"]+" "+got["transport"]+" "+strings.TrimRight(agent, "0123456789.")]--
		sent, _ := strconv.Atoi(got["sc-bytes"])
		duration, _ := strconv.Atoi(got["x-duration"])
		if got["s-pkts-sent"] != strconv.Itoa(packets) || got["cs-uri-stem"] != "/"+plain || got["c-status"] != "408" ||
			got["c-ip"] != "127.0.0.1" || got["s-ip"] != "127.0.0.1" {
			t.Errorf("%d packets, and the line is %v", packets, got)
		}
		if sent < size*9/10 || sent > size*11/10 { // RTSP leaves the padding out
			t.Errorf("%d bytes of %d: %v", sent, size, got)
		}
		if duration < 1 || float64(duration) > took.Seconds()+1 {
			t.Errorf("all took %v, of which %v", took, got)
		}
	}
	for kind, n := range want {
		if n != 0 {
			t.Errorf("%s: %d lines are missing", kind, n)
		}
	}
	judgeByGoAccess(t, path, 8)
	judgeByAwk(t, path, 8)
}

// At the pace of the clip the duration is the clip's, less what goes out at once.
func TestDurationInTheAccessLog(t *testing.T) {
	folder := filepath.Join(scratch(t), "logs")
	s := serve(t, fmt.Sprintf(accessLogs, folder), clip(t, ""))
	frames(t, "-i", s.url("mmsh", plain))
	_, lines := awaitLines(t, folder, 1)
	if n, err := strconv.Atoi(lines[0]["x-duration"]); err != nil || n < 5 || n > 40 {
		t.Errorf("ten seconds of content were sent in %q", lines[0]["x-duration"])
	}
}

// judgeByGoAccess has GoAccess read the log: it counts the lines that it cannot.
func judgeByGoAccess(t *testing.T, path string, lines int) {
	t.Helper()
	format := []string{"%h", "%d", "%t", "%^", "%U", "%^", "%T", "%^", "%s", "%^", "%^", "%^", "%u", "%R"}
	for len(format) < 52 {
		format = append(format, "%^")
	}
	format[27] = "%b" // sc-bytes
	out := filepath.Join(scratch(t), "report.json")
	play(t, "goaccess", path, "--no-global-config", "--log-format="+strings.Join(format, " "), "--date-format=%Y-%m-%d", "--time-format=%H:%M:%S",
		"--no-progress", "-o", out)
	var report struct {
		General struct {
			Valid  int `json:"valid_requests"`
			Failed int `json:"failed_requests"`
			Bytes  int `json:"bandwidth"`
		} `json:"general"`
	}
	if err := json.Unmarshal(readFile(t, out), &report); err != nil {
		t.Fatal(err)
	}
	if g := report.General; g.Valid != lines || g.Failed != 0 || g.Bytes == 0 {
		t.Errorf("GoAccess has %d good lines and %d bad ones with %d bytes, want %d", g.Valid, g.Failed, g.Bytes, lines)
	}
}

// judgeByAwk counts the lines that have all columns, and sums one.
func judgeByAwk(t *testing.T, path string, lines int) {
	t.Helper()
	got := play(t, "awk", `/^#/{next} NF!=52{bad++} {n++; sum+=$28} END{print n, bad+0, (sum>0)}`, path)
	if want := fmt.Sprintf("%d 0 1\n", lines); got != want {
		t.Errorf("awk has %q, want %q", got, want)
	}
}

// A program that renames the log finds a new one soon.
func TestAccessLogIsRotatedByOthers(t *testing.T) {
	folder := filepath.Join(scratch(t), "logs")
	s := serve(t, fmt.Sprintf(accessLogs, folder), clip(t, ""))
	missing := func() { play(t, "curl", "-s", "-o", os.DevNull, s.url("http", "none.wmv")) }
	missing()
	path, lines := awaitLines(t, folder, 1)
	if lines[0]["c-status"] != "404" || lines[0]["cs-uri-stem"] != "/none.wmv" {
		t.Errorf("the line is %v", lines[0])
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	for limit := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if missing(); time.Now().After(limit) {
			t.Fatal("there is no new log")
		}
		if _, err := os.Stat(path); err == nil {
			break
		}
	}
	if _, lines = awaitLines(t, folder, 1); lines[0]["c-status"] != "404" || len(columns(t, path+".1")) == 0 {
		t.Errorf("the new file has %v", lines)
	}
}
