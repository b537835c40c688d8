package interop

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"
)

// fast sends as quickly as the connection takes it, to players that ask for no
// speed of their own.
const fast = "on_demand: {speed: 0}\n"

// A server is one run of the program.
type server struct {
	address string // host:port of its HTTP listener
	rtsp    string // host:port of its RTSP listener; "": it has none
	mms     string // of its MMS listener, or of HTTP, which players come to in its place
	admin   string // of its admin listener
	https   string // of HTTP over TLS; "": it has none
	rtsps   string // of RTSP over TLS
	pid     int
}

// noRTSP and noMMS leave listeners out, for tests of something else.
const (
	noRTSP = "rtsp: {address: off}\n"
	noMMS  = "mms: {address: off}\n"
)

func (s server) url(scheme, name string) string { return scheme + "://" + s.address + "/" + name }

var tlsLine = regexp.MustCompile(`^Over TLS (https|rtsps)://(127\.0\.0\.1:[0-9]+)/`)

var adminLine = regexp.MustCompile(`^Admin http://(127\.[0-9.:]+)/`)

var startLine = regexp.MustCompile(`^Page http://(127\.[0-9.:]+|\[::1\]:[0-9]+)/`)

// serve starts the program with the configuration, on the content folders, and
// ends it with the test; it must then end by itself and without an error.
func serve(t *testing.T, config string, folders ...string) server {
	t.Helper()
	return serveWith(t, noRTSP+noMMS+config, folders...)
}

// rtspLine and mmsLine are printed before the line of startLine.
var (
	rtspLine = regexp.MustCompile(`rtsp://(127\.0\.0\.1:[0-9]+|\[::1\]:[0-9]+)/`)
	mmsLine  = regexp.MustCompile(`mms://(127\.0\.0\.1:[0-9]+)/`)
)

// serveWith is serve with a configuration that says what RTSP and MMS are to be.
func serveWith(t *testing.T, config string, folders ...string) server {
	t.Helper()
	return serveAt(t, "127.0.0.1:0", config, folders...)
}

// serveAt is serveWith with HTTP at an address.
func serveAt(t *testing.T, address, config string, folders ...string) server {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "caracal.yaml")
	writeFile(t, file, []byte(config))
	args := append([]string{"serve", "--http", address, "--admin", "127.0.0.1:0", "--config", file}, folders...)
	cmd := exec.Command(binary, args...)
	cmd.Dir = t.TempDir()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(stdout); in.Scan(); {
			lines <- in.Text()
		}
	}()
	t.Cleanup(func() { end(t, cmd, lines, &stderr) })

	giveUp := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer giveUp.Stop()
	s := server{pid: cmd.Process.Pid}
	for line := range lines {
		if m := rtspLine.FindStringSubmatch(line); m != nil {
			s.rtsp = m[1]
		}
		if m := mmsLine.FindStringSubmatch(line); m != nil {
			s.mms = m[1]
		}
		if m := tlsLine.FindStringSubmatch(line); m != nil && m[1] == "https" {
			s.https = m[2]
		} else if m != nil {
			s.rtsps = m[2]
		}
		if m := adminLine.FindStringSubmatch(line); m != nil {
			s.admin = m[1]
		}
		if m := startLine.FindStringSubmatch(line); m != nil {
			s.address = m[1]
			return s
		}
	}
	t.Fatal("the server never said where it listens")
	return server{}
}

// end asks the server to stop and waits until it has.
func end(t *testing.T, cmd *exec.Cmd, lines <-chan string, stderr *bytes.Buffer) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	giveUp := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer giveUp.Stop()
	for range lines {
		// What it still prints is of no interest, but the pipe must not fill.
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
	if t.Failed() {
		t.Logf("the server said:\n%s", tail(stderr.String()))
	}
}

// serveClips starts a fast server on the clips.
func serveClips(t *testing.T) server {
	t.Helper()
	return serve(t, fast, clip(t, ""))
}

func TestStatusNamesTheAddress(t *testing.T) {
	s := serveClips(t)
	resp, err := http.Get(s.url("http", ".caracal/status"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var status struct {
		HTTP struct{ Address string }
	}
	if err := json.Unmarshal(body, &status); err != nil {
		t.Fatalf("%v in %q", err, body)
	}
	if status.HTTP.Address != s.address {
		t.Errorf("status gives the address %q, the start line %q", status.HTTP.Address, s.address)
	}
}
